package calendar_test

import (
	"strings"
	"testing"
	"time"

	. "callout/calendar"
)

// now is a Monday, 10:00:30 in Vienna.
var now = instant("2026-11-23T09:00:30Z")

func TestParseWhen(t *testing.T) {
	for _, c := range []struct{ zone, in, want string }{
		{"Europe/Vienna", "now", "2026-11-23T09:00:30Z"},
		{"Europe/Vienna", "+2h", "2026-11-23T11:00:30Z"},
		{"Europe/Vienna", "+1h30m", "2026-11-23T10:30:30Z"},
		{"Europe/Vienna", "-30m", "2026-11-23T08:30:30Z"},
		{"Europe/Vienna", "+0m", "2026-11-23T09:00:30Z"},
		{"Europe/Vienna", "+1d", "2026-11-24T09:00:30Z"},
		{"Europe/Vienna", "-1d2h", "2026-11-22T07:00:30Z"},
		{"Europe/Vienna", "2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00Z"},
		{"Europe/Vienna", "2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"},
		{"Europe/Vienna", "2026-12-01t09:00:00z", "2026-12-01T09:00:00Z"},
		{"Europe/Vienna", "2026-12-01 09:00:00-05:00", "2026-12-01T14:00:00Z"},
		{"Europe/Vienna", "2026-12-01T09:00+01:00", "2026-12-01T08:00:00Z"},
		{"Europe/Vienna", "2026-12-01 09:00", "2026-12-01T08:00:00Z"},
		{"Europe/Vienna", "2026-12-01T09:00", "2026-12-01T08:00:00Z"},
		{"Europe/Vienna", "2026-12-01 9:00", "2026-12-01T08:00:00Z"},
		{"Europe/Vienna", "2026-12-01 09:00:15", "2026-12-01T08:00:15Z"},
		{"Europe/Vienna", "2026-12-01 24:00", "2026-12-01T23:00:00Z"},
		{"Europe/Vienna", "  2026-12-01   09:00 ", "2026-12-01T08:00:00Z"},
		{"Europe/Vienna", "today 14:30", "2026-11-23T13:30:00Z"},
		{"Europe/Vienna", "today 08:00", "2026-11-23T07:00:00Z"},
		{"Europe/Vienna", "Tomorrow 09:00", "2026-11-24T08:00:00Z"},
		{"Europe/Vienna", "yesterday 17:00", "2026-11-22T16:00:00Z"},
		{"Europe/Vienna", "14:30", "2026-11-23T13:30:00Z"},
		{"Europe/Vienna", "mon 09:00", "2026-11-30T08:00:00Z"},
		{"Europe/Vienna", "mon 10:00:30", "2026-11-23T09:00:30Z"},
		{"Europe/Vienna", "mon 11:00", "2026-11-23T10:00:00Z"},
		{"Europe/Vienna", "Tuesday 09:00", "2026-11-24T08:00:00Z"},
		{"Europe/Vienna", "sun 09:00", "2026-11-29T08:00:00Z"},
		// It is already Tuesday in Kathmandu at 18:15 UTC, and still Monday in New York.
		{"America/New_York", "today 09:00", "2026-11-23T14:00:00Z"},
		{"Asia/Kathmandu", "tomorrow 09:00", "2026-11-24T03:15:00Z"},
		{"Australia/Lord_Howe", "today 09:00", "2026-11-22T22:00:00Z"},
	} {
		got, err := ParseWhen("start", c.in, now, zone(c.zone))
		if err != nil || got != instant(c.want) {
			t.Errorf("%q in %s: got %v, %v, want %s", c.in, c.zone, got, err, c.want)
		}
	}
}

// TestParseWhenOverAClockChange: a day keeps the clock's reading, hours elapse.
func TestParseWhenOverAClockChange(t *testing.T) {
	z, eve := zone("Europe/Vienna"), instant("2026-10-24T10:00:00Z") // 12:00, the day before clocks go back
	for in, want := range map[string]string{
		"+1d":                       "2026-10-25T11:00:00Z",
		"+24h":                      "2026-10-25T10:00:00Z",
		"+1d2h":                     "2026-10-25T13:00:00Z",
		"tomorrow 12:00":            "2026-10-25T11:00:00Z",
		"2026-10-25T02:30:00+02:00": "2026-10-25T00:30:00Z",
		"2026-10-25T02:30:00+01:00": "2026-10-25T01:30:00Z",
		"sun 03:00":                 "2026-10-25T02:00:00Z",
	} {
		got, err := ParseWhen("start", in, eve, z)
		if err != nil || got != instant(want) {
			t.Errorf("%q: got %v, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"2026-10-25 02:30", "tomorrow 02:30", "sun 02:30"} {
		_, err := ParseWhen("start", in, eve, z)
		wantFault(t, err, "start", "when.ambiguous")
	}
	_, err := ParseWhen("start", "2026-03-29 02:30", eve, z)
	wantFault(t, err, "start", "when.skipped")
	_, err = ParseWhen("start", "+1d", instant("2026-03-28T01:30:00Z"), z)
	wantFault(t, err, "start", "when.skipped")
}

func TestParseWhenRefuses(t *testing.T) {
	for _, c := range []struct{ in, code string }{
		{"", "when.syntax"},
		{"soon", "when.syntax"},
		{"2026-12-01", "when.syntax"},
		{"tomorrow", "when.syntax"},
		{"mon", "when.syntax"},
		{"09:00 tomorrow", "when.syntax"},
		{"01.12.2026 09:00", "when.syntax"},
		{"2026-13-01 09:00", "when.syntax"},
		{"2026-02-29 09:00", "when.syntax"},
		{"2026-12-01 9", "when.syntax"},
		{"2026-12-01 25:00", "clock.syntax"},
		{"2026-12-01 09:60", "clock.syntax"},
		{"+", "duration.syntax"},
		{"+2", "duration.syntax"},
		{"+1.5d", "when.syntax"},
		{"+-2h", "duration.syntax"},
		{"+d", "duration.syntax"},
		{"+1d+2h", "duration.syntax"},
		{"0001-01-01T00:00:00Z", "when.range"},
		{"9999-01-01T00:00:00Z", "when.range"},
		{"1969-12-31T23:59:59Z", "when.range"},
		{strings.Repeat("9", 1000), "when.syntax"},
	} {
		_, err := ParseWhen("start", c.in, now, zone("Europe/Vienna"))
		wantFault(t, err, "start", c.code)
	}
	_, err := ParseWhen("start", "2026-12-01", now, zone("Europe/Vienna"))
	if e := wantFault(t, err, "start", "when.syntax"); len(e.Hints) != 1 || e.Hints[0] != `write "2026-12-01 09:00"` {
		t.Errorf("hints %q", e.Hints)
	}
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{
		"now", "+2h", "-1d2h", "2026-12-01T09:00:00+01:00", "2026-12-01 09:00", "tomorrow 09:00", "mon 09:00", "14:30",
		"2026-03-29 02:30", "2026-10-25 02:30", "+999999999d", "today 24:00",
	} {
		f.Add(s)
	}
	z := zone("Europe/Vienna")
	f.Fuzz(func(t *testing.T, s string) {
		at, err := ParseWhen("start", s, now, z)
		if err != nil {
			return
		}
		if at.Location() != time.UTC || at.Year() < 1970 || at.Year() >= 2200 {
			t.Fatalf("%q is read as %v", s, at)
		}
		if back, err := ParseWhen("start", at.Format(time.RFC3339Nano), now, z); err != nil || !back.Equal(at) {
			t.Fatalf("%q: %v reads back as %v, %v", s, at, back, err)
		}
	})
}
