// Command bench measures package solver on public files and prints what it found beside the best known values.
//
//	go run ./dispatch/solver/bench vrptw -set solomon,gh200 -seconds 1,10 -seeds 1,2,3
//	go run ./dispatch/solver/bench vrptw -set solomon -objective vehicles -only 'R1*'
//	go run ./dispatch/solver/bench homecare -seconds 60
//	go run ./dispatch/solver/bench city -seconds 10 -workers 2
//	go run ./dispatch/solver/bench replan -set 1,2,3 -iterations 500
//	go run ./dispatch/solver/bench file problem.json -seconds 5 -tours
//
// A file is what callout dispatch optimize --save-problem writes; docs/problem-file.md has its form.
//
// Limits are processor time, so many seconds for each worker (getrusage; wall time where there is none), and no more processors are used than there
// are workers, so that a busy machine measures nearly the same: what is left of it are caches and pipelines that others use too.
// Every plan goes through package check; one
// finding, and the command fails. With -iterations instead of -seconds the figures are the same on every machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// settings are what the flags say.
type settings struct {
	data       string
	only       string
	sets       []string
	objective  string
	budgets    []budget
	seeds      []uint64
	workers    int
	verbose    bool
	tours      bool
	paths      []string // of problem files
	out, notes io.Writer
}

// budget is how long one search goes on: one of the two is above zero.
type budget struct {
	limit      time.Duration
	iterations int
}

func (b budget) String() string {
	if b.iterations > 0 {
		return fmt.Sprintf("%d iterations", b.iterations)
	}
	return fmt.Sprintf("%g %s", b.limit.Seconds(), clockName)
}

// run is the command, apart from the process it runs in.
func run(ctx context.Context, args []string, out, notes io.Writer) error {
	suites := map[string]struct {
		sets string
		run  func(ctx context.Context, s settings) error
	}{
		"vrptw":    {"solomon", vrptw},
		"homecare": {"mankowska,italian", homecare},
		"city":     {"day", city},
		"replan":   {"1,2,3", replan},
		"file":     {"", ofFiles},
	}
	if len(args) == 0 {
		return errors.New("say what to measure: vrptw, homecare, city, replan or file")
	}
	suite, ok := suites[args[0]]
	if !ok {
		return fmt.Errorf("there is no %s: vrptw, homecare, city, replan or file", args[0])
	}
	s := settings{out: out, notes: notes}
	rest := args[1:]
	for args[0] == "file" && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		s.paths, rest = append(s.paths, rest[0]), rest[1:]
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(notes)
	flags.StringVar(&s.data, "data", filepath.Join("..", "shared", "data"), "folder of the public files")
	flags.StringVar(&s.only, "only", "*", "pattern of the instances' names")
	flags.StringVar(&s.objective, "objective", "distance", "of vrptw: distance (distances cut to a decimal), double (not cut) or vehicles (fewest first)")
	flags.IntVar(&s.workers, "workers", 1, "searches side by side")
	flags.BoolVar(&s.tours, "tours", false, "of file: the tours of the last plan")
	flags.BoolVar(&s.verbose, "v", false, "each run on stderr as it ends")
	sets := flags.String("set", suite.sets, "vrptw: solomon, gh200, gh400, gh1000; homecare: mankowska, italian; city: day, week; replan: seeds of days")
	seconds := flags.String("seconds", "10", "limits, each measured on its own")
	iterations := flags.String("iterations", "", "numbers of iterations, in place of limits")
	seeds := flags.String("seeds", "1", "seeds, each measured on its own")
	if err := flags.Parse(rest); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("what is %s?", flags.Arg(0))
	}
	if _, err := path.Match(s.only, ""); err != nil {
		return fmt.Errorf("-only %s: %w", s.only, err)
	}
	s.sets = strings.Split(*sets, ",")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(1, s.workers)))
	var err error
	if s.budgets, err = budgets(*seconds, *iterations); err != nil {
		return err
	}
	for _, text := range strings.Split(*seeds, ",") {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return fmt.Errorf("-seeds: %w", err)
		}
		s.seeds = append(s.seeds, seed)
	}
	return suite.run(ctx, s)
}

func budgets(seconds, iterations string) (all []budget, err error) {
	if iterations != "" {
		for _, text := range strings.Split(iterations, ",") {
			n, err := strconv.Atoi(text)
			if err != nil || n <= 0 {
				return nil, fmt.Errorf("-iterations: %s is no number above zero", text)
			}
			all = append(all, budget{iterations: n})
		}
		return all, nil
	}
	for _, text := range strings.Split(seconds, ",") {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n <= 0 || n > 1e6 {
			return nil, fmt.Errorf("-seconds: %s is no number of seconds above zero", text)
		}
		all = append(all, budget{limit: time.Duration(n * float64(time.Second))})
	}
	return all, nil
}
