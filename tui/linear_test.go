package tui_test

import (
	"strings"
	"testing"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/tui"
)

// What the board shows can be read from top to bottom, in words alone.
func TestLinear(t *testing.T) {
	p := newPlace(t)
	p.run("absence add ben --from '2026-03-02 14:00' --to '2026-03-02 17:00' --kind vacation")
	p.run("appt schedule WO-1003 --technician ana --technician ben --start '2026-03-02 12:00' --duration 1h")
	zone, err := calendar.LoadZone("tz", "Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	o := tui.Options{Now: func() time.Time { return p.now }, Zone: zone, Title: "Donau", Day: calendar.DateOf(p.now, zone)}
	var text string
	if err := p.shop.View(t.Context(), func(r store.Reader) (err error) { text, err = tui.Linear(r, o); return err }); err != nil {
		t.Fatal(err)
	}
	want := `Donau, Monday 2 March 2026.

ana, gas, on duty 08:00 to 17:00: 2 visits.
  09:00 to 11:00 APPT-1001, scheduled, WO-1001 Boiler service, Hotel Prater, Kitchen, normal priority.
  12:00 to 13:00 APPT-1003, scheduled, WO-1003 Gas check, Hotel Prater, Kitchen, normal priority, with ben.

ben, electric, on duty 08:00 to 14:00, vacation 14:00 to 17:00: 2 visits.
  10:00 to 11:30 APPT-1002, scheduled, WO-1002 Coffee machine leaks, Café 東京, Bar, high priority.
  12:00 to 13:00 APPT-1003, scheduled, WO-1003 Gas check, Hotel Prater, Kitchen, normal priority, with ana, 4m on the road from APPT-1002 in 30m.
`
	if text != want {
		t.Fatalf("got\n%s\nwant\n%s", text, want)
	}
	if strings.ContainsAny(text, "│░●") {
		t.Fatal("there are signs that have to be seen")
	}
}

// The table of keys is the one that the board goes by, and no key means two things in one place.
func TestKeys(t *testing.T) {
	if _, err := tui.ParseKeys(""); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"visit.pick-up=j":       "the key j means both",
		"undo=j":                "the key j means both undo (anywhere) and cursor.down (board), and one would hide the other",
		"cursor.down=u":         "means both cursor.down (board) and undo (anywhere)",
		"board.tell=>":          "means both",
		"held.drop=d":           "means both held.drop (held) and visit.dispatch (board)",
		"approvals.down=J,down": "means both approvals.down (approvals) and paper.next (paper)",
		"nothing=x":             "there is nothing called nothing",
		"undo":                  "does not say ID=KEY",
	} {
		if _, err := tui.ParseKeys(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := tui.ParseKeys("held.drop=space"); err != nil {
		t.Errorf("a key that hides another by the table itself may be kept: %v", err)
	}
	keys, err := tui.ParseKeys("visit.pick-up=m,comma")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	s := p.open(120, 30, func(o *tui.Options) { o.Keys = keys })
	s.press("w space").hides("drop here").press("m").shows("drop here")
}
