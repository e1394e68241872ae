package tui_test

import "testing"

// The command line is the shell: it completes the same words and does the same things.
func TestTheCommandLine(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press(":").types("appt lo").shows("lock", "Fix a visit's time")
	s.press("tab").types("APPT-1001 ti").press("tab").shows(":appt lock APPT-1001 time")
	s.press("enter").shows("APPT-1001").hides("esc leaves")
	s.press("w").shows("locked: time")
	s.press(": up").shows("appt lock APPT-1001 time").press("esc")
	s.press(":").types("appt lock APPT-1001 nonsense").press("enter").shows("nonsense")
	s.press(":").types("wo list --status new").press("enter").shows("callout wo list", "Gas check").golden("command-output-120x30")
	s.press("esc").hides("callout wo list")
	s.press(":").types("wo list | head").press("enter").shows("a pipe needs a shell").press("esc")
	s.press(":").types("customer add 'Open").press("enter").shows("a quote is not closed").press("esc").hides("esc leaves")
}

// Help finds a key by what it does, and does it.
func TestHelp(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30)
	s.press("?").golden("help-120x30")
	s.types("next vis").shows("next visit").hides("coarser")
	s.press("enter").shows("APPT-1001  scheduled")
	s.press("?").types("pick up").press("enter").shows("drop here")
	s.press("esc g H ?").types("pick up").shows("there is no visit under").press("enter").shows("pick up: there is no visit under the cursor")
}
