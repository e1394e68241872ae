package solver

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// compiled is a problem in flat arrays. A stop is one seat of a visit; nodes are the
// stops and, after them, the places where tours begin and end.
type compiled struct {
	techs  []Technician
	visits []Visit
	routes []shiftInfo // one for each shift, by technician and time
	w      Weights

	n, m int     // stops, nodes
	d    []int32 // m×m ways; row from, column to
	back []int32 // the same with row to, column from: what is tried for one stop lies together

	visitOf, seatOf []int32 // by stop
	first           []int32 // by visit: its first stop; the others follow
	seats           []int32 // by visit
	early, last     []int32 // by stop: first and last start of all its windows
	windows         [][]Window
	due             []int32
	late            []int64
	promise         []*Promise
	waitAt, waitFor []int32 // by stop: who is there from waitAt on waits for the promised window, that is until waitFor
	soft            []bool  // the cost depends on the start
	turns           bool    // a later start can cost less than a sooner one, because of a promise
	prize           []int64
	depends         [][]int32 // by visit: those that must be served for it to be
	dependents      [][]int32

	svc   [][]int32 // by technician and stop; technicians who are alike share theirs
	unary [][]int64 // by technician and stop: what giving it to them costs, wherever and whenever
	can   [][]bool  // by technician and stop

	parts int
	need  []int32 // by stop and part
	stock []int32 // by technician and part

	arcs    [][]arc  // by stop: what bounds its start from below
	sames   [][]same // by stop
	linked  []bool   // by stop: any arc
	anyLink bool
	anySame bool

	adj  [][]int32 // by stop: all others, or the nearest of them, by distance
	near [][]int32 // by stop: those next to which it may well go; nil where every place is tried
	lone [][]int32 // by stop: tours that it could have to itself, by their cost

	demand []int64 // by visit: how hard it is to place, from what it needs
	far    []int64 // by visit: the way to it from the nearest beginning of a tour

	plain    bool // one kind of vehicle, one window each, nothing soft
	capacity int32
	fairUnit int64
}

// shiftInfo is a shift as the search reads it.
type shiftInfo struct {
	tech, shift int32
	from, to    int32 // nodes
	start, end  int32
	overtime    int64
	overFrom    int32
	maxTravel   int32
	breaks      []Break
	perTick     int64 // cost of a tick on the road
	use         int64
}

// arc says start(stop) ≥ start(other) + lag, plus the other's duration or minus its own.
type arc struct {
	other              int32
	lag                int32
	addOther, minusOwn bool
}

type same struct {
	other int32
	must  bool // the same technician; else another one
}

const never = math.MinInt32 / 2

// compile sorts and checks a problem.
func compile(p *Problem) (*compiled, error) {
	c := &compiled{techs: slices.Clone(p.Technicians), visits: slices.Clone(p.Visits), w: p.Weights}
	slices.SortFunc(c.techs, func(a, b Technician) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.visits, func(a, b Visit) int { return cmp.Compare(a.ID, b.ID) })
	if err := c.unique(); err != nil {
		return nil, err
	}
	c.fairUnit = int64(cmp.Or(p.Weights.FairUnit, 3600))
	c.layStops()
	if c.n >= 1<<24 {
		return nil, fmt.Errorf("%d stops are more than a search can number", c.n)
	}
	if err := c.layRoutes(p.Travel); err != nil {
		return nil, err
	}
	c.layTechnicians()
	if err := c.layLinks(p.Links); err != nil {
		return nil, err
	}
	c.plain = len(p.Current) == 0 && c.isPlain()
	c.layNear()
	if !c.plain {
		c.layLone()
	}
	c.layDifficulty()
	return c, nil
}

func (c *compiled) unique() error {
	for i := 1; i < len(c.techs); i++ {
		if c.techs[i].ID == c.techs[i-1].ID {
			return fmt.Errorf("technician %s is there twice", c.techs[i].ID)
		}
	}
	for i := 1; i < len(c.visits); i++ {
		if c.visits[i].ID == c.visits[i-1].ID {
			return fmt.Errorf("visit %s is there twice", c.visits[i].ID)
		}
	}
	return nil
}

// layStops numbers the seats of all visits.
func (c *compiled) layStops() {
	for v := range c.visits {
		vis := &c.visits[v]
		seats := max(1, len(vis.Seats))
		c.first = append(c.first, int32(c.n))
		c.seats = append(c.seats, int32(seats))
		c.prize = append(c.prize, vis.Prize)
		windows := vis.windows()
		softly := vis.Late > 0 || vis.Promise != nil && vis.Promise.WindowCost > 0
		for s := range seats {
			c.visitOf = append(c.visitOf, int32(v))
			c.seatOf = append(c.seatOf, int32(s))
			c.windows = append(c.windows, windows)
			c.early = append(c.early, int32(windows[0].From))
			c.last = append(c.last, int32(windows[len(windows)-1].To))
			c.due = append(c.due, int32(vis.Due))
			c.late = append(c.late, vis.Late)
			pr := vis.Promise
			if s > 0 || pr == nil || pr.WindowCost == 0 {
				pr = nil
			}
			c.promise = append(c.promise, pr)
			at, until := int32(never), int32(never)
			if pr != nil && vis.canKeep(pr) {
				until = int32(pr.Window.From)
				at = int32(max(pr.Window.From-patience*(pr.Window.To-pr.Window.From), -MaxTime))
			}
			c.waitAt, c.waitFor = append(c.waitAt, at), append(c.waitFor, until)
			c.turns = c.turns || pr != nil
			c.soft = append(c.soft, softly)
			c.n++
		}
	}
}

// patience is how many lengths of a promised window somebody waits who is there before it. Who is
// there much sooner, on another day say, does not wait and breaks the promise.
const patience = 2

// canKeep reports whether the visit may start when its promised window opens.
func (v *Visit) canKeep(p *Promise) bool {
	return slices.ContainsFunc(v.windows(), func(w Window) bool { return w.From <= p.Window.From && p.Window.From <= w.To })
}

// windows are when the visit may start: at the pinned time, whatever its windows say, or in its windows.
func (v *Visit) windows() []Window {
	switch {
	case v.Pin != nil && v.Pin.Start != nil:
		return []Window{{*v.Pin.Start, *v.Pin.Start}}
	case len(v.Windows) == 0:
		return []Window{{-MaxTime, MaxTime}}
	}
	return v.Windows
}

// layRoutes numbers the shifts and asks for every way once.
func (c *compiled) layRoutes(travel Travel) error {
	var places []Place
	for _, v := range c.visitOf {
		places = append(places, c.visits[v].Place)
	}
	depot := map[Place]int32{}
	node := func(at Place) int32 {
		if i, ok := depot[at]; ok {
			return i
		}
		depot[at] = int32(len(places))
		places = append(places, at)
		return depot[at]
	}
	for t := range c.techs {
		shifts := slices.Clone(c.techs[t].Shifts)
		slices.SortFunc(shifts, func(a, b Shift) int { return cmp.Compare(a.From, b.From) })
		c.techs[t].Shifts = shifts
		for i := range shifts {
			shifts[i].Breaks = slices.Clone(shifts[i].Breaks)
			slices.SortFunc(shifts[i].Breaks, func(a, b Break) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
		}
		for i, s := range shifts {
			if s.Until < s.From || s.From < -MaxTime || s.Until > MaxTime {
				return fmt.Errorf("shift %d of technician %s ends before it begins", i, c.techs[t].ID)
			}
			c.routes = append(c.routes, shiftInfo{
				tech: int32(t), shift: int32(i), from: node(s.Start), to: node(s.End),
				start: int32(s.From), end: int32(s.Until), overtime: s.Overtime, overFrom: int32(s.OvertimeFrom),
				maxTravel: int32(s.MaxTravel), breaks: s.Breaks,
				perTick: c.w.Travel + c.techs[t].Rate, use: c.techs[t].Use,
			})
		}
	}
	return c.layWays(places, travel)
}

// isPlain reports whether this is a vehicle routing problem with time windows and
// identical vehicles, for which places can be priced in a few instructions.
func (c *compiled) isPlain() bool {
	if c.anyLink || c.anySame || c.parts > 1 || c.w.Fairness != 0 || c.w.MaxLate != 0 || len(c.routes) == 0 || len(c.routes) != len(c.techs) {
		return false
	}
	for i := range c.n {
		if c.soft[i] || len(c.windows[i]) > 1 || c.seats[c.visitOf[i]] > 1 {
			return false
		}
	}
	a := c.routes[0]
	for t, r := range c.routes {
		if r.from != a.from || r.to != a.to || r.start != a.start || r.end != a.end || r.overtime != 0 || r.maxTravel != 0 ||
			len(r.breaks) > 0 || r.perTick != a.perTick || r.use != a.use || r.perTick == 0 {
			return false
		}
		if &c.svc[t][0] != &c.svc[0][0] || slices.ContainsFunc(c.unary[t], func(u int64) bool { return u != 0 }) || slices.Contains(c.can[t], false) {
			return false
		}
		if c.parts == 1 && c.stock[t] != c.stock[0] {
			return false
		}
	}
	c.capacity = math.MaxInt32
	if c.parts == 1 {
		c.capacity = c.stock[0]
	} else {
		c.need = make([]int32, c.n)
	}
	return true
}
