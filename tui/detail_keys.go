package tui

import (
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/kballard/go-shellquote"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// detailBindings are the keys of an order's detail.
func detailBindings() []binding {
	here := []scope{onDetail}
	with := func(do func(d *detail) tea.Cmd) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd {
			if d, ok := m.side.(*detail); ok {
				return do(d)
			}
			return nil
		}
	}
	move := func(by func(d *detail) int) func(m *Model) tea.Cmd {
		return with(func(d *detail) tea.Cmd { d.move(by(d)); return nil })
	}
	return []binding{
		{id: "detail.open", keys: []string{"enter"}, title: "open order", scopes: []scope{onQueue, onBoard}, hint: 2, why: nothingToOpen, do: (*Model).openOrder},
		{id: "detail.act", keys: []string{"enter"}, title: "open or do it", scopes: here, hint: 1, do: with((*detail).act)},
		{id: "detail.down", keys: []string{"j", "down"}, title: "down", scopes: here, do: move(func(*detail) int { return 1 })},
		{id: "detail.up", keys: []string{"k", "up"}, title: "up", scopes: here, do: move(func(*detail) int { return -1 })},
		{id: "detail.page-down", keys: []string{"pgdown", "ctrl+d"}, title: "a page down", scopes: here, do: move((*detail).page)},
		{id: "detail.page-up", keys: []string{"pgup", "ctrl+u"}, title: "a page up", scopes: here, do: move(func(d *detail) int { return -d.page() })},
		{id: "detail.first", keys: []string{"g", "home"}, title: "to the top", scopes: here, do: move(func(*detail) int { return -1 << 20 })},
		{id: "detail.last", keys: []string{"G", "end"}, title: "to the end", scopes: here, do: move(func(*detail) int { return 1 << 20 })},
		{id: "detail.next", keys: []string{"J", "}"}, title: "next section", scopes: here, hint: 6, do: with(func(d *detail) tea.Cmd { d.jump(1); return nil })},
		{id: "detail.previous", keys: []string{"K", "{"}, title: "section before", scopes: here, do: with(func(d *detail) tea.Cmd { d.jump(-1); return nil })},
		{id: "detail.fold", keys: []string{"z"}, title: "fold this section", scopes: here, do: with(func(d *detail) tea.Cmd { d.fold(); return nil })},
		{id: "detail.fold-all", keys: []string{"Z"}, title: "headings only, or everything", scopes: here, why: unread, do: with(func(d *detail) tea.Cmd { d.foldAll(); return nil })},
		{id: "detail.pick-up", keys: []string{"space"}, title: "pick up", scopes: here, hint: 3, writes: true, why: notToPlan, do: with((*detail).pickUp)},
		{id: "order.new", keys: []string{"i"}, title: "new order", scopes: []scope{onQueue, onBoard, onDetail}, hint: 4, writes: true, do: (*Model).newOrder},
		{id: "detail.edit", keys: []string{"e"}, title: "change", scopes: here, hint: 4, writes: true, why: unread, do: with((*detail).edit)},
		{id: "detail.task", keys: []string{"T"}, title: "add a task", scopes: here, writes: true, why: unread,
			do: with(func(d *detail) tea.Cmd { return d.m.addTask(d.sheet.order) })},
		{id: "detail.visit", keys: []string{"V"}, title: "plan visit", scopes: here, hint: 5, writes: true, why: notToPlan,
			do: with(func(d *detail) tea.Cmd { return d.m.planVisit(d.sheet, d.sheet.toPlan()) })},
		{id: "detail.answer", keys: []string{"C"}, title: "answer checklists", scopes: here, hint: 7, writes: true, why: unread,
			do: with(func(d *detail) tea.Cmd { return d.m.answerLists(d.sheet, d.taskUnder()) })},
		{id: "detail.sign", keys: []string{"S"}, title: "record a sign-off", scopes: here, hint: 7, writes: true, why: unread,
			do: with(func(d *detail) tea.Cmd { return d.m.signOff(d.sheet) })},
		{id: "detail.leave", keys: []string{"esc"}, title: "close", scopes: here, hint: 8, do: with((*detail).leave)},
	}
}

// unread says that the sheet is not there yet.
func unread(m *Model) string {
	if d, ok := m.side.(*detail); !ok || d.sheet == nil {
		return "the order is being read"
	}
	return ""
}

// nothingToOpen says why there is no order to open under the cursor.
func nothingToOpen(m *Model) string {
	if m.orderUnder() == "" {
		return "there is no order under the cursor"
	}
	return ""
}

// orderUnder is the order of what is under the cursor of the pane that has the keys.
func (m *Model) orderUnder() store.ID {
	switch m.focused() {
	case pane(m.queue):
		if r, ok := m.queue.list.current(); ok {
			return r.ID
		}
	case pane(m.board):
		if v := m.board.under(); v != nil {
			return v.Order
		}
	}
	return ""
}

func (m *Model) openOrder() tea.Cmd { return m.showOrder(m.orderUnder()) }

// act does what the row under the cursor is for.
func (d *detail) act() tea.Cmd {
	r, ok := d.under()
	switch {
	case !ok:
		return nil
	case r.line == nil:
		d.fold()
		return nil
	case r.line.fix != "":
		return d.m.fix(r.line.fix)
	case r.line.order != "":
		return d.turnTo(r.line.order, true)
	case r.line.visit != "":
		return d.toVisit(r.line.visit)
	case r.line.task != "" && !d.m.opts.ReadOnly:
		return d.edit()
	}
	return nil
}

// edit changes what is under the cursor: a task, a visit that is planned, or else the order.
func (d *detail) edit() tea.Cmd {
	r, _ := d.under()
	if r.line != nil && r.line.task != "" {
		for _, t := range d.sheet.tasks {
			if t.ID == r.line.task {
				return d.m.editTask(t)
			}
		}
	}
	if r.line != nil && r.line.visit != "" {
		for _, v := range d.sheet.visits {
			if v.ID == r.line.visit && v.Status.Open() {
				return d.m.planVisit(d.sheet, v)
			}
		}
	}
	return d.m.editOrder(d.sheet.order)
}

// taskUnder is the task that the line under the cursor is about, or "".
func (d *detail) taskUnder() store.ID {
	if r, ok := d.under(); ok && r.line != nil {
		return r.line.task
	}
	return ""
}

// toVisit shows a visit on the board.
func (d *detail) toVisit(id store.ID) tea.Cmd {
	for _, v := range d.sheet.visits {
		if v.ID != id {
			continue
		}
		if v.Start.IsZero() {
			d.m.warn(v.Number + " has no time yet; space picks it up")
			return nil
		}
		return d.m.findVisit(v)
	}
	return nil
}

// findVisit turns the board to a visit and puts the cursor on it.
func (m *Model) findVisit(v dispatch.AppointmentRow) tea.Cmd {
	b := m.board
	read := b.turnTo(calendar.DateOf(v.Start, m.opts.Zone))
	b.at, b.want = v.Start, ""
	if len(v.Technicians) > 0 {
		b.want = v.Technicians[0]
	}
	if b.day != nil {
		b.lane = max(b.day.lane(b.want), 0)
	}
	return tea.Batch(m.goTo(0), read)
}

// notToPlan says why the order that is shown cannot be picked up.
func notToPlan(m *Model) string {
	if why := unread(m); why != "" {
		return why
	}
	s := m.side.(*detail).sheet
	v := s.toPlan()
	switch {
	case v.ID == "" && s.order.Status != work.New && s.order.Status != work.Scheduled && s.order.Status != work.InProgress:
		return s.order.Number + " is " + string(s.order.Status)
	case v.ID != "" && v.Status != dispatch.None && v.Status != dispatch.Scheduled && v.Status != dispatch.Dispatched:
		return v.Number + " is " + string(v.Status)
	}
	return ""
}

// toPlan is the visit that picking up the order is about: the first that is open; without an id where there
// is none.
func (s *orderSheet) toPlan() dispatch.AppointmentRow {
	for _, v := range s.visits {
		if v.Status.Open() {
			return v
		}
	}
	return dispatch.AppointmentRow{}
}

// pickUp takes the order, or its next visit, into the hand.
func (d *detail) pickUp() tea.Cmd {
	s := d.sheet
	row := queueRow{WorkOrderRow: s.order.Row(), visit: s.toPlan(), customer: s.customer}
	if row.length = s.likely; !row.visit.Start.IsZero() {
		row.length = row.visit.End.Sub(row.visit.Start)
	}
	return d.m.hold(row, func(m *Model) tea.Cmd { m.aside = m.side == pane(d); return nil })
}

// unsaid finds what a command leaves to be said: an ellipsis, or a word in capitals that is no number.
var unsaid = regexp.MustCompile(`…|(^|[ =])[A-Z]{2,}($| )`)

// fix shows a command that helps, and runs it or opens it in the command line. One that leaves something to be
// said is filled in first.
func (m *Model) fix(text string) tea.Cmd {
	text, _, _ = strings.Cut(text, "   (")
	line, err := shellquote.Split(text)
	if err != nil || len(line) == 0 || line[0] != "callout" {
		m.tell(text)
		return nil
	}
	edit := func(m *Model) tea.Cmd {
		before, after, open := strings.Cut(text, "…")
		if open && strings.Trim(after, `"`) == "" {
			return m.command(before)
		}
		return m.command(text)
	}
	if d, ok := m.side.(*detail); ok && d.sheet != nil && !m.opts.ReadOnly && strings.HasPrefix(text, "callout signoff record ") {
		return m.signOff(d.sheet)
	}
	if unsaid.MatchString(text) {
		return edit(m)
	}
	run := choice{key: "r", title: "run it", do: func(m *Model) tea.Cmd { return m.run(line[1:]) }}
	if m.opts.ReadOnly {
		run.why = "the board is read-only"
	}
	m.open(&menu{title: "What helps", text: []string{text}, choices: []choice{
		run, {key: "e", title: "edit it first", help: "in the command line", do: edit},
	}}, false)
	return nil
}
