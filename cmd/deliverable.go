package cmd

import (
	"context"
	"strings"

	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newDeliverableCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "deliverable", Short: "What must exist before a work order is billed", Group: GroupWork,
		Long: "A deliverable is named by its work order and its number within it: WO-1042/1.",
	},
		newDeliverableAddCmd(a), newDeliverableListCmd(a), newDeliverableWaiveCmd(a))
}

func newDeliverableAddCmd(a *App) *cobra.Command {
	var needs string
	var all []string
	for _, n := range work.AllNeeds() {
		all = append(all, string(n))
	}
	return a.Verb(Verb{
		Use: "add WO TITLE", Short: "Ask for evidence or a sign-off before a work order is billed", Writes: true,
		Example:  `callout deliverable add WO-1001 "Acceptance" --needs signoff`,
		Required: []string{"needs"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &needs, "needs", "", all, "what satisfies it: signoff, photo, document or reading")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findOrder(r, args[0])
				return &work.AddDeliverable{Order: id, Title: args[1], Needs: work.Needs(needs)}, err
			}})
		},
	})
}

// deliverableView is a deliverable with how it stands.
type deliverableView struct {
	*work.Deliverable
	Ref   string     `json:"ref"`
	State string     `json:"state"` // satisfied, open or waived
	Why   string     `json:"why,omitempty"`
	Fix   string     `json:"fix,omitempty"`
	By    []store.ID `json:"by"`

	order string
}

func readDeliverables(r store.Reader, w *work.WorkOrder) ([]deliverableView, error) {
	out := []deliverableView{}
	for d, err := range work.Deliverables.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		s, err := work.Satisfied(r, w, d)
		if err != nil {
			return nil, err
		}
		v := deliverableView{Deliverable: d, Ref: d.Ref(w), State: "open", Why: s.Why, Fix: s.Fix, By: s.By, order: w.Number}
		switch {
		case s.Waived:
			v.State, v.Why = "waived", d.Waived.Reason
		case s.OK:
			v.State = "satisfied"
		}
		if v.By == nil {
			v.By = []store.ID{}
		}
		out = append(out, v)
	}
	return out, nil
}

func deliverableList() List[deliverableView] {
	return List[deliverableView]{
		Key:   func(d deliverableView) string { return d.Ref },
		Empty: "the work order has no deliverables",
		Columns: []Column[deliverableView]{
			{Name: "ref", Value: func(d deliverableView) any { return d.Ref }},
			{Name: "title", Least: 20, Value: func(d deliverableView) any { return d.Title }},
			{Name: "needs", Value: func(d deliverableView) any { return string(d.Needs) }},
			{Name: "state", Value: func(d deliverableView) any { return d.State }},
			{Name: "why", Drop: 2, Value: func(d deliverableView) any { return d.Why }},
			{Name: "fix", Drop: 1, Value: func(d deliverableView) any { return d.Fix }},
			{Name: "by", Detail: true, Value: func(d deliverableView) any { return idWords(d.By) }},
			{Name: "work_order", Detail: true, Value: func(d deliverableView) any { return d.order }},
			{Name: "id", Detail: true, Value: func(d deliverableView) any { return string(d.ID) }},
		},
	}
}

func newDeliverableListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list WO...", Short: "List the deliverables of work orders and how they stand",
		Example: "callout deliverable list WO-1001",
		Fields:  deliverableList().Names(),
		Run: func(ctx context.Context, args []string) error {
			orders, err := a.IDs(ctx, args)
			if err != nil {
				return err
			}
			var rows []deliverableView
			err = a.View(ctx, func(r store.Reader) error {
				for _, ref := range orders {
					id, err := findOrder(r, ref)
					if err != nil {
						return err
					}
					w, err := work.WorkOrders.Get(r, id)
					if err != nil {
						return err
					}
					more, err := readDeliverables(r, w)
					if err != nil {
						return err
					}
					rows = append(rows, more...)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return deliverableList().Print(a, Rows(rows))
		},
	})
}

func newDeliverableWaiveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "waive DELIVERABLE...", Short: "Record that deliverables may be missing, and why", Writes: true, Danger: Bulk,
		Long: "A waiver cannot be taken back. Where four eyes are needed, nobody waives proof of their own work: neither who did a task\n" +
			"of the order nor who recorded its completion.",
		Example: `callout deliverable waive WO-1001/2 --reason "the camera broke; seen by the owner"`,
		Each: func(ctx context.Context, items []string) []Result {
			return a.ActEach(ctx, items, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := work.FindDeliverable(r, item)
					return &work.WaiveDeliverable{ID: id}, err
				},
				Note: func(rec store.Receipt) string { return strings.TrimSpace(waived(rec, "")) },
			})
		},
	})
}
