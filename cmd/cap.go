package cmd

import (
	"context"
	"fmt"
	"strings"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newOrderCapCmd(a *App) *cobra.Command {
	var amount, cost string
	var chain bool
	var notices []string
	return a.Verb(Verb{
		Use: "cap WO", Short: "Agree the most that may be billed for an order, before tax", Writes: true,
		Long: "Time and materials, not to exceed so much. What is billed, proposed, approved, submitted and running counts. Recording is\n" +
			"never refused: a proposal bills up to the cap, splits the charge that crosses it and holds the rest in sight. Once\n" +
			"agreed, a cap moves by change order alone; the shares that are told of can be changed at any time.",
		Example: "callout wo cap WO-1001 --amount 1000\ncallout wo cap WO-1001 --amount 25000 --cost 18000 --chain\n" +
			"callout wo cap WO-1001 --notice 75,90,100",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "the most that is billed, before tax: `AMOUNT`")
			f.StringVar(&cost, "cost", "", "the most that the work may cost the shop, which is told of and holds nothing: `AMOUNT`")
			f.BoolVar(&chain, "chain", false, "the order's parts count against it as well")
			f.StringSliceVar(&notices, "notice", nil, "tell when so many per cent are reached, instead of at 85 and 100: `PERCENT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.SetCap{Order: order, Chain: chain}
					if c.Limit, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					if c.Cost, err = amountFlag(r, "cost", cost); err != nil {
						return nil, err
					}
					for _, n := range notices {
						p, err := money.ParsePercent("notice", n)
						if err != nil {
							return nil, err
						}
						c.Notices = append(c.Notices, p)
					}
					return c, nil
				},
				Note: func(store.Receipt) string { return "agreed" },
			})
		},
	})
}

func capList() List[billing.CapUse] {
	return List[billing.CapUse]{
		Key:   func(u billing.CapUse) string { return u.Number },
		Empty: "no cap is agreed for the order",
		Columns: []Column[billing.CapUse]{
			{Name: "order", Title: "CAP OF", Value: func(u billing.CapUse) any { return u.Number }},
			{Name: "limit", Right: true, Value: func(u billing.CapUse) any { return u.Limit }},
			{Name: "used", Right: true, Value: func(u billing.CapUse) any { return u.Used }},
			{Name: "percent", Title: "%", Right: true, Value: func(u billing.CapUse) any { return u.Percent }},
			{Name: "billed", Drop: 1, Right: true, Value: func(u billing.CapUse) any { return u.Billed }},
			{Name: "invoices", Drop: 2, Title: "ON INVOICES", Right: true, Value: func(u billing.CapUse) any { return u.Invoices }},
			{Name: "approved", Drop: 3, Right: true, Value: func(u billing.CapUse) any { return u.Approved }},
			{Name: "pending", Drop: 4, Right: true, Value: func(u billing.CapUse) any { return u.Pending }},
			{Name: "left", Right: true, Value: func(u billing.CapUse) any { return u.Left }},
			{Name: "unpriced", Value: func(u billing.CapUse) any { return strings.Join(u.Unpriced, ", ") }},
			{Name: "chain", Detail: true, Value: func(u billing.CapUse) any { return u.Chain }},
			{Name: "cost_limit", Detail: true, Value: func(u billing.CapUse) any { return u.Cost }},
			{Name: "spent", Detail: true, Value: func(u billing.CapUse) any { return u.Spent }},
			{Name: "told", Detail: true, Value: func(u billing.CapUse) any { return toldWords(u.Told) }},
		},
	}
}

// toldWords says which shares of a cap were told of.
func toldWords(told []billing.CapNotice) string {
	var words []string
	for _, n := range told {
		words = append(words, fmt.Sprintf("%s of the %s of %s", n.Percent.Format(), n.Of, n.Limit))
	}
	return strings.Join(words, ", ")
}

func newOrderBudgetCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "budget WO", Short: "Show how far the caps over an order are used, and by what",
		Long: "Everything counts: what is billed, what stands on open invoices, what is approved, and what is only recorded or running, at the\n" +
			"price it would have. Work without a price is named, and is not 0.",
		Example: "callout wo budget WO-1001\ncallout wo budget WO-1001 --fields order,left,told",
		Fields:  capList().Names(),
		Run: func(ctx context.Context, args []string) error {
			var caps []billing.CapUse
			err := a.View(ctx, func(r store.Reader) error {
				order, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				caps, err = billing.CapsOf(r, order, a.Now().UTC())
				return err
			})
			if err != nil {
				return err
			}
			return capList().Print(a, Rows(caps))
		},
	})
}
