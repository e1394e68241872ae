package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"callout/dispatch/solver"
	"callout/dispatch/solver/file"
)

// ofFiles measures problems that were written down, such as a day of a shop, which callout dispatch optimize
// --save-problem writes.
func ofFiles(ctx context.Context, s settings) error {
	if len(s.paths) == 0 {
		return errors.New("say which file to measure: go run ./dispatch/solver/bench file problem.json")
	}
	wrong := 0
	for _, path := range s.paths {
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		p, err := file.Read(in)
		_ = in.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name := filepath.Base(path)
		title := fmt.Sprintf("%s: %d technicians, %d visits, %d links, %d worker(s)", name, len(p.Technicians), len(p.Visits), len(p.Links), s.workers)
		plan, bad, err := s.terms(ctx, title, name, p.Problem)
		if err != nil {
			return err
		}
		wrong += bad
		if s.tours && plan != nil {
			if err := s.writeTours(p, plan); err != nil {
				return err
			}
		}
	}
	return invalid(wrong)
}

// writeTours prints who does what and when: on the clock of the file, or in ticks.
func (s settings) writeTours(p *file.Problem, plan *solver.Plan) error {
	when := strconv.Itoa
	if p.Clock != nil {
		when = func(tick int) string { return p.Clock.At(tick).Format("Mon 2006-01-02 15:04:05") }
	}
	fmt.Fprintln(s.out)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "technician\tvisit\tseat\tstart\tend")
	for _, t := range plan.Tours {
		for _, stop := range t.Stops {
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", t.Technician, stop.Visit, stop.Seat, when(stop.Start), when(stop.End))
		}
	}
	if len(plan.LeftOut) > 0 {
		fmt.Fprintf(w, "left out\t%s\n", strings.Join(plan.LeftOut, ", "))
	}
	return w.Flush()
}
