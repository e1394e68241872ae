package tui_test

import (
	"strings"
	"testing"
)

// A visit's life by keys alone: told, on the way, at work, at rest, done.
func TestLifeOfAVisit(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w d").shows("APPT-1001 dispatched")
	s.press("d").shows("APPT-1001 is dispatched: one cannot dispatch it, only move, assign, lock, split, travel, start or cancel")
	s.press("r").shows("APPT-1001 traveling")
	s.press("S").shows("APPT-1001 in-progress")
	s.press("p").shows("APPT-1001 on-break")
	s.press("x").shows("APPT-1001 is on-break: one cannot cancel it")
	s.press("p").shows("APPT-1001 in-progress")
	s.press("f").shows("What came of APPT-1001", "partly completed")
	s.press("c").shows("APPT-1001 completed")
	s.press("S").shows("APPT-1001 is completed, which is final: one cannot start it")
}

func TestFinishAsksWhy(t *testing.T) {
	p := newPlace(t)
	p.run("task add WO-1001 'Clean the burner'")
	p.run("task add WO-1001 'Fit a valve'")
	p.run("appt cancel APPT-1001 --reason again")
	p.run("appt schedule WO-1001 --technician ana --start '2026-03-02 09:00' --duration 2h")
	s := p.open(120, 30)
	s.press("w S f p").shows("Which tasks of APPT-1003 are done?", "1  Clean the burner")
	s.press("tab enter enter").shows("say why")
	s.types("a valve is missing").press("enter").shows("APPT-1003 partially-completed", "what is left over waits in APPT-1004")
	if out := p.run("appt show APPT-1004 -o json"); !strings.Contains(out, "Fit a valve") || strings.Contains(out, "Clean the burner") {
		t.Fatalf("the follow-on has other tasks: %s", out)
	}
}

func TestCallOffAndBookAgain(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w x").shows("Call off APPT-1001  Boiler service?")
	s.press("esc w").shows("APPT-1002")
	s.press("b x enter").shows("say why").types("nobody home").press("enter").shows("APPT-1001 canceled")
	s.press("R").shows("Book again", "APPT-1001  09:00-11:00")
	s.press("enter L").shows("drop here", "ana  fits").press("enter").shows("APPT-1001 is booked again for 10:00")
	s.press("l").shows("APPT-1003  scheduled  10:00-12:00")
}

func TestLockMenu(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w K").shows("Lock APPT-1001", "it may go to others")
	s.press("t").shows("locked: time")
	s.press("space L enter").shows("APPT-1001 is locked (time)")
	s.press("h").hides("put it back")
	s.press("v j w v K").shows("Lock 2 visits").press("b").shows("2 visits locked: both").hides("marked")
}

// Longer and shorter in place: one line each, and what is refused says so.
func TestResizeInPlace(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w > >").shows("09:00 to 11:30").press("l").shows("09:00-11:30").press("<").shows("09:00 to 11:15")
	if out := p.run("appt show APPT-1001 -o json"); !strings.Contains(out, "2026-03-02T10:15:00Z") {
		t.Fatalf("it ends at another time: %s", out)
	}
	s.press("y").shows("The same in a shell", "callout appt move APPT-1001 --start 2026-03-02T09:00:00+01:00 --duration 2h15m")
}

func TestSplitByKeys(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w |").types("half").press("enter").shows("is no duration")
	s.press("ctrl+u").types("45m").press("enter").shows("APPT-1003")
	s.press("w").shows("APPT-1003  scheduled  09:45-11:00")
}

// Who can be sent is listed with what stands against it, and what cannot be accepted says so.
func TestAssign(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w A").shows("Who goes to APPT-1001", "goes now; fits", "ben: APPT-1002 from Mon").golden("assign-120x30")
	s.types("ben").press("enter").shows("the dispatch policy accepts no conflict", "nobody may book over", "leave it as it was")
	s.press("n").shows("09:00-11:00")
	s.press("b w L L").shows("ana")
}

// A rule that may be booked over is offered with a reason; the line says so.
func TestBookOver(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w space L L L L L L L enter").shows("cannot be planned so", "shift ends 17:00", "book over: shift", "hold it again").golden("exceptions-120x30")
	s.press("h").shows("drop here", "shift ends").press("enter o enter").shows("say why")
	s.types("agreed with ana").press("enter").shows("in spite of ana: shift ends 17:00")
	if out := p.run("appt show APPT-1001 -o json"); !strings.Contains(out, "agreed with ana") {
		t.Fatalf("the reason is not kept: %s", out)
	}
}

// Several at once are one line; what was not done is listed with its reason.
func TestMarksAndFailures(t *testing.T) {
	p := newPlace(t)
	p.run("appt dispatch APPT-1002")
	s := p.open(120, 30)
	s.press("w v w v").shows("2 marked")
	s.press("d").shows("1 done, 1 not", "refused   APPT-1002  APPT-1002 is dispatched: one cannot dispatch it")
	s.press("esc y").shows("callout appt dispatch APPT-1001 APPT-1002   # exit 3")
	s.press("esc").shows("2 marked").press("esc").hides("marked")
}

func TestMarkRangeAndLane(t *testing.T) {
	p := newPlace(t)
	p.run("appt schedule WO-1003 --technician ana --start '2026-03-02 13:00' --duration 1h")
	s := p.open(120, 30)
	s.press("w *").shows("2 marked").press("*").hides("marked")
	s.press("V j").shows("1 marked").press("L L").shows("2 marked").press("k").shows("1 marked").press("V esc").hides("marked")
}

// More than ten are asked about, with another key than the one that asked.
func TestManyAskFirst(t *testing.T) {
	p := newPlace(t)
	for _, at := range []string{"08:00", "08:10", "08:20", "08:30", "08:40", "08:50", "11:30", "11:40", "11:50", "12:00", "12:10"} {
		p.run("appt schedule WO-1003 --technician ana --start '2026-03-02 " + at + "' --duration 10m --accept travel --reason test")
	}
	s := p.open(120, 30)
	s.press("* x").types("strike").press("enter").shows("appt cancel: 12", "leave it")
	s.press("x").shows("leave it").press("y").shows("12 visits called off")
}

// What cannot be done with the order is said in the words of the order's own table.
func TestOrderKeys(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("w z").types("waits for a part").press("enter").shows("WO-1001 on hold")
	s.press("C").shows("complete the order: WO-1001 is on-hold and cannot be completed; possible: resume")
	s.press("z").shows("WO-1001 resumed")
}

// The list of everything that can be done says of the rest why not.
func TestActionsMenu(t *testing.T) {
	p := newPlace(t)
	p.open(80, 24).press("w a").shows("dispatch", "APPT-1001 is scheduled: one cannot fi", "hold the order").golden("actions-80x24")
	p.open(60, 16).press("w a").golden("actions-60x16")
}

func TestOneNameForTwo(t *testing.T) {
	p := newPlace(t)
	p.run("technician add 'Berger, Eva' --shift 'Mon-Fri 08:00-17:00' --tz Europe/Vienna")
	s := p.open(120, 30)
	s.press("w space k k enter").shows("APPT-1001 goes to Berger, Eva")
	if out := p.run("appt show APPT-1001 -o json"); !strings.Contains(out, "Berger, Eva") {
		t.Fatalf("somebody else goes: %s", out)
	}
}
