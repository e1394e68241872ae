package billing

import (
	"fmt"

	"callout/money"
	"callout/store"
)

// reqTwin warns of another document of the order over the same days and the same total.
// That nothing is billed twice is held by allocations; this finds what was recorded twice. Agreed
// amounts are left out: equal milestones are what was agreed. It is a hint and holds nothing
// up, because work that is done every month comes to the same each time.
func reqTwin(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqTwin, Title: "no other invoice of the order asks for the same for the same days", Stage: ToPropose, Severity: Warn}
	inv := sub.Invoice
	if !inv.worked() {
		q.Status = NotApplicable
		return q
	}
	credited := map[store.ID]money.Amount{}
	for i := range s.Invoices {
		if cn := &s.Invoices[i]; cn.Kind == KindCreditNote && cn.Status == InvoiceReleased {
			credited[cn.Credits] = credited[cn.Credits].Add(cn.Gross)
		}
	}
	for i := range s.Invoices {
		o := &s.Invoices[i]
		if o.ID == inv.ID || o.Kind != inv.Kind || o.From != inv.From || o.To != inv.To || !o.Gross.Equal(inv.Gross) || !o.worked() {
			continue
		}
		if credited[o.ID].Equal(o.Gross) {
			continue // it was taken back, and this is what came instead
		}
		q.Evidence = []store.ID{o.ID}
		q.Reason = fmt.Sprintf("%s is %s over %s for %s too", o.Name(), o.Status, o.Gross.Format(o.Currency), dates(o.From, o.To))
		q.Fix = "callout invoice show " + o.Name()
	}
	return q
}

// worked reports whether a document bills time or items.
func (inv *Invoice) worked() bool {
	for i := range inv.Lines {
		if k := inv.Lines[i].Kind; k == FromTime || k == FromItem {
			return true
		}
	}
	return false
}
