package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
)

// Home is in Vienna, the work in Graz: 144.6 km in a straight line, times 1.3 at 50 km/h is 3 h 46 min. The shift begins at
// 08:00, so a first visit from 11:46 on can be reached in it.
func TestTheWayFromHome(t *testing.T) {
	for name, c := range map[string]struct {
		rule    dispatch.HomeTravel
		shift   string
		before  string // another visit, in Graz, for half an hour
		start   string
		minutes int // 0: nothing is said
		note    bool
		words   string
	}{
		"a minute short":            {rule: dispatch.HomeInShift, start: "2026-03-02 11:45", minutes: 1, words: "takes 3h46m, the shift begins Mon 2026-03-02 08:00 CET and the visit would start 11:45 (assumed: 144.6 km"},
		"just in time":              {rule: dispatch.HomeInShift, start: "2026-03-02 11:46"},
		"own time":                  {rule: dispatch.HomeOwnTime, start: "2026-03-02 08:00"},
		"noted by default":          {start: "2026-03-02 08:00", minutes: 226, note: true, words: "to be left by 04:14"},
		"not the first visit":       {rule: dispatch.HomeInShift, before: "2026-03-02 08:30", start: "2026-03-02 09:00"},
		"yesterday's is no matter":  {rule: dispatch.HomeInShift, before: "2026-03-01 15:00", start: "2026-03-02 08:30", minutes: 196},
		"after lunch is no new day": {rule: dispatch.HomeInShift, shift: "Mon-Fri 08:00-12:00 13:00-17:00", start: "2026-03-02 13:00"},
		"outside the shift":         {rule: dispatch.HomeInShift, start: "2026-03-02 07:00", minutes: -1},
		"no shift":                  {rule: dispatch.HomeInShift, shift: "none", start: "2026-03-02 08:00"},
		"a shift without beginning": {rule: dispatch.HomeInShift, shift: "always", start: "2026-03-04 08:00"},
		// The night in which clocks go from 02:00 to 03:00: at 03:00 the shift from 22:00 is four hours old, not five.
		"over the change of clocks":  {rule: dispatch.HomeInShift, shift: "Sat 22:00-06:00", start: "2026-03-29 03:00"},
		"an hour less than it looks": {rule: dispatch.HomeInShift, shift: "Sat 23:00-07:00", start: "2026-03-29 03:30", minutes: 16},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDepot(t)
			shift := c.shift
			switch shift {
			case "":
				shift = "Mon-Sun 08:00-16:00"
			case "none":
				shift = ""
			}
			ana := d.must(&dispatch.AddTechnician{Technician: "ana", Shift: shift, HomeLat: "48.2082", HomeLon: "16.3738"}).Subject
			order := d.place("graz", "47.0707", "15.4395", "")
			if c.rule != "" {
				d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Home: c.rule}})
			}
			if c.before != "" {
				s := vienna(t, c.before)
				d.must(&dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: s, End: s.Add(30 * time.Minute), Accept: []dispatch.Code{dispatch.TravelTime}}, "as agreed")
			}
			s := vienna(t, c.start)
			got := d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: s, End: s.Add(15 * time.Minute)})
			if c.minutes == -1 { // its own conflict, and none of the way
				if len(got) != 1 || got[0].Code != dispatch.Shift {
					t.Fatalf("%v", got)
				}
				return
			}
			if c.minutes == 0 {
				if len(got) != 0 {
					t.Fatalf("%v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Code != dispatch.TravelTime || got[0].Minutes != c.minutes || got[0].Note != c.note || !strings.Contains(got[0].Detail, c.words) {
				t.Fatalf("%+v", got)
			}
		})
	}
}

// Where the policy has the shift begin at home, the visit is refused, and may be accepted with a reason like any other way.
func TestTheWayFromHomeRefuses(t *testing.T) {
	d := newDepot(t)
	ana := d.must(&dispatch.AddTechnician{Technician: "ana", Shift: "Mon-Fri 08:00-16:00", HomeLat: "48.2082", HomeLon: "16.3738"}).Subject
	order := d.place("graz", "47.0707", "15.4395", "")
	s := vienna(t, "2026-03-02 08:00")
	plan := dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: s, End: s.Add(time.Hour)}
	d.refused("dispatch_policy.home", &dispatch.SetPolicy{Policy: dispatch.Policy{Home: "never"}})
	d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Home: dispatch.HomeInShift}})
	if why := d.refused("appointment.travel", &plan); !strings.Contains(why, "the way from home to graz takes 3h46m") {
		t.Error(why)
	}
	plan.Accept = []dispatch.Code{dispatch.TravelTime}
	a := d.appointment(d.must(&plan, "she sleeps there").Subject)
	if len(a.Accepted) != 1 {
		t.Errorf("accepted %v", a.Accepted)
	}
	d.read(func(r store.Reader) error {
		open, err := dispatch.Unaccepted(r, a)
		if len(open) != 0 {
			t.Errorf("still open: %v", open)
		}
		return err
	})
}
