package dispatch

import (
	"callout/dispatch/solver/file"
)

// Stated is the workload as the solver gets it first, to be kept in a file: a tick is a second since the days begin.
func (w *Workload) Stated() *file.Problem {
	first, _ := w.feasible()
	return &file.Problem{Problem: first.problem(nil), Clock: &file.Clock{Zero: w.ro.span.Start, Zone: w.ro.zone.Location()}}
}
