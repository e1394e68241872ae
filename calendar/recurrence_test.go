package calendar

import (
	"strings"
	"testing"

	"callout/internal/fault"

	"pgregory.net/rapid"
)

// The cases follow RFC 5545, 3.3.10 (BYDAY, BYMONTHDAY), but for days that a month is too short for:
// those fall on its last day instead of being left out.
func TestRecurrence(t *testing.T) {
	for _, c := range []struct {
		rule, start, want string
	}{
		{"every day", "2026-02-27", "2026-02-27 2026-02-28 2026-03-01"},
		{"10 days", "2024-02-20", "2024-02-20 2024-03-01 2024-03-11"},
		{"every 2 weeks on Mon", "2026-03-04", "2026-03-09 2026-03-23 2026-04-06"},
		{"week", "2026-03-04", "2026-03-04 2026-03-11 2026-03-18"},
		{"month on 31", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"},
		{"month", "2026-01-30", "2026-01-30 2026-02-28 2026-03-30"},
		{"month on last", "2024-01-15", "2024-01-31 2024-02-29 2024-03-31"},
		{"month on 15", "2026-01-20", "2026-02-15 2026-03-15"},
		{"month on last Fri", "2026-01-01", "2026-01-30 2026-02-27 2026-03-27"},
		{"month on 5th Mon", "2026-01-01", "2026-03-30 2026-06-29 2026-08-31"},
		{"3 months on 2nd Tue", "2026-01-01", "2026-01-13 2026-04-14 2026-07-14"},
		{"quarter on 1", "2026-01-01", "2026-01-01 2026-04-01 2026-07-01"},
		{"year", "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"},
		{"year on last Sun", "2026-03-30", "2027-03-28 2028-03-26"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r, err := ParseRecurrence("every", c.rule)
			if err != nil {
				t.Fatal(err)
			}
			start, _ := ParseDate("d", c.start)
			var got []string
			d := start
			for range strings.Fields(c.want) {
				next, ok := r.Next(start, d)
				if !ok {
					t.Fatalf("nothing after %v", got)
				}
				got = append(got, next.String())
				d = next.AddDays(1)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
			again, err := ParseRecurrence("every", r.String())
			if err != nil || again != r {
				t.Errorf("%q is read as %v, %v", r.String(), again, err)
			}
		})
	}
}

func TestRecurrenceIsRefused(t *testing.T) {
	for text, code := range map[string]string{
		"":                        "recurrence.syntax",
		"fortnight":               "recurrence.syntax",
		"3":                       "recurrence.syntax",
		"0 days":                  "recurrence.every",
		"121 months":              "recurrence.every",
		"month on 32":             "recurrence.day",
		"week on 3":               "recurrence.day",
		"week on 2nd Mon":         "recurrence.nth",
		"month on 6th Mon":        "recurrence.nth",
		"day on Mon":              "recurrence.weekday",
		"month on Mon Tue":        "recurrence.syntax",
		"month by 3":              "recurrence.syntax",
		"month on last Fri maybe": "recurrence.syntax",
	} {
		if _, err := ParseRecurrence("every", text); err == nil || fault.CodeOf(err) != code {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
}

func TestMoveOffHolidays(t *testing.T) {
	days, err := NewHolidays("d", Holiday{Date: NewDate(2026, 12, 25)}, Holiday{Date: NewDate(2026, 12, 26)}, Holiday{Date: NewDate(2026, 12, 24), Open: true})
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[OnHoliday]string{HolidayKept: "2026-12-25", HolidayBefore: "2026-12-24", HolidayAfter: "2026-12-27"} {
		if d, ok := days.Move(NewDate(2026, 12, 25), rule); !ok || d.String() != want {
			t.Errorf("%q moves to %s, %v; want %s", rule, d, ok, want)
		}
	}
	if _, ok := days.Move(NewDate(2026, 12, 25), HolidaySkip); ok {
		t.Error("a day that is to be skipped was kept")
	}
	if d, ok := days.Move(NewDate(2026, 12, 24), HolidaySkip); !ok || d != NewDate(2026, 12, 24) {
		t.Error("a day that is open was skipped")
	}
}

// Next never goes back, finds each time once wherever one begins to look, and Around holds the day.
func TestRecurrenceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Recurrence{Every: rapid.IntRange(1, 6).Draw(t, "every"), Unit: rapid.SampledFrom([]Period{Days, Weeks, Months, Years}).Draw(t, "unit")}
		if r.Unit == Months || r.Unit == Years {
			r.Day = rapid.IntRange(-1, 31).Draw(t, "day")
		}
		start := NewDate(2026, 1, rapid.IntRange(1, 800).Draw(t, "start"))
		from := start.AddDays(rapid.IntRange(0, 2000).Draw(t, "from"))
		next, ok := r.Next(start, from)
		if !ok || next.Before(from) {
			t.Fatalf("after %s comes %s, %v", from, next, ok)
		}
		for k := 0; ; k++ { // the plain way
			d, ok := r.At(start, k)
			if ok && !d.Before(from) {
				if d != next {
					t.Fatalf("%s, counted up %s", next, d)
				}
				break
			}
		}
		v, ok := r.Around(start, from)
		if !ok || !v.Contains(from) {
			t.Fatalf("%s lies not in %s", from, v)
		}
	})
}
