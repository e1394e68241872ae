package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"callout/dispatch/solver"
)

// terms measures a problem that has no best known value under every budget and seed, and prints what each plan costs
// term by term. It returns the last plan and how many were not valid.
func (s settings) terms(ctx context.Context, title, name string, p *solver.Problem) (last *solver.Plan, wrong int, err error) {
	fmt.Fprintf(s.out, "\n%s\n\n", title)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "budget\tseed\ttotal\tvisits out\tleft out\tlate\ttravel\tlabour\tovertime\tpreference\tdisruption\tfairness\titerations\t")
	for _, b := range s.budgets {
		for _, seed := range s.seeds {
			if ctx.Err() != nil {
				break
			}
			got, err := s.search(ctx, name, p, b, seed)
			if err != nil {
				return nil, wrong, err
			}
			c := got.plan.Terms
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", b, seed, c.Total(), len(got.plan.LeftOut),
				c.LeftOut, c.Late+c.MaxLate, c.Travel, c.Labour, c.Overtime, c.Preference, c.Disruption, c.Fairness, got.iterations)
			if len(got.findings) > 0 {
				wrong++
			}
			last = got.plan
		}
	}
	return last, wrong, w.Flush()
}
