package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
)

// held is a visit that was picked up, or an order that is to get its first one. It follows the cursor until it
// is dropped; nothing changes before.
type held struct {
	visit  *Visit   // nil for an order without a visit
	order  store.ID // whose visit it is
	number string   // of the order
	title  string
	length time.Duration
	grip   time.Duration // where in the visit the cursor holds it
	from   store.ID      // the lane that it was picked up from
	// back gives the keys back to where it was picked up, once it is dropped or put back; nil leaves them here.
	back  func(m *Model) tea.Cmd
	again string // the number of a visit that was called off and is booked again, or ""

	lane    store.ID // where it would go
	start   time.Time
	asked   int // the number of the last question about it
	known   bool
	against []dispatch.Conflict
}

func heldBindings() []binding {
	held := []scope{onHeld}
	return []binding{
		{id: "visit.pick-up", keys: []string{"space"}, title: "pick up", scopes: []scope{onBoard}, hint: 1, writes: true,
			why: needsPlanned, do: func(m *Model) tea.Cmd { return m.board.pickUp() }},
		{id: "held.drop", keys: []string{"enter", "space"}, title: "drop here", scopes: held, hint: 1, writes: true,
			do: func(m *Model) tea.Cmd { return m.board.drop() }},
		{id: "held.longer", keys: []string{">"}, title: "longer", scopes: held, hint: 2,
			do: func(m *Model) tea.Cmd { return m.board.resize(15 * time.Minute) }},
		{id: "held.shorter", keys: []string{"<"}, title: "shorter", scopes: held, hint: 3,
			do: func(m *Model) tea.Cmd { return m.board.resize(-15 * time.Minute) }},
		{id: "held.back", keys: []string{"esc"}, title: "put back", scopes: held, hint: 4,
			do: func(m *Model) tea.Cmd { return m.board.letGo() }},
	}
}

// needsPlanned says why the visit under the cursor cannot be planned anew.
func needsPlanned(m *Model) string {
	v := m.board.under()
	switch {
	case v == nil:
		return "there is no visit under the cursor"
	case v.Saving:
		return v.Number + " is being saved"
	}
	return v.Status.Refusal(v.Number, dispatch.ActMove)
}

func (b *board) pickUp() tea.Cmd {
	v := b.under()
	b.held = &held{
		visit: v, order: v.Order, number: v.OrderNumber, title: v.Title, length: v.End.Sub(v.Start),
		grip: b.at.Sub(v.Start), from: b.current().ID,
	}
	return b.follow()
}

// follow moves what is held to the cursor, and asks what would stand against it there. A range of marks grows.
func (b *board) follow() tea.Cmd {
	b.grow()
	h, l := b.held, b.current()
	if h == nil || l == nil {
		return nil
	}
	h.lane, h.start = l.ID, b.at.Add(-h.grip)
	h.asked++
	h.known = false
	asked, plan, now := h.asked, h.plan(), b.m.now
	return b.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		found, err := readAgainst(r, plan, now)
		return func() tea.Cmd {
			if b.held == h && h.asked == asked {
				h.against, h.known = found, true
			}
			return nil
		}, err
	})
}

// plan is what dropping would come to.
func (h *held) plan() dispatch.Plan {
	p := dispatch.Plan{Order: h.order, Technicians: h.team(), Start: h.start, End: h.start.Add(h.length)}
	if h.visit != nil {
		p.Appointment = h.visit.ID
	}
	return p
}

// team is who would go: of a visit for several, only the one whose lane it was picked up from is replaced.
func (h *held) team() []store.ID {
	var team []store.ID
	if h.visit != nil {
		team = slices.Clone(h.visit.Technicians)
	}
	if i := slices.Index(team, h.from); i >= 0 && h.from != "" {
		if h.lane != "" && !slices.Contains(team, h.lane) {
			team[i] = h.lane
		}
		return team
	}
	if h.lane == "" || slices.Contains(team, h.lane) {
		return team
	}
	return append(team, h.lane)
}

// resize makes what is held longer or shorter.
func (b *board) resize(by time.Duration) tea.Cmd {
	if h := b.held; h.length+by >= 15*time.Minute {
		h.length += by
	}
	return b.follow()
}

// drop hands over what the held visit comes to.
func (b *board) drop() tea.Cmd {
	h := b.held
	line, said := h.command(b)
	back := b.letGo()
	if line == nil {
		b.m.tell("nothing changed")
		return back
	}
	j := &job{line: line, said: said}
	release := func() {}
	if v := h.visit; v != nil {
		c := &claim{h.team(), calendar.NewInterval(h.start, h.start.Add(h.length))}
		b.claims[v.ID] = c
		b.reclaim()
		release = func() { b.release(v, c) }
	}
	j.then = func(m *Model, _ Outcome) tea.Cmd { release(); m.tell(said); return nil }
	j.refused = func(_ *Model, o Outcome) tea.Cmd { release(); return b.refusedPlan(o, line, h.plan(), h) }
	return tea.Batch(back, b.m.do(j))
}

// letGo takes what is held out of the hand.
func (b *board) letGo() tea.Cmd {
	h := b.held
	b.held = nil
	if h == nil || h.back == nil {
		return nil
	}
	return h.back(b.m)
}

// command is the command line that a drop comes to, and what is said when it was done; nil when the visit was
// put where it came from.
func (h *held) command(b *board) ([]string, string) {
	start := b.stamp(h.start)
	team := h.team()
	if h.again != "" {
		line := []string{"appt", "rebook", h.again, "--start", start, "--duration", calendar.FormatDuration(h.length)}
		return append(line, b.technicians(team)...), h.again + " is booked again for " + b.moment(h.start)
	}
	if h.visit == nil || h.visit.Status == dispatch.None {
		line := []string{"appt", "schedule", h.scheduled(), "--start", start, "--duration", calendar.FormatDuration(h.length)}
		return append(line, b.technicians(team)...), h.scheduled() + " is planned for " + b.moment(h.start)
	}
	v := h.visit
	moved, longer := !h.start.Equal(v.Start), h.length != v.End.Sub(v.Start)
	others := !slices.Equal(team, v.Technicians)
	if !moved && !longer && !others {
		return nil, ""
	}
	if !moved && !longer {
		return append([]string{"appt", "assign", v.Number}, b.technicians(team)...), v.Number + " goes to " + b.names(team)
	}
	line := []string{"appt", "move", v.Number, "--start", start}
	if longer {
		line = append(line, "--duration", calendar.FormatDuration(h.length))
	}
	said := fmt.Sprintf("%s is at %s", v.Number, b.moment(h.start))
	if others {
		line, said = append(line, b.technicians(team)...), said+" with "+b.names(team)
	}
	return line, said
}

// scheduled is what a first time is given to: the order, or the visit that waits for one.
func (h *held) scheduled() string {
	if h.visit != nil {
		return h.visit.Number
	}
	return h.number
}

// technicians are the flags that name a team.
func (b *board) technicians(team []store.ID) []string {
	var out []string
	for _, id := range team {
		out = append(out, "--technician", b.reference(id))
	}
	return out
}

// reference is how a command line names a technician: by name, or by id where a name would not do, because there
// are several of it or it falls apart where flags are divided.
func (b *board) reference(id store.ID) string {
	if b.day == nil || b.day.lane(id) < 0 {
		return string(id)
	}
	i := b.day.lane(id)
	name := b.day.Lanes[i].Name
	same := func(l *Lane) bool { return strings.EqualFold(l.Name, name) && l.ID != id }
	if strings.ContainsAny(name, ",\"\n") || slices.ContainsFunc(b.day.Lanes, same) {
		return string(id)
	}
	return name
}

// names are the team's names.
func (b *board) names(team []store.ID) string {
	var out []string
	for _, id := range team {
		if i := b.day.lane(id); i >= 0 && id != "" {
			out = append(out, b.day.Lanes[i].Name)
		}
	}
	return strings.Join(out, ", ")
}

// line tells what dropping would come to, and what stands against it.
func (h *held) line(b *board) string {
	head := fmt.Sprintf("%s %s  %s-%s  %s", h.number, h.title, b.moment(h.start), b.m.clock(h.start.Add(h.length)), b.names(h.team()))
	if !h.known {
		return head
	}
	var words []string
	for _, c := range h.against {
		words = append(words, conflictWords(c))
	}
	if len(words) == 0 {
		return head + "  fits"
	}
	return head + "  " + strings.Join(words, "; ")
}

// stands reports whether a rule stands against dropping here.
func (h *held) stands() bool {
	return slices.ContainsFunc(h.against, func(c dispatch.Conflict) bool { return !c.Note })
}

// drawHeld draws what is held where it would go.
func (b *board) drawHeld(s *screen.Screen, g *grid) {
	h := b.held
	if h == nil {
		return
	}
	i := b.day.lane(h.lane)
	if i < b.top || i >= b.top+g.lanes {
		return
	}
	at := screen.Rect{X: g.body.X, Y: g.body.Y + (i-b.top)*g.rows, W: g.body.W, H: g.rows}
	role := screen.VisitHeld
	if h.stands() {
		role = screen.VisitHeldBad
	}
	v := &Visit{AppointmentRow: dispatch.AppointmentRow{Start: h.start, End: h.start.Add(h.length)}, Title: h.title, Customer: b.m.clock(h.start)}
	if h.visit != nil {
		v.Customer = h.visit.Customer
	}
	if h.stands() {
		v.Against = h.against
	}
	b.drawVisit(s, g, v, at, role)
}
