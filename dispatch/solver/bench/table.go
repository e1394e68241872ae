package main

import (
	"fmt"
	"io"
	"math"
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

// gap is by how many percent the cost is above the best known value, and whether that says anything: with another
// number of vehicles, where that number is the first goal, distances cannot be compared.
func (r row) gap() (percent float64, ok bool) {
	if r.best == 0 || r.bestVehicles > 0 && r.vehicles != float64(r.bestVehicles) {
		return 0, false
	}
	return 100 * (r.cost/r.best - 1), true
}

// percent has three decimals, and no sign where they are all nought.
func percent(v float64) string {
	if math.Abs(v) < 0.0005 {
		v = 0
	}
	return fmt.Sprintf("%.3f", v)
}

// writeTable writes the rows and what they come to by class and altogether.
func writeTable(out io.Writer, title string, rows []row) {
	fmt.Fprintf(out, "\n%s\n\n", title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "instance\tbest known\tcost\tgap %\tvehicles\t(best)\titerations\tleft out\t")
	for _, r := range rows {
		best := "-"
		if r.bestVehicles > 0 {
			best = fmt.Sprint(r.bestVehicles)
		}
		gap := "-"
		if g, ok := r.gap(); ok {
			gap = percent(g)
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%s\t%.1f\t%s\t%.0f\t%d\t\n", r.name, r.best, r.cost, gap, r.vehicles, best, r.iterations, r.leftOut)
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
	var gaps []float64
	for _, r := range rows {
		if gap, ok := r.gap(); ok {
			gaps = append(gaps, gap)
			sum += gap
		}
		runs += r.runs
		reached += r.reached
		if r.bestVehicles > 0 {
			above += r.vehicles - float64(r.bestVehicles)
		}
	}
	mean, median, most := "-", "-", "-"
	if n := len(gaps); n > 0 {
		slices.Sort(gaps)
		mean, median, most = percent(sum/float64(n)), percent((gaps[(n-1)/2]+gaps[n/2])/2), percent(gaps[n-1])
	}
	fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%d of %d\t%.1f\t\n", name, len(rows), mean, median, most, reached, runs, above)
}

// upTo is a text up to the first digit, and that digit: the class of a name.
func upTo(name string) string {
	if i := strings.IndexAny(name, "0123456789"); i >= 0 {
		return name[:i+1]
	}
	return name
}
