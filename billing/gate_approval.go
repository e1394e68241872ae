package billing

import (
	"fmt"
	"slices"
	"strings"

	"callout/approval"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Granter is somebody who let something go for a document: a requirement, a deliverable, or the price in
// the book. They never release it, where four eyes are needed.
type Granter struct {
	By   store.ID
	Name string
	What string // "waived SIGNOFF.CUSTOMER"
}

// granters lists who let something go, but for the requirements that the gate finds waived. The price of an
// expense is no exception: there is no other.
func (s *Snapshot) granters(inv *Invoice) []Granter {
	if inv.Kind == KindCreditNote {
		return nil // it takes back what was granted
	}
	var out []Granter
	add := func(what string, people ...store.ID) {
		for _, id := range people {
			out = append(out, Granter{id, s.names[id], what})
		}
	}
	for _, d := range s.Deliverables {
		if d.Satisfaction.Waived {
			add("waived "+d.Title, d.Deliverable.Waived.People()...)
		}
	}
	billed := map[store.ID]bool{}
	for _, l := range inv.Lines {
		billed[l.Source] = true
	}
	for i := range s.Items {
		it := &s.Items[i]
		if !billed[it.ID] {
			continue
		}
		if p := it.Price; p != nil && it.Kind != ExpenseItem && it.Agreement == "" { // a fee is agreed
			add("named the price of "+it.Text, p.Grant.People(p.By)...)
		}
		if b := it.BelowFloor; b != nil {
			add("sold "+it.Text+" below its floor", b.Grant.People(b.By)...)
		}
	}
	for _, p := range s.Terms.Prices {
		if s.namesPrice(billed, &p) {
			add("named the price of "+p.Key, p.Grant.People(p.By)...)
		}
	}
	for _, e := range s.belowFloor {
		add("booked below the floor", e.Grant.People(e.By)...)
	}
	return append(out, s.givers(inv, billed)...)
}

// namesPrice reports whether a price that was named for the order is that of anything billed.
func (s *Snapshot) namesPrice(billed map[store.ID]bool, p *OrderPrice) bool {
	for id := range billed {
		for _, c := range s.worth[id] {
			if c.Named == p.By && slices.ContainsFunc(c.Trace, func(x PriceStep) bool {
				return x.Level == levelExplicit && x.Verdict == verdictWon && strings.HasPrefix(x.Rule, p.Key+" ")
			}) {
				return true
			}
		}
	}
	return false
}

// loadNames reads what those are called who let something go on the order.
func (s *Snapshot) loadNames(r store.Reader) error {
	s.names = map[store.ID]string{}
	var ids []store.ID
	for _, d := range s.Deliverables {
		if d.Deliverable.Waived != nil {
			ids = append(ids, d.Deliverable.Waived.People()...)
		}
	}
	for i := range s.Items {
		if p := s.Items[i].Price; p != nil {
			ids = append(ids, p.Grant.People(p.By)...)
		}
		if b := s.Items[i].BelowFloor; b != nil {
			ids = append(ids, b.Grant.People(b.By)...)
		}
	}
	for i := range s.Terms.Prices {
		ids = append(ids, s.Terms.Prices[i].Grant.People(s.Terms.Prices[i].By)...)
	}
	ids = append(ids, s.giving()...)
	if err := s.loadBelowFloor(r); err != nil {
		return err
	}
	for i := range s.belowFloor {
		ids = append(ids, s.belowFloor[i].Grant.People(s.belowFloor[i].By)...)
	}
	for i := range s.Waivers {
		ids = append(ids, s.Waivers[i].people()...)
	}
	for _, id := range unique(ids) {
		name, err := party.NameOf(r, id)
		if err != nil {
			return err
		}
		s.names[id] = name
	}
	return nil
}

// loadBelowFloor reads which visits of the order somebody booked below a floor. One that was called off
// committed the shop to nothing.
func (s *Snapshot) loadBelowFloor(r store.Reader) error {
	for v, err := range dispatch.Appointments.By(r, "order", store.K(s.Order.ID)) {
		if err != nil {
			return err
		}
		for _, e := range v.Accepted {
			if e.Conflict == dispatch.Margin && e.Grant.Counts() && v.Status != dispatch.Canceled {
				s.belowFloor = append(s.belowFloor, e)
			}
		}
	}
	return nil
}

// asked is the newest request for a document's approval, with how the document has changed since
// somebody was asked before.
type asked struct {
	approval.Request
	waits   string // for whom it still waits
	changes []approval.Difference
}

func askedOf(r store.Reader, inv *Invoice) (*asked, error) {
	var last *approval.Request
	for q, err := range approval.Of(r, ApprovalInvoice, inv.ID) {
		if err != nil {
			return nil, err
		}
		last = q
	}
	if last == nil {
		return nil, nil
	}
	a := &asked{Request: *last}
	switch last.State {
	case approval.Void:
		a.changes = last.Changes
	case approval.Pending:
		waits, err := last.Waiting(r)
		if err != nil {
			return nil, err
		}
		a.waits = waits
		if _, a.changes, err = approval.Since(r, last); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// reqApproved asks for everybody's yes that the policy asks for, to the document as it is.
func reqApproved(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqApproved, Title: "somebody else has approved it", Stage: ToRelease}
	if s.Policy.Mode == approval.Single {
		q.Title = "it is approved (single-person policy)"
	}
	switch {
	case sub.Granted != nil:
		q.Evidence = append(q.Evidence, sub.Granted.ID)
		if g := sub.grantedBy(sub.Granted); g != nil && s.Policy.Mode != approval.Single && !s.Policy.Preset() {
			q.Reason = g.Name + " approved it and " + g.What
			q.Fix = "callout invoice discard " + string(sub.Invoice.ID)
		}
		return q
	case sub.Invoice.ID == "" && sub.empty(): // LINES.PRESENT says why, and what helps
		q.Reason = "there is nothing to propose"
	case sub.Invoice.ID == "":
		q.Reason, q.Fix = "it is not proposed yet", "callout invoice propose "+s.Order.Number
	case sub.Invoice.Status == InvoiceDraft:
		q.Reason, q.Fix = "it is a draft", "callout invoice propose "+sub.Invoice.Name()
	default:
		q.Reason, q.Fix = "nobody has approved it as it is", "callout invoice approve "+sub.Invoice.Name()
	}
	if a := sub.Asked; a != nil {
		if given, needed := a.Progress(); a.State == approval.Pending && needed > 1 {
			q.Reason = fmt.Sprintf("%d of %d have approved it; it still takes %s", given, needed, a.waits)
			q.Fix = "callout approval explain " + string(a.ID)
		}
		if a.State == approval.Pending || a.State == approval.Void {
			q.Changes = a.changes
		}
	}
	return q
}

// grantedBy finds somebody who approved a document, or in whose place somebody did, among those who let
// something go for it.
func (sub *Subject) grantedBy(q *approval.Request) *Granter {
	for _, d := range q.Decisions() {
		for i, g := range sub.Granters {
			if g.By == d.By || g.By == d.For {
				return &sub.Granters[i]
			}
		}
	}
	return nil
}

// reqReleaser keeps from releasing a document whoever let something go for it, and from releasing a credit note
// whoever approved it. It names them also where nobody is about to release.
func reqReleaser(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqReleaser, Title: "whoever releases it let nothing go for it", Stage: ToRelease}
	credit := sub.Invoice.Kind == KindCreditNote
	if credit {
		q.Title = "whoever releases it has not approved it"
	}
	if s.Policy.Mode == approval.Single {
		q.Status = NotApplicable
		return q
	}
	if credit {
		if sub.Releaser == "" {
			return q
		}
		approved := sub.Releaser == sub.Invoice.ApprovedBy
		if sub.Granted != nil {
			for _, d := range sub.Granted.Decisions() {
				approved = approved || d.By == sub.Releaser || d.For == sub.Releaser
			}
		}
		if approved {
			q.Reason, q.Fix = "whoever approves a credit note does not release it", "callout invoice release "+sub.Invoice.Name()+" --as NAME"
		}
		return q
	}
	if len(sub.Granters) == 0 {
		q.Status = NotApplicable
		return q
	}
	var others []string
	for _, g := range sub.Granters {
		words := g.Name + " " + g.What
		if g.By == sub.Releaser {
			q.Reason, q.Status = words+", and who lets something go does not release", Unsatisfied
			q.Fix = "callout invoice release " + sub.Invoice.Name() + " --as NAME"
			return q
		}
		if !slices.Contains(others, words) {
			others = append(others, words)
		}
	}
	q.Status, q.Reason = Satisfied, "not by these: "+strings.Join(others, "; ")
	return q
}

// refuseGranter refuses, where the shop has rules of its own, that somebody approves what they let something
// go for. Under a preset, which two people have to be able to work with, the one who does not
// propose may do both.
func refuseGranter(tx *store.Tx, g *Gate) error {
	if !g.strict {
		return nil
	}
	for _, x := range g.granters {
		if x.By != tx.Env.Actor.ID {
			continue
		}
		return fault.Refusedf("%s %s and so may not approve %s", x.Name, x.What, g.Name).With("approval.granter").
			Hint("callout invoice approve %s --as NAME   (somebody else)", g.Name)
	}
	return nil
}

// refuseApprover refuses, where the shop has rules of its own, that somebody waives a requirement of an order
// of which they have approved an invoice that is not released yet.
func refuseApprover(tx *store.Tx, order store.ID) error {
	policy, _, err := approval.Current(tx)
	if err != nil || policy.Mode == approval.Single || policy.Preset() {
		return err
	}
	for inv, err := range Invoices.By(tx, "order", store.K(order)) {
		if err != nil {
			return err
		}
		if inv.Status != InvoiceProposed && inv.Status != InvoiceApproved {
			continue
		}
		for q, err := range approval.Of(tx, ApprovalInvoice, inv.ID) {
			if err != nil {
				return err
			}
			if q.State != approval.Pending && q.State != approval.Approved {
				continue
			}
			for _, d := range q.Decisions() {
				if d.By != tx.Env.Actor.ID && d.For != tx.Env.Actor.ID {
					continue
				}
				return fault.Refusedf("who has approved %s may not waive its requirements", inv.Name()).With("approval.granter").
					Hint("somebody else waives: --as NAME")
			}
		}
	}
	return nil
}
