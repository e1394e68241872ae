package cmd

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/dispatch/solver"
	"callout/internal/fault"
	"callout/store"
)

func planFields() []string {
	return []string{"from", "until", "at", "zone", "seed", "iterations", "workers", "changes", "left_out", "kept", "before", "after", "read"}
}

// searchFlags say how long and how a plan is looked for.
type searchFlags struct {
	limit      time.Duration
	seed       uint64
	iterations int
	workers    int
}

func (s *searchFlags) add(f *pflag.FlagSet) {
	f.DurationVar(&s.limit, "time", 10*time.Second, "search for `DURATION` by the clock")
	f.Uint64Var(&s.seed, "seed", 1, "begin the search at `N`")
	f.IntVar(&s.iterations, "iterations", 0, "search for `N` steps in place of a time: the same shop gives the same plan")
	f.IntVar(&s.workers, "workers", 0, "search with `N` at once; all cores, or one where --iterations is given")
}

// longestSearch is longer than anybody waits.
const longestSearch = 24 * time.Hour

// options checks the flags. Where steps are counted, the clock is left out of it.
func (s *searchFlags) options() (solver.Options, error) {
	o := solver.Options{Seed: s.seed, Iterations: s.iterations, Workers: s.workers}
	switch {
	case s.iterations < 0:
		return o, fault.Invalidf("iterations", "%d is no number of steps", s.iterations).With("dispatch.iterations").Hint("--iterations 20000")
	case s.workers < 0 || s.workers > 256:
		return o, fault.Invalidf("workers", "%d workers are not between 1 and 256", s.workers).With("dispatch.workers").Hint("--workers 2")
	case s.iterations == 0 && (s.limit <= 0 || s.limit > longestSearch):
		return o, fault.Invalidf("time", "the search needs a time of up to a day").With("dispatch.time").Hint("--time 10s")
	case s.iterations == 0:
		begun := time.Now() // seconds that pass, whatever day the shop has
		o.Limit, o.Clock = s.limit, func() time.Duration { return time.Since(begun) }
		if o.Workers == 0 {
			o.Workers = runtime.GOMAXPROCS(0)
		}
	}
	o.Workers = max(1, o.Workers)
	return o, nil
}

func newDispatchOptimizeCmd(a *App) *cobra.Command {
	var span spanFlags
	var search searchFlags
	var apply bool
	var problem string
	return a.Verb(Verb{
		Use: "optimize", Short: "Make the best plan for some days, shown as what it would change", Writes: true,
		Long: `Visits under way, locked in both ways, or booked over a rule stay where they are; others may move where that costs less
than it gains, never to before their promised arrival. Nothing changes until the plan is applied: with --apply at once, or
later from a file, which is refused when anything that the plan rests on has changed by then. Each visit passes the
checks of an ordinary booking. A search by the clock can find another plan each time; one by --iterations does not.
--save-problem keeps what is planned from in a file: people and visits are ids in it, and sites are no more than the ways between them.`,
		Example: `callout dispatch optimize --day tomorrow --time 20s
callout dispatch optimize --day 2026-03-02 --days 5 -o json > plan.json
callout dispatch optimize --iterations 20000 --seed 7 --apply
callout dispatch optimize --day tomorrow --time 1s --save-problem tomorrow.json`,
		Fields: planFields(),
		Flags: func(f *pflag.FlagSet) {
			span.add(f, "today", 1)
			search.add(f)
			f.BoolVar(&apply, "apply", false, "book what the plan says")
			f.StringVar(&problem, "save-problem", "", "write what is planned from to a new `FILE`")
		},
		Run: func(ctx context.Context, _ []string) error {
			p, err := a.optimize(ctx, span, search, problem)
			if err != nil {
				return err
			}
			if !apply {
				return a.showPlan(p)
			}
			if len(p.Changes) == 0 {
				a.note("the plan changes nothing")
				return a.Report()
			}
			return a.applyPlan(ctx, p)
		},
	})
}

// optimize reads the days, lets go of the store and searches.
func (a *App) optimize(ctx context.Context, days spanFlags, search searchFlags, problem string) (*dispatch.Proposal, error) {
	o, err := search.options()
	if err != nil {
		return nil, err
	}
	var w *dispatch.Workload
	err = a.View(ctx, func(r store.Reader) error {
		span, err := days.span(a, r)
		if err != nil {
			return err
		}
		w, err = dispatch.ReadWorkload(r, span, a.minute())
		return err
	})
	if err != nil {
		return nil, err
	}
	if problem != "" {
		if err := a.saveProblem(problem, w.Stated()); err != nil {
			return nil, err
		}
	}
	told := a.Progress("planning", 100)
	o.Progress = func(p solver.Progress) {
		told.what = fmt.Sprintf("planning, %d without a visit", p.LeftOut)
		told.Add(max(0, int(p.Share*100)-told.done))
	}
	p, err := dispatch.Optimize(ctx, w, o)
	told.Done()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	p.Seed, p.Iterations, p.Workers = o.Seed, o.Iterations, o.Workers
	a.note("%s", planWords(p))
	return p, nil
}

// planWords sums a plan up.
func planWords(p *dispatch.Proposal) string {
	placed, moved, broken := 0, 0, 0
	for _, c := range p.Changes {
		if c.What == dispatch.Placed {
			placed++
		} else {
			moved++
		}
		if c.Promise == dispatch.PromiseBroken {
			broken++
		}
	}
	return fmt.Sprintf("%d placed, %d moved (%d promises broken), %d kept, %d left out; cost %d, was %d", placed, moved, broken, p.Kept,
		len(p.LeftOut), p.After.Total, p.Before.Total)
}

// applyPlan books a plan.
func (a *App) applyPlan(ctx context.Context, p *dispatch.Proposal) error {
	return a.Act(ctx, Action{
		Build: func(store.Reader, string) (store.Command, error) { return p.Command(), nil },
		Note: func(rec store.Receipt) string {
			if len(rec.Events) == 0 {
				return "unchanged: the plan stands already, nothing is written"
			}
			return howMany(len(p.Changes), "visit") + " planned"
		},
	})
}

// showPlan prints a plan as what it changes.
func (a *App) showPlan(p *dispatch.Proposal) error {
	return a.Show("plan", p, func(page *Page) {
		page.Title("Plan from %s to %s", local(p.From, p.Zone).Format("Mon 2006-01-02"), local(p.Until.Add(-time.Second), p.Zone).Format("Mon 2006-01-02"))
		var rows [][]any
		for _, c := range p.Changes {
			was := ""
			if c.What == dispatch.Moved {
				was = local(c.WasStart, c.Zone).Format("Mon 15:04") + " " + strings.Join(c.WasNames, ", ")
			}
			rows = append(rows, []any{c.Number, c.What, c.Names, local(c.Start, c.Zone), was, c.Promise, minutesOrNone(c.Late), c.Title + ", " + c.Site})
		}
		if len(rows) > 0 {
			page.Section("Changes")
		}
		page.Table([]string{"number", "what", "technicians", "start", "was", "promise", "sla late", "work"}, rows)
		rows = nil
		for _, l := range p.LeftOut {
			rows = append(rows, []any{l.Number, string(l.Priority), l.Title, l.Why})
		}
		if len(rows) > 0 {
			page.Section("Left out")
		}
		page.Table([]string{"number", "priority", "work", "why"}, rows)
		page.Section("Cost in points")
		page.Table([]string{"term", "now", "planned"}, scoreRows(p.Before, p.After))
		if len(p.Changes) > 0 {
			page.Line("Nothing has changed yet. Apply it: --apply, or -o json > plan.json and callout dispatch apply plan.json")
		}
	})
}

func scoreRows(was, is dispatch.Score) [][]any {
	road := func(s dispatch.Score) string { return fmt.Sprintf("%d (%dm)", s.Travel, s.TravelMinutes) }
	counted := func(points int64, n int) string { return fmt.Sprintf("%d (%d)", points, n) }
	rows := [][]any{
		{"orders without a visit", counted(was.Unassigned, was.WithoutVisit), counted(is.Unassigned, is.WithoutVisit)},
		{"late for the SLA", fmt.Sprintf("%d (%dm)", was.Late, was.LateMinutes), fmt.Sprintf("%d (%dm)", is.Late, is.LateMinutes)},
		{"on the road", road(was), road(is)},
		{"overtime", fmt.Sprintf("%d (%dm)", was.Overtime, was.OvertimeMinutes), fmt.Sprintf("%d (%dm)", is.Overtime, is.OvertimeMinutes)},
		{"customers' wishes", was.Preference, is.Preference},
		{"promises broken", counted(was.MoveTime, was.Broken), counted(is.MoveTime, is.Broken)},
		{"technicians replaced", counted(was.MoveTechnician, was.Reassigned), counted(is.MoveTechnician, is.Reassigned)},
		{"fairness", was.Fairness, is.Fairness},
	}
	if was.Labour+is.Labour > 0 {
		rows = append(rows, []any{"labour", was.Labour, is.Labour})
	}
	return append(rows, []any{"total", was.Total, is.Total})
}
