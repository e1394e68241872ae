package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"

	"pgregory.net/rapid"
)

// Whatever is planned, moved, given to others, called off and taken back: no two open
// visits of a technician ever share time, and the audits find nothing.
func TestNoSequenceMakesSchedulesOverlap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDepot(t)
		team := []store.ID{d.technician("ana", "", ""), d.technician("bert", "", "")}
		order := d.order()
		base := vienna(t, "2026-03-28 20:00") // the night in which clocks are set forward
		var visits []store.ID
		var undoable []uint64
		who := func() []store.ID {
			switch rapid.IntRange(0, 2).Draw(rt, "who") {
			case 0:
				return team[:1]
			case 1:
				return team[1:]
			}
			return team
		}
		when := func() (time.Time, time.Time) {
			start := base.Add(time.Duration(rapid.IntRange(0, 40).Draw(rt, "start")) * 15 * time.Minute)
			length := time.Duration(rapid.IntRange(1, 8).Draw(rt, "length")) * 15 * time.Minute
			if rapid.IntRange(0, 9).Draw(rt, "long") == 0 {
				start, length = start.Add(-20*24*time.Hour), dispatch.MaxVisit
			}
			return start, start.Add(length)
		}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			var cmd store.Command
			kind := rapid.IntRange(0, 5).Draw(rt, "step")
			if len(visits) == 0 {
				kind = 0
			}
			switch kind {
			case 0, 1:
				start, end := when()
				cmd = &dispatch.Schedule{Order: order, Technicians: who(), Start: start, End: end}
			case 2:
				start, end := when()
				cmd = &dispatch.Move{Appointment: rapid.SampledFrom(visits).Draw(rt, "visit"), Start: start, End: end}
			case 3:
				cmd = &dispatch.Assign{Appointment: rapid.SampledFrom(visits).Draw(rt, "visit"), Technicians: who()}
			case 4:
				cmd = &dispatch.CancelVisit{Appointment: rapid.SampledFrom(visits).Draw(rt, "visit")}
			default:
				cmd = &store.Undo{Entry: rapid.SampledFrom(undoable).Draw(rt, "entry")}
			}
			rec, err := d.do(cmd)
			switch {
			case err == nil && kind < 2:
				visits = append(visits, rec.Subject)
				undoable = append(undoable, rec.Seq)
			case err == nil:
				undoable = append(undoable, rec.Seq)
			case !fault.Is(err, fault.Refused) && !fault.Is(err, fault.NotFound):
				rt.Fatalf("%s: %v", cmd.Name(), err)
			}
			noTwoOverlap(rt, d, team)
		}
		d.audit()
	})
}

// noTwoOverlap compares all pairs, without any index of the product.
func noTwoOverlap(rt *rapid.T, d *depot, team []store.ID) {
	var open []*dispatch.Appointment
	d.read(func(r store.Reader) error {
		for a, err := range dispatch.Appointments.All(r) {
			if err != nil {
				return err
			}
			if a.Status.Open() {
				open = append(open, a)
			}
		}
		return nil
	})
	for i, a := range open {
		for _, b := range open[:i] {
			for _, who := range team {
				both := slices.Contains(a.Technicians, who) && slices.Contains(b.Technicians, who)
				if both && a.Start.Before(b.End) && b.Start.Before(a.End) {
					rt.Fatalf("%s (%s to %s) and %s (%s to %s) overlap", a.Number, a.Start, a.End, b.Number, b.Start, b.End)
				}
			}
		}
	}
}

// What is refused for overlapping overlaps, and what is not does not: the answer is the
// same whichever of the two visits was there first.
func TestOverlapIsSymmetric(t *testing.T) {
	d := newDepot(t)
	ana, bert := d.technician("ana", "", ""), d.technician("bert", "", "")
	base := vienna(t, "2026-03-02 00:00")
	rapid.Check(t, func(rt *rapid.T) {
		order := d.order()
		interval := func(name string) (time.Time, time.Time) {
			start := base.Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, name+" start")) * time.Hour)
			return start, start.Add(time.Duration(rapid.IntRange(1, 31*24).Draw(rt, name+" hours")) * time.Hour)
		}
		s1, e1 := interval("first")
		s2, e2 := interval("second")
		a := d.visit(order, s1, e1, ana)
		b := d.visit(order, s2, e2, bert)
		one := len(d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: s2, End: e2}))
		two := len(d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{bert}, Start: s1, End: e1}))
		want := 0
		if s1.Before(e2) && s2.Before(e1) {
			want = 1
		}
		if one != want || two != want {
			rt.Errorf("%s-%s and %s-%s: %d and %d conflicts, want %d", s1, e1, s2, e2, one, two, want)
		}
		d.must(&dispatch.CancelVisit{Appointment: a})
		d.must(&dispatch.CancelVisit{Appointment: b})
	})
}
