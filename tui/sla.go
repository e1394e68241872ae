package tui

import (
	"time"

	"callout/calendar"
	"callout/work"
)

// pressing is an SLA's next target as a countdown.
func (m *Model) pressing(p work.TargetState) string {
	left := p.Due.Sub(m.now)
	if left < 0 {
		return string(p.Target) + " " + calendar.FormatDuration((-left).Round(time.Minute)) + " late"
	}
	return string(p.Target) + " in " + calendar.FormatDuration(left.Round(time.Minute))
}
