package tui

import (
	"fmt"

	"callout/store"
)

// linkState is how the shop stands to a server: what the header says of it.
type linkState struct {
	device             string // "" where the shop stands alone
	pending, conflicts int
}

// readLink finds out how the shop stands. A reader that is none is that of a shop without anything.
func readLink(r store.Reader) (l linkState, err error) {
	if r == nil {
		return l, nil
	}
	link, err := store.LinkOf(r)
	if err != nil || link == nil {
		return l, err
	}
	l.device = link.Device
	if l.pending, err = store.CountPending(r); err != nil {
		return l, err
	}
	l.conflicts, err = store.CountConflicts(r)
	return l, err
}

// words say it, shortest where there is nothing to do about it.
func (l linkState) words(wide bool) string {
	switch {
	case l.device == "" && wide:
		return "stand-alone"
	case l.device == "":
		return ""
	case l.conflicts == 1:
		return fmt.Sprintf("%s: 1 CONFLICT", l.device)
	case l.conflicts > 1:
		return fmt.Sprintf("%s: %d CONFLICTS", l.device, l.conflicts)
	case l.pending > 0:
		return fmt.Sprintf("%s: %d pending", l.device, l.pending)
	case wide:
		return l.device + ": in step"
	}
	return l.device
}
