package tui

import (
	"fmt"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/tui/screen"
	"callout/work"
)

// orderSheet is everything about one order, as it was read at once.
type orderSheet struct {
	order    *work.WorkOrder
	customer string
	sections []section
	tasks    []taskSheet
	visits   []dispatch.AppointmentRow
	likely   time.Duration // that its next visit takes; 0 is unknown
}

// section is a part of the sheet that can be folded away.
type section struct {
	name  string
	count int // of what it lists; 0 says that there is nothing
	lines []sheetLine
}

// sheetLine is one thing that a section says.
type sheetLine struct {
	label string // in a column of its own
	text  string
	role  screen.Role
	fix   string // the command that helps
	// order is another order that the line is about, visit and task are things of this one. Each may be empty.
	order store.ID
	visit store.ID
	task  store.ID
}

// taskSheet is a task and its checklists.
type taskSheet struct {
	*work.Task
	ref   string
	lists []listSheet
}

// listSheet is a checklist that is answered on a task, with the template that it has pinned.
type listSheet struct {
	*work.ChecklistRun
	body *work.Checklist
}

// sheetReading reads an order with what belongs to it.
type sheetReading struct {
	r     store.Reader
	now   time.Time
	zone  calendar.Zone // the board's
	names *reader
	out   *orderSheet
	w     *work.WorkOrder
}

// historian knows who wrote a record.
type historian interface {
	History(r store.Reader, id store.ID) ([]*store.Entry, error)
}

func readSheet(r store.Reader, shop historian, id store.ID, now time.Time, zone calendar.Zone) (*orderSheet, error) {
	w, err := work.WorkOrders.Get(r, id)
	if err != nil {
		return nil, err
	}
	s := &sheetReading{r: r, now: now, zone: zone, names: newReader(r), w: w, out: &orderSheet{order: w}}
	if s.out.customer, err = s.names.customer(w.Customer); err != nil {
		return nil, err
	}
	if s.out.visits, err = dispatch.OfOrder(r, id); err != nil {
		return nil, err
	}
	if likely, known, err := dispatch.Estimate(r, id, "", nil, nil); err == nil && known {
		s.out.likely = likely
	}
	for _, part := range []struct {
		name string
		read func() ([]sheetLine, error)
	}{
		{"Order", s.about},
		{"Missing", s.missing},
		{"Visits", s.visits},
		{"Tasks", s.tasks},
		{"Chain", s.chain},
		{"Time", s.time},
		{"Items", s.items},
		{"Evidence", s.evidence},
		{"Sign-off", s.signOffs},
		{"Billing", s.billing},
		{"Log", func() ([]sheetLine, error) { return s.log(shop) }},
	} {
		lines, err := part.read()
		if err != nil {
			return nil, err
		}
		s.out.sections = append(s.out.sections, section{part.name, len(lines), lines})
	}
	return s.out, nil
}

// about is the head of the sheet: what, for whom, where, until when.
func (s *sheetReading) about() ([]sheetLine, error) {
	w := s.w
	site, err := work.Sites.Get(s.r, w.Site)
	if err != nil {
		return nil, err
	}
	status := string(w.Status)
	if w.Outcome == work.CannotComplete {
		status += " (cannot complete)"
	}
	if w.Amending() > 0 {
		status += fmt.Sprintf(", revision %d", w.Rev())
	}
	lines := fields("status", status, "why", w.Why, "priority", string(w.Priority), "customer", s.out.customer,
		"site", site.Name, "address", site.Address, "clock", s.otherClock(w.Zone), "access", site.Access, "reference", w.Reference, "about", w.Description)
	for _, t := range w.Row().Clock.Targets(s.now) {
		lines = append(lines, sheetLine{label: string(t.Target), text: targetWord(t, s.now) + ", by " + s.when(t.Due), role: targetRole(t.State)})
	}
	lines = append(lines, fields("opened", s.when(w.OpenedAt), "started", s.when(w.StartedAt), "completed", s.when(w.CompletedAt),
		"closed", s.when(w.ClosedAt), "on hold", s.onHold())...)
	if asset, ok, err := work.Assets.Try(s.r, w.Asset); err != nil {
		return nil, err
	} else if ok {
		lines = append(lines, fields("asset", asset.Name)...)
	}
	return lines, nil
}

// otherClock is the zone of a place whose clock is not the board's.
func (s *sheetReading) otherClock(zone string) string {
	if zone == s.zone.String() {
		return ""
	}
	place, err := calendar.LoadZone("zone", zone)
	if err != nil {
		return zone
	}
	return zone + ", where it is " + s.now.In(place.Location()).Format("Mon 15:04")
}

// onHold says since when the order waits for something outside, and for what.
func (s *sheetReading) onHold() string {
	w := s.w
	since := w.HeldSince()
	if since.IsZero() {
		return ""
	}
	return "since " + s.when(since) + ": " + w.Holds[len(w.Holds)-1].Reason
}

// when is an instant on the board's clock; "" for none.
func (s *sheetReading) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(s.zone.Location())
	if t.Year() != s.now.In(s.zone.Location()).Year() {
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// until is a length of time on the board's clock.
func (s *sheetReading) until(from, to time.Time) string {
	switch {
	case from.IsZero():
		return "no time yet"
	case to.IsZero():
		return "since " + s.when(from)
	}
	z := s.zone.Location()
	if calendar.DateOf(from, s.zone) == calendar.DateOf(to, s.zone) {
		return s.when(from) + "-" + to.In(z).Format("15:04")
	}
	return s.when(from) + " - " + s.when(to)
}

// fields makes lines of labels and texts; what has no text is left out.
func fields(pairs ...string) []sheetLine {
	var out []sheetLine
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, sheetLine{label: pairs[i], text: pairs[i+1]})
		}
	}
	return out
}

// targetWord is how a target stands, counted from an instant.
func targetWord(t work.TargetState, now time.Time) string {
	switch left := t.Due.Sub(now); t.State {
	case work.SLARunning, work.SLAAtRisk:
		return string(t.State) + ", in " + span(left)
	case work.SLABreached:
		return string(t.State) + ", " + span(-left) + " late"
	default:
		return string(t.State)
	}
}

func targetRole(s work.SLAState) screen.Role {
	switch s {
	case work.SLABreached, work.SLAMissed:
		return screen.Bad
	case work.SLAAtRisk, work.SLAPaused:
		return screen.Warn
	case work.SLAMet:
		return screen.Good
	}
	return screen.Normal
}
