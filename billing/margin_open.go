package billing

import (
	"time"

	"callout/money"
	"callout/store"
)

// MarginOf is what a document brings before tax and what that costs: of a released one as it was frozen, of one on its
// way by what the charges of its lines cost now. A cost that nobody knows leaves the margin unknown.
func MarginOf(r store.Reader, invoice store.ID, now time.Time) (money.Margin, error) {
	inv, err := Invoices.Get(r, invoice)
	if err != nil {
		return money.Margin{}, err
	}
	if inv.Status == InvoiceReleased {
		return inv.Margin(r)
	}
	s, err := Load(r, inv.Order, now)
	if err != nil {
		return money.Margin{}, err
	}
	m := money.Margin{Revenue: inv.Net.Add(inv.deductedNet()), Cost: money.SumCosts()}
	for _, l := range inv.Lines {
		m.Cost = m.Cost.Add(s.costShare(l.Source, l.Charge, l.Qty))
	}
	if inv.Kind == KindCreditNote {
		m.Revenue = m.Revenue.Neg()
		m.Cost = money.Cost{} // what goes back is frozen with the release
	}
	return m, nil
}
