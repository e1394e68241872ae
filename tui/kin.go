package tui

import (
	"slices"
	"strings"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
	"callout/work"
)

// crewLetter is what the bars of a visit for several carry, so that the eye finds them in all lanes.
func crewLetter(i int) string { return string(rune('a' + i%26)) }

// crewSpan is a visit for several, from the first to the last lane that it stands in.
type crewSpan struct {
	visit       *Visit
	first, last int
}

// crewSpans finds them.
func crewSpans(lanes []*Lane) []crewSpan {
	var out []crewSpan
	at := map[store.ID]int{}
	for i, l := range lanes {
		for _, v := range l.Visits {
			if len(v.Technicians) < 2 {
				continue
			}
			if n, ok := at[v.ID]; ok {
				out[n].last = i
				continue
			}
			at[v.ID] = len(out)
			out = append(out, crewSpan{v, i, i})
		}
	}
	return out
}

// drawCrewLines draws what joins the bars of a visit for several, in a lane between them. Bars lie over it.
func (b *board) drawCrewLines(s *screen.Screen, g *grid, lane int, at screen.Rect) {
	for _, c := range b.day.Crews {
		if lane <= c.first || lane >= c.last {
			continue
		}
		if x := g.column(c.visit.Start); x >= 0 && x < at.W {
			s.Pattern(screen.Rect{X: at.X + x, Y: at.Y, W: 1, H: at.H}, screen.Accent, s.Glyphs().Vertical)
		}
	}
}

// kinship is how a bar belongs to the visit under the cursor.
type kinship int

// The ways to belong to it.
const (
	stranger   kinship = iota
	same               // the same visit, in the lane of somebody who goes along
	comesFirst         // a visit of an order that its order waits for
	comesAfter         // a visit of an order that waits for its order
)

// kin finds the bars that belong to a visit; without one there are none.
type kin struct {
	visit *Visit
	lane  store.ID // in which the cursor is
}

// kin is of what is held, or else of the visit under the cursor.
func (b *board) kin() kin {
	if b.held != nil {
		return kin{visit: b.held.visit, lane: b.held.lane}
	}
	if l := b.current(); l != nil {
		return kin{visit: l.at(b.at), lane: l.ID}
	}
	return kin{}
}

// of says how a bar in a lane belongs to the visit.
func (k kin) of(v *Visit, lane store.ID) kinship {
	if k.visit == nil {
		return stranger
	}
	if v.ID == k.visit.ID {
		if lane == k.lane {
			return stranger
		}
		return same
	}
	for i := range k.visit.Ties {
		if t := &k.visit.Ties[i]; t.Order == v.Order {
			if t.First {
				return comesFirst
			}
			return comesAfter
		}
	}
	return stranger
}

// has reports whether somebody else's lane has a bar of the same visit.
func (k kin) has(lane store.ID) bool {
	return k.visit != nil && lane != k.lane && lane != "" && slices.Contains(k.visit.Technicians, lane)
}

// sign is what stands before everything else on a bar.
func (k kinship) sign(g *screen.Glyphs) string {
	switch k {
	case comesFirst:
		return g.Earlier
	case comesAfter:
		return g.Later
	}
	return ""
}

// company names who goes along with the one in whose lane a visit is looked at.
func (b *board) company(v *Visit, l *Lane) string {
	others := slices.Clone(v.Technicians)
	if l != nil {
		others = slices.DeleteFunc(others, func(id store.ID) bool { return id == l.ID })
	}
	if len(v.Technicians) < 2 || len(others) == 0 {
		return ""
	}
	return "with " + b.names(others)
}

// tied tells what a visit's order waits for, or what waits for it, and when that is to happen.
func (b *board) tied(t dispatch.Tie) string {
	word := t.Number + " waits until it is " + t.How()
	if t.First {
		word = "waits until " + t.Number + " is " + t.How()
	}
	var visits []string
	for _, v := range t.Visits {
		if v.Status.Open() {
			visits = append(visits, b.briefly(v))
		}
	}
	switch {
	case len(visits) > 0:
		return word + ": " + strings.Join(visits, ", ")
	case t.Status == work.New:
		return word + ": no visit yet"
	}
	return word + ": " + t.Number + " is " + string(t.Status)
}

// briefly is a visit that need not be on the board.
func (b *board) briefly(v dispatch.AppointmentRow) string {
	if v.Start.IsZero() {
		return v.Number + " without a time"
	}
	words := []string{v.Number, b.moment(v.Start)}
	if v.Status != dispatch.Scheduled {
		words = slices.Insert(words, 1, string(v.Status))
	}
	if who := b.names(v.Technicians); who != "" {
		words = append(words, "with "+who)
	}
	return strings.Join(words, " ")
}

// moment is an instant with as much of the date as it takes to know it.
func (b *board) moment(t time.Time) string {
	zone := b.m.opts.Zone
	switch {
	case !b.span().Contains(t):
	case b.days == 1:
		return b.m.clock(t)
	default:
		return t.In(zone.Location()).Format("Mon 15:04")
	}
	return t.In(zone.Location()).Format("Mon 2 Jan 15:04")
}
