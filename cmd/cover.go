package cmd

import (
	"cmp"
	"context"

	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newCoverCmd is the verb for time and for items.
func newCoverCmd(a *App, use, what, example string) *cobra.Command {
	var as string
	var hide bool
	kinds := []string{"undecided"}
	for _, k := range billing.DecidedKinds() {
		kinds = append(kinds, string(k))
	}
	return a.Verb(Verb{
		Use: use, Short: "Decide by hand whether " + what + " is charged", Writes: true,
		Long: "Goodwill and the shop's own affairs are billed at 0.00, and cost what they cost. Billable says that nothing covers it,\n" +
			"though a warranty or an agreement would. Whoever decides so does not approve the invoice. Undecided takes it back.",
		Example:  example,
		Required: []string{"kind"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &as, "kind", "", kinds, "goodwill, internal, billable or undecided")
			f.BoolVar(&hide, "hide", false, "leave it off invoices instead of showing it at 0.00")
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{Build: func(r store.Reader, item string) (store.Command, error) {
				id, err := store.Resolve(r, item)
				if err != nil {
					return nil, err
				}
				c := &billing.SetCover{Source: store.ID(cmp.Or(string(id), item)), Hide: hide}
				if as != "undecided" {
					c.As = billing.CoverKind(as)
				}
				return c, nil
			}})
		},
	})
}
