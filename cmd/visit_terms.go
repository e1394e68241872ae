package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/store"
)

// termsNoun is whose terms of visits a verb sets.
type termsNoun struct {
	arg, word, example string
	find               func(store.Reader, string) (store.ID, error)
}

func siteTerms() termsNoun {
	return termsNoun{"SITE", "site", `"North hall"`, findAnySite}
}

func customerTerms() termsNoun { return termsNoun{"CUSTOMER", "customer", "Mill", findCustomer} }

func newVisitTermsCmd(a *App, of termsNoun) *cobra.Command {
	var prefer, require, bar []string
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "technicians " + of.arg, Short: "Say whom a " + of.word + " prefers, insists on, or does not want", Writes: true,
		Long: `Each list is given as a whole, and an empty text clears it. Nobody is refused for not being preferred; it is
said where a visit is shown. What a site asks for adds to what its customer does.`,
		Example: "callout " + of.word + " technicians " + of.example + " --prefer ana --bar bert\n" +
			"callout " + of.word + " technicians " + of.example + ` --require ana,cleo --bar ""`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringSliceVar(&prefer, "prefer", nil, "a `TECHNICIAN` who is liked best")
			f.StringSliceVar(&require, "require", nil, "a `TECHNICIAN` of whom one has to come")
			f.StringSliceVar(&bar, "bar", nil, "a `TECHNICIAN` who is not to be sent")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := of.find(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &dispatch.SetTerms{Subject: id}
				for _, l := range []struct {
					to   **[]store.ID
					flag string
					refs []string
				}{{&c.Preferred, "prefer", prefer}, {&c.Required, "require", require}, {&c.Barred, "bar", bar}} {
					who, err := all(findTechnician, r, l.refs)
					if err != nil {
						return nil, err
					}
					*l.to = edited(flags, l.flag, who)
				}
				return c, nil
			}})
		},
	})
}
