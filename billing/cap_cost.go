package billing

import "fmt"

// reqCapCost warns where work has cost more than was agreed, or where that is not known.
// Only the order's own cost is looked at; a cap over a chain is told of by its notices.
func reqCapCost(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqCapCost, Title: "the work costs no more than agreed", Stage: ToPropose, Severity: Warn, Status: NotApplicable}
	for i := range s.caps {
		c := &s.caps[i]
		if c.Cost == nil || c.Order != s.Order.ID {
			continue
		}
		q.Status = ""
		spent := s.rollup().Cost
		if over := spent.KnownPart().Sub(*c.Cost); over.Sign() > 0 {
			q.Reason = fmt.Sprintf("it cost %s, and %s are agreed", spent.Format(s.Company.Currency), c.Cost.Format(s.Company.Currency))
			q.Fix = "callout wo show " + s.Order.Number
		}
	}
	return q
}
