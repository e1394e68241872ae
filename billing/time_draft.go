package billing

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// shortestDraft is what a visit's stamps must span for time to be drafted from them:
// less than a minute is a slip of the finger, not work.
const shortestDraft = time.Minute

// draftTime is the derivation that drafts time from a visit that has ended, for each of
// its technicians: travel from the stamps of the way, labour from those of the work, breaks left
// out. A draft is nobody's word yet. It gives way to what the technician enters, and counts
// only once somebody submits it and somebody else approves it.
func draftTime(tx *store.Tx) error {
	changed, err := dispatch.Appointments.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil || !ended(ch.After.Status) || ch.Before != nil && ended(ch.Before.Status) {
			continue
		}
		if err := draftVisit(tx, ch.After); err != nil {
			return err
		}
	}
	return nil
}

func ended(s dispatch.Status) bool {
	return s == dispatch.Completed || s == dispatch.PartiallyCompleted || s == dispatch.CannotComplete
}

// draftVisit writes the drafts of one visit.
func draftVisit(tx *store.Tx, a *dispatch.Appointment) error {
	order, err := work.WorkOrders.Get(tx, a.Order)
	if err != nil || order.Status == work.Closed {
		return err
	}
	task := store.ID("")
	if len(a.Tasks) == 1 {
		task = a.Tasks[0]
	}
	for _, tech := range a.Technicians {
		t, err := dispatch.Technicians.Get(tx, tech)
		if err != nil {
			return err
		}
		for _, s := range stretches(a.Stamps) {
			e := &TimeEntry{
				Order: a.Order, Technician: tech, Person: t.Person, Kind: s.kind, From: s.From, To: s.To,
				Status: TimeNew, EnteredBy: tx.Env.Actor.ID, Draft: a.ID, Visit: a.ID, Cost: TimeCost{Rate: t.RateAt(s.From)},
				Revision: order.Amending(),
			}
			if s.kind == Labour {
				e.Task = task
			}
			e.ID = TimeEntries.NewID(tx, string(tech)+"/"+s.From.Format(time.RFC3339Nano))
			if e.Person == "" {
				e.Person = t.ID
			}
			if err := e.draft(tx, order.Zone); err != nil {
				return err
			}
		}
	}
	return nil
}

// draft writes one draft, less what the person's other entries cover already. Stamps that
// make no entry (set back, in the future, or longer than an entry may be) are left for
// the technician to enter: a draft never stands in the way of finishing a visit.
func (e *TimeEntry) draft(tx *store.Tx, zone string) error {
	if err := e.place(tx, zone); fault.Is(err, fault.Invalid) {
		return nil
	} else if err != nil {
		return err
	}
	others, err := overlapping(tx, e)
	if err != nil {
		return err
	}
	var taken []calendar.Interval
	for _, row := range others {
		end := row.To
		if end.IsZero() {
			end = e.To
		}
		taken = append(taken, calendar.Interval{Start: row.From, End: end})
	}
	id := e.ID
	for i, free := range calendar.Subtract([]calendar.Interval{{Start: e.From, End: e.To}}, calendar.Merge(taken)) {
		if free.Duration() < shortestDraft {
			continue
		}
		piece := *e
		piece.From, piece.To = free.Start, free.End
		if i > 0 {
			piece.ID = TimeEntries.NewID(tx, string(id)+"/"+free.Start.Format(time.RFC3339))
		}
		if err := piece.place(tx, zone); err != nil {
			return err
		}
		if err := TimeEntries.Put(tx, &piece); err != nil {
			return err
		}
	}
	return nil
}

type stretch struct {
	kind     TimeKind
	From, To time.Time
}

// stretches reads a visit's stamps as stretches of travel and of labour.
func stretches(stamps []dispatch.Stamp) []stretch {
	ordered := slices.Clone(stamps)
	slices.SortStableFunc(ordered, func(a, b dispatch.Stamp) int { return a.At.Compare(b.At) })
	var out []stretch
	for i := 0; i+1 < len(ordered); i++ {
		var kind TimeKind
		switch ordered[i].Status {
		case dispatch.Traveling:
			kind = Travel
		case dispatch.InProgress:
			kind = Labour
		default:
			continue
		}
		out = append(out, stretch{kind, ordered[i].At, ordered[i+1].At})
	}
	return out
}
