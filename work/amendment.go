package work

import (
	"callout/internal/fault"
	"callout/store"
)

// An order that is reopened after somebody signed for it, or after it was billed, gets a new
// revision: an amendment. It has tasks, time and items of its own, is completed and signed
// for itself, and bills what is open by then, which is the difference. What the earlier
// revisions were signed, completed and billed with stays where it is, untouched.

// Rev is the revision that is worked on: 1, and one more with each amendment.
func (w *WorkOrder) Rev() int { return max(1, w.Revision) }

// Amending is the amendment that is worked on, or 0 in the first revision. Records of work
// carry it, so that it can be told what belongs to which.
func (w *WorkOrder) Amending() int {
	if w.Rev() == 1 {
		return 0
	}
	return w.Revision
}

// rev is the revision of the order that the sign-off is for.
func (s *SignOff) rev() int { return max(1, s.Revision) }

// Current reports whether the sign-off is for the revision that the order is in. One for
// an earlier revision stands as it is; no later work makes it untrue.
func (s *SignOff) Current(w *WorkOrder) bool { return s.rev() == w.Rev() }

// amendSigned begins an amendment where somebody has signed for the revision that is
// reopened.
func (w *WorkOrder) amendSigned(tx *store.Tx) error {
	for s, err := range SignOffs.By(tx, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		if s.State == Signed && s.Current(w) {
			w.amend(tx, "signed by "+s.Name)
			return nil
		}
	}
	return nil
}

// amend turns the order's last reopening into an amendment.
func (w *WorkOrder) amend(tx *store.Tx, after string) {
	w.Revision = w.Rev() + 1
	last := &w.Reopened[len(w.Reopened)-1]
	last.Amendment, last.After = w.Revision, after
	tx.Emit("work_order.amended", w.ID, map[string]any{"revision": w.Revision, "after": after})
}

// Amend turns the reopening of an order that the running command brought about into an
// amendment; After says what makes it one. Room billing calls it for orders that were
// billed. A reopening that is one already stays as it is.
func Amend(tx *store.Tx, order store.ID, after string) error {
	w, err := WorkOrders.Get(tx, order)
	if err != nil {
		return err
	}
	n := len(w.Reopened)
	if n == 0 {
		return fault.Internalf("%s was not reopened", w.Number)
	}
	if w.Reopened[n-1].Amendment != 0 {
		return nil
	}
	w.amend(tx, after)
	return WorkOrders.Put(tx, w)
}

// Reopens reports whether a change of an order takes it up again.
func Reopens(ch store.Changed[WorkOrder]) bool {
	return ch.Before != nil && ch.After != nil && len(ch.After.Reopened) > len(ch.Before.Reopened)
}

// answerRequests supersedes what was asked for before an order was reopened: nobody can
// sign any more for what was shown then.
func answerRequests(tx *store.Tx, w *WorkOrder) error {
	for s, err := range SignOffs.By(tx, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		if s.State == Requested {
			if err := SupersedeSignOff(tx, s, "the order was opened again"); err != nil {
				return err
			}
		}
	}
	return nil
}

// base is the newest sign-off that an amendment starts from: the last one of an earlier
// revision that was signed, or nil where nobody signed.
func (w *WorkOrder) base(r store.Reader) (*SignOff, error) {
	var found *SignOff
	for s, err := range SignOffs.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		if s.rev() < w.Rev() && s.State == Signed {
			found = s
		}
	}
	return found, nil
}

// unalteredSigned is the check that what was signed for an earlier revision never changes,
// whichever command tries, taking back included.
func unalteredSigned(tx *store.Tx) error {
	changed, err := SignOffs.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before == nil || ch.Before.State == Requested {
			continue
		}
		w, ok, err := WorkOrders.Try(tx, ch.Before.Order)
		if err != nil {
			return err
		}
		if ok && !ch.Before.Current(w) {
			return fault.Refusedf("what %s signed for revision %d of %s stays as it is", ch.Before.Name, ch.Before.rev(), w.Number).
				With("signoff.settled").Hint("callout signoff show %s", w.Number)
		}
	}
	return noRevisionLost(tx)
}

// noRevisionLost refuses to take back a reopening whose amendment somebody has been asked to
// sign for.
func noRevisionLost(tx *store.Tx) error {
	lost := func(before, after *WorkOrder) bool { return after.Rev() < before.Rev() }
	orders, err := WorkOrders.Changed(tx, store.Edited, lost)
	if err != nil {
		return err
	}
	for _, ch := range orders {
		for s, err := range SignOffs.By(tx, "order", store.K(ch.ID)) {
			if err != nil {
				return err
			}
			if s.rev() > ch.After.Rev() {
				return fault.Refusedf("revision %d of %s has been shown to %s", s.rev(), ch.After.Number, s.Name).With("undo.rests").
					Hint("callout signoff show %s", ch.After.Number)
			}
		}
	}
	return nil
}
