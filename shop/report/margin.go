package report

import (
	"cmp"
	"slices"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// MarginLine is what released documents brought in for a group, and what that had cost.
type MarginLine struct {
	// Group is an id, or the name of a work type; "" is what belongs to none: parts have no technician.
	Group string
	money.Margin
	Allocations int
}

// Percent is the margin in percent of the revenue to one decimal, nil while a cost is unknown or nothing came in.
func (l MarginLine) Percent() *money.Percent {
	p, ok := l.Margin.Percent(1, money.HalfEven)
	if !ok {
		return nil
	}
	return &p
}

// Margins adds up the allocations of the documents that were issued in a period, with the cost that was frozen at
// the release. What is off a whole document, or added to it, is shared among its lines. Deposits are no revenue yet. The end is excluded; zero dates are open ends.
func Margins(r store.Reader, by By, from, to calendar.Date) ([]MarginLine, error) {
	if err := by.check("margin", MarginGroups()); err != nil {
		return nil, err
	}
	groups := map[string]*MarginLine{}
	for _, kind := range billing.InvoiceKinds() {
		for inv, err := range billing.Invoices.Rows(r, "issued", store.Prefix(store.K(string(kind)))) {
			if err != nil {
				return nil, err
			}
			if inv.IssuedOn.Before(from) || !to.IsZero() && !inv.IssuedOn.Before(to) {
				continue
			}
			off, err := allowedOn(r, inv.ID)
			if err != nil {
				return nil, err
			}
			for a, err := range billing.Allocations.By(r, "invoice", store.K(inv.ID)) {
				if err != nil {
					return nil, err
				}
				if a.Kind == billing.FromDeposit {
					continue
				}
				key, err := marginKey(r, by, a, inv.Customer)
				if err != nil {
					return nil, err
				}
				g := groups[key]
				if g == nil {
					g = &MarginLine{Group: key, Margin: money.Margin{Cost: money.SumCosts()}}
					groups[key] = g
				}
				m := a.Margin()
				g.Revenue, g.Cost = money.Sum(g.Revenue, m.Revenue, off[a.Line]), g.Cost.Add(m.Cost)
				delete(off, a.Line) // once, however many charges share a line
				g.Allocations++
			}
		}
	}
	return sorted(groups, func(l *MarginLine) string { return l.Group }), nil
}

// allowedOn is what discounts and surcharges on the whole of a document add to each of its lines; of a credit note, to what it
// takes back.
func allowedOn(r store.Reader, id store.ID) (map[int]money.Amount, error) {
	inv, err := billing.Invoices.Get(r, id)
	if err != nil || len(inv.Allowances) == 0 {
		return nil, err
	}
	off := inv.AllowedByLine()
	for n, a := range off {
		if inv.Kind == billing.KindCreditNote {
			off[n] = a.Neg()
		}
	}
	return off, nil
}

func marginKey(r store.Reader, by By, a *billing.Allocation, customer store.ID) (string, error) {
	switch by {
	case ByCustomer:
		return string(customer), nil
	case ByOrder:
		return string(a.Order), nil
	case ByWorkType:
		w, err := work.WorkOrders.Get(r, a.Order)
		if err != nil {
			return "", err
		}
		return w.Pins[work.PinWorkType].Name, nil
	default:
		if a.Kind != billing.FromTime {
			return "", nil
		}
		e, err := billing.TimeEntries.Get(r, a.Source)
		if err != nil {
			return "", err
		}
		return string(e.Technician), nil
	}
}

// sorted lists groups by their key.
func sorted[T any](groups map[string]*T, key func(*T) string) []T {
	out := make([]T, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(key(&a), key(&b)) })
	return out
}
