package billing

import (
	"slices"
	"time"

	"callout/store"
	"callout/work"
)

// CoveredTime says of the time entries on an order how many seconds of each nobody pays for: what a warranty, goodwill
// or the shop's own affairs cover, and what an agreement includes. Time that an agreed price or the charge for a trip pays
// for is not covered. Entries of which nothing is covered are left out. Time that nobody has decided upon counts as
// if it were approved, but draws on no agreement yet. Now is the authority's time.
func CoveredTime(r store.Reader, order store.ID, now time.Time) (map[store.ID]int64, error) {
	o, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	c, err := loadCoverage(r, o)
	if err != nil || len(c.decisions)+len(c.warranties) == 0 && c.agreement == nil {
		return nil, err // most orders: nothing that could cover any of it
	}
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	out := map[store.ID]int64{}
	for i := range s.Times {
		e := &s.Times[i]
		x := source{id: e.ID, at: e.From, time: e}
		var charges []Charge
		switch e.Status {
		case TimeRejected:
			continue
		case TimeApproved:
			charges = s.counted(x)
		default:
			charges = s.covering(x, s.charges(x))
		}
		for j := range charges {
			if charges[j].unpaid() {
				out[e.ID] += charges[j].Worked
			}
		}
	}
	return out, nil
}

// unpaid reports whether something that may cover work covers the charge, and not the price of something else.
func (c *Charge) unpaid() bool {
	return c.Covered != "" && slices.ContainsFunc(c.Trace, func(p PriceStep) bool { return p.Level == levelCover && p.Verdict == verdictWon })
}
