package dispatch

import (
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// AbsenceKind is why somebody is away.
type AbsenceKind string

// The kinds of absence.
const (
	Vacation AbsenceKind = "vacation"
	Sick     AbsenceKind = "sick"
	Training AbsenceKind = "training"
	OtherWay AbsenceKind = "other"
)

// AbsenceKinds lists the kinds.
func AbsenceKinds() []AbsenceKind { return []AbsenceKind{Vacation, Sick, Training, OtherWay} }

// Absence is a time, half-open, in which a technician is not there.
type Absence struct {
	store.Record
	Technician store.ID    `json:"technician"`
	From       time.Time   `json:"from"`
	To         time.Time   `json:"to"`
	Kind       AbsenceKind `json:"kind"`
	Note       string      `json:"note,omitempty"`
	By         store.ID    `json:"by"`
}

// Absences holds the absences: by start, and of each technician by end, so that those of
// the past are not read when a visit is planned.
var Absences = store.Define(store.Def[Absence, Absence]{
	Name: "absence", Prefix: "abs", Title: "absence",
	Row: func(a *Absence) Absence { return *a },
	Indexes: []store.Index[Absence]{
		{Name: "start", Keys: func(a *Absence) []store.Key { return []store.Key{store.K(a.From)} }},
		{Name: "technician", Keys: func(a *Absence) []store.Key { return []store.Key{store.K(a.Technician, a.To)} }},
	},
})

// maxAbsence is longer than any leave; what is beyond it is a slip of the hand.
const maxAbsence = 5 * 366 * 24 * time.Hour

// AddAbsence says that a technician is away. Visits that are planned in that time stay
// planned: each is named, by the event absence.breaks and by [Broken], for somebody to decide about.
type AddAbsence struct {
	Technician store.ID    `json:"technician"`
	From       time.Time   `json:"from"`
	To         time.Time   `json:"to"`
	Kind       AbsenceKind `json:"kind,omitempty"` // other when empty
	Note       string      `json:"note,omitempty"`
}

// Name implements store.Command.
func (c *AddAbsence) Name() string { return "absence.add.v1" }

// Undoable implements store.Undoable.
func (c *AddAbsence) Undoable() {}

// Do implements store.Command.
func (c *AddAbsence) Do(tx *store.Tx) error {
	if _, err := Technicians.Get(tx, c.Technician); err != nil {
		return err
	}
	a := &Absence{
		Technician: c.Technician, From: c.From.UTC().Truncate(time.Second), To: c.To.UTC().Truncate(time.Second),
		Kind: c.Kind, Note: strings.TrimSpace(c.Note), By: tx.Env.Actor.ID,
	}
	if a.Kind == "" {
		a.Kind = OtherWay
	}
	if !slices.Contains(AbsenceKinds(), a.Kind) {
		return fault.Invalidf("kind", "%q is no kind of absence; there are vacation, sick, training and other", c.Kind).With("absence.kind")
	}
	if c.From.IsZero() || c.To.IsZero() {
		return fault.Invalidf("to", "an absence needs a beginning and an end").With("absence.time")
	}
	if err := a.time().Check("to"); err != nil {
		return err
	}
	if a.time().Duration() > maxAbsence {
		return fault.Invalidf("to", "%s is longer than an absence may be", calendar.FormatDuration(a.time().Duration())).With("absence.time")
	}
	a.ID = Absences.NewID(tx, "")
	tx.Returns(a.ID, "")
	broken, err := Broken(tx, a)
	if err != nil {
		return err
	}
	var numbers []string
	for _, v := range broken {
		numbers = append(numbers, v.Number)
	}
	tx.Emit("absence.added", a.ID, map[string]any{"technician": a.Technician, "breaks": numbers})
	return Absences.Put(tx, a)
}

// RemoveAbsence takes an absence back: it does not take place.
type RemoveAbsence struct {
	Absence store.ID `json:"absence"`
}

// Name implements store.Command.
func (c *RemoveAbsence) Name() string { return "absence.remove.v1" }

// Undoable implements store.Undoable.
func (c *RemoveAbsence) Undoable() {}

// Do implements store.Command.
func (c *RemoveAbsence) Do(tx *store.Tx) error {
	tx.Returns(c.Absence, "")
	return Absences.Delete(tx, c.Absence)
}

func (a *Absence) time() calendar.Interval { return calendar.NewInterval(a.From, a.To) }

// Broken returns the open visits of a technician that fall into an absence, by start.
func Broken(r store.Reader, a *Absence) ([]AppointmentRow, error) {
	rng := store.Prefix(store.K(a.Technician))
	rng.Lo, rng.Hi = store.K(a.Technician, a.From.Add(-MaxVisit)), store.K(a.Technician, a.To)
	var out []AppointmentRow
	for row, err := range Appointments.Rows(r, "open", rng) {
		if err != nil {
			return nil, err
		}
		if a.time().Overlaps(calendar.NewInterval(row.Start, row.End)) {
			out = append(out, row)
		}
	}
	return out, nil
}

// absencesIn returns a technician's absences that have time in common with a plan.
func absencesIn(r store.Reader, technician store.ID, iv calendar.Interval) ([]*Absence, error) {
	rng := store.Prefix(store.K(technician))
	rng.Lo = store.K(technician, iv.Start)
	var out []*Absence
	for a, err := range Absences.Rows(r, "technician", rng) {
		if err != nil {
			return nil, err
		}
		if a.time().Overlaps(iv) {
			out = append(out, &a)
		}
	}
	return out, nil
}

// absences names the time of a plan in which a technician is away. The kind is nobody's
// business who plans; that somebody is away is.
func (m member) absences(plan calendar.Interval) []Conflict {
	var out []Conflict
	for _, a := range m.away {
		common, ok := plan.Intersect(a.time())
		if !ok {
			continue
		}
		out = append(out, Conflict{
			Code: Absent, Technician: m.ID, With: a.ID, Minutes: minutesUp(common.Duration()),
			Detail: m.Name + ": away from " + show(a.From, m.zone) + " to " + showAfter(a.To, a.From, m.zone),
		})
	}
	return out
}
