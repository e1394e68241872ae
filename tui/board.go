package tui

import (
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
)

// board is the pane of lanes against time.
type board struct {
	m    *Model
	day  *Day // nil until it was read
	from calendar.Date
	days int

	nights bool // of several days, too

	lane int       // the lane under the cursor
	at   time.Time // the instant under the cursor
	want store.ID  // the technician whose lane the cursor is in: it stays there when lanes come and go

	zoom int       // minutes a column; 0 as much as shows the working day
	left time.Time // the first column
	top  int       // the first lane
	area screen.Rect

	held    *held
	marks   map[store.ID]bool
	growing *growing // a range of marks that is open
	claims  map[store.ID]*claim

	standing *Day // the day of which has to be asked what stands against its visits, or nil
	asking   bool // that is under way for an earlier one
}

// claim is where a visit is shown while the command that puts it there is under way.
type claim struct {
	technicians []store.ID
	time        calendar.Interval
}

func newBoard(m *Model) *board {
	b := &board{m: m, from: m.opts.Day, days: max(m.opts.Days, 1), marks: map[store.ID]bool{}, claims: map[store.ID]*claim{}}
	b.at = b.firstLook()
	return b
}

// firstLook is the instant that the cursor begins at: now, if it is on the board, else in the morning.
func (b *board) firstLook() time.Time {
	if span := b.span(); !span.Contains(b.m.now) {
		return span.Start.Add(8 * time.Hour)
	}
	return b.m.now.Truncate(15 * time.Minute)
}

func (b *board) title() string { return "Board" }

func (b *board) scopes() []scope {
	if b.held != nil {
		return []scope{onHeld, onBoard}
	}
	return []scope{onBoard}
}

// span is the time that the board shows.
func (b *board) span() calendar.Interval {
	z := b.m.opts.Zone
	return calendar.NewInterval(z.StartOf(b.from), z.StartOf(b.from.AddDays(b.days)))
}

func (b *board) reader() reading {
	span, zone := b.span(), b.m.opts.Zone
	return func(r store.Reader) (func() tea.Cmd, error) {
		d, err := readDay(r, span, zone)
		return func() tea.Cmd { return b.place(d) }, err
	}
}

// place shows a day that was read. The cursor stays where it is, in the lane it was in.
func (b *board) place(d *Day) tea.Cmd {
	if d.Span != b.span() {
		return nil // it was read before somebody leafed on
	}
	if b.day != nil {
		for id, v := range b.day.Visits { // what was found to stand against a visit holds until it is asked again
			if n := d.Visits[id]; n != nil && n.Time() == v.Time() && slices.Equal(n.Technicians, v.Technicians) {
				n.Against = v.Against
			}
		}
	}
	b.day = d
	b.keepMarks(d)
	b.reclaim()
	if i := d.lane(b.want); i >= 0 && b.want != "" {
		b.lane = i
	}
	b.settle()
	b.standing = d
	return b.ask()
}

// settle keeps the cursor on the board and in sight.
func (b *board) settle() {
	if b.day == nil {
		return
	}
	b.lane = min(max(b.lane, 0), max(len(b.day.Lanes)-1, 0))
	if b.lane < len(b.day.Lanes) {
		b.want = b.day.Lanes[b.lane].ID
	}
	span := b.span()
	if b.at.Before(span.Start) {
		b.at = span.Start
	}
	if last := span.End.Add(-5 * time.Minute); b.at.After(last) {
		b.at = last
	}
	if b.area.W == 0 {
		return
	}
	g := b.grid(b.area)
	if at := g.axis.onto(b.at, false); !at.Equal(b.at) {
		b.at = at
		g = b.grid(b.area)
	}
	b.left = g.time(0)
	if rows := g.lanes; rows > 0 {
		b.top = min(max(b.top, b.lane-rows+1), b.lane)
		b.top = max(min(b.top, len(b.day.Lanes)-rows), 0)
	}
}

// under is the visit under the cursor, or nil.
func (b *board) under() *Visit {
	if l := b.current(); l != nil {
		return l.at(b.at)
	}
	return nil
}

// current is the lane under the cursor, or nil.
func (b *board) current() *Lane {
	if b.day == nil || b.lane >= len(b.day.Lanes) {
		return nil
	}
	return b.day.Lanes[b.lane]
}

// chosen is what an action is about: the marked visits in the order of the lanes, or else the one under
// the cursor.
func (b *board) chosen() []*Visit {
	var out []*Visit
	if b.day != nil && len(b.marks) > 0 {
		for _, l := range b.day.Lanes {
			for _, v := range l.Visits {
				if b.marks[v.ID] && !slices.Contains(out, v) {
					out = append(out, v)
				}
			}
		}
		return out
	}
	if v := b.under(); v != nil {
		out = append(out, v)
	}
	return out
}

// reclaim shows visits where the commands under way will put them. It makes another day: the one that was read may
// still be looked at in the background, where it is asked what stands against its visits.
func (b *board) reclaim() {
	if b.day == nil || len(b.claims) == 0 {
		return
	}
	d := *b.day
	d.Visits = maps.Clone(d.Visits)
	d.Lanes = make([]*Lane, len(b.day.Lanes))
	for i, l := range b.day.Lanes {
		own := *l
		own.Visits, own.Legs = slices.Clone(l.Visits), slices.Clone(l.Legs)
		d.Lanes[i] = &own
	}
	for id, c := range b.claims {
		if v := d.Visits[id]; v != nil {
			d.put(v, c)
		}
	}
	d.Crews = crewSpans(d.Lanes)
	b.day = &d
}

// put moves a visit to where a claim has it.
func (d *Day) put(v *Visit, c *claim) {
	moved := *v
	moved.Start, moved.End, moved.Technicians, moved.Saving = c.time.Start, c.time.End, c.technicians, true
	d.Visits[v.ID] = &moved
	for _, l := range d.Lanes {
		l.Visits = slices.DeleteFunc(l.Visits, func(o *Visit) bool { return o.ID == v.ID })
		// The ways from and to it are not known before it was read where it is now.
		l.Legs = slices.DeleteFunc(l.Legs, func(g dispatch.Leg) bool { return g.From == v.ID || g.To == v.ID })
		if slices.Contains(c.technicians, l.ID) {
			l.Visits = append(l.Visits, &moved)
			slices.SortStableFunc(l.Visits, func(a, b *Visit) int { return a.Start.Compare(b.Start) })
		}
	}
}
