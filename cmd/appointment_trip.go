package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

func newAppointmentTripCmd(a *App) *cobra.Command {
	var km, zone, tour, weight string
	var free bool
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "trip APPT", Short: "Record how a visit was reached: how far, which zone, which tour", Writes: true,
		Long: `These are facts. What of them is billed, the billing rules say (callout policy set-billing --travel-by): the hours of
those who travelled, the kilometres, or a flat price by zone, which is that of a service in the price book. The way is
billed once for each visit. Visits of one date with the same tour share its way, by the key of the rules. Only what is
named changes; an empty text clears.`,
		Example: "callout appt trip APPT-1001 --km 34.5\ncallout appt trip APPT-1001 --tour north --km 12\ncallout appt trip APPT-1001 --zone ZONE-2",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&km, "km", "", "how far it was: `QTY` in kilometres")
			f.StringVar(&zone, "zone", "", "the zone that it lies in: the `CODE` of a service")
			f.StringVar(&tour, "tour", "", "what the round is called on which it was one stop: `NAME`")
			f.StringVar(&weight, "weight", "", "the weight (`QTY`) of this job on its tour, where tours are shared by weight")
			f.BoolVar(&free, "free", false, "charge nobody for the way")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				visit, err := findAppointment(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &billing.SetTrip{Visit: visit, Zone: edited(flags, "zone", zone), Tour: edited(flags, "tour", tour), Free: edited(flags, "free", free)}
				for _, q := range []struct {
					flag, text string
					to         **money.Quantity
				}{{"km", km, &c.Distance}, {"weight", weight, &c.Weight}} {
					if !flags.Changed(q.flag) {
						continue
					}
					n, err := money.ParseQuantity(q.flag, q.text)
					if err != nil {
						return nil, err
					}
					*q.to = &n
				}
				if *c == (billing.SetTrip{Visit: visit}) {
					return nil, fault.Invalidf("trip", "nothing is said of the way").Hint("callout appt trip %s --km …", args[0])
				}
				return c, nil
			}})
		},
	})
}
