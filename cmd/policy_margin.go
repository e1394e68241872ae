package cmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing"
	"callout/money"
	"callout/store"
)

// floorRow is a floor with its customer's name.
type floorRow struct {
	billing.Floor
	customer string
}

func floorList() List[floorRow] {
	return List[floorRow]{
		Key:   func(f floorRow) string { return cmp.Or(string(f.Kind), "all") },
		Empty: "no margin has a floor",
		Columns: []Column[floorRow]{
			{Name: "kind", Value: func(f floorRow) any { return cmp.Or(string(f.Kind), "all") }},
			{Name: "customer", Value: func(f floorRow) any { return f.customer }},
			{Name: "percent", Right: true, Value: func(f floorRow) any { return f.Percent }},
			{Name: "action", Value: func(f floorRow) any { return string(f.Action) }},
		},
	}
}

func newPolicyMarginCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "margin", Short: "List the least margins, by kind of work and customer",
		Example: "callout policy margin",
		Fields:  floorList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []floorRow
			err := a.View(ctx, func(r store.Reader) error {
				floors, _, err := billing.CurrentFloors(r)
				n := namesOf(r)
				for _, f := range floors.List {
					rows = append(rows, floorRow{f, n.of(f.Customer)})
				}
				return err
			})
			if err != nil {
				return err
			}
			return floorList().Print(a, Rows(rows))
		},
	})
}

func newPolicySetMarginCmd(a *App) *cobra.Command {
	var c billing.SetFloor
	var kind, customer, floor, action string
	var off bool
	return a.Verb(Verb{
		Use: "set-margin", Short: "Set the least margin of a kind of work, or of a customer", Writes: true,
		Long: "The nearest floor counts: the customer's own before everybody's, and among these the one of the kind. Below a floor that\n" +
			"blocks, an item is refused unless it is accepted with a reason, and no invoice is proposed until somebody else lets it go.\n" +
			"An unknown cost is below every floor that blocks.",
		Example: "callout policy set-margin --floor 20\n" +
			`callout policy set-margin --kind part --customer "Hotel Post" --floor 10 --action warn` + "\n" +
			"callout policy set-margin --kind part --off",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &kind, "kind", "", []string{"labour", "travel", "part", "service", "expense", "order"}, "only this kind of work, or an order as a whole")
			f.StringVar(&customer, "customer", "", "only for this `CUSTOMER`")
			f.StringVar(&floor, "floor", "", "the least margin, of the revenue before tax: `PERCENT`")
			choiceVar(f, &action, "action", "block", []string{"block", "warn", "none"}, "what happens below it")
			f.BoolVar(&off, "off", false, "take this floor away")
		},
		Run: func(ctx context.Context, _ []string) error {
			if off == (floor != "") {
				return usagef("say the least margin, or that there is none").Hint("callout policy set-margin --floor 20")
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					cmd := c
					cmd.Kind, cmd.Action = billing.FloorKind(kind), billing.FloorAction(action)
					var err error
					if cmd.Customer, err = optional(findCustomer, r, customer); err != nil || off {
						return &cmd, err
					}
					pct, err := money.ParsePercent("floor", floor)
					cmd.Percent = &pct
					return &cmd, err
				},
				Note: func(store.Receipt) string {
					if off {
						return "floor taken away"
					}
					return "floor at " + floor + " %"
				},
			})
		},
	})
}
