package cmd

import (
	"context"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newTaxCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "tax", Short: "What tax each class bears, by date", Group: GroupMoney},
		newTaxSetCmd(a), newTaxListCmd(a))
}

// validFlags are the two ends of a validity.
type validFlags struct{ from, to string }

func (v *validFlags) add(f *pflag.FlagSet) {
	f.StringVar(&v.from, "from", "", "the first `DAY` on which it holds (since ever when left out)")
	f.StringVar(&v.to, "to", "", "the first `DAY` on which it holds no longer (until further notice when left out)")
}

func (v *validFlags) read(a *App) (out calendar.Validity, err error) {
	if v.from != "" {
		if out.From, err = a.Date("from", v.from); err != nil {
			return out, err
		}
	}
	if v.to != "" {
		out.To, err = a.Date("to", v.to)
	}
	return out, err
}

func newTaxSetCmd(a *App) *cobra.Command {
	var v validFlags
	var c billing.SetTax
	return a.Verb(Verb{
		Use: "set TAX-CLASS PERCENT", Short: "Say what a tax class bears", Writes: true,
		Long: "Makes a new revision of the tax table. Charges that were approved keep theirs. The category is one of EN 16931:\n" +
			"S standard, Z zero, E exempt, AE reverse charge, O outside the scope; the names standard, reduced, zero, exempt,\n" +
			"reverse-charge and outside imply theirs.",
		Example: "callout tax set standard 20 --default\n" +
			`callout tax set reverse-charge 0 --legend "Reverse charge: the customer owes the VAT"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringVar(&c.Category, "category", "", "the `CATEGORY` of EN 16931, if the class's name does not say it")
			f.StringVar(&c.Legend, "legend", "", "what an invoice has to say: `TEXT`")
			f.BoolVar(&c.Default, "default", false, "let it count for what nobody classified")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					var err error
					cmd := c
					cmd.Class = args[0]
					if cmd.Rate, err = money.ParsePercent("percent", args[1]); err != nil {
						return nil, err
					}
					cmd.Valid, err = v.read(a)
					return &cmd, err
				},
				Note: func(store.Receipt) string { return args[0] + " bears " + args[1] + " %" },
			})
		},
	})
}

func taxList() List[billing.TaxRate] {
	return List[billing.TaxRate]{
		Key:   func(t billing.TaxRate) string { return t.Class },
		Empty: "no tax class has a rate yet",
		Columns: []Column[billing.TaxRate]{
			{Name: "class", Value: func(t billing.TaxRate) any { return t.Class }},
			{Name: "rate", Right: true, Value: func(t billing.TaxRate) any { return t.Rate }},
			{Name: "category", Value: func(t billing.TaxRate) any { return t.Category }},
			{Name: "from", Value: func(t billing.TaxRate) any { return dateOrNothing(t.Valid.From) }},
			{Name: "to", Value: func(t billing.TaxRate) any { return dateOrNothing(t.Valid.To) }},
			{Name: "legend", Value: func(t billing.TaxRate) any { return t.Legend }},
		},
	}
}

// dateOrNothing is a date as lists show it; an open end of a validity is empty.
func dateOrNothing(d calendar.Date) any {
	if d.IsZero() {
		return nil
	}
	return d
}

func newTaxListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List the tax classes with their rates",
		Example: "callout tax list",
		Fields:  taxList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rates []billing.TaxRate
			err := a.View(ctx, func(r store.Reader) error {
				t, _, err := billing.CurrentTax(r)
				rates = t.Rates
				return err
			})
			if err != nil {
				return err
			}
			return taxList().Print(a, Rows(rates))
		},
	})
}

// completeTaxClasses offers the classes that have rates.
func (a *App) completeTaxClasses(ctx context.Context, _ string) ([]Completion, error) {
	var found []Completion
	err := a.View(ctx, func(r store.Reader) error {
		t, _, err := billing.CurrentTax(r)
		for _, rate := range t.Rates {
			found = append(found, Completion{Value: rate.Class, Help: rate.Rate.String() + " %"})
		}
		return err
	})
	return found, err
}
