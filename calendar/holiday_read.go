package calendar

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"

	"callout/internal/fault"
)

// parseHolidayLines reads dates and names, one a line.
func parseHolidayLines(field, text string) ([]Holiday, error) {
	rows := csv.NewReader(strings.NewReader(text))
	rows.FieldsPerRecord, rows.TrimLeadingSpace = -1, true
	if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, ",") {
		switch {
		case strings.Contains(first, ";"):
			rows.Comma = ';'
		case strings.Contains(first, "\t"):
			rows.Comma = '\t'
		}
	}
	var out []Holiday
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fault.Invalidf(field, "the holidays cannot be read: %v", err).With("holiday.syntax")
		}
		line, _ := rows.FieldPos(0)
		day := Holiday{}
		day.Date, err = ParseDate(field, strings.TrimSpace(row[0]))
		if err != nil {
			if n == 0 && strings.Trim(row[0], "0123456789-. ") != "" {
				continue // the names of the columns
			}
			return nil, fault.Invalidf(field, "line %d: %s is no date such as 2026-12-25", line, quote(row[0])).With("holiday.syntax").
				Hint(`write lines such as "2026-12-25,Christmas Day"`)
		}
		if len(row) > 1 {
			day.Name = row[1]
		}
		out = append(out, day)
	}
}

// parseHolidayEvents reads the whole-day events of an iCalendar file (RFC 5545). An event
// that repeats itself is refused: which days it means would be a guess.
func parseHolidayEvents(field, text string) ([]Holiday, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.NewReplacer("\n ", "", "\n\t", "").Replace(text) // folded lines
	var out []Holiday
	var first, end Date
	var name string
	inside := false
	for n, line := range strings.Split(text, "\n") {
		left, value, _ := strings.Cut(line, ":")
		key, _, _ := strings.Cut(strings.ToUpper(left), ";")
		bad := func(why string) ([]Holiday, error) {
			return nil, fault.Invalidf(field, "line %d (folded lines counted once): %s", n+1, why).With("holiday.syntax")
		}
		switch {
		case line == "BEGIN:VEVENT":
			inside, first, end, name = true, Date{}, Date{}, ""
		case !inside:
		case key == "SUMMARY":
			name = strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, " ", `\N`, " ", `\\`, `\`).Replace(value)
		case key == "RRULE", key == "RDATE":
			return bad("the event repeats itself; write out its days")
		case key == "DTSTART", key == "DTEND":
			t, err := time.Parse("20060102", strings.TrimSpace(value))
			if err != nil {
				return bad(quote(value) + " is no whole day")
			}
			if key == "DTSTART" {
				first = dateOf(t)
			} else {
				end = dateOf(t) // the first day after it
			}
		case line == "END:VEVENT":
			inside = false
			if first.IsZero() {
				return bad("the event has no day")
			}
			if end.IsZero() {
				end = first.AddDays(1)
			}
			const longest = 366
			if days := first.DaysUntil(end); days < 1 || days > longest {
				return bad("the event ends before it begins, or lasts more than a year")
			}
			for d := first; d.Before(end); d = d.AddDays(1) {
				out = append(out, Holiday{Date: d, Name: name})
			}
		}
	}
	return out, nil
}
