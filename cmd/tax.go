package cmd

import (
	"context"
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newTaxCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "tax", Short: "What tax each class bears, by date", Group: GroupMoney},
		newTaxSetCmd(a), newTaxListCmd(a), newTaxRoundingCmd(a), newTaxAssignCmd(a), newTaxUnassignCmd(a), newTaxAssignedCmd(a),
		newTaxExplainCmd(a))
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
	var parts []string
	return a.Verb(Verb{
		Use: "set TAX-CLASS PERCENT", Short: "Say what a tax class bears", Writes: true,
		Long: "Makes a new revision of the tax table. Charges that were approved keep theirs. The category is one of EN 16931:\n" +
			"S standard, Z zero, E exempt, AE reverse charge, K goods within the European Union, G export, O outside the scope; the\n" +
			"names zero, exempt, reverse-charge, intra-community, export and outside imply theirs. A sales tax that several\n" +
			"authorities levy is one class with a --component for each, and PERCENT their sum.",
		Example: "callout tax set standard 20 --default\n" +
			`callout tax set reverse-charge 0 --legend "Reverse charge: the customer owes the VAT"` + "\n" +
			`callout tax set austin 8.25 --component Texas=6.25 --component "Travis County=1" --component Austin=1`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringVar(&c.Category, "category", "", "the `CATEGORY` of EN 16931, if the class's name does not say it")
			f.StringVar(&c.Legend, "legend", "", "what an invoice has to say: `TEXT`")
			f.StringVar(&c.Reason, "reason-code", "", "why no tax is charged, by its `CODE` in the VATEX list, such as VATEX-EU-132-1B")
			f.StringArrayVar(&parts, "component", nil, "one of the taxes that it is made of, as NAME=PERCENT: `TEXT`; repeat it for several")
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
					if cmd.Components, err = components(parts); err != nil {
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

// components reads NAME=PERCENT.
func components(words []string) ([]money.Component, error) {
	var out []money.Component
	for _, w := range words {
		name, rate, ok := cutLast(w, "=")
		if !ok {
			return nil, usagef("--component %q is not NAME=PERCENT", w).Hint(`--component "Travis County=1.00"`)
		}
		pct, err := money.ParsePercent("component", rate)
		if err != nil {
			return nil, err
		}
		out = append(out, money.Component{Name: name, Rate: pct})
	}
	return out, nil
}

// componentWords says the taxes that a rate is made of in one cell.
func componentWords(parts []money.Component) string {
	var words []string
	for _, c := range parts {
		words = append(words, c.Name+" "+c.Rate.String())
	}
	return strings.Join(words, ", ")
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
			{Name: "reason_code", Detail: true, Value: func(t billing.TaxRate) any { return t.Reason }},
			{Name: "components", Detail: true, Value: func(t billing.TaxRate) any { return componentWords(t.Components) }},
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
	var on string
	return a.Verb(Verb{
		Use: "list", Short: "List the tax classes with their rates",
		Example: "callout tax list\ncallout tax list --on 2026-07-01",
		Fields:  taxList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&on, "on", "", "only what holds on this `DAY`")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rates []billing.TaxRate
			err := a.View(ctx, func(r store.Reader) error {
				t, _, err := billing.CurrentTax(r)
				if err != nil || on == "" {
					rates = t.Rates
					return err
				}
				day, err := a.Date("on", on)
				for _, rate := range t.Rates {
					if rate.Valid.Contains(day) {
						rates = append(rates, rate)
					}
				}
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
