package cmd

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
)

// orderView is a work order with everything that belongs to it.
type orderView struct {
	*work.WorkOrder
	CustomerName string            `json:"customer_name"`
	SiteName     string            `json:"site_name"`
	AssetName    string            `json:"asset_name,omitempty"`
	Tasks        []taskView        `json:"tasks"`
	Deliverables []deliverableView `json:"deliverables"`
	Evidence     []*work.Evidence  `json:"evidence_items"`
	SignOffs     []*work.SignOff   `json:"signoffs"`
	Parts        []string          `json:"parts"`
	Effort       dispatch.Effort   `json:"effort"` // of all visits so far
	Money        *orderMoney       `json:"money"`
	Job          *billing.Job      `json:"job"` // with what is charged to it

	Corrections []billing.CorrectionProposal `json:"corrections"`

	// Covered is work that a warranty, an agreement or goodwill stands in for.
	Covered []billing.Covered `json:"covered,omitempty"`

	Milestones []billing.MilestoneRow `json:"milestones"`
	Invoices   []billing.InvoiceRow   `json:"invoices"`

	now                       time.Time
	original, chargedTo       string
	parent, branch, createdBy string
	waits                     []string
	people                    map[store.ID]string
}

// taskView is a task with its checklists.
type taskView struct {
	*work.Task
	Ref        string               `json:"ref"`
	Checklists []*work.ChecklistRun `json:"checklists"`
}

func newOrderShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show WO", Short: "Show a work order with its tasks, evidence, sign-offs and money",
		Example: "callout wo show WO-1001\ncallout wo show WO-1001 --jq .tasks[].title",
		Fields: []string{
			"id", "number", "customer", "site", "asset", "branch", "title", "description", "reference", "priority", "status",
			"outcome", "why", "zone", "parent", "after", "callback_of", "cause", "agreement", "occurrence", "planned_for", "revision", "pins", "created_by", "opened_at", "respond_by", "resolve_by", "sla_clock", "respond_warn", "resolve_warn",
			"started_at", "completed_at", "completed_by", "closed_at", "canceled_at", "holds", "reopened", "imported",
			"customer_name", "site_name", "asset_name", "tasks", "deliverables", "evidence_items", "signoffs", "parts",
			"effort", "money", "job", "corrections", "covered", "milestones", "invoices",
		},
		Run: func(ctx context.Context, args []string) error {
			var v *orderView
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				v, err = readOrder(r, id, a.Now().UTC())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(v.Number, v, func(p *Page) { v.draw(p) })
		},
	})
}

// gather appends what an iteration yields.
func gather[T any](into *[]T, rows func(func(T, error) bool)) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		*into = append(*into, row)
	}
	return nil
}

func readOrder(r store.Reader, id store.ID, now time.Time) (*orderView, error) {
	w, err := work.WorkOrders.Get(r, id)
	if err != nil {
		return nil, err
	}
	v := &orderView{
		WorkOrder: w, Tasks: []taskView{}, Deliverables: []deliverableView{}, Evidence: []*work.Evidence{},
		SignOffs: []*work.SignOff{}, Parts: []string{}, Milestones: []billing.MilestoneRow{}, Invoices: []billing.InvoiceRow{}, people: map[store.ID]string{}, now: now,
	}
	n := &names{r, v.people}
	v.CustomerName, v.SiteName, v.AssetName = n.of(w.Customer), n.of(w.Site), n.of(w.Asset)
	v.parent, v.branch, v.createdBy = n.of(w.Parent), n.of(w.Branch), n.of(w.CreatedBy)
	for t, err := range work.Tasks.By(r, "order", store.K(id)) {
		if err != nil {
			return nil, err
		}
		task := taskView{Task: t, Ref: t.Ref(w), Checklists: []*work.ChecklistRun{}}
		if err := gather(&task.Checklists, work.ChecklistRuns.By(r, "task", store.K(t.ID))); err != nil {
			return nil, err
		}
		v.Tasks = append(v.Tasks, task)
		n.of(t.DoneBy)
	}
	if v.Deliverables, err = readDeliverables(r, w); err != nil {
		return nil, err
	}
	if err := gather(&v.Evidence, work.EvidenceItems.By(r, "order", store.K(id))); err != nil {
		return nil, err
	}
	for _, e := range v.Evidence {
		n.of(e.By)
	}
	if err := gather(&v.SignOffs, work.SignOffs.By(r, "order", store.K(id))); err != nil {
		return nil, err
	}
	for part, err := range work.WorkOrders.Rows(r, "parent", store.Prefix(store.K(id))) {
		if err != nil {
			return nil, err
		}
		v.Parts = append(v.Parts, part.Number)
	}
	if v.Effort, err = dispatch.EffortOfOrder(r, id); err != nil {
		return nil, err
	}
	if v.Job, err = billing.JobOf(r, id, now); err != nil {
		return nil, err
	}
	if v.Money, err = moneyOf(r, v.Job.Own); err != nil {
		return nil, err
	}
	if v.Covered, err = billing.CoveredOf(r, id, now); err != nil {
		return nil, err
	}
	if v.Money.Caps, err = billing.CapsOf(r, id, now); err != nil {
		return nil, err
	}
	v.original, v.chargedTo = n.of(w.CallbackOf), n.of(v.Job.ChargedTo)
	if v.Corrections, err = billing.CorrectionsOf(r, id); err != nil {
		return nil, err
	}
	if err := gather(&v.Milestones, billing.Milestones.Rows(r, "order", store.Prefix(store.K(id)))); err != nil {
		return nil, err
	}
	if err := gather(&v.Invoices, billing.Invoices.Rows(r, "order", store.Prefix(store.K(id)))); err != nil {
		return nil, err
	}
	for _, p := range w.After {
		v.waits = append(v.waits, waitsFor([]work.ChainEdge{{AfterNumber: n.of(p.Order), Kind: p.Kind, Lag: p.Lag}})...)
	}
	return v, nil
}

func (v *orderView) draw(p *Page) {
	p.Title("%s  %s", v.Number, v.Title)
	status := string(v.Status)
	if v.Amending() > 0 {
		status += fmt.Sprintf(", revision %d", v.Revision)
	}
	if v.Outcome == work.CannotComplete {
		status += " (cannot complete)"
	}
	p.Field("Status", status)
	p.Field("Why", v.Why)
	p.Field("Priority", string(v.Priority))
	p.Field("Customer", v.CustomerName)
	p.Field("Site", v.SiteName)
	p.Field("Asset", v.AssetName)
	p.Field("Branch", v.branch)
	p.Field("Reference", v.Reference)
	p.Field("Description", v.Description)
	p.Field("Part of", v.parent)
	if v.original != "" {
		p.Field("Goes back to", fmt.Sprintf("%s (%s), charged to %s", v.original, v.Cause, v.chargedTo))
	}
	p.Field("Parts", v.Parts)
	p.Field("Waits for", v.waits)
	for _, kind := range []string{work.PinWorkType, work.PinSLA} {
		if pin, ok := v.Pins[kind]; ok {
			p.Field(map[string]string{work.PinWorkType: "Work type", work.PinSLA: "SLA"}[kind], fmt.Sprintf("%s (revision %d)", pin.Name, pin.Rev))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(v.Pins)) {
		if strings.HasPrefix(kind, billing.PinContract) {
			p.Field("Contract", fmt.Sprintf("%s (revision %d)", v.Pins[kind].Name, v.Pins[kind].Rev))
		}
	}
	p.Field("Created by", v.createdBy)
	p.Field("Opened", local(v.OpenedAt, v.Zone))
	p.Field("Respond by", local(v.RespondBy, v.Zone))
	p.Field("Resolve by", local(v.ResolveBy, v.Zone))
	if t, ok := v.Row().Clock.Pressing(v.now); ok {
		p.Field("SLA", slaText(t, v.now))
	}
	p.Field("Started", local(v.StartedAt, v.Zone))
	p.Field("Completed", local(v.CompletedAt, v.Zone))
	p.Field("Closed", local(v.ClosedAt, v.Zone))
	v.drawTasks(p)
	v.drawHolds(p)
	if len(v.Deliverables) > 0 {
		p.Section("Deliverables")
		var rows [][]any
		for _, d := range v.Deliverables {
			rows = append(rows, []any{d.Ref, d.Title, string(d.Needs), d.State, d.Why})
		}
		p.Table([]string{"ref", "title", "needs", "state", "why"}, rows)
	}
	if len(v.Evidence) > 0 {
		p.Section("Evidence")
		var rows [][]any
		for _, e := range v.Evidence {
			rows = append(rows, []any{string(e.Kind), cmp.Or(e.Title, e.File), evidenceValue(e), v.people[e.By], local(e.At, v.Zone)})
		}
		p.Table([]string{"kind", "title", "value", "by", "at"}, rows)
	}
	if len(v.SignOffs) > 0 {
		p.Section("Sign-offs")
		var rows [][]any
		for _, s := range v.SignOffs {
			state := string(s.State)
			if v.Amending() > 0 {
				state += fmt.Sprintf(", revision %d", max(1, s.Revision))
			}
			rows = append(rows, []any{s.Name, s.Role, state, local(s.At, v.Zone), cmp.Or(s.Why, s.Superseded)})
		}
		p.Table([]string{"name", "role", "state", "at", "why"}, rows)
	}
	drawBilling(p, v.Milestones, v.Invoices, v.Money.currency)
	drawEffort(p, "What the visits took", v.Effort)
	v.Money.draw(p)
	drawCovered(p, v.Covered, v.Money.currency)
	v.drawJob(p)
	drawCorrections(p, v.Corrections, v.Money.currency)
}

// drawJob lists what is charged to the order because it goes back to its work.
func (v *orderView) drawJob(p *Page) {
	if len(v.Job.Callbacks) == 0 {
		return
	}
	p.Section("Went back to it")
	cur := v.Money.currency
	var rows [][]any
	for _, c := range v.Job.Callbacks {
		rows = append(rows, []any{c.Number, c.Title, string(c.Cause), c.Revenue.Format(cur), c.Cost.Format(cur)})
	}
	p.Table([]string{"order", "title", "cause", "brings in", "cost"}, rows)
	p.Field("Cost of the job", v.Job.Total.Cost.Format(cur))
	word := "unknown: a cost or a price is missing"
	if m, known := v.Job.Total.Margin(); known {
		if a, ok := m.Amount(); ok {
			word = a.Format(cur)
		}
	}
	p.Field("Margin of the job", word)
}

func (v *orderView) drawTasks(p *Page) {
	if len(v.Tasks) == 0 {
		return
	}
	p.Section("Tasks")
	var rows [][]any
	for _, t := range v.Tasks {
		var lists []string
		for _, c := range t.Checklists {
			lists = append(lists, c.Template.Name)
		}
		title := t.Title
		if t.Optional {
			title += " (optional)"
		}
		rows = append(rows, []any{t.Ref, title, string(t.Status), estimate(t.Minutes), lists, v.people[t.DoneBy]})
	}
	p.Table([]string{"ref", "title", "status", "estimate", "checklists", "done by"}, rows)
}

func (v *orderView) drawHolds(p *Page) {
	if len(v.Holds) == 0 {
		return
	}
	p.Section("Holds")
	var rows [][]any
	for _, h := range v.Holds {
		rows = append(rows, []any{local(h.From, v.Zone), local(h.To, v.Zone), h.Reason})
	}
	p.Table([]string{"from", "to", "reason"}, rows)
}
