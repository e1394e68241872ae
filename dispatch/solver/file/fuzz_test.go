package file_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
	"callout/dispatch/solver/file"
)

// numbers of a file, but for the version of its schema and the parts of a word.
var numbers = regexp.MustCompile(`([\[: ])-?[0-9]+([,\]} ])`)

// accept reads anything: it never panics, and what it accepts is written the same, and planned so that the checker
// accepts the plan.
func accept(ctx context.Context, text []byte) error {
	p, err := file.Read(bytes.NewReader(text))
	if err != nil || len(p.Visits) > 40 || len(p.Technicians) > 40 {
		return nil //nolint:nilerr // what is refused is refused
	}
	var first, second bytes.Buffer
	if err := file.Write(&first, p); err != nil {
		return fmt.Errorf("it is read and not written: %w", err)
	}
	again, err := file.Read(bytes.NewReader(first.Bytes()))
	if err == nil {
		err = file.Write(&second, again)
	}
	if err != nil || first.String() != second.String() {
		return fmt.Errorf("written again (%v) it is\n%s\nwas\n%s", err, &second, &first)
	}
	plan, err := solver.Solve(ctx, p.Problem, solver.Options{Seed: 1, Iterations: 30})
	if err != nil {
		return fmt.Errorf("it is accepted and not planned: %w\n%s", err, &first)
	}
	if found := check.Plan(p.Problem, plan); len(found) > 0 {
		return fmt.Errorf("%v\n%s", found, &first)
	}
	return nil
}

// FuzzProblem bends the text of files.
func FuzzProblem(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(written(f, &file.Problem{Problem: city(2, 6)})))
	f.Add([]byte(written(f, &file.Problem{Problem: city(3, 9)})))
	f.Add([]byte(`{"schema":"callout.dispatch-problem/v1","weights":{},"technicians":[],"visits":[],"travel":{"matrix":[]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := accept(t.Context(), text); err != nil {
			t.Error(err)
		}
	})
}

// bend puts other numbers in the place of some in a file that can be read.
func bend(t *testing.T) func(rt *rapid.T) {
	seeds := [][]byte{[]byte(small), []byte(written(t, &file.Problem{Problem: city(2, 8)})), []byte(written(t, &file.Problem{Problem: city(4, 14)}))}
	return func(rt *rapid.T) {
		text := bytes.Clone(rapid.SampledFrom(seeds).Draw(rt, "seed"))
		for range rapid.IntRange(0, 6).Draw(rt, "edits") {
			all := numbers.FindAllSubmatchIndex(text, -1)
			at := rapid.SampledFrom(all).Draw(rt, "at")
			n := rapid.OneOf(
				rapid.IntRange(-2, 600), rapid.IntRange(0, 200_000), rapid.SampledFrom([]int{solver.MaxTime, -solver.MaxTime, 1 << 40}),
			).Draw(rt, "n")
			text = append(append(append([]byte{}, text[:at[3]]...), strconv.Itoa(n)...), text[at[4]:]...)
		}
		if err := accept(t.Context(), text); err != nil {
			rt.Error(err)
		}
	}
}

// TestBentProblems plans files of which some numbers are others.
func TestBentProblems(t *testing.T) { rapid.Check(t, bend(t)) }

// FuzzBentProblem is the same with what a fuzzer makes of it.
func FuzzBentProblem(f *testing.F) {
	f.Fuzz(func(t *testing.T, source []byte) { rapid.MakeFuzz(bend(t))(t, source) })
}
