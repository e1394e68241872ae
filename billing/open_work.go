package billing

import (
	"time"

	"callout/money"
	"callout/store"
)

// OpenWork is what of a charge stands on no document, open or released.
type OpenWork struct {
	Charge Charge
	Qty    money.Quantity
	// Worth is nil while the charge has no price.
	Worth *money.Amount
}

// OpenWorkOf lists what of an order is approved and on no document: time, items, and milestones that are
// reached. Now is the authority's time.
func OpenWorkOf(r store.Reader, order store.ID, now time.Time) ([]OpenWork, error) {
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	var out []OpenWork
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
			}
			out = append(out, w)
		}
	}
	return out, nil
}
