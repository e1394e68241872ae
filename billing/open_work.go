package billing

import (
	"slices"
	"time"

	"callout/money"
	"callout/store"
)

// FromAdjustment is what open work calls a discount or surcharge that is agreed on documents. No document bills such a thing.
const FromAdjustment SourceKind = "adjustment"

// OpenWork is what of a charge stands on no document, open or released.
type OpenWork struct {
	Charge Charge
	Qty    money.Quantity
	// Worth is nil while the charge has no price.
	Worth *money.Amount
}

// OpenWorkOf lists what of an order is approved and on no document: time, items, and milestones that are
// reached; and what the order has agreed on documents as a whole, as it would stand on one that bills all of that. Now is the
// authority's time.
func OpenWorkOf(r store.Reader, order store.ID, now time.Time) ([]OpenWork, error) {
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	var out []OpenWork
	var picks []pick
	for _, x := range s.sources() {
		if x.deposit != nil || x.milestone != nil && x.milestone.Status == MilestonePlanned {
			continue
		}
		for _, u := range s.open(x, "") {
			if u.qty.IsZero() {
				continue
			}
			w := OpenWork{Charge: u.charge, Qty: u.qty}
			if u.charge.Price != nil {
				worth := u.charge.worthOf(u.qty, s.Company.Currency, s.Rules.Rounding)
				w.Worth = &worth
				picks = append(picks, pick{src: x, charge: u.charge, qty: u.qty})
			}
			out = append(out, w)
		}
	}
	inv, _ := s.onWhole(picks, nil)
	for i := range inv.Allowances {
		a := &inv.Allowances[i]
		worth := a.effect()
		out = append(out, OpenWork{
			Charge: Charge{Order: order, Source: s.Terms.ID, Kind: FromAdjustment, On: s.Today, Text: a.Reason, Unit: Piece},
			Qty:    money.NewQuantity(1, 0), Worth: &worth,
		})
	}
	return out, nil
}

// onWhole are the documents that open work would be billed on, as far as what is agreed on documents goes: all that can be
// billed now, and then all that is planned. An agreed amount counts once. Work without a tax class is on none.
func (s *Snapshot) onWhole(now, later []pick) (onNow, onLater *Invoice) {
	onNow, onLater = &Invoice{}, &Invoice{}
	withTax := func(p pick) bool { return p.charge.WithTax }
	if !slices.ContainsFunc(s.Terms.Adjustments, func(a Adjustment) bool { return a.On == "" }) &&
		!slices.ContainsFunc(now, withTax) && !slices.ContainsFunc(later, withTax) {
		return onNow, onLater // then the lines add up to it
	}
	first, err := s.openDocument("now", now)
	if err != nil {
		return onNow, onLater // the proposal says why
	}
	with := *s
	with.Invoices = append(slices.Clip(s.Invoices), *first)
	if then, err := with.openDocument("later", later); err == nil {
		onLater = then
	}
	return first, onLater
}

// openNet is what open work comes to before tax on its document: tax is taken out of sums there and not line by line. What is on
// none is added as it is.
func (s *Snapshot) openNet(inv *Invoice, picks []pick) money.Amount {
	net := inv.Net
	for i := range picks {
		if p := &picks[i]; len(inv.Lines) == 0 || p.charge.Category == "" {
			net = net.Add(p.charge.worthOf(p.qty, s.Company.Currency, s.Rules.Rounding))
		}
	}
	return net
}

// openDocument is a document of open work with what is agreed on documents. It has no deductions, no tax, and no name that any other has.
func (s *Snapshot) openDocument(name store.ID, picks []pick) (*Invoice, error) {
	inv := &Invoice{Kind: KindInvoice, Status: InvoiceDraft, Order: s.Order.ID, Currency: s.Company.Currency}
	inv.ID, inv.TaxPerLine = name, s.Tax.PerLine
	for i := range picks {
		if picks[i].charge.Category == "" {
			continue
		}
		if err := s.addLine(inv, &picks[i]); err != nil {
			return nil, err
		}
	}
	lines, err := inv.price(s.Rules.Rounding)
	if err != nil {
		return nil, err
	}
	if inv.Allowances, err = s.allowances(inv, lines); err != nil {
		return nil, err
	}
	return inv, inv.total(lines, s.Rules.Rounding)
}
