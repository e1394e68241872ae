package cmd

import (
	"context"
	"fmt"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPositionCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "position", Short: "Work at an agreed price per unit: ordered, measured, billed", Group: GroupMoney},
		newPositionAddCmd(a), newPositionMeasureCmd(a), newPositionListCmd(a))
}

func newPositionAddCmd(a *App) *cobra.Command {
	var qty, unit, price, tax string
	return a.Verb(Verb{
		Use: "add WO TITLE", Short: "Agree a price per unit for a piece of an order's work", Writes: true,
		Long:    "What is billed is what is measured, at this price. Time and items on such an order cost, and are not billed.",
		Example: "callout position add WO-1001 \"Heating pipe DN 25\" --qty 120 --unit m --price 18.40",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&qty, "qty", "", "how much is ordered: `QTY`")
			f.StringVar(&unit, "unit", "", "what is counted, pieces if nothing else is said: `UNIT`")
			f.StringVar(&price, "price", "", "the agreed price of one, before tax: `AMOUNT`")
			f.StringVar(&tax, "tax", "", "its `TAX-CLASS`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.AddPosition{Order: order, Title: args[1], TaxClass: tax}
					if c.Unit, err = billing.ParseUnit("unit", unit); err != nil {
						return nil, err
					}
					if c.Ordered, err = money.ParseQuantity("qty", qty); err != nil {
						return nil, err
					}
					c.Price, err = money.ParsePrice("price", price)
					return c, err
				},
				Note: func(store.Receipt) string { return "agreed " + args[1] },
			})
		},
	})
}

func newPositionMeasureCmd(a *App) *cobra.Command {
	var qty, note string
	return a.Verb(Verb{
		Use: "measure WO POSITION", Short: "Record what of a position was found done", Writes: true,
		Long:    "Each measure is a fact of its own and is billed once. A negative quantity takes back what was measured wrongly, with a --reason.",
		Example: "callout position measure WO-1001 1 --qty 42.5 --note \"basement\"",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&qty, "qty", "", "how much: `QTY`")
			f.StringVar(&note, "note", "", "what it was, as `TEXT` on the invoice")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.MeasureWork{Note: note}
					if c.Position, err = findPosition(r, order, args[1]); err != nil {
						return nil, err
					}
					c.Qty, err = money.ParseQuantity("qty", qty)
					return c, err
				},
				Note: func(store.Receipt) string { return "measured " + qty },
			})
		},
	})
}

// findPosition resolves a position of an order by number, title or id.
func findPosition(r store.Reader, order store.ID, ref string) (store.ID, error) {
	for p, err := range billing.Positions.By(r, "order", store.K(order)) {
		if err != nil {
			return "", err
		}
		if string(p.ID) == ref || fmt.Sprint(p.N) == ref || foldName(p.Title) == foldName(ref) {
			return p.ID, nil
		}
	}
	return "", fault.NotFoundf("the order has no position %q", ref).Hint("callout position list %s", order)
}

func positionList() List[billing.PositionState] {
	return List[billing.PositionState]{
		Key:   func(p billing.PositionState) string { return string(p.ID) },
		Empty: "the order has no positions",
		Columns: []Column[billing.PositionState]{
			{Name: "n", Right: true, Value: func(p billing.PositionState) any { return p.N }},
			{Name: "title", Value: func(p billing.PositionState) any { return p.Title }},
			{Name: "unit", Value: func(p billing.PositionState) any { return p.Unit.String() }},
			{Name: "price", Right: true, Value: func(p billing.PositionState) any { return p.Price }},
			{Name: "ordered", Right: true, Value: func(p billing.PositionState) any { return p.Ordered }},
			{Name: "done", Right: true, Value: func(p billing.PositionState) any { return p.Done }},
			{Name: "billed", Right: true, Value: func(p billing.PositionState) any { return p.Billed }},
			{Name: "unbilled", Right: true, Value: func(p billing.PositionState) any { return p.Unbilled }},
			{Name: "id", Detail: true, Value: func(p billing.PositionState) any { return string(p.ID) }},
		},
	}
}

func newPositionListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list WO", Short: "List the positions of an order: ordered, done, billed",
		Example: "callout position list WO-1001",
		Fields:  positionList().Names(),
		Run: func(ctx context.Context, args []string) error {
			var rows []billing.PositionState
			err := a.View(ctx, func(r store.Reader) error {
				order, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				rows, err = billing.PositionsOf(r, order)
				return err
			})
			if err != nil {
				return err
			}
			return positionList().Print(a, Rows(rows))
		},
	})
}
