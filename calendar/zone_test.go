package calendar_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	. "callout/calendar"
	"callout/internal/fault"
)

// must is for literals in tests.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func zone(name string) Zone      { return must(LoadZone("zone", name)) }
func date(s string) Date         { return must(ParseDate("date", s)) }
func clock(s string) Clock       { return must(ParseClock("clock", s)) }
func instant(s string) time.Time { return must(time.Parse(time.RFC3339, s)).UTC() }

// span reads "start/end" in RFC 3339.
func span(s string) Interval {
	a, b, _ := strings.Cut(s, "/")
	return NewInterval(instant(a), instant(b))
}

// wantFault checks an error's kind, field and code.
func wantFault(t *testing.T, err error, field, code string) *fault.Error {
	t.Helper()
	e, ok := err.(*fault.Error)
	if !ok || e.Kind != fault.Invalid || e.Field != field || e.Code != code {
		t.Fatalf("got error %#v, want invalid %s with code %s", err, field, code)
	}
	return e
}

// TestEmbeddedDataIsTheRecordedRelease holds the version that the product states
// against the data that it computes with.
func TestEmbeddedDataIsTheRecordedRelease(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("tzdata", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != TZDigest {
		t.Errorf("the data's SHA-256 is %s, recorded is %s: record the digest and the version together", got, TZDigest)
	}
	lib := filepath.Join(runtime.GOROOT(), "lib", "time") //nolint:staticcheck // the toolchain that runs the test is the one meant
	script, err := os.ReadFile(filepath.Join(lib, "update.bash"))
	if err != nil {
		t.Skipf("this Go distribution carries no time-zone data to compare with: %v", err)
	}
	m := regexp.MustCompile(`(?m)^DATA=(\S+)$`).FindSubmatch(script)
	if m == nil || string(m[1]) != TZVersion {
		t.Skipf("this Go distribution carries another release than %s", TZVersion)
	}
	theirs, err := os.ReadFile(filepath.Join(lib, "zoneinfo.zip"))
	if err != nil {
		t.Skipf("this Go distribution carries no time-zone data to compare with: %v", err)
	}
	if sha256.Sum256(theirs) != sum {
		t.Errorf("the data is not what the Go distribution calls %s", TZVersion)
	}
}

func TestLoadZone(t *testing.T) {
	for _, name := range []string{"Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"} {
		z, err := LoadZone("tz", name)
		if err != nil || z.Name() != name {
			t.Errorf("LoadZone(%s) = %s, %v", name, z, err)
		}
		if z != zone(name) {
			t.Errorf("%s loaded twice is not the same zone", name)
		}
	}
	for _, c := range []struct{ name, code, hint string }{
		{"", "zone.missing", "write an IANA name such as Europe/Vienna"},
		{"Local", "zone.unknown", "write an IANA name such as Europe/Vienna or America/New_York"},
		{"europe/vienna", "zone.unknown", "write Europe/Vienna"},
		{"new york", "zone.unknown", "write America/New_York"},
		{"Vienna", "zone.unknown", "write Europe/Vienna"},
		{"../../etc/passwd", "zone.unknown", "write an IANA name such as Europe/Vienna or America/New_York"},
	} {
		_, err := LoadZone("tz", c.name)
		e := wantFault(t, err, "tz", c.code)
		if len(e.Hints) != 1 || e.Hints[0] != c.hint {
			t.Errorf("%q: hints %q, want %q", c.name, e.Hints, c.hint)
		}
	}
}

func TestZoneJSON(t *testing.T) {
	type rec struct {
		Z Zone `json:"z,omitzero"`
	}
	b := must(json.Marshal(rec{zone("Asia/Kathmandu")}))
	if string(b) != `{"z":"Asia/Kathmandu"}` {
		t.Errorf("got %s", b)
	}
	var r rec
	if err := json.Unmarshal(b, &r); err != nil || r.Z != zone("Asia/Kathmandu") {
		t.Errorf("got %v, %v", r.Z, err)
	}
	if b := must(json.Marshal(rec{})); string(b) != `{}` {
		t.Errorf("no zone is written as %s", b)
	}
	if err := json.Unmarshal([]byte(`{"z":"Mars/Olympus"}`), &r); err == nil {
		t.Error("an unknown zone was read")
	}
}

// Clock changes as the tz database states them.
func TestResolve(t *testing.T) {
	for _, c := range []struct {
		zone, date, clock string
		first, last       string
		skipped           bool
	}{
		{"Europe/Vienna", "2026-01-15", "09:00", "2026-01-15T08:00:00Z", "2026-01-15T08:00:00Z", false},
		{"Europe/Vienna", "2026-07-15", "24:00", "2026-07-15T22:00:00Z", "2026-07-15T22:00:00Z", false},
		{"Europe/Vienna", "2026-03-29", "01:59:59", "2026-03-29T00:59:59Z", "2026-03-29T00:59:59Z", false},
		{"Europe/Vienna", "2026-03-29", "02:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", true},
		{"Europe/Vienna", "2026-03-29", "02:59:59", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", true},
		{"Europe/Vienna", "2026-03-29", "03:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z", false},
		{"Europe/Vienna", "2026-10-25", "02:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", false},
		{"Europe/Vienna", "2026-10-25", "02:59:59", "2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z", false},
		{"Europe/Vienna", "2026-10-25", "03:00", "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z", false},
		{"America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", true},
		{"America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", false},
		// The package time mistakes the end of leap years.
		{"Europe/Vienna", "2028-12-31", "00:30", "2028-12-30T23:30:00Z", "2028-12-30T23:30:00Z", false},
		{"Europe/Vienna", "2028-12-31", "12:00", "2028-12-31T11:00:00Z", "2028-12-31T11:00:00Z", false},
		{"Europe/Vienna", "2029-01-01", "00:30", "2028-12-31T23:30:00Z", "2028-12-31T23:30:00Z", false},
		{"America/New_York", "2028-12-31", "22:00", "2029-01-01T03:00:00Z", "2029-01-01T03:00:00Z", false},
		{"Australia/Lord_Howe", "2028-12-31", "12:00", "2028-12-31T01:00:00Z", "2028-12-31T01:00:00Z", false},
		// Half an hour: +10:30 in winter, +11:00 in summer.
		{"Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z", true},
		{"Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z", false},
		{"Australia/Lord_Howe", "2026-04-05", "01:30", "2026-04-04T14:30:00Z", "2026-04-04T15:00:00Z", false},
		{"Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30:00Z", "2026-04-04T15:30:00Z", false},
		{"Asia/Kathmandu", "2026-11-23", "09:00", "2026-11-23T03:15:00Z", "2026-11-23T03:15:00Z", false},
		// At midnight: Beirut has no 00:00 on this day, Havana has it twice.
		{"Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T22:00:00Z", "2026-03-28T22:00:00Z", true},
		{"America/Havana", "2026-11-01", "00:00", "2026-11-01T04:00:00Z", "2026-11-01T05:00:00Z", false},
		// Over midnight: 00:01 went back to 23:01 of the day before.
		{"America/St_Johns", "2010-11-06", "23:30", "2010-11-07T02:00:00Z", "2010-11-07T03:00:00Z", false},
		{"America/St_Johns", "2010-11-07", "00:00", "2010-11-07T02:30:00Z", "2010-11-07T03:30:00Z", false},
		// A whole day that Samoa left out, when it moved across the date line.
		{"Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", true},
	} {
		got := zone(c.zone).Resolve(date(c.date), clock(c.clock))
		want := Reading{First: instant(c.first), Last: instant(c.last), Skipped: c.skipped}
		if got != want {
			t.Errorf("%s on %s in %s: got %v, want %v", c.clock, c.date, c.zone, got, want)
		}
	}
}

func TestInstantRefusesWhatOnlyTheUserCanKnow(t *testing.T) {
	z := zone("Europe/Vienna")
	_, err := z.Instant("from", date("2026-03-29"), clock("02:30"))
	e := wantFault(t, err, "from", "when.skipped")
	if len(e.Hints) != 1 || !strings.Contains(e.Hints[0], "2026-03-29T03:00:00+02:00") {
		t.Errorf("hints %q", e.Hints)
	}
	_, err = z.Instant("from", date("2026-10-25"), clock("02:30"))
	e = wantFault(t, err, "from", "when.ambiguous")
	if len(e.Hints) != 2 || !strings.Contains(e.Hints[0], "2026-10-25T02:30:00+02:00") || !strings.Contains(e.Hints[1], "2026-10-25T02:30:00+01:00") {
		t.Errorf("hints %q", e.Hints)
	}
}

func TestDaysHaveTheHoursThatTheClocksGiveThem(t *testing.T) {
	for _, c := range []struct {
		zone, date string
		want       time.Duration
	}{
		{"Europe/Vienna", "2026-03-29", 23 * time.Hour},
		{"Europe/Vienna", "2026-10-25", 25 * time.Hour},
		{"Europe/Vienna", "2026-11-23", 24 * time.Hour},
		{"America/New_York", "2026-03-08", 23 * time.Hour},
		{"Australia/Lord_Howe", "2026-10-04", 23*time.Hour + 30*time.Minute},
		{"Australia/Lord_Howe", "2026-04-05", 24*time.Hour + 30*time.Minute},
		{"Asia/Beirut", "2026-03-29", 23 * time.Hour},
		{"America/Havana", "2026-11-01", 25 * time.Hour},
		{"Pacific/Apia", "2011-12-30", 0},
	} {
		if got := zone(c.zone).Day(date(c.date)).Duration(); got != c.want {
			t.Errorf("%s in %s: got %s, want %s", c.date, c.zone, got, c.want)
		}
	}
}
