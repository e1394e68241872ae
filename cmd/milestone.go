package cmd

import (
	"context"
	"fmt"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newMilestoneCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "milestone", Short: "Billing points of an order: planned, ready, released", Group: GroupMoney},
		newMilestoneAddCmd(a), newMilestoneTermsCmd(a), newMilestoneListCmd(a), newMilestoneCancelCmd(a))
}

// companyCurrency is what every amount of the shop is in.
func companyCurrency(r store.Reader) (money.Currency, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return money.Currency{}, err
	}
	return company.Currency, nil
}

// amountFlag reads an amount in the company's currency that may be left out.
func amountFlag(r store.Reader, field, s string) (*money.Amount, error) {
	if s == "" {
		return nil, nil
	}
	cur, err := companyCurrency(r)
	if err != nil {
		return nil, err
	}
	amount, err := money.ParseAmount(field, s, cur)
	return &amount, err
}

func newMilestoneAddCmd(a *App) *cobra.Command {
	var amount, percent, agreed, tax string
	var rest bool
	var needs needFlags
	return a.Verb(Verb{
		Use: "add WO NAME", Short: "Plan a billing point of an order", Writes: true,
		Long: "It bills an amount, a share of the agreed price, what the other milestones leave of it, or, with none of them, what was worked.\n" +
			"Together they come to the agreed price, or the rest is named with milestone terms --unbilled. Shares are rounded cumulatively, so\n" +
			"the last one reaches 100 % exactly. An order that bills by amounts or shares does not bill its time and items again. It becomes\n" +
			"ready with the completion of the order, or by what --when, --task, --deliverable and --signoff say of it.",
		Example: "callout milestone add WO-1001 \"On completion\"\n" +
			"callout milestone add WO-1001 Deposit --percent 30 --agreed 4800.00\n" +
			"callout milestone add WO-1001 Balance --rest",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "what it bills, before tax: `AMOUNT`")
			f.StringVar(&percent, "percent", "", "which share of the agreed price it bills: `PERCENT`")
			f.BoolVar(&rest, "rest", false, "it bills what the other milestones leave of the agreed price")
			f.StringVar(&agreed, "agreed", "", "agree the price of the whole order: `AMOUNT`")
			f.StringVar(&tax, "tax", "", "its `TAX-CLASS`")
			needs.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.AddMilestone{Order: order, Milestone: args[1], TaxClass: tax, Rest: rest}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					if percent != "" {
						p, err := money.ParsePercent("percent", percent)
						if err != nil {
							return nil, err
						}
						c.Percent = &p
					}
					if c.Needs, err = needs.read(r, order); err != nil {
						return nil, err
					}
					c.Price, err = amountFlag(r, "agreed", agreed)
					return c, err
				},
				Note: func(store.Receipt) string { return "planned " + args[1] },
			})
		},
	})
}

func newMilestoneTermsCmd(a *App) *cobra.Command {
	var agreed, tax, unbilled string
	var withTax bool
	var j adjustFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "terms WO", Short: "Agree the price of a whole order, its discounts, or how all of it is taxed", Writes: true,
		Long: "Milestones that bill shares are shares of the agreed price. A tax class that is agreed for the order goes before those of\n" +
			"parts and prices, as for a customer abroad who owes the tax. A discount by per cent is taken off every document of the\n" +
			"order, an amount once over all of them; both are split over the taxes. --reason says what for, and tells several apart.",
		Example: "callout milestone terms WO-1001 --agreed 4800.00\ncallout milestone terms WO-1001 --tax reverse-charge\n" +
			`callout milestone terms WO-1001 --discount 5% --reason "frame agreement"` + "\n" +
			`callout milestone terms WO-1001 --discount 10% --on labour --reason "trial month"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&unbilled, "unbilled", "", "the part of the price that no milestone is to bill; 0 is none: `AMOUNT`")
			f.StringVar(&agreed, "agreed", "", "the price of the whole order, before tax: `AMOUNT`")
			f.StringVar(&tax, "tax", "", "the `TAX-CLASS` of everything on it; empty gives each its own again")
			f.BoolVar(&withTax, "with-tax", false, "the agreed price, amounts of milestones and prices named by hand include the tax")
			j.add(f, true)
		},
		Run: func(ctx context.Context, args []string) error {
			if !flags.Changed("agreed") && !flags.Changed("tax") && !flags.Changed("with-tax") && !flags.Changed("unbilled") && !j.given() {
				return usagef("nothing is agreed: give --agreed, --unbilled, --tax, --with-tax, --discount or --surcharge").Hint("callout milestone terms --help")
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.SetTerms{Order: order, TaxClass: edited(flags, "tax", tax), WithTax: edited(flags, "with-tax", withTax)}
					if c.Adjustments, err = j.read(r); err != nil {
						return nil, err
					}
					if c.Unbilled, err = amountFlag(r, "unbilled", unbilled); err != nil {
						return nil, err
					}
					c.Price, err = amountFlag(r, "agreed", agreed)
					return c, err
				},
				Note: func(store.Receipt) string { return "agreed" },
			})
		},
	})
}

func milestoneList() List[billing.MilestoneRow] {
	return List[billing.MilestoneRow]{
		Key:   func(m billing.MilestoneRow) string { return string(m.ID) },
		Empty: "the order has no milestones",
		Columns: []Column[billing.MilestoneRow]{
			{Name: "id", Value: func(m billing.MilestoneRow) any { return string(m.ID) }},
			{Name: "n", Right: true, Value: func(m billing.MilestoneRow) any { return m.N }},
			{Name: "name", Value: func(m billing.MilestoneRow) any { return m.Title }},
			{Name: "status", Value: func(m billing.MilestoneRow) any { return string(m.Status) }},
			{Name: "basis", Value: func(m billing.MilestoneRow) any { return string(m.Basis) }},
			{Name: "amount", Right: true, Value: func(m billing.MilestoneRow) any { return m.Amount }},
			{Name: "percent", Right: true, Value: func(m billing.MilestoneRow) any { return m.Percent }},
			{Name: "ready_at", Detail: true, Value: func(m billing.MilestoneRow) any { return m.ReadyAt }},
			{Name: "change_order", Detail: true, Value: func(m billing.MilestoneRow) any { return string(m.Change) }},
		},
	}
}

func newMilestoneListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list WO", Short: "List the milestones of an order",
		Example: "callout milestone list WO-1001",
		Fields:  milestoneList().Names(),
		Run: func(ctx context.Context, args []string) error {
			var rows []billing.MilestoneRow
			err := a.View(ctx, func(r store.Reader) error {
				order, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				w, err := work.WorkOrders.Get(r, order)
				if err != nil {
					return err
				}
				rows, err = milestonesOf(r, order)
				for i := range rows {
					rows[i].ReadyAt = local(rows[i].ReadyAt, w.Zone)
				}
				return err
			})
			if err != nil {
				return err
			}
			return milestoneList().Print(a, Rows(rows))
		},
	})
}

func milestonesOf(r store.Reader, order store.ID) (rows []billing.MilestoneRow, err error) {
	for m, err := range billing.Milestones.Rows(r, "order", store.Prefix(store.K(order))) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, m)
	}
	return rows, nil
}

// findMilestone resolves a milestone of an order by number, name or id.
func findMilestone(r store.Reader, order store.ID, ref string) (store.ID, error) {
	rows, err := milestonesOf(r, order)
	if err != nil {
		return "", err
	}
	for _, m := range rows {
		if string(m.ID) == ref || fmt.Sprint(m.N) == ref || foldName(m.Title) == foldName(ref) {
			return m.ID, nil
		}
	}
	return "", fault.NotFoundf("the order has no milestone %q", ref).Hint("callout milestone list %s", order)
}

func newMilestoneCancelCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "cancel MILESTONE...", Short: "Strike milestones that are not released, with a reason", Writes: true, Danger: Bulk,
		Example: `callout milestone cancel ms_06h0kz801xydv834z1614e7bzg --reason "the second phase was called off"`,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := billing.Milestones.FindID(r, ref)
					return &billing.CancelMilestone{Milestone: id}, err
				},
				Note: func(store.Receipt) string { return "canceled" },
			})
		},
	})
}
