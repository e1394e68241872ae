package tui_test

import (
	"strings"
	"testing"
	"time"

	"callout/tui"
)

// newQueuePlace is a place where more waits: an order with a promise, one that is late, and a visit without a time.
func newQueuePlace(t testing.TB) *place {
	t.Helper()
	p := newPlace(t)
	p.run("sla add Quick --hours 'Mon-Sun 00:00-24:00' --target emergency=4h/8h --target normal=24h/72h")
	p.run("task add WO-1003 'Look for leaks' --skill gas --estimate 45m")
	p.run("wo create --customer 'Café 東京' --site Bar --title 'Fridge warm' --priority emergency --sla Quick")
	p.run("wo create --customer 'Hotel Prater' --site Kitchen --title 'Oven door' --priority low")
	return p
}

func TestQueueShowsWhatWaits(t *testing.T) {
	p := newQueuePlace(t)
	p.open(80, 24).press("2").shows("3 wait, by SLA", "WO-1004  Fridge warm", "in 4h").golden("queue-80x24")
	p.open(160, 48).shows("3 wait").golden("queue-beside-160x48").press("2").shows("gas", "Kitchen", "respond in 4h").golden("queue-160x48")
	p.open(60, 16).press("2").shows("Fridge warm")
}

// What is planned already stays in the queue once its promise is at risk.
func TestQueueShowsWhatIsLate(t *testing.T) {
	p := newQueuePlace(t)
	p.run("appt schedule WO-1004 --technician ben --start '2026-03-02 14:00' --duration 1h")
	s := p.open(160, 48).press("2").shows("2 wait").hides("WO-1004")
	p.now = p.now.Add(5 * time.Hour)
	p.open(160, 48).press("2").shows("3 wait, 1 at risk", "respond 1h late", "APPT-1003 is scheduled for Mon 2 Mar 14:00")
	s.press("q")
}

func TestQueueSortsAndFilters(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(160, 48).press("2")
	s.press("s a").shows("by age", "▸ ").press("g").shows("WO-1003  Gas check  Hotel Prater  Kitchen")
	s.press("s p g").shows("WO-1004  Fridge warm  Café 東京  Bar  emergency")
	s.press("/").types("prat !gas").press("enter").shows("1 match prat !gas", "Oven door").hides("Gas check")
	s.press("esc").shows("Gas check")
}

// An order is picked up in the queue, dropped on the board, and gets a visit as long as its tasks are estimated.
func TestPickUpAnOrderFromTheQueue(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(160, 48)
	s.press("tab g space").shows("WO-1004 Fridge warm  08:00-09:00  ana")
	s.press("esc").press("j space").shows("WO-1003 Gas check  08:00-08:45  ana")
	s.press("L L L L enter").shows("WO-1003 is planned for 12:00").shows("2 wait")
	if out := p.run("appt list --fields number,work_order,start,technicians -o tsv"); !strings.Contains(out, "WO-1003") {
		t.Fatalf("there is no visit: %s", out)
	}
	s.press("space").shows("WO-1005 Oven door") // the queue has the keys again
}

// A visit without a time is given one, and stays the same visit.
func TestPickUpAVisitWithoutATime(t *testing.T) {
	p := newQueuePlace(t)
	p.run("task add WO-1001 Flush --estimate 30m")
	p.run("task add WO-1001 Descale --estimate 30m")
	p.run("appt cancel APPT-1001 --reason moved")
	p.run("appt schedule WO-1001 --task 1,2 --technician ana --start '2026-03-02 08:00' --duration 1h")
	for _, step := range []string{"dispatch", "travel", "start"} {
		p.run("appt " + step + " APPT-1003")
	}
	p.run("appt finish APPT-1003 --outcome partially-completed --done 1 --reason 'no parts'")
	s := p.open(120, 30)
	s.press("tab").shows("4 wait").press("/").types("boiler").press("enter").shows("APPT-1004 is without a time", "about 30m")
	s.press("space L L L L L enter").shows("APPT-1004 is planned for 13:00")
	if out := p.run("appt show APPT-1004 -o json"); !strings.Contains(out, `"scheduled"`) {
		t.Fatalf("the visit has no time: %s", out)
	}
}

// The queue is beside the board only where there is room, and only while somebody wants it there.
func TestQueueBesideTheBoard(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(110, 30).shows("3 wait", "ana")
	s.press("Q").hides("3 wait").press("Q").shows("3 wait")
	s.press("2").shows("3 wait").hides("ana       ▸")
	p.open(109, 30).hides("3 wait").press("Q Q").shows("no room beside the board")
	s.press("9").shows("pane 9: there are 5 panes")
}

// shelf keeps views for a test.
type shelf struct{ views []tui.View }

func (s *shelf) Load() ([]tui.View, error)   { return s.views, nil }
func (s *shelf) Save(views []tui.View) error { s.views = views; return nil }

// A filter and an order are kept under a name, and are there when the board is opened again.
func TestQueueViews(t *testing.T) {
	p := newQueuePlace(t)
	kept := &shelf{}
	with := func(o *tui.Options) { o.Views = kept }
	s := p.open(160, 48, with).press("2 s c /").types("kitchen").press("enter W s").types("My kitchen").press("enter")
	s.shows("My kitchen is saved", "view My kitchen, by customer, 2 match kitchen")
	s = p.open(160, 48, with).press("2 W").shows("My kitchen", "kitchen  by customer").press("4").hides("Fridge warm")
	s.press("esc").shows("Fridge warm").hides("view My")
	s.press("W 4 W d").shows("forgotten")
	if len(kept.views) != 0 {
		t.Fatalf("the view is still there: %v", kept.views)
	}
	s.press("W s").types("at risk").press("enter").shows("not yours to change")
}

// Of an order with parts the parts wait for visits, and not the whole.
func TestQueueShowsPartsInsteadOfTheWhole(t *testing.T) {
	p := newQueuePlace(t)
	p.run("wo create --customer 'Hotel Prater' --site Kitchen --title 'Pipes' --parent WO-1005")
	s := p.open(160, 48).press("2").shows("3 wait", "Pipes").hides("Oven door")
	p.run("wo cancel WO-1006 --reason 'not wanted'")
	s.changed().shows("3 wait", "Oven door").hides("Pipes")
}

// What is marked in the queue is changed together, and taken back together.
func TestQueueActsOnMarks(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(120, 30).press("2 g v v").shows("WO-1004")
	s.press("a").shows("WO-1004, WO-1003", "another priority").golden("queue-actions-120x30").press("esc")
	s.press("P").shows("Priority of").press("h").shows("high priority")
	if out := p.run("wo list --fields number,priority -o tsv"); strings.Count(out, "high") != 3 {
		t.Fatalf("two more orders are urgent now:\n%s", out)
	}
	s.press("u").shows("Take back 2 changes?", "callout wo edit").press("u").shows("Take back 2 changes?").press("y").shows("2 changes taken back")
	if out := p.run("wo list --fields number,priority -o tsv"); strings.Count(out, "high") != 1 {
		t.Fatalf("they are not any more:\n%s", out)
	}
	s.press("g v v z").shows("Put WO-1004, WO-1003 on hold?").types("no parts").press("enter").shows("2 orders on hold", "1 wait")
	s.press("u y").shows("2 changes taken back", "3 wait")
	s.press("g x").types("ordered twice").press("enter").shows("2 wait").hides("Fridge warm")
	s.press("u").hides("Take back").shows("3 wait", "Fridge warm")
}

// What others build on a part of what was done together stays, and the rest is taken back.
func TestUndoOfManyTellsWhatStays(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(120, 30).press("2 g v v z").types("no parts").press("enter").shows("2 orders on hold")
	p.run("wo edit WO-1003 --title 'Gas check, urgent'")
	p.run("wo list")
	s.press("u y").shows("1 of 2 changes not taken back", "undo")
	if out := p.run("wo list --status on-hold --fields number -o tsv"); out != "WO-1003\n" {
		t.Fatalf("on hold: %s", out)
	}
}

// A change that is made by itself is taken back by itself, whatever came before it.
func TestUndoGoesBackStepByStep(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(120, 30).press("2 g v v z").types("no parts").press("enter").shows("2 orders on hold")
	s.press("g P n").shows("normal priority").press("u").hides("Take back").shows("took back entry")
	s.press("u").shows("Take back 2 changes?").press("esc").shows("1 wait")
	s.press("u n").shows("1 wait").press("u y").shows("3 wait")
	// And forth the same steps; what is new begins anew.
	s.press("U").shows("Do 2 changes again?").press("U").shows("Do 2 changes again?").press("y").shows("2 changes done again", "1 wait")
	s.press("U").hides("again?").shows("did entry")
	s.press("u").hides("Take back").shows("took back").press("u").shows("Take back 2 changes?").press("y").shows("2 changes taken back", "3 wait")
	s.press("g P h").shows("high priority").press("U").hides("again?").shows("nothing to redo")
}

// Where a row of the queue could go is asked for where it stands.
func TestQueueSuggests(t *testing.T) {
	p := newQueuePlace(t)
	s := p.open(160, 48)
	x, y := s.cell("WO-1003")
	s.click(x, y).press("w").shows("WO-1003  Gas check", "take it").press("1").shows("WO-1003 is planned for").hides("take it")
	x, y = s.cell("Queue")
	s.click(x, y).hides("Coffee machine leaks").release(x, y)
	x, y = s.cell("Oven door")
	s.click(x, y).shows("WO-1005  Oven door  Hotel Prater")
}

// What stands beside a pane is about something in it, and goes with it.
func TestTheSideIsLeftWithItsPane(t *testing.T) {
	p := newPlace(t)
	s := p.open(160, 48).press("w enter").shows("WO-1001 Boiler service")
	s.press("2").hides("WO-1001 Boiler service").press("1").hides("WO-1001 Boiler service").shows("wait, by SLA")
	s.press("enter").press("1").shows("WO-1001 Boiler service")
}
