package tui_test

import (
	"strings"
	"testing"

	"callout/tui"
)

func TestBoardShowsTheDay(t *testing.T) {
	p := newPlace(t)
	p.run("absence add ben --from '2026-03-02 14:00' --to '2026-03-02 17:00' --kind vacation")
	p.open(80, 24).shows("ana", "ben", "Boiler se", "Coffee", "vacation").golden("board-80x24")
	p.open(160, 48).golden("board-160x48")
	p.open(59, 15).shows("too small")
}

func TestMoveAVisitToSomebodyElse(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w").shows("APPT-1001  scheduled  09:00-11:00")
	s.press("space").shows("drop here", "09:00-11:00  ana  fits")
	s.press("j").shows("ben: APPT-1002 from Mon", "(overlap)")
	s.press("L L L").shows("12:00-14:00  ben  fits")
	s.press("enter").shows("APPT-1001 is at 12:00 with ben")
	if out := p.run("appt show APPT-1001 -o json"); !strings.Contains(out, `"ben"`) || !strings.Contains(out, "2026-03-02T11:00:00Z") {
		t.Fatalf("the visit was not moved: %s", out)
	}
	s.press("u").shows("APPT-1001 took back")
	if out := p.run("appt show APPT-1001 -o json"); !strings.Contains(out, `"ana"`) || !strings.Contains(out, "2026-03-02T08:00:00Z") {
		t.Fatalf("the move was not undone: %s", out)
	}
}

// A refusal shows the rule's own words, and the visit stands where it stood.
func TestARefusedMoveGoesBack(t *testing.T) {
	p := newPlace(t)
	p.run("appt lock APPT-1001 time")
	s := p.open(120, 30)
	s.press("w space L enter").shows("APPT-1001 is locked (time)", "callout appt lock APPT-1001 none")
	s.press("h").shows("09:00-11:00")
}

// Escape puts a held visit back; nothing was changed.
func TestEscapePutsBack(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w space L L esc").hides("drop here")
	if out := p.run("log -o jsonl --limit 1"); strings.Contains(out, "move") {
		t.Fatalf("something was moved: %s", out)
	}
}

// What others do appears, and the cursor stays with its technician.
func TestOthersChangesAppear(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("j").onLane("ben")
	p.run("technician add abel --shift 'Mon-Fri 08:00-17:00' --tz Europe/Vienna")
	p.run("appt move APPT-1002 --start '2026-03-02 13:00'")
	s.changed().shows("abel").onLane("ben")
	s.press("w").shows("APPT-1002  scheduled  13:00-14:30")
}

func TestReadOnly(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30, func(o *tui.Options) { o.ReadOnly = true })
	s.press("w space").shows("READ-ONLY", "pick up: the board is read-only")
	s.press("u").shows("undo: the board is read-only")
}

// A key that does nothing here says why.
func TestADisabledKeySaysWhy(t *testing.T) {
	p := newPlace(t)
	p.open(120, 30).press("g H space").shows("pick up: there is no visit under the cursor")
}

func TestZoomAndDays(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w + + +").shows("Boiler service")
	s.press("]").shows("Tue 3 Mar").hides("Boiler service")
	s.press("[").shows("Mon 2 Mar", "Boiler")
	s.press("D").shows("Wed 4")
	s.press("q")
	if !s.closed {
		t.Fatal("q does not close the board")
	}
}
