package intake

import (
	"fmt"
	"strings"
	"time"

	"callout/calendar"
)

// layout is how a file writes a date or a time. It is written with the letters that
// spreadsheets use: YYYY-MM-DD hh:mm:ss.
type layout struct {
	written string
	format  string // for the package time
	clock   bool   // it reads a time of day
	offset  bool   // it reads an offset from UTC, so that no zone is needed
}

// token is a part of a layout.
type token struct {
	word, format, reads string
}

// tokens lists the parts, the longer first where one begins like another.
var tokens = []token{
	{"YYYY", "2006", "year"}, {"YY", "06", "year"},
	{"MMMM", "January", "month"}, {"MMM", "Jan", "month"}, {"MM", "01", "month"}, {"M", "1", "month"},
	{"DD", "02", "day"}, {"D", "2", "day"},
	{"hh", "15", "hour"}, {"h", "15", "hour"},
	{"mm", "04", "minute"}, {"m", "4", "minute"}, {"ss", "05", "second"}, {"s", "5", "second"},
	{"AM", "PM", "half of the day"}, {"Z", "Z07:00", "offset"},
}

// on12 is how hours are read beside AM and PM.
var on12 = map[string]string{"hh": "03", "h": "3"}

// parseLayout reads a layout. Its letters are those of the tokens and T.
func parseLayout(s string) (*layout, error) {
	var format strings.Builder
	has := map[string]bool{}
	for rest := s; rest != ""; {
		t := nextToken(rest)
		if t.word == "" {
			if !strings.ContainsRune("T -/.:,", rune(rest[0])) {
				return nil, fmt.Errorf("the date %q has a %q; it is written with YYYY, MM, DD, hh, mm, ss, AM and Z", s, rest[:1])
			}
			format.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		if has[t.reads] {
			return nil, fmt.Errorf("the date %q reads its %s twice", s, t.reads)
		}
		has[t.reads] = true
		if on, ok := on12[t.word]; ok && strings.Contains(s, "AM") {
			t.format = on
		}
		format.WriteString(t.format)
		rest = rest[len(t.word):]
	}
	for _, part := range []string{"year", "month", "day"} {
		if !has[part] {
			return nil, fmt.Errorf("the date %q reads no %s", s, part)
		}
	}
	l := &layout{written: s, format: format.String(), clock: has["hour"], offset: has["offset"]}
	if !l.clock && (has["minute"] || has["second"] || has["half of the day"] || l.offset) ||
		has["second"] && !has["minute"] {
		return nil, fmt.Errorf("the date %q reads a part of a time without its hour and minute", s)
	}
	return l, nil
}

func nextToken(s string) token {
	for _, t := range tokens {
		if strings.HasPrefix(s, t.word) {
			return t
		}
	}
	return token{}
}

// day reads a date.
func (l *layout) day(s string) (calendar.Date, string) {
	t, err := time.Parse(l.format, s)
	if err != nil || t.Year() == 0 {
		return calendar.Date{}, fmt.Sprintf("%q is no date written %s", clip(s, 40), l.written)
	}
	return calendar.NewDate(t.Year(), t.Month(), t.Day()), ""
}

// instant reads a time, or the beginning of a day, in a zone. twice says which of two
// instants counts where clocks show the time twice: first, last, or neither.
func (l *layout) instant(s string, z calendar.Zone, twice string) (time.Time, string) {
	t, err := time.Parse(l.format, s)
	switch {
	case err != nil || t.Year() == 0:
		what := "date"
		if l.clock {
			what = "time"
		}
		return time.Time{}, fmt.Sprintf("%q is no %s written %s", clip(s, 40), what, l.written)
	case l.offset:
		return t.UTC(), ""
	}
	d := calendar.NewDate(t.Year(), t.Month(), t.Day())
	if !l.clock {
		return z.StartOf(d), ""
	}
	r := z.Resolve(d, calendar.Clock(t.Hour()*3600+t.Minute()*60+t.Second()))
	switch {
	case r.Skipped:
		return time.Time{}, fmt.Sprintf("%q does not exist in %s: clocks were set forward over it", clip(s, 40), z.Name())
	case r.Ambiguous() && twice == "":
		return time.Time{}, fmt.Sprintf("%q comes twice in %s, when clocks were set back; the mapping can say twice: first, or last", clip(s, 40), z.Name())
	case twice == "last":
		return r.Last, ""
	}
	return r.First, ""
}
