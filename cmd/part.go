package cmd

import (
	"context"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPartCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "part", Short: "The catalogue of parts", Group: GroupMoney},
		newPartAddCmd(a), newPartEditCmd(a), newPartListCmd(a), newPartShowCmd(a))
}

// partFlags are the fields of a part besides its code.
type partFlags struct{ name, unit, tax, group, cost string }

func (p *partFlags) add(f *pflag.FlagSet) {
	f.StringVar(&p.name, "name", "", "what invoices call it: `NAME`")
	f.StringVar(&p.unit, "unit", "", "how it is counted: `UNIT`, such as pcs, h, m, kg or l")
	f.StringVar(&p.tax, "tax", "", "its `TAX-CLASS`")
	f.StringVar(&p.group, "group", "", "what it belongs to, by the `NAME` that contracts price it by")
	f.StringVar(&p.cost, "cost", "", "what one unit costs the shop: `AMOUNT`")
}

// priceFlag reads a price that may be left out.
func priceFlag(field, s string) (*money.Price, error) {
	if s == "" {
		return nil, nil
	}
	p, err := money.ParsePrice(field, s)
	return &p, err
}

func newPartAddCmd(a *App) *cobra.Command {
	var p partFlags
	return a.Verb(Verb{
		Use: "add CODE", Short: "Put a part into the catalogue", Writes: true,
		Long:    "What it sells for is said by the price book: callout price set part:CODE PRICE.",
		Example: `callout part add PUMP-25 --name "Circulation pump 25-60" --tax standard --cost 182.40`,
		Fields:  resultList().Names(),
		Flags:   p.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(store.Reader, string) (store.Command, error) {
				unit, err := billing.ParseUnit("unit", p.unit)
				if err != nil {
					return nil, err
				}
				cost, err := priceFlag("cost", p.cost)
				return &billing.AddPart{Code: args[0], Part: p.name, Unit: unit, TaxClass: p.tax, Group: p.group, Cost: cost}, err
			}})
		},
	})
}

func newPartEditCmd(a *App) *cobra.Command {
	var p partFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit PART", Short: "Change a part of the catalogue", Writes: true,
		Long:    "Items that were added before keep what they say.",
		Example: "callout part edit PUMP-25 --cost 191.00",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			p.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findPart(r, args[0])
				if err != nil {
					return nil, err
				}
				cost, err := priceFlag("cost", p.cost)
				if err != nil {
					return nil, err
				}
				c := &billing.EditPart{
					Part: id, Called: edited(flags, "name", p.name), TaxClass: edited(flags, "tax", p.tax),
					Group: edited(flags, "group", p.group), Cost: cost,
				}
				if flags.Changed("unit") {
					unit, err := billing.ParseUnit("unit", p.unit)
					c.Unit = &unit
					return c, err
				}
				return c, nil
			}})
		},
	})
}

// findPart resolves a part by code or id.
func findPart(r store.Reader, ref string) (store.ID, error) {
	return hinted(billing.Parts.FindID, "callout part list")(r, ref)
}

func partList() List[billing.PartRow] {
	return List[billing.PartRow]{
		Key:   func(p billing.PartRow) string { return p.Code },
		Empty: "there are no parts yet",
		Columns: []Column[billing.PartRow]{
			{Name: "code", Value: func(p billing.PartRow) any { return p.Code }},
			{Name: "name", Value: func(p billing.PartRow) any { return p.Name }},
			{Name: "unit", Value: func(p billing.PartRow) any { return p.Unit }},
			{Name: "tax_class", Title: "TAX", Value: func(p billing.PartRow) any { return p.TaxClass }},
			{Name: "group", Detail: true, Value: func(p billing.PartRow) any { return p.Group }},
			{Name: "id", Detail: true, Value: func(p billing.PartRow) any { return string(p.ID) }},
		},
	}
}

func newPartListCmd(a *App) *cobra.Command {
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List the parts by code",
		Example: "callout part list -o csv",
		Fields:  partList().Names(),
		Flags:   func(f *pflag.FlagSet) { limitVar(f, &limit, "at most `N` parts") },
		Run: func(ctx context.Context, _ []string) error {
			return partList().Print(a, first(limit, paged(ctx, a, billing.Parts, "code", store.Range{},
				func(p billing.PartRow) store.Key { return indexKey(p.ID, foldName(p.Code)) }, nil)))
		},
	})
}

func newPartShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show PART", Short: "Show a part",
		Example: "callout part show PUMP-25",
		Fields:  []string{"id", "code", "name", "unit", "tax_class", "group", "imported", "cost"},
		Run: func(ctx context.Context, args []string) error {
			var p *billing.Part
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findPart(r, args[0])
				if err != nil {
					return err
				}
				p, err = billing.Parts.Get(r, id)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(p.Code, p, func(page *Page) {
				page.Title("%s  %s", p.Code, p.Name)
				page.Field("Unit", p.Unit)
				page.Field("Tax class", p.TaxClass)
				page.Field("Group", p.Group)
				if p.Cost.Unit != nil {
					page.Field("Cost", *p.Cost.Unit)
				} else {
					page.Field("Cost", "unknown")
				}
				page.Field("Id", string(p.ID))
			})
		},
	})
}

// completeParts offers the codes of parts.
func (a *App) completeParts(ctx context.Context, prefix string) ([]Completion, error) {
	var found []Completion
	err := a.View(ctx, func(r store.Reader) error {
		for p, err := range billing.Parts.Rows(r, "code", store.Prefix([]byte(foldName(prefix)))) {
			if err != nil {
				return err
			}
			if found = append(found, Completion{Value: p.Code, Help: p.Name}); len(found) == maxCompletions {
				return nil
			}
		}
		return nil
	})
	return found, err
}
