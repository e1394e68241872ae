package cmd

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

func newDispatchCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "dispatch", Short: "Who should go where and when: the best slot, the best day, and why", Group: GroupDispatch,
		Long: "What counts how much is in the dispatch policy (callout policy dispatch). `callout appt dispatch` tells a team that they are to go.",
	}, newDispatchSuggestCmd(a), newDispatchOptimizeCmd(a), newDispatchApplyCmd(a), newDispatchExplainCmd(a),
		newDispatchStatusCmd(a), newDispatchCapacityCmd(a))
}

// spanFlags say on which days a plan is made or looked at.
type spanFlags struct {
	day  string
	days int
}

func (s *spanFlags) add(f *pflag.FlagSet, first string, days int) {
	f.StringVar(&s.day, "day", first, "the first `DAY`: 2026-03-02, today, tomorrow, monday")
	f.IntVar(&s.days, "days", days, "over `N` days")
}

// longestSpan is how many days are planned at once; beyond it nobody knows what comes.
const longestSpan = 92

// span reads the days on the company's clock.
func (s *spanFlags) span(a *App, r store.Reader) (calendar.Interval, error) {
	if s.days < 1 || s.days > longestSpan {
		return calendar.Interval{}, fault.Invalidf("days", "%d days are not between 1 and %d", s.days, longestSpan).With("dispatch.days").Hint("--days 5")
	}
	zone, err := companyZone(r)
	if err != nil {
		return calendar.Interval{}, err
	}
	first, err := parseDay("day", s.day, a.Now(), zone)
	if err != nil {
		return calendar.Interval{}, err
	}
	return calendar.NewInterval(zone.StartOf(first), zone.StartOf(first.AddDays(s.days))), nil
}

// minute is the instant from which on things can be planned: the next full minute.
func (a *App) minute() time.Time {
	now := a.Now()
	if at := now.Truncate(time.Minute); at.Before(now) {
		return at.Add(time.Minute)
	}
	return now
}
