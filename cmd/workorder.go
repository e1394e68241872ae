package cmd

import (
	"context"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newWorkOrderCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "work-order", Aliases: []string{"wo"}, Group: GroupWork,
		Short: "What customers want done, from the request to its completion",
	},
		newOrderCreateCmd(a), newOrderEditCmd(a), newOrderListCmd(a), newOrderShowCmd(a), newOrderChainCmd(a), newWorkOrderWhyCmd(a),
		newOrderCapCmd(a), newOrderBudgetCmd(a),
		newOrderLinkCmd(a), newOrderUnlinkCmd(a), newOrderStartCmd(a), newOrderHoldCmd(a), newOrderResumeCmd(a),
		newOrderCompleteCmd(a), newOrderReopenCmd(a), newOrderCloseCmd(a), newOrderCancelCmd(a), newOrderRepinCmd(a))
}

// orderFlags are what a work order is created from.
type orderFlags struct {
	customer, site, asset, branch, title, description, reference string
	workType, priority, sla, parent, callbackOf, cause           string
	after                                                        []string
}

func causes() []string {
	var out []string
	for _, c := range work.Causes() {
		out = append(out, string(c))
	}
	return out
}

func priorities() []string {
	var out []string
	for _, p := range work.Priorities() {
		out = append(out, string(p))
	}
	return out
}

func (o *orderFlags) common(f *pflag.FlagSet) {
	f.StringVar(&o.title, "title", "", "what is to be done, as `TEXT`")
	f.StringVar(&o.description, "description", "", "more about it, as `TEXT`")
	f.StringVar(&o.reference, "reference", "", "the customer's order number, as `TEXT`")
	f.StringVar(&o.asset, "asset", "", "the `ASSET` at the site that it is about")
	f.StringVar(&o.branch, "branch", "", "the `BRANCH` that does it, if not the site's")
	f.StringVar(&o.parent, "parent", "", "the `WO` that it is a part of")
	f.StringVar(&o.callbackOf, "callback-of", "", "the `WO` whose work it goes back to, and which its cost is charged to")
	choiceVar(f, &o.cause, "cause", "", causes(), "why it goes back: return-visit, callback, warranty or rework")
	choiceVar(f, &o.priority, "priority", "", priorities(), "how urgent it is: low, normal, high or emergency")
}

const afterUsage = "wait until `WO` is completed; WO+2h waits two hours more, WO:start until work on it has begun, WO:start+30m half an hour more"

func newOrderCreateCmd(a *App) *cobra.Command {
	var o orderFlags
	return a.Verb(Verb{
		Use: "create", Short: "Create a work order", Writes: true,
		Long: "With a work type the order gets its tasks, checklists, deliverables and SLA policy. The due times count from when the\n" +
			"customer asked: now, or --at. A customer's only site need not be named.",
		Example: `callout wo create --customer Mill --site "North hall" --title "Press 4 leaks" --priority high` + "\n" +
			`callout wo create --customer Mill --type "Press service" --parent WO-1001 --after WO-1002+2h` + "\n" +
			`callout wo create --customer Mill --title "Press 4 leaks again" --callback-of WO-1001 --cause warranty`,
		Required: []string{"customer"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&o.customer, "customer", "", "the `CUSTOMER` who asks for it")
			f.StringVar(&o.site, "site", "", "the `SITE` where it is done")
			f.StringVar(&o.workType, "type", "", "the `WORK-TYPE` that it is made from")
			f.StringVar(&o.sla, "sla", "", "the `SLA` policy, if not the work type's")
			f.StringArrayVar(&o.after, "after", nil, afterUsage)
			o.common(f)
		},
		Run: func(ctx context.Context, _ []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) { return o.create(r) }})
		},
	})
}

func (o *orderFlags) create(r store.Reader) (*work.CreateWorkOrder, error) {
	cmd := &work.CreateWorkOrder{
		Title: o.title, Description: o.description, Reference: o.reference,
		Priority: work.Priority(o.priority), WorkType: o.workType, SLA: o.sla, Cause: work.Cause(o.cause),
	}
	var err error
	if cmd.Customer, err = findCustomer(r, o.customer); err != nil {
		return nil, err
	}
	if cmd.Site, err = o.place(r, cmd.Customer); err != nil {
		return nil, err
	}
	if o.asset != "" {
		if cmd.Asset, err = work.FindAsset(r, cmd.Site, o.asset); err != nil {
			return nil, err
		}
	}
	if cmd.Branch, err = optional(findBranch, r, o.branch); err != nil {
		return nil, err
	}
	if cmd.Parent, err = optional(findOrder, r, o.parent); err != nil {
		return nil, err
	}
	if cmd.CallbackOf, err = optional(findOrder, r, o.callbackOf); err != nil {
		return nil, err
	}
	for _, s := range o.after {
		p, err := parseAfter(r, s)
		if err != nil {
			return nil, err
		}
		cmd.After = append(cmd.After, p)
	}
	return cmd, nil
}

// place is the site that is named, or the customer's only one.
func (o *orderFlags) place(r store.Reader, customer store.ID) (store.ID, error) {
	if o.site != "" {
		return work.FindSite(r, customer, o.site)
	}
	var sites []work.SiteRow
	for s, err := range work.Sites.Rows(r, "customer", store.Prefix(store.K(customer))) {
		if err != nil {
			return "", err
		}
		sites = append(sites, s)
	}
	switch len(sites) {
	case 1:
		return sites[0].ID, nil
	case 0:
		return "", fault.Invalidf("site", "%s has no site yet", o.customer).Hint(`callout site add %q --address "…"`, o.customer)
	}
	return "", fault.Invalidf("site", "%s has %d sites; name one", o.customer, len(sites)).
		Hint("callout site list --customer %q", o.customer).Hint("--site %q", sites[0].Name)
}

// parseAfter reads WO-1001, WO-1001+2h, WO-1001:start or WO-1001:start+30m.
func parseAfter(r store.Reader, s string) (p work.Prerequisite, err error) {
	ref, lag, lagged := strings.Cut(s, "+")
	if lagged {
		d, err := calendar.ParseDuration("after", lag)
		if err != nil {
			return p, err
		}
		if p.Lag, err = wholeMinutes("after", d); err != nil {
			return p, err
		}
	}
	p.Kind = work.FinishToStart
	if before, ok := strings.CutSuffix(ref, ":start"); ok {
		ref, p.Kind = before, work.StartToStart
	}
	p.Order, err = findOrder(r, ref)
	return p, err
}

func newOrderEditCmd(a *App) *cobra.Command {
	var o orderFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit WO", Short: "Change a work order's title, priority, place in the tree and the like", Writes: true,
		Long: "A changed priority moves the due times, under the SLA revision that the order has pinned. What a customer has signed\n" +
			"(title, description, asset) is open again once it is edited.",
		Example: `callout wo edit WO-1001 --priority emergency --reason "line stands still"` + "\n" +
			`callout wo edit WO-1001 --parent ""   # takes it out of the tree`,
		Fields: resultList().Names(),
		Flags:  func(f *pflag.FlagSet) { flags = f; o.common(f) },
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) { return o.edit(r, flags, args[0]) }})
		},
	})
}

func (o *orderFlags) edit(r store.Reader, flags *pflag.FlagSet, ref string) (*work.EditWorkOrder, error) {
	id, err := findOrder(r, ref)
	if err != nil {
		return nil, err
	}
	w, err := work.WorkOrders.Get(r, id)
	if err != nil {
		return nil, err
	}
	cmd := &work.EditWorkOrder{
		ID: id, Title: edited(flags, "title", o.title), Description: edited(flags, "description", o.description),
		Reference: edited(flags, "reference", o.reference), Priority: edited(flags, "priority", work.Priority(o.priority)),
	}
	asset, err := optional(func(r store.Reader, ref string) (store.ID, error) { return work.FindAsset(r, w.Site, ref) }, r, o.asset)
	if err != nil {
		return nil, err
	}
	branch, err := optional(findBranch, r, o.branch)
	if err != nil {
		return nil, err
	}
	parent, err := optional(findOrder, r, o.parent)
	if err != nil {
		return nil, err
	}
	original, err := optional(findOrder, r, o.callbackOf)
	if err != nil {
		return nil, err
	}
	cmd.CallbackOf, cmd.Cause = edited(flags, "callback-of", original), edited(flags, "cause", work.Cause(o.cause))
	cmd.Asset, cmd.Branch, cmd.Parent = edited(flags, "asset", asset), edited(flags, "branch", branch), edited(flags, "parent", parent)
	return cmd, nil
}
