package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
)

func outlookList() List[dispatch.Outlook] {
	return List[dispatch.Outlook]{
		Key:   func(o dispatch.Outlook) string { return o.Number },
		Empty: "everything will be in time",
		Columns: []Column[dispatch.Outlook]{
			{Name: "number", Value: func(o dispatch.Outlook) any { return o.Number }},
			{Name: "status", Value: func(o dispatch.Outlook) any { return string(o.Status) }},
			{Name: "technicians", Value: func(o dispatch.Outlook) any { return o.Names }},
			{Name: "planned", Value: func(o dispatch.Outlook) any { return local(o.Planned, o.Zone) }},
			{Name: "expected", Value: func(o dispatch.Outlook) any { return local(o.Start, o.Zone) }},
			{Name: "promised_until", Title: "PROMISED BY", Value: func(o dispatch.Outlook) any { return local(o.Promise, o.Zone) }},
			{Name: "late", Right: true, Value: func(o dispatch.Outlook) any { return minutesOrNone(o.Late) }},
			{Name: "sla_late", Title: "SLA LATE", Right: true, Value: func(o dispatch.Outlook) any { return minutesOrNone(o.Overdue) }},
			{Name: "because", Value: func(o dispatch.Outlook) any { return o.Because }},
			{Name: "work_order", Detail: true, Value: func(o dispatch.Outlook) any { return o.OrderNumber }},
			{Name: "expected_end", Detail: true, Value: func(o dispatch.Outlook) any { return local(o.End, o.Zone) }},
			{Name: "sla_due", Detail: true, Value: func(o dispatch.Outlook) any { return local(o.Due, o.Zone) }},
			{Name: "misses", Detail: true, Value: func(o dispatch.Outlook) any { return o.Misses() }},
		},
	}
}

func newDispatchStatusCmd(a *App) *cobra.Command {
	var day string
	var misses bool
	return a.Verb(Verb{
		Use: "status", Short: "Show when today's visits will take place, and who will miss what promise",
		Long: `Work that has begun takes as long as was planned, breaks not counted; what has not begun begins now at the earliest. A late visit
pushes what its technicians do next by the way there, and so on through the day. Nothing is moved by this.`,
		Example: "callout dispatch status\ncallout dispatch status --misses -o name",
		Fields:  outlookList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&day, "day", "today", "the `DAY`: 2026-03-02, today, tomorrow, monday")
			f.BoolVar(&misses, "misses", false, "only visits that will miss a promise or an SLA")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []dispatch.Outlook
			err := a.View(ctx, func(r store.Reader) error {
				span, err := a.day(r, day, "")
				if err != nil {
					return err
				}
				all, err := dispatch.ReadOutlook(r, span, a.Now())
				for _, o := range all {
					if !misses || o.Misses() {
						rows = append(rows, o)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return outlookList().Print(a, Rows(rows))
		},
	})
}

func capacityList() List[dispatch.Capacity] {
	return List[dispatch.Capacity]{
		Key:   func(c dispatch.Capacity) string { return c.Name },
		Empty: "there are no technicians",
		Columns: []Column[dispatch.Capacity]{
			{Name: "name", Value: func(c dispatch.Capacity) any { return c.Name }},
			{Name: "by", Value: func(c dispatch.Capacity) any { return c.By }},
			{Name: "date", Value: func(c dispatch.Capacity) any {
				if c.Date == (calendar.Date{}) {
					return ""
				}
				return c.Date.String()
			}},
			{Name: "technicians", Right: true, Value: func(c dispatch.Capacity) any { return c.Technicians }},
			{Name: "available", Right: true, Value: func(c dispatch.Capacity) any { return inMinutes(c.Available) }},
			{Name: "booked", Right: true, Value: func(c dispatch.Capacity) any { return inMinutes(c.Booked) }},
			{Name: "free", Right: true, Value: func(c dispatch.Capacity) any { return inMinutes(c.Free) }},
			{Name: "demanded", Right: true, Value: func(c dispatch.Capacity) any { return inMinutes(c.Demanded) }},
			{Name: "orders", Right: true, Value: func(c dispatch.Capacity) any { return c.Orders }},
			{Name: "without_estimate", Title: "NO ESTIMATE", Right: true, Value: func(c dispatch.Capacity) any { return c.Unknown }},
		},
	}
}

func newDispatchCapacityCmd(a *App) *cobra.Command {
	var span spanFlags
	var daily bool
	return a.Verb(Verb{
		Use: "capacity", Short: "Show hours available, booked and demanded, by skill and territory",
		Long: `Available are shifts less holidays and absences; demanded are the estimates of the orders that have no visit yet. Somebody with
two skills is counted under both. With --daily each day gets a row, in which demanded is what has to begin on it for the SLA.`,
		Example: "callout dispatch capacity --days 14\ncallout dispatch capacity --day monday --days 5 --daily -o csv",
		Fields:  capacityList().Names(),
		Flags: func(f *pflag.FlagSet) {
			span.add(f, "today", 14)
			f.BoolVar(&daily, "daily", false, "a row for each day, too")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []dispatch.Capacity
			err := a.View(ctx, func(r store.Reader) error {
				in, err := span.span(a, r)
				if err != nil {
					return err
				}
				rows, err = dispatch.ReadCapacity(r, in, a.Now(), daily)
				return err
			})
			if err != nil {
				return err
			}
			return capacityList().Print(a, Rows(rows))
		},
	})
}
