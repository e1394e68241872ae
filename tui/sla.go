package tui

import (
	"strings"
	"time"

	"callout/calendar"
	"callout/tui/screen"
	"callout/work"
)

// pressing is the target of an SLA that presses most, in words.
func (m *Model) pressing(p work.TargetState) string {
	switch p.State {
	case work.SLAPaused, work.SLAMet, work.SLAMissed:
		return string(p.Target) + " " + string(p.State)
	case work.SLAAtRisk:
		return string(p.Target) + " at risk, " + m.countdown(p)
	}
	return string(p.Target) + " " + m.countdown(p)
}

// countdown is how long there is until a target falls due, or how long ago it did.
func (m *Model) countdown(p work.TargetState) string {
	left := p.Due.Sub(m.now)
	if left < 0 {
		return calendar.FormatDuration((-left).Round(time.Minute)) + " late"
	}
	return "in " + calendar.FormatDuration(left.Round(time.Minute))
}

// alarm is what a visit's bar says of the SLA of its order.
type alarm struct {
	sign  string
	word  string // that it is late or at risk
	count string // by how much, or until when
}

// alarm says whether a target of a visit's order is at risk or was missed while it is still open.
func (m *Model) alarm(v *Visit, g *screen.Glyphs) (alarm, bool) {
	if v.Clock == (work.ClockRow{}) {
		return alarm{}, false
	}
	switch p, _ := v.Clock.Pressing(m.now); p.State {
	case work.SLAAtRisk:
		return alarm{g.Risk, "risk", "due " + m.countdown(p)}, true
	case work.SLABreached:
		return alarm{g.Breach, "late", "late " + strings.TrimSuffix(m.countdown(p), " late")}, true
	}
	return alarm{}, false
}

// late says whether a target of a visit's order was missed while it is still open.
func (m *Model) late(v *Visit) bool {
	if v.Clock == (work.ClockRow{}) {
		return false
	}
	p, _ := v.Clock.Pressing(m.now)
	return p.State == work.SLABreached
}
