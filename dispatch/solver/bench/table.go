package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// row is what one instance came to: the means over its seeds.
type row struct {
	name, class    string
	best, cost     float64
	bestVehicles   int
	vehicles       float64
	iterations     float64
	runs, reached  int // runs, and those which are as good as the best known value
	leftOut, wrong int // over all runs: visits without a place, plans that are not valid
}

// gap is by how many percent the cost is above the best known value.
func (r row) gap() float64 {
	if r.best == 0 {
		return 0
	}
	return 100 * (r.cost/r.best - 1)
}

// print writes the rows and what they come to by class and altogether.
func print(out io.Writer, title string, rows []row) {
	fmt.Fprintf(out, "\n%s\n\n", title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "instance\tbest known\tcost\tgap %\tvehicles\t(best)\titerations\tleft out\t")
	for _, r := range rows {
		best := "-"
		if r.bestVehicles > 0 {
			best = fmt.Sprint(r.bestVehicles)
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.3f\t%.1f\t%s\t%.0f\t%d\t\n", r.name, r.best, r.cost, r.gap(), r.vehicles, best, r.iterations, r.leftOut)
	}
	_ = w.Flush()
	fmt.Fprintln(out)
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "class\tinstances\tmean gap %\tmedian\tmax\truns at best known\tvehicles above\t")
	var classes []string
	for _, r := range rows {
		if !slices.Contains(classes, r.class) {
			classes = append(classes, r.class)
		}
	}
	for _, class := range classes {
		summary(w, class, slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.class != class }))
	}
	summary(w, "all", rows)
	_ = w.Flush()
}

func summary(w io.Writer, name string, rows []row) {
	var sum, above float64
	var runs, reached int
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.gap(), b.gap()) })
	for _, r := range rows {
		sum += r.gap()
		runs += r.runs
		reached += r.reached
		if r.bestVehicles > 0 {
			above += r.vehicles - float64(r.bestVehicles)
		}
	}
	n := len(rows)
	median := (rows[(n-1)/2].gap() + rows[n/2].gap()) / 2
	fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%d of %d\t%.1f\t\n", name, n, sum/float64(n), median, rows[n-1].gap(), reached, runs, above)
}

// upTo is a text up to the first digit, and that digit: the class of a name.
func upTo(name string) string {
	if i := strings.IndexAny(name, "0123456789"); i >= 0 {
		return name[:i+1]
	}
	return name
}
