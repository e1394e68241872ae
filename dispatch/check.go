package dispatch

import (
	"fmt"
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// noOverlap holds whichever way a visit came to its place: an undo puts back what was
// there, and somebody else may have been planned into the gap since.
func noOverlap(tx *store.Tx) error {
	visits, err := Appointments.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range visits {
		a := ch.After
		if a == nil || !a.Status.Open() || a.Status == None || samePlan(ch.Before, a) {
			continue
		}
		p := Plan{Appointment: a.ID, Start: a.Start, End: a.End}
		for _, id := range a.Technicians {
			others, err := p.otherVisits(tx, id)
			if err != nil {
				return err
			}
			if others, err = a.notAccepted(tx, id, others); err != nil {
				return err
			}
			if len(others) > 0 {
				t, err := Technicians.Get(tx, id)
				if err != nil {
					return err
				}
				return fault.Refusedf("%s has %s in the time of %s", t.Name, others[0].Number, a.Number).
					With("appointment.overlap").Hint("callout appt show %s", others[0].Number)
			}
		}
	}
	return nil
}

// notAccepted leaves out the visits over which somebody knowingly booked this one, or
// that were booked over it.
func (a *Appointment) notAccepted(r store.Reader, technician store.ID, others []AppointmentRow) ([]AppointmentRow, error) {
	var out []AppointmentRow
	for _, row := range others {
		o, err := Appointments.Get(r, row.ID)
		if err != nil {
			return nil, err
		}
		if !a.overlapAccepted(technician, o.ID) && !o.overlapAccepted(technician, a.ID) {
			out = append(out, row)
		}
	}
	return out, nil
}

func (a *Appointment) overlapAccepted(technician, with store.ID) bool {
	return slices.ContainsFunc(a.Accepted, func(e Exception) bool {
		return e.Conflict == Overlap && e.Technician == technician && e.With == with
	})
}

// samePlan reports whether a change left open who goes when.
func samePlan(before, after *Appointment) bool {
	return before != nil && before.Status.Open() && before.Start.Equal(after.Start) && before.End.Equal(after.End) &&
		slices.Equal(before.Technicians, after.Technicians)
}

// notWhileUnderWay refuses to complete or call off an order that somebody is still
// busy with, or about to be.
func notWhileUnderWay(tx *store.Tx) error {
	orders, err := work.WorkOrders.Changed(tx, store.Edited)
	if err != nil {
		return err
	}
	for _, ch := range orders {
		w := ch.After
		if ch.Before.Status == w.Status || w.Status != work.Completed && w.Status != work.Canceled {
			continue
		}
		open, err := OpenVisits(tx, w.ID)
		if err != nil {
			return err
		}
		for _, v := range open {
			if v.Status.UnderWay() {
				return fault.Refusedf("%s cannot be %s: %s is %s", w.Number, w.Status, v.Number, v.Status).
					With("work_order.visit").Hint("callout appt finish %s", v.Number)
			}
			if v.Status != None {
				return fault.Refusedf("%s cannot be %s: %s is still planned for %s", w.Number, w.Status, v.Number, show(v.Start, zoneOf(v.Zone))).
					With("work_order.visit").Hint("callout appt cancel %s", v.Number)
			}
		}
	}
	return nil
}

// nothingDangles refuses to take back what a visit or a technician is built on.
func nothingDangles(tx *store.Tx) error {
	orders, err := work.WorkOrders.Changed(tx, store.Deleted)
	if err != nil {
		return err
	}
	for _, ch := range orders {
		if err := usedBy(tx, "order", store.K(ch.ID), ch.Before.Number); err != nil {
			return err
		}
	}
	technicians, err := Technicians.Changed(tx, store.Deleted)
	if err != nil {
		return err
	}
	for _, ch := range technicians {
		if err := usedBy(tx, "technician", store.K(ch.ID), ch.Before.Name); err != nil {
			return err
		}
		if err := namedElsewhere(tx, ch.Before); err != nil {
			return err
		}
	}
	return withoutBranchOrTask(tx)
}

// namedElsewhere refuses to take back a technician whom a crew, a territory, an absence or
// somebody's terms name.
func namedElsewhere(tx *store.Tx, t *Technician) error {
	rests := func(what string) error { return fault.Refusedf("%s is named by %s", t.Name, what).With("undo.rests") }
	for c, err := range Crews.All(tx) {
		if err != nil {
			return err
		}
		if slices.Contains(c.Technicians, t.ID) {
			return rests("the crew " + c.Name)
		}
	}
	for _, err := range Absences.IDs(tx, "technician", store.K(t.ID)) {
		if err != nil {
			return err
		}
		return rests("an absence")
	}
	if names, err := served(tx, t.ID); err != nil {
		return err
	} else if len(names) > 0 {
		return rests("the territory " + names[0])
	}
	for v, err := range VisitTermsOf.All(tx) {
		if err != nil {
			return err
		}
		if slices.Contains(slices.Concat(v.Preferred, v.Required, v.Barred), t.ID) {
			return rests("what a customer or a site asks of visits")
		}
	}
	return nil
}

func withoutBranchOrTask(tx *store.Tx) error {
	branches, err := party.Branches.Changed(tx, store.Deleted)
	if err != nil {
		return err
	}
	for _, ch := range branches {
		for row, err := range ListTechnicians(tx, true) {
			if err != nil {
				return err
			}
			if row.Branch == ch.ID {
				return fault.Refusedf("%s works at %s", row.Name, ch.Before.Name).With("undo.rests")
			}
		}
	}
	sites, err := work.Sites.Changed(tx, store.Deleted)
	if err != nil {
		return err
	}
	for _, ch := range sites {
		if v, err := TermsOf(tx, ch.ID); err != nil {
			return err
		} else if v.ID != "" {
			return fault.Refusedf("there are terms for visits to %s", ch.Before.Name).With("undo.rests")
		}
	}
	tasks, err := work.Tasks.Changed(tx, store.Deleted)
	if err != nil {
		return err
	}
	for _, ch := range tasks {
		for a, err := range Appointments.By(tx, "order", store.K(ch.Before.Order)) {
			if err != nil {
				return err
			}
			if slices.Contains(a.Tasks, ch.ID) {
				return fault.Refusedf("task %d (%s) is on %s", ch.Before.N, ch.Before.Title, a.Number).With("undo.rests")
			}
		}
	}
	return nil
}

// usedBy refuses when a visit stands in an index under a key.
func usedBy(tx *store.Tx, ix string, key store.Key, what string) error {
	for row, err := range Appointments.Rows(tx, ix, store.Prefix(key)) {
		if err != nil {
			return err
		}
		return fault.Refusedf("%s is used by %s", what, row.Number).With("undo.rests").
			Hint("callout appt show %s", row.Number)
	}
	return nil
}

// auditAppointments recomputes the promises about visits from the records alone.
func auditAppointments(r store.Reader, report func(store.ID, string)) error {
	type booked struct {
		calendar.Interval
		id store.ID
	}
	last := map[store.ID]booked{}
	for row, err := range Appointments.Rows(r, "start", store.Range{}) {
		if err != nil {
			return err
		}
		if !row.Status.Open() || row.Status == None {
			continue
		}
		iv := calendar.NewInterval(row.Start, row.End)
		if iv.IsEmpty() || iv.Duration() > MaxVisit {
			report(row.ID, fmt.Sprintf("lasts %s", calendar.FormatDuration(iv.Duration())))
		}
		for _, t := range row.Technicians {
			if before := last[t]; before.Overlaps(iv) {
				a, err := Appointments.Get(r, row.ID)
				if err != nil {
					return err
				}
				open, err := a.notAccepted(r, t, []AppointmentRow{{ID: before.id}})
				if err != nil {
					return err
				}
				if len(open) > 0 {
					report(row.ID, fmt.Sprintf("overlaps another visit of %s", t))
				}
			}
			if !last[t].End.After(iv.End) {
				last[t] = booked{iv, row.ID}
			}
		}
	}
	for a, err := range Appointments.All(r) {
		if err != nil {
			return err
		}
		if why := a.broken(r); why != "" {
			report(a.ID, why)
		}
	}
	return nil
}

// broken says which promise a visit breaks, or "".
func (a *Appointment) broken(r store.Reader) string {
	if !slices.Contains(Statuses(), a.Status) {
		return fmt.Sprintf("is in no known status (%q)", a.Status)
	}
	if n := len(a.Stamps); a.Status != None && (n == 0 || a.Stamps[n-1].Status != a.Status) {
		return "does not stand where its last stamp says"
	}
	if ok, err := work.WorkOrders.Has(r, a.Order); err != nil || !ok {
		return "belongs to no work order"
	}
	for _, id := range a.Technicians {
		if ok, err := Technicians.Has(r, id); err != nil || !ok {
			return "names a technician who does not exist"
		}
	}
	for _, id := range a.Tasks {
		if t, ok, err := work.Tasks.Try(r, id); err != nil || !ok || t.Order != a.Order {
			return "names a task that is not of its order"
		}
	}
	return ""
}
