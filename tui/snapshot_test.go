package tui

import (
	"context"
	"maps"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/store"
)

// still is a shop in which nothing is ever found.
type still struct{}

func (still) View(_ context.Context, fn func(store.Reader) error) error { return fn(nil) }
func (still) Wait(ctx context.Context, _ uint64) (uint64, error)        { <-ctx.Done(); return 0, ctx.Err() }

// Stuck names a pane that counts as being read although nothing is under way: it would never be read again.
func (m *Model) Stuck() string {
	for p, f := range m.readings {
		if f.busy {
			return p.title()
		}
	}
	return ""
}

// A question beside a pane's reading does not end that reading: otherwise a second one would overtake it, and the older
// of the two would be what is shown.
func TestOneReadingOfAPaneAtATime(t *testing.T) {
	m := busyBoard(t, 1, 100, 30)
	m.opts.Shop = still{}
	if m.read(m.board) == nil {
		t.Fatal("the pane is not read")
	}
	m.Update(m.view(func(store.Reader) (func() tea.Cmd, error) { return func() tea.Cmd { return nil }, nil })())
	if !m.readings[m.board].busy {
		t.Fatal("the reading counts as done, and nothing was placed")
	}
	if m.read(m.board) != nil {
		t.Fatal("the pane is read twice at once")
	}
}

// What stands against the visits is asked of one day at a time; the last one that was read is the next, and those between
// are left out.
func TestOneDayIsAskedAboutAtATime(t *testing.T) {
	m := busyBoard(t, 1, 100, 30)
	m.opts.Shop = still{}
	b := m.board
	none := func() *Day { return &Day{Zone: b.day.Zone, Span: b.span()} }
	first := b.place(none())
	if first == nil {
		t.Fatal("nobody asks")
	}
	for range 3 {
		if b.place(none()) != nil {
			t.Fatal("two days are asked about at once")
		}
	}
	last := b.day
	if _, next := m.Update(first()); next == nil || !b.asking || b.standing != nil {
		t.Fatal("the day that was read last is not asked about")
	}
	if b.day != last {
		t.Fatal("another day is shown")
	}
}

// What was read is not changed by showing a visit elsewhere: it may be looked at in the background meanwhile.
func TestAClaimLeavesTheSnapshotAlone(t *testing.T) {
	m := busyBoard(t, 3, 100, 30)
	b := m.board
	was := b.day
	visits, lane := maps.Clone(was.Visits), len(was.Lanes[0].Visits)
	v := was.Lanes[0].Visits[0]
	later := calendar.NewInterval(v.Start.Add(time.Hour), v.End.Add(time.Hour))
	b.claims[v.ID] = &claim{[]store.ID{was.Lanes[1].ID}, later}
	b.reclaim()
	if b.day == was || !maps.Equal(was.Visits, visits) || len(was.Lanes[0].Visits) != lane || v.Saving {
		t.Fatal("the day that was read has changed")
	}
	if moved := b.day.Visits[v.ID]; moved.Time() != later || !moved.Saving || len(b.day.Lanes[0].Visits) != lane-1 || len(b.day.Lanes[1].Visits) != lane+1 {
		t.Fatalf("it is not shown where it will be: %+v", moved)
	}
}
