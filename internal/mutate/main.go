// Command mutate asks how many planted faults the tests notice. It changes one expression of a room at a time, as a
// slip of the hand would, runs the tests against it, and says which changes nobody noticed.
//
//	go run ./internal/mutate -n 120                       # in every kind of rule that area.go lists, in turn
//	go run ./internal/mutate -n 50 -files tax ./billing   # in the files of a folder
//	go run ./internal/mutate -all -at 'tax.*:4[0-9]$'     # every one in some lines
//
// The changed file is laid over the real one with the -overlay flag of the go command, so the source is
// never touched. The tests run without a change first, each by itself: where they fail so, they notice nothing. That run
// also tells in which tests a fault would change any value; only those can notice it, and only they are asked, the quick
// ones first. A fault that changes no value anywhere is named apart: there is no case that comes there. Changes
// that do not compile are not counted, nor are those whose tests take too long, which are listed: a loop without end, or
// a machine that is too busy to say. The same seed plants the same faults in the same source; each that is named tells
// its number in the draw, and -from goes on from there.
//
// It is a tool for whoever works on callout, and is in no release. It does not judge a change that means the same as
// what it replaced: those are listed with the others and left to the reader.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are what the command line says.
type options struct {
	n, from   int
	seed      uint64
	files, at *regexp.Regexp
	tests     []string
	only      *regexp.Regexp // tests
	skip      *regexp.Regexp
	jobs      int
	least     int
	timeout   time.Duration
	dirs      []string
}

func parse(args []string, out io.Writer) (options, error) {
	fs := flag.NewFlagSet("mutate", flag.ContinueOnError)
	fs.SetOutput(out)
	var o options
	var files, at, tests, only, skip string
	var every bool
	fs.IntVar(&o.n, "n", 100, "how many faults to plant")
	fs.BoolVar(&every, "all", false, "plant all there are")
	fs.IntVar(&o.from, "from", 1, "with which fault of the draw to begin; each that is named tells its number")
	fs.Uint64Var(&o.seed, "seed", 1, "which ones")
	fs.StringVar(&files, "files", "", "only in files whose name matches")
	fs.StringVar(&at, "at", "", "only where FILE.go:LINE matches")
	fs.StringVar(&only, "run", "", "ask only the tests whose name matches")
	fs.StringVar(&skip, "skip", "", "do not ask tests whose name matches, such as those that take long")
	fs.IntVar(&o.jobs, "j", 1, "how many tests run at once")
	fs.StringVar(&tests, "tests", "", "packages whose tests must notice, separated by commas; those of the folders if empty")
	fs.IntVar(&o.least, "least", 0, "fail when fewer per cent are noticed")
	fs.DurationVar(&o.timeout, "timeout", 3*time.Minute, "for one run of the tests; what takes longer is not counted")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	for _, x := range []struct {
		to   **regexp.Regexp
		text string
	}{{&o.files, files}, {&o.at, at}, {&o.only, only}, {&o.skip, cmp.Or(skip, "^$")}} {
		var err error
		if *x.to, err = regexp.Compile(x.text); err != nil {
			return o, err
		}
	}
	if every {
		o.n = math.MaxInt
	}
	o.jobs = max(1, o.jobs)
	o.dirs = fs.Args()
	if o.tests = o.dirs; tests != "" {
		o.tests = strings.Split(tests, ",")
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	areas := rules()
	if len(o.dirs) > 0 {
		areas = places(o)
	}
	rng := rand.New(rand.NewPCG(o.seed, 0)) //nolint:gosec // a sample that can be drawn again
	all, err := draw(areas, rng)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(m mutant) bool { return !o.at.MatchString(fmt.Sprintf("%s:%d", filepath.Base(m.file), m.line)) })
	shots, files, err := load(ctx, o, all)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := overlayOf(dir, "together", files)
	if err != nil {
		return err
	}
	bench, err := sound(ctx, o, shots, dir, overlay)
	if err != nil {
		return err
	}
	noticed, planted, err := plantAll(ctx, o, shots, dir, bench, out)
	fmt.Fprintf(out, "%d of %d planted faults noticed, out of %d that could be planted (seed %d)\n", noticed, planted, len(all), o.seed)
	if err != nil { // it was called off, and tells how far it came
		return err
	}
	if planted > 0 && noticed*100 < o.least*planted {
		return fmt.Errorf("fewer than %d per cent", o.least)
	}
	return nil
}

// sound calls the judges, who must have nothing to say while every fault is switched off.
func sound(ctx context.Context, o options, shots []*shot, dir, overlay string) (map[string]*judge, error) {
	bench := map[string]*judge{}
	for _, s := range shots {
		for _, pkg := range s.tests {
			if bench[pkg] != nil {
				continue
			}
			j, err := judgeOf(ctx, o, pkg, filepath.Join(dir, fmt.Sprintf("judge%d.test", len(bench))), overlay)
			if err != nil {
				return nil, err
			}
			bench[pkg] = j
		}
	}
	return bench, nil
}

// moving parts the faults that change a value in some test from those that no test can notice.
func moving(shots []*shot, bench map[string]*judge) (moving, still []*shot) {
	for _, s := range shots {
		if s.alone != nil || slices.ContainsFunc(s.tests, func(pkg string) bool { return len(bench[pkg].asks(s.number)) > 0 }) {
			moving = append(moving, s)
		} else {
			still = append(still, s)
		}
	}
	return moving, still
}

// plantAll turns on one fault after the other, as many at once as may run, and tells of them in their order.
func plantAll(ctx context.Context, o options, shots []*shot, dir string, bench map[string]*judge, out io.Writer) (noticed, planted int, err error) {
	type outcome struct {
		verdict
		err error
	}
	shots, still := moving(shots, bench)
	planted = len(still)
	for _, s := range still {
		fmt.Fprintf(out, "%d changes no value in any test: %s\n", s.number, s)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	came := make([]chan outcome, len(shots))
	for i := range came {
		came[i] = make(chan outcome, 1)
	}
	go atOnce(o.jobs, len(shots), func(i int) {
		v, err := shots[i].try(ctx, dir, o, bench)
		came[i] <- outcome{v, err}
	})
	for i, s := range shots {
		v := <-came[i]
		if v.err != nil {
			return noticed, planted, v.err
		}
		switch v.verdict {
		case stillborn:
			continue
		case late:
			fmt.Fprintf(out, "%d takes too long: %s\n", s.number, s)
			continue
		case killed:
			noticed++
		case survived:
			fmt.Fprintf(out, "%d not noticed%s: %s\n", s.number, s.comesUp(bench), s)
		}
		planted++
	}
	return noticed, planted, nil
}
