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

const correctionLong = "What is billed never changes. A correction says what it should have been, and stands for a credit and a new line; callout wo show\n" +
	"lists it with the command that takes the next step, until both are there."

func newItemCorrectCmd(a *App) *cobra.Command {
	var qty string
	return a.Verb(Verb{
		Use: "correct ITEM", Short: "Say what an item that is billed should have been", Writes: true,
		Long: correctionLong,
		Example: `callout item correct item_06h0kz801xydv834z1614e7bzg --qty 2 --reason "one went back"` + "\n" +
			`callout item correct item_06h0kz801xydv834z1614e7bzg --reason "was for another house"`,
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&qty, "qty", "", "how many it should have been: `QTY`; without it, none")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := billing.LineItems.FindID(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.CorrectBilled{Source: id}
					if qty != "" {
						q, err := money.ParseQuantity("qty", qty)
						if err != nil {
							return nil, err
						}
						c.Qty = &q
					}
					return c, nil
				},
				Note: func(store.Receipt) string { return "to be credited and billed anew" },
			})
		},
	})
}

func newTimeCorrectCmd(a *App) *cobra.Command {
	var from, to string
	return a.Verb(Verb{
		Use: "correct TIME-ENTRY", Short: "Say what time that is billed should have been", Writes: true,
		Long:    correctionLong,
		Example: `callout time correct time_06h0kz801xydv834z1614e7bzg --from "2026-03-02 09:00" --to "2026-03-02 10:30" --reason "left earlier"`,
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&from, "from", "", "when it should have begun: `TIME`; without it, it should not count")
			f.StringVar(&to, "to", "", "when it should have ended: `TIME`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					e, err := billing.TimeEntries.Find(r, args[0])
					if err != nil {
						return nil, err
					}
					zone, err := calendar.LoadZone("zone", e.Zone)
					if err != nil {
						return nil, err
					}
					c := &billing.CorrectBilled{Source: e.ID}
					if from != "" {
						if c.From, err = a.Time("from", from, zone); err != nil {
							return nil, err
						}
					}
					if to != "" {
						c.To, err = a.Time("to", to, zone)
					}
					return c, err
				},
				Note: func(store.Receipt) string { return "to be credited and billed anew" },
			})
		},
	})
}

// drawCorrections lists what is billed and should have been otherwise, with the next step.
func drawCorrections(p *Page, list []billing.CorrectionProposal, cur money.Currency) {
	if len(list) == 0 {
		return
	}
	p.Section("Corrections")
	for _, c := range list {
		p.Line("- %s on %s should have been %s: %s", c.What, c.Invoice, c.Should, c.Reason)
		switch c.Step {
		case billing.StepDone:
			p.Line("    done")
		case billing.StepCredit:
			p.Line("    credit %s before tax, then bill anew", c.Credit.Format(cur))
		}
		if c.Fix != "" {
			p.Line("    %s", c.Fix)
		}
	}
}
