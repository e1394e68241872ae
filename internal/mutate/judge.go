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
	"time"
)

// judge is a package whose tests must notice. They are run until the first of them notices: those that take long come
// last, so that most faults cost no more than the others.
type judge struct {
	pkg   string
	tests string // built, with the faults that are behind switches
	flags []string
	long  []string // tests that took longer than quick by themselves
}

const quick = 300 * time.Millisecond

// passed is a line of what a test binary says with -test.v.
var passed = regexp.MustCompile(`(?m)^--- PASS: (\S+) \(([0-9.]+)s\)$`)

// judgeOf runs the tests of a package without a fault: if they fail by themselves, every fault would seem
// to be noticed. It notes which of them take long.
func judgeOf(ctx context.Context, limit time.Duration, pkg, tests, overlay string) (*judge, error) {
	j := &judge{pkg: pkg, tests: tests, flags: []string{"-test.failfast"}}
	said, ok, err := goes(ctx, limit, place{}, "go", "list", "-deps", "-test", pkg)
	if slices.Contains(strings.Fields(said), "pgregory.net/rapid") {
		// That a drawn case fails is enough. To look for a small one takes half a minute, and leaves a file behind.
		j.flags = append(j.flags, "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	if err == nil && ok {
		ok, err = j.build(ctx, limit, tests, overlay)
	}
	if err == nil && ok {
		said, ok, err = j.run(ctx, limit, tests, 0, "-test.v")
	}
	if err != nil && !errors.Is(err, errLate) {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("the tests of %s fail, or take longer than %s, without any fault", pkg, limit)
	}
	for _, m := range passed.FindAllStringSubmatch(said, -1) {
		if s, err := strconv.ParseFloat(m[2], 64); err == nil && s > quick.Seconds() {
			j.long = append(j.long, m[1])
		}
	}
	if ok, err := j.content(ctx, limit, tests, 0); err != nil || !ok {
		return nil, cmp.Or(err, fmt.Errorf("the tests of %s fail without any fault when the quick and the long ones are run apart", pkg))
	}
	return j, nil
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

// content reports whether no test notices a fault.
func (j *judge) content(ctx context.Context, limit time.Duration, tests string, number int) (bool, error) {
	if len(j.long) == 0 {
		_, ok, err := j.run(ctx, limit, tests, number)
		return ok, err
	}
	long := "^(" + strings.Join(j.long, "|") + ")$"
	if _, ok, err := j.run(ctx, limit, tests, number, "-test.skip", long); err != nil || !ok {
		return false, err
	}
	_, ok, err := j.run(ctx, limit, tests, number, "-test.run", long)
	return ok, err
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
	for _, pkg := range s.tests {
		j := bench[pkg]
		tests := j.tests
		if s.alone != nil {
			tests = filepath.Join(dir, "alone.test")
			overlay, err := overlayOf(dir, "alone", map[string][]byte{s.file: s.alone})
			if err != nil {
				return 0, err
			}
			if ok, err := j.build(ctx, o.timeout, tests, overlay); err != nil || !ok {
				return verdictOn(stillborn, err)
			}
		}
		if ok, err := j.content(ctx, o.timeout, tests, s.number); err != nil || !ok {
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
