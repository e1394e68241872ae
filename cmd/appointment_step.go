package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// visitStep is a verb that takes visits one step on in their life.
type visitStep struct {
	verb, short, long, example string
	action                     dispatch.Action
	danger                     Danger
	command                    func(id store.ID) store.Command
}

func dispatchStep() visitStep {
	return visitStep{
		verb: "dispatch", action: dispatch.ActDispatch, short: "Tell the technicians that they are to go",
		example: "callout appt dispatch APPT-1001\ncallout appt list --day tomorrow --status scheduled -o name | callout appt dispatch -",
		command: func(id store.ID) store.Command { return &dispatch.Dispatch{Appointment: id} },
	}
}

func travelStep() visitStep {
	return visitStep{
		verb: "travel", action: dispatch.ActTravel, short: "Say that the technicians are on the way",
		example: "callout appt travel APPT-1001\ncallout appt travel APPT-1001 --at 08:40",
		command: func(id store.ID) store.Command { return &dispatch.Travel{Appointment: id} },
	}
}

func startStep() visitStep {
	return visitStep{
		verb: "start", action: dispatch.ActStart, short: "Say that work begins",
		long: `Refused while a safety checklist of the visit's tasks is not acknowledged, while the order waits for
another one, and while a technician is at work elsewhere. With the first start the order is in progress.`,
		example: "callout appt start APPT-1001\ncallout appt start APPT-1001 --at \"2026-03-02 09:05\"",
		command: func(id store.ID) store.Command { return &dispatch.Start{Appointment: id} },
	}
}

func pauseStep() visitStep {
	return visitStep{
		verb: "pause", action: dispatch.ActPause, short: "Say that work rests: for lunch, or over night",
		example: "callout appt pause APPT-1001 --at 12:00",
		command: func(id store.ID) store.Command { return &dispatch.Pause{Appointment: id} },
	}
}

func resumeStep() visitStep {
	return visitStep{
		verb: "resume", action: dispatch.ActResume, short: "Say that work goes on after a break",
		example: "callout appt resume APPT-1001 --at 12:30",
		command: func(id store.ID) store.Command { return &dispatch.Resume{Appointment: id} },
	}
}

func cancelStep() visitStep {
	return visitStep{
		verb: "cancel", action: dispatch.ActCancel, short: "Call visits off before work on them has begun", danger: Bulk,
		long:    "Its tasks are free for another visit. A visit on which work has begun is finished instead.",
		example: "callout appt cancel APPT-1001 --reason \"the customer is away\"",
		command: func(id store.ID) store.Command { return &dispatch.CancelVisit{Appointment: id} },
	}
}

func newAppointmentStepCmd(a *App, s visitStep) *cobra.Command {
	return a.Verb(Verb{
		Use: s.verb + " APPT...", Able: ableVisit(s.action), Short: s.short, Long: s.long, Example: s.example, Writes: true, Danger: s.danger,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findAppointment(r, item)
					if err != nil {
						return nil, err
					}
					return s.command(id), nil
				},
				Note: visitNote,
			})
		},
	})
}

func newAppointmentFinishCmd(a *App) *cobra.Command {
	var outcome string
	var done []string
	var outcomes []string
	for _, o := range dispatch.Outcomes() {
		outcomes = append(outcomes, string(o))
	}
	return a.Verb(Verb{
		Use:   "finish APPT...",
		Able:  ableVisit(dispatch.ActComplete, dispatch.ActPart, dispatch.ActGiveUp),
		Short: "End visits: completed, partly completed, or impossible to complete",
		Long: `completed marks every task of the visit done, by the same rules as callout task done. partially-completed
marks those that --done names, and hands the open ones to a follow-on visit that waits for a time;
cannot-complete leaves them open. Both need a reason. The work order is never completed by a visit alone.`,
		Example: `callout appt finish APPT-1001
callout appt finish APPT-1001 --outcome partially-completed --done 1,2 --reason "a valve is missing"
callout appt finish APPT-1001 --outcome cannot-complete --reason "nobody there"`,
		Writes: true,
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &outcome, "outcome", string(dispatch.Completed), outcomes, "what came of it")
			f.StringSliceVar(&done, "done", nil, "a `TASK` that is done, by its number; repeat it or use commas")
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					v, err := appointmentNamed(r, item)
					if err != nil {
						return nil, err
					}
					c := &dispatch.Finish{Appointment: v.ID, Outcome: dispatch.Status(outcome)}
					for _, ref := range done {
						task, err := within(r, v.Order, ref, work.FindTask)
						if err != nil {
							return nil, err
						}
						c.Done = append(c.Done, task)
					}
					if len(ids) > 1 && len(done) > 0 {
						return nil, fault.Invalidf("done", "task numbers mean something else on every order: finish these visits one by one")
					}
					return c, nil
				},
				Note: finishNote,
			})
		},
	})
}

// finishNote is visitNote, which also tells when a visit left no time: one that was finished as soon as it
// was begun, or whose time was entered already. Whoever goes on to submit it would look for it in vain.
func finishNote(rec store.Receipt) string {
	drafted := slices.ContainsFunc(rec.Changes, func(c store.Change) bool {
		return c.Collection == billing.TimeEntries.Name() && c.Before == nil
	})
	if drafted {
		return visitNote(rec)
	}
	return visitNote(rec) + "; no time was drafted"
}
