package tui

import (
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// suggestions is the pane that shows where a visit could go, best first, and why the others could not take it.
type suggestions struct {
	m      *Model
	order  store.ID
	visit  store.ID      // that has a time and could have another, or waits for one; "" for an order without any
	again  string        // the number of a visit that was called off and is booked again, or ""
	length time.Duration // of the visit; zero is what is planned, or what the estimates of the tasks add up to

	emergency  bool // others may have to give way
	explaining bool
	top        int // of the explanation
	list       list[offer]
	found      *found
}

// found is what a reading of the suggestions came to. It is never changed afterwards.
type found struct {
	number, title string
	visit         *dispatch.Appointment // nil for an order without a visit
	slots         []offer
	why           []string // what stands against it, where there is no slot
	unknown       bool     // nobody knows how long it takes
	verdicts      *dispatch.Explanation
}

// offer is a slot with its place in the order.
type offer struct {
	n int
	dispatch.Slot
}

// howFar is over how many days slots are looked for, and how many are shown.
const (
	howFar  = 5
	howMany = 9
)

// suggest shows where an order could get its visit, or a visit another time, in a pane at the side. Visit is ""
// for an order that has none, and length zero for what is planned or estimated.
func (m *Model) suggest(order, visit store.ID, length time.Duration) tea.Cmd {
	return m.offer(&suggestions{order: order, visit: visit, length: length})
}

func (m *Model) offer(p *suggestions) tea.Cmd {
	p.m = m
	p.list = p.offers()
	return m.show(p)
}

func (p *suggestions) scopes() []scope { return []scope{onSuggest} }

func (p *suggestions) title() string { return "Suggestions" }

// ask is the question that is put to dispatch: from the day that the board shows on, or from today.
func (p *suggestions) ask() dispatch.Ask {
	zone, days := p.m.opts.Zone, howFar
	first := p.firstDay()
	if p.emergency {
		days = 1
	}
	now := p.m.now
	if at := now.Truncate(time.Minute); at.Before(now) {
		now = at.Add(time.Minute)
	}
	return dispatch.Ask{
		Order: p.order, Appointment: p.visit, Length: p.length, Now: now, Most: howMany,
		Span: calendar.NewInterval(zone.StartOf(first), zone.StartOf(first.AddDays(days))),
	}
}

// firstDay is the day that the board shows, or today where that is over.
func (p *suggestions) firstDay() calendar.Date {
	today := calendar.DateOf(p.m.now, p.m.opts.Zone)
	if p.m.board.from.Before(today) {
		return today
	}
	return p.m.board.from
}

func (p *suggestions) reader() reading {
	q, emergency := p.ask(), p.emergency
	return func(r store.Reader) (func() tea.Cmd, error) {
		f, err := readSlots(r, q, emergency)
		return func() tea.Cmd { return p.place(f) }, err
	}
}

// place shows what was found. Where nobody knows how long it takes, it asks.
func (p *suggestions) place(f *found) tea.Cmd {
	first := p.found == nil
	p.found = f
	p.list.set(f.slots)
	if f.unknown && first {
		p.askLength()
	}
	return nil
}

// readSlots asks dispatch for slots. What it refuses is shown in its own words.
func readSlots(r store.Reader, q dispatch.Ask, emergency bool) (*found, error) {
	f := &found{}
	if err := f.readSubject(r, &q); err != nil {
		return nil, err
	}
	planned := f.visit != nil && f.visit.Status != dispatch.None
	var s *dispatch.Suggestion
	var err error
	switch {
	case planned:
		s, err = dispatch.SuggestMove(r, f.visit.ID, q)
	case emergency:
		s, err = dispatch.Emergency(r, q)
	default:
		s, err = dispatch.Suggest(r, q)
	}
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Kind != fault.Internal {
		f.why, f.unknown = []string{refused.Error()}, refused.Kind == fault.Invalid
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	for i, slot := range s.Slots {
		f.slots = append(f.slots, offer{i + 1, slot})
	}
	for _, c := range s.Why {
		f.why = append(f.why, conflictWords(c))
	}
	if planned {
		f.verdicts, err = dispatch.ExplainVisit(r, f.visit.ID, q.Now)
	} else {
		f.verdicts, err = dispatch.Explain(r, q, time.Time{})
	}
	return f, err
}

// readSubject reads what it is about. A visit that is over is none: its order is asked about.
func (f *found) readSubject(r store.Reader, q *dispatch.Ask) error {
	w, err := work.WorkOrders.Get(r, q.Order)
	if err != nil {
		return err
	}
	f.number, f.title = w.Number, w.Title
	if q.Appointment == "" {
		return nil
	}
	if f.visit, err = dispatch.Appointments.Get(r, q.Appointment); err == nil {
		f.number = f.visit.Number
	}
	return err
}

// line tells the reasons for the slot under the cursor.
func (p *suggestions) line() string {
	o, ok := p.list.current()
	if !ok || p.explaining {
		return ""
	}
	return strings.Join(o.Reasons, "; ")
}
