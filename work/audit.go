package work

import (
	"strings"

	"callout/store"
)

// auditOrders looks for orders that stand where no command can have brought them.
func auditOrders(r store.Reader, report func(store.ID, string)) error {
	for w, err := range WorkOrders.All(r) {
		if err != nil {
			return err
		}
		site, ok, err := Sites.Try(r, w.Site)
		if err != nil {
			return err
		}
		if !ok || site.Customer != w.Customer {
			report(w.ID, w.Number+" is at a site that is not its customer's")
		}
		if _, ok := Transitions()[w.Status]; !ok {
			report(w.ID, w.Number+" has the unknown status "+string(w.Status))
		}
		finished := w.Status == Completed || w.Status == Closed
		if finished != !w.CompletedAt.IsZero() || finished != (w.Outcome != "") {
			report(w.ID, w.Number+" is "+string(w.Status)+" but says otherwise about its completion")
		}
		if w.Status == InProgress && !w.Begun() {
			report(w.ID, w.Number+" is in progress and has never begun")
		}
		if w.Parent == "" && len(w.After) == 0 {
			continue
		}
		for _, p := range []point{{w.ID, false}, {w.ID, true}} {
			steps, err := cycle(r, p)
			if err != nil {
				return err
			}
			if steps != nil {
				report(w.ID, w.Number+" waits for itself: "+strings.Join(steps, ", "))
			}
		}
	}
	return nil
}

// auditParts looks for tasks, evidence and deliverables of orders that are not there.
func auditParts(r store.Reader, report func(store.ID, string)) error {
	known := func(order, id store.ID) error {
		_, ok, err := WorkOrders.Try(r, order)
		if err == nil && !ok {
			report(id, "it belongs to a work order that does not exist")
		}
		return err
	}
	for t, err := range Tasks.All(r) {
		if err != nil {
			return err
		}
		if err := known(t.Order, t.ID); err != nil {
			return err
		}
		if (t.Status == TaskDone) == t.DoneAt.IsZero() {
			report(t.ID, "the task is "+string(t.Status)+" but says otherwise about when it was done")
		}
	}
	for d, err := range Deliverables.All(r) {
		if err != nil {
			return err
		}
		if err := known(d.Order, d.ID); err != nil {
			return err
		}
	}
	for e, err := range EvidenceItems.All(r) {
		if err != nil {
			return err
		}
		if err := known(e.Order, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// auditChecklists recomputes what was acknowledged.
func auditChecklists(r store.Reader, report func(store.ID, string)) error {
	for run, err := range ChecklistRuns.All(r) {
		if err != nil {
			return err
		}
		body, err := Checklists.At(r, run.Template)
		if err != nil {
			return err
		}
		for _, a := range run.Answers {
			if _, err := body.question(a.Question); err != nil {
				report(run.ID, "it answers the question "+a.Question+", which its template does not ask")
			}
		}
		if run.Acknowledged == nil {
			continue
		}
		hash, err := body.Hash()
		if err != nil {
			return err
		}
		if hash != run.Acknowledged.TextHash {
			report(run.ID, "what was acknowledged is not the text of its template")
		}
	}
	return nil
}

// auditSignOffs recomputes what was signed, and whether what still counts is still true.
func auditSignOffs(r store.Reader, report func(store.ID, string)) error {
	for s, err := range SignOffs.All(r) {
		if err != nil {
			return err
		}
		again := *s
		if err := Seal(&again); err != nil {
			return err
		}
		if again.Hash != s.Hash {
			report(s.ID, "what was shown does not have the hash that was signed")
		}
		if s.State != Signed {
			continue
		}
		w, ok, err := WorkOrders.Try(r, s.Order)
		if err != nil {
			return err
		}
		if !ok {
			report(s.ID, "it signs a work order that does not exist")
			continue
		}
		if !s.Current(w) {
			continue // it is for what the order was in an earlier revision
		}
		content, err := shownWork(r, w)
		if err != nil {
			return err
		}
		differs, err := s.Differs(ShownWork, content)
		if err != nil {
			return err
		}
		if differs {
			report(s.ID, "it counts as signed although the work of "+w.Number+" was edited afterwards")
		}
	}
	return nil
}
