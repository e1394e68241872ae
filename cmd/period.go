package cmd

import (
	"context"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPeriodCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "period", Short: "Months of the books: open, closed", Group: GroupMoney},
		newPeriodListCmd(a), newPeriodCloseCmd(a), newPeriodReopenCmd(a), newPeriodLateCmd(a))
}

// periodRow is a month as the list shows it.
type periodRow struct {
	billing.MonthView
	by string
}

func periodList() List[periodRow] {
	sum := func(name string, detail bool, of func(billing.MonthFigures) money.Amount) Column[periodRow] {
		return Column[periodRow]{Name: name, Right: true, Detail: detail, Value: func(v periodRow) any { return of(v.Figures) }}
	}
	return List[periodRow]{
		Key:   func(v periodRow) string { return v.Month.String() },
		Empty: "nothing is booked yet",
		Columns: []Column[periodRow]{
			{Name: "month", Value: func(v periodRow) any { return v.Month.String() }},
			{Name: "status", Value: func(v periodRow) any { return v.Status }},
			{Name: "invoices", Right: true, Value: func(v periodRow) any { return v.Figures.Invoices }},
			{Name: "credit_notes", Right: true, Value: func(v periodRow) any { return v.Figures.Credits }},
			sum("net", false, func(f billing.MonthFigures) money.Amount { return f.Net }),
			sum("vat", false, func(f billing.MonthFigures) money.Amount { return f.VAT }),
			sum("gross", false, func(f billing.MonthFigures) money.Amount { return f.Gross }),
			sum("received", false, func(f billing.MonthFigures) money.Amount { return f.Received }),
			sum("given_up", true, func(f billing.MonthFigures) money.Amount { return f.GivenUp }),
			{Name: "late", Right: true, Value: func(v periodRow) any { return v.Late }},
			{Name: "closed_by", Value: func(v periodRow) any { return v.by }},
			{Name: "closed_at", Detail: true, Value: func(v periodRow) any {
				if v.Closing == nil {
					return nil
				}
				return v.Closing.ClosedAt
			}},
		},
	}
}

func newPeriodListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List the months with what was booked in them",
		Example: "callout period list",
		Fields:  periodList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []periodRow
			err := a.View(ctx, func(r store.Reader) error {
				today, err := a.dayOr(r, "")
				if err != nil {
					return err
				}
				months, err := billing.MonthsOf(r, today)
				n := namesOf(r)
				for _, m := range months {
					row := periodRow{MonthView: m}
					if m.Closing != nil {
						row.by = n.of(m.Closing.ClosedBy)
					}
					rows = append(rows, row)
				}
				return err
			})
			if err != nil {
				return err
			}
			return periodList().Print(a, Rows(rows))
		},
	})
}

// monthVerb builds a verb that does something to a month.
func (a *App) monthVerb(v Verb, command func(billing.Month) store.Command, note string) *cobra.Command {
	v.Writes, v.Fields = true, resultList().Names()
	v.Run = func(ctx context.Context, args []string) error {
		return a.Act(ctx, Action{
			Build: func(store.Reader, string) (store.Command, error) {
				m, err := billing.ParseMonth("month", args[0])
				return command(m), err
			},
			Note: func(store.Receipt) string { return note + " " + args[0] },
		})
	}
	return a.Verb(v)
}

func newPeriodCloseCmd(a *App) *cobra.Command {
	return a.monthVerb(Verb{
		Use: "close MONTH", Able: whereStatus("open"), Short: "Close the books up to the end of a month",
		Long: "Nothing is released, credited or booked with a date in it any more. Time and items that are recorded later with a date in\n" +
			"it are billed like any other work, flagged, and count for the next open month: see callout period late. A month that has not\n" +
			"ended is closed only with a reason.",
		Example: "callout period close 2026-03",
	}, func(m billing.Month) store.Command { return &billing.ClosePeriod{Month: m} }, "closed")
}

func newPeriodReopenCmd(a *App) *cobra.Command {
	return a.monthVerb(Verb{
		Use: "reopen MONTH", Able: whereStatus("closed"), Short: "Open the last closed month again, with a reason",
		Long:    "Under the four-eyes policy it takes somebody else than who closed it.",
		Example: `callout period reopen 2026-03 --reason "the auditor found a wrong booking" --as mia`,
	}, func(m billing.Month) store.Command { return &billing.ReopenPeriod{Month: m} }, "opened")
}

// lateRow is late work as the list shows it.
type lateRow struct {
	billing.LateRow
	order, by string
}

func lateList() List[lateRow] {
	return List[lateRow]{
		Key:   func(l lateRow) string { return string(l.Source) },
		Empty: "no work came in after its month was closed",
		Columns: []Column[lateRow]{
			{Name: "source", Value: func(l lateRow) any { return string(l.Source) }},
			{Name: "work_order", Value: func(l lateRow) any { return l.order }},
			{Name: "on", Value: func(l lateRow) any { return l.On }},
			{Name: "month", Value: func(l lateRow) any { return l.Month.String() }},
			{Name: "counts", Title: "COUNTS FOR", Value: func(l lateRow) any { return l.Counts.String() }},
			{Name: "by", Value: func(l lateRow) any { return l.by }},
			{Name: "noticed", Detail: true, Value: func(l lateRow) any { return l.Noticed }},
		},
	}
}

func newPeriodLateCmd(a *App) *cobra.Command {
	var counts string
	return a.Verb(Verb{
		Use: "late", Short: "List work that was recorded after its month was closed",
		Example: "callout period late --for 2026-04",
		Fields:  lateList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&counts, "for", "", "only what counts for this `MONTH`")
		},
		Run: func(ctx context.Context, _ []string) error {
			rng := store.Range{}
			if counts != "" {
				m, err := billing.ParseMonth("for", counts)
				if err != nil {
					return err
				}
				rng = store.Prefix(store.K(m.String()))
			}
			var rows []lateRow
			err := a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				for l, err := range billing.LateItems.Rows(r, "counts", rng) {
					if err != nil {
						return err
					}
					rows = append(rows, lateRow{l, n.of(l.Order), n.of(l.By)})
				}
				return nil
			})
			if err != nil {
				return err
			}
			return lateList().Print(a, Rows(rows))
		},
	})
}

// completeMonths offers the months that something is booked in.
func (a *App) completeMonths(ctx context.Context, _ string) (found []Completion, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		today, err := a.dayOr(r, "")
		if err != nil {
			return err
		}
		months, err := billing.MonthsOf(r, today)
		for _, m := range months {
			if !a.able.can(m.Status, "") {
				continue
			}
			found = append(found, Completion{Value: m.Month.String(), Help: m.Status})
		}
		return err
	})
	return found, err
}
