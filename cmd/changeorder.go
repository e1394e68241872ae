package cmd

import (
	"context"

	"callout/billing"
	"callout/money"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newChangeOrderCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "change-order", Aliases: []string{"co"}, Short: "Changes of what was agreed about the price of an order", Group: GroupMoney,
	},
		newChangeOrderCapCmd(a), newChangeOrderAddCmd(a), newChangeOrderApproveCmd(a), newChangeOrderAcceptCmd(a),
		newChangeOrderRejectCmd(a), newChangeOrderListCmd(a))
}

const byUsage = "who asks for it, in the customer's house or the shop's: `NAME`"

func newChangeOrderCapCmd(a *App) *cobra.Command {
	var amount, cost, by string
	return a.Verb(Verb{
		Use: "cap WO", Short: "Ask for another cap, with the reason", Writes: true,
		Long: "The cap moves when the change order is approved: by somebody in the shop who did not write it, or by the customer. It may\n" +
			"go down as far as what is billed, and is never 0.",
		Example: `callout change-order cap WO-1001 --amount 1500 --by "Mrs. Ott" --reason "the second pump is worn too"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "the new cap, before tax: `AMOUNT`")
			f.StringVar(&cost, "cost", "", "the new limit of what the work costs: `AMOUNT`")
			f.StringVar(&by, "by", "", byUsage)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.RequestChange{Order: order, Kind: billing.ChangeCap, RequestedBy: by}
					if c.Limit, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					c.Cost, err = amountFlag(r, "cost", cost)
					return c, err
				},
				Note: func(store.Receipt) string { return "requested" },
			})
		},
	})
}

func newChangeOrderAddCmd(a *App) *cobra.Command {
	var sum, by, tax string
	return a.Verb(Verb{
		Use: "add WO TITLE", Short: "Ask for a sum on top of an agreed price, with the reason", Writes: true,
		Long: "Once it is approved it is a row of its own: a milestone, or a row of the schedule of values. The rows of the first contract\n" +
			"stay as they are. A negative sum takes away, from a schedule of values.",
		Example: `callout change-order add WO-1001 "Asbestos removal" --sum 5000 --by "Mrs. Ott" --reason "found in the wall"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&sum, "sum", "", "what is added to the price, before tax: `AMOUNT`")
			f.StringVar(&by, "by", "", byUsage)
			f.StringVar(&tax, "tax", "", "its `TAX-CLASS`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.RequestChange{Order: order, Kind: billing.ChangeSum, Title: args[1], RequestedBy: by, TaxClass: tax}
					c.Sum, err = amountFlag(r, "sum", sum)
					return c, err
				},
				Note: func(store.Receipt) string { return "requested" },
			})
		},
	})
}

// eachChange builds a verb that does one thing to each of many change orders.
func (a *App) eachChange(v Verb, word string, command func(id store.ID) store.Command) *cobra.Command {
	v.Writes, v.Danger = true, Bulk
	v.Each = func(ctx context.Context, ids []string) []Result {
		return a.ActEach(ctx, ids, Action{
			Build: func(r store.Reader, ref string) (store.Command, error) {
				id, err := billing.ChangeOrders.FindID(r, ref)
				return command(id), err
			},
			Note: func(store.Receipt) string { return word },
		})
	}
	return a.Verb(v)
}

func newChangeOrderApproveCmd(a *App) *cobra.Command {
	return a.eachChange(Verb{
		Use: "approve CHANGE-ORDER...", Short: "Say yes to change orders in the shop",
		Long:    "Whoever wrote a change order may not approve it, unless the shop runs under the single-person policy.",
		Example: "callout change-order list WO-1001 --status requested -o name | callout change-order approve -",
	}, "approved", func(id store.ID) store.Command { return &billing.ApproveChange{Change: id} })
}

func newChangeOrderRejectCmd(a *App) *cobra.Command {
	return a.eachChange(Verb{
		Use: "reject CHANGE-ORDER...", Short: "Say no to change orders, with the reason",
		Example: `callout change-order reject co_06h0kz801xydv834z1614e7bzg --reason "the customer wants a quote first"`,
	}, "rejected", func(id store.ID) store.Command { return &billing.RejectChange{Change: id} })
}

func newChangeOrderAcceptCmd(a *App) *cobra.Command {
	var name, role, evidence string
	return a.Verb(Verb{
		Use: "accept CHANGE-ORDER", Short: "Record the customer's yes, with the name, the role and what shows it", Writes: true,
		Example: `callout change-order accept co_06h0kz801xydv834z1614e7bzg --name "Eva Ott" --role "facility manager" --evidence evd_06h0kz801xydv834z1614e7bzg`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&name, "name", "", "who says yes in the customer's house: `NAME`")
			f.StringVar(&role, "role", "", "as what: `ROLE`")
			f.StringVar(&evidence, "evidence", "", "the piece of evidence on the order that shows it: `ID`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := billing.ChangeOrders.FindID(r, args[0])
					return &billing.AcceptChange{Change: id, Person: name, Role: role, Evidence: store.ID(evidence)}, err
				},
				Note: func(store.Receipt) string { return "accepted by the customer" },
			})
		},
	})
}

func changeOrderList() List[billing.ChangeOrder] {
	return List[billing.ChangeOrder]{
		Key:   func(c billing.ChangeOrder) string { return string(c.ID) },
		Empty: "the order has no change orders",
		Columns: []Column[billing.ChangeOrder]{
			{Name: "id", Value: func(c billing.ChangeOrder) any { return string(c.ID) }},
			{Name: "n", Right: true, Value: func(c billing.ChangeOrder) any { return c.N }},
			{Name: "status", Value: func(c billing.ChangeOrder) any { return string(c.Status) }},
			{Name: "title", Value: func(c billing.ChangeOrder) any { return c.Title }},
			{Name: "amount", Right: true, Value: func(c billing.ChangeOrder) any {
				for _, m := range []*money.Amount{c.Sum, c.Limit, c.Cost} {
					if m != nil {
						return *m
					}
				}
				return nil
			}},
			{Name: "requested_by", Title: "ASKED BY", Value: func(c billing.ChangeOrder) any { return c.RequestedBy }},
			{Name: "reason", Value: func(c billing.ChangeOrder) any { return c.Reason }},
			{Name: "kind", Detail: true, Value: func(c billing.ChangeOrder) any { return string(c.Kind) }},
			{Name: "limit_before", Detail: true, Value: func(c billing.ChangeOrder) any { return c.Before }},
			{Name: "customer", Detail: true, Value: func(c billing.ChangeOrder) any {
				if c.Customer == nil {
					return ""
				}
				return c.Customer.Name + ", " + c.Customer.Role
			}},
			{Name: "evidence", Detail: true, Value: func(c billing.ChangeOrder) any {
				if c.Customer == nil {
					return ""
				}
				return string(c.Customer.Evidence)
			}},
			{Name: "decided_at", Detail: true, Value: func(c billing.ChangeOrder) any { return c.DecidedAt }},
			{Name: "why", Detail: true, Value: func(c billing.ChangeOrder) any { return c.Why }},
		},
	}
}

func newChangeOrderListCmd(a *App) *cobra.Command {
	var status string
	return a.Verb(Verb{
		Use: "list WO", Short: "List the change orders of an order",
		Example: "callout change-order list WO-1001",
		Fields:  changeOrderList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &status, "status", "", []string{"requested", "approved", "rejected"}, "only those with this status")
		},
		Run: func(ctx context.Context, args []string) error {
			var rows []billing.ChangeOrder
			err := a.View(ctx, func(r store.Reader) error {
				order, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				w, err := work.WorkOrders.Get(r, order)
				if err != nil {
					return err
				}
				all, err := billing.ChangesOf(r, order)
				for _, c := range all {
					c.DecidedAt = local(c.DecidedAt, w.Zone)
					if status == "" || string(c.Status) == status {
						rows = append(rows, c)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return changeOrderList().Print(a, Rows(rows))
		},
	})
}
