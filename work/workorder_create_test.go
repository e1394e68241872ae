package work_test

import (
	"testing"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func publish(b *bench) {
	b.t.Helper()
	hours, err := calendar.ParseHours("hours", "Mon-Fri 08:00-17:00")
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(&work.AddSLA{SLA: "gold", Body: work.SLA{Hours: hours, Targets: []work.SLATarget{
		{Priority: work.High, Respond: 4 * 60, Resolve: 9 * 60},
	}}})
	b.do(&work.AddChecklist{Checklist: "lockout", Body: work.Checklist{
		Title: "Lock-out", Safety: true, Text: "Switch off, lock, tag, try.",
		Questions: []work.Question{{Key: "tagged", Text: "Is it tagged?", Type: work.AnswerBool, Required: true}},
	}})
	b.do(&work.AddChecklist{Checklist: "press", Body: work.Checklist{
		Title: "Press", Questions: []work.Question{
			{Key: "pressure", Text: "Pressure", Type: work.AnswerNumber, Unit: "bar", Required: true},
			{Key: "oil", Text: "Oil", Type: work.AnswerChoice, Choices: []string{"Clear", "Dark"}},
			{Key: "next", Text: "Next service", Type: work.AnswerDate},
			{Key: "note", Text: "Note", Type: work.AnswerText},
		},
	}})
	b.do(&work.AddWorkType{WorkType: "Press service", Body: work.WorkType{
		Priority: work.High, SLA: "gold",
		Tasks: []work.TaskTemplate{
			{Title: "Inspect", Checklists: []string{"lockout", "press"}, Minutes: 60},
			{Title: "Photograph", Evidence: []work.EvidenceNeed{{Kind: work.Photo, Count: 2}}},
			{Title: "Polish", Optional: true},
		},
		Deliverables: []work.DeliverableTemplate{{Title: "Acceptance", Needs: work.NeedsSignOff}, {Title: "After", Needs: work.NeedsPhoto}},
	}})
}

func service(c *work.CreateWorkOrder) { c.WorkType = "press SERVICE"; c.Title = "" }

func TestCreateFromWorkType(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service, func(c *work.CreateWorkOrder) { c.Asset = b.asset })
	w := b.get(id)
	if w.Number != "WO-1001" || w.Title != "Press service" || w.Priority != work.High || w.Status != work.New {
		t.Errorf("created %+v", w)
	}
	if w.Pins[work.PinWorkType].Rev != 1 || w.Pins[work.PinSLA].Name != "gold" {
		t.Errorf("pins %+v", w.Pins)
	}
	tasks := of(b, work.Tasks, id)
	if len(tasks) != 3 || tasks[1].N != 2 || tasks[1].Title != "Photograph" || !tasks[2].Optional {
		t.Errorf("tasks %+v", tasks)
	}
	if runs := of(b, work.ChecklistRuns, id); len(runs) != 2 || runs[0].Task != tasks[0].ID {
		t.Errorf("checklists %+v", runs)
	}
	if dels := of(b, work.Deliverables, id); len(dels) != 2 || dels[1].N != 2 {
		t.Errorf("deliverables %+v", dels)
	}
	if second := b.get(b.order("Another")); second.Number != "WO-1002" {
		t.Errorf("the second order is %s", second.Number)
	}
	b.sound()
}

func TestCreateRefusesWhatDoesNotBelongTogether(t *testing.T) {
	b := newBench(t)
	other := b.do(&work.AddCustomer{Customer: "Dairy"})
	barn := b.do(&work.AddSite{Customer: other, Site: "Barn"})
	churn := b.do(&work.AddAsset{Site: barn, Asset: "Churn"})
	closed := b.order("Closed")
	for _, a := range []work.Action{work.Complete, work.Close} {
		if err := act(b, closed, a); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range storetest.InOrder(map[string]struct {
		code, field string
		change      func(*work.CreateWorkOrder)
	}{
		"site of another": {"work_order.site", "site", func(c *work.CreateWorkOrder) { c.Site = barn }},
		"asset elsewhere": {"work_order.asset", "asset", func(c *work.CreateWorkOrder) { c.Asset = churn }},
		"no title":        {"text.missing", "title", func(c *work.CreateWorkOrder) { c.Title = "  " }},
		"control":         {"text.syntax", "title", func(c *work.CreateWorkOrder) { c.Title = "a\x1b[2Jb" }},
		"priority":        {"priority.unknown", "priority", func(c *work.CreateWorkOrder) { c.Priority = "urgent" }},
		"parent closed":   {"work_order.closed", "", func(c *work.CreateWorkOrder) { c.Parent = closed }},
		"lag":             {"link.lag", "lag", func(c *work.CreateWorkOrder) { c.After = []work.Prerequisite{{Order: closed, Lag: -1}} }},
		"link":            {"link.kind", "kind", func(c *work.CreateWorkOrder) { c.After = []work.Prerequisite{{Order: closed, Kind: "x"}} }},
	}) {
		t.Run(name, func(t *testing.T) {
			b.t = t
			cmd := &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: "Refit"}
			c.change(cmd)
			if err := b.refused(c.code, cmd); err.Field != c.field {
				t.Errorf("field %q, want %q", err.Field, c.field)
			}
		})
	}
	for name, cmd := range storetest.InOrder(map[string]store.Command{
		"customer": &work.CreateWorkOrder{Customer: "cus_00000000000000000000000000", Site: b.site, Title: "x"},
		"type":     &work.CreateWorkOrder{Customer: b.customer, Site: b.site, WorkType: "none"},
		"sla":      &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: "x", SLA: "none"},
	}) {
		if _, err := b.run(cmd, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A policy of four working hours, Monday to Friday from 8 to 17 in Vienna.
func TestDueTimesCountWorkingHours(t *testing.T) {
	vienna := func(day, hour, minute int) time.Time {
		z, err := calendar.LoadZone("zone", "Europe/Vienna")
		if err != nil {
			t.Fatal(err)
		}
		return time.Date(2026, 3, day, hour, minute, 0, 0, z.Location())
	}
	for name, c := range storetest.InOrder(map[string]struct{ opened, respond, resolve time.Time }{
		"within a day":      {vienna(2, 8, 0), vienna(2, 12, 0), vienna(2, 17, 0)},
		"over a night":      {vienna(2, 15, 0), vienna(3, 10, 0), vienna(3, 15, 0)},
		"over a weekend":    {vienna(6, 16, 0), vienna(9, 11, 0), vienna(9, 16, 0)},
		"opened on Sunday":  {vienna(8, 3, 30), vienna(9, 12, 0), vienna(9, 17, 0)},
		"clocks go forward": {vienna(27, 16, 0), vienna(30, 11, 0), vienna(30, 16, 0)},
	}) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			publish(b)
			b.now = c.opened
			w := b.get(b.order("", service))
			if !w.RespondBy.Equal(c.respond) || !w.ResolveBy.Equal(c.resolve) {
				t.Errorf("opened %s: respond by %s, resolve by %s; want %s and %s", c.opened, w.RespondBy, w.ResolveBy, c.respond, c.resolve)
			}
		})
	}
}

func TestPinsMoveOnlyWhenTold(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	before := b.get(id)
	b.do(&work.AddSLA{SLA: "gold", Body: work.SLA{Targets: []work.SLATarget{{Priority: work.High, Resolve: 60}, {Priority: work.Low, Resolve: 120}}}})
	low := work.Low
	b.do(&work.EditWorkOrder{ID: id, Priority: &low})
	if w := b.get(id); !w.ResolveBy.IsZero() || w.Pins[work.PinSLA] != before.Pins[work.PinSLA] {
		t.Errorf("an edit took the new policy: %+v", w)
	}
	b.do(&work.RepinWorkOrder{ID: id})
	w := b.get(id)
	if w.Pins[work.PinSLA].Rev != 2 || !w.ResolveBy.Equal(morning.Add(2*time.Hour)) || !w.RespondBy.IsZero() {
		t.Errorf("repinned: %+v", w)
	}
}

func TestRepinLeavesAnsweredChecklists(t *testing.T) {
	b := newBench(t)
	publish(b)
	id := b.order("", service)
	lockout, press := b.checklist(id, 1, "lockout"), b.checklist(id, 1, "press")
	b.do(&work.AnswerChecklist{Run: lockout.ID, Answers: []work.Given{{Question: "tagged", Value: "yes"}}})
	for _, name := range []string{"lockout", "press"} {
		b.do(&work.AddChecklist{Checklist: name, Body: work.Checklist{
			Title: "New", Questions: []work.Question{{Key: "k", Text: "K", Type: work.AnswerText}},
		}})
	}
	b.do(&work.RepinWorkOrder{ID: id})
	if now := b.checklist(id, 1, "lockout"); now.Template != lockout.Template || !now.Safety {
		t.Errorf("the answered checklist moved: %+v", now)
	}
	if now := b.checklist(id, 1, "press"); now.Template.Rev != 2 || now.Template.ID == press.Template.ID {
		t.Errorf("the untouched one stayed: %+v", now)
	}
	b.sound()
}
