package cmd

import (
	"context"
	"fmt"

	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newTaxRoundingCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "rounding line|document", Short: "Say whether tax is rounded on every line", Writes: true,
		Long: "By line rounds the tax of each line, as some of the United States ask for. By document, which counts until something\n" +
			"else is said, rounds it once for each category and rate, as EN 16931 has it. Documents that were proposed keep their\n" +
			"figures until they are proposed again.",
		Example: "callout tax rounding line",
		Fields:  resultList().Names(),
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					return &billing.SetTaxRounding{PerLine: args[0] == "line"}, nil
				},
				Note: func(store.Receipt) string { return "tax is rounded by " + args[0] },
			})
		},
	})
}

func newTaxAssignCmd(a *App) *cobra.Command {
	var v validFlags
	var certificate string
	return a.Verb(Verb{
		Use: "assign CUSTOMER TAX-CLASS", Short: "Give a customer a tax status: exempt, reverse charge", Writes: true,
		Long: "What would be standard rated for the customer falls under the class instead, by the service date of each line. What an\n" +
			"order agrees goes before it. Exemption needs the number of a certificate, which the invoice names.",
		Example: `callout tax assign Mill exempt --certificate "RC-2291" --from 2026-01-01 --to 2029-01-01` + "\n" +
			"callout tax assign Huber reverse-charge",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringVar(&certificate, "certificate", "", "what proves it: the number of the certificate, as `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					return taxStatus(a, r, args[0], args[1], certificate, &v)
				},
				Note: func(store.Receipt) string { return args[0] + " is " + args[1] },
			})
		},
	})
}

func newTaxUnassignCmd(a *App) *cobra.Command {
	var v validFlags
	return a.Verb(Verb{
		Use: "unassign CUSTOMER", Short: "Tax a customer like everybody again", Writes: true,
		Example: "callout tax unassign Mill --from 2027-01-01",
		Fields:  resultList().Names(),
		Flags:   v.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					return taxStatus(a, r, args[0], "", "", &v)
				},
				Note: func(store.Receipt) string { return args[0] + " is taxed like everybody" },
			})
		},
	})
}

// taxStatus makes the command for both.
func taxStatus(a *App, r store.Reader, customer, class, certificate string, v *validFlags) (store.Command, error) {
	id, err := findCustomer(r, customer)
	if err != nil {
		return nil, err
	}
	c := &billing.SetTaxStatus{Customer: id, Class: class, Certificate: certificate}
	c.Valid, err = v.read(a)
	return c, err
}

// taxStatusRow is a status with the customer's name.
type taxStatusRow struct {
	billing.TaxStatus
	customer string
}

func taxStatusList() List[taxStatusRow] {
	return List[taxStatusRow]{
		Key:   func(t taxStatusRow) string { return string(t.ID) },
		Empty: "every customer is taxed alike",
		Columns: []Column[taxStatusRow]{
			{Name: "customer", Value: func(t taxStatusRow) any { return t.customer }},
			{Name: "class", Value: func(t taxStatusRow) any { return t.Class }},
			{Name: "certificate", Value: func(t taxStatusRow) any { return t.Certificate }},
			{Name: "from", Value: func(t taxStatusRow) any { return dateOrNothing(t.Valid.From) }},
			{Name: "to", Value: func(t taxStatusRow) any { return dateOrNothing(t.Valid.To) }},
			{Name: "id", Detail: true, Value: func(t taxStatusRow) any { return string(t.ID) }},
		},
	}
}

func newTaxAssignedCmd(a *App) *cobra.Command {
	var customer string
	return a.Verb(Verb{
		Use: "assigned", Short: "List the customers that have a tax status",
		Example: "callout tax assigned --customer Mill",
		Fields:  taxStatusList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only this `CUSTOMER`'s")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []taxStatusRow
			err := a.View(ctx, func(r store.Reader) error {
				id, err := optional(findCustomer, r, customer)
				if err != nil {
					return err
				}
				list, err := billing.CustomerTax(r, id)
				n := namesOf(r)
				for _, t := range list {
					rows = append(rows, taxStatusRow{t, n.of(t.Customer)})
				}
				return err
			})
			if err != nil {
				return err
			}
			return taxStatusList().Print(a, Rows(rows))
		},
	})
}

// taxesOf is how everything on an order is taxed.
type taxesOf struct {
	Order string                   `json:"order"`
	Lines []billing.TaxExplanation `json:"lines"`
}

func newTaxExplainCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "explain WO", Short: "Tell how everything on an order is taxed, and by which rules",
		Example: "callout tax explain WO-1001\ncallout tax explain WO-1001 --jq '.lines[].class'",
		Fields:  []string{"order", "lines"},
		Run: func(ctx context.Context, args []string) error {
			var list []billing.TaxExplanation
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				list, err = billing.ExplainTax(r, id, a.Now())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(args[0], taxesOf{args[0], list}, func(p *Page) {
				p.Title("Taxes of %s", args[0])
				for i := range list {
					drawTax(p, &list[i])
				}
			})
		},
	})
}

func drawTax(p *Page, x *billing.TaxExplanation) {
	p.Section(fmt.Sprintf("%s on %s", x.Text, x.On))
	if x.Rate != nil {
		p.Field("Tax", x.Class+", "+x.Category+" "+x.Rate.Format())
	}
	p.Field("Made of", componentWords(x.Components))
	p.Field("Legend", x.Legend)
	p.Field("Reason code", x.ReasonCode)
	p.Field("Problem", x.Problem)
	if x.Kept != "" {
		p.Field("Billed at", x.Kept+", which stands")
	}
	rows := make([][]any, len(x.Steps))
	for i, s := range x.Steps {
		rows[i] = []any{s.Rule, s.Class, s.Verdict}
	}
	if len(rows) > 0 {
		p.Table([]string{"rule", "class", "verdict"}, rows)
	}
}
