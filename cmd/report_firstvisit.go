package cmd

import (
	"context"
	"time"

	"callout/calendar"
	"callout/money"
	"callout/shop/report"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// firstVisitRow is a group's first visits with the name that people know it by.
type firstVisitRow struct {
	report.FirstVisitLine
	name string
}

func firstVisitList() List[firstVisitRow] {
	count := func(name, title string, of func(firstVisitRow) int) Column[firstVisitRow] {
		return Column[firstVisitRow]{Name: name, Title: title, Right: true, Value: func(v firstVisitRow) any { return of(v) }}
	}
	without := count("without_visit", "WITHOUT VISIT", func(v firstVisitRow) int { return v.WithoutVisit })
	visits := count("visits", "", func(v firstVisitRow) int { return v.Visits })
	visits.Detail = true
	return List[firstVisitRow]{
		Key:   func(v firstVisitRow) string { return v.name },
		Empty: "no order was completed then",
		Columns: []Column[firstVisitRow]{
			{Name: "group", Value: func(v firstVisitRow) any { return v.name }},
			count("orders", "", func(v firstVisitRow) int { return v.Orders }),
			count("first_visit", "FIRST VISIT", func(v firstVisitRow) int { return v.First }),
			{Name: "first_visit_percent", Title: "FIRST VISIT %", Right: true, Value: func(v firstVisitRow) any { return percentOrNone(v.Percent()) }},
			count("returned", "", func(v firstVisitRow) int { return v.Returned }),
			count("called_back", "CALLED BACK", func(v firstVisitRow) int { return v.CalledBack }),
			count("not_done", "NOT DONE", func(v firstVisitRow) int { return v.NotDone }),
			without, visits,
		},
	}
}

// percentOrNone prints a percentage, and nothing where there is none to tell.
func percentOrNone(p *money.Percent) any {
	if p == nil {
		return nil
	}
	return p.String()
}

func newReportFirstVisitCmd(a *App) *cobra.Command {
	var by, from, to, within string
	return a.Verb(Verb{
		Use: "first-visit", Short: "Say how many orders were done on the first visit, and what it took otherwise",
		Long: "Counts the orders that were completed in the period. An order is done on the first visit when it is done, one visit took\n" +
			"place for it, and no order goes back to its work. Otherwise it counts as not done, returned to or called back, in this order.\n" +
			"Orders that go back to another one's work are held against that one and not counted themselves. An order for which no\n" +
			"visit is on record stands in WITHOUT VISIT and in no share. With --within, being called back counts only so long after\n" +
			"the completion, so that old months and new ones compare. By technician, an order counts for all who were on its first visit.",
		Example: "callout report first-visit --by technician --from 2026-03-01 --to 2026-04-01\ncallout report first-visit --within 30d -o csv",
		Fields:  firstVisitList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &by, "by", string(report.ByWorkType), groupWords(report.FirstVisitGroups()), "a line for each work type, technician or customer, or one for all")
			f.StringVar(&from, "from", "", "only orders completed on this `DAY` or later")
			f.StringVar(&to, "to", "", "only orders completed before this `DAY`")
			f.StringVar(&within, "within", "", "count being called back only within this `DURATION` after the completion")
		},
		Run: func(ctx context.Context, _ []string) error {
			var limit time.Duration
			if within != "" {
				var err error
				if limit, err = calendar.ParseDuration("within", within); err != nil {
					return err
				}
			}
			var rows []firstVisitRow
			err := a.View(ctx, func(r store.Reader) error {
				first, last, err := a.period(r, from, to)
				if err != nil {
					return err
				}
				lines, err := report.FirstVisits(r, report.By(by), first, last, limit)
				rows = groupRows(r, by, lines, func(l report.FirstVisitLine) string { return l.Group }, func(l report.FirstVisitLine, name string) firstVisitRow {
					return firstVisitRow{l, name}
				})
				return err
			})
			if err != nil {
				return err
			}
			return firstVisitList().Print(a, Rows(rows))
		},
	})
}
