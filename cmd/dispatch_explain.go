package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func newDispatchExplainCmd(a *App) *cobra.Command {
	var span spanFlags
	var start string
	var length time.Duration
	return a.Verb(Verb{
		Use: "explain WO", Short: "Say for every technician why they cannot take a work order or a visit, or when they can",
		Long: `For an order it is asked over the days: who can go is shown with their first start, who cannot with the start at which least
stands against it. For a visit that is planned, or with --start, it is asked at that time. When nobody can go, the smallest sets
of conflicts are named that would have to be accepted, or done away with.`,
		Example: "callout dispatch explain WO-1001\ncallout dispatch explain APPT-1002\ncallout dispatch explain WO-1001 --start \"tomorrow 15:00\" --duration 2h",
		Fields:  []string{"order", "number", "title", "zone", "minutes", "persons", "at", "why", "technicians", "relax"},
		Flags: func(f *pflag.FlagSet) {
			span.add(f, "today", 5)
			f.StringVar(&start, "start", "", "at this `TIME` only")
			durationVar(f, &length, "duration", 0, "how long the visit lasts: `DURATION`")
		},
		Run: func(ctx context.Context, args []string) error {
			var x *dispatch.Explanation
			err := a.View(ctx, func(r store.Reader) (err error) {
				x, err = a.explainWhy(r, args[0], span, start, length)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(x.Number, x, func(p *Page) { drawVerdicts(p, x) })
		},
	})
}

// explainWhy asks about a planned visit at its time, and about everything else over the days.
func (a *App) explainWhy(r store.Reader, ref string, days spanFlags, start string, length time.Duration) (*dispatch.Explanation, error) {
	id, err := store.Resolve(r, ref)
	if err != nil {
		return nil, err
	}
	if id.Prefix() == dispatch.Appointments.Prefix() {
		v, err := dispatch.Appointments.Get(r, id)
		if err != nil {
			return nil, err
		}
		if v.Status != dispatch.None {
			return dispatch.ExplainVisit(r, id, a.minute())
		}
	}
	q, err := a.slotsAsked(r, ref, nil, nil)
	if err != nil {
		return nil, err
	}
	q.Length = length
	if q.Span, err = days.span(a, r); err != nil {
		return nil, err
	}
	if start == "" {
		return dispatch.Explain(r, q, time.Time{})
	}
	w, err := work.WorkOrders.Get(r, q.Order)
	if err != nil {
		return nil, err
	}
	zone, err := calendar.LoadZone("tz", w.Zone)
	if err != nil {
		return nil, err
	}
	at, err := a.Time("start", start, zone)
	if err != nil {
		return nil, err
	}
	q.Span = zone.Day(calendar.DateOf(at, zone))
	return dispatch.Explain(r, q, at)
}

func drawVerdicts(p *Page, x *dispatch.Explanation) {
	p.Title("%s  %s", x.Number, x.Title)
	p.Field("Takes", inMinutes(x.Length))
	if x.Persons > 1 {
		p.Field("Technicians", x.Persons)
	}
	if !x.At.IsZero() {
		p.Field("Start", local(x.At, x.Zone))
	}
	for _, c := range x.Why {
		p.Line("Whoever goes: %s (%s)", c.Detail, c.Code)
	}
	p.Section("Technicians")
	var rows [][]any
	for _, v := range x.Technicians {
		can, why := "no", against(v.Against)
		if v.Can {
			can = "yes"
			if v.Assigned {
				why = "has it"
			}
		}
		if v.Length > 0 {
			why = strings.TrimPrefix(why+"; takes "+calendar.FormatDuration(inMinutes(v.Length)), "; ")
		}
		rows = append(rows, []any{v.Name, can, local(v.Start, x.Zone), why})
	}
	p.Table([]string{"technician", "can", "start", "why not"}, rows)
	if len(x.Relax) == 0 {
		return
	}
	p.Section("What would have to give")
	for _, o := range x.Relax {
		p.Line("%s", relaxWords(x, o))
	}
}

// against joins conflicts as one cell.
func against(found []dispatch.Conflict) string {
	words := make([]string, len(found))
	for i, c := range found {
		words[i] = c.Detail + " (" + string(c.Code) + ")"
	}
	return strings.Join(words, "; ")
}

// relaxWords says what would have to give, and what to type for it.
func relaxWords(x *dispatch.Explanation, o dispatch.Relaxation) string {
	var codes []string
	for _, c := range o.Accept {
		codes = append(codes, string(c))
	}
	out := strings.Join(o.Details, "; ") + "\n  "
	start := local(o.Start, x.Zone)
	if len(o.Never) > 0 {
		var never []string
		for _, c := range o.Never {
			never = append(never, string(c))
		}
		return out + "the dispatch policy lets nobody accept " + strings.Join(slices.Compact(never), ", ") + ": callout policy dispatch"
	}
	return out + fmt.Sprintf("callout appt schedule %s --technician %q --start %s --duration %s --accept %s --reason \"…\"",
		x.Number, o.Technicians[0], start.Format(time.RFC3339), calendar.FormatDuration(inMinutes(o.Length)), strings.Join(codes, ","))
}
