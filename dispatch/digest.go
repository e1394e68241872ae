package dispatch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// digests are what a plan rests on, record by record: who can be sent and when, every visit on
// the days with its order's demands, the orders that get one, and the policy. Where a visit
// stands in its life is not in it: that it was dispatched meanwhile changes no plan.
func (w *Workload) digests() map[store.ID]string {
	out := map[store.ID]string{}
	if w.ro.pin.ID != "" {
		out[w.ro.pin.ID] = digest(w.ro.pin.Rev)
	}
	for _, p := range w.ro.people {
		type time2 struct{ From, To time.Time }
		var away []time2
		for _, a := range p.away {
			away = append(away, time2{a.From, a.To})
		}
		read := []any{p.Skills, p.hours, p.Zone, p.HomeLat, p.HomeLon, p.serves, away}
		if p.Pace != 0 || p.MaxTravel != 0 {
			read = append(read, p.pace(), p.MaxTravel)
		}
		if w.ro.plans.Weights[WeighLabour] > 0 {
			read = append(read, p.RateAt(w.ro.span.Start))
		}
		if !p.FirstDay.IsZero() || !p.LastDay.IsZero() {
			read = append(read, p.FirstDay, p.LastDay)
		}
		out[p.ID] = digest(read...)
	}
	seen := map[store.ID]bool{}
	for _, e := range w.errands {
		id := e.order.ID
		if e.visit != nil {
			id, seen[e.visit.ID] = e.visit.ID, true
			out[id] = digest(e.visit.standing(), e.demands())
			continue
		}
		if e.waiting != "" {
			id = e.waiting
		}
		out[id] = digest(e.demands())
	}
	for _, v := range w.ro.visits {
		if !seen[v.ID] && v.Start.Before(w.ro.span.End) && !v.Start.Before(w.ro.span.Start) {
			out[v.ID] = digest(v.standing())
		}
	}
	return out
}

// standing is what a plan reads of a visit.
func (v *stand) standing() any {
	return []any{v.Start.UTC(), v.End.UTC(), v.Technicians, v.Lock, v.Arrival}
}

// demands is what a plan reads of the work of an errand.
func (e *errand) demands() any {
	var tasks []any
	for _, t := range e.tasks {
		tasks = append(tasks, []any{t.ID, t.Skills, t.Minutes, t.Persons})
	}
	var asked []any
	for _, a := range e.asked.asked {
		asked = append(asked, []any{a.code, a.who})
	}
	var territory any
	if t := e.asked.territory; t != nil {
		territory = []any{t.ID, t.Technicians}
	}
	held := e.order.Status == work.OnHold
	return []any{
		e.order.Priority, held, e.order.RespondBy, e.order.ResolveBy, e.order.PlannedFor, e.order.After, tasks, asked, territory,
		e.site.Lat, e.site.Lon, e.site.Hours, e.length,
	}
}

// digest is a short hash of values in their JSON.
func digest(values ...any) string {
	text, err := json.Marshal(values)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	const enough = 8 // bytes; two states of one record are told apart, nobody forges one
	return hex.EncodeToString(sum[:enough])
}

// changedSince names what is no more as a plan has read it: records that changed or are gone,
// and visits that have come onto its days.
func changedSince(r store.Reader, span calendar.Interval, now time.Time, read map[store.ID]string) ([]string, error) {
	w, err := ReadWorkload(r, span, now)
	if err != nil {
		return nil, err
	}
	var changed []store.ID
	for _, id := range slices.Sorted(maps.Keys(read)) {
		if w.read[id] != read[id] {
			changed = append(changed, id)
		}
	}
	for _, v := range w.ro.visits {
		if _, known := read[v.ID]; !known && v.Status.Open() && v.Start.Before(span.End) && !v.Start.Before(span.Start) && v.Status != None {
			changed = append(changed, v.ID)
		}
	}
	var out []string
	for _, id := range changed {
		name, err := nameOf(r, id)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// nameOf is what people call a record that a plan has read.
func nameOf(r store.Reader, id store.ID) (string, error) {
	switch id.Prefix() {
	case Technicians.Prefix():
		t, ok, err := Technicians.Try(r, id)
		if ok {
			return t.Name, nil
		}
		return string(id), err
	case Appointments.Prefix():
		a, ok, err := Appointments.Try(r, id)
		if ok && a.Number != "" {
			return a.Number, nil
		}
		return string(id), err
	case work.WorkOrders.Prefix():
		w, ok, err := work.WorkOrders.Try(r, id)
		if ok {
			return w.Number, nil
		}
		return string(id), err
	}
	return "the dispatch policy", nil
}

// moved refuses a plan whose ground has moved.
func moved(changed []string) error {
	const most = 10
	words := strings.Join(changed, ", ")
	if n := len(changed); n > most {
		words = strings.Join(changed[:most], ", ") + " and " + itoa(n-most) + " more"
	}
	return fault.Conflictf("the plan rests on what has changed since: %s", words).With("dispatch.moved").
		Hint("make the plan again: callout dispatch optimize")
}
