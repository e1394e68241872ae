package cmd

import (
	"context"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newTimeCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "time", Short: "Time worked and travelled: raw, submitted, approved", Group: GroupMoney},
		newTimeAddCmd(a), newTimeStartCmd(a), newTimeStopCmd(a), newTimeEditCmd(a), newTimeCorrectCmd(a), newTimeListCmd(a), newTimeShowCmd(a), newTimeExplainCmd(a),
		newTimeSubmitCmd(a), newTimeApproveCmd(a), newTimeRejectCmd(a), newTimeWithdrawCmd(a),
		newCoverCmd(a, "cover TIME-ENTRY...", "time", "callout time cover TIME-ENTRY --kind goodwill --reason \"we were late\""))
}

// timeFlags say what an entry is about.
type timeFlags struct {
	order, task, technician, kind, from, to, note string
}

func (t *timeFlags) add(f *pflag.FlagSet) {
	f.StringVar(&t.task, "task", "", "the `TASK` it was spent on: its number within the order")
	f.StringVar(&t.technician, "technician", "", "who spent it: `TECHNICIAN`")
	choiceVar(f, &t.kind, "kind", string(billing.Labour), timeKinds(), "what it was: labour or travel")
	f.StringVar(&t.note, "note", "", "what was done: `TEXT`")
}

func timeKinds() []string { return []string{string(billing.Labour), string(billing.Travel)} }

// orderPlace returns an order with the zone of its site, in which its clock times are read.
func orderPlace(r store.Reader, ref string) (*work.WorkOrder, calendar.Zone, error) {
	id, err := findOrder(r, ref)
	if err != nil {
		return nil, calendar.Zone{}, err
	}
	w, err := work.WorkOrders.Get(r, id)
	if err != nil {
		return nil, calendar.Zone{}, err
	}
	zone, err := calendar.LoadZone("zone", w.Zone)
	return w, zone, err
}

func newTimeAddCmd(a *App) *cobra.Command {
	var t timeFlags
	return a.Verb(Verb{
		Use: "add WO", Short: "Record time that has passed", Writes: true,
		Long: "Clock times are those of the site. An entry is raw: what it is rounded to and how it falls on days is derived. Nobody\n" +
			"can be in two places, so entries of one person never overlap.",
		Example: `callout time add WO-1001 --task 1 --technician ana --from "2026-03-02 22:30" --to "2026-03-03 01:15"` + "\n" +
			`callout time add WO-1001 --technician ana --from 08:00 --to 08:40 --kind travel`,
		Fields:   resultList().Names(),
		Required: []string{"technician", "from", "to"},
		Flags: func(f *pflag.FlagSet) {
			t.add(f)
			f.StringVar(&t.from, "from", "", "when it began: `TIME`")
			f.StringVar(&t.to, "to", "", "when it ended: `TIME`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				w, zone, err := orderPlace(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &billing.AddTime{Order: w.ID, Kind: billing.TimeKind(t.kind), Note: t.note}
				if c.Task, err = within(r, w.ID, t.task, work.FindTask); err != nil {
					return nil, err
				}
				if c.Technician, err = findTechnician(r, t.technician); err != nil {
					return nil, err
				}
				if c.From, err = a.Time("from", t.from, zone); err != nil {
					return nil, err
				}
				c.To, err = a.Time("to", t.to, zone)
				return c, err
			}})
		},
	})
}

func newTimeStartCmd(a *App) *cobra.Command {
	var t timeFlags
	return a.Verb(Verb{
		Use: "start WO", Short: "Begin to record time, now or at --at", Writes: true,
		Example:  "callout time start WO-1001 --task 1 --technician ana",
		Fields:   resultList().Names(),
		Required: []string{"technician"},
		Flags:    t.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					w, _, err := orderPlace(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.StartTime{Order: w.ID, Kind: billing.TimeKind(t.kind), Note: t.note}
					if c.Task, err = within(r, w.ID, t.task, work.FindTask); err != nil {
						return nil, err
					}
					c.Technician, err = findTechnician(r, t.technician)
					return c, err
				},
				Note: func(store.Receipt) string { return "running" },
			})
		},
	})
}

func newTimeStopCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "stop TECHNICIAN", Short: "End the time that runs, now or at --at", Writes: true,
		Long:    "Takes the id of an entry as well.",
		Example: "callout time stop ana",
		Fields:  resultList().Names(),
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := runningOf(r, args[0])
				return &billing.StopTime{Entry: id}, err
			}})
		},
	})
}

// runningOf resolves an entry, or the one that a technician has running.
func runningOf(r store.Reader, ref string) (store.ID, error) {
	if id := store.ID(ref); id.Valid() && id.Prefix() == billing.TimeEntries.Prefix() {
		return id, nil
	}
	tech, err := findTechnician(r, ref)
	if err != nil {
		return "", err
	}
	t, err := dispatch.Technicians.Get(r, tech)
	if err != nil {
		return "", err
	}
	for id, err := range billing.TimeEntries.IDs(r, "running", store.K(t.Person)) {
		return id, err
	}
	return "", fault.NotFoundf("%s has no time running", t.Name).Hint("callout time start WO --technician %s", t.Name)
}

func newTimeEditCmd(a *App) *cobra.Command {
	var t timeFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit TIME-ENTRY", Short: "Correct an entry that nobody has been asked to approve", Writes: true,
		Long:    "What the entry said before is kept, with the reason. A submitted entry is withdrawn first.",
		Example: `callout time edit time_06h0kz801xydv834z1614e7bzg --to 15:45 --reason "forgot to stop"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			t.add(f)
			f.StringVar(&t.order, "order", "", "the `WO` it belongs to")
			f.StringVar(&t.from, "from", "", "when it began: `TIME`")
			f.StringVar(&t.to, "to", "", "when it ended: `TIME`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				return a.editTime(r, args[0], flags, &t)
			}})
		},
	})
}

// editTime makes the command from the flags that were given.
func (a *App) editTime(r store.Reader, ref string, flags *pflag.FlagSet, t *timeFlags) (store.Command, error) {
	e, err := billing.TimeEntries.Find(r, ref)
	if err != nil {
		return nil, err
	}
	zone, err := calendar.LoadZone("zone", e.Zone)
	if err != nil {
		return nil, err
	}
	order := e.Order
	c := &billing.EditTime{Entry: e.ID, Note: edited(flags, "note", t.note), Kind: edited(flags, "kind", billing.TimeKind(t.kind))}
	if flags.Changed("order") {
		if order, err = findOrder(r, t.order); err != nil {
			return nil, err
		}
		c.Order = &order
	}
	if flags.Changed("task") {
		task, err := within(r, order, t.task, work.FindTask)
		if err != nil {
			return nil, err
		}
		c.Task = &task
	}
	if flags.Changed("technician") {
		tech, err := findTechnician(r, t.technician)
		if err != nil {
			return nil, err
		}
		c.Technician = &tech
	}
	for _, end := range []struct {
		flag, text string
		to         **time.Time
	}{{"from", t.from, &c.From}, {"to", t.to, &c.To}} {
		if flags.Changed(end.flag) {
			at, err := a.Time(end.flag, end.text, zone)
			if err != nil {
				return nil, err
			}
			*end.to = &at
		}
	}
	return c, nil
}
