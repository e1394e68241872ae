package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
	"callout/work"
)

// minutes is an estimate as the command line reads it; "" where there is none.
func minutes(n int) string {
	if n == 0 {
		return ""
	}
	return calendar.FormatDuration(time.Duration(n) * time.Minute)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// evidenceWord writes what must be attached as the command line reads it.
func evidenceWord(e work.EvidenceNeed) string {
	if e.Count > 1 {
		return fmt.Sprintf("%s:%d", e.Kind, e.Count)
	}
	return string(e.Kind)
}

// planVisit asks for the exact times of an order's next visit, or of one that is planned.
func (m *Model) planVisit(s *orderSheet, v dispatch.AppointmentRow) tea.Cmd {
	line, title := []string{"appt", "schedule", s.order.Number}, "Plan a visit to "+s.order.Number
	start, length, names := "", "", ""
	if s.likely > 0 {
		length = calendar.FormatDuration(s.likely)
	}
	if v.ID != "" {
		line, title = []string{"appt", "schedule", v.Number}, "Plan "+v.Number
	}
	if !v.Start.IsZero() {
		line, title = []string{"appt", "move", v.Number}, "Change the plan of "+v.Number
		zone, err := calendar.LoadZone("zone", v.Zone)
		if err != nil {
			zone = m.opts.Zone
		}
		start = v.Start.In(zone.Location()).Format("2006-01-02 15:04")
		length = calendar.FormatDuration(v.End.Sub(v.Start))
	}
	if m.board.day != nil {
		names = m.board.names(v.Technicians)
	}
	fields := []*blank{
		newBlank("start", "start", start).saying("on the clock at the site: tomorrow 09:00, fri 13:30"),
		newBlank("duration", "lasts", length).saying("90m, 2h; empty is what the tasks are estimated at"),
		newBlank("technician", "who goes", names).saying("several with commas"),
		newBlank("accept", "book over", "").saying("conflicts that you accept: overlap, travel; needs a reason"),
		newBlank("reason", "reason", ""),
	}
	fields[2].complete = completeBy(append(line[:len(line):len(line)], "--technician")...)
	fields[3].complete = completeBy(append(line[:len(line):len(line)], "--accept")...)
	return m.fill(&form{title: title, fields: fields, line: func(f *form) []string {
		if v.ID != "" && !v.Start.IsZero() && !f.typed() {
			return nil
		}
		out := append(line[:len(line):len(line)], "--start="+f.get("start"))
		if d := f.get("duration"); d != "" {
			out = append(out, "--duration="+d)
		}
		for _, each := range []string{"technician", "accept"} {
			for _, word := range strings.Split(f.get(each), ",") {
				if word = strings.TrimSpace(word); word != "" {
					out = append(out, "--"+each+"="+word)
				}
			}
		}
		return append(out, f.flags("reason")...)
	}})
}
