package main

import (
	"context"
	"fmt"
	"math"
	"os"

	"callout/dispatch/solver/check"
	"callout/dispatch/solver/instance"
)

// homecare measures home healthcare routing and scheduling.
func homecare(ctx context.Context, s settings) error {
	best, err := read(s, instance.ReadBestCare, "hhcrsp", "best-known.csv")
	if err != nil {
		return err
	}
	return s.sweep(ctx, "hhcrsp", ".json", "", func(path, set, name string, b budget) (row, error) {
		return s.care(ctx, path, set, name, best[name], b)
	})
}

// care measures one file.
func (s settings) care(ctx context.Context, path, set, name string, known instance.BestCare, b budget) (row, error) {
	file, err := os.Open(path) //nolint:gosec // a file of the folder that was asked for
	if err != nil {
		return row{}, err
	}
	in, err := instance.ReadHomeCare(file)
	_ = file.Close()
	if err != nil {
		return row{}, fmt.Errorf("%s: %w", path, err)
	}
	class := set
	if set == "mankowska" {
		class = fmt.Sprintf("%d patients", len(in.Patients))
	}
	r := row{name: name, class: class, best: known.Cost}
	if len(r.name) > 32 {
		r.name = r.name[:32]
	}
	p := in.Problem()
	for _, seed := range s.seeds {
		got, err := s.search(ctx, name, p, b, seed)
		if err != nil {
			return row{}, err
		}
		tours := 0
		for _, t := range got.plan.Tours {
			if len(t.Stops) > 0 {
				tours++
			}
		}
		cost := in.Cost(got.plan.Terms)
		if len(got.plan.LeftOut) == 0 {
			recount, err := in.Recount(got.plan)
			if err == nil && math.Abs(recount.Cost-cost) > 0.001 {
				err = fmt.Errorf("costs %v by the file, %v by the plan", recount.Cost, cost)
			}
			if err != nil {
				got.findings = append(got.findings, check.Finding{Rule: check.Costs, Detail: err.Error()})
				fmt.Fprintf(s.notes, "%s, seed %d, %s: by the published rules: %v\n", name, seed, b, err)
			}
			if s.verbose {
				fmt.Fprintf(s.notes, "%s: distance %.0f of %.0f, latest %.0f of %.0f, late %.0f of %.0f\n", name,
					recount.Distance, known.Distance, recount.MaxTardiness, known.MaxTardiness, recount.TotalTardiness, known.TotalTardiness)
			}
		}
		r.add(len(s.seeds), cost, float64(tours), got)
		// The list has six digits.
		if len(got.plan.LeftOut) == 0 && cost <= known.Cost+0.005 {
			r.reached++
		}
	}
	return r, nil
}
