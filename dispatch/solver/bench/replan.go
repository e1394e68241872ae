package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"

	"callout/dispatch/solver"
	"callout/dispatch/solver/instance"
)

// In how many steps a day is planned before it is disturbed, and how many are a free hand at planning it anew.
const (
	beforehand = 20_000
	freeSteps  = 60_000
)

// replan measures what is made of a planned day on which something happens, beside what a search finds that has many times as long.
// The sets are the seeds of the days.
func replan(ctx context.Context, s settings) error {
	sites, err := read(s, instance.ReadSites, "work-orders", "nyc311-2022-05.csv")
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\na day of 25 technicians and 200 visits, planned anew, beside %d steps for the same\n\n", freeSteps)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "day\tevent\tfree\tbudget\tseed\tcost\tabove free %\tleft as they were %\tvisits out\titerations\tCPU ms\t")
	totals := make([]replanned, len(s.budgets))
	for _, set := range s.sets {
		seed, err := strconv.ParseUint(set, 10, 64)
		if err != nil {
			return fmt.Errorf("-set %s: the seeds of days, as in 1,2,3", set)
		}
		town := instance.Branch(seed)
		before, err := s.search(ctx, set, instance.City(sites, town), budget{iterations: beforehand}, 1)
		if err != nil {
			return err
		}
		for _, event := range instance.Events() {
			p, hit := instance.Disturb(sites, town, before.plan, event)
			if err := s.anew(ctx, w, totals, set+"\t"+string(event), p, hit); err != nil {
				return err
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	wrong := 0
	for i, b := range s.budgets {
		totals[i].write(s.out, b)
		wrong += totals[i].wrong
	}
	return invalid(wrong)
}

// anew plans one disturbed day under every budget and seed.
func (s settings) anew(ctx context.Context, w io.Writer, totals []replanned, name string, p *solver.Problem, hit map[string]bool) error {
	free, err := s.search(ctx, name, p, budget{iterations: freeSteps}, 77)
	if err != nil {
		return err
	}
	for i, b := range s.budgets {
		for _, seed := range s.seeds {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			begun := cpu()
			got, err := s.search(ctx, name, p, b, seed)
			if err != nil {
				return err
			}
			ms := float64((cpu() - begun).Microseconds()) / 1000
			cost := got.plan.Terms.Total()
			gap := 100 * (float64(cost)/float64(free.plan.Terms.Total()) - 1)
			kept, of := instance.Unmoved(p, got.plan, hit)
			share := 100 * float64(kept) / float64(max(1, of))
			fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%d\t%s\t%.1f\t%d\t%d\t%.0f\t\n", name, free.plan.Terms.Total(), b, seed,
				cost, percent(gap), share, len(got.plan.LeftOut), got.iterations, ms)
			totals[i].gaps, totals[i].kept = append(totals[i].gaps, gap), append(totals[i].kept, share)
			totals[i].ms = append(totals[i].ms, ms)
			totals[i].wrong += min(1, len(got.findings))
		}
	}
	return nil
}

// replanned is what one budget came to, by run.
type replanned struct {
	gaps, kept, ms []float64
	wrong          int
}

func (r replanned) write(out io.Writer, b budget) {
	if len(r.gaps) == 0 {
		return
	}
	fmt.Fprintf(out, "%s: %s %% above free on average, %s at most; %.1f %% left as they were on average, %.1f at least; %.0f CPU ms\n", b,
		percent(mean(r.gaps)), percent(slices.Max(r.gaps)), mean(r.kept), slices.Min(r.kept), mean(r.ms))
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
