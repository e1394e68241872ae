package calendar_test

import (
	"slices"
	"strings"
	"testing"

	. "callout/calendar"
)

func TestHolidays(t *testing.T) {
	company, err := NewHolidays("date",
		Holiday{Date: date("2026-12-25"), Name: " Christmas  Day "},
		Holiday{Date: date("2026-10-26"), Name: "National Day"},
		Holiday{Date: date("2026-12-25"), Name: "Christmas Day"})
	if err != nil || len(company) != 2 || company[0].Date != date("2026-10-26") {
		t.Fatalf("%+v, %v", company, err)
	}
	branch := Holidays{{Date: date("2026-06-29"), Name: "Peter and Paul"}, {Date: date("2026-10-26"), Open: true}}
	here := company.With(branch)
	want := []Date{date("2026-06-29"), date("2026-12-25")}
	if got := here.Closed(); !slices.Equal(got, want) {
		t.Errorf("closed on %v", got)
	}
	if got := company.Closed(); len(got) != 2 {
		t.Errorf("a branch changed the company's holidays: %v", got)
	}
	if day, ok := here.On(date("2026-12-25")); !ok || day.Name != "Christmas Day" {
		t.Errorf("Christmas is %+v", day)
	}
	if left, was := here.Without(date("2026-12-25")); !was || len(left) != 2 || len(here) != 3 {
		t.Errorf("without Christmas: %v", left)
	}
	if _, was := here.Without(date("2026-12-24")); was {
		t.Error("Christmas Eve was a holiday")
	}
	_, err = NewHolidays("date", Holiday{Date: date("2026-12-25"), Name: "A"}, Holiday{Date: date("2026-12-25"), Name: "B"})
	wantFault(t, err, "date", "holiday.twice")
	_, err = NewHolidays("date", Holiday{Name: "Some day"})
	wantFault(t, err, "date", "holiday.date")
	_, err = NewHolidays("date", Holiday{Date: date("2026-12-25"), Name: "bell\x07"})
	wantFault(t, err, "date", "holiday.name")
}

func TestParseHolidays(t *testing.T) {
	const events = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nDTSTART:19700101T000000\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\n" +
		"DTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, all of\r\n  it\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\n" +
		"SUMMARY:New Year\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	good := []struct{ text, want string }{
		{"2026-12-25,Christmas Day\n2026-12-26\n", "2026-12-25 Christmas Day|2026-12-26 "},
		{"\ufeffDate;Name\r\n2026-12-25;Christmas, the first day\r\n", "2026-12-25 Christmas, the first day"},
		{"date\tname\n2026-05-01\tLabour Day\n\n", "2026-05-01 Labour Day"},
		{events, "2026-12-24 Christmas, all of it|2026-12-25 Christmas, all of it|2026-12-26 Christmas, all of it|2027-01-01 New Year"},
	}
	for _, tc := range good {
		got, err := ParseHolidays("file", []byte(tc.text))
		var days []string
		for _, d := range got {
			days = append(days, d.Date.String()+" "+d.Name)
		}
		if err != nil || strings.Join(days, "|") != tc.want {
			t.Errorf("%q is read as %q, %v", tc.text, days, err)
		}
	}
	bad := []struct{ text, code string }{
		{"", "holiday.none"},
		{"date,name\n", "holiday.none"},
		{"2026-12-25,A\n25.12.2026,B\n", "holiday.syntax"},
		{"2026-13-01,A\n", "holiday.syntax"},
		{"2026-12-25,\"A\n", "holiday.syntax"},
		{"2026-12-25,A\n2026-12-25,B\n", "holiday.twice"},
		{strings.Replace(events, "SUMMARY:New Year", "RRULE:FREQ=YEARLY", 1), "holiday.syntax"},
		{strings.Replace(events, "VALUE=DATE:20270101", "VALUE=DATE-TIME:20270101T080000Z", 1), "holiday.syntax"},
		{strings.Replace(events, "20261227", "20261224", 1), "holiday.syntax"},
		{strings.Replace(events, "20261227", "20991227", 1), "holiday.syntax"},
		{strings.Replace(events, "DTSTART;VALUE=DATE:20270101\r\n", "", 1), "holiday.syntax"},
	}
	for _, tc := range bad {
		_, err := ParseHolidays("file", []byte(tc.text))
		wantFault(t, err, "file", tc.code)
	}
}
