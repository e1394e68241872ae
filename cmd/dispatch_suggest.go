package cmd

import (
	"context"
	"strconv"
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

// slotRow is a slot as a list shows it.
type slotRow struct {
	n int
	dispatch.Slot
}

func slotList() List[slotRow] {
	return List[slotRow]{
		Key: func(s slotRow) string { return strconv.Itoa(s.n) },
		Columns: []Column[slotRow]{
			{Name: "n", Right: true, Value: func(s slotRow) any { return s.n }},
			{Name: "technicians", Value: func(s slotRow) any { return s.Names }},
			{Name: "start", Value: func(s slotRow) any { return local(s.Start, s.Zone) }},
			{Name: "arrival_until", Title: "ARRIVES BY", Value: func(s slotRow) any { return local(s.Arrival.End, s.Zone) }},
			{Name: "extra_travel", Title: "MORE ROAD", Right: true, Value: func(s slotRow) any { return inMinutes(s.Extra) }},
			{Name: "late", Title: "SLA LATE", Right: true, Value: func(s slotRow) any { return minutesOrNone(s.Late) }},
			{Name: "breaks", Value: func(s slotRow) any { return brokenBy(s.Slot) }},
			{Name: "why", Value: func(s slotRow) any { return strings.Join(s.Reasons, "; ") }},
			{Name: "end", Detail: true, Value: func(s slotRow) any { return local(s.End, s.Zone) }},
			{Name: "after", Detail: true, Value: func(s slotRow) any { return s.After }},
			{Name: "before", Detail: true, Value: func(s slotRow) any { return s.Before }},
			{Name: "spare", Detail: true, Value: func(s slotRow) any { return inMinutes(s.Spare) }},
			{Name: "overtime", Detail: true, Value: func(s slotRow) any { return inMinutes(s.Overtime) }},
			{Name: "due", Detail: true, Value: func(s slotRow) any { return local(s.Due, s.Zone) }},
			{Name: "cost", Detail: true, Right: true, Value: func(s slotRow) any { return s.Cost }},
			{Name: "travel_assumed", Detail: true, Value: func(s slotRow) any { return s.Assumed }},
			{Name: "moves", Detail: true, Value: func(s slotRow) any { return append([]dispatch.Shifted{}, s.Moves...) }},
			{Name: "technician_ids", Detail: true, Value: func(s slotRow) any { return s.Technicians }},
		},
	}
}

func inMinutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// minutesOrNone leaves out a zero, which is good news.
func minutesOrNone(n int) any {
	if n == 0 {
		return ""
	}
	return inMinutes(n)
}

// brokenBy names the visits whose promise a slot breaks.
func brokenBy(s dispatch.Slot) []string {
	out := []string{}
	for _, m := range s.Moves {
		if m.Broken {
			out = append(out, m.Number)
		}
	}
	return out
}

func newDispatchSuggestCmd(a *App) *cobra.Command {
	var span spanFlags
	var length time.Duration
	var start string
	var tasks, only []string
	var most, book int
	var emergency bool
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "suggest WO", Short: "Rank the best free slots for a work order or a visit, and book one", Writes: true,
		Long: `Each slot moves nothing that is planned, and passes every rule that a booking passes. The cost by which they are ranked
is in the points of the dispatch policy: more road, overtime, lateness for the SLA, the customer's wishes, and waiting.
Without --duration the estimates of the tasks count. --book takes a slot by its number, as it stands at that moment; with
--start and --technician it is exactly the one that begins then with them, or none. Of a planned visit it is asked where else it could go.

With --emergency others may have to begin later, on the first day unless --days says more. In time for the SLA goes first,
then the fewest broken promises; each slot names whom it pushes, and --book moves them along.`,
		Example: `callout dispatch suggest WO-1001
callout dispatch suggest WO-1001 --day tomorrow --days 3 --technician ana -n 3
callout dispatch suggest WO-1001 --book 1
callout dispatch suggest WO-1009 --emergency
callout dispatch suggest WO-1009 --emergency --technician ana --start 2026-03-02T10:30:00+01:00 --book 1
callout dispatch suggest APPT-1004 --days 2`,
		Fields: slotList().Names(),
		Flags: func(f *pflag.FlagSet) {
			span.add(f, "today", 5)
			f.IntVarP(&most, "limit", "n", 5, "show `N` slots at most")
			f.BoolVar(&emergency, "emergency", false, "others may have to give way")
			flags = f
			f.IntVar(&book, "book", 0, "book slot `N`")
			f.StringVar(&start, "start", "", "only slots that begin at this `TIME`")
			durationVar(f, &length, "duration", 0, "how long the visit lasts: `DURATION`")
			f.StringSliceVar(&tasks, "task", nil, "only for this `TASK`, a number within the order; repeat it or use commas")
			f.StringSliceVar(&only, "technician", nil, "only this `TECHNICIAN`; repeat it for more")
		},
		Run: func(ctx context.Context, args []string) error {
			ask := func(r store.Reader) (*dispatch.Suggestion, error) {
				days := span
				if emergency && !flags.Changed("days") {
					days.days = 1
				}
				q := dispatch.Ask{Now: a.minute(), Length: length, Most: max(most, book)}
				if err := a.slotsWithin(r, &q, args[0], days, start); err != nil {
					return nil, err
				}
				var err error
				if q.Only, err = all(findTechnician, r, only); err != nil {
					return nil, err
				}
				visit, err := plannedNamed(r, args[0])
				if err != nil {
					return nil, err
				}
				if visit != "" && !emergency && len(tasks) == 0 {
					return dispatch.SuggestMove(r, visit, q)
				}
				c, err := a.waitingFor(r, args[0], tasks)
				if err != nil {
					return nil, err
				}
				q.Order, q.Appointment, q.Tasks = c.Order, c.Appointment, c.Tasks
				if emergency {
					return dispatch.Emergency(r, q)
				}
				return dispatch.Suggest(r, q)
			}
			if book != 0 {
				return a.Act(ctx, Action{
					Build: func(r store.Reader, _ string) (store.Command, error) {
						s, err := ask(r)
						if err != nil {
							return nil, err
						}
						return s.Book(book)
					},
					Note: visitNote,
				})
			}
			return a.showSlots(ctx, ask)
		},
	})
}

// slotsWithin reads over which days slots are looked for, and when they begin if that is said.
func (a *App) slotsWithin(r store.Reader, q *dispatch.Ask, ref string, days spanFlags, start string) (err error) {
	if q.Span, err = days.span(a, r); err != nil || start == "" {
		return err
	}
	c, err := a.waitingFor(r, ref, nil)
	if err != nil {
		return err
	}
	w, err := work.WorkOrders.Get(r, c.Order)
	if err != nil {
		return err
	}
	zone, err := calendar.LoadZone("tz", w.Zone)
	if err != nil {
		return err
	}
	q.At, err = a.Time("start", start, zone)
	return err
}

// plannedNamed is the visit that somebody means who names one that has a time, or "".
func plannedNamed(r store.Reader, ref string) (store.ID, error) {
	id, err := store.Resolve(r, ref)
	if err != nil || id.Prefix() != dispatch.Appointments.Prefix() {
		return "", nil //nolint:nilerr // an order's name is resolved by whoever looks for orders
	}
	v, err := dispatch.Appointments.Get(r, id)
	if err != nil || v.Status == dispatch.None {
		return "", err
	}
	return v.ID, nil
}

// slotsAsked reads what a question for slots names.
func (a *App) slotsAsked(r store.Reader, ref string, tasks, only []string) (q dispatch.Ask, err error) {
	q.Now = a.minute()
	c, err := a.waitingFor(r, ref, tasks)
	if err != nil {
		return q, err
	}
	q.Order, q.Appointment, q.Tasks = c.Order, c.Appointment, c.Tasks
	q.Only, err = all(findTechnician, r, only)
	return q, err
}

// showSlots prints the slots, or says why there is none.
func (a *App) showSlots(ctx context.Context, ask func(store.Reader) (*dispatch.Suggestion, error)) error {
	var found *dispatch.Suggestion
	err := a.View(ctx, func(r store.Reader) (err error) {
		found, err = ask(r)
		return err
	})
	if err != nil {
		return err
	}
	if len(found.Slots) == 0 {
		return noSlot(found)
	}
	var rows []slotRow
	for i, s := range found.Slots {
		rows = append(rows, slotRow{i + 1, s})
	}
	return slotList().Print(a, Rows(rows))
}

// noSlot says that nothing is free, and what stands against the order itself.
func noSlot(s *dispatch.Suggestion) error {
	e := fault.Refusedf("there is no free slot for %s", s.Number).With("dispatch.no_slot")
	if len(s.Why) > 0 {
		e.Msg += ": " + s.Why[0].Detail
		return e.Hint("callout wo why %s", s.Number)
	}
	return e.Hint("callout dispatch explain %s", s.Number).Hint("callout dispatch suggest %s --days 14", s.Number)
}
