package tui_test

import (
	"strings"
	"testing"

	"callout/tui"
)

// steps has plans looked for by steps in place of seconds, so that the same shop gives the same plan.
func steps(o *tui.Options) { o.Search = []string{"--iterations", "500"} }

// newPlanPlace has one order without a visit, and one technician who can do it.
func newPlanPlace(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.run("task add WO-1003 'Check' --estimate 1h --skill gas")
	p.run("appt lock APPT-1001 both")
	p.run("appt lock APPT-1002 both")
	return p
}

// A plan is looked at before it is applied: the order without a visit gets one, and the board shows where.
func TestReviewAPlan(t *testing.T) {
	p := newPlanPlace(t)
	s := p.open(120, 30, steps)
	s.press("O").shows("Plan", "placed", "WO-1003", "cost in all").golden("plan-120x30")
	s.press("enter").shows("Apply the plan?", "1 placed").press("n").shows("cost in all")
	if out := p.run("appt list --order WO-1003 -o name"); strings.TrimSpace(out) != "" {
		t.Fatalf("something was planned before it was confirmed: %s", out)
	}
	s.press("enter y").shows("planned").hides("cost in all")
	if out := p.run("appt list --order WO-1003 -o name"); !strings.Contains(out, "APPT-") {
		t.Fatalf("nothing was planned: %s", out)
	}
}

// Escape leaves a plan; what has changed meanwhile is not overrun by it.
func TestAPlanIsLeftOrOvertaken(t *testing.T) {
	p := newPlanPlace(t)
	s := p.open(80, 24, steps)
	s.press("O").shows("WO-1003").golden("plan-80x24")
	s.press("esc").shows("nothing has changed")
	s.press("O")
	p.run("wo cancel WO-1003 --reason 'they have done it themselves'")
	s.press("enter y").shows("changed")
	if out := p.run("appt list --order WO-1003 -o name"); strings.TrimSpace(out) != "" {
		t.Fatalf("a plan was applied that had been overtaken: %s", out)
	}
}
