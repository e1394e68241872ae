package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
)

// boardBindings are the keys of the lanes.
func boardBindings() []binding {
	here := []scope{onBoard}
	move := func(lanes, steps int) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd { return m.board.move(lanes, steps) }
	}
	moves := []binding{
		{id: "cursor.down", keys: []string{"j", "down"}, title: "next lane", scopes: here, do: move(1, 0)},
		{id: "cursor.up", keys: []string{"k", "up"}, title: "lane above", scopes: here, do: move(-1, 0)},
		{id: "cursor.right", keys: []string{"l", "right"}, title: "later", scopes: here, do: move(0, 1)},
		{id: "cursor.left", keys: []string{"h", "left"}, title: "earlier", scopes: here, do: move(0, -1)},
		{id: "cursor.far-right", keys: []string{"L", "shift+right"}, title: "an hour later", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.moveBy(time.Hour) }},
		{id: "cursor.far-left", keys: []string{"H", "shift+left"}, title: "an hour earlier", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.moveBy(-time.Hour) }},
		{id: "cursor.page-down", keys: []string{"pgdown", "ctrl+d"}, title: "a page of lanes down", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.move(m.board.page(), 0) }},
		{id: "cursor.page-up", keys: []string{"pgup", "ctrl+u"}, title: "a page of lanes up", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.move(-m.board.page(), 0) }},
		{id: "cursor.first", keys: []string{"g", "home"}, title: "first lane", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.move(-1<<20, 0) }},
		{id: "cursor.last", keys: []string{"G", "end"}, title: "last lane", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.move(1<<20, 0) }},
		{id: "cursor.next-visit", keys: []string{"w", "n"}, title: "next visit", scopes: here, hint: 6,
			do: func(m *Model) tea.Cmd { return m.board.toVisit(1) }},
		{id: "cursor.previous-visit", keys: []string{"b", "N"}, title: "visit before", scopes: here,
			do: func(m *Model) tea.Cmd { return m.board.toVisit(-1) }},
		{id: "cursor.now", keys: []string{"."}, title: "now", scopes: here, do: func(m *Model) tea.Cmd { return m.board.toNow() }},
	}
	looks := []binding{
		{id: "zoom.in", keys: []string{"+", "="}, title: "finer", scopes: here, do: func(m *Model) tea.Cmd { return m.board.scale(-1) }},
		{id: "zoom.out", keys: []string{"-"}, title: "coarser", scopes: here, do: func(m *Model) tea.Cmd { return m.board.scale(1) }},
		{id: "zoom.fit", keys: []string{"0"}, title: "the whole working day", scopes: here,
			do: func(m *Model) tea.Cmd { m.board.zoom, m.board.left = 0, time.Time{}; return nil }},
		{id: "day.next", keys: []string{"]"}, title: "next day", scopes: here, hint: 8, do: func(m *Model) tea.Cmd { return m.board.leaf(m.board.days) }},
		{id: "day.previous", keys: []string{"["}, title: "day before", scopes: here, do: func(m *Model) tea.Cmd { return m.board.leaf(-m.board.days) }},
		{id: "day.today", keys: []string{"t"}, title: "today", scopes: here, do: func(m *Model) tea.Cmd { return m.board.today() }},
		{id: "day.span", keys: []string{"D"}, title: "one day, three days, a week", scopes: here, do: func(m *Model) tea.Cmd { return m.board.spread() }},
		{id: "day.nights", keys: []string{"Z"}, title: "the nights between several days, too", scopes: here,
			why: func(m *Model) string {
				if m.board.days < 2 {
					return "one day is shown with its night"
				}
				return ""
			},
			do: func(m *Model) tea.Cmd { return m.board.turnNights() }},
	}
	return slices.Concat(moves, looks, heldBindings())
}

// step is how far a key moves the cursor: a column, or the quarter of an hour that visits are planned in.
func (b *board) step() time.Duration {
	g := b.grid(b.area)
	return time.Duration(max(g.zoom, 5)) * time.Minute
}

// page is how many lanes are in sight.
func (b *board) page() int {
	g := b.grid(b.area)
	return max(g.lanes-1, 1)
}

// move moves the cursor by lanes and by steps of time.
func (b *board) move(lanes, steps int) tea.Cmd {
	b.lane += lanes
	b.want = ""
	return b.moveBy(time.Duration(steps) * b.step())
}

// moveBy moves the cursor in time. What is held goes with it, and a range of marks reaches to it.
func (b *board) moveBy(d time.Duration) tea.Cmd {
	b.at = b.onto(b.at.Add(d), d < 0)
	b.settle()
	return b.follow()
}

// onto is an instant, or the nearest one that the board shows.
func (b *board) onto(t time.Time, back bool) time.Time {
	g := b.grid(b.area)
	return g.axis.onto(t, back)
}

// toVisit moves to the next or the last visit of the lane, and on to the next lane that has one.
func (b *board) toVisit(way int) tea.Cmd {
	if b.day == nil || len(b.day.Lanes) == 0 {
		return nil
	}
	under := b.under()
	for i := range len(b.day.Lanes) + 1 {
		n := ((b.lane+way*i)%len(b.day.Lanes) + len(b.day.Lanes)) % len(b.day.Lanes)
		visits := slices.Clone(b.day.Lanes[n].Visits)
		if way < 0 {
			slices.Reverse(visits)
		}
		for _, v := range visits {
			beyond := way > 0 && v.Start.After(b.at) || way < 0 && v.Start.Before(b.at)
			if i == 0 && (v == under || !beyond) {
				continue
			}
			b.lane, b.want, b.at = n, "", later(v.Start, b.span().Start)
			b.settle()
			return b.follow()
		}
	}
	return nil
}

// toNow brings the present under the cursor.
func (b *board) toNow() tea.Cmd {
	if b.span().Contains(b.m.now) {
		b.at = b.m.now.Truncate(5 * time.Minute)
		b.settle()
		return b.follow()
	}
	b.at = b.m.now.Truncate(5 * time.Minute)
	return b.today()
}

// scale goes to a finer or a coarser scale.
func (b *board) scale(by int) tea.Cmd {
	all := zooms()
	g := b.grid(b.area)
	i := min(max(slices.Index(all, g.zoom)+by, 0), len(all)-1)
	before := g.column(b.at)
	b.zoom = all[i]
	// The cursor's column stays where it is, so that the eye needs not look for it.
	g = b.grid(b.area)
	b.left = g.axis.time(g.axis.column(b.at) - before)
	b.settle()
	return nil
}

// leaf turns to other days. The cursor stays at its time of day.
func (b *board) leaf(days int) tea.Cmd { return b.turnTo(b.from.AddDays(days)) }

// today turns to the present day.
func (b *board) today() tea.Cmd { return b.turnTo(calendar.DateOf(b.m.now, b.m.opts.Zone)) }

// turnTo shows the days from a date on.
func (b *board) turnTo(d calendar.Date) tea.Cmd {
	zone := b.m.opts.Zone
	shift := zone.StartOf(d).Sub(zone.StartOf(b.from))
	b.from = d
	b.at, b.left = b.at.Add(shift), b.left.Add(shift)
	b.settle()
	return b.m.read(b)
}

// spread shows one day, three or seven.
func (b *board) spread() tea.Cmd {
	next := map[int]int{1: 3, 3: 7}
	if b.days = next[b.days]; b.days == 0 {
		b.days = 1
	}
	b.zoom, b.left = 0, time.Time{}
	b.settle()
	return b.m.read(b)
}

// turnNights shows the nights between several days, or cuts them out.
func (b *board) turnNights() tea.Cmd {
	b.nights = !b.nights
	b.zoom, b.left = 0, time.Time{}
	b.settle()
	return nil
}
