package tui_test

import (
	"strings"
	"testing"
)

// newDetailPlace is a place where an order has something in every part of its detail.
func newDetailPlace(t testing.TB) *place {
	t.Helper()
	p := newQueuePlace(t)
	p.run("task add WO-1001 'Clean the burner' --skill gas --estimate 90m")
	p.run("deliverable add WO-1001 Protocol --needs signoff")
	p.run("milestone add WO-1001 Half --percent 50")
	p.run("wo create --customer 'Hotel Prater' --site Kitchen --title 'Paint the boiler' --after WO-1001")
	p.run("item add WO-1001 --expense Parking --qty 1 --price 4.50 --cost 4.50")
	p.run("evidence add WO-1001 --title Pressure --value 1.8 --unit bar")
	entry := strings.TrimSpace(p.run("time add WO-1001 --task 1 --technician ana --from '2026-03-02 07:00' --to '2026-03-02 07:45' -o name"))
	p.run("time submit " + entry) // its id is drawn, and a golden frame cannot name it
	p.run("time approve " + entry)
	return p
}

func TestDetailShowsTheWholeOrder(t *testing.T) {
	p := newDetailPlace(t)
	s := p.open(160, 48).press("w enter")
	s.shows("WO-1001 Boiler service", "Praterstern 1", "APPT-1001", "Clean the burner", "Paint the boiler", "Parking")
	s.golden("detail-160x48").press("G").shows("1.8 bar", "Protocol", "Half", "50 %")
	p.open(80, 24).press("w enter").shows("WO-1001 Boiler service").golden("detail-80x24").press("G").shows("create")
	p.open(60, 16).press("w enter G").shows("mia")
}

func TestDetailFoldsAndJumps(t *testing.T) {
	p := newDetailPlace(t)
	s := p.open(80, 24).press("w enter Z").hides("Praterstern").shows("Missing", "Visits 1", "Log")
	s.press("j j z").shows("APPT-1001").press("Z Z").press("g J J").shows("Visits: enter folds")
}

// Another order of the chain opens in its place, and escape goes back and then out.
func TestDetailFollowsTheChain(t *testing.T) {
	p := newDetailPlace(t)
	s := p.open(160, 48).press("w enter Z J J J J z j j enter").shows("WO-1006 Paint the boiler")
	s.press("esc").shows("WO-1001 Boiler service").press("esc").hides("Praterstern 1").shows("wait, by SLA")
}

// What is missing names the command that helps, and runs it once it was seen.
func TestDetailRunsWhatHelps(t *testing.T) {
	p := newDetailPlace(t)
	s := p.open(160, 48).press("w enter J").shows("is open")
	s.press("j").shows("enter: callout task done WO-1001/1").press("enter").shows("run it", "callout task done WO-1001/1")
	s.press("esc").press("enter r").shows("1 done")
	if out := p.run("task list WO-1001 -o json"); !strings.Contains(out, `"done"`) {
		t.Fatalf("the task is open: %s", out)
	}
}

// A board that only looks does not run what helps.
func TestDetailReadOnly(t *testing.T) {
	p := newDetailPlace(t)
	s := p.open(160, 48, readOnly).press("w enter J j enter r").shows("run it: the board is read-only")
	s.press("esc space").shows("the board is read-only")
}

// From the detail an order is picked up, and a visit is found on the board.
func TestDetailFindsAndPicksUp(t *testing.T) {
	p := newDetailPlace(t)
	p.run("wo create --customer 'Hotel Prater' --site Kitchen --title Wiring --at 2026-03-02T06:40:00Z")
	p.run("appt schedule WO-1007 --technician ana --start '2026-03-05 09:00' --duration 1h")
	s := p.open(160, 48).press("2 / ").types("fridge").press("enter enter").shows("WO-1004 Fridge warm")
	s.press("space").shows("WO-1004 Fridge warm  08:00-09:00").press("esc").shows("respond")
	p.run("wo link WO-1004 --after WO-1007")
	s.changed()
	s.press("g Z J J z").press("j enter").shows("WO-1007 Wiring")
	s.press("g J J z j enter").shows("Thu 5 Mar").onLane("ana")
}
