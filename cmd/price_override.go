package cmd

import (
	"context"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPriceOverrideCmd(a *App) *cobra.Command {
	var unit string
	var drop bool
	return a.Verb(Verb{
		Use: "override WO PRICE-KEY [AMOUNT]", Short: "Name a price by hand for everything of a kind on an order", Writes: true,
		Long: "It goes before every contract and price book; a price that is named on an item itself goes before it. Who names a\n" +
			"price by hand may not approve an invoice with it.",
		Example: `callout price override WO-1001 labour 75.00 --reason "agreed by phone"` + "\n" +
			"callout price override WO-1001 labour --drop",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&unit, "unit", "", "what one `UNIT` of it is (hours for time, the part's own, or pieces)")
			f.BoolVar(&drop, "drop", false, "take back what was named")
		},
		Run: func(ctx context.Context, args []string) error {
			if (len(args) == 3) == drop {
				return usagef("name the price, or take it back with --drop").Hint("callout price override %s %s 75.00", args[0], args[1]).
					Hint("callout price override %s %s --drop", args[0], args[1])
			}
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findOrder(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &billing.NamePrice{Order: id, Key: args[1]}
				if drop {
					return c, nil
				}
				price, err := money.ParsePrice("amount", args[2])
				if err != nil {
					return nil, err
				}
				c.Price = &price
				c.Unit, err = billing.ParseUnit("unit", unit)
				return c, err
			}})
		},
	})
}
