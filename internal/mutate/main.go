// Command mutate asks how many planted faults the tests notice. It changes one expression of a room at a time, as a
// slip of the hand would, runs the tests against it, and says which changes nobody noticed.
//
//	go run ./internal/mutate -n 120                       # in every kind of rule that area.go lists, in turn
//	go run ./internal/mutate -n 50 -files tax ./billing   # in the files of a folder
//
// The changed file is laid over the real one with the -overlay flag of the go command, so the source is
// never touched. The tests run without a change first: where they fail by themselves, they notice nothing. Changes
// that do not compile are not counted, nor are those whose tests take too long, which are listed: a loop without end, or
// a machine that is too busy to say. The same seed plants the same faults.
//
// It is a tool for whoever works on callout, and is in no release. It does not judge a change that means the same as
// what it replaced: those are listed with the others and left to the reader.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
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
	n       int
	seed    uint64
	files   *regexp.Regexp
	tests   []string
	least   int
	timeout time.Duration
	dirs    []string
}

func parse(args []string, out io.Writer) (options, error) {
	fs := flag.NewFlagSet("mutate", flag.ContinueOnError)
	fs.SetOutput(out)
	var o options
	var files, tests string
	fs.IntVar(&o.n, "n", 100, "how many faults to plant")
	fs.Uint64Var(&o.seed, "seed", 1, "which ones")
	fs.StringVar(&files, "files", "", "only in files whose name matches")
	fs.StringVar(&tests, "tests", "", "packages whose tests must notice, separated by commas; those of the folders if empty")
	fs.IntVar(&o.least, "least", 0, "fail when fewer per cent are noticed")
	fs.DurationVar(&o.timeout, "timeout", 3*time.Minute, "for one run of the tests; what takes longer is not counted")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.files, err = regexp.Compile(files); err != nil {
		return o, err
	}
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
	if err := sound(ctx, o, areas); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(o.seed, 0)) //nolint:gosec // a sample that can be drawn again
	all, err := draw(areas, rng)
	if err != nil {
		return err
	}
	noticed, planted, err := plantAll(ctx, o, all, out)
	fmt.Fprintf(out, "%d of %d planted faults noticed, out of %d that could be planted (seed %d)\n", noticed, planted, len(all), o.seed)
	if err != nil { // it was called off, and tells how far it came
		return err
	}
	if planted > 0 && noticed*100 < o.least*planted {
		return fmt.Errorf("fewer than %d per cent", o.least)
	}
	return nil
}

// sound runs the tests without a fault: if they fail by themselves, every fault would seem to be noticed.
func sound(ctx context.Context, o options, areas []area) error {
	var all []string
	for _, a := range areas {
		all = append(all, a.tests...)
	}
	slices.Sort(all)
	for _, pkg := range slices.Compact(all) {
		ok, err := goes(ctx, o.timeout, "test", "-count=1", pkg)
		if err != nil && !errors.Is(err, errLate) {
			return err
		}
		if !ok {
			return fmt.Errorf("the tests of %s fail, or take longer than %s, without any fault", pkg, o.timeout)
		}
	}
	return nil
}

// plantAll plants faults until there are as many as asked for that compile.
func plantAll(ctx context.Context, o options, all []mutant, out io.Writer) (noticed, planted int, err error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, m := range all {
		if planted == o.n {
			break
		}
		v, err := m.try(ctx, dir, o)
		if err != nil {
			return noticed, planted, err
		}
		switch v {
		case stillborn:
			continue
		case late:
			fmt.Fprintf(out, "takes too long: %s\n", m)
			continue
		case killed:
			noticed++
		case survived:
			fmt.Fprintf(out, "not noticed: %s\n", m)
		}
		planted++
	}
	return noticed, planted, nil
}
