package calendar

import (
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
)

// ParseWhen reads an instant as people state it; local readings are in zone z, and
// relative ones count from now. It accepts
//
//	now
//	+2h  -30m  +1d  +1d2h      from now; days keep the clock's reading, hours elapse
//	2026-12-01T09:00:00+01:00  RFC 3339
//	2026-12-01 09:00           on the clock in z; also with T, also with seconds
//	today 14:30  tomorrow 09:00  yesterday 17:00
//	mon 09:00                  the next Monday 09:00 that is not before now
//	14:30                      today
//
// A reading that z's clock skips or shows twice is refused with what to write instead,
// as [Zone.Instant] says. The error names field. The result is UTC.
func ParseWhen(field, s string, now time.Time, z Zone) (time.Time, error) {
	t, err := parseWhen(field, strings.Join(strings.Fields(s), " "), now, z)
	if err != nil {
		return time.Time{}, err
	}
	if y := t.Year(); y < 1970 || y >= 2200 {
		return time.Time{}, fault.Invalidf(field, "%s is not between 1970 and 2199", quote(s)).With("when.range")
	}
	return t.Round(0).UTC(), nil
}

func parseWhen(field, s string, now time.Time, z Zone) (time.Time, error) {
	const longest = 40
	lower := strings.ToLower(s)
	day, clock, two := strings.Cut(lower, " ")
	switch {
	case s == "" || len(s) > longest:
		return time.Time{}, notWhen(field, s)
	case lower == "now":
		return now, nil
	case s[0] == '+' || s[0] == '-':
		return parseRelative(field, s, now, z)
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.Replace(strings.ToUpper(s), " ", "T", 1)); err == nil {
			return t, nil
		}
	}
	if !two {
		if c, err := ParseClock(field, s); err == nil { // the clock alone
			return z.Instant(field, DateOf(now, z), c)
		}
		day, clock, two = strings.Cut(lower, "t")
	}
	c, err := ParseClock(field, clock)
	if err != nil {
		if two && strings.Contains(clock, ":") {
			return time.Time{}, err
		}
		return time.Time{}, notWhen(field, s)
	}
	if d, err := ParseDate(field, day); err == nil {
		return z.Instant(field, d, c)
	}
	today := DateOf(now, z)
	if weekday, ok := parseDay(day); ok {
		d := today.AddDays(int(weekday-today.Weekday()+7) % 7)
		if z.Resolve(d, c).Last.Before(now) {
			d = d.AddDays(7)
		}
		return z.Instant(field, d, c)
	}
	switch day {
	case "today":
		return z.Instant(field, today, c)
	case "tomorrow":
		return z.Instant(field, today.AddDays(1), c)
	case "yesterday":
		return z.Instant(field, today.AddDays(-1), c)
	}
	return time.Time{}, notWhen(field, s)
}

// parseRelative reads "+2h" or "-1d30m". Days move the date and keep the clock's
// reading; the rest elapses.
func parseRelative(field, s string, now time.Time, z Zone) (time.Time, error) {
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	rest := s[1:]
	if days, after, ok := strings.Cut(rest, "d"); ok {
		if _, err := ParseDuration(field, days+"d"); err != nil {
			return time.Time{}, err
		}
		n, err := strconv.Atoi(days)
		if err != nil {
			return time.Time{}, fault.Invalidf(field, "%s does not say whole days: write hours instead", quote(s)).With("when.syntax")
		}
		local := now.In(z.Location())
		date := dateOf(local).AddDays(sign * n)
		at, err := z.Instant(field, date, ClockAt(local.Hour(), local.Minute())+Clock(local.Second()))
		if err != nil {
			return time.Time{}, err
		}
		if after == "" {
			return at, nil
		}
		now, rest = at, after
	}
	d, err := ParseDuration(field, rest)
	if err != nil {
		return time.Time{}, err
	}
	return now.Add(time.Duration(sign) * d), nil
}

func notWhen(field, s string) error {
	e := fault.Invalidf(field, "%s is no time", quote(s)).With("when.syntax")
	if _, err := ParseDate(field, s); err == nil {
		e.Msg += ": the time of day is missing"
		return e.Hint(`write "%s 09:00"`, s)
	}
	if s == "" {
		e.Msg = "a time is missing"
	}
	return e.Hint(`write for example "2026-12-01 09:00", "tomorrow 09:00", "mon 09:00", "+2h" or an RFC 3339 time`)
}
