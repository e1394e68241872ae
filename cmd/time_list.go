package cmd

import (
	"context"

	"callout/billing"
	"callout/calendar"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// timeRow is a time entry as lists show it.
type timeRow struct {
	billing.TimeRow
	order, technician string
}

func timeList() List[timeRow] {
	return List[timeRow]{
		Key:   func(t timeRow) string { return string(t.ID) },
		Empty: "no time entries match",
		Columns: []Column[timeRow]{
			{Name: "id", Value: func(t timeRow) any { return string(t.ID) }},
			{Name: "status", Drop: 3, Value: func(t timeRow) any { return string(t.Status) }},
			{Name: "technician", Drop: 1, Least: 11, Value: func(t timeRow) any { return t.technician }},
			{Name: "work_order", Title: "ORDER", Drop: 2, Value: func(t timeRow) any { return t.order }},
			{Name: "kind", Drop: 4, Value: func(t timeRow) any { return string(t.Kind) }},
			{Name: "from", Value: func(t timeRow) any { return local(t.From, t.Zone) }},
			{Name: "to", Drop: 5, Value: func(t timeRow) any { return local(t.To, t.Zone) }},
			{Name: "duration", Title: "HOURS", Right: true, Value: func(t timeRow) any {
				if t.To.IsZero() {
					return "running"
				}
				return t.To.Sub(t.From)
			}},
			{Name: "draft", Detail: true, Value: func(t timeRow) any { return t.Draft }},
			{Name: "task_id", Detail: true, Value: func(t timeRow) any { return string(t.Task) }},
			{Name: "work_order_id", Detail: true, Value: func(t timeRow) any { return string(t.Order) }},
			{Name: "technician_id", Detail: true, Value: func(t timeRow) any { return string(t.Technician) }},
		},
	}
}

func newTimeListCmd(a *App) *cobra.Command {
	var status, order, technician string
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List time entries, the oldest first",
		Example: "callout time list --status submitted -o name | callout time approve -\n" +
			"callout time list --order WO-1001",
		Fields: timeList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &status, "status", "", []string{"new", "submitted", "approved", "rejected"}, "only those with this status")
			f.StringVar(&order, "order", "", "only those of this work order: `WO`")
			f.StringVar(&technician, "technician", "", "only those of this `TECHNICIAN`")
			limitVar(f, &limit, "at most `N` entries")
		},
		Run: func(ctx context.Context, _ []string) error {
			of, err := a.resolve(ctx, findOrder, order)
			if err != nil {
				return err
			}
			tech, err := a.resolve(ctx, findTechnician, technician)
			if err != nil {
				return err
			}
			index, fields := "status", func(t billing.TimeRow) []any { return []any{string(t.Status), t.From} }
			rng := store.Range{}
			switch {
			case of != "":
				index, rng = "order", store.Prefix(store.K(of))
				fields = func(t billing.TimeRow) []any { return []any{t.Order, t.From} }
			case tech != "":
				index, rng = "technician", store.Prefix(store.K(tech))
				fields = func(t billing.TimeRow) []any { return []any{t.Technician, t.From} }
			case status != "":
				rng = store.Prefix(store.K(status))
			}
			called := map[store.ID]string{}
			rows := paged(ctx, a, billing.TimeEntries, index, rng,
				func(t billing.TimeRow) store.Key { return indexKey(t.ID, fields(t)...) },
				func(r store.Reader, t *billing.TimeRow) (bool, error) {
					if status != "" && string(t.Status) != status || tech != "" && t.Technician != tech {
						return false, nil
					}
					n := &names{r, called}
					n.of(t.Order)
					n.of(t.Technician)
					return true, nil
				})
			return timeList().Print(a, first(limit, mapRows(rows, func(t billing.TimeRow) timeRow {
				return timeRow{TimeRow: t, order: called[t.Order], technician: called[t.Technician]}
			})))
		},
	})
}

// timeView is an entry as `show` prints it.
type timeView struct {
	*billing.TimeEntry
	ByDay   []calendar.DayPart `json:"by_day"`
	Billing billing.Billing    `json:"billing"`
}

func newTimeShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show TIME-ENTRY", Short: "Show an entry, with its days and what was corrected",
		Example: "callout time show time_06h0kz801xydv834z1614e7bzg",
		Fields:  []string{"id", "order", "task", "technician", "kind", "from", "to", "zone", "status", "note", "before", "by_day", "billing", "cost"},
		Run: func(ctx context.Context, args []string) error {
			var v timeView
			var order, tech, by string
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findTime(r, args[0])
				if err != nil {
					return err
				}
				if v.TimeEntry, err = billing.TimeEntries.Get(r, id); err != nil {
					return err
				}
				if v.ByDay, err = v.TimeEntry.ByDay(); err != nil {
					return err
				}
				n := namesOf(r)
				order, tech, by = n.of(v.Order), n.of(v.Technician), n.of(v.EnteredBy)
				v.Billing, err = billing.Billed(r, id)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) { v.draw(p, order, tech, by) })
		},
	})
}

func (v *timeView) draw(p *Page, order, tech, by string) {
	p.Title("%s of %s on %s  (%s)", v.Kind, tech, order, v.Status)
	p.Field("From", local(v.From, v.Zone))
	p.Field("To", local(v.To, v.Zone))
	if !v.To.IsZero() {
		p.Field("Worked", v.Worked())
	}
	p.Field("Note", v.Note)
	p.Field("Entered by", by)
	p.Field("Id", string(v.ID))
	if len(v.ByDay) > 1 {
		p.Section("By day")
		rows := make([][]any, len(v.ByDay))
		for i, d := range v.ByDay {
			rows[i] = []any{d.Date, d.Duration()}
		}
		p.Table([]string{"day", "time"}, rows)
	}
	if len(v.Before) > 0 {
		p.Section("Corrected")
		rows := make([][]any, len(v.Before))
		for i, e := range v.Before {
			rows[i] = []any{local(e.Content.From, e.Content.Zone), local(e.Content.To, e.Content.Zone), e.Reason, local(e.At, v.Zone)}
		}
		p.Table([]string{"from", "to", "reason", "corrected"}, rows)
	}
}
