package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/party"
	"callout/store"
)

func newHolidayCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "holiday", Short: "Days on which the company or a branch is closed",
		Long: "Every branch keeps the company's holidays, and its own beside them. With --open a branch says that one of the company's is an\n" +
			"ordinary day there. SLA clocks stand still on holidays; an order keeps those that it was created under until it is repinned.",
	}, newHolidayAddCmd(a), newHolidayImportCmd(a), newHolidayListCmd(a), newHolidayRemoveCmd(a))
}

// branchFlag adds --branch, which names a branch or is left out for the company.
func branchFlag(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "branch", "", "of this `BRANCH`; without it, of the whole company")
}

// maybeBranch is the id of a branch, or none for no name.
func maybeBranch(r store.Reader, name string) (store.ID, error) {
	if name == "" {
		return "", nil
	}
	return findBranch(r, name)
}

func newHolidayAddCmd(a *App) *cobra.Command {
	var branch, through string
	var open bool
	return a.Verb(Verb{
		Use: "add DAY [NAME]", Short: "Add a holiday, or several days in a row", Writes: true,
		Example: `callout branch holiday add 2026-12-25 "Christmas Day"
callout branch holiday add 2026-12-28 "Between the years" --through 2026-12-31 --branch Graz
callout branch holiday add 2026-10-26 --branch Lisboa --open`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			branchFlag(f, &branch)
			f.StringVar(&through, "through", "", "the last `DAY` of several")
			f.BoolVar(&open, "open", false, "the branch works on that day, although the company does not")
		},
		Run: func(ctx context.Context, args []string) error {
			first, err := calendar.ParseDate("date", args[0])
			if err != nil {
				return err
			}
			last := first
			if through != "" {
				if last, err = calendar.ParseDate("through", through); err != nil {
					return err
				}
			}
			const longest = 366
			if n := first.DaysUntil(last); n < 0 || n >= longest {
				return usagef("--through is not within a year after %s", first)
			}
			name := strings.Join(args[1:], "")
			var days []calendar.Holiday
			for d := first; !d.After(last); d = d.AddDays(1) {
				days = append(days, calendar.Holiday{Date: d, Name: name, Open: open})
			}
			return a.addHolidays(ctx, branch, days)
		},
	})
}

func (a *App) addHolidays(ctx context.Context, branch string, days []calendar.Holiday) error {
	return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
		id, err := maybeBranch(r, branch)
		return &party.AddHolidays{Branch: id, Days: days}, err
	}})
}

func newHolidayImportCmd(a *App) *cobra.Command {
	var branch string
	return a.Verb(Verb{
		Use: "import FILE", Short: "Add the holidays of an iCalendar or CSV file", Writes: true,
		Long: "The file is an iCalendar file with whole-day events, or lines of date and name, such as 2026-12-25,Christmas Day.",
		Example: `callout branch holiday import austria-2027.ics
callout branch holiday import lisbon.csv --branch Lisboa`,
		Fields: resultList().Names(),
		Flags:  func(f *pflag.FlagSet) { branchFlag(f, &branch) },
		Run: func(ctx context.Context, args []string) error {
			text, err := a.readDefinition(args[0])
			if err != nil {
				return err
			}
			days, err := calendar.ParseHolidays("file", text)
			if err != nil {
				return err
			}
			return a.addHolidays(ctx, branch, days)
		},
	})
}

func holidayList() List[calendar.Holiday] {
	return List[calendar.Holiday]{
		Key:   func(h calendar.Holiday) string { return h.Date.String() },
		Empty: "there are no holidays; callout branch holiday import FILE brings them in",
		Columns: []Column[calendar.Holiday]{
			{Name: "date", Value: func(h calendar.Holiday) any { return h.Date.String() }},
			{Name: "day", Value: func(h calendar.Holiday) any { return h.Date.Weekday().String()[:3] }},
			{Name: "name", Value: func(h calendar.Holiday) any { return h.Name }},
			{Name: "open", Value: func(h calendar.Holiday) any { return h.Open }},
		},
	}
}

func newHolidayListCmd(a *App) *cobra.Command {
	var branch string
	var year int
	return a.Verb(Verb{
		Use: "list", Short: "List the holidays as they hold for the company or a branch",
		Example: "callout branch holiday list --branch Graz --year 2026",
		Fields:  holidayList().Names(),
		Flags: func(f *pflag.FlagSet) {
			branchFlag(f, &branch)
			f.IntVar(&year, "year", 0, "only those of this year, such as 2026 (`N`)")
		},
		Run: func(ctx context.Context, _ []string) error {
			var days []calendar.Holiday
			err := a.View(ctx, func(r store.Reader) error {
				id, err := maybeBranch(r, branch)
				if err != nil {
					return err
				}
				all, err := party.HolidaysAt(r, id)
				for _, d := range all {
					if year == 0 || d.Date.Year == year {
						days = append(days, d)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return holidayList().Print(a, Rows(days))
		},
	})
}

func newHolidayRemoveCmd(a *App) *cobra.Command {
	var branch string
	return a.Verb(Verb{
		Use: "remove DAY", Short: "Take a holiday out of the list", Writes: true,
		Example: "callout branch holiday remove 2026-12-24",
		Fields:  resultList().Names(),
		Flags:   func(f *pflag.FlagSet) { branchFlag(f, &branch) },
		Run: func(ctx context.Context, args []string) error {
			day, err := calendar.ParseDate("date", args[0])
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := maybeBranch(r, branch)
				return &party.RemoveHoliday{Branch: id, Date: day}, err
			}})
		},
	})
}
