package cmd

import (
	"context"
	"strings"

	"callout/approval"
	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newInvoiceWaiveCmd(a *App) *cobra.Command {
	var scope, until string
	return a.Verb(Verb{
		Use: "waive WO " + strings.Join(lowered(billing.Waivable()), "|"), Short: "Let a requirement of the gate go, with a reason", Writes: true,
		Long: "Takes an invoice as well. Only what a shop may decide for itself can be waived; prices, tax, approval and the order of numbers cannot. It counts for\n" +
			"the order, and only for what is wanting now; or for one document, or for every order of the customer until a day. After\n" +
			"that day the requirement is unmet again, and says so.",
		Example: `callout invoice waive WO-1001 signoff.customer --reason "the house was empty; accepted by phone"` + "\n" +
			`callout invoice waive WO-1001 signoff.customer --scope customer --until 2026-12-31 --reason "they sign once a year"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &scope, "scope", "", scopes(), "for what it counts (the order when left out)")
			f.StringVar(&until, "until", "", "the last `DAY` on which it counts")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					c := &billing.WaiveRequirement{Code: strings.ToUpper(args[1]), Scope: billing.WaiverScope(scope)}
					id, err := store.Resolve(r, args[0])
					if err != nil {
						return nil, err
					}
					if id.Prefix() == billing.Invoices.Prefix() {
						c.Invoice = id
					} else if c.Order, err = findOrder(r, args[0]); err != nil {
						return nil, err
					}
					if until != "" {
						c.Until, err = a.Date("until", until)
					}
					return c, err
				},
				Note: func(rec store.Receipt) string { return waived(rec, strings.ToUpper(args[1])) },
			})
		},
	})
}

// waived says whether something is let go, or asked for and waits for others.
func waived(rec store.Receipt, what string) string {
	for _, ch := range rec.Changes {
		if ch.Collection == approval.Requests.Name() {
			return "asked to waive " + what
		}
	}
	return "waived " + what
}

func scopes() (words []string) {
	for _, s := range billing.WaiverScopes() {
		words = append(words, string(s))
	}
	return words
}
