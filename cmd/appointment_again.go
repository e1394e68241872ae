package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func newAppointmentSplitCmd(a *App) *cobra.Command {
	var first time.Duration
	var tasks []string
	return a.Verb(Verb{
		Use: "split APPT", Able: ableVisit(dispatch.ActSplit), Short: "Make two visits of a planned one", Writes: true,
		Long: `With --first the first one ends after so long, and the second follows it at once with the same team; it can be
moved from there. With --task these tasks go to the second one; without --first that one waits for a time.`,
		Example: `callout appt split APPT-1001 --first 2h
callout appt split APPT-1001 --task 2,3`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			durationVar(f, &first, "first", 0, "how long the first visit lasts: `DURATION`")
			f.StringSliceVar(&tasks, "task", nil, "a `TASK` of the second visit, by its number; repeat it or use commas")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					v, err := appointmentNamed(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &dispatch.Split{Appointment: v.ID, First: first}
					for _, t := range tasks {
						id, err := within(r, v.Order, t, work.FindTask)
						if err != nil {
							return nil, err
						}
						c.Tasks = append(c.Tasks, id)
					}
					return c, nil
				},
				Note: func(rec store.Receipt) string { return visitNote(rec) + ", split off " + args[0] },
			})
		},
	})
}

func newAppointmentSwapCmd(a *App) *cobra.Command {
	var out, in string
	var plan planFlags
	return a.Verb(Verb{
		Use: "swap APPT...", Able: ableVisit(dispatch.ActAssign), Short: "Send one technician in place of another", Writes: true,
		Long:    "The rest of the team stays. A visit that was dispatched has to be dispatched again.",
		Example: "callout appt swap APPT-1001 --out ana --in bert\ncallout appt list --technician ana --day tomorrow -o name | callout appt swap - --out ana --in bert",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&out, "out", "", "the `TECHNICIAN` who does not go")
			f.StringVar(&in, "in", "", "the `TECHNICIAN` who goes instead")
			plan.addAccept(f)
		},
		Required: []string{"out", "in"},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findAppointment(r, item)
					if err != nil {
						return nil, err
					}
					who, err := all(findTechnician, r, []string{out, in})
					if err != nil {
						return nil, err
					}
					if len(who) != 2 {
						return nil, usagef("--out and --in name one technician each")
					}
					return &dispatch.Swap{Appointment: id, Out: who[0], In: who[1], Accept: plan.codes()}, nil
				},
				Note: visitNote,
			})
		},
	})
}

func newAppointmentRebookCmd(a *App) *cobra.Command {
	var plan planFlags
	return a.Verb(Verb{
		Use: "rebook APPT", Able: func(s standing) bool { return dispatch.Status(s.status).Rebookable() }, Short: "Plan a visit anew that was called off", Writes: true,
		Long: `The new visit has those tasks that are still open, and the same team unless another is named. Without
--duration or --end it is as long as the other one was.`,
		Example: `callout appt rebook APPT-1001 --start "mon 09:00"
callout appt rebook APPT-1001 --start "mon 09:00" --technician bert`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			plan.addTime(f)
			plan.addTeam(f)
			plan.addAccept(f)
		},
		Required: []string{"start"},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					v, err := appointmentNamed(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &dispatch.Rebook{Appointment: v.ID, Accept: plan.codes()}
					if c.Technicians, err = plan.team(r); err != nil {
						return nil, err
					}
					c.Start, c.End, err = plan.times(a, v.Zone)
					return c, err
				},
				Note: func(rec store.Receipt) string { return visitNote(rec) + ", in place of " + args[0] },
			})
		},
	})
}
