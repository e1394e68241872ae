package dispatch

import (
	"strings"
	"time"
	"unicode/utf8"
)

// CalendarEvent is a visit as a calendar shows it.
type CalendarEvent struct {
	UID         string
	Stamp       time.Time // when it last changed
	Start, End  time.Time
	Summary     string
	Location    string
	Description string
	Canceled    bool
	Tentative   bool // planned, but nobody was told to go yet
}

// ICalendar writes events as an iCalendar object (RFC 5545): times in UTC, so that no
// VTIMEZONE is needed; texts escaped; lines ended by CRLF and folded at 75 octets.
func ICalendar(name string, events []CalendarEvent) string {
	var b strings.Builder
	line := func(property, value string) { foldLine(&b, property+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//callout//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", icalText(name))
	for _, e := range events {
		line("BEGIN", "VEVENT")
		line("UID", icalText(e.UID))
		line("DTSTAMP", icalTime(e.Stamp))
		line("DTSTART", icalTime(e.Start))
		line("DTEND", icalTime(e.End))
		line("SUMMARY", icalText(e.Summary))
		if e.Location != "" {
			line("LOCATION", icalText(e.Location))
		}
		if e.Description != "" {
			line("DESCRIPTION", icalText(e.Description))
		}
		switch {
		case e.Canceled:
			line("STATUS", "CANCELLED")
		case e.Tentative:
			line("STATUS", "TENTATIVE")
		default:
			line("STATUS", "CONFIRMED")
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.String()
}

func icalTime(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// icalText escapes a TEXT value (RFC 5545, 3.3.11). Control characters, which no text
// may hold, are left out.
func icalText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// foldLine writes a content line in pieces of at most 75 octets, never within a
// character (RFC 5545, 3.1). The space that begins a continuation counts as one of them.
func foldLine(b *strings.Builder, s string) {
	const most = 75
	room := most
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], most-1
	}
	b.WriteString(s + "\r\n")
}
