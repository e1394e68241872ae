package tui

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
)

// busyDay is a day of many technicians with ten visits each.
func busyDay(lanes int, zone calendar.Zone, span calendar.Interval) *Day {
	d := &Day{Zone: zone, Span: span, Visits: map[store.ID]*Visit{}}
	titles := []string{"Boiler service", "Gas check", "Replace the pump", "Coffee machine leaks", "Lift door"}
	states := dispatch.Statuses()
	morning := span.Start.Add(8 * time.Hour)
	for i := range lanes {
		l := &Lane{ID: store.ID(fmt.Sprint("tech_", i)), Name: fmt.Sprintf("technician %02d", i), Zone: zone.Name(),
			Work: []calendar.Interval{calendar.NewInterval(morning, morning.Add(9*time.Hour))}}
		for n := range 10 {
			start := morning.Add(time.Duration(n*54+i%7) * time.Minute)
			v := &Visit{
				AppointmentRow: dispatch.AppointmentRow{
					ID: store.ID(fmt.Sprintf("appt_%d_%d", i, n)), Number: fmt.Sprintf("APPT-%d", 1000+i*10+n), Status: states[(i+n)%len(states)],
					Start: start, End: start.Add(45 * time.Minute), Technicians: []store.ID{l.ID},
				},
				OrderNumber: "WO-1001", Title: titles[(i*3+n)%len(titles)], Customer: "Hotel Prater",
			}
			l.Visits = append(l.Visits, v)
			d.Visits[v.ID] = v
		}
		d.Lanes = append(d.Lanes, l)
	}
	return d
}

// busyBoard is a board of that day, on a terminal of that size, without a shop behind it.
func busyBoard(tb testing.TB, lanes, w, h int) *Model {
	tb.Helper()
	zone, err := calendar.LoadZone("tz", "Europe/Vienna")
	if err != nil {
		tb.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 9, 20, 0, 0, time.UTC)
	m, err := New(context.Background(), Options{Now: func() time.Time { return now }, Zone: zone, Title: "Donau", Actor: "mia", Day: calendar.DateOf(now, zone), Driven: true})
	if err != nil {
		tb.Fatal(err)
	}
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.board.day = busyDay(lanes, zone, m.board.span())
	markDay(m.board.day, now)
	m.board.settle()
	m.hide()
	return m
}

// BenchmarkFrame draws the board of a large shop on a large terminal: 60 lanes with 600 visits at 200 by 60. The
// baseline is an empty sheet of the same size, which is what any frame costs. Target: view and diff under 3 ms.
func BenchmarkFrame(b *testing.B) {
	const w, h = 200, 60
	theme, _ := screen.ThemeNamed("terminal", false)
	b.Run("baseline-empty-sheet", func(b *testing.B) {
		for b.Loop() {
			_ = screen.New(w, h, theme).String()
		}
	})
	b.Run("view", func(b *testing.B) {
		m := busyBoard(b, 60, w, h)
		for b.Loop() {
			_ = m.View()
		}
	})
	b.Run("view-and-diff", func(b *testing.B) {
		m := busyBoard(b, 60, w, h)
		t := newTerminal(w, h)
		t.show(m)
		for i := 0; b.Loop(); i++ {
			m.Update(tea.KeyPressMsg{Code: []rune("jk")[i/20%2], Text: string("jk"[i/20%2])})
			t.show(m)
		}
	})
}

// terminal writes frames as the program's renderer does: only what has changed since the last one.
type terminal struct {
	out  bytes.Buffer
	r    *uv.TerminalRenderer
	cell uv.ScreenBuffer
}

func newTerminal(w, h int) *terminal {
	t := &terminal{cell: uv.NewScreenBuffer(w, h)}
	t.r = uv.NewTerminalRenderer(&t.out, []string{"TERM=xterm-256color"})
	t.r.SetColorProfile(colorprofile.ANSI256)
	t.r.SetFullscreen(true)
	t.r.SetRelativeCursor(false)
	t.r.SetScrollOptim(true)
	t.r.Resize(w, h)
	t.r.Erase()
	return t
}

// show writes what a frame changes and returns how many bytes that took.
func (t *terminal) show(m *Model) int {
	t.cell.Clear()
	uv.NewStyledString(m.View().Content).Draw(t.cell, t.cell.Bounds())
	t.out.Reset()
	t.r.Render(t.cell.RenderBuffer)
	_ = t.r.Flush()
	return t.out.Len()
}

// A key that moves the cursor costs fewer than 200 bytes on a line to a server. Lines with characters of two
// columns cost more: the library writes them whole, because terminals disagree about their cells.
func TestBytesPerKey(t *testing.T) {
	m := busyBoard(t, 60, 200, 60)
	term := newTerminal(200, 60)
	first := term.show(m)
	total, keys, most := 0, 0, 0
	for range 3 {
		for _, k := range "jjllljkhhjwwbjjll" {
			m.Update(tea.KeyPressMsg{Code: k, Text: string(k)})
			n := term.show(m)
			total, keys, most = total+n, keys+1, max(most, n)
		}
	}
	t.Logf("first frame %d bytes; %d keys, %d bytes each, at most %d", first, keys, total/keys, most)
	if mean := total / keys; mean >= 200 {
		t.Errorf("a key costs %d bytes", mean)
	}
}
