package calendar_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "callout/calendar"
)

func TestIntervalCheck(t *testing.T) {
	a, b := instant("2026-11-23T08:00:00Z"), instant("2026-11-23T09:00:00Z")
	for _, c := range []struct {
		i    Interval
		code string
	}{
		{Interval{End: b}, "interval.open"},
		{Interval{Start: a}, "interval.open"},
		{Interval{b, a}, "interval.empty"},
		{Interval{a, a}, "interval.empty"},
	} {
		wantFault(t, c.i.Check("time"), "time", c.code)
	}
	if err := NewInterval(a, b).Check("time"); err != nil {
		t.Error(err)
	}
}

func TestIntervalIsHalfOpen(t *testing.T) {
	i := span("2026-11-23T08:00:00Z/2026-11-23T09:00:00Z")
	if !i.Contains(i.Start) || i.Contains(i.End) {
		t.Error("an interval contains its start and not its end")
	}
	if i.Overlaps(span("2026-11-23T09:00:00Z/2026-11-23T10:00:00Z")) {
		t.Error("intervals that touch overlap")
	}
	if !i.Overlaps(span("2026-11-23T08:59:59Z/2026-11-23T10:00:00Z")) {
		t.Error("intervals that share a second do not overlap")
	}
	if back := NewInterval(i.End, i.Start); back.Overlaps(i) || back.Duration() != 0 {
		t.Error("an interval that runs backwards is not empty")
	}
}

func TestNewIntervalIsComparable(t *testing.T) {
	at := time.Now() // with a monotonic reading and a local zone
	i := NewInterval(at, at.Add(time.Hour))
	var back Interval
	if err := json.Unmarshal(must(json.Marshal(i)), &back); err != nil || back != i {
		t.Errorf("%v reads back as %v, %v", i, back, err)
	}
}

// slots is a set of minutes: what a list of intervals covers, told plainly.
type slots map[int]bool

const slotCount = 60

func at(m int) time.Time { return time.Date(2026, 11, 23, 0, m, 0, 0, time.UTC) }

func slotsOf(list []Interval) slots {
	s := slots{}
	for m := range slotCount {
		s[m] = slices.ContainsFunc(list, func(i Interval) bool { return i.Contains(at(m)) })
	}
	return s
}

func genList() *rapid.Generator[[]Interval] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Interval {
		return Interval{at(rapid.IntRange(0, slotCount).Draw(t, "start")), at(rapid.IntRange(0, slotCount).Draw(t, "end"))}
	}), 0, 8)
}

func TestIntervalSetsAgreeWithMinuteSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := genList().Draw(t, "a"), genList().Draw(t, "b")
		a0, b0 := slices.Clone(a), slices.Clone(b)
		sa, sb := slotsOf(a), slotsOf(b)
		for _, op := range []struct {
			name string
			got  []Interval
			want func(inA, inB bool) bool
		}{
			{"Merge", Merge(a, b), func(x, y bool) bool { return x || y }},
			{"Intersect", Intersect(a, b), func(x, y bool) bool { return x && y }},
			{"Subtract", Subtract(a, b), func(x, y bool) bool { return x && !y }},
		} {
			got, n := slotsOf(op.got), 0
			for m := range slotCount {
				want := op.want(sa[m], sb[m])
				if got[m] != want {
					t.Fatalf("%s: minute %d: got %v, want %v", op.name, m, got[m], want)
				}
				if want {
					n++
				}
			}
			if d := Total(op.got); d != time.Duration(n)*time.Minute {
				t.Fatalf("%s: total %s, want %d minutes", op.name, d, n)
			}
			for k, i := range op.got {
				if i.IsEmpty() || k > 0 && !i.Start.After(op.got[k-1].End) {
					t.Fatalf("%s: %v is not merged", op.name, op.got)
				}
			}
		}
		if !slices.Equal(a, a0) || !slices.Equal(b, b0) {
			t.Fatal("an argument was changed")
		}
	})
}

func TestSplitByDay(t *testing.T) {
	for _, c := range []struct {
		name, zone, in string
		want           map[string]time.Duration
	}{
		// kimai/kimai#4239, #4882: a shift over midnight was booked wholly on its first day.
		{"a shift over midnight", "Europe/Vienna", "2026-11-23T20:00:00Z/2026-11-24T02:00:00Z", map[string]time.Duration{
			"2026-11-23": 3 * time.Hour, "2026-11-24": 3 * time.Hour,
		}},
		{"ending at midnight", "Europe/Vienna", "2026-11-23T20:00:00Z/2026-11-23T23:00:00Z", map[string]time.Duration{"2026-11-23": 3 * time.Hour}},
		{"beginning at midnight", "Europe/Vienna", "2026-11-23T23:00:00Z/2026-11-24T00:00:00Z", map[string]time.Duration{"2026-11-24": time.Hour}},
		// kimai/kimai#2844: a day of 25 hours was reported as a bug and is right.
		{"the day of 25 hours", "Europe/Vienna", "2026-10-24T20:00:00Z/2026-10-26T00:00:00Z", map[string]time.Duration{
			"2026-10-24": 2 * time.Hour, "2026-10-25": 25 * time.Hour, "2026-10-26": time.Hour,
		}},
		{"the day of 23 hours", "Europe/Vienna", "2026-03-28T20:00:00Z/2026-03-30T00:00:00Z", map[string]time.Duration{
			"2026-03-28": 3 * time.Hour, "2026-03-29": 23 * time.Hour, "2026-03-30": 2 * time.Hour,
		}},
		{"a midnight that is skipped", "Asia/Beirut", "2026-03-28T20:00:00Z/2026-03-29T00:00:00Z", map[string]time.Duration{
			"2026-03-28": 2 * time.Hour, "2026-03-29": 2 * time.Hour,
		}},
		{"a midnight that comes twice belongs to the new day from its first time", "America/Havana", "2026-11-01T03:00:00Z/2026-11-01T06:00:00Z", map[string]time.Duration{
			"2026-10-31": time.Hour, "2026-11-01": 2 * time.Hour,
		}},
		{"clocks set back over midnight", "America/St_Johns", "2010-11-07T02:00:00Z/2010-11-07T04:30:00Z", map[string]time.Duration{
			"2010-11-06": 30 * time.Minute, "2010-11-07": 2 * time.Hour,
		}},
		{"a day that was left out", "Pacific/Apia", "2011-12-30T09:00:00Z/2011-12-30T11:00:00Z", map[string]time.Duration{
			"2011-12-29": time.Hour, "2011-12-31": time.Hour,
		}},
		{"nothing", "Europe/Vienna", "2026-11-23T20:00:00Z/2026-11-23T20:00:00Z", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := SplitByDay(span(c.in), zone(c.zone))
			if len(parts) != len(c.want) {
				t.Fatalf("got %d parts (%v), want %d", len(parts), parts, len(c.want))
			}
			for _, p := range parts {
				if p.Duration() != c.want[p.Date.String()] {
					t.Errorf("%s: got %s, want %s", p.Date, p.Duration(), c.want[p.Date.String()])
				}
			}
		})
	}
}

func TestDayPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z, start := genZone().Draw(t, "zone"), genInstant().Draw(t, "start")
		i := NewInterval(start, start.Add(time.Duration(rapid.IntRange(1, 5*24*60).Draw(t, "minutes"))*time.Minute))
		parts := SplitByDay(i, z)
		if parts[0].Start != i.Start || parts[len(parts)-1].End != i.End {
			t.Fatalf("%v does not begin and end with %v", parts, i)
		}
		for k, p := range parts {
			if p.IsEmpty() || k > 0 && (p.Start != parts[k-1].End || !p.Date.After(parts[k-1].Date)) {
				t.Fatalf("part %d of %v does not follow", k, parts)
			}
		}
	})
}
