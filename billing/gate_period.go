package billing

import (
	"fmt"
	"strings"

	"callout/store"
)

// reqPeriod asks that the month in which the document would be dated is open.
func reqPeriod(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqPeriod, Title: "the month of its date is open", Stage: ToRelease}
	if sub.Invoice.Status != InvoiceReleased && s.Closed.shuts(s.Today) {
		q.Evidence = []store.ID{s.Closed.ID}
		q.Reason = fmt.Sprintf("today is %s, and the books are closed through %s", s.Today, s.Closed.Month)
		q.Fix = fmt.Sprintf(`callout period reopen %s --reason "…"`, s.Closed.Month)
	}
	return q
}

// reqLate tells of work on the document that was recorded after its month was closed. It is
// billed all the same, and counts for the month that it says.
func reqLate(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqLate, Title: "its work was recorded before the month was closed", Stage: ToRelease, Severity: Warn}
	var why []string
	for _, late := range s.Late {
		for _, l := range sub.Invoice.Lines {
			if l.Source == late.Source {
				why = append(why, fmt.Sprintf("line %d of %s counts for %s, because %s was closed", l.N, late.On, late.Counts, late.Month))
				q.Evidence = append(q.Evidence, late.Source)
			}
		}
	}
	if len(s.Late) == 0 {
		q.Status = NotApplicable
	}
	q.Reason, q.Fix = strings.Join(why, "; "), "callout period late"
	return q
}
