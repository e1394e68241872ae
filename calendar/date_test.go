package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "callout/calendar"
)

func TestDate(t *testing.T) {
	d := date("2026-11-23")
	if d != NewDate(2026, time.November, 23) || d.String() != "2026-11-23" || d.Weekday() != time.Monday {
		t.Errorf("2026-11-23 is read as %s, a %s", d, d.Weekday())
	}
	if got := date("2028-02-28").AddDays(2); got != date("2028-03-01") {
		t.Errorf("two days after 28 February 2028: %s", got)
	}
	if got := date("2026-01-01").DaysUntil(date("2027-01-01")); got != 365 {
		t.Errorf("2026 has %d days", got)
	}
	if got := date("2027-01-01").DaysUntil(date("2026-12-31")); got != -1 {
		t.Errorf("from New Year back to its eve: %d days", got)
	}
	if !d.Before(date("2026-12-01")) || !d.After(date("2026-11-22")) || d.Compare(d) != 0 {
		t.Error("dates do not compare by the calendar")
	}
	if got := DateOf(instant("2026-11-23T23:30:00Z"), zone("Europe/Vienna")); got != date("2026-11-24") {
		t.Errorf("half past midnight in Vienna is on %s", got)
	}
	for _, in := range []string{"", "2026-2-1", "2026-02-29", "2026-13-01", "23.11.2026", "0000-01-01", "2026-11-23T00:00", " 2026-11-23"} {
		_, err := ParseDate("day", in)
		wantFault(t, err, "day", "date.syntax")
	}
}

func TestDateJSON(t *testing.T) {
	type rec struct {
		D Date     `json:"d,omitzero"`
		V Validity `json:"v,omitzero"`
	}
	for _, c := range []struct {
		in   rec
		want string
	}{
		{rec{}, `{}`},
		{rec{D: date("2026-11-23")}, `{"d":"2026-11-23"}`},
		{rec{V: Validity{From: date("2026-01-01")}}, `{"v":{"from":"2026-01-01"}}`},
		{rec{V: Validity{From: date("2026-01-01"), To: date("2027-01-01")}}, `{"v":{"from":"2026-01-01","to":"2027-01-01"}}`},
	} {
		b := must(json.Marshal(c.in))
		if string(b) != c.want {
			t.Errorf("got %s, want %s", b, c.want)
		}
		var back rec
		if err := json.Unmarshal(b, &back); err != nil || back != c.in {
			t.Errorf("%s is read as %v, %v", b, back, err)
		}
	}
	var r rec
	if err := json.Unmarshal([]byte(`{"d":"2026-02-30"}`), &r); err == nil {
		t.Errorf("30 February is read as %s", r.D)
	}
}

func TestValidity(t *testing.T) {
	year := Validity{From: date("2026-01-01"), To: date("2027-01-01")}
	if !year.Contains(date("2026-01-01")) || !year.Contains(date("2026-12-31")) || year.Contains(date("2027-01-01")) {
		t.Error("a validity holds from its first day up to, not including, its end")
	}
	wantFault(t, Validity{From: date("2026-01-01"), To: date("2026-01-01")}.Check("validity"), "validity", "validity.empty")
	if err := year.Check("validity"); err != nil {
		t.Error(err)
	}
	for v, want := range map[Validity]string{
		{}:                         "always",
		year:                       "from 2026-01-01, before 2027-01-01",
		{From: date("2026-01-01")}: "from 2026-01-01",
		{To: date("2027-01-01")}:   "before 2027-01-01",
	} {
		if v.String() != want {
			t.Errorf("got %q, want %q", v, want)
		}
	}
}

// TestValiditiesOverlapWhereADateIsInBoth compares with the plain meaning.
func TestValiditiesOverlapWhereADateIsInBoth(t *testing.T) {
	base := date("2026-01-01")
	gen := rapid.Custom(func(t *rapid.T) Validity {
		var v Validity
		if n := rapid.IntRange(-1, 12).Draw(t, "from"); n >= 0 {
			v.From = base.AddDays(n)
		}
		if n := rapid.IntRange(-1, 12).Draw(t, "to"); n >= 0 {
			v.To = base.AddDays(n)
		}
		return v
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := gen.Draw(t, "a"), gen.Draw(t, "b")
		want := false
		for n := -2; n < 16; n++ {
			want = want || a.Contains(base.AddDays(n)) && b.Contains(base.AddDays(n))
		}
		if got := a.Overlaps(b); got != want {
			t.Fatalf("%s and %s overlap: got %v, want %v", a, b, got, want)
		}
	})
}
