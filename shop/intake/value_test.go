package intake

import (
	"strings"
	"testing"
	"time"
)

// valueOf reads a value of a field of the given form from its YAML.
func valueOf(t *testing.T, form form, yaml string) *value {
	t.Helper()
	root, err := parseYAML([]byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	v, err := readValue(root, field{name: "it", form: form})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTexts(t *testing.T) {
	row := map[string]string{"A": " PM01 ", "B": "", "C": "x  y", "D": "zz"}
	cell := func(c string) string { return row[c] }
	tests := []struct{ yaml, want, wrong string }{
		{"{column: A}", "PM01", ""},
		{"{column: A, trim: false}", " PM01 ", ""},
		{"{column: C}", "x  y", ""},
		{"{value: fixed}", "fixed", ""},
		{"{value: ''}", "", ""},
		{"{column: B}", "", ""},
		{"{column: B, required: true}", "", "it is empty"},
		{"{column: B, default: none}", "none", ""},
		{"{column: B, default: none, required: true}", "none", ""},
		{"{column: B, prefix: P-}", "", ""},
		{"{column: A, prefix: P-}", "P-PM01", ""},
		{"{column: A, map: {PM01: repair}}", "repair", ""},
		{"{column: A, map: {PM01: repair}, prefix: 'a '}", "a repair", ""},
		{"{column: A, map: {PM01: ''}, prefix: 'a '}", "", ""},
		{"{column: A, map: {PM01: ''}, required: true}", "", "it is empty"},
		{"{column: D, map: {PM01: repair, PM02: swap}}", "", `"zz" is none of PM01, PM02`},
		{"{column: D, map: {PM01: repair}, otherwise: other}", "other", ""},
		{"{column: B, map: {PM01: repair}}", "", ""},
		{"{template: '{A} of {D}'}", "PM01 of zz", ""},
		{"{template: '{{{A}}}'}", "{PM01}", ""},
		{"{template: '{B} and {B}'}", "", ""},
		{"{template: '{B} and {B}', default: nothing}", "nothing", ""},
		{"{template: '{A} and {B}'}", "PM01 and", ""},
	}
	for _, tt := range tests {
		got, wrong := valueOf(t, aText, tt.yaml).text(cell)
		if got != tt.want || wrong != tt.wrong {
			t.Errorf("%s: %q (%q), want %q (%q)", tt.yaml, got, wrong, tt.want, tt.wrong)
		}
	}
}

func TestNumbers(t *testing.T) {
	tests := []struct{ steps, in, want string }{
		{"", "183.05", "183.05"}, {"", "407.4", "407.4"}, {"", "0", "0"}, {"", "-339.81", "-339.81"},
		{"", "007.50", "7.5"}, {"", ".5", "0.5"}, {"", "5.", "5"}, {"", "+5", "5"}, {"", "-0", "0"}, {"", "0.000", "0"},
		{"", "12.50-", "-12.5"}, {"", "\u221212.5", "-12.5"}, {"", "- 12.5", "-12.5"},
		{"", "1e3", ""}, {"", "PM01", ""}, {"", "1,5", ""}, {"", "--5", ""}, {"", "-5-", ""}, {"", "1.2.3", ""},
		{"", "1 234", ""}, {"", ".", ""}, {"", "-", ""}, {"", "+", ""}, {"", "٣", ""}, {"", "0x10", ""}, {"", "$5", ""},
		{"decimal: ','", "1,5", "1.5"}, {"decimal: ','", "1.5", ""}, {"decimal: ','", "1,2,3", ""},
		{"decimal: ',', thousands: '.'", "1.234,50", "1234.5"}, {"decimal: ',', thousands: '.'", "12.34,50", ""},
		{"decimal: ',', thousands: '.'", "1234,50", "1234.5"}, {"decimal: ',', thousands: '.'", ".234", ""},
		{"thousands: ','", "1,234,567.89", "1234567.89"}, {"thousands: ','", "1,5", ""}, {"thousands: ','", "1234,567", ""},
		{"thousands: ' '", "1 234", "1234"}, {"thousands: ' '", "1\u00a0234", "1234"}, {"thousands: ' '", "1\u202f234.5", "1234.5"},
		{`thousands: "'"`, "12'345.60", "12345.6"},
		{"cut: 7", "40.83065331987539", "40.8306533"}, {"cut: 0", "-0.9", "0"}, {"cut: 2", "1.5", "1.5"},
	}
	for _, tt := range tests {
		v := valueOf(t, aNumber, "{column: A"+comma(tt.steps)+"}")
		got, wrong := v.number(tt.in)
		if got != tt.want || (wrong == "") != (tt.want != "") {
			t.Errorf("%s with %q: %q (%s), want %q", tt.in, tt.steps, got, wrong, tt.want)
		}
	}
}

func comma(s string) string {
	if s == "" {
		return ""
	}
	return ", " + s
}

func TestTimes(t *testing.T) {
	tests := []struct{ steps, in, want string }{
		{"zone: Australia/Perth", "2004-07-01", "2004-06-30T16:00:00Z"},
		{"zone: America/New_York, date: MM/DD/YYYY hh:mm:ss AM", "05/01/2022 12:00:03 AM", "2022-05-01T04:00:03Z"},
		{"zone: America/New_York, date: MM/DD/YYYY hh:mm:ss AM", "05/01/2022 01:05:00 PM", "2022-05-01T17:05:00Z"},
		{"zone: Europe/Vienna, date: D.M.YYYY h:mm", "1.2.2024 7:05", "2024-02-01T06:05:00Z"},
		{"zone: Europe/Vienna, date: DD MMM YY", "09 Mar 24", "2024-03-08T23:00:00Z"},
		{"date: 'YYYY-MM-DDThh:mm:ssZ'", "2024-03-09T12:00:00+05:30", "2024-03-09T06:30:00Z"},
		{"date: 'YYYY-MM-DDThh:mm:ssZ'", "2024-03-09T12:00:00Z", "2024-03-09T12:00:00Z"},
		// The clock is set forward over the one, and back over the other.
		{"zone: Europe/Vienna, date: 'YYYY-MM-DD hh:mm'", "2024-03-31 02:30", ""},
		{"zone: Europe/Vienna, date: 'YYYY-MM-DD hh:mm'", "2024-10-27 02:30", ""},
		{"zone: Europe/Vienna, date: 'YYYY-MM-DD hh:mm', twice: first", "2024-10-27 02:30", "2024-10-27T00:30:00Z"},
		{"zone: Europe/Vienna, date: 'YYYY-MM-DD hh:mm', twice: last", "2024-10-27 02:30", "2024-10-27T01:30:00Z"},
		// There was no midnight: the day began at one.
		{"zone: America/Asuncion", "2023-10-01", "2023-10-01T04:00:00Z"},
		{"zone: UTC", "2023-02-29", ""}, {"zone: UTC", "01.02.2023", ""}, {"zone: UTC", "2023-02-01 10:00", ""},
		{"zone: UTC", "0000-01-01", ""},
	}
	for _, tt := range tests {
		v := valueOf(t, aTime, "{column: A, "+tt.steps+"}")
		got, wrong := v.layout.instant(tt.in, v.zone, v.twice)
		text := ""
		if !got.IsZero() {
			text = got.Format(time.RFC3339)
		}
		if text != tt.want || (wrong == "") != (tt.want != "") {
			t.Errorf("%s with %s: %s (%s), want %s", tt.in, tt.steps, text, wrong, tt.want)
		}
	}
}

func TestLists(t *testing.T) {
	if got := valueOf(t, aList, "{column: A, separator: ;}").list(" a; b ;;c"); strings.Join(got, "|") != "a|b|c" {
		t.Errorf("list read as %q", got)
	}
}
