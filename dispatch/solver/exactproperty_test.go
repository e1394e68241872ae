package solver_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
)

// drawTiny draws a problem of up to three technicians and six seats.
func drawTiny(t *rapid.T, kind tinyKind) *solver.Problem {
	g := tiny{T: t, tinyKind: kind}
	g.technicians = rapid.IntRange(1, 3).Draw(t, "technicians")
	g.visits = rapid.IntRange(1, 6).Draw(t, "visits")
	return g.problem()
}

// tinyProblems are the same ones every time.
func tinyProblems(kind tinyKind) func(i int) *solver.Problem {
	gen := rapid.Custom(func(t *rapid.T) *solver.Problem { return drawTiny(t, kind) })
	return func(i int) *solver.Problem { return gen.Example(i) }
}

// solveTiny searches long enough for a tiny problem, and has the plan checked.
func solveTiny(t interface{ Fatalf(string, ...any) }, p *solver.Problem) *solver.Plan {
	plan, err := solver.Solve(context.Background(), p, solver.Options{Seed: 1, Iterations: 3000})
	if err != nil {
		t.Fatalf("%v", err)
	}
	if found := check.Plan(p, plan); len(found) > 0 {
		t.Fatalf("the plan is not valid: %v", found)
	}
	return plan
}

// The search finds what trying everything finds, on problems that are the same every time. Where it does not look
// for everything by design, the test says how often that may show.
func TestOptimumOfTinyProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		kind   tinyKind
		misses int // of 250; the race detector, which tries fewer, may find no more
	}{
		{"visits that all should be served", tinyKind{dear: true}, 0},
		{"visits that may not be worth it", tinyKind{}, 3},
		{"orders between visits", tinyKind{dear: true, links: true}, 0},
		{"orders between visits that may not be worth it", tinyKind{links: true}, 3},
		{"breaks", tinyKind{dear: true, breaks: true}, 1},
		// Nobody waits for a promised window to begin, though the promise may be worth it.
		{"promises", tinyKind{dear: true, promises: true}, 12},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			problem, misses := tinyProblems(test.kind), 0
			for i := range tinyOnes {
				p := problem(i)
				plan := solveTiny(t, p)
				got := plan.Terms.Total()
				want, how := optimum(p)
				if got < want {
					t.Fatalf("problem %d: found %d, but the optimum is %d\nproblem %+v\nplan %+v", i, got, want, p, plan)
				}
				if got > want {
					misses++
					t.Logf("problem %d: found %d, the optimum is %d: %s", i, got, want, how)
				}
			}
			if misses > test.misses {
				t.Errorf("%d of %d optima were missed, at most %d may be", misses, tinyOnes, test.misses)
			}
		})
	}
}

// No plan costs less than the optimum, whatever the problem has.
func TestNeverBelowTheOptimum(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawTiny(rt, tinyKind{
			dear: rapid.Bool().Draw(rt, "dear"), links: rapid.Bool().Draw(rt, "links"),
			breaks: rapid.Bool().Draw(rt, "breaks"), promises: rapid.Bool().Draw(rt, "promises"),
		})
		plan := solveTiny(rt, p)
		if want, _ := optimum(p); plan.Terms.Total() < want {
			rt.Fatalf("found %d, but the optimum is %d\nproblem %+v\nplan %+v", plan.Terms.Total(), want, p, plan)
		}
	})
}

// One more technician never makes it worse.
func TestOneMoreTechnician(t *testing.T) {
	problem := tinyProblems(tinyKind{dear: true})
	for i := range 200 {
		p := problem(i)
		without := solveTiny(t, p).Terms.Total()
		more := p.Technicians[i%len(p.Technicians)]
		more.ID = "t9"
		p.Technicians = append(p.Technicians, more)
		if with := solveTiny(t, p).Terms.Total(); with > without {
			t.Errorf("problem %d costs %d, with %s too %d", i, without, more.ID, with)
		}
	}
}
