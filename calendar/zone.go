package calendar

import (
	"archive/zip"
	_ "embed" // the time-zone data
	"strings"
	"sync"
	"time"

	"callout/internal/fault"
)

// zoneinfo is the time-zone database as the Go distribution compiles and ships it
// (lib/time/zoneinfo.zip), carried here so that every machine computes with the same
// rules whatever is installed on it: a command that is decided again elsewhere must
// come to the same result. The package time prefers the system's files, whose version
// nobody knows, even where time/tzdata is linked in.
//
// To renew it, copy the file from a newer Go distribution and take over the version
// from lib/time/update.bash; a test compares both.
//
//go:embed tzdata/zoneinfo.zip
var zoneinfo string

// TZVersion is the release of the IANA time-zone database that is embedded.
const TZVersion = "2025c"

// TZDigest is the SHA-256 of the embedded data.
const TZDigest = "8f55634d05f8bca1f7bc7c69c5933428c69357e0bdf565e5ba224e3f88ff12e8"

// Zone is an IANA time zone, such as Europe/Vienna. It is comparable; its JSON is the
// name. The zero value is no zone ([Zone.IsZero]) and reads clocks in UTC.
type Zone struct{ clocks *clocks }

// UTC returns the zone UTC.
func UTC() Zone { return Zone{utc} }

var utc = &clocks{loc: time.UTC}

// LoadZone returns the zone with an IANA name. The error names field.
func LoadZone(field, name string) (Zone, error) {
	if name == "UTC" {
		return UTC(), nil
	}
	index, err := zones()
	if err != nil {
		return Zone{}, fault.Internalf("the embedded time-zone data cannot be read").Because(err)
	}
	entry, ok := index[name]
	if !ok {
		return Zone{}, unknownZone(field, name, index)
	}
	clocks, err := entry()
	if err != nil {
		return Zone{}, fault.Internalf("the embedded data of zone %s cannot be read", name).Because(err)
	}
	return Zone{clocks}, nil
}

// zones is the index of the embedded data: for each name, its clocks, decoded when
// first asked for. It never changes an answer; it only spares decoding twice.
var zones = sync.OnceValues(func() (map[string]func() (*clocks, error), error) {
	r, err := zip.NewReader(strings.NewReader(zoneinfo), int64(len(zoneinfo)))
	if err != nil {
		return nil, err
	}
	index := make(map[string]func() (*clocks, error), len(r.File))
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		index[f.Name] = sync.OnceValues(func() (*clocks, error) {
			at, err := f.DataOffset()
			if err != nil {
				return nil, err
			}
			// The archive is stored, not compressed.
			loc, err := time.LoadLocationFromTZData(f.Name, []byte(zoneinfo[at:at+int64(f.UncompressedSize64)])) //nolint:gosec // a few kB
			return &clocks{loc: loc}, err
		})
	}
	return index, nil
})

// unknownZone says that a name is no zone, with the names that were perhaps meant.
func unknownZone[V any](field, name string, index map[string]V) error {
	if name == "" {
		return fault.Invalidf(field, "a time zone is missing").With("zone.missing").Hint("write an IANA name such as Europe/Vienna")
	}
	shown := name
	if len(shown) > 40 {
		shown = shown[:40] + "…"
	}
	e := fault.Invalidf(field, "%q is no IANA time zone", shown).With("zone.unknown")
	squash := strings.NewReplacer(" ", "_", "-", "_")
	want := strings.ToLower(squash.Replace(name))
	var near string
	for known := range index {
		full := strings.ToLower(squash.Replace(known))
		_, city, _ := strings.Cut(full, "/")
		// The shortest, then the first by alphabet, so that the hint is always the same.
		if (full == want || city == want) && (near == "" || len(known) < len(near) || len(known) == len(near) && known < near) {
			near = known
		}
	}
	if near != "" {
		return e.Hint("write %s", near)
	}
	return e.Hint("write an IANA name such as Europe/Vienna or America/New_York")
}

// Location returns the zone for the package time; UTC for the zero value.
func (z Zone) Location() *time.Location {
	if z.clocks == nil {
		return time.UTC
	}
	return z.clocks.loc
}

// Name returns the IANA name, or "" for no zone.
func (z Zone) Name() string {
	if z.clocks == nil {
		return ""
	}
	return z.clocks.loc.String()
}

// String returns the name.
func (z Zone) String() string { return z.Name() }

// IsZero reports whether z is no zone.
func (z Zone) IsZero() bool { return z.clocks == nil }

// MarshalText writes the name.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.Name()), nil }

// UnmarshalText reads a name; an empty one is no zone.
func (z *Zone) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*z = Zone{}
		return nil
	}
	*z, err = LoadZone("zone", string(b))
	return err
}
