package billing

import (
	"fmt"

	"callout/money"
)

// restAmount is what the other milestones leave of the agreed price, and of the part of it
// that is not to be billed: so amounts and shares in any mixture come to the price exactly.
// What change orders brought counts apart.
func (s *Snapshot) restAmount(m *Milestone) (money.Amount, string) {
	rest := *s.Terms.Price
	if s.Terms.Unbilled != nil {
		rest = rest.Sub(*s.Terms.Unbilled)
	}
	for i := range s.Milestones {
		o := &s.Milestones[i]
		if o.ID == m.ID || o.Change != "" {
			continue
		}
		a := s.Milestoned[o.ID]
		if a.IsZero() { // there is a price and no other rest: only what bills the work has no amount
			a, _ = s.milestoneAmount(o)
		}
		rest = rest.Sub(a)
	}
	if rest.Sign() <= 0 {
		return rest, fmt.Sprintf("the other milestones leave nothing of the agreed price (%s)", rest)
	}
	return rest, ""
}
