package file

import (
	"fmt"
	"slices"

	"callout/dispatch/solver"
)

// The bounds of what a file may say. They are far beyond any shop, and keep every sum of the search in range.
const (
	maxTime  = solver.MaxTime
	maxCost  = 1 << 50 // of one thing
	maxStops = 10_000  // seats of all visits: the search keeps a table of the ways between them
	maxCrew  = 20
	maxLevel = 1000
	maxParts = 100_000
	maxPace  = 1000
	maxList  = 100 // breaks of a shift, windows of a visit
)

// checker holds a document to what a search needs, and keeps the first thing that is wrong.
type checker struct {
	d           *document
	technicians map[string]int // their places in the list
	visits      map[string]int
	places      int
	wrong       error
}

// check refuses a document that a search could not plan.
func (d *document) check() error {
	c := &checker{d: d, technicians: map[string]int{}, visits: map[string]int{}}
	if d.Schema != Schema {
		c.bad("schema", "%q is no problem that this program reads, which is %s", d.Schema, Schema)
	}
	if d.Clock != nil {
		if _, err := d.Clock.read(); err != nil && c.wrong == nil {
			c.wrong = err
		}
	}
	c.travel()
	for i, t := range d.Technicians {
		c.technician(fmt.Sprintf("technicians[%d]", i), i, t)
	}
	stops := 0
	for i, v := range d.Visits {
		c.visit(fmt.Sprintf("visits[%d]", i), i, v)
		stops += max(1, len(v.Seats))
	}
	if stops > maxStops {
		c.bad("visits", "%d seats are more than %d", stops, maxStops)
	}
	c.links()
	for i, a := range d.Current {
		c.current(fmt.Sprintf("current[%d]", i), a)
	}
	c.costs()
	return c.wrong
}

func (c *checker) bad(path, format string, args ...any) {
	if c.wrong == nil {
		c.wrong = at(path, format, args...)
	}
}

// within holds a number between two others.
func within[N int | int64](c *checker, path string, v, low, high N) {
	if v < low || v > high {
		c.bad(path, "%d is not within %d and %d", v, low, high)
	}
}

func (c *checker) time(path string, v int)     { within(c, path, v, -maxTime, maxTime) }
func (c *checker) duration(path string, v int) { within(c, path, v, 0, maxTime) }
func (c *checker) cost(path string, v int64)   { within(c, path, v, 0, maxCost) }

func (c *checker) place(path string, v int) {
	if v < 0 || v >= c.places {
		c.bad(path, "there is no place %d, there are ways between %d", v, c.places)
	}
}

// fresh takes up an identifier, which is there once.
func (c *checker) fresh(path, list string, known map[string]int, id string, i int) {
	if id == "" {
		c.bad(path, "is empty")
	}
	if o, twice := known[id]; twice {
		c.bad(path, "%q is %s[%d] already", id, list, o)
		return
	}
	known[id] = i
}

// named holds the identifiers of technicians to those who are there. A free seat is "".
func (c *checker) named(path string, ids []string, seats bool) {
	for i, id := range ids {
		if seats && id == "" {
			continue
		}
		if _, ok := c.technicians[id]; !ok {
			c.bad(fmt.Sprintf("%s[%d]", path, i), "there is no technician %q", id)
		}
		if seats && slices.Contains(ids[:i], id) {
			c.bad(fmt.Sprintf("%s[%d]", path, i), "%q is named twice", id)
		}
	}
}

func (c *checker) numbers(path string, m map[string]int, high int) {
	for _, name := range sortedKeys(m) {
		within(c, path+"."+name, m[name], 0, high)
	}
}

// interval holds two times in order.
func (c *checker) interval(path string, from int, name string, to int) {
	c.time(path+".from", from)
	c.time(path+"."+name, to)
	if to < from {
		c.bad(path+"."+name, "%d is before %d", to, from)
	}
}

func (c *checker) travel() {
	m, g := c.d.Travel.Matrix, c.d.Travel.GreatCircle
	if (m == nil) == (g == nil) {
		c.bad("travel", "is either a matrix or great_circle")
	}
	c.places = len(m)
	for i, row := range m {
		if len(row) != len(m) {
			c.bad(fmt.Sprintf("travel.matrix[%d]", i), "%d columns in a matrix of %d rows", len(row), len(m))
		}
		for j, ticks := range row {
			if ticks < 0 || ticks > maxTime {
				c.bad(fmt.Sprintf("travel.matrix[%d][%d]", i, j), "%d is not within 0 and %d", ticks, maxTime)
			}
		}
	}
	if g == nil {
		return
	}
	c.places = len(g.Points)
	between := func(path string, v, low, high float64) {
		if v < low || v > high {
			c.bad(path, "%v is not within %v and %v", v, low, high)
		}
	}
	between("travel.great_circle.road_factor", g.Factor, 1, 10)
	between("travel.great_circle.speed_kmh", g.Speed, 5, 1000)
	for i, p := range g.Points {
		between(fmt.Sprintf("travel.great_circle.points[%d].lat", i), p.Lat, -90, 90)
		between(fmt.Sprintf("travel.great_circle.points[%d].lon", i), p.Lon, -180, 180)
	}
}

func (c *checker) current(path string, a assignment) {
	v, ok := c.visits[a.Visit]
	if !ok {
		c.bad(path+".visit", "there is no visit %q", a.Visit)
		return
	}
	if _, ok := c.technicians[a.Technician]; !ok {
		c.bad(path+".technician", "there is no technician %q", a.Technician)
	}
	within(c, path+".seat", a.Seat, 0, max(1, len(c.d.Visits[v].Seats))-1)
	c.time(path+".start", a.Start)
}
