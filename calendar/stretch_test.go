package calendar_test

import (
	"archive/zip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "callout/calendar"
)

// What is kept of the clocks of a zone never changes an answer, from whichever side one comes to an
// instant: every zone of the database shows the dates that the package time shows, and these are read
// there without anything that is kept.
func TestEveryZoneShowsTheDatesOfThePackageTime(t *testing.T) {
	r, err := zip.OpenReader(filepath.Join("tzdata", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	from, to := instant("1995-01-01T00:30:00Z"), instant("2041-01-01T00:00:00Z")
	const step = 61 * time.Hour // each hour of the day, once in a while
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		z := zone(f.Name)
		at := from
		for back := false; !back || at.After(from); {
			if y, m, d := at.In(z.Location()).Date(); DateOf(at, z) != (Date{Year: y, Month: m, Day: d}) {
				t.Fatalf("%s in %s is %s, not %04d-%02d-%02d", at.Format(time.RFC3339), z, DateOf(at, z), y, m, d)
			}
			// What the clock shows is found again, or the first of two instants at which it shows it.
			local := at.In(z.Location())
			if read := z.Resolve(DateOf(at, z), ClockAt(local.Hour(), local.Minute())+Clock(local.Second())); read.Skipped ||
				!read.First.Equal(at) && !read.Last.Equal(at) {
				t.Fatalf("%s in %s is resolved as %v", at.Format(time.RFC3339), z, read)
			}
			if at = at.Add(step); back {
				at = at.Add(-2*step - time.Hour)
			} else if at.After(to) {
				back = true
			}
		}
	}
}
