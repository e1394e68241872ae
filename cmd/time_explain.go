package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
)

func newTimeExplainCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "explain TIME-ENTRY", Short: "Tell how an entry becomes charges, rule by rule",
		Long: "From the raw minutes over the windows and thresholds in which they fall and the rounding to the rate, its multiplier and\n" +
			"the amount. An entry that nobody has approved yet is explained as if somebody had. What is billed is told as it was billed.",
		Example: "callout time explain time_06h0kz801xydv834z1614e7bzg",
		Fields:  []string{"entry", "order", "status", "from", "to", "zone", "worked_seconds", "rules", "split", "charges", "billed"},
		Run: func(ctx context.Context, args []string) error {
			var x *billing.TimeExplanation
			var order string
			var cur money.Currency
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findTime(r, args[0])
				if err != nil {
					return err
				}
				if x, err = billing.ExplainTime(r, id, a.Now()); err != nil {
					return err
				}
				order = namesOf(r).of(x.Order)
				cur, err = companyCurrency(r)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(x.Entry), x, func(p *Page) { drawTimeExplanation(p, x, order, cur) })
		},
	})
}

func drawTimeExplanation(p *Page, x *billing.TimeExplanation, order string, cur money.Currency) {
	p.Title("%s on %s  (%s)", calendar.FormatDuration(time.Duration(x.Worked)*time.Second), order, x.Status)
	p.Field("From", local(x.From, x.Zone))
	p.Field("To", local(x.To, x.Zone))
	if x.Rules.Rev > 0 {
		p.Field("Rules", fmt.Sprintf("revision %d", x.Rules.Rev))
	}
	if x.Billed {
		p.Field("Billed", "as it was divided and priced then")
	}
	p.Section("Split")
	rows := make([][]any, len(x.Split))
	for i, s := range x.Split {
		rows[i] = []any{cmp.Or(s.Part, "all"), local(s.Start, x.Zone), local(s.End, x.Zone), s.Duration(), strings.Join(s.Surcharges, "; ")}
	}
	p.Table([]string{"part", "from", "to", "time", "multiplied by"}, rows)
	drawCharges(p, x.Charges, cur)
}

// drawCharges shows what something comes to, with the rule for each step.
func drawCharges(p *Page, charges []billing.Charge, cur money.Currency) {
	for i := range charges {
		c := &charges[i]
		p.Section(c.Text)
		if c.Price != nil {
			p.Line("%s %s × %s = %s", c.Qty, c.Unit, c.Price.Fixed(cur), c.Amount.Fixed(cur))
		}
		for _, why := range c.Problems() {
			p.Field("Problem", why)
		}
		drawTrace(p, c.Trace, cur)
	}
}
