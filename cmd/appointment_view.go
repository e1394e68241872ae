package cmd

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/party"
	"callout/store"
	"callout/work"
)

// visits yields the visits that a list is asked for. The narrowest index serves it: that
// of days, else an order's, else a technician's, else that of starts.
func (a *App) visits(ctx context.Context, want appointmentFilter) (iter.Seq2[appointmentRow, error], error) {
	var order, technician store.ID
	var onDay []dispatch.AppointmentRow
	called := map[store.ID]string{}
	against := map[store.ID][]string{}
	keep := func(r store.Reader, v *dispatch.AppointmentRow) (bool, error) {
		if len(want.status) > 0 && !slices.Contains(want.status, string(v.Status)) || want.open && !v.Status.Open() ||
			order != "" && v.Order != order || technician != "" && !slices.Contains(v.Technicians, technician) {
			return false, nil
		}
		if want.conflicts {
			words, err := unaccepted(r, v, a.Now())
			if err != nil || len(words) == 0 {
				return false, err
			}
			against[v.ID] = words
		}
		n := &names{r, called}
		n.of(v.Order)
		for _, t := range v.Technicians {
			n.of(t)
		}
		return true, nil
	}
	err := a.View(ctx, func(r store.Reader) (err error) {
		if order, err = optional(findOrder, r, want.order); err != nil {
			return err
		}
		if technician, err = optional(findTechnician, r, want.technician); err != nil || want.day == "" {
			return err
		}
		day, err := a.day(r, want.day, technician)
		if err != nil {
			return err
		}
		all, err := dispatch.Between(r, day)
		for _, v := range all {
			if ok, err := keep(r, &v); err != nil {
				return err
			} else if ok {
				onDay = append(onDay, v)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := Rows(onDay)
	if want.day == "" {
		rows = a.visitsByStart(ctx, order, technician, keep)
	}
	return first(want.limit, mapRows(rows, func(v dispatch.AppointmentRow) appointmentRow {
		out := appointmentRow{AppointmentRow: v, order: called[v.Order], conflicts: append([]string{}, against[v.ID]...)}
		for _, t := range v.Technicians {
			out.team = append(out.team, called[t])
		}
		return out
	})), nil
}

// unaccepted tells what stands against a planned visit and was not accepted.
func unaccepted(r store.Reader, row *dispatch.AppointmentRow, now time.Time) ([]string, error) {
	if row.Status != dispatch.Scheduled && row.Status != dispatch.Dispatched {
		return nil, nil
	}
	v, err := dispatch.Appointments.Get(r, row.ID)
	if err != nil {
		return nil, err
	}
	found, err := dispatch.Unaccepted(r, v)
	if err != nil {
		return nil, err
	}
	margins, err := billing.BookingConflicts(r, v, now)
	for _, c := range margins {
		if !c.Note && !billing.AcceptedMargin(v, c) {
			found = append(found, c)
		}
	}
	var words []string
	for _, c := range found {
		words = append(words, c.Detail+" ("+string(c.Code)+")")
	}
	return words, err
}

func (a *App) visitsByStart(
	ctx context.Context, order, technician store.ID, keep func(store.Reader, *dispatch.AppointmentRow) (bool, error),
) iter.Seq2[dispatch.AppointmentRow, error] {
	index, prefix := "start", store.Key{}
	switch {
	case order != "":
		index, prefix = "order", store.K(order)
	case technician != "":
		index, prefix = "technician", store.K(technician)
	}
	return paged(ctx, a, dispatch.Appointments, index, store.Prefix(prefix),
		func(v dispatch.AppointmentRow) store.Key { return slices.Concat(prefix, indexKey(v.ID, v.Start)) }, keep)
}

// day reads a day as the clock shows it where it is asked about.
func (a *App) day(r store.Reader, text string, technician store.ID) (calendar.Interval, error) {
	zone, err := a.placeAsked(r, technician)
	if err != nil {
		return calendar.Interval{}, err
	}
	date, err := parseDay("day", text, a.Now(), zone)
	return zone.Day(date), err
}

// placeAsked is the zone that --tz names, else the technician's, else the company's.
func (a *App) placeAsked(r store.Reader, technician store.ID) (calendar.Zone, error) {
	var name string
	if technician != "" {
		t, err := dispatch.Technicians.Get(r, technician)
		if err != nil {
			return calendar.Zone{}, err
		}
		name = t.Zone
	} else {
		c, err := party.TheCompany(r)
		if err != nil {
			return calendar.Zone{}, err
		}
		name = c.Zone
	}
	zone, err := calendar.LoadZone("tz", name)
	if err != nil {
		return zone, err
	}
	return a.zoneOr(zone)
}

// parseDay reads a date or a word for one; a weekday is today or the next of that name.
func parseDay(field, text string, now time.Time, zone calendar.Zone) (calendar.Date, error) {
	switch word := strings.ToLower(strings.TrimSpace(text)); word {
	case "today", "tomorrow", "yesterday", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		// The last minute of a day is never over, so that today's weekday means today.
		at, err := calendar.ParseWhen(field, word+" 23:59", now, zone)
		return calendar.DateOf(at, zone), err
	}
	return calendar.ParseDate(field, text)
}

// appointmentView is a visit as `show` prints it.
type appointmentView struct {
	ID          store.ID             `json:"id"`
	Number      string               `json:"number"`
	Status      dispatch.Status      `json:"status"`
	Order       string               `json:"work_order"`
	Title       string               `json:"title"`
	Customer    string               `json:"customer"`
	Site        string               `json:"site"`
	Start       time.Time            `json:"start,omitzero"`
	End         time.Time            `json:"end,omitzero"`
	Arrival     calendar.Interval    `json:"arrival,omitzero"` // what the customer was told, where that is recorded
	Zone        string               `json:"zone"`
	Technicians []string             `json:"technicians"`
	Tasks       []taskOfVisit        `json:"tasks"`
	Lock        dispatch.Lock        `json:"lock,omitempty"`
	Stamps      []stampView          `json:"stamps"`
	Accepted    []dispatch.Exception `json:"accepted"`
	Conflicts   []dispatch.Conflict  `json:"conflicts"` // of a visit that has not begun
	Crew        string               `json:"crew,omitempty"`
	Effort      dispatch.Effort      `json:"effort"` // so far, from the stamps
	FollowOn    string               `json:"follow_on,omitempty"`
	Why         string               `json:"why,omitempty"`

	open []dispatch.Conflict // of those, what nobody accepted
}

type taskOfVisit struct {
	N      int             `json:"n"`
	Title  string          `json:"title"`
	Status work.TaskStatus `json:"status"`
}

type stampView struct {
	Status dispatch.Status `json:"status"`
	At     time.Time       `json:"at"`
	By     string          `json:"by"`
}

func readAppointmentView(r store.Reader, ref string, now time.Time) (*appointmentView, error) {
	id, err := findAppointment(r, ref)
	if err != nil {
		return nil, err
	}
	v, err := dispatch.Appointments.Get(r, id)
	if err != nil {
		return nil, err
	}
	w, err := work.WorkOrders.Get(r, v.Order)
	if err != nil {
		return nil, err
	}
	n := namesOf(r)
	out := &appointmentView{
		ID: v.ID, Number: v.Number, Status: v.Status, Order: w.Number, Title: w.Title, Customer: n.of(w.Customer), Site: n.of(w.Site),
		Start: v.Start, End: v.End, Arrival: v.Arrival, Zone: v.Zone, Technicians: []string{}, Tasks: []taskOfVisit{}, Lock: v.Lock,
		Stamps: []stampView{}, Accepted: append([]dispatch.Exception{}, v.Accepted...), Conflicts: []dispatch.Conflict{},
		FollowOn: n.of(v.FollowOn), Why: v.Why, Effort: dispatch.EffortOf(v),
	}
	if c, ok, err := dispatch.Crews.Try(r, v.Crew); err != nil {
		return nil, err
	} else if ok {
		out.Crew = c.Name
	}
	for _, t := range v.Technicians {
		out.Technicians = append(out.Technicians, n.of(t))
	}
	for _, id := range v.Tasks {
		t, err := work.Tasks.Get(r, id)
		if err != nil {
			return nil, err
		}
		out.Tasks = append(out.Tasks, taskOfVisit{t.N, t.Title, t.Status})
	}
	for _, s := range v.Stamps {
		out.Stamps = append(out.Stamps, stampView{s.Status, s.At, n.of(s.By)})
	}
	found, err := dispatch.Standing(r, v)
	if err != nil {
		return nil, err
	}
	out.Conflicts = append(out.Conflicts, found...)
	if out.open, err = dispatch.Unaccepted(r, v); err != nil {
		return nil, err
	}
	margins, err := billing.BookingConflicts(r, v, now)
	for _, c := range margins {
		out.Conflicts = append(out.Conflicts, c)
		if !c.Note && !billing.AcceptedMargin(v, c) {
			out.open = append(out.open, c)
		}
	}
	return out, err
}

func (v *appointmentView) draw(p *Page) {
	p.Title("%s  %s", v.Number, v.Title)
	p.Field("Status", string(v.Status))
	p.Field("Work order", v.Order)
	p.Field("Customer", v.Customer)
	p.Field("Site", v.Site)
	p.Field("Start", local(v.Start, v.Zone))
	p.Field("End", local(v.End, v.Zone))
	if !v.Arrival.IsEmpty() {
		p.Field("Promised", local(v.Arrival.Start, v.Zone).Format("Mon 15:04")+" to "+local(v.Arrival.End, v.Zone).Format("15:04 MST"))
	}
	p.Field("Technicians", v.Technicians)
	p.Field("Crew", v.Crew)
	p.Field("Lock", string(v.Lock))
	p.Field("Why", v.Why)
	p.Field("Follow-on", v.FollowOn)
	if len(v.Tasks) > 0 {
		p.Section("Tasks")
		rows := make([][]any, len(v.Tasks))
		for i, t := range v.Tasks {
			rows[i] = []any{t.N, t.Title, string(t.Status)}
		}
		p.Table([]string{"n", "title", "status"}, rows)
	}
	if len(v.Stamps) > 0 {
		p.Section("What happened")
		rows := make([][]any, len(v.Stamps))
		for i, s := range v.Stamps {
			rows[i] = []any{string(s.Status), local(s.At, v.Zone), s.By}
		}
		p.Table([]string{"status", "at", "by"}, rows)
	}
	drawEffort(p, "What it took", v.Effort)
	if len(v.Accepted) > 0 {
		p.Section("Accepted")
		for _, e := range v.Accepted {
			stands := ""
			if !e.Grant.Counts() {
				stands = ", " + string(e.Grant.State)
			}
			p.Line("%s (%s%s): %s", e.Detail, e.Conflict, stands, e.Reason)
		}
	}
	v.drawConflicts(p)
}

// spent writes minutes as people say them.
func spent(minutes int) string { return calendar.FormatDuration(time.Duration(minutes) * time.Minute) }

// drawConflicts shows what stands against the plan and was not accepted.
func (v *appointmentView) drawConflicts(p *Page) {
	open := v.open
	for _, c := range v.Conflicts {
		if c.Note {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		return
	}
	p.Section("Stands against it now")
	for _, c := range open {
		p.Line("%s (%s)", c.Detail, c.Code)
	}
}

// drawEffort shows what one or more visits took.
func drawEffort(p *Page, title string, e dispatch.Effort) {
	if e == (dispatch.Effort{}) {
		return
	}
	p.Section(title)
	p.Table([]string{"", "by the clock", "person-hours"}, [][]any{
		{"work", spent(e.Elapsed), spent(e.Person)}, {"travel", spent(e.Travel), spent(e.PersonTravel)}, {"breaks", spent(e.Break), ""},
	})
}
