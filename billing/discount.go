package billing

import (
	"slices"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Discount lessens what something costs, by so many per cent or by an amount, for a
// reason that the document states (EN 16931 BR-CO-21 to 24).
type Discount struct {
	Percent *money.Percent `json:"percent,omitempty"`
	Amount  *money.Amount  `json:"amount,omitempty"`
	Reason  string         `json:"reason"`
}

// same reports whether two discounts are one.
func (d *Discount) same(o *Discount) bool {
	if d == nil || o == nil {
		return d == o
	}
	return d.Reason == o.Reason && equalPtr(d.Percent, o.Percent) && equalPtr(d.Amount, o.Amount)
}

// equalPtr compares two numbers that may be missing.
func equalPtr[T interface{ Equal(T) bool }](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return (*a).Equal(*b)
}

// none reports whether the discount takes nothing off, which is how one is taken back.
func (d *Discount) none() bool {
	return (d.Percent == nil || d.Percent.IsZero()) && (d.Amount == nil || d.Amount.IsZero())
}

// check holds a discount to its rules. The command's reason counts where it has none of
// its own.
func (d *Discount) check(tx *store.Tx, cur money.Currency) error {
	if d.Percent != nil && d.Amount != nil {
		return fault.Invalidf("discount", "a discount is either per cent or an amount").With("discount.both")
	}
	if d.Percent != nil {
		if err := d.Percent.Check("discount"); err != nil {
			return err
		}
		if d.Percent.Sign() < 0 || d.Percent.Cmp(money.NewPercent(100, 0)) > 0 {
			return fault.Invalidf("discount", "%s is no discount", d.Percent.Format()).With("discount.percent").
				Hint("write a number from 0 to 100, or an amount without the sign of per cent")
		}
	}
	if d.Amount != nil {
		a, err := d.Amount.In("discount", cur)
		if err != nil {
			return err
		}
		if a.Sign() < 0 {
			return fault.Invalidf("discount", "%s is no discount: what is added is a surcharge", a.Format(cur)).With("discount.amount").
				Hint("callout milestone terms WO --surcharge …")
		}
		d.Amount = &a
	}
	if d.none() {
		return nil
	}
	if d.Reason == "" {
		d.Reason = tx.Env.Reason
	}
	why, err := reason(d.Reason, "a discount or surcharge needs a reason, which the invoice states")
	d.Reason = why
	return err
}

// GivenDiscount is a discount that somebody gave on one item.
type GivenDiscount struct {
	Discount
	By store.ID  `json:"by"`
	At time.Time `json:"at"`
	// Grant says how far it has come where the rules for exceptions ask several people.
	Grant approval.Grant `json:"grant,omitzero"`
}

// give gives the item a discount, or takes it back: none and one of nothing are none.
func (i *LineItem) give(tx *store.Tx, d *Discount) error {
	i.Discount = nil
	if d == nil || d.none() {
		return nil
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	i.Discount = &GivenDiscount{Discount: *d, By: tx.Env.Actor.ID, At: tx.Env.RecordedAt}
	return i.Discount.check(tx, company.Currency)
}

// Adjustment is a discount or surcharge that was agreed for an order, or for one
// document: on each line of a kind of work, or on documents as a whole.
type Adjustment struct {
	// On is a kind of work: labour, travel, part, service or expense. "" is the document.
	On        string `json:"on,omitempty"`
	Surcharge bool   `json:"surcharge,omitempty"`
	Discount
	// Code is that of UNTDID 5189 for a discount, 7161 for a surcharge.
	Code string   `json:"code,omitempty"`
	By   store.ID `json:"by,omitempty"`
	// Grant says how far it has come where the rules for exceptions ask several people.
	Grant approval.Grant `json:"grant,omitzero"`
}

// discountable lists the kinds of work whose lines can be given a discount.
func discountable() []string {
	return []string{string(Labour), string(Travel), string(PartItem), string(ServiceItem), string(ExpenseItem)}
}

// check holds an adjustment to its rules.
func (a *Adjustment) check(tx *store.Tx, cur money.Currency) error {
	a.By, a.Grant = tx.Env.Actor.ID, approval.Grant{}
	if a.On != "" {
		switch {
		case !slices.Contains(discountable(), a.On):
			return fault.Invalidf("on", "%q is no kind of work", a.On).With("discount.on").
				Hint("write labour, travel, part, service or expense, or leave it out for the whole document")
		case a.Surcharge:
			return fault.Invalidf("on", "a surcharge is on the document: what costs more has another price").With("discount.on").
				Hint("callout price set …")
		case a.Amount != nil && !a.Amount.IsZero():
			return fault.Invalidf("discount", "a discount on all lines of a kind is per cent").With("discount.on").
				Hint("callout item edit … --discount %s", a.Amount.String())
		}
	}
	if err := adjustmentCode(a.Code, a.Surcharge); err != nil {
		return err
	}
	return a.Discount.check(tx, cur)
}

// adjustmentCode checks the form of a code; which ones there are is the list's.
func adjustmentCode(code string, surcharge bool) error {
	ok := code == ""
	for _, r := range code {
		ok = r >= '0' && r <= '9' || surcharge && r >= 'A' && r <= 'Z'
		if !ok {
			break
		}
	}
	if !ok || len(code) > 4 {
		return fault.Invalidf("code", "%q is no code of UNTDID 5189 (discounts) or 7161 (surcharges)", code).With("discount.code").
			Hint("95 is a discount, FC is freight; the reason in words is enough")
	}
	return nil
}

// agree takes an adjustment over into a list, in the place of the one that it replaces: that on
// the same kind of work or, on documents, with the same reason. One of nothing takes it back; of
// nothing and without a reason, all of its kind.
func agree(list []Adjustment, a Adjustment) []Adjustment {
	i := 0
	for _, old := range list {
		if old.On != a.On || old.Surcharge != a.Surcharge || a.On == "" && old.Reason != a.Reason && (!a.none() || a.Reason != "") {
			list[i] = old
			i++
		}
	}
	list = list[:i]
	if a.none() {
		return list
	}
	return append(list, a)
}

// lessen gives a charge the discount that counts for it: its item's own, else the one
// that the order agrees for its kind of work.
func (s *Snapshot) lessen(c *Charge, x source) {
	kind := ""
	switch {
	case x.time != nil:
		kind = string(x.time.Kind)
	case x.item != nil:
		kind = string(x.item.Kind)
	case c.Part == partTravel:
		kind = string(Travel)
	}
	if x.item != nil && x.item.Discount != nil {
		d := x.item.Discount.Discount
		c.Discount, c.DiscountBy = &d, x.item.Discount.By
	} else {
		for i := range s.Terms.Adjustments {
			if a := &s.Terms.Adjustments[i]; kind != "" && a.On == kind {
				c.Discount, c.DiscountBy = &a.Discount, a.By
			}
		}
	}
	d := c.Discount
	if d == nil || d.Amount == nil || c.Price == nil {
		return
	}
	cur := s.Company.Currency
	if full := money.LineAmount(c.Qty, *c.Price, cur, s.Rules.Rounding); d.Amount.Cmp(full) > 0 {
		c.problems = append(c.problems, problem{
			ReqPrice, `"` + c.Text + `": a discount of ` + d.Amount.Format(cur) + " is more than the " + full.Format(cur) + " that it costs",
			"callout item edit " + string(x.id) + " --discount …",
		})
	}
}
