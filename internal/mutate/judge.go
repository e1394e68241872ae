package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// judge is a package whose tests must notice.
type judge struct {
	pkg    string
	tests  string // built, with the faults that are behind switches
	flags  []string
	trials []trial // the quickest first
}

// trial is a test that passes by itself without a fault, how long it takes, and which faults would change a value in it.
type trial struct {
	name  string
	took  time.Duration
	moves map[int]bool
}

// quick is how long tests may take that are asked together, before others that take longer.
const quick = 300 * time.Millisecond

// passed is a line of what a test binary says with -test.v.
var passed = regexp.MustCompile(`(?m)^--- PASS: (\S+) \(`)

// judgeOf runs the tests of a package without a fault, each by itself: if they fail so, every fault would seem
// to be noticed.
func judgeOf(ctx context.Context, o options, pkg, tests, overlay string) (*judge, error) {
	j := &judge{pkg: pkg, tests: tests, flags: []string{"-test.failfast"}}
	said, ok, err := goes(ctx, o.timeout, place{}, "go", "list", "-deps", "-test", pkg)
	if slices.Contains(strings.Fields(said), "pgregory.net/rapid") {
		// That a drawn case fails is enough. To look for a small one takes half a minute, and leaves a file behind.
		j.flags = append(j.flags, "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	if err == nil && ok {
		ok, err = j.build(ctx, o.timeout, tests, overlay)
	}
	if err == nil && ok {
		said, ok, err = j.run(ctx, o.timeout, tests, 0, "-test.v")
	}
	if err != nil && !errors.Is(err, errLate) {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("the tests of %s fail, or take longer than %s, without any fault", pkg, o.timeout)
	}
	for _, m := range passed.FindAllStringSubmatch(said, -1) {
		if o.only.MatchString(m[1]) && !o.skip.MatchString(m[1]) {
			j.trials = append(j.trials, trial{name: m[1]})
		}
	}
	return j, j.watch(ctx, o)
}

// watch runs each test by itself, and notes how long it takes and which faults would change a value in it.
func (j *judge) watch(ctx context.Context, o options) error {
	errs := make([]error, len(j.trials))
	atOnce(o.jobs, len(j.trials), func(i int) { errs[i] = j.trials[i].watch(ctx, j, o.timeout) })
	slices.SortFunc(j.trials, func(a, b trial) int { return cmp.Compare(a.took, b.took) })
	return errors.Join(errs...)
}

// atOnce does n things in their order, as many of them at once as there are jobs.
func atOnce(jobs, n int, do func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range jobs {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}

func (t *trial) watch(ctx context.Context, j *judge, limit time.Duration) error {
	name := j.tests + "." + t.name
	defer func() { _ = os.Remove(name) }()
	at := place{dir: j.pkg, env: append(os.Environ(), variable+"=0", notes+"="+name)}
	began := time.Now()
	said, ok, err := goes(ctx, limit, at, slices.Concat([]string{j.tests}, j.flags, []string{"-test.run", "^" + t.name + "$"})...)
	t.took = time.Since(began)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%s of %s fails without any fault when it runs by itself: %s", t.name, j.pkg, said)
	}
	text, err := os.ReadFile(name) //nolint:gosec // our own
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	t.moves = map[int]bool{}
	for n := range strings.FieldsSeq(string(text)) {
		number, err := strconv.Atoi(n)
		if err != nil {
			return err
		}
		t.moves[number] = true
	}
	return nil
}

// build makes the package's tests, with what an overlay lays over them. It reports whether they compile.
func (j *judge) build(ctx context.Context, limit time.Duration, tests, overlay string) (bool, error) {
	if err := os.Remove(tests); err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	_, ok, err := goes(ctx, limit, place{}, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", tests, "-overlay", overlay, j.pkg)
	return ok, err
}

// run runs tests that were built, in the folder of the package, with the fault of a number.
func (j *judge) run(ctx context.Context, limit time.Duration, tests string, number int, flags ...string) (string, bool, error) {
	at := place{dir: j.pkg, env: append(os.Environ(), fmt.Sprintf("%s=%d", variable, number))}
	return goes(ctx, limit, at, slices.Concat([]string{tests}, j.flags, flags)...)
}

// asks lists the tests in which a fault would change a value, in groups of those that are asked together: the quick ones first,
// as most faults are noticed by any.
func (j *judge) asks(number int) (groups [][]trial) {
	var sum time.Duration
	for _, t := range j.trials {
		switch {
		case !t.moves[number]:
		case len(groups) > 0 && sum+t.took <= quick*time.Duration(len(groups)):
			groups[len(groups)-1] = append(groups[len(groups)-1], t)
			sum += t.took
		default:
			groups = append(groups, []trial{t})
			sum = t.took
		}
	}
	return groups
}

// comesUp names tests in which a fault changes a value that they do not look at.
func (s *shot) comesUp(bench map[string]*judge) string {
	var names []string
	for _, pkg := range s.tests {
		for _, group := range bench[pkg].asks(s.number) {
			for _, t := range group {
				names = append(names, t.name)
			}
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) > 2:
		return fmt.Sprintf(" by %s, %s and %d more", names[0], names[1], len(names)-2)
	}
	return " by " + strings.Join(names, " and ")
}

// content reports whether no test notices a fault, of those in which it changes a value.
func (j *judge) content(ctx context.Context, limit time.Duration, number int) (bool, error) {
	for _, group := range j.asks(number) {
		var names []string
		patience := 10 * time.Second
		for _, t := range group {
			names = append(names, t.name)
			patience += 20 * t.took
		}
		_, ok, err := j.run(ctx, min(limit, patience), j.tests, number, "-test.run", "^("+strings.Join(names, "|")+")$")
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// verdict is what became of a planted fault.
type verdict int

const (
	stillborn verdict = iota // it does not compile
	killed
	survived
	late // the tests took longer than they may, be it the fault's doing or the machine's
)

// try runs the tests with a fault.
func (s *shot) try(ctx context.Context, dir string, o options, bench map[string]*judge) (verdict, error) {
	if s.alone != nil {
		return s.tryAlone(ctx, dir, o, bench)
	}
	for _, pkg := range s.tests {
		if ok, err := bench[pkg].content(ctx, o.timeout, s.number); err != nil || !ok {
			return verdictOn(killed, err)
		}
	}
	return survived, nil
}

// tryAlone runs all the tests with a fault that has a build of its own.
func (s *shot) tryAlone(ctx context.Context, dir string, o options, bench map[string]*judge) (verdict, error) {
	name := fmt.Sprintf("alone%d", s.number)
	tests := filepath.Join(dir, name+".test")
	defer func() { _ = os.Remove(tests) }()
	overlay, err := overlayOf(dir, name, map[string][]byte{s.file: s.alone})
	if err != nil {
		return 0, err
	}
	for _, pkg := range s.tests {
		j := bench[pkg]
		if ok, err := j.build(ctx, o.timeout, tests, overlay); err != nil || !ok {
			return verdictOn(stillborn, err)
		}
		var names []string
		for _, t := range j.trials {
			names = append(names, t.name)
		}
		if _, ok, err := j.run(ctx, o.timeout, tests, 0, "-test.run", "^("+strings.Join(names, "|")+")$"); err != nil || !ok {
			return verdictOn(killed, err)
		}
	}
	return survived, nil
}

// verdictOn is v, unless what says so did not come to an end.
func verdictOn(v verdict, err error) (verdict, error) {
	if errors.Is(err, errLate) {
		return late, nil
	}
	return v, err
}

var errLate = errors.New("it takes too long")

// place is where a command runs: here, if it does not say.
type place struct {
	dir string
	env []string
}

// goes runs a command and reports what it said and whether it was content. Of whoever takes
// too long nobody knows: errLate.
func goes(ctx context.Context, limit time.Duration, at place, args ...string) (string, bool, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, args[0], args[1:]...) //nolint:gosec // the go command, and tests that it has built
	cmd.Dir, cmd.Env, cmd.WaitDelay = at.dir, at.env, time.Second
	said, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", false, ctx.Err()
	case err == nil:
		return string(said), true, nil
	case limited.Err() != nil:
		return "", false, errLate
	case errors.As(err, &exit):
		return string(said), false, nil
	}
	return "", false, err
}
