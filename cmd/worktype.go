package cmd

import (
	"fmt"
	"strings"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
)

func workTypes() definition[work.WorkType] {
	return definition[work.WorkType]{
		kind: work.WorkTypes, noun: "work-type", parse: work.ParseWorkType,
		make: func(name string, body work.WorkType) store.Command {
			return &work.AddWorkType{WorkType: name, Body: body}
		},
		draw: drawWorkType,
	}
}

func newWorkTypeCmd(a *App) *cobra.Command {
	d := workTypes()
	return a.Noun(Noun{Use: "work-type", Short: "Templates of work orders", Group: GroupWork},
		d.add(a,
			"The file holds the tasks, deliverables and milestones that an order of this type gets. Orders keep the revision that\n"+
				"they were created under. A file looks like this:\n\n"+
				"  name: Boiler service\n"+
				"  priority: normal\n"+
				"  sla: standard\n"+
				"  tasks:\n"+
				"    - title: Inspect\n"+
				"      skills: [{skill: gas, level: 2}]\n"+
				"      estimate_minutes: 60\n"+
				"      checklists: [gas-safety, boiler]\n"+
				"      evidence: [{kind: photo, title: flue, count: 2}]\n"+
				"    - {title: Descale, optional: true}\n"+
				"  deliverables:\n"+
				"    - {title: Acceptance, needs: signoff}\n"+
				"  milestones:\n"+
				"    - {name: On completion, percent: \"100\"}",
			"callout work-type add boiler-service.yaml\ncallout work-type add - --name \"Boiler service\" < boiler-service.yaml"),
		d.list(a), d.show(a, "WORK-TYPE"))
}

func drawWorkType(p *Page, w *work.WorkType) {
	p.Field("Priority", string(w.Priority))
	p.Field("SLA", w.SLA)
	var rows [][]any
	for i, t := range w.Tasks {
		var needs []string
		for _, s := range t.Skills {
			needs = append(needs, skillText(s))
		}
		for _, e := range t.Evidence {
			needs = append(needs, fmt.Sprintf("%d %s", max(1, e.Count), e.Kind))
		}
		needs = append(needs, t.Checklists...)
		if t.Optional {
			needs = append(needs, "optional")
		}
		rows = append(rows, []any{i + 1, t.Title, estimate(t.Minutes), strings.Join(needs, ", ")})
	}
	if len(rows) > 0 {
		p.Section("Tasks")
		p.Table([]string{"n", "title", "estimate", "needs"}, rows)
	}
	rows = nil
	for _, d := range w.Deliverables {
		rows = append(rows, []any{d.Title, string(d.Needs)})
	}
	if len(rows) > 0 {
		p.Section("Deliverables")
		p.Table([]string{"title", "needs"}, rows)
	}
	rows = nil
	for _, m := range w.Milestones {
		bills := "what was worked"
		switch {
		case m.Amount != "":
			bills = m.Amount
		case m.Percent != "":
			bills = m.Percent + " %"
		}
		rows = append(rows, []any{m.Name, bills})
	}
	if len(rows) > 0 {
		p.Section("Milestones")
		p.Table([]string{"name", "bills"}, rows)
	}
}

// skillText is a skill with its level, as --skill takes it.
func skillText(s work.SkillNeed) string {
	if s.Level > 1 {
		return fmt.Sprintf("%s:%d", s.Skill, s.Level)
	}
	return s.Skill
}

// estimate shows minutes, or nothing for none.
func estimate(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return calendar.FormatDuration(time.Duration(minutes) * time.Minute)
}
