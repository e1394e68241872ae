package main

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// result is one search.
type result struct {
	plan       *solver.Plan
	iterations int64
	findings   []check.Finding
}

// search plans a problem within a budget and has the plan checked.
func (s settings) search(ctx context.Context, name string, p *solver.Problem, b budget, seed uint64) (result, error) {
	var r result
	o := solver.Options{
		Seed: seed, Limit: b.limit, Iterations: b.iterations, Workers: s.workers, Clock: s.clock,
		Progress: func(p solver.Progress) { r.iterations = p.Iterations },
	}
	plan, err := solver.Solve(ctx, p, o)
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	r.plan, r.findings = plan, check.Plan(p, plan)
	for _, f := range r.findings {
		fmt.Fprintf(s.notes, "%s, seed %d, %s: %s\n", name, seed, b, f)
	}
	if s.verbose {
		fmt.Fprintf(s.notes, "%s, seed %d, %s: %d points, %d left out, %d iterations\n", name, seed, b, plan.Terms.Total(), len(plan.LeftOut), r.iterations)
	}
	return r, nil
}

// clock is the processor time that each worker has had.
func (s settings) clock() time.Duration { return cpu() / time.Duration(max(1, s.workers)) }

// files are the instances of a folder whose names fit the pattern, by name without ending.
func (s settings) files(folder, ending string) (map[string]string, []string, error) {
	paths, err := filepath.Glob(filepath.Join(s.data, folder, "*"+ending))
	if err != nil {
		return nil, nil, err
	}
	found := map[string]string{}
	var names []string
	for _, p := range paths {
		name := strings.TrimSuffix(filepath.Base(p), ending)
		if ok, _ := path.Match(s.only, name); ok {
			found[name] = p
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("there is nothing like %s in %s: see -data", s.only, filepath.Join(s.data, folder))
	}
	slices.SortFunc(names, natural)
	return found, names, nil
}

// natural puts names into an order in which 25 comes before 100.
func natural(a, b string) int {
	if len(a) != len(b) {
		x, y := strings.TrimRight(a, "0123456789_"), strings.TrimRight(b, "0123456789_")
		if x == y {
			return len(a) - len(b)
		}
	}
	return strings.Compare(a, b)
}

// invalid is the error of a suite in which the checker found something.
func invalid(plans int) error {
	if plans == 0 {
		return nil
	}
	return fmt.Errorf("%d plans are not valid", plans)
}

// sweep measures every file of the chosen sets under every budget, and prints a table for each.
func (s settings) sweep(ctx context.Context, folder, ext, note string, measure func(path, set, name string, b budget) (row, error)) error {
	wrong := 0
	for _, set := range s.sets {
		paths, names, err := s.files(filepath.Join(folder, set), ext)
		if err != nil {
			return err
		}
		for _, b := range s.budgets {
			var rows []row
			for _, name := range names {
				r, err := measure(paths[name], set, name, b)
				if err != nil {
					return err
				}
				if ctx.Err() != nil {
					break
				}
				rows = append(rows, r)
				wrong += r.wrong
			}
			if len(rows) > 0 {
				writeTable(s.out, fmt.Sprintf("%s, %s%s, %d worker(s), seeds %v", set, note, b, s.workers, s.seeds), rows)
			}
		}
	}
	return invalid(wrong)
}
