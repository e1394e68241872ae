package tui

import (
	"fmt"
	"slices"
	"strings"

	"callout/calendar"
	"callout/store"
)

// Linear tells the days of the board line by line, technician after technician: for those who have no screen to draw
// on, or do not see one. It says what the board shows, and uses no sign that has to be seen.
func Linear(r store.Reader, o Options) (string, error) {
	m := &Model{opts: o, now: o.Now()}
	b := newBoard(m)
	d, err := readDay(r, b.span(), o.Zone)
	if err != nil {
		return "", err
	}
	found, err := conflictsOf(r, d)
	if err != nil {
		return "", err
	}
	b.day = d
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %s.\n", o.Title, d.title(o.Zone))
	if len(d.Lanes) == 0 {
		out.WriteString("There is nobody to be sent yet.\n")
	}
	for _, l := range d.Lanes {
		out.WriteString("\n" + b.lineOfLane(l) + "\n")
		for _, v := range l.Visits {
			v.Against = found[v.ID]
			out.WriteString("  " + b.lineOfVisit(v, l) + "\n")
		}
	}
	return out.String(), nil
}

// title is the days as a reader says them.
func (d *Day) title(zone calendar.Zone) string {
	first := d.Span.Start.In(zone.Location()).Format("Monday 2 January 2006")
	last := d.Span.End.AddDate(0, 0, -1).In(zone.Location())
	if last.Format("Monday 2 January 2006") == first {
		return first
	}
	return first + " to " + last.Format("Monday 2 January 2006")
}

// lineOfLane tells who, on duty when, away when, and how many visits.
func (b *board) lineOfLane(l *Lane) string {
	words := []string{l.Name}
	if l.ID == "" {
		words[0] = "Visits that nobody goes to yet"
	}
	if l.Skills != "" {
		words = append(words, l.Skills)
	}
	for _, w := range l.Work {
		words = append(words, "on duty "+b.when(w))
	}
	if len(l.Work) == 0 && !l.Always {
		words = append(words, "not on duty")
	}
	for _, w := range l.Breaks {
		words = append(words, "break "+b.when(w))
	}
	for _, a := range l.Away {
		words = append(words, strings.TrimSpace(a.Kind+" "+b.when(a.Interval)+" "+a.Note))
	}
	if len(l.Visits) == 0 {
		return strings.Join(words, ", ") + ": no visits."
	}
	return strings.Join(words, ", ") + ": " + plural(len(l.Visits), "visit") + "."
}

// lineOfVisit tells a visit, who goes along, and what stands against it.
func (b *board) lineOfVisit(v *Visit, l *Lane) string {
	words := []string{b.when(v.Time()) + " " + v.Number, string(v.Status), v.OrderNumber + " " + v.Title, v.Customer, v.Site, string(v.Priority) + " priority"}
	if v.Priority == "" {
		words = words[:5]
	}
	words = append(words, b.company(v, l), b.onTheWay(v, l))
	for _, t := range v.Ties {
		words = append(words, b.tied(t))
	}
	if v.Lock != "" {
		words = append(words, "locked "+string(v.Lock))
	}
	if p, ok := v.Clock.Pressing(b.m.now); ok {
		words = append(words, b.m.pressing(p))
	}
	for _, c := range v.Against {
		words = append(words, "against it: "+c.Detail)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ", ") + "."
}

// when is a time of day as a reader says it, with the day where the board shows several.
func (b *board) when(iv calendar.Interval) string {
	zone := b.m.opts.Zone.Location()
	from, to := iv.Start.In(zone), iv.End.In(zone)
	text := from.Format("15:04") + " to " + to.Format("15:04")
	if b.days > 1 || from.YearDay() != to.YearDay() {
		text = from.Format("Mon 15:04") + " to " + to.Format("Mon 15:04")
	}
	return text
}
