package tui

import "testing"

// The header says how the shop stands, and a conflict before anything else.
func TestLinkState(t *testing.T) {
	for want, l := range map[string]linkState{
		"stand-alone":     {},
		"K7: in step":     {device: "K7"},
		"K7: 3 pending":   {device: "K7", pending: 3},
		"K7: 1 CONFLICT":  {device: "K7", pending: 3, conflicts: 1},
		"K7: 2 CONFLICTS": {device: "K7", conflicts: 2},
	} {
		if got := l.words(true); got != want {
			t.Errorf("%+v says %q, want %q", l, got, want)
		}
	}
	if got := (linkState{}).words(false); got != "" {
		t.Errorf("there is no room for %q", got)
	}
}
