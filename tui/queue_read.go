package tui

import (
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// need is why something waits in the queue.
type need string

// The needs, the plainest last: an order at risk is shown as such, whatever else it lacks.
const (
	needsRescue need = "at risk" // a target of its SLA is at risk or missed, however it is planned
	needsTime   need = "visit"   // a visit was made, but has no time yet
	needsVisit  need = "order"   // nobody has made a visit of it
)

// queueRow is one thing that waits to be planned or to be looked at.
type queueRow struct {
	work.WorkOrderRow
	need need
	// visit is the one that waits for a time, or the one that is planned for an order at risk; its id is empty
	// where there is none.
	visit           dispatch.AppointmentRow
	customer, place string
	sla             work.TargetState // the target that presses most; no state where there is none

	queueMore
}

// queueMore is what is read of a row once it is on the screen.
type queueMore struct {
	known  bool
	skills string
	length time.Duration // that the visit is likely to take; 0 is unknown
}

func (r queueRow) key() string { return string(r.ID) + string(r.visit.ID) }

// rest is what waits and is not in the queue: at least so many, exactly so many if it was counted to the end.
type rest struct {
	n     int
	exact bool
}

// The bounds of one reading, so that it costs the same however much there is.
const (
	queueRows  = 500    // that are shown
	queueLooks = 4_000  // that are looked at to find what is at risk
	queueCount = 20_000 // that are counted
)

// queueReading finds what waits. It reads rows of indexes only, but for the orders of visits.
type queueReading struct {
	r    store.Reader
	now  time.Time
	rows []queueRow
	seen map[store.ID]bool // orders
	name *reader
}

// readQueue reads what waits: visits without a time, what is at risk, what falls due next, and then orders
// without a visit from the oldest on.
func readQueue(r store.Reader, now time.Time) ([]queueRow, rest, error) {
	q := &queueReading{r: r, now: now, seen: map[store.ID]bool{}, name: newReader(r)}
	for _, step := range []func() error{q.untimed, q.endangered, q.dueNext, q.unvisited} {
		if err := step(); err != nil {
			return nil, rest{}, err
		}
	}
	for i := range q.rows {
		if err := q.call(&q.rows[i]); err != nil {
			return nil, rest{}, err
		}
	}
	left, err := q.rest()
	return q.rows, left, err
}

func (q *queueReading) full() bool { return len(q.rows) >= queueRows }

// untimed adds the visits that have no time. An order with one is not in the queue a second time.
func (q *queueReading) untimed() error {
	for v, err := range dispatch.Appointments.Rows(q.r, "status", store.Prefix(store.K(string(dispatch.None)))) {
		if err != nil {
			return err
		}
		if q.full() {
			return nil
		}
		w, err := q.name.order(v.Order)
		if err != nil {
			return err
		}
		q.add(w.Row(), needsTime, v)
	}
	return nil
}

// endangered adds the orders of which a target was missed or is at risk, the latest to come to be so first.
func (q *queueReading) endangered() error {
	looked := 0
	for w, err := range work.WorkOrders.Rows(q.r, "due", store.Range{Hi: store.K(q.now.Add(time.Millisecond)), Reverse: true}) {
		if err != nil {
			return err
		}
		if looked++; q.full() || looked > queueLooks {
			return nil
		}
		if t, _ := w.Clock.Pressing(q.now); q.seen[w.ID] || t.State != work.SLAAtRisk && t.State != work.SLABreached {
			continue
		}
		v, err := q.planned(w.ID)
		if err != nil {
			return err
		}
		q.add(w, needsRescue, v)
	}
	return nil
}

// planned is the first visit of an order that is still to take place, or one without an id.
func (q *queueReading) planned(order store.ID) (dispatch.AppointmentRow, error) {
	open, err := dispatch.OpenVisits(q.r, order)
	if err != nil || len(open) == 0 {
		return dispatch.AppointmentRow{}, err
	}
	return open[0], nil
}

// dueNext adds the new orders that have a target, the next to fall due first.
func (q *queueReading) dueNext() error {
	looked := 0
	for w, err := range work.WorkOrders.Rows(q.r, "due", store.Range{Lo: store.K(q.now.Add(time.Millisecond))}) {
		if err != nil {
			return err
		}
		if looked++; q.full() || looked > queueLooks {
			return nil
		}
		if err := q.addWaiting(w); err != nil {
			return err
		}
	}
	return nil
}

// addWaiting adds an order that waits for a visit, once.
func (q *queueReading) addWaiting(w work.WorkOrderRow) error {
	if q.seen[w.ID] {
		return nil
	}
	waits, err := dispatch.WaitsForVisit(q.r, w)
	if waits {
		q.add(w, needsVisit, dispatch.AppointmentRow{})
	}
	return err
}

// unvisited adds the other new orders.
func (q *queueReading) unvisited() error {
	for w, err := range work.WorkOrders.Rows(q.r, "status", store.Prefix(store.K(string(work.New)))) {
		if err != nil {
			return err
		}
		if q.full() {
			return nil
		}
		if err := q.addWaiting(w); err != nil {
			return err
		}
	}
	return nil
}

func (q *queueReading) add(w work.WorkOrderRow, why need, v dispatch.AppointmentRow) {
	q.seen[w.ID] = true
	row := queueRow{WorkOrderRow: w, need: why, visit: v}
	row.sla, _ = w.Clock.Pressing(q.now)
	if why == needsTime && (row.sla.State == work.SLAAtRisk || row.sla.State == work.SLABreached) {
		row.need = needsRescue
	}
	q.rows = append(q.rows, row)
}

// call gives a row the names that go with it.
func (q *queueReading) call(row *queueRow) (err error) {
	if row.customer, err = q.name.customer(row.Customer); err != nil {
		return err
	}
	row.place, err = q.name.site(row.Site)
	return err
}

// rest counts what waits beyond what is shown.
func (q *queueReading) rest() (rest, error) {
	if !q.full() {
		return rest{exact: true}, nil
	}
	n := 0
	for _, each := range []func() (int, bool, error){
		func() (int, bool, error) {
			return count(dispatch.Appointments, q.r, string(dispatch.None), func(dispatch.AppointmentRow) (bool, error) { return true, nil })
		},
		func() (int, bool, error) {
			return count(work.WorkOrders, q.r, string(work.New), func(w work.WorkOrderRow) (bool, error) { return dispatch.WaitsForVisit(q.r, w) })
		},
	} {
		found, all, err := each()
		if n += found; err != nil || !all {
			return rest{n: n - len(q.rows)}, err
		}
	}
	return rest{n: max(n-len(q.rows), 0), exact: true}, nil
}

// count counts the records of a status that count, and says whether it came to the end.
func count[T, R any](c *store.Collection[T, R], r store.Reader, status string, counts func(row R) (bool, error)) (n int, all bool, err error) {
	looked := 0
	for row, err := range c.Rows(r, "status", store.Prefix(store.K(status))) {
		if err != nil {
			return n, false, err
		}
		yes, err := counts(row)
		if err != nil {
			return n, false, err
		}
		if yes {
			n++
		}
		if looked++; looked == queueCount {
			return n, false, nil
		}
	}
	return n, true, nil
}

// readMore reads what the rows take: the skills of the tasks that are open, and how long it is likely to last.
func readMore(r store.Reader, rows []queueRow) (map[string]queueMore, error) {
	out := make(map[string]queueMore, len(rows))
	for _, row := range rows {
		more := queueMore{known: true}
		var words []string
		for t, err := range work.Tasks.By(r, "order", store.K(row.ID)) {
			if err != nil {
				return nil, err
			}
			for _, s := range t.Skills {
				if word := skillWord(s); t.Status == work.TaskOpen && !slices.Contains(words, word) {
					words = append(words, word)
				}
			}
		}
		more.skills = strings.Join(words, ", ")
		if iv := calendar.NewInterval(row.visit.Start, row.visit.End); !iv.IsEmpty() {
			more.length = iv.End.Sub(iv.Start)
		} else if likely, known, err := dispatch.Estimate(r, row.ID, row.visit.ID, nil, nil); err == nil && known {
			more.length = likely // where it cannot be told, the dispatcher says it
		}
		out[row.key()] = more
	}
	return out, nil
}

// skillWord writes a skill as the command line reads it.
func skillWord(s work.SkillNeed) string {
	return dispatch.FormatSkills([]dispatch.Skill{{Name: s.Skill, Level: max(s.Level, 1)}})
}
