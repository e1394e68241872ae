package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "callout/calendar"
)

func TestWorkingTimeAdd(t *testing.T) {
	office := WorkingTime{Hours: hours("Mon-Fri 08:00-17:00"), Zone: zone("Europe/Vienna"), Holidays: []Date{date("2026-12-08")}}
	night := WorkingTime{Hours: hours("daily 22:00-06:00"), Zone: zone("Europe/Vienna")}
	for _, c := range []struct {
		name  string
		w     WorkingTime
		start string
		d     time.Duration
		want  string
	}{
		{"within the day", office, "2026-11-23T08:00:00Z", 4 * time.Hour, "2026-11-23T12:00:00Z"},
		{"over the night", office, "2026-11-23T15:00:00Z", 4 * time.Hour, "2026-11-24T10:00:00Z"},
		{"over the weekend", office, "2026-11-20T15:00:00Z", 4 * time.Hour, "2026-11-23T10:00:00Z"},
		{"over a holiday", office, "2026-12-07T15:00:00Z", 4 * time.Hour, "2026-12-09T10:00:00Z"},
		{"from a closed time", office, "2026-11-21T10:00:00Z", time.Hour, "2026-11-23T08:00:00Z"},
		{"used up at closing", office, "2026-11-23T15:00:00Z", time.Hour, "2026-11-23T16:00:00Z"},
		{"a nanosecond more", office, "2026-11-23T15:00:00Z", time.Hour + time.Second, "2026-11-24T07:00:01Z"},
		{"no time at all, closed", office, "2026-11-21T10:00:00Z", 0, "2026-11-21T10:00:00Z"},
		{"a night of seven hours", night, "2026-03-28T12:00:00Z", 8 * time.Hour, "2026-03-29T21:00:00Z"},
		{"always", WorkingTime{Hours: Always(), Zone: zone("Europe/Vienna")}, "2026-10-24T12:00:00Z", 24 * time.Hour, "2026-10-25T12:00:00Z"},
	} {
		got, err := c.w.Add(instant(c.start), c.d)
		if err != nil || got != instant(c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestWorkingTimeRefuses(t *testing.T) {
	start := instant("2026-11-23T08:00:00Z")
	_, err := WorkingTime{Hours: Always()}.Add(start, -time.Hour)
	wantFault(t, err, "duration", "duration.negative")
	_, err = WorkingTime{Zone: UTC()}.Add(start, time.Hour)
	wantFault(t, err, "hours", "hours.missing")
	_, err = WorkingTime{Hours: hours("Mon 08:00-08:01"), Zone: UTC()}.Add(start, 24*time.Hour)
	wantFault(t, err, "duration", "hours.horizon")
	wantFault(t, WorkingTime{Zone: UTC()}.Check("sla"), "sla", "hours.missing")
	wantFault(t, WorkingTime{Hours: Always()}.Check("sla"), "sla", "zone.missing")
	if err := (WorkingTime{Hours: Always(), Zone: UTC()}).Check("sla"); err != nil {
		t.Error(err)
	}
	if _, ok := (WorkingTime{Zone: UTC()}).Next(start); ok {
		t.Error("working time was found where there is none")
	}
}

func TestWorkingTimeBetween(t *testing.T) {
	w := WorkingTime{Hours: hours("Mon-Fri 08:00-17:00"), Zone: zone("Europe/Vienna")}
	a, b := instant("2026-11-20T15:00:00Z"), instant("2026-11-23T10:00:00Z")
	if got := w.Between(a, b); got != 4*time.Hour {
		t.Errorf("got %s, want 4h", got)
	}
	if got := w.Between(b, a); got != -4*time.Hour {
		t.Errorf("backwards: got %s, want -4h", got)
	}
	if w.Contains(instant("2026-11-23T16:00:00Z")) || !w.Contains(instant("2026-11-23T15:59:59Z")) {
		t.Error("closing time is not the first moment that is closed")
	}
	if next, ok := w.Next(instant("2026-11-21T10:00:00Z")); !ok || next != instant("2026-11-23T07:00:00Z") {
		t.Errorf("after a Saturday, working time begins at %v", next)
	}
}

// TestWhatIsDueHasUsedUpItsTime says that Add and Between are one computation.
func TestWhatIsDueHasUsedUpItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := WorkingTime{Hours: must(ParseHours("hours", genWeek().Draw(t, "week").text(true))), Zone: genZone().Draw(t, "zone")}
		start := genInstant().Draw(t, "start")
		for range rapid.IntRange(0, 3).Draw(t, "holidays") {
			w.Holidays = append(w.Holidays, DateOf(start, w.Zone).AddDays(rapid.IntRange(-1, 10).Draw(t, "holiday")))
		}
		d := time.Duration(rapid.IntRange(1, 60*60).Draw(t, "minutes")) * time.Minute
		due, err := w.Add(start, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Between(start, due); got != d {
			t.Fatalf("from %s to %s there are %s of working time, want %s", start, due, got, d)
		}
		if got := w.Between(start, due.Add(-time.Second)); got != d-time.Second {
			t.Fatalf("%s is due too late: a second before, %s were used up", due, got)
		}
		half, err := w.Add(start, d/2)
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := w.Add(half, d-d/2); err != nil || rest != due {
			t.Fatalf("in two steps it is due at %s, %v, in one at %s", rest, err, due)
		}
	})
}

func TestWorkingTimeJSON(t *testing.T) {
	in := WorkingTime{Hours: hours("Mon-Fri 08:00-17:00"), Zone: zone("Europe/Vienna"), Holidays: []Date{date("2026-12-08")}}
	b := must(json.Marshal(in))
	if want := `{"hours":"Mon-Fri 08:00-17:00","zone":"Europe/Vienna","holidays":["2026-12-08"]}`; string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var out WorkingTime
	if err := json.Unmarshal(b, &out); err != nil || !out.Hours.Equal(in.Hours) || out.Zone != in.Zone || len(out.Holidays) != 1 {
		t.Errorf("got %v, %v", out, err)
	}
}
