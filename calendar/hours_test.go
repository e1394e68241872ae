package calendar_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "callout/calendar"
)

func hours(s string) Hours { return must(ParseHours("hours", s)) }

func TestHoursHaveOneText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Mon-Fri 08:00-17:00, Sat 09:00-12:00", "Mon-Fri 08:00-17:00, Sat 09:00-12:00"},
		{"  monday - FRIDAY   8:00 – 17:00;sat 9:00-12:00 ", "Mon-Fri 08:00-17:00, Sat 09:00-12:00"},
		{"Mon-Fri 13:00-17:00, 08:00-12:00", "Mon-Fri 08:00-12:00 13:00-17:00"},
		{"Mon-Fri 08:00-12:00 12:00-17:00", "Mon-Fri 08:00-17:00"},
		{"Mon,Wed,Fri 08:00-12:00", "Mon 08:00-12:00, Wed 08:00-12:00, Fri 08:00-12:00"},
		{"Sat-Mon 10:00-11:00", "Mon 10:00-11:00, Sat-Sun 10:00-11:00"},
		{"daily 22:00-06:00", "Mon-Sun 22:00-06:00"},
		{"Fri 22:00-06:00", "Fri 22:00-06:00"},
		{"Sun 22:00-06:00, Mon 08:00-09:00", "Mon 08:00-09:00, Sun 22:00-06:00"},
		{"Fri 22:00-24:00, Sat 00:00-06:00", "Fri 22:00-06:00"},
		{"Fri 22:00-0:00", "Fri 22:00-24:00"},
		{"Mon 08:00-24:00, Tue 00:00-24:00, Wed 00:00-08:00", "Mon 08:00-24:00, Tue 00:00-24:00, Wed 00:00-08:00"},
		{"Mon-Sun 00:00-24:00", "always"},
		{"daily 06:00-18:00 18:00-06:00", "always"},
		{"24x7", "always"},
		{"24/7", "always"},
		{"Always", "always"},
	} {
		h, err := ParseHours("hours", c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if h.String() != c.want {
			t.Errorf("%q is written %q, want %q", c.in, h, c.want)
		}
		if !hours(c.want).Equal(h) {
			t.Errorf("%q does not read back as the same hours", c.want)
		}
	}
}

func TestParseHoursRefuses(t *testing.T) {
	for _, c := range []struct{ in, code string }{
		{"", "hours.missing"},
		{"   ", "hours.missing"},
		{",", "hours.syntax"},
		{"08:00-17:00", "hours.syntax"},
		{"Mon-Fri", "hours.syntax"},
		{"Mon-Fri 08:00-17:00, Sat", "hours.syntax"},
		{"Mon-Fri 08:00", "hours.syntax"},
		{"Mon-Fri 8-17", "hours.syntax"},
		{"Mon-Fry 08:00-17:00", "hours.syntax"},
		{"Mon-Fri 08:00-25:00", "hours.syntax"},
		{"Mon-Fri 08:60-17:00", "hours.syntax"},
		{"Mon-Fri 08:00:30-17:00", "hours.syntax"},
		{"Mon-Fri 24:00-08:00", "hours.syntax"},
		{"Mon 08:00-08:00", "hours.empty"},
		{"Mon 08:00-12:00 11:00-15:00", "hours.overlap"},
		{"Mon-Fri 08:00-17:00, Wed 09:00-10:00", "hours.overlap"},
		{"Sun 22:00-06:00, Mon 05:00-08:00", "hours.overlap"},
		{"Mon 08:00-12:00, Mon 08:00-12:00", "hours.overlap"},
		{strings.Repeat("Mon ", 300), "hours.syntax"},
	} {
		_, err := ParseHours("shift", c.in)
		wantFault(t, err, "shift", c.code)
	}
}

func TestHoursJSON(t *testing.T) {
	type rec struct {
		H Hours `json:"h,omitzero"`
	}
	b := must(json.Marshal(rec{hours("Mon-Fri 08:00-17:00")}))
	if string(b) != `{"h":"Mon-Fri 08:00-17:00"}` {
		t.Errorf("got %s", b)
	}
	var r rec
	if err := json.Unmarshal(b, &r); err != nil || !r.H.Equal(hours("Mon-Fri 08:00-17:00")) {
		t.Errorf("got %v, %v", r.H, err)
	}
	if b := must(json.Marshal(rec{})); string(b) != `{}` {
		t.Errorf("no hours are written as %s", b)
	}
}

func TestHoursIntervals(t *testing.T) {
	for _, c := range []struct {
		name, hours, zone, within string
		holidays                  []Date
		want                      []string
	}{
		{
			"a week in Vienna", "Mon-Fri 08:00-17:00, Sat 09:00-12:00", "Europe/Vienna", "2026-11-20T12:00:00Z/2026-11-24T00:00:00Z", nil,
			[]string{"2026-11-20T12:00:00Z/2026-11-20T16:00:00Z", "2026-11-21T08:00:00Z/2026-11-21T11:00:00Z", "2026-11-23T07:00:00Z/2026-11-23T16:00:00Z"},
		},
		{
			"a holiday is left out", "Mon-Fri 08:00-17:00", "Europe/Vienna", "2026-12-24T00:00:00Z/2026-12-29T00:00:00Z",
			[]Date{date("2026-12-25")},
			[]string{"2026-12-24T07:00:00Z/2026-12-24T16:00:00Z", "2026-12-28T07:00:00Z/2026-12-28T16:00:00Z"},
		},
		{
			"a holiday cuts the nights around it at its midnights", "daily 22:00-06:00", "Europe/Vienna", "2026-12-24T12:00:00Z/2026-12-26T12:00:00Z",
			[]Date{date("2026-12-25")},
			[]string{"2026-12-24T21:00:00Z/2026-12-24T23:00:00Z", "2026-12-25T23:00:00Z/2026-12-26T05:00:00Z"},
		},
		{
			"a night of seven hours", "daily 22:00-06:00", "Europe/Vienna", "2026-03-28T12:00:00Z/2026-03-29T12:00:00Z", nil,
			[]string{"2026-03-28T21:00:00Z/2026-03-29T04:00:00Z"},
		},
		{
			"a night of nine hours", "daily 22:00-06:00", "Europe/Vienna", "2026-10-24T12:00:00Z/2026-10-25T12:00:00Z", nil,
			[]string{"2026-10-24T20:00:00Z/2026-10-25T05:00:00Z"},
		},
		{
			"opening in the hour that is skipped", "Sun 02:30-04:00", "America/New_York", "2026-03-08T00:00:00Z/2026-03-09T00:00:00Z", nil,
			[]string{"2026-03-08T07:00:00Z/2026-03-08T08:00:00Z"},
		},
		{
			"hours wholly inside the skipped hour", "Sun 02:10-02:50", "America/New_York", "2026-03-08T00:00:00Z/2026-03-09T00:00:00Z", nil,
			nil,
		},
		{
			"closing in the hour that comes twice: at its first occurrence", "Sun 00:00-01:30", "America/New_York", "2026-11-01T00:00:00Z/2026-11-02T00:00:00Z", nil,
			[]string{"2026-11-01T04:00:00Z/2026-11-01T05:30:00Z"},
		},
		{
			"opening in the hour that comes twice: at its first occurrence", "Sun 01:30-03:00", "America/New_York", "2026-11-01T00:00:00Z/2026-11-02T00:00:00Z", nil,
			[]string{"2026-11-01T05:30:00Z/2026-11-01T08:00:00Z"},
		},
		{
			"half an hour of change", "Sun 00:00-04:00", "Australia/Lord_Howe", "2026-10-03T00:00:00Z/2026-10-05T00:00:00Z", nil,
			[]string{"2026-10-03T13:30:00Z/2026-10-03T17:00:00Z"},
		},
		{
			"a zone of 5:45", "Mon 09:00-17:00", "Asia/Kathmandu", "2026-11-23T00:00:00Z/2026-11-24T00:00:00Z", nil,
			[]string{"2026-11-23T03:15:00Z/2026-11-23T11:15:00Z"},
		},
		{
			"a day that has begun although the clock shows the old date again", "Sun 00:00-02:00", "America/St_Johns",
			"2010-11-07T01:00:00Z/2010-11-07T03:15:00Z", nil,
			[]string{"2010-11-07T02:30:00Z/2010-11-07T03:15:00Z"},
		},
		{"always", "always", "Europe/Vienna", "2026-10-20T00:00:00Z/2026-10-30T00:00:00Z", nil, []string{"2026-10-20T00:00:00Z/2026-10-30T00:00:00Z"}},
		{
			"always but on a holiday", "always", "Europe/Vienna", "2026-10-24T00:00:00Z/2026-10-27T00:00:00Z", []Date{date("2026-10-25")},
			[]string{"2026-10-24T00:00:00Z/2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z/2026-10-27T00:00:00Z"},
		},
		{"backwards", "always", "Europe/Vienna", "2026-10-30T00:00:00Z/2026-10-20T00:00:00Z", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := span(c.within)
			got := hours(c.hours).Intervals(zone(c.zone), c.holidays, w.Start, w.End)
			var texts []string
			for _, i := range got {
				texts = append(texts, i.String())
			}
			if !slices.Equal(texts, c.want) {
				t.Errorf("got  %q\nwant %q", texts, c.want)
			}
		})
	}
}

// week is a week in quarters of an hour, beginning on Sunday: what Hours are, told
// plainly.
type week [7 * 96]bool

func (w week) text(open bool) string {
	var b strings.Builder
	for d := range 7 {
		for q := 0; q < 96; q++ {
			from := q
			for q < 96 && w[d*96+q] == open {
				q++
			}
			if q > from {
				fmt.Fprintf(&b, "%s %s-%s, ", time.Weekday(d), ClockAt(0, from*15), ClockAt(0, q*15))
			}
		}
	}
	return b.String()
}

// genWeek draws weeks with anything from one to all hours open, in runs.
func genWeek() *rapid.Generator[week] {
	return rapid.Custom(func(t *rapid.T) week {
		var w week
		for at, open := 0, false; at < len(w); open = !open {
			n := rapid.IntRange(1, 120).Draw(t, "run")
			for end := min(at+n, len(w)); at < end; at++ {
				w[at] = open
			}
		}
		w[40] = true
		return w
	})
}

var testZones = []string{
	"Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut", "America/Havana",
	"America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "UTC",
}

func genZone() *rapid.Generator[Zone] {
	return rapid.Map(rapid.SampledFrom(testZones), zone)
}

// genInstant draws whole minutes of the years in which the test zones change most.
func genInstant() *rapid.Generator[time.Time] {
	from, to := instant("2010-01-01T00:00:00Z").Unix()/60, instant("2027-01-01T00:00:00Z").Unix()/60
	return rapid.Map(rapid.Int64Range(from, to), func(m int64) time.Time { return time.Unix(m*60, 0).UTC() })
}

func TestHoursRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := genWeek().Draw(t, "week")
		h := must(ParseHours("hours", w.text(true)))
		back, err := ParseHours("hours", h.String())
		if err != nil || !back.Equal(h) || back.String() != h.String() {
			t.Fatalf("%q reads back as %q, %v", h, back, err)
		}
		n := 0
		for _, open := range w {
			if open {
				n += 15
			}
		}
		if h.WeeklyMinutes() != n {
			t.Fatalf("%d minutes a week, want %d", h.WeeklyMinutes(), n)
		}
	})
}

// TestHoursAgreeWithTheClock compares the expansion, minute by minute, with what a
// person does who looks at a clock. Readings that come twice are left out: there, a
// boundary may lie in either.
func TestHoursAgreeWithTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, z := genWeek().Draw(t, "week"), genZone().Draw(t, "zone")
		from := genInstant().Draw(t, "from")
		to := from.Add(time.Duration(rapid.IntRange(1, 3*24*60).Draw(t, "minutes")) * time.Minute)
		var holidays []Date
		if rapid.Bool().Draw(t, "holiday") {
			holidays = []Date{DateOf(from.Add(24*time.Hour), z)}
		}
		open := must(ParseHours("hours", w.text(true))).Intervals(z, holidays, from, to)
		for at := from; at.Before(to); at = at.Add(7 * time.Minute) {
			local := at.In(z.Location())
			d := DateOf(at, z)
			if z.Resolve(d, ClockAt(local.Hour(), local.Minute())).Ambiguous() {
				continue
			}
			want := w[int(local.Weekday())*96+(local.Hour()*60+local.Minute())/15] && !slices.Contains(holidays, d)
			if got := len(Intersect(open, []Interval{NewInterval(at, at.Add(1))})) > 0; got != want {
				t.Fatalf("open at %s: got %v, want %v", local, got, want)
			}
		}
	})
}

// TestAdjacentWindowsTouch says that hours and the rest of the week share no time and
// leave none out, also where clocks change: nothing is billed twice or not at all.
func TestAdjacentWindowsTouch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, z := genWeek().Draw(t, "week"), genZone().Draw(t, "zone")
		from := genInstant().Draw(t, "from")
		to := from.Add(time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "minutes")) * time.Minute)
		open := must(ParseHours("hours", w.text(true))).Intervals(z, nil, from, to)
		rest := w.text(false)
		if rest == "" {
			return
		}
		closed := must(ParseHours("hours", rest)).Intervals(z, nil, from, to)
		if both := Intersect(open, closed); len(both) > 0 {
			t.Fatalf("open and closed at once: %v", both)
		}
		if all := Merge(open, closed); !slices.Equal(all, []Interval{{Start: from, End: to}}) {
			t.Fatalf("neither open nor closed at times: %v", all)
		}
	})
}

func FuzzParseHours(f *testing.F) {
	for _, s := range []string{
		"Mon-Fri 08:00-17:00, Sat 09:00-12:00", "daily 22:00-06:00", "always", "Mon-Fri 08:00-12:00 13:00-17:00",
		"Sun 22:00-06:00, Mon 08:00-09:00", "Sat-Mon 00:00-24:00", ",",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHours("hours", s)
		if err != nil {
			return
		}
		if n := h.WeeklyMinutes(); n < 1 || n > 7*24*60 {
			t.Fatalf("%q has %d minutes a week", s, n)
		}
		if back, err := ParseHours("hours", h.String()); err != nil || !back.Equal(h) || back.String() != h.String() {
			t.Fatalf("%q: %q reads back as %q, %v", s, h, back, err)
		}
	})
}
