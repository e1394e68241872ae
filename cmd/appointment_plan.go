package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// planFlags say when, who, and what is booked over.
type planFlags struct {
	start, end  string
	duration    time.Duration
	technicians []string
	crew        string
	accept      []string
}

func (p *planFlags) addTime(f *pflag.FlagSet) {
	f.StringVar(&p.start, "start", "", "when it begins, on the clock at the site: `TIME` (see callout help time)")
	f.StringVar(&p.end, "end", "", "when it ends: `TIME`")
	durationVar(f, &p.duration, "duration", 0, "how long it lasts: `DURATION`, such as 90m or 2h")
}

func (p *planFlags) addTeam(f *pflag.FlagSet) {
	f.StringSliceVar(&p.technicians, "technician", nil, "the `TECHNICIAN` who goes; repeat it for a team")
}

func (p *planFlags) addCrew(f *pflag.FlagSet) {
	f.StringVar(&p.crew, "crew", "", "the `CREW` that goes, in place of technicians")
}

func (p *planFlags) addAccept(f *pflag.FlagSet) {
	var words []string
	for _, c := range dispatch.Acceptable() {
		words = append(words, string(c))
	}
	choicesVar(f, &p.accept, "accept", words, "book over these conflicts; needs --reason")
}

func (p *planFlags) codes() []dispatch.Code {
	var out []dispatch.Code
	for _, c := range p.accept {
		out = append(out, dispatch.Code(c))
	}
	return out
}

func (p *planFlags) team(r store.Reader) ([]store.ID, error) {
	var out []store.ID
	for _, ref := range p.technicians {
		id, err := findTechnician(r, ref)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// times reads start and end on the clock at the site. The end is zero when neither
// --end nor --duration says it.
func (p *planFlags) times(a *App, zone string) (start, end time.Time, err error) {
	place, err := calendar.LoadZone("tz", zone)
	if err != nil {
		return start, end, err
	}
	if start, err = a.Time("start", p.start, place); err != nil {
		return start, end, err
	}
	switch {
	case p.end != "" && p.duration != 0:
		return start, end, usagef("--end and --duration say the same thing").Hint("leave out one of them")
	case p.end != "":
		end, err = a.Time("end", p.end, place)
	case p.duration != 0:
		end = start.Add(p.duration)
	}
	return start, end, err
}

func newAppointmentScheduleCmd(a *App) *cobra.Command {
	var plan planFlags
	var tasks []string
	return a.Verb(Verb{
		Use:   "schedule WO",
		Short: "Plan a visit to a work order",
		Long: `Without --task the visit is for the open tasks that no other visit has. What an earlier visit left over
waits in a visit without a time; scheduling the order gives that one its time, and so does naming it
instead of the order. Without --duration the estimates of the tasks count, if all have one.

The plan is checked over its whole length: other visits and the way to them, shifts, absences, skills, how many
it takes, territory, what the order waits for, the site's hours, whom the customer wants. Every conflict is
named at once; callout policy dispatch says which can be booked over with --accept and a reason.`,
		Example: `callout appt schedule WO-1001 --technician ana --start "tomorrow 09:00" --duration 2h
callout appt schedule WO-1001 --task 2,3 --technician ana,bert --start 2026-03-02T09:00:00+01:00 --duration 90m
callout appt schedule WO-1001 --technician ana --start "fri 15:00" --duration 4h --accept shift --reason "agreed with ana"`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			plan.addTime(f)
			plan.addTeam(f)
			plan.addCrew(f)
			plan.addAccept(f)
			f.StringSliceVar(&tasks, "task", nil, "only for this `TASK`, a number within the order; repeat it or use commas")
		},
		Required: []string{"start"},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) { return a.schedule(r, args[0], &plan, tasks) },
				Note:  visitNote,
			})
		},
	})
}

// schedule makes the command for an order, or for a visit that waits for a time.
func (a *App) schedule(r store.Reader, ref string, plan *planFlags, tasks []string) (*dispatch.Schedule, error) {
	c, err := a.waitingFor(r, ref, tasks)
	if err != nil {
		return nil, err
	}
	c.Accept = plan.codes()
	w, err := work.WorkOrders.Get(r, c.Order)
	if err != nil {
		return nil, err
	}
	if c.Technicians, err = plan.team(r); err != nil {
		return nil, err
	}
	if c.Crew, err = optional(findCrew, r, plan.crew); err != nil {
		return nil, err
	}
	if c.Start, c.End, err = plan.times(a, w.Zone); err != nil || !c.End.IsZero() {
		return c, err
	}
	likely, known, err := dispatch.Estimate(r, c.Order, c.Appointment, c.Tasks, c.Technicians)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, fault.Invalidf("duration", "say how long the visit is to last: not every task of %s has an estimate", w.Number).
			With("appointment.time").Hint("add --duration 2h")
	}
	c.End = c.Start.Add(likely)
	return c, nil
}

// waitingFor says which order, visit without a time and tasks somebody means.
func (a *App) waitingFor(r store.Reader, ref string, tasks []string) (*dispatch.Schedule, error) {
	c := &dispatch.Schedule{}
	id, err := store.Resolve(r, ref)
	if err != nil {
		return nil, err
	}
	if id.Prefix() == dispatch.Appointments.Prefix() {
		v, err := dispatch.Appointments.Get(r, id)
		if err != nil {
			return nil, err
		}
		c.Appointment, c.Order = v.ID, v.Order
	} else if c.Order, err = findOrder(r, ref); err != nil {
		return nil, err
	}
	for _, t := range tasks {
		id, err := within(r, c.Order, t, work.FindTask)
		if err != nil {
			return nil, err
		}
		c.Tasks = append(c.Tasks, id)
	}
	return c, nil
}

func newAppointmentMoveCmd(a *App) *cobra.Command {
	var plan planFlags
	return a.Verb(Verb{
		Use:   "move APPT",
		Able:  ableVisit(dispatch.ActMove),
		Short: "Give a planned visit another time",
		Long: `Without --duration or --end it stays as long as it was, and without --technician or --crew with those who go. A visit
that was dispatched has to be dispatched again.`,
		Example: `callout appt move APPT-1001 --start "tomorrow 13:00"
callout appt move APPT-1001 --start "tomorrow 13:00" --technician bert
callout appt move APPT-1001 --start "fri 15:00" --duration 3h --accept shift --reason "agreed with ana"`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			plan.addTime(f)
			plan.addTeam(f)
			plan.addCrew(f)
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
					c := &dispatch.Move{Appointment: v.ID, Accept: plan.codes()}
					if c.Technicians, err = plan.team(r); err != nil {
						return nil, err
					}
					if c.Crew, err = optional(findCrew, r, plan.crew); err != nil {
						return nil, err
					}
					c.Start, c.End, err = plan.times(a, v.Zone)
					return c, err
				},
				Note: visitNote,
			})
		},
	})
}

func newAppointmentAssignCmd(a *App) *cobra.Command {
	var plan planFlags
	return a.Verb(Verb{
		Use:   "assign APPT...",
		Able:  ableVisit(dispatch.ActAssign),
		Short: "Give planned visits to other technicians",
		Long:  "The technicians that are named replace those the visit had. A visit that was dispatched has to be dispatched again.",
		Example: `callout appt assign APPT-1001 --technician bert
callout appt assign APPT-1001 --crew "Lift north"
callout appt list --technician ana --day tomorrow -o name | callout appt assign - --technician bert`,
		Writes: true,
		Flags: func(f *pflag.FlagSet) {
			plan.addTeam(f)
			plan.addCrew(f)
			plan.addAccept(f)
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findAppointment(r, item)
					if err != nil {
						return nil, err
					}
					team, err := plan.team(r)
					if err != nil {
						return nil, err
					}
					crew, err := optional(findCrew, r, plan.crew)
					return &dispatch.Assign{Appointment: id, Technicians: team, Crew: crew, Accept: plan.codes()}, err
				},
				Note: visitNote,
			})
		},
	})
}

func newAppointmentLockCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "lock APPT time|technician|both|none",
		Able:  ableVisit(dispatch.ActLock),
		Short: "Fix a visit's time or technicians, or free them",
		Long:  "What is locked is refused to be moved or given to others, by people as by plans, until it is freed.",
		Example: `callout appt lock APPT-1001 time --reason "promised to the customer"
callout appt lock APPT-1001 none`,
		Writes: true,
		Fields: resultList().Names(),
		Run: func(ctx context.Context, args []string) error {
			lock := dispatch.Lock(args[1])
			if args[1] == "none" {
				lock = dispatch.Unlocked
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findAppointment(r, args[0])
					return &dispatch.SetLock{Appointment: id, Lock: lock}, err
				},
				Note: func(store.Receipt) string { return "locked: " + args[1] },
			})
		},
	})
}

func appointmentNamed(r store.Reader, ref string) (*dispatch.Appointment, error) {
	id, err := findAppointment(r, ref)
	if err != nil {
		return nil, err
	}
	return dispatch.Appointments.Get(r, id)
}

// visitNote says where a visit stands after a command, and which one takes over what it
// left undone.
func visitNote(rec store.Receipt) string {
	var v, next dispatch.Appointment
	for _, c := range rec.Changes {
		if c.Collection != dispatch.Appointments.Name() || c.After == nil {
			continue
		}
		to := &next
		if c.ID == rec.Subject {
			to = &v
		}
		if json.Unmarshal(c.After, to) != nil {
			return outcome(rec)
		}
	}
	if v.ID == "" {
		return outcome(rec)
	}
	note := string(v.Status)
	if v.Status == dispatch.Scheduled || v.Status == dispatch.Dispatched {
		start, end := local(v.Start, v.Zone), local(v.End, v.Zone)
		until := end.Format("Mon 2006-01-02 15:04 MST")
		if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
			until = end.Format("15:04 MST")
		}
		note += ", " + start.Format("Mon 2006-01-02 15:04") + " to " + until
	}
	var accepted []string
	for _, e := range v.Accepted {
		accepted = append(accepted, e.Detail)
	}
	if len(accepted) > 0 && v.Status == dispatch.Scheduled {
		note += fmt.Sprintf(", in spite of %s", strings.Join(accepted, "; "))
	}
	if v.FollowOn != "" && v.FollowOn == next.ID {
		note += "; what is left over waits in " + next.Number
	}
	return note
}
