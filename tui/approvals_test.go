package tui_test

import (
	"fmt"
	"strings"
	"testing"

	"callout/tui"
)

// newMoneyPlace is a shop under four eyes in which time of ana waits for approval, entered by mia, and one of ben that ben
// entered himself.
func newMoneyPlace(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.run("policy set four-eyes")
	p.run("price set labour 95 --unit h --from 2026-01-01")
	p.run("task add WO-1001 'Check the burner'")
	p.run("task add WO-1002 'Find the leak'")
	p.run("time add WO-1001 --task 1 --technician ana --from '2026-03-01 09:00' --to '2026-03-01 11:00'")
	p.run("time add WO-1002 --task 1 --technician ben --from '2026-03-01 10:00' --to '2026-03-01 11:30' --as ben")
	p.submit()
	return p
}

// submit puts all new time up for approval.
func (p *place) submit() {
	p.t.Helper()
	for _, id := range strings.Fields(p.run("time list --status new -o name")) {
		p.run("time submit " + id + " --as ben")
	}
}

// What waits is there with what stands against whoever acts, and approving it goes through the shell's own verbs.
func TestApproveWhatOthersMade(t *testing.T) {
	p := newMoneyPlace(t)
	s := p.open(160, 30)
	s.press("3").shows("Approvals", "yes time", "WO-1002", "1h30m labour of ben", "no  time", "WO-1001", "mia made or last edited it")
	s.press("a").shows("approved")
	if out := p.run("time list --status approved -o jsonl"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "ben") {
		t.Fatalf("not the time of ben was approved: %s", out)
	}
	s.press("a").shows("approve: mia made or last edited it")
}

// The sheet of a request says what exactly is approved, with the rule for each price.
func TestWhatExactlyIsApproved(t *testing.T) {
	p := newMoneyPlace(t)
	s := p.open(120, 40)
	s.press("3 enter").shows("May approve:", "What it comes to", "142.50", "1h30m", "taken").golden("approvals-paper-120x40")
	s.press("J").shows("mia may not approve it: made or last", "(approval.self)", "190.00")
	s.press("esc").hides("What it comes to")
}

// A rejection takes a reason, and may come from a maker.
func TestRejectWithAReason(t *testing.T) {
	p := newMoneyPlace(t)
	s := p.open(120, 30)
	s.press("3 j x").types("was on another day").press("enter").shows("rejected").hides("no  time")
	if out := p.run("approval list --state rejected -o jsonl"); !strings.Contains(out, "WO-1001") {
		t.Fatalf("nothing was rejected: %s", out)
	}
	s.press("x enter").shows("it takes a reason").press("esc")
}

// Many at once are asked about, go by one command line, and what is refused of them is told one by one.
func TestApproveInBulk(t *testing.T) {
	p := newMoneyPlace(t)
	for i := range 12 {
		p.run(fmt.Sprintf("time add WO-1002 --task 1 --technician ben --from '2026-02-%02d 09:00' --to '2026-02-%02d 10:00' --as ben", i+2, i+2))
	}
	p.submit()
	s := p.open(120, 40)
	s.press("3 g V G a").shows("Approve 13?", "13 time", "1 marked ones are left out")
	first := strings.Fields(p.run("time list --status submitted -o name"))[0]
	p.run("time reject " + first + " --reason 'somebody was faster' --as olga")
	s.press("a").shows("Approve 13?").press("y").shows("12 approved, 1 not", "rejected")
	s.press("esc").shows("12 approved, 1 not")
	if out := p.run("time list --status approved -o name"); strings.Count(out, "\n") != 12 {
		t.Fatalf("not all was approved: %s", out)
	}
}

func TestApprovalsLookGood(t *testing.T) {
	p := newMoneyPlace(t)
	p.open(80, 24).press("3").golden("approvals-80x24")
	p.open(160, 48).press("3").golden("approvals-160x48")
	p.open(80, 24, func(o *tui.Options) { o.ReadOnly = true }).press("3 a").shows("approve: the board is read-only")
}
