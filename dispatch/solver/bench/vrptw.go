package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"callout/dispatch/solver/check"
	"callout/dispatch/solver/instance"
)

// vrptw measures vehicle routing with time windows.
func vrptw(ctx context.Context, s settings) error {
	convention, ok := map[string]instance.Convention{
		"distance": instance.DIMACS, "double": instance.Distance, "vehicles": instance.Vehicles,
	}[s.objective]
	if !ok {
		return fmt.Errorf("-objective %s: distance, double or vehicles", s.objective)
	}
	best, err := read(s, instance.ReadBest, "vrptw", "bks.csv")
	if err != nil {
		return err
	}
	return s.sweep(ctx, "vrptw", ".txt", string(convention)+", ", func(path, _, _ string, b budget) (row, error) {
		return s.route(ctx, path, convention, best, b)
	})
}

// route measures one file.
func (s settings) route(ctx context.Context, path string, c instance.Convention, best map[instance.BestKey]instance.Best, b budget) (row, error) {
	file, err := os.Open(path) //nolint:gosec // a file of the folder that was asked for
	if err != nil {
		return row{}, err
	}
	in, err := instance.ReadSolomon(file)
	_ = file.Close()
	if err != nil {
		return row{}, fmt.Errorf("%s: %w", path, err)
	}
	name := strings.ToUpper(strings.TrimSuffix(filepath.Base(path), ".txt"))
	known := best[instance.BestKey{Instance: name, Convention: c}]
	r := row{name: name, class: upTo(name), best: known.Distance, bestVehicles: known.Vehicles}
	if c != instance.Vehicles {
		r.bestVehicles = 0 // the number of vehicles is no goal
	}
	p := in.Problem(c)
	slack := 1e-6
	if c != instance.DIMACS {
		slack = 0.01 // the lists have two decimals
	}
	for _, seed := range s.seeds {
		got, err := s.search(ctx, name, p, b, seed)
		if err != nil {
			return row{}, err
		}
		if err := in.InTime(got.plan); err != nil && c != instance.DIMACS {
			got.findings = append(got.findings, check.Finding{Rule: check.Travel, Detail: err.Error()})
			fmt.Fprintf(s.notes, "%s, seed %d, %s: in double precision: %v\n", name, seed, b, err)
		}
		length, vehicles := in.Length(c, got.plan)
		r.add(len(s.seeds), length, float64(vehicles), got)
		fewer := c == instance.Vehicles && vehicles < known.Vehicles
		if len(got.plan.LeftOut) == 0 && (fewer || length <= known.Distance+slack && (c != instance.Vehicles || vehicles == known.Vehicles)) {
			r.reached++
		}
	}
	return r, nil
}

// add takes in one of so many runs.
func (r *row) add(of int, cost, vehicles float64, got result) {
	r.runs++
	r.cost += cost / float64(of)
	r.vehicles += vehicles / float64(of)
	r.iterations += float64(got.iterations) / float64(of)
	r.leftOut += len(got.plan.LeftOut)
	if len(got.findings) > 0 {
		r.wrong++
	}
}
