package cmd

import (
	"strings"
	"time"
	_ "time/tzdata" // zones on machines that have none of their own

	"callout/internal/fault"
)

// Time reads a time as people write it, in the given zone (the place's) unless --tz names
// another. field is the flag that is blamed. The forms are those of `callout help time`.
func (a *App) Time(field, s string, place *time.Location) (time.Time, error) {
	loc := place
	if a.config.TZ != "" || loc == nil {
		loc = a.zone(a.Now())
	}
	t, err := parseTime(strings.TrimSpace(s), a.Now().In(loc))
	if err != nil {
		err.Field = field
		return time.Time{}, err
	}
	return t, nil
}

// parseTime reads a time relative to now and in now's zone.
func parseTime(s string, now time.Time) (time.Time, *fault.Error) {
	if s == "now" {
		return now, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		if d, err := time.ParseDuration(s); err == nil {
			return now.Add(d), nil
		}
	}
	day, clock := now, s
	if word, rest, _ := strings.Cut(strings.Replace(s, "T", " ", 1), " "); !strings.Contains(word, ":") {
		d, ok := parseDay(strings.ToLower(word), now)
		if !ok {
			return time.Time{}, badTime(s)
		}
		day, clock = d, strings.TrimSpace(rest)
	}
	if clock == "" {
		return startOfDay(day), nil
	}
	c, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, badTime(s)
	}
	return wallTime(day, c.Hour(), c.Minute())
}

// parseDay reads a date or a word for a day; a weekday is the next one, never today.
func parseDay(word string, now time.Time) (time.Time, bool) {
	// Noon exists on every day of every zone.
	now = time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, now.Location())
	switch word {
	case "today":
		return now, true
	case "tomorrow":
		return now.AddDate(0, 0, 1), true
	case "yesterday":
		return now.AddDate(0, 0, -1), true
	}
	if d, err := time.ParseInLocation(time.DateOnly, word, now.Location()); err == nil {
		return d, true
	}
	for i := 1; i <= 7; i++ {
		d := now.AddDate(0, 0, i)
		name := strings.ToLower(d.Weekday().String())
		if word == name || word == name[:3] {
			return d, true
		}
	}
	return time.Time{}, false
}

// startOfDay is the first instant of a day, which is not midnight where the clocks skip it.
func startOfDay(day time.Time) time.Time {
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
	if t.Day() != day.Day() {
		t = t.Add(time.Hour)
	}
	return t
}

// wallTime is a clock time on a day. A time that the clocks skipped, or showed twice, is
// refused: which instant is meant is for the person to say.
func wallTime(day time.Time, hour, minute int) (time.Time, *fault.Error) {
	t := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
	const written = "2006-01-02 15:04"
	want := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, time.UTC).Format(written)
	if t.Format(written) != want {
		return time.Time{}, fault.Invalidf("", "%s does not exist in %s: the clocks skip it", want, day.Location()).
			With("time.gap").Hint("give the offset too: %s", t.Format(time.RFC3339))
	}
	for _, shift := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour} {
		if other := t.Add(shift); other.Format(written) == want {
			first, second := t, other
			if shift < 0 {
				first, second = other, t
			}
			return time.Time{}, fault.Invalidf("", "%s happens twice in %s: the clocks go back", want, day.Location()).
				With("time.ambiguous").Hint("%s or %s", first.Format(time.RFC3339), second.Format(time.RFC3339))
		}
	}
	return t, nil
}

func badTime(s string) *fault.Error {
	return fault.Invalidf("", "%q is no time", s).With("time.format").
		Hint(`write 2026-03-02T09:00:00+01:00, "2026-03-02 09:00", "tomorrow 09:00", "monday 8:30", 17:15 or -30m`)
}
