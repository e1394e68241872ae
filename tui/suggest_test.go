package tui_test

import (
	"strings"
	"testing"
)

// Where the visit under the cursor could go is listed with reasons, and one key takes a place: an exact line, not the
// first of whatever is there by then.
func TestSuggestionIsTaken(t *testing.T) {
	p := newPlace(t)
	s := p.open(160, 48)
	s.press("w s").shows("APPT-1001  Boiler service", "who", "+", "ben comes from APPT-1002: 4m more on the road").golden("suggest-160x48")
	s.press("j").shows("ana has no other visit on that tour")
	s.press("y").shows("callout appt move APPT-1001 --start 2026-03-0", "--technician", "# taking this one").press("esc")
	s.press("2").shows("APPT-1001 is planned for")
	if out := p.run("appt list -o csv --fields number,start,technicians"); strings.Contains(out, "APPT-1001,2026-03-02T08:00:00Z,ana") {
		t.Fatalf("the visit is where it was: %s", out)
	}
	s.press("y").hides("--book")
}

func TestSuggestionsAreLeft(t *testing.T) {
	p := newPlace(t)
	s := p.open(80, 24)
	s.press("w s").shows("APPT-1001", "start").golden("suggest-80x24")
	s.press("e").shows("ben  Mon 2 09:00", "(overlap)").golden("suggest-why-80x24")
	s.press("esc").shows("take it").press("esc").shows("09:00-11:00", "pick up")
}

// For what cannot wait others give way, and the line books the very slot that was seen.
func TestEmergencyMovesOthers(t *testing.T) {
	p := newPlace(t)
	p.run("appt cancel APPT-1002")
	p.run("absence add ben --from '2026-03-02 08:00' --to '2026-03-06 17:00' --kind sick")
	p.run("appt move APPT-1001 --start '2026-03-02 08:00' --duration 8h30m")
	p.run("appt schedule WO-1003 --technician ana --start '2026-03-05 08:00' --duration 30m")
	p.run("appt cancel APPT-1003")
	s := p.open(160, 48)
	s.press("] ] ] R enter [ [ [ s ! e").shows("ana").press("e").shows("others give way", "moves")
	s.press("y").shows("callout").press("esc esc").shows("drop here")
}

// A rule refuses what is not to be moved, in its own words.
func TestNoSuggestionForALockedVisit(t *testing.T) {
	p := newPlace(t)
	p.run("appt lock APPT-1001 time")
	p.open(120, 30).press("w s").shows("APPT-1001 is locked (time)").press("enter").shows("there is nothing to take")
	p.run("appt start APPT-1002")
	p.open(120, 30).press("w w s").shows("APPT-1002 is in-progress: one cannot move it")
}
