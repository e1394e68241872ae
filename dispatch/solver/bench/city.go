package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"callout/dispatch/solver/instance"
)

// city measures a made-up service company. There is no best known value: the runs are held against each other.
func city(ctx context.Context, s settings) error {
	file, err := os.Open(filepath.Join(s.data, "work-orders", "nyc311-2022-05.csv"))
	if err != nil {
		return err
	}
	sites, err := instance.ReadSites(file)
	_ = file.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name(), err)
	}
	wrong := 0
	for _, set := range s.sets {
		town, ok := map[string]instance.Town{"day": instance.Day, "week": instance.Week}[set]
		if !ok {
			return fmt.Errorf("-set %s: day or week", set)
		}
		p := instance.City(sites, town)
		fmt.Fprintf(s.out, "\n%s: %d technicians, %d visits, %d day(s), %d worker(s)\n\n", set, town.Technicians, town.Visits, town.Days, s.workers)
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(w, "budget\tseed\ttotal\tvisits out\tleft out\tlate\ttravel\tlabour\tovertime\tpreference\tdisruption\tfairness\titerations\t")
		for _, b := range s.budgets {
			for _, seed := range s.seeds {
				if ctx.Err() != nil {
					break
				}
				got, err := s.search(ctx, set, p, b, seed)
				if err != nil {
					return err
				}
				c := got.plan.Terms
				fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", b, seed, c.Total(), len(got.plan.LeftOut),
					c.LeftOut, c.Late, c.Travel, c.Labour, c.Overtime, c.Preference, c.Disruption, c.Fairness, got.iterations)
				if len(got.findings) > 0 {
					wrong++
				}
			}
		}
		_ = w.Flush()
	}
	return invalid(wrong)
}
