package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/store"
	"callout/tui/screen"
	"callout/work"
)

// queue is the pane of what waits: for a visit, for a time, or for somebody to see that it will be late.
type queue struct {
	m     *Model
	list  list[queueRow]
	order order
	saved []View // the user's views
	// view is the one that was chosen last, with its filter.
	view, viewFilter string
	rest             rest
	read             bool
}

func newQueue(m *Model) *queue {
	q := &queue{m: m}
	q.list = list[queueRow]{
		columns: q.columns(), key: queueRow.key, empty: "nothing waits to be planned",
		marks: map[string]bool{}, anchor: -1,
	}
	q.sortBy(bySLA)
	return q
}

func (q *queue) title() string   { return "Queue" }
func (q *queue) scopes() []scope { return []scope{onQueue} }

// columns are what is shown of a row; a narrow queue beside the board has the short ones.
func (q *queue) columns() []column[queueRow] {
	const full = 96 // columns from which words are written out
	return []column[queueRow]{
		{title: "SLA", width: 9, right: true, most: full - 1, text: q.due, role: q.dueRole},
		{title: "SLA", width: 19, right: true, least: full, text: q.dueInFull, role: q.dueRole},
		{title: "", width: 2, most: full - 1, text: func(r queueRow) string { return urgencySign(r.Priority) }, role: urgencyRole},
		{title: "priority", width: 9, least: full, text: func(r queueRow) string { return string(r.Priority) }, role: urgencyRole},
		{title: "number", width: 8, text: func(r queueRow) string { return r.Number }},
		{title: "title", text: func(r queueRow) string { return r.Title }, role: func(queueRow) screen.Role { return screen.Strong }},
		{title: "customer", width: 18, least: 66, text: func(r queueRow) string { return r.customer }},
		{title: "place", width: 16, least: 120, text: func(r queueRow) string { return r.place }},
		{title: "needs", width: 16, least: 100, text: func(r queueRow) string { return r.skills }},
		{title: "waits as", width: 8, least: 76, text: func(r queueRow) string { return string(r.need) }, role: needRole},
		{title: "age", width: 4, right: true, least: 50, text: func(r queueRow) string { return span(q.m.now.Sub(r.Opened)) }, role: func(queueRow) screen.Role { return screen.Dim }},
	}
}

// due is the countdown in few letters.
func (q *queue) due(r queueRow) string {
	switch left := r.sla.Due.Sub(q.m.now); {
	case r.sla.State == "":
		return ""
	case r.sla.State == work.SLAPaused:
		return "paused"
	case left < 0:
		return span(-left) + " late"
	default:
		return "in " + span(left)
	}
}

// dueInFull says as well which target it is.
func (q *queue) dueInFull(r queueRow) string {
	if r.sla.State == "" {
		return ""
	}
	return string(r.sla.Target) + " " + q.due(r)
}

func (q *queue) dueRole(r queueRow) screen.Role {
	switch now := q.m.now; {
	case r.sla.State == "" || r.sla.State == work.SLAPaused:
		return screen.Dim
	case now.After(r.sla.Due):
		return screen.Bad
	case !r.sla.Warn.IsZero() && !now.Before(r.sla.Warn):
		return screen.Warn
	}
	return screen.Normal
}

func needRole(r queueRow) screen.Role {
	if r.need == needsRescue {
		return screen.Warn
	}
	return screen.Dim
}

// urgencySign is a priority in two columns.
func urgencySign(p work.Priority) string {
	switch p {
	case work.Emergency:
		return "!!"
	case work.High:
		return "!"
	case work.Low:
		return "-"
	}
	return ""
}

func urgencyRole(r queueRow) screen.Role {
	switch r.Priority {
	case work.Emergency:
		return screen.Warn
	case work.High:
		return screen.Strong
	case work.Low:
		return screen.Dim
	}
	return screen.Normal
}

// span is a length of time in at most six letters, in its largest units.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	case d >= 10*time.Hour:
		return calendar.FormatDuration(d.Truncate(time.Hour))
	}
	return calendar.FormatDuration(d.Truncate(time.Minute))
}

func (q *queue) reader() reading {
	now := q.m.now
	return func(r store.Reader) (func() tea.Cmd, error) {
		rows, left, err := readQueue(r, now)
		return func() tea.Cmd { return q.place(rows, left) }, err
	}
}

// place shows what was read, and asks for what the rows take. Until that is there, what was known of a row stands.
func (q *queue) place(rows []queueRow, left rest) tea.Cmd {
	known := make(map[string]queueMore, len(q.list.rows))
	for _, r := range q.list.rows {
		known[r.key()] = r.queueMore
	}
	q.tell(rows, known)
	q.rest, q.read = left, true
	return q.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		found, err := readMore(r, rows)
		return func() tea.Cmd { q.tell(slices.Clone(q.list.rows), found); return nil }, err
	})
}

// tell shows rows with what is known of them.
func (q *queue) tell(rows []queueRow, known map[string]queueMore) {
	for i := range rows {
		if more, ok := known[rows[i].key()]; ok {
			rows[i].queueMore = more
		}
	}
	q.list.set(rows)
}

func (q *queue) draw(s *screen.Screen, area screen.Rect, focused bool) {
	area = q.m.edge(s, q, area, focused)
	head, body := area.Top(1)
	s.Text(head.X, head.Y, head.W, screen.Dim, q.summary())
	if !q.read {
		s.Text(body.X+2, body.Y, body.W-2, screen.Dim, "reading what waits")
		return
	}
	q.list.draw(s, body, focused)
}

// summary says how much waits, and what of it is shown in which order.
func (q *queue) summary() string {
	words := []string{fmt.Sprintf("%d wait", len(q.list.rows))}
	if late := len(slices.DeleteFunc(slices.Clone(q.list.rows), func(r queueRow) bool { return r.need != needsRescue })); late > 0 {
		words = append(words, fmt.Sprintf("%d at risk", late))
	}
	switch {
	case q.rest.n > 0 && q.rest.exact:
		words = append(words, fmt.Sprintf("%d more", q.rest.n))
	case q.rest.n > 0:
		words = append(words, fmt.Sprintf("over %d more", q.rest.n))
	}
	if v := q.viewName(); v != "" {
		words = append(words, "view "+v)
	}
	words = append(words, "by "+q.order.word())
	if f := q.list.filtered(); f != "" {
		words = append(words, fmt.Sprintf("%d match %s", len(q.list.shown), f))
	}
	return strings.Join(words, ", ")
}

// line tells everything about the row under the cursor.
func (q *queue) line() string {
	r, ok := q.list.current()
	if !ok {
		return ""
	}
	words := []string{r.Number, r.Title, r.customer, r.place, string(r.Priority), q.dueInFull(r)}
	if r.visit.ID != "" {
		words = append(words, r.visit.Number+" is "+q.planned(r))
	}
	if r.skills != "" {
		words = append(words, "takes "+r.skills)
	}
	if r.length > 0 {
		words = append(words, "about "+calendar.FormatDuration(r.length))
	}
	words = append(words, "since "+r.Opened.In(q.m.opts.Zone.Location()).Format("Mon 2 Jan 15:04"))
	return q.list.told(words...)
}

// planned says how a row's visit stands.
func (q *queue) planned(r queueRow) string {
	if r.visit.Start.IsZero() {
		return "without a time"
	}
	return string(r.visit.Status) + " for " + r.visit.Start.In(q.m.opts.Zone.Location()).Format("Mon 2 Jan 15:04")
}

// order is by what the queue is sorted.
type order string

// The orders.
const (
	bySLA      order = "sla"
	byPriority order = "priority"
	byAge      order = "age"
	byCustomer order = "customer"
)

func orders() []order { return []order{bySLA, byPriority, byAge, byCustomer} }

func (o order) word() string {
	if o == bySLA {
		return "SLA"
	}
	return string(o)
}

// sortBy orders the queue; what is equal goes by what presses more, then by age.
func (q *queue) sortBy(o order) {
	q.order = o
	sla := func(a, b queueRow) int { return pressing(a).Compare(pressing(b)) }
	urgent := func(a, b queueRow) int {
		return slices.Index(work.Priorities(), b.Priority) - slices.Index(work.Priorities(), a.Priority)
	}
	age := func(a, b queueRow) int { return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Number, b.Number)) }
	q.list.less = func(a, b queueRow) int {
		switch o {
		case byPriority:
			return cmp.Or(urgent(a, b), sla(a, b), age(a, b))
		case byCustomer:
			return cmp.Or(cmp.Compare(strings.ToLower(a.customer), strings.ToLower(b.customer)), sla(a, b), age(a, b))
		case byAge:
			return age(a, b)
		}
		return cmp.Or(sla(a, b), urgent(a, b), age(a, b))
	}
	q.list.arrange()
}

// pressing is when the target of a row falls due that presses most; without one, or while it stands still,
// later than all others.
func pressing(r queueRow) time.Time {
	if r.sla.State == "" || r.sla.State == work.SLAPaused {
		return time.Unix(1<<40, 0)
	}
	return r.sla.Due
}
