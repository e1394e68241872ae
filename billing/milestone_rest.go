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
		if o.ID == m.ID || o.Basis() == ByActuals || o.Change != "" {
			continue
		}
		a, why := s.milestoneAmount(o)
		if why != "" {
			return money.Amount{}, why
		}
		if billed, ok := s.Milestoned[o.ID]; ok && !billed.IsZero() {
			a = billed
		}
		rest = rest.Sub(a)
	}
	if rest.Sign() <= 0 {
		return rest, fmt.Sprintf("the other milestones leave nothing of the agreed price (%s)", rest)
	}
	return rest, ""
}
