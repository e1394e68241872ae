package tui_test

import (
	"testing"
	"time"

	"callout/tui"
)

// newLanes is a shop whose day has everything that lanes show: cal has a lunch break; Lift door is done by cal and ana
// together; Fridge warm waits for Boiler service, and Handover for Fridge warm; from Escalator at the airport to Gas check
// ben has ten minutes for a way of 28; Alarm and Sprinkler have targets that were missed or are at risk at noon.
func newLanes(t *testing.T) *place {
	p := newPlace(t)
	for _, line := range []string{
		"sla add Quick --hours 'Mon-Sun 00:00-24:00' --target emergency=3h/8h --target low=5h/72h --warn 75",
		"technician add cal --skill lifts --shift 'Mon-Fri 08:00-12:00 12:30-17:00' --tz Europe/Vienna",
		"site add 'Hotel Prater' --name Airport --address 'Ankunft 1' --tz Europe/Vienna",
		"wo create --customer 'Hotel Prater' --site Airport --title 'Lift door'",
		"wo create --customer 'Hotel Prater' --site Kitchen --title 'Fridge warm' --after WO-1001",
		"wo create --customer 'Hotel Prater' --site Kitchen --title 'Handover' --after WO-1005+1h",
		"wo create --customer 'Hotel Prater' --site Kitchen --title 'Alarm' --priority emergency --sla Quick",
		"wo create --customer 'Café 東京' --site Bar --title 'Sprinkler' --priority low --sla Quick",
		"wo create --customer 'Hotel Prater' --site Airport --title 'Escalator'",
		"appt schedule WO-1004 --technician cal --technician ana --start '2026-03-02 13:00' --duration 2h",
		"appt schedule WO-1005 --technician ben --start '2026-03-02 13:00' --duration 1h",
		"appt schedule WO-1007 --technician cal --start '2026-03-02 09:00' --duration 90m",
		"appt schedule WO-1008 --technician cal --start '2026-03-02 11:00' --duration 1h",
		"appt schedule WO-1003 --technician ben --start '2026-03-02 15:50' --duration 1h",
		"appt schedule WO-1009 --technician ben --start '2026-03-02 14:40' --duration 1h",
		"site edit Airport --lat 48.1103 --lon 16.5697", // known now, so nobody has accepted the ways there
	} {
		p.now = p.now.Add(time.Minute)
		p.run(line)
	}
	p.now = monday().Add(4*time.Hour + 30*time.Minute)
	return p
}

func TestLanesShowWaysAndBreaks(t *testing.T) {
	p := newLanes(t)
	p.open(160, 48).golden("lanes-160x48")
	p.open(80, 24).golden("lanes-80x24")
	p.open(60, 16, func(o *tui.Options) { o.ASCII, o.Theme = true, "mono" }).golden("lanes-ascii-60x16")
	s := p.open(120, 30)
	s.press("j").shows("the way from APPT-1002 (Bar) to APPT-1004 (Kitchen) takes 4m, there are 1h30m")
	s.press("j h").shows("12:20  break 12:00-12:30  the way from")
	s.press("k w w w").shows("APPT-1007  scheduled  15:50-16:50", "takes 28m, there are 10m", "(travel)")
}

// A way that was known is not claimed any more for a visit that is under way to somewhere else.
func TestLanesForgetAWayWhileItIsSaved(t *testing.T) {
	p := newLanes(t)
	s := p.open(120, 30).press("w space").shows("28m")
	_, c := s.m.Update(keyOf("l"))
	s.play(c)
	_, c = s.m.Update(keyOf("enter")) // handed over, and not run yet
	s.hides("\u00b728m", "28m Hotel").play(c)
	s.shows("28m")
}

func TestLanesLinkCrewsAndChains(t *testing.T) {
	p := newLanes(t)
	s := p.open(120, 30)
	s.press("w").shows("APPT-1003  scheduled  13:00-15:00", "with cal", "cal       &", "○&a Lift").onLane("ana").golden("lanes-crew-120x30")
	s.press("j").shows("APPT-1004  scheduled  13:00-14:00", "waits until WO-1001 is completed:", "APPT-1001 09:00 with ana",
		"WO-1006 waits until it is completed and 1h have passed", "←○ Boiler").golden("lanes-chain-120x30")
	s.press("k b").shows("APPT-1001", "→○ Fr…", "WO-1005 waits until it is", "APPT-1004 13:00 with ben")
	s.press("j j").hides("→○")
	a := p.open(60, 16, func(o *tui.Options) { o.ASCII = true })
	a.press("b").shows("-]o").press("I").shows("WO-1005 waits until it is completed").golden("lanes-told-60x16")
}

func TestLanesShowTheSLA(t *testing.T) {
	p := newLanes(t)
	s := p.open(160, 48)
	s.press("j j b").shows("○△").press("+ +").shows("○△ Sprinkler", "due in 38m", "respond at risk, in 38m").press("b").shows("○▲", "late 1h23m", "respond 1h23m late")
	s.press("- - - -").shows("○▲")
	for _, name := range []string{"dan", "eva", "fay", "gus"} { // so that lanes have one row
		p.run("technician add " + name)
	}
	p.open(160, 16).press("Q").shows("○▲ late Alarm", "○△ Sprinkler")
	p.open(160, 16, func(o *tui.Options) { o.ASCII = true }).press("Q").shows("oL late Alarm", "oR Sprinkler")
	p.run("appt dispatch APPT-1005")
	p.run("appt start APPT-1005")
	s.changed().hides("respond 1h23m late")
}

// Several days show the hours in which somebody works and not the nights between them, unless these are asked for. They
// begin with the work of the first one where not all of them fit, and their hours do not run into one another.
func TestSeveralDaysShowTheWork(t *testing.T) {
	p := newLanes(t)
	s := p.open(80, 24)
	s.press("D").shows("Tue 3     12").golden("lanes-days-80x24")
	s.press("Z").shows("Tue 3 06").press("Z").shows("Tue 3     12")
	p.open(60, 16).press("D").shows("▸░").golden("lanes-days-60x16")
}

// Behind the evening comes the next morning, and before the morning the evening.
func TestTheCursorSkipsTheNights(t *testing.T) {
	s := newLanes(t).open(80, 24).press("D")
	s.press("L L L L L").shows("ana  Mon 17:30").press("L").shows("ana  Tue 07:00")
	s.press("H").shows("ana  Mon 17:30").press("l").shows("ana  Tue 07:00")
	s.press("Z h").shows("ana  Tue 06:00")
}
