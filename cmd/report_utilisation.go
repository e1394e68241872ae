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

// utilisationRow is a group's time with the name that people know it by.
type utilisationRow struct {
	report.UtilisationLine
	name string
}

// hoursOf is a time in hours to two decimals, as sheets add them up.
func hoursOf(d time.Duration) money.Quantity {
	const decimals = 2
	return money.HoursOf(d, decimals, money.HalfEven)
}

func utilisationList() List[utilisationRow] {
	hours := func(name, title string, of func(utilisationRow) time.Duration) Column[utilisationRow] {
		return Column[utilisationRow]{Name: name, Title: title, Right: true, Value: func(v utilisationRow) any { return hoursOf(of(v)) }}
	}
	seconds := func(name string, of func(utilisationRow) time.Duration) Column[utilisationRow] {
		return Column[utilisationRow]{Name: name, Detail: true, Right: true, Value: func(v utilisationRow) any { return int64(of(v) / time.Second) }}
	}
	percent := func(name, title string, of func(utilisationRow) *money.Percent) Column[utilisationRow] {
		return Column[utilisationRow]{Name: name, Title: title, Right: true, Value: func(v utilisationRow) any { return percentOrNone(of(v)) }}
	}
	labour := percent("labour_percent", "LABOUR %", func(v utilisationRow) *money.Percent { return v.LabourPercent() })
	labour.Detail = true
	return List[utilisationRow]{
		Key:   func(v utilisationRow) string { return v.name },
		Empty: "there are no technicians",
		Columns: []Column[utilisationRow]{
			{Name: "group", Value: func(v utilisationRow) any { return v.name }},
			{Name: "available_hours", Title: "AVAILABLE", Right: true, Value: func(v utilisationRow) any {
				if !v.KnowsAvailable {
					return nil
				}
				return hoursOf(v.Available)
			}},
			hours("worked_hours", "WORKED", func(v utilisationRow) time.Duration { return v.Worked }),
			hours("travelled_hours", "TRAVELLED", func(v utilisationRow) time.Duration { return v.Travelled }),
			percent("utilisation_percent", "UTILISATION %", func(v utilisationRow) *money.Percent { return v.Percent() }),
			hours("covered_hours", "COVERED", func(v utilisationRow) time.Duration { return v.Covered }),
			percent("billable_percent", "BILLABLE %", func(v utilisationRow) *money.Percent { return v.BillablePercent() }),
			hours("undecided_hours", "UNDECIDED", func(v utilisationRow) time.Duration { return v.Undecided }),
			labour,
			seconds("worked_seconds", func(v utilisationRow) time.Duration { return v.Worked }),
			seconds("travelled_seconds", func(v utilisationRow) time.Duration { return v.Travelled }),
			seconds("covered_seconds", func(v utilisationRow) time.Duration { return v.Covered }),
		},
	}
}

func newReportUtilisationCmd(a *App) *cobra.Command {
	var by, from, to string
	return a.Verb(Verb{
		Use: "utilisation", Short: "Say how much of their time technicians worked and travelled, and how much of that is paid for",
		Long: "Available is the time of the shift less holidays and absences, up to now. Utilisation is the time worked and travelled of it;\n" +
			"what was worked outside the shift counts too. Without a shift nobody knows what was available, and so it is for somebody who\n" +
			"is not active any more. Billable is the share that somebody pays for, by the hour, by the trip or with an agreed price; COVERED is\n" +
			"what warranties, goodwill and agreements cover. Time that was rejected does not count, and UNDECIDED is what is not\n" +
			"approved yet. Time is cut at the ends of the period, which is this month if you do not name one.",
		Example: "callout report utilisation --from 2026-03-01 --to 2026-04-01\ncallout report utilisation --by branch -o csv",
		Fields:  utilisationList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &by, "by", string(report.ByTechnician), groupWords(report.UtilisationGroups()), "a line for each technician or branch, or one for all")
			f.StringVar(&from, "from", "", "from this `DAY` on (default the first of this month)")
			f.StringVar(&to, "to", "", "until before this `DAY` (default a month after the first)")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []utilisationRow
			err := a.View(ctx, func(r store.Reader) error {
				first, last, err := a.month(r, from, to)
				if err != nil {
					return err
				}
				lines, err := report.Utilisation(r, report.By(by), first, last, a.Now().UTC())
				rows = groupRows(r, by, lines, func(l report.UtilisationLine) string { return l.Group }, func(l report.UtilisationLine, name string) utilisationRow {
					return utilisationRow{l, name}
				})
				return err
			})
			if err != nil {
				return err
			}
			return utilisationList().Print(a, Rows(rows))
		},
	})
}

// month reads two days. What is left out is the first of this month by the company's clock, and a month after the first day.
func (a *App) month(r store.Reader, from, to string) (first, last calendar.Date, err error) {
	if first, err = dayOrNone("from", from); err != nil {
		return first, last, err
	}
	if last, err = dayOrNone("to", to); err != nil {
		return first, last, err
	}
	if first.IsZero() {
		zone, err := companyZone(r)
		if err != nil {
			return first, last, err
		}
		first = calendar.DateOf(a.Now(), zone)
		first.Day = 1
	}
	if last.IsZero() {
		last = calendar.NewDate(first.Year, first.Month+1, first.Day)
	}
	return first, last, nil
}
