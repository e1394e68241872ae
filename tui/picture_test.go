package tui_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callout/tui"
)

// picture compares the screen with the picture of it in the documentation; with -update it is drawn anew.
func (s *script) picture(name string) *script {
	s.t.Helper()
	path := filepath.Join("..", "docs", "pictures", name+".svg")
	got := s.m.Picture()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // everybody may look at it
			s.t.Fatal(err)
		}
		return s
	}
	want, err := os.ReadFile(path) //nolint:gosec // a file of this repository
	if err != nil {
		s.t.Fatal(err)
	}
	if got != string(want) {
		s.t.Errorf("the board looks otherwise than docs/pictures/%s.svg; run go generate ./tui. It shows\n%s", name, s.m.Plain())
	}
	return s
}

// newFineDay is a shop in the middle of a busy morning.
func newFineDay(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.now = monday().Add(-40 * time.Minute)
	for _, line := range []string{
		"policy set four-eyes",
		"company edit --address 'Ring 1, 1010 Wien' --tax-id ATU1", "customer edit 'Hotel Prater' --address 'Praterstern 1'",
		"tax set standard 20 --default", "price set labour 96.00 --tax standard",
		"sla add standard --warn 75 --target emergency=1h/4h --target high=4h/8h --target normal=8h/40h",
		"technician edit ana --home-lat 48.2400 --home-lon 16.3500", "technician edit ben --home-lat 48.1800 --home-lon 16.4100",
		"technician add carla --skill gas:2,electric --shift 'Mon-Fri 07:00-16:00' --tz Europe/Vienna --home-lat 48.2050 --home-lon 16.3200",
		"technician add dario --skill plumbing --shift 'Mon-Fri 08:00-17:00' --tz Europe/Vienna --home-lat 48.2300 --home-lon 16.4300",
		"technician add eva --skill plumbing,gas --shift 'Mon-Fri 09:00-18:00' --tz Europe/Vienna --home-lat 48.1950 --home-lon 16.3450",
		"customer add 'Brauerei Nord'", "site add 'Brauerei Nord' --name 'Brew house' --address 'Am Spitz 3' --lat 48.2620 --lon 16.3990 --tz Europe/Vienna",
		"customer add 'Bäckerei Stern'", "site add 'Bäckerei Stern' --name Shop --address 'Lange Gasse 8' --lat 48.2110 --lon 16.3480 --tz Europe/Vienna",
		"customer add 'Praxis Dr. Huber'", "site add 'Praxis Dr. Huber' --name Practice --address 'Landstraße 40' --lat 48.2000 --lon 16.3900 --tz Europe/Vienna",
		"wo create --customer 'Brauerei Nord' --title 'Cooling stands still' --priority high --sla standard",
		"wo create --customer 'Bäckerei Stern' --title 'Oven door' --sla standard",
		"wo create --customer 'Praxis Dr. Huber' --title 'New wash basin'",
		"wo create --customer 'Brauerei Nord' --title 'Yearly inspection'",
		"wo create --customer 'Bäckerei Stern' --title 'Light in the yard'",
		"wo create --customer 'Praxis Dr. Huber' --title 'Radiator cold' --priority high --sla standard",
		"wo create --customer 'Brauerei Nord' --title 'Replace the pump' --sla standard",
		"wo create --customer 'Bäckerei Stern' --title 'Drain is slow'",
		"task add WO-1009 Bleed --skill plumbing --estimate 45m", "task add WO-1010 Pump --skill plumbing --estimate 2h30m",
		"task add WO-1011 Drain --skill plumbing --estimate 1h", "deliverable add WO-1003 Acceptance --needs signoff",

		"task add WO-1001 'Clean the burner' --estimate 2h --skill gas", "deliverable add WO-1001 Acceptance --needs signoff",
		"appt schedule WO-1004 --technician carla --start '2026-03-02 08:00' --duration 2h30m",
		"appt schedule WO-1005 --technician carla --start '2026-03-02 11:15' --duration 1h15m",
		"appt schedule WO-1006 --technician dario --start '2026-03-02 08:30' --duration 3h",
		"appt schedule WO-1007 --technician eva,dario --start '2026-03-02 13:00' --duration 2h",
		"appt schedule WO-1008 --technician ben --start '2026-03-02 14:00' --duration 1h",
		"appt lock APPT-1006 time",
		"absence add ana --from '2026-03-02 15:00' --to '2026-03-02 17:00' --kind training --note 'gas course'",
		"appt dispatch APPT-1001", "appt dispatch APPT-1002", "appt dispatch APPT-1003", "appt dispatch APPT-1005",
	} {
		p.now = p.now.Add(30 * time.Second)
		p.run(line)
	}
	for _, at := range []struct{ clock, line string }{
		{"08:02", "appt start APPT-1003"}, {"08:31", "appt start APPT-1005"}, {"09:05", "appt start APPT-1001"}, {"09:40", "appt travel APPT-1002"},
		{"09:50", "item add WO-1003 --expense Seal --qty 1 --price 64.90 --cost 31.20"}, {"09:51", "wo start WO-1003"}, {"09:52", "wo complete WO-1003"},
		{"10:16", "wo create --customer 'Hotel Prater' --site Kitchen --title 'Smell of gas' --priority emergency --sla standard"},
		{"10:17", "task add WO-1012 'Find the leak' --skill gas --estimate 1h"}, {"10:26", "appt finish APPT-1003"},
	} {
		clock, err := time.Parse(time.RFC3339, "2026-03-02T"+at.clock+":00+01:00")
		if err != nil {
			t.Fatal(err)
		}
		p.now = clock
		p.run(at.line)
	}
	p.now = p.now.Add(4 * time.Minute)
	return p
}

// TestPictures holds the pictures of the documentation to what the board shows. They are drawn from its own cells, of a shop
// whose clock stands: go generate ./tui.
func TestPictures(t *testing.T) {
	p := newFineDay(t)
	const w, h = 124, 28
	dark := func(o *tui.Options) { o.Theme = "dark" }
	light := func(o *tui.Options) { o.Theme = "light" }
	p.open(w, h, dark).press("g w w").picture("board").press("enter").picture("order")
	p.open(w, h, light).press("g w w").picture("board-light")
	p.open(w, h, dark).press("tab space s").shows("take it").picture("suggestions")
	p.open(w, h, dark, steps).press("O").shows("cost in all").picture("plan")
	p.open(w, h, dark).press("5").shows("Map").picture("map")
	p.open(w, h, dark).press("4 enter").shows("Gate").picture("billing")
}

// A picture can be read by what draws it, whatever a customer is called.
func TestAPictureIsSound(t *testing.T) {
	p := newPlace(t)
	p.run("wo create --customer 'Hotel Prater' --site Kitchen --title 'A < B & \"C\"'")
	got := p.open(124, 32).press("2").m.Picture()
	if !strings.Contains(got, "A &lt; B &amp; \"C\"") || !strings.HasSuffix(got, "</svg>\n") || strings.Contains(got, "\x1b") {
		t.Errorf("the picture is\n%s", got)
	}
}
