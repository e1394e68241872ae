package calendar

import (
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
)

// Hours are the hours of a week in local time, to the minute: opening hours, a shift,
// the window of an after-hours rate. Its JSON is its text, "Mon-Fri 08:00-17:00, Sat
// 09:00-12:00". The zero value is no hours. Hours compare with [Hours.Equal].
//
// The text lists days and spans: "Mon-Fri 08:00-12:00 13:00-17:00", "Mon,Wed
// 9:00-12:00", "daily 22:00-06:00" (over midnight, belonging to the day on which it
// begins), "Mon-Sun 00:00-24:00" or "always".
type Hours struct {
	week [7][]span // by time.Weekday; ordered, disjoint, not touching, within the day
}

// span is a part of a day in minutes: 0 ≤ from < to ≤ 1440.
type span struct{ from, to int }

const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
)

// Always returns the hours that never close.
func Always() Hours {
	var h Hours
	for d := range h.week {
		h.week[d] = []span{{0, dayMinutes}}
	}
	return h
}

// IsZero reports whether h has no hours at all.
func (h Hours) IsZero() bool {
	return !slices.ContainsFunc(h.week[:], func(day []span) bool { return len(day) > 0 })
}

// IsAlways reports whether h never closes.
func (h Hours) IsAlways() bool { return h.Equal(Always()) }

// Equal reports whether h and o are the same hours.
func (h Hours) Equal(o Hours) bool {
	for d := range h.week {
		if !slices.Equal(h.week[d], o.week[d]) {
			return false
		}
	}
	return true
}

// WeeklyMinutes returns the minutes of a week without a change of clocks.
func (h Hours) WeeklyMinutes() int {
	n := 0
	for _, day := range h.week {
		for _, s := range day {
			n += s.to - s.from
		}
	}
	return n
}

// Intervals returns the hours between two instants as merged intervals, read off the
// clock in a zone: a night shift is an hour shorter in the night in which clocks are
// set forward. On holidays nothing is open from midnight to midnight, whichever day a
// span began on.
func (h Hours) Intervals(z Zone, holidays []Date, from, to time.Time) []Interval {
	if !to.After(from) {
		return nil
	}
	var out []Interval
	// One day more: where clocks are set back over midnight, the new day has begun
	// although the clock shows the old date again.
	last := DateOf(to, z).AddDays(1)
	for d := DateOf(from, z); !d.After(last); d = d.AddDays(1) {
		out = append(out, h.on(d, z, holidays)...)
	}
	return Intersect(out, []Interval{NewInterval(from, to)})
}

// on returns the hours on one date.
func (h Hours) on(d Date, z Zone, holidays []Date) []Interval {
	spans := h.week[d.Weekday()]
	if len(spans) == 0 || slices.Contains(holidays, d) {
		return nil
	}
	out := make([]Interval, 0, len(spans))
	for _, s := range spans {
		out = append(out, Interval{
			z.Resolve(d, Clock(s.from*60)).First,
			z.Resolve(d, Clock(s.to*60)).First,
		})
	}
	return out
}

// MarshalText writes the hours; no hours are an empty text.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads hours; an empty text is no hours.
func (h *Hours) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*h = Hours{}
		return nil
	}
	*h, err = ParseHours("hours", string(b))
	return err
}

// weekdays are the names in the order in which people list them.
func weekdays() []time.Weekday {
	return []time.Weekday{
		time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
	}
}

// dayName returns "Mon" for Monday.
func dayName(d time.Weekday) string { return d.String()[:3] }

// String returns the hours in the one form that equal hours share.
func (h Hours) String() string {
	if h.IsAlways() {
		return "always"
	}
	var groups []string
	var first, last, spans string
	flush := func() {
		switch {
		case spans == "":
		case first == last:
			groups = append(groups, first+spans)
		default:
			groups = append(groups, first+"-"+last+spans)
		}
	}
	for _, d := range weekdays() {
		if s := h.daySpans(d); s == spans && spans != "" {
			last = dayName(d)
		} else {
			flush()
			first, last, spans = dayName(d), dayName(d), s
		}
	}
	flush()
	return strings.Join(groups, ", ")
}

// daySpans writes the spans that begin on a day, those over midnight as one.
func (h Hours) daySpans(d time.Weekday) string {
	var b strings.Builder
	for _, s := range h.week[d] {
		if s.from == 0 && h.carries((d+6)%7) {
			continue // written with the day before
		}
		to := s.to
		if s.to == dayMinutes && h.carries(d) {
			to = h.week[(d+1)%7][0].to
		}
		b.WriteString(" " + Clock(s.from*60).String() + "-" + Clock(to*60).String())
	}
	return b.String()
}

// carries reports whether the last span of a day runs over midnight into a span of the
// next day that ends before the hour at which it began, so that "22:00-06:00" says it.
func (h Hours) carries(d time.Weekday) bool {
	day, next := h.week[d], h.week[(d+1)%7]
	if len(day) == 0 || len(next) == 0 {
		return false
	}
	end, begin := day[len(day)-1], next[0]
	return end.from > 0 && end.to == dayMinutes && begin.from == 0 && begin.to < end.from
}

// ParseHours reads weekly hours. The error names field.
func ParseHours(field, s string) (Hours, error) {
	const longest = 1000
	if len(s) > longest {
		return Hours{}, fault.Invalidf(field, "the hours are longer than %d characters", longest).With("hours.syntax")
	}
	text := strings.ToLower(strings.TrimSpace(s))
	switch text {
	case "":
		return Hours{}, fault.Invalidf(field, "the hours are missing").With("hours.missing").Hint(hoursHint)
	case "always", "24x7", "24/7":
		return Always(), nil
	}
	var spans []weekSpan
	var days []time.Weekday
	open := false // days are still being listed
	for _, token := range hoursTokens(text) {
		if ds, ok := parseDays(token); ok {
			if !open {
				days, open = nil, true
			}
			days = append(days, ds...)
			continue
		}
		sp, err := parseSpan(field, token)
		if err != nil {
			return Hours{}, err
		}
		if len(days) == 0 {
			return Hours{}, fault.Invalidf(field, "the days of %s are missing", token).With("hours.syntax").Hint(hoursHint)
		}
		open = false
		for _, d := range days {
			spans = append(spans, weekSpan{d, sp})
		}
	}
	if open || len(spans) == 0 {
		return Hours{}, fault.Invalidf(field, "%s ends without a time of day", quote(s)).With("hours.syntax").Hint(hoursHint)
	}
	return newHours(field, spans)
}

const hoursHint = `write for example "Mon-Fri 08:00-17:00, Sat 09:00-12:00"`

// hoursTokens separates days from spans; spaces around a dash do not count.
func hoursTokens(text string) []string {
	text = strings.ReplaceAll(text, "–", "-")
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })
	var out []string
	for _, f := range fields {
		if n := len(out); n > 0 && (strings.HasPrefix(f, "-") || strings.HasSuffix(out[n-1], "-")) {
			out[n-1] += f
			continue
		}
		out = append(out, f)
	}
	return out
}

// parseDay reads "mon" or "monday".
func parseDay(s string) (time.Weekday, bool) {
	for _, d := range weekdays() {
		if name := strings.ToLower(d.String()); s == name || s == name[:3] {
			return d, true
		}
	}
	return 0, false
}

// parseDays reads "mon", "mon-fri", "sat-mon" or "daily".
func parseDays(token string) ([]time.Weekday, bool) {
	if token == "daily" {
		return weekdays(), true
	}
	a, b, isRange := strings.Cut(token, "-")
	first, ok := parseDay(a)
	if !ok || !isRange {
		return []time.Weekday{first}, ok
	}
	last, ok := parseDay(b)
	if !ok {
		return nil, false
	}
	days := []time.Weekday{first}
	for d := first; d != last; {
		d = (d + 1) % 7
		days = append(days, d)
	}
	return days, true
}

// parseSpan reads "08:00-17:00"; an end before the start is on the next day.
func parseSpan(field, token string) (span, error) {
	a, b, ok := strings.Cut(token, "-")
	from, err := ParseClock(field, a)
	if !ok || err != nil {
		return span{}, fault.Invalidf(field, "%s is neither a day nor a span such as 08:00-17:00", quote(token)).With("hours.syntax").Hint(hoursHint)
	}
	to, err := ParseClock(field, b)
	if err != nil || from%60 != 0 || to%60 != 0 || from == EndOfDay {
		return span{}, fault.Invalidf(field, "%s is no span such as 08:00-17:00", quote(token)).With("hours.syntax").Hint(hoursHint)
	}
	if from == to {
		return span{}, fault.Invalidf(field, "%s is empty", token).With("hours.empty").Hint("write 00:00-24:00 for a whole day")
	}
	sp := span{int(from) / 60, int(to) / 60}
	if sp.to < sp.from {
		sp.to += dayMinutes
	}
	return sp, nil
}

// weekSpan is a span as it is written: on the day on which it begins, and perhaps
// running on into the next.
type weekSpan struct {
	day time.Weekday
	span
}

// newHours brings spans into their normal form and refuses those that overlap, which
// are more likely a slip than a wish.
func newHours(field string, spans []weekSpan) (Hours, error) {
	var h Hours
	for _, s := range spans {
		begin := int(s.day)*dayMinutes + s.from
		for n := s.to - s.from; n > 0; {
			d, from := begin/dayMinutes%7, begin%dayMinutes
			part := span{from, min(from+n, dayMinutes)}
			day := h.week[d]
			i, _ := slices.BinarySearchFunc(day, part, func(a, b span) int { return a.from - b.from })
			if i > 0 && day[i-1].to > part.from || i < len(day) && day[i].from < part.to {
				return Hours{}, fault.Invalidf(field, "two spans overlap on %s at %s", time.Weekday(d), Clock(part.from*60)).With("hours.overlap")
			}
			h.week[d] = slices.Insert(day, i, part)
			begin, n = begin+part.to-part.from, n-(part.to-part.from)
		}
	}
	for d, day := range h.week {
		var joined []span
		for _, s := range day {
			if n := len(joined); n > 0 && joined[n-1].to == s.from {
				joined[n-1].to = s.to
			} else {
				joined = append(joined, s)
			}
		}
		h.week[d] = joined
	}
	return h, nil
}
