package work

import (
	"slices"

	"callout/store"
)

// SupersedeSignOff marks a sign-off as no longer counting, and says why. One that did
// not count any more stays as it is.
func SupersedeSignOff(tx *store.Tx, s *SignOff, why string) error {
	next, ok := SignOffTransitions()[s.State][Supersede]
	if !ok {
		return nil
	}
	s.State, s.Superseded = next, why
	tx.Emit("signoff.superseded", s.ID, map[string]any{"order": s.Order, "why": why})
	return SignOffs.Put(tx, s)
}

// CurrentSignOff returns the newest sign-off of an order's present revision that is signed
// and counts, or nil.
func CurrentSignOff(r store.Reader, order store.ID) (*SignOff, error) {
	all, err := standing(r, order, Signed)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[len(all)-1], nil
}

// standing lists the sign-offs of an order's present revision in some states, oldest first. The order is
// read only where there is a sign-off: every command asks, and most orders have none yet.
func standing(r store.Reader, order store.ID, states ...SignOffState) ([]*SignOff, error) {
	var all []*SignOff
	for s, err := range SignOffs.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(states, s.State) {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	w, ok, err := WorkOrders.Try(r, order)
	if err != nil || !ok {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s *SignOff) bool { return !s.Current(w) }), nil
}

// SupersedeChanged supersedes what was signed, or is asked for, at an order's present revision where a room's part of
// what it shows is different by now. The present content is asked for at most once, and only where something is signed.
func SupersedeChanged(tx *store.Tx, order store.ID, room, why string, content func() (any, error)) error {
	all, err := standing(tx, order, Signed, Requested)
	if err != nil || len(all) == 0 {
		return err
	}
	now, err := content()
	if err != nil {
		return err
	}
	for _, s := range all {
		differs, err := s.Differs(room, now)
		if err != nil {
			return err
		}
		if !differs {
			continue
		}
		if err := SupersedeSignOff(tx, s, why); err != nil {
			return err
		}
	}
	return nil
}
