package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "callout/calendar"
)

func TestParseDuration(t *testing.T) {
	for _, c := range []struct {
		in   string
		want time.Duration
		text string
	}{
		{"90m", 90 * time.Minute, "1h30m"},
		{"2h", 2 * time.Hour, "2h"},
		{"1h30m", 90 * time.Minute, "1h30m"},
		{"1d", 24 * time.Hour, "24h"},
		{"1d2h", 26 * time.Hour, "26h"},
		{"2.5h", 150 * time.Minute, "2h30m"},
		{"0.25h", 15 * time.Minute, "15m"},
		{"0.5m", 30 * time.Second, "30s"},
		{"1h0.5m", time.Hour + 30*time.Second, "1h30s"},
		{"45s", 45 * time.Second, "45s"},
		{"0m", 0, "0m"},
		{"3660d", 3660 * 24 * time.Hour, "87840h"},
		{"0.0001d", 0, ""}, // 8.64 s
		{"0.0125d", 18 * time.Minute, "18m"},
	} {
		got, err := ParseDuration("estimate", c.in)
		if c.text == "" {
			wantFault(t, err, "estimate", "duration.syntax")
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%q: got %s, %v, want %s", c.in, got, err, c.want)
		}
		if text := FormatDuration(got); text != c.text {
			t.Errorf("%q is written %q, want %q", c.in, text, c.text)
		}
	}
	for _, in := range []string{
		"", "90", "1.5", "h", "1", "-1h", "+1h", "1:30", "1h 30m", "1m1h", "1h1h", "1.5h30m", "1.h", ".5h", "1..5h", "1,5h",
		"1w", "1ms", "1hour", "PT1H", "1e3h", "9999999999h", "3661d", "87841h", "1h-30m", "½h", "NaNh", "1.00001h", "3660d1s",
	} {
		_, err := ParseDuration("estimate", in)
		wantFault(t, err, "estimate", "duration.syntax")
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                "0m",
		-90 * time.Minute:                "-1h30m",
		time.Hour + 999*time.Millisecond: "1h",
		-time.Millisecond:                "0m",
		100*time.Hour + 5*time.Second:    "100h5s",
		time.Duration(1<<63 - 1):         "2562047h47m16s",
		time.Duration(-1 << 63):          "-2562047h47m16s",
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("%s is written %q, want %q", d, got, want)
		}
	}
}

func TestDurationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, 10*366*24*3600).Draw(t, "seconds")) * time.Second
		if back, err := ParseDuration("d", FormatDuration(d)); err != nil || back != d {
			t.Fatalf("%s is written %q and read as %s, %v", d, FormatDuration(d), back, err)
		}
	})
}

func TestDurationJSON(t *testing.T) {
	type rec struct {
		D Duration `json:"d,omitzero"`
	}
	for d, want := range map[time.Duration]string{90 * time.Minute: `{"d":"1h30m"}`, -time.Hour: `{"d":"-1h"}`, 0: `{}`} {
		b := must(json.Marshal(rec{Duration(d)}))
		if string(b) != want {
			t.Errorf("%s is written %s, want %s", d, b, want)
		}
		var r rec
		if err := json.Unmarshal(b, &r); err != nil || time.Duration(r.D) != d {
			t.Errorf("%s is read as %s, %v", b, r.D, err)
		}
	}
	if b, err := json.Marshal(rec{Duration(time.Millisecond)}); err == nil {
		t.Errorf("a millisecond is written %s", b)
	}
	var r rec
	for _, in := range []string{`{"d":"--1h"}`, `{"d":"-"}`, `{"d":5}`, `{"d":"1 h"}`} {
		if err := json.Unmarshal([]byte(in), &r); err == nil {
			t.Errorf("%s is read as %s", in, r.D)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{"90m", "2h", "1h30m", "1d", "2.5h", "45s", "0.0125d", "9999999999999h", "1.5h30m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration("d", s)
		if err != nil {
			return
		}
		if d < 0 || d%time.Second != 0 || d > 10*366*24*time.Hour {
			t.Fatalf("%q is read as %s", s, d)
		}
		if back, err := ParseDuration("d", FormatDuration(d)); err != nil || back != d {
			t.Fatalf("%q: %s reads back as %s, %v", s, d, back, err)
		}
	})
}
