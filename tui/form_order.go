package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/store"
	"callout/work"
)

// priorities are the words of a priority, and none for what the work type says.
func priorities() []string {
	out := []string{""}
	for _, p := range work.Priorities() {
		out = append(out, string(p))
	}
	return out
}

// newOrder asks what an order is to be made from.
func (m *Model) newOrder() tea.Cmd {
	customer := newBlank("customer", "customer", "").saying("who asks for it")
	customer.complete = completeBy("wo", "create", "--customer")
	site := newBlank("site", "site", "").saying("where; a customer's only site need not be named")
	site.complete = sitesOf
	workType := newBlank("type", "work type", "").saying("what it is made from")
	workType.complete = completeBy("wo", "create", "--type")
	return m.fill(&form{
		title: "New order",
		fields: []*blank{
			customer, site, newBlank("title", "title", "").saying("what is to be done"), workType,
			newBlank("priority", "priority", "").of(priorities()...).saying("as the type has it"),
			newBlank("description", "more", ""),
		},
		line: func(f *form) []string {
			line := append([]string{"wo", "create"}, f.flags("customer", "site", "title", "type", "priority", "description")...)
			return append(line, "-o", "name")
		},
		done: func(m *Model, o Outcome) tea.Cmd {
			number := firstLine(o.Out)
			m.tell(number + " is created")
			return m.showNumber(number)
		},
	})
}

// showNumber opens the detail of the order of a number.
func (m *Model) showNumber(number string) tea.Cmd {
	return m.view(func(r store.Reader) (func() tea.Cmd, error) {
		id, err := work.WorkOrders.FindID(r, number)
		return func() tea.Cmd { return m.showOrder(id) }, err
	})
}

// sitesOf offers the sites of the customer that a form names.
func sitesOf(m *Model, f *form, prefix string) tea.Cmd {
	asked, customer := f.asked, f.get("customer")
	return m.view(func(r store.Reader) (func() tea.Cmd, error) {
		var found []Candidate
		id, err := work.Customers.FindID(r, customer)
		if err != nil {
			return func() tea.Cmd { f.offer(asked, nil); return nil }, nil //nolint:nilerr // the command says who is not known
		}
		for s, err := range work.Sites.Rows(r, "customer", store.Prefix(store.K(id))) {
			if err != nil {
				return nil, err
			}
			if len(found) < 100 && fuzzy(prefix, s.Name+" "+s.Address) {
				found = append(found, Candidate{Word: s.Name, Help: s.Address})
			}
		}
		return func() tea.Cmd { f.offer(asked, found); return nil }, nil
	})
}

// editOrder asks what is to be changed about an order.
func (m *Model) editOrder(w *work.WorkOrder) tea.Cmd {
	return m.fill(&form{
		title: "Change " + w.Number,
		fields: []*blank{
			newBlank("title", "title", w.Title),
			newBlank("priority", "priority", string(w.Priority)).of(priorities()[1:]...),
			newBlank("reference", "reference", w.Reference).saying("the customer's order number"),
			newBlank("description", "more", w.Description),
			newBlank("reason", "reason", "").saying("why it is changed"),
		},
		line: func(f *form) []string {
			changed := f.flags("title", "priority", "reference", "description")
			if len(changed) == 0 {
				return nil
			}
			return append(append([]string{"wo", "edit", w.Number}, changed...), f.flags("reason")...)
		},
	})
}

// taskFields are what a form asks about a task.
func taskFields(t *work.Task) []*blank {
	var skills, evidence []string
	for _, s := range t.Skills {
		skills = append(skills, skillWord(s))
	}
	for _, e := range t.Evidence {
		evidence = append(evidence, evidenceWord(e))
	}
	optional := "no"
	if t.Optional {
		optional = "yes"
	}
	return []*blank{
		newBlank("title", "title", t.Title).saying("what is to be done"),
		newBlank("skill", "skills", strings.Join(skills, ", ")).saying("what it takes: gas:2, electric"),
		newBlank("estimate", "estimate", minutes(t.Minutes)).saying("how long it takes: 90m"),
		newBlank("persons", "people", number(t.Persons)).saying("how many it takes at least"),
		newBlank("evidence", "evidence", strings.Join(evidence, ", ")).saying("what must be attached: photo:2"),
		newBlank("optional", "optional", optional).of("no", "yes"),
	}
}

// addTask asks what a new task of an order is.
func (m *Model) addTask(w *work.WorkOrder) tea.Cmd {
	fields := taskFields(&work.Task{})
	list := newBlank("checklist", "checklist", "").saying("to be answered with it")
	list.complete = completeBy("task", "add", w.Number, "x", "--checklist")
	return m.fill(&form{
		title: "New task of " + w.Number, fields: append(fields, list),
		line: func(f *form) []string {
			line := append([]string{"task", "add"}, f.taskFlags()...)
			line = append(line, f.flags("checklist")...)
			return append(line, "--", w.Number, f.get("title"))
		},
	})
}

// editTask asks what is to be changed about a task.
func (m *Model) editTask(t taskSheet) tea.Cmd {
	return m.fill(&form{
		title: "Change task " + t.ref, fields: taskFields(t.Task),
		line: func(f *form) []string {
			changed := append(f.flags("title"), f.taskFlags()...)
			if len(changed) == 0 {
				return nil
			}
			return append([]string{"task", "edit", t.ref}, changed...)
		},
	})
}

// taskFlags are the flags of what was changed about a task, a flag for each of several words.
func (f *form) taskFlags() []string {
	out := f.flags("estimate", "persons")
	for _, each := range f.fields {
		switch {
		case !each.changed():
		case each.name == "optional":
			out = append(out, "--optional="+map[string]string{"yes": "true", "no": "false"}[each.value()])
		case each.name == "skill" || each.name == "evidence":
			for _, word := range strings.Split(each.value(), ",") {
				out = append(out, "--"+each.name+"="+strings.TrimSpace(word))
			}
		}
	}
	return out
}

// signOff asks who signs for an order, and as what.
func (m *Model) signOff(s *orderSheet) tea.Cmd {
	w := s.order
	return m.fill(&form{
		title: "Sign-off of " + w.Number,
		text:  "A named person accepts the work as it is now. It cannot be taken back.",
		fields: []*blank{
			newBlank("name", "name", "").saying("of the customer's person"),
			newBlank("role", "role", "").saying("what they are there, such as site manager"),
			newBlank("verdict", "they", "accept it").of("accept it", "refuse it"),
			newBlank("reason", "reason", "").saying("why they refuse"),
			newBlank("deliverable", "only for", "").saying("the number of a deliverable; empty is the whole order"),
			newBlank("file", "signature", "").saying("an image or a signed page, if there is one"),
		},
		line: func(f *form) []string {
			if f.get("verdict") == "refuse it" {
				return append([]string{"signoff", "refuse", w.Number}, f.flags("name", "role", "deliverable", "reason")...)
			}
			return append([]string{"signoff", "record", w.Number}, f.flags("name", "role", "deliverable", "file")...)
		},
	})
}
