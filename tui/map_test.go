package tui_test

import (
	"testing"

	"callout/tui"
)

// newMapPlace has three visits on two tours, and one at a place that nobody knows.
func newMapPlace(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.run("technician edit ana --home-lat 48.2400 --home-lon 16.3500")
	p.run("site add 'Hotel Prater' --name Cellar --tz Europe/Vienna")
	p.run("site add 'Hotel Prater' --name Garage --lat 48.1850 --lon 16.3760 --tz Europe/Vienna")
	p.run("wo create --customer 'Hotel Prater' --site Cellar --title 'Smell of gas'")
	p.run("wo create --customer 'Hotel Prater' --site Garage --title 'Gate stands still'")
	p.run("appt schedule WO-1005 --technician ana --start '2026-03-02 13:00' --duration 1h")
	p.run("appt schedule WO-1004 --technician ben --start '2026-03-02 15:00' --duration 1h")
	return p
}

// The map shows who drives where in which order, and goes to the visit on the board.
func TestTheMap(t *testing.T) {
	p := newMapPlace(t)
	s := p.open(120, 30)
	s.press("5").shows("Map", "A ana", "2 visits", "1 09:00 Hotel Prater, Kitchen", "A1", "A2", "A⌂", "B1", " km", "no place: B2 Hotel Prater, Cellar", "no home known: ben")
	s.press("l").shows("Gate stands still").press("j").shows("Café 東京, Bar")
	s.press("v").shows("B1").hides("A1").press("esc").shows("A1")
	s.press("k l enter").shows("APPT-1003  scheduled  13:00-14:00")
	s.press("5 ]").shows("nobody drives anywhere on Tue 3 Mar").press("t").shows("A1")
}

func TestTheMapLooksGood(t *testing.T) {
	p := newMapPlace(t)
	p.open(80, 24).press("5").golden("map-80x24")
	p.open(160, 48).press("5 j").golden("map-160x48")
	p.open(80, 24, func(o *tui.Options) { o.ASCII = true }).press("5").golden("map-ascii-80x24")
}
