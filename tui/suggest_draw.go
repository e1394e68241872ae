package tui

import (
	"fmt"
	"strings"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/tui/screen"
)

// offers is the list of slots: when, who, how much more on the road, and how it stands to the SLA.
func (p *suggestions) offers() list[offer] {
	zone := p.m.opts.Zone.Location()
	return list[offer]{
		key: func(o offer) string { return fmt.Sprint(o.n) }, anchor: -1,
		columns: []column[offer]{
			{width: 1, text: func(o offer) string { return fmt.Sprint(o.n) }, role: func(offer) screen.Role { return screen.Key }},
			{title: "start", width: 12, text: func(o offer) string { return o.Start.In(zone).Format("Mon 2 15:04") }},
			{title: "who", text: func(o offer) string { return strings.Join(o.Names, ", ") }},
			{title: "road", width: 5, right: true, text: func(o offer) string { return "+" + calendar.FormatDuration(time.Duration(o.Extra)*time.Minute) }},
			{title: "SLA", width: 9, right: true, text: lateness, role: func(o offer) screen.Role {
				if o.Late > 0 {
					return screen.Bad
				}
				return screen.Good
			}},
			{title: "moves", width: 5, right: true, least: 50, text: func(o offer) string {
				if len(o.Moves) == 0 {
					return ""
				}
				return fmt.Sprint(len(o.Moves))
			}},
		},
	}
}

func lateness(o offer) string {
	switch {
	case o.Late > 0:
		return calendar.FormatDuration(time.Duration(o.Late)*time.Minute) + " late"
	case o.Due.IsZero():
		return ""
	}
	return "kept"
}

func (p *suggestions) draw(s *screen.Screen, area screen.Rect, focused bool) {
	role := screen.Dim
	if focused {
		role = screen.Accent
	}
	if p.found == nil {
		in := s.Box(area, role, "Suggestions")
		s.Text(in.X+1, in.Y+1, in.W-2, screen.Dim, "looking for places")
		return
	}
	f := p.found
	title := f.number + "  " + f.title
	if p.emergency {
		title += "  (others give way)"
	}
	in := s.Box(area, role, title)
	switch {
	case p.explaining:
		p.drawWhy(s, in)
		return
	case len(f.slots) == 0:
		p.drawNone(s, in)
		return
	}
	top, rest := in.Top(min(len(f.slots)+1, max(in.H/2, 3)))
	p.list.draw(s, top, focused)
	o, ok := p.list.current()
	if !ok {
		return
	}
	y := rest.Y + 1
	for _, text := range reasonsOf(o) {
		for i, l := range screen.Wrap(text, rest.W-4) {
			if y >= rest.Y+rest.H {
				return
			}
			if i == 0 {
				s.Text(rest.X+1, y, 1, screen.Dim, s.Glyphs().Travel)
			}
			s.Text(rest.X+3, y, rest.W-4, screen.Normal, l)
			y++
		}
	}
}

// reasonsOf are the words for a slot, what gives way for it first.
func reasonsOf(o offer) []string {
	n := len(o.Reasons) - len(o.Moves)
	if n < 0 {
		return o.Reasons
	}
	return append(append([]string{}, o.Reasons[n:]...), o.Reasons[:n]...)
}

func (p *suggestions) drawNone(s *screen.Screen, in screen.Rect) {
	lines := []string{"There is no free place on these days."}
	if len(p.found.why) > 0 {
		lines = p.found.why
	} else {
		lines = append(lines, "e says why not; ! lets others give way")
	}
	y := in.Y + 1
	for _, text := range lines {
		for _, l := range screen.Wrap(text, in.W-2) {
			s.Text(in.X+1, y, in.W-2, screen.Warn, l)
			y++
		}
	}
}

// drawWhy tells of everybody when they could take it, or what stands against it.
func (p *suggestions) drawWhy(s *screen.Screen, in screen.Rect) {
	var lines []string
	var roles []screen.Role
	say := func(role screen.Role, text string, margin int) {
		for _, l := range screen.Wrap(text, in.W-2-margin) {
			lines, roles = append(lines, strings.Repeat(" ", margin)+l), append(roles, role)
		}
	}
	zone := p.m.opts.Zone.Location()
	if x := p.found.verdicts; x != nil {
		for _, t := range x.Technicians {
			head := t.Name + "  " + t.Start.In(zone).Format("Mon 2 15:04")
			if t.Can {
				say(screen.Good, head+"  can", 0)
			} else {
				say(screen.Strong, head, 0)
			}
			for _, c := range t.Against {
				say(screen.Normal, conflictWords(c), 2)
			}
		}
		for _, x := range x.Relax {
			say(screen.Title, "", 0)
			say(screen.Accent, "It would go with "+codeWords(x.Accept)+" accepted: "+strings.Join(x.Technicians, ", ")+"  "+x.Start.In(zone).Format("Mon 2 15:04"), 0)
			if len(x.Never) > 0 {
				say(screen.Warn, "which nobody may accept: "+codeWords(x.Never), 2)
			}
		}
	}
	for _, w := range p.found.why {
		say(screen.Warn, w, 0)
	}
	p.top = max(min(p.top, len(lines)-in.H), 0)
	for i := range min(in.H, len(lines)-p.top) {
		s.Text(in.X+1, in.Y+i, in.W-2, roles[p.top+i], lines[p.top+i])
	}
}

func codeWords(codes []dispatch.Code) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// drawOffer shows the slot under the cursor of the suggestions where it would lie.
func (b *board) drawOffer(s *screen.Screen, g *grid) {
	p, ok := b.m.side.(*suggestions)
	if !ok || p.explaining {
		return
	}
	o, ok := p.list.current()
	if !ok {
		return
	}
	v := &Visit{
		AppointmentRow: dispatch.AppointmentRow{Start: o.Start, End: o.End, Technicians: o.Technicians}, Title: p.found.title, Customer: p.found.number,
	}
	for _, id := range o.Technicians {
		if i := b.day.lane(id); i >= b.top && i < b.top+g.lanes {
			at := screen.Rect{X: g.body.X, Y: g.body.Y + (i-b.top)*g.rows, W: g.body.W, H: g.rows}
			b.drawVisit(s, g, v, at, screen.VisitHeld)
		}
	}
}
