package cmd

import (
	"context"

	"callout/billing"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// orderVerb is a verb that does one thing to each of the orders that are named.
func orderVerb(a *App, v Verb, note string, make func(store.ID) store.Command) *cobra.Command {
	v.Writes = true
	v.Each = func(ctx context.Context, items []string) []Result {
		return a.ActEach(ctx, items, Action{
			Build: func(r store.Reader, item string) (store.Command, error) {
				id, err := findOrder(r, item)
				return make(id), err
			},
			Note: func(store.Receipt) string { return note },
		})
	}
	return a.Verb(v)
}

func newOrderStartCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "start WO...", Able: ableOrder(work.Start), Short: "Say that work on an order begins, where no visit is planned", Danger: Bulk,
		Long: "Prerequisites and safety checklists are checked, as they are when a visit starts. The first task that is done does the\n" +
			"same.",
		Example: "callout wo start WO-1001 --at 08:30",
	}, "started", func(id store.ID) store.Command { return &work.StartWorkOrder{ID: id} })
}

func newOrderHoldCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "hold WO...", Able: ableOrder(work.PutOnHold), Short: "Put work orders on hold", Danger: Bulk,
		Example: `callout wo hold WO-1001 --reason "the part comes on Friday"`,
	}, "on hold", func(id store.ID) store.Command { return &work.HoldWorkOrder{ID: id} })
}

func newOrderResumeCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "resume WO...", Able: ableOrder(work.Resume), Short: "End the hold of work orders", Danger: Bulk,
		Example: "callout wo resume WO-1001\ncallout wo list --status on-hold -o name | callout wo resume -",
	}, "resumed", func(id store.ID) store.Command { return &work.ResumeWorkOrder{ID: id} })
}

func newOrderCompleteCmd(a *App) *cobra.Command {
	var outcome string
	return orderVerb(a, Verb{
		Use: "complete WO...", Able: ableOrder(work.Complete), Short: "Complete work orders", Danger: Bulk,
		Long: "As done, an order is refused while anything is missing, with every reason and what to type about it. With\n" +
			"--outcome cannot-complete it ends with a reason and what is open stays open.",
		Example: "callout wo complete WO-1001\n" +
			`callout wo complete WO-1001 --outcome cannot-complete --reason "the building is gone"`,
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &outcome, "outcome", string(work.Done), []string{string(work.Done), string(work.CannotComplete)},
				"how it ended: done or cannot-complete")
		},
	}, "completed", func(id store.ID) store.Command {
		return &work.CompleteWorkOrder{ID: id, Outcome: work.Outcome(outcome)}
	})
}

func newOrderReopenCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "reopen WO...", Able: ableOrder(work.Reopen), Short: "Take up completed or canceled work orders again", Danger: Bulk,
		Example: `callout wo reopen WO-1001 --reason "it leaks again"`,
	}, "reopened", func(id store.ID) store.Command { return &work.ReopenWorkOrder{ID: id} })
}

func newOrderCloseCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "close WO...", Able: ableOrder(work.Close), Short: "Close completed work orders for good", Danger: Bulk,
		Example: "callout wo close WO-1001",
	}, "closed", func(id store.ID) store.Command { return &work.CloseWorkOrder{ID: id} })
}

func newOrderCancelCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "cancel WO...", Able: ableOrder(work.Cancel), Short: "Call work orders off before work on them has begun", Danger: Bulk,
		Example: `callout wo cancel WO-1001 --reason "ordered twice"`,
	}, "canceled", func(id store.ID) store.Command { return &work.CancelWorkOrder{ID: id} })
}

func newOrderRepinCmd(a *App) *cobra.Command {
	return orderVerb(a, Verb{
		Use: "repin WO...", Short: "Move work orders to the newest revisions of all that they pin", Danger: Bulk,
		Long: "Work type, SLA policy, checklists, price book and billing rules. The due times are computed anew. Checklists that\n" +
			"somebody has begun to answer keep their revision, and so do the tasks that the order has. On a completed order,\n" +
			"callout price repin moves the prices and billing rules alone.",
		Example: "callout wo repin WO-1001 --dry-run",
	}, "repinned", func(id store.ID) store.Command { return &billing.RepinOrder{Order: id} })
}
