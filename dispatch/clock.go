package dispatch

import (
	"strconv"
	"time"

	"callout/calendar"
)

// zoneOf loads the zone that a record carries. It was checked when it was stored; a name
// that this program's data no longer knows reads in UTC, which [show] then says.
func zoneOf(name string) calendar.Zone {
	z, err := calendar.LoadZone("zone", name)
	if err != nil {
		return calendar.UTC()
	}
	return z
}

// show writes an instant as the clock in a zone reads it, with the zone's abbreviation.
func show(t time.Time, z calendar.Zone) string {
	return t.In(z.Location()).Format("Mon 2006-01-02 15:04 MST")
}

// showAfter is show for an instant that is named after another one: on the same local
// day and under the same offset the clock's reading says it all.
func showAfter(t, before time.Time, z calendar.Zone) string {
	a, b := t.In(z.Location()), before.In(z.Location())
	_, one := a.Zone()
	_, other := b.Zone()
	if calendar.DateOf(t, z) == calendar.DateOf(before, z) && one == other {
		return a.Format("15:04")
	}
	return show(t, z)
}

func itoa(n int) string { return strconv.Itoa(n) }
