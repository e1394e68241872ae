package tui

import (
	"fmt"
	"math"
	"strconv"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
	"callout/work"
)

// patterns are the lines of tours, so that they can be told apart without colours.
func patterns() []string { return []string{"#", "####..", "#..", "#####.#."} }

// readTours reads who drives where on the days of a span.
func readTours(r store.Reader, span calendar.Interval, zone calendar.Zone) ([]tour, error) {
	d, err := readDay(r, span, zone)
	if err != nil {
		return nil, err
	}
	rd := newReader(r)
	tours := []tour{}
	for _, l := range d.Lanes {
		if l.ID == "" || len(l.Visits) == 0 {
			continue
		}
		tech, err := dispatch.Technicians.Get(r, l.ID)
		if err != nil {
			return nil, err
		}
		t := tour{technician: l.ID, name: l.Name, home: degrees(tech.HomeLat, tech.HomeLon)}
		for _, v := range l.Visits {
			o, err := rd.order(v.Order)
			if err != nil {
				return nil, err
			}
			site, err := work.Sites.Get(r, o.Site)
			if err != nil {
				return nil, err
			}
			t.stops = append(t.stops, stop{v, degrees(site.Lat, site.Lon)})
		}
		tours = append(tours, t)
	}
	return tours, nil
}

// degrees reads a place as it was typed; nil is that there is none.
func degrees(lat, lon string) *spot {
	y, err := strconv.ParseFloat(lat, 64)
	x, err2 := strconv.ParseFloat(lon, 64)
	if err != nil || err2 != nil {
		return nil
	}
	return &spot{y, x}
}

// sight is how places come onto the dots: degrees of latitude and of longitude are laid out evenly, the latter shortened as
// they are in the middle of the map, so that ways keep their proportions.
type sight struct {
	lat, lon float64 // in the middle
	shrink   float64 // a degree of longitude against one of latitude
	scale    float64 // dots a degree of latitude
	w, h     int
}

// leastSight is the least part of the world that is shown, in degrees of latitude: about half a kilometre.
const leastSight = 0.005

// newSight lays places out on so many dots, with a margin.
func newSight(places []spot, w, h int) sight {
	south, north, west, east := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range places {
		south, north, west, east = min(south, p.lat), max(north, p.lat), min(west, p.lon), max(east, p.lon)
	}
	v := sight{lat: (south + north) / 2, lon: (west + east) / 2, w: w, h: h}
	v.shrink = max(math.Cos(v.lat*math.Pi/180), 0.01)
	const margin = 6
	across := float64(max(w-1-2*margin, 1)) / max((east-west)*v.shrink, leastSight)
	down := float64(max(h-1-2*margin, 1)) / max(north-south, leastSight)
	v.scale = min(across, down)
	return v
}

// dot is where a place is.
func (v sight) dot(p spot) (x, y int) {
	x = int(math.Round(float64(v.w-1)/2 + (p.lon-v.lon)*v.shrink*v.scale))
	y = int(math.Round(float64(v.h-1)/2 - (p.lat-v.lat)*v.scale))
	return x, y
}

// drawMap draws the tours that are shown, the one under the cursor last.
func (p *mapPane) drawMap(s *screen.Screen, area screen.Rect) {
	var order []int
	var places []spot
	for i := range p.tours {
		if t := &p.tours[i]; p.shown(t) {
			places = append(places, t.places()...)
			if i != p.cursor {
				order = append(order, i)
			}
		}
	}
	if t := p.current(); p.shown(t) {
		order = append(order, p.cursor)
	}
	if len(places) == 0 || area.W < 4 || area.H < 3 {
		s.Text(area.X+2, area.Y, area.W-2, screen.Dim, "nobody knows where these places are: callout site edit SITE --lat … --lon …")
		return
	}
	c := newCanvas(area)
	view := newSight(places, c.w, c.h)
	for _, i := range order {
		p.tours[i].draw(c, view, i)
	}
	c.draw(s, area, func(i int) (screen.Role, string) { return tourRole(i), letter(i) })
	taken := map[[2]int]bool{}
	for n := range order {
		i := order[len(order)-1-n] // the tour under the cursor gets its labels where they belong
		p.drawLabels(s, area, view, i, taken)
	}
	drawScale(s, area, view)
}

// places are the known places of a tour.
func (t *tour) places() []spot {
	var out []spot
	if t.home != nil {
		out = append(out, *t.home)
	}
	for _, st := range t.stops {
		if st.at != nil {
			out = append(out, *st.at)
		}
	}
	return out
}

// draw draws the way from home over the visits and back. A place that nobody knows is left out of it.
func (t *tour) draw(c *canvas, view sight, i int) {
	places := t.places()
	if t.home != nil && len(places) > 1 {
		places = append(places, *t.home)
	}
	pattern := patterns()[i%len(patterns())]
	from := 0
	for n := 1; n < len(places); n++ {
		x0, y0 := view.dot(places[n-1])
		x1, y1 := view.dot(places[n])
		from = c.line(x0, y0, x1, y1, pattern, from, i)
	}
}

// drawLabels writes the homes and the visits with their numbers, each beside those that are there already.
func (p *mapPane) drawLabels(s *screen.Screen, area screen.Rect, view sight, i int, taken map[[2]int]bool) {
	t := &p.tours[i]
	put := func(at spot, text string, role screen.Role) {
		x, y := view.dot(at)
		x, y = x/2, y/4
		w := screen.Width(text)
		for _, by := range [][2]int{{0, 0}, {w, 0}, {-w, 0}, {0, 1}, {0, -1}, {w, 1}, {-w, -1}, {2 * w, 0}, {0, 2}, {0, -2}} {
			cx, cy := min(max(x+by[0], 0), area.W-w), min(max(y+by[1], 0), area.H-1)
			if !free(taken, cx, cy, w) {
				continue
			}
			for k := range w {
				taken[[2]int{cx + k, cy}] = true
			}
			s.Text(area.X+cx, area.Y+cy, w, role, text)
			return
		}
	}
	for n, st := range t.stops {
		if st.at == nil {
			continue
		}
		role := tourRole(i)
		if i == p.cursor {
			role = screen.Strong
			if n == p.stop {
				role = screen.Selected
			}
		}
		put(*st.at, fmt.Sprintf("%s%d", letter(i), n+1), role)
	}
	if t.home != nil {
		put(*t.home, letter(i)+s.Glyphs().Home, tourRole(i))
	}
}

func free(taken map[[2]int]bool, x, y, w int) bool {
	for k := range w {
		if taken[[2]int{x + k, y}] {
			return false
		}
	}
	return true
}

// drawScale says how long a way on the map is.
func drawScale(s *screen.Screen, area screen.Rect, view sight) {
	const kilometresPerDegree = 6371.0088 * math.Pi / 180 // of the mean radius of the Earth, IUGG
	perCell := 2 / view.scale * kilometresPerDegree
	for _, km := range []float64{500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1} {
		cells := int(math.Round(km / perCell))
		if cells > area.W/4 || cells < 2 {
			continue
		}
		y := area.Y + area.H - 1
		g := s.Glyphs()
		s.Put(area.X+1, y, screen.Dim, g.Vertical)
		s.Pattern(screen.Rect{X: area.X + 2, Y: y, W: cells - 1, H: 1}, screen.Dim, g.Horizontal)
		s.Put(area.X+1+cells, y, screen.Dim, g.Vertical)
		s.Text(area.X+3+cells, y, 10, screen.Dim, strconv.FormatFloat(km, 'f', -1, 64)+" km")
		return
	}
}
