package tui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/tui/screen"
	"callout/work"
)

// mostLines is how many lines a section has at most; what is beyond is counted, and the command that lists
// all of it is named.
const mostLines = 60

// bounded cuts a section off. What is left is told by the command that lists it.
func bounded(lines []sheetLine, all string) []sheetLine {
	if len(lines) <= mostLines {
		return lines
	}
	rest := sheetLine{text: fmt.Sprintf("%d more: %s", len(lines)-mostLines, all), role: screen.Dim, fix: all}
	return append(lines[:mostLines:mostLines], rest)
}

// missing is what stands between the order and its start, its completion and its bill, with what helps.
func (s *sheetReading) missing() ([]sheetLine, error) {
	y, err := shop.WhyNot(s.r, s.w.ID, s.now)
	if err != nil {
		return nil, err
	}
	var out []sheetLine
	for _, part := range []struct {
		label string
		list  []work.Blocker
	}{{"to start", y.Start}, {"to finish", y.Finish}} {
		for _, b := range part.list {
			out = append(out, sheetLine{label: part.label, text: b.Text, fix: b.Fix})
		}
	}
	for _, part := range []struct {
		label string
		list  []billing.Requirement
	}{{"to bill", y.Bill}, {"look at", y.Warn}} {
		for _, q := range part.list {
			out = append(out, sheetLine{label: part.label, text: cmp.Or(q.Reason, q.Title) + " (" + q.Code + ")", fix: q.Fix})
		}
	}
	return bounded(out, "callout wo why "+s.w.Number), nil
}

// name is what a technician, a person or an order is called.
func (s *sheetReading) name(id store.ID) (string, error) {
	return s.names.name(id, func() (string, error) {
		switch id.Prefix() {
		case dispatch.Technicians.Prefix():
			t, ok, err := dispatch.Technicians.Try(s.r, id)
			if ok && err == nil {
				return t.Name, nil
			}
			return string(id), err
		case party.People.Prefix():
			p, ok, err := party.People.Try(s.r, id)
			if ok && err == nil {
				return p.Name, nil
			}
			return string(id), err
		}
		return string(id), nil
	})
}

// called joins the names of several.
func (s *sheetReading) called(ids []store.ID) (string, error) {
	words := make([]string, len(ids))
	for i, id := range ids {
		var err error
		if words[i], err = s.name(id); err != nil {
			return "", err
		}
	}
	return strings.Join(words, ", "), nil
}

func (s *sheetReading) visits() ([]sheetLine, error) {
	var out []sheetLine
	for _, v := range s.out.visits {
		team, err := s.called(v.Technicians)
		if err != nil {
			return nil, err
		}
		role := screen.Normal
		if !v.Status.Open() {
			role = screen.Dim
		}
		out = append(out, sheetLine{
			label: v.Number, text: joined(string(v.Status), s.until(v.Start, v.End), cmp.Or(team, "nobody")), role: role, visit: v.ID,
		})
	}
	return bounded(out, "callout appt list --order "+s.w.Number), nil
}

// joined puts the words that are there beside each other.
func joined(words ...string) string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, "  ")
}

func (s *sheetReading) tasks() ([]sheetLine, error) {
	var out []sheetLine
	for t, err := range work.Tasks.By(s.r, "order", store.K(s.w.ID)) {
		if err != nil {
			return nil, err
		}
		task := taskSheet{Task: t, ref: t.Ref(s.w)}
		var skills []string
		for _, need := range t.Skills {
			skills = append(skills, skillWord(need))
		}
		estimate, optional := "", ""
		if t.Minutes > 0 {
			estimate = calendar.FormatDuration(time.Duration(t.Minutes) * time.Minute)
		}
		if t.Optional {
			optional = "optional"
		}
		out = append(out, sheetLine{
			label: fmt.Sprintf("%d %s", t.N, t.Status), text: joined(t.Title, strings.Join(skills, ", "), estimate, optional), role: taskRole(t.Status), task: t.ID,
		})
		for run, err := range work.ChecklistRuns.By(s.r, "task", store.K(t.ID)) {
			if err != nil {
				return nil, err
			}
			body, err := work.Checklists.At(s.r, run.Template)
			if err != nil {
				return nil, err
			}
			list := listSheet{run, body}
			task.lists = append(task.lists, list)
			out = append(out, sheetLine{label: "  checklist", text: list.standing(), task: t.ID, role: list.role()})
		}
		s.out.tasks = append(s.out.tasks, task)
	}
	return bounded(out, "callout task list "+s.w.Number), nil
}

func taskRole(t work.TaskStatus) screen.Role {
	if t == work.TaskOpen {
		return screen.Normal
	}
	return screen.Dim
}

// standing says how far a checklist is.
func (l listSheet) standing() string {
	asked, answered := 0, 0
	for _, q := range l.Asked(l.body) {
		asked++
		if _, ok := l.Answer(q.Key); ok {
			answered++
		}
	}
	words := []string{l.Template.Name, fmt.Sprintf("%d of %d answered", answered, asked), string(l.Result(l.body))}
	if l.Safety && l.Acknowledged == nil {
		words = append(words, "safety text not acknowledged")
	}
	return joined(words...)
}

func (l listSheet) role() screen.Role {
	if l.Result(l.body) == work.ResultFail || l.Safety && l.Acknowledged == nil {
		return screen.Warn
	}
	return screen.Normal
}

// chain lists the orders that this one stands among; nothing where it stands alone.
func (s *sheetReading) chain() ([]sheetLine, error) {
	c, err := work.ChainOf(s.r, s.w.ID, s.now)
	if err != nil || len(c.Nodes) < 2 {
		return nil, err
	}
	var out []sheetLine
	for _, n := range c.Nodes {
		line := sheetLine{label: n.Number, text: strings.Repeat("  ", n.Depth) + joined(n.Title, string(n.Status)), order: n.ID}
		if n.ID == s.w.ID {
			line.role = screen.Strong
		}
		for _, e := range c.Edges {
			if e.Order == n.ID && !e.Met {
				line.text += "  waits for " + e.AfterNumber
				line.role = screen.Warn
			}
		}
		out = append(out, line)
	}
	return bounded(out, "callout wo chain "+s.w.Number), nil
}

func (s *sheetReading) time() ([]sheetLine, error) {
	var out []sheetLine
	for e, err := range billing.TimeEntries.Rows(s.r, "order", store.Prefix(store.K(s.w.ID))) {
		if err != nil {
			return nil, err
		}
		who, err := s.name(e.Technician)
		if err != nil {
			return nil, err
		}
		status := string(e.Status)
		if e.Draft {
			status += ", from a visit"
		}
		length := ""
		if !e.To.IsZero() {
			length = calendar.FormatDuration(e.To.Sub(e.From).Truncate(time.Minute))
		}
		out = append(out, sheetLine{label: who, text: joined(s.until(e.From, e.To), length, string(e.Kind), status)})
	}
	return bounded(out, "callout time list --order "+s.w.Number), nil
}

func (s *sheetReading) items() ([]sheetLine, error) {
	company, err := party.TheCompany(s.r)
	if err != nil {
		return nil, err
	}
	var out []sheetLine
	for i, err := range billing.LineItems.Rows(s.r, "order", store.Prefix(store.K(s.w.ID))) {
		if err != nil {
			return nil, err
		}
		line := sheetLine{label: string(i.Kind), text: joined(i.Qty.String()+" "+i.Unit.String(), i.Text)}
		if i.Price != nil {
			line.text = joined(line.text, "at "+i.Price.String()+" "+company.Currency.Code())
		}
		if i.Removed {
			line.text, line.role = joined(line.text, "removed"), screen.Dim
		}
		out = append(out, line)
	}
	return bounded(out, "callout item list "+s.w.Number), nil
}

// evidence lists what must be delivered before billing, and what was found.
func (s *sheetReading) evidence() ([]sheetLine, error) {
	var out []sheetLine
	for d, err := range work.Deliverables.By(s.r, "order", store.K(s.w.ID)) {
		if err != nil {
			return nil, err
		}
		state, err := work.Satisfied(s.r, s.w, d)
		if err != nil {
			return nil, err
		}
		line := sheetLine{label: fmt.Sprintf("asked %d", d.N), text: joined(d.Title, string(d.Needs)), role: screen.Good}
		switch {
		case state.Waived:
			line.text = joined(line.text, "waived")
		case state.OK:
			line.text = joined(line.text, "there")
		default:
			line.text, line.role, line.fix = joined(line.text, state.Why), screen.Warn, state.Fix
		}
		out = append(out, line)
	}
	for e, err := range work.EvidenceItems.Rows(s.r, "order", store.Prefix(store.K(s.w.ID))) {
		if err != nil {
			return nil, err
		}
		out = append(out, sheetLine{label: string(e.Kind), text: joined(cmp.Or(e.Title, e.File), e.Value, s.when(e.At))})
	}
	return bounded(out, "callout evidence list "+s.w.Number), nil
}

func (s *sheetReading) signOffs() ([]sheetLine, error) {
	var out []sheetLine
	for so, err := range work.SignOffs.By(s.r, "order", store.K(s.w.ID)) {
		if err != nil {
			return nil, err
		}
		role := screen.Dim
		if so.Current(s.w) {
			role = screen.Good
		}
		out = append(out, sheetLine{label: string(so.State), text: joined(so.Name, so.Role, s.when(so.At), cmp.Or(so.Why, so.Superseded)), role: role})
	}
	return bounded(out, "callout signoff show "+s.w.Number), nil
}

// billing lists the milestones and the documents.
func (s *sheetReading) billing() ([]sheetLine, error) {
	company, err := party.TheCompany(s.r)
	if err != nil {
		return nil, err
	}
	var out []sheetLine
	for m, err := range billing.Milestones.Rows(s.r, "order", store.Prefix(store.K(s.w.ID))) {
		if err != nil {
			return nil, err
		}
		worth := ""
		switch {
		case m.Amount != nil:
			worth = m.Amount.Format(company.Currency)
		case m.Percent != nil:
			worth = m.Percent.Format()
		}
		out = append(out, sheetLine{label: fmt.Sprintf("milestone %d", m.N), text: joined(m.Title, worth, string(m.Status))})
	}
	for i, err := range billing.Invoices.Rows(s.r, "order", store.Prefix(store.K(s.w.ID))) {
		if err != nil {
			return nil, err
		}
		name := cmp.Or(i.Number, string(i.ID))
		line := sheetLine{label: string(i.Kind), text: joined(name, string(i.Status), i.Payable.Format(company.Currency))}
		if i.Stale != "" {
			line.text, line.role = joined(line.text, i.Stale), screen.Warn
		}
		out = append(out, line)
	}
	return bounded(out, "callout invoice list --order "+s.w.Number), nil
}

// log lists who did what to the order itself, the newest first.
func (s *sheetReading) log(shop historian) ([]sheetLine, error) {
	if shop == nil {
		return nil, nil
	}
	entries, err := shop.History(s.r, s.w.ID)
	if err != nil {
		return nil, err
	}
	var out []sheetLine
	for _, e := range entries {
		who, err := e.Actor()
		if err != nil {
			return nil, err
		}
		reason, err := e.Reason()
		if err != nil {
			return nil, err
		}
		name, _, _ := strings.Cut(e.Leaf.Type, ".v")
		out = append(out, sheetLine{label: who.Name, text: joined(s.when(e.Leaf.At), strings.NewReplacer("_", " ", ".", " ").Replace(name), e.Leaf.Number, reason)})
	}
	return bounded(out, "callout log "+s.w.Number), nil
}
