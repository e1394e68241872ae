package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callout/calendar"
	"callout/money"
	"callout/store"
)

// Deduction is what an invoice takes off because a deposit invoice has asked for it: its
// number and date, as EN 16931 BG-3 names it, and for one tax category the figures that were
// invoiced.
type Deduction struct {
	Invoice  store.ID      `json:"invoice"`
	Number   string        `json:"number"`
	IssuedOn calendar.Date `json:"issued_on"`
	Category string        `json:"category"`
	Rate     money.Percent `json:"rate"`
	Name     string        `json:"name,omitempty"` // of a tax that is one of several on the same sum
	Base     money.Amount  `json:"base"`
	VAT      money.Amount  `json:"vat"`
	// Net is what the row takes off before tax: its base, but for taxes on a sum that another row has taken off.
	Net money.Amount `json:"net"`
}

// on reports whether a deduction is of a row of a document's taxes.
func (d *Deduction) on(t *TaxLine) bool {
	return d.Category == t.Category && d.Rate.Equal(t.Rate) && d.Name == t.Name
}

// same reports whether two deductions are of one row of one deposit invoice.
func (d *Deduction) same(o *Deduction) bool {
	return d.Invoice == o.Invoice && d.Category == o.Category && d.Rate.Equal(o.Rate) && d.Name == o.Name
}

// undeducted lists what of the order's deposit invoices no invoice has taken off yet. What
// stands on another open invoice is taken; what a credit note gave back is free again.
func (s *Snapshot) undeducted(except store.ID) []Deduction {
	var open []Deduction
	for i := range s.Invoices {
		dep := &s.Invoices[i]
		if dep.Kind != KindDeposit || dep.Status != InvoiceReleased {
			continue
		}
		net := dep.Net
		for _, t := range dep.Taxes {
			d := Deduction{
				Invoice: dep.ID, Number: dep.Number, IssuedOn: dep.IssuedOn, Category: t.Category, Rate: t.Rate, Name: t.Name, Base: t.Base, VAT: t.VAT,
			}
			d.Net = smaller(t.Base, net)
			net = net.Sub(d.Net)
			open = append(open, d)
		}
	}
	slices.SortStableFunc(open, func(a, b Deduction) int {
		return cmp.Or(a.IssuedOn.Compare(b.IssuedOn), cmp.Compare(a.Number, b.Number))
	})
	for i := range open {
		d := &open[i]
		for j := range s.Invoices {
			inv := &s.Invoices[j]
			if inv.ID == except || inv.Kind == KindCreditNote && inv.Status != InvoiceReleased {
				continue
			}
			for _, t := range inv.Taxes {
				if inv.Kind == KindCreditNote && inv.Credits == d.Invoice && d.on(&t) {
					d.Base, d.VAT = d.Base.Sub(t.Base), d.VAT.Sub(t.VAT) // a deposit goes back as a whole: nothing is left to take off
				}
			}
			for k := range inv.Deducted {
				t := &inv.Deducted[k]
				switch {
				case !t.same(d):
				case inv.Kind == KindCreditNote:
					d.Base, d.VAT, d.Net = d.Base.Add(t.Base), d.VAT.Add(t.VAT), d.Net.Add(t.Net)
				default:
					d.Base, d.VAT, d.Net = d.Base.Sub(t.Base), d.VAT.Sub(t.VAT), d.Net.Sub(t.Net)
				}
			}
		}
	}
	return slices.DeleteFunc(open, func(d Deduction) bool { return d.Base.IsZero() && d.VAT.IsZero() })
}

// deduct takes the order's deposits off an invoice whose lines are summed up: exactly as
// they were invoiced, as far as the invoice goes. Of a deposit that is greater, the rest stays for
// the next invoice, with the rest of its tax.
func (s *Snapshot) deduct(inv *Invoice) {
	inv.Deducted = nil
	if inv.Kind != KindInvoice {
		return
	}
	left := inv.Net
	skip := map[store.ID]bool{}
	for _, d := range s.undeducted(inv.ID) {
		room := left
		own := slices.IndexFunc(inv.Taxes, func(t TaxLine) bool { return d.on(&t) })
		var tax TaxLine
		if own >= 0 {
			tax = inv.Taxes[own]
			for _, o := range inv.Deducted {
				if o.on(&tax) {
					tax.Base, tax.VAT = tax.Base.Sub(o.Base), tax.VAT.Sub(o.VAT)
				}
			}
			room = smaller(room, tax.Base)
		}
		whole := d.Name != "" // taxes on one sum are taken off together, with all of it
		if room.Sign() <= 0 && !d.Net.IsZero() || whole && left.Cmp(s.netOf(d.Invoice)) < 0 && !d.Net.IsZero() {
			skip[d.Invoice] = whole
			continue
		}
		if skip[d.Invoice] {
			continue
		}
		if d.Base.Cmp(room) > 0 && !whole {
			vat := money.VAT(room, d.Rate, s.Company.Currency, s.Rules.Rounding)
			if own >= 0 && room.Equal(tax.Base) {
				vat = tax.VAT
			}
			if vat.Cmp(d.VAT) > 0 {
				vat = d.VAT
			}
			d.Base, d.VAT, d.Net = room, vat, room
		}
		left = left.Sub(d.Net)
		inv.Deducted = append(inv.Deducted, d)
	}
}

// netOf is what a deposit invoice comes to before tax.
func (s *Snapshot) netOf(invoice store.ID) money.Amount {
	for i := range s.Invoices {
		if s.Invoices[i].ID == invoice {
			return s.Invoices[i].Net
		}
	}
	return money.Amount{}
}

// takeOff lessens a document's sums by its deductions, category by category and without
// computing any tax anew.
func (inv *Invoice) takeOff() {
	for _, d := range inv.Deducted {
		i := slices.IndexFunc(inv.Taxes, func(t TaxLine) bool { return d.on(&t) })
		if i < 0 {
			inv.Taxes = append(inv.Taxes, TaxLine{Category: d.Category, Rate: d.Rate, Name: d.Name})
			i = len(inv.Taxes) - 1
		}
		t := &inv.Taxes[i]
		t.Base, t.VAT = t.Base.Sub(d.Base), t.VAT.Sub(d.VAT)
		inv.Net, inv.VAT = inv.Net.Sub(d.Net), inv.VAT.Sub(d.VAT)
		inv.Gross = inv.Gross.Sub(d.Net).Sub(d.VAT)
	}
}

// deductedNet is what the deductions come to before tax.
func (inv *Invoice) deductedNet() money.Amount {
	var sum money.Amount
	for _, d := range inv.Deducted {
		sum = sum.Add(d.Net)
	}
	return sum
}

// reqDeposit asks that the deposits are taken off before the work is billed without them.
func reqDeposit(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqDeposit, Title: "deposits are deducted as they were invoiced", Stage: ToRelease}
	var waiting []string
	for i := range s.Invoices {
		dep := &s.Invoices[i]
		if dep.Kind != KindDeposit {
			continue
		}
		q.Evidence = append(q.Evidence, dep.ID)
		if dep.Open() && sub.Invoice.Status != InvoiceReleased {
			waiting = append(waiting, fmt.Sprintf("%s over %s is %s", dep.Name(), dep.Gross, dep.Status))
			q.Fix = "callout invoice release " + dep.Name()
		}
	}
	switch {
	case len(waiting) > 0:
		q.Reason = strings.Join(waiting, "; ")
		return q
	case len(q.Evidence) == 0:
		q.Status = NotApplicable
		return q
	case sub.Invoice.Status == InvoiceReleased:
		return q
	}
	var rest money.Amount
	for _, d := range s.undeducted(sub.Invoice.ID) {
		rest = rest.Add(d.Net)
	}
	for _, d := range sub.Invoice.Deducted {
		rest = rest.Sub(d.Net)
	}
	if rest.Sign() > 0 {
		q.Severity, q.Reason = Warn, rest.Format(s.Company.Currency)+" of deposits stay for the next invoice"
	}
	return q
}

// checkDeducted holds that no more of a deposit is taken off than was invoiced.
func checkDeducted(tx *store.Tx) error {
	changed, err := Invoices.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil || len(ch.After.Deducted) == 0 {
			continue
		}
		s := &Snapshot{}
		for inv, err := range Invoices.By(tx, "order", store.K(ch.After.Order)) {
			if err != nil {
				return err
			}
			if inv.Status != InvoiceDiscarded {
				s.Invoices = append(s.Invoices, *inv)
			}
		}
		for _, d := range s.undeducted("") {
			if d.Base.Sign() < 0 || d.VAT.Sign() < 0 {
				return broken("deposit.twice", "more would be deducted of %s than was invoiced", d.Number)
			}
		}
	}
	return nil
}
