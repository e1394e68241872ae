package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
)

// Home is in Vienna, the work in Graz: 144.6 km in a straight line, times 1.3 at 50 km/h is 3 h 46 min. The shift begins at
// 08:00, so a first visit from 11:46 on can be reached in it.
func TestTheWayFromHome(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
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
		"after lunch is no new day": {rule: dispatch.HomeInShift, shift: "Mon-Fri 08:00-12:00 13:00-18:00", start: "2026-03-02 13:00"},
		"outside the shift":         {rule: dispatch.HomeInShift, start: "2026-03-02 07:00", minutes: -1},
		"no shift":                  {rule: dispatch.HomeInShift, shift: "none", start: "2026-03-02 08:00"},
		"a shift without beginning": {rule: dispatch.HomeInShift, shift: "always", start: "2026-03-04 08:00"},
		// The night in which clocks go from 02:00 to 03:00: at 03:00 the shift from 22:00 is four hours old, not five.
		"over the change of clocks":  {rule: dispatch.HomeInShift, shift: "Sat 22:00-12:00", start: "2026-03-29 03:00"},
		"an hour less than it looks": {rule: dispatch.HomeInShift, shift: "Sat 23:00-12:00", start: "2026-03-29 03:30", minutes: 16},
	}) {
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

// The way back from Graz takes 3 h 46 min as well. The shift ends at 16:00, so a last visit has to end by 12:14.
func TestTheWayHome(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		rule     dispatch.HomeTravel
		overtime int
		shift    string
		after    string // another visit, in Graz, for half an hour
		end      string
		minutes  int // 0: nothing is said
		note     bool
		words    string
	}{
		"just in time":               {rule: dispatch.HomeInShift, end: "2026-03-02 12:14"},
		"a minute late":              {rule: dispatch.HomeInShift, end: "2026-03-02 12:15", minutes: 1, words: "the way home from graz takes 3h46m, the visit would end Mon 2026-03-02 12:15 CET and the shift ends 16:00: home by 16:01 (assumed: 144.6 km"},
		"own time":                   {rule: dispatch.HomeOwnTime, end: "2026-03-02 16:00"},
		"noted by default":           {end: "2026-03-02 16:00", minutes: 226, note: true, words: "home by 19:46"},
		"overtime that plans may":    {rule: dispatch.HomeInShift, overtime: 60, end: "2026-03-02 13:14"},
		"and a minute more":          {rule: dispatch.HomeInShift, overtime: 60, end: "2026-03-02 13:15", minutes: 1},
		"not the last visit":         {rule: dispatch.HomeInShift, after: "2026-03-02 14:00", end: "2026-03-02 13:30"},
		"tomorrow's is no matter":    {rule: dispatch.HomeInShift, after: "2026-03-03 13:00", end: "2026-03-02 14:00", minutes: 106},
		"before lunch ends no shift": {rule: dispatch.HomeInShift, shift: "Mon-Fri 07:00-13:00 14:00-17:00", end: "2026-03-02 13:00"},
		"no shift":                   {rule: dispatch.HomeInShift, shift: "none", end: "2026-03-02 16:00"},
		"a shift without end":        {rule: dispatch.HomeInShift, shift: "always", end: "2026-03-04 16:00"},
		// The night in which clocks go from 02:00 to 03:00: from 01:30 to 06:00 there are three hours and a half.
		"over the change of clocks": {rule: dispatch.HomeInShift, shift: "Sat 18:00-06:00", end: "2026-03-29 01:30", minutes: 16},
		"an hour earlier":           {rule: dispatch.HomeInShift, shift: "Sat 18:00-06:00", end: "2026-03-29 01:00"},
	}) {
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
			d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Home: c.rule, Planning: dispatch.Planning{Overtime: c.overtime}}})
			if c.after != "" {
				s := vienna(t, c.after)
				d.must(&dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: s, End: s.Add(30 * time.Minute), Accept: []dispatch.Code{dispatch.TravelTime}}, "as agreed")
			}
			end := vienna(t, c.end)
			// Another visit comes first, so that the way from home does not matter.
			d.must(&dispatch.Schedule{Order: order, Technicians: []store.ID{ana}, Start: end.Add(-time.Hour), End: end.Add(-30 * time.Minute), Accept: []dispatch.Code{dispatch.TravelTime}}, "as agreed")
			got := d.conflicts(dispatch.Plan{Order: order, Technicians: []store.ID{ana}, Start: end.Add(-15 * time.Minute), End: end})
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

// What is suggested where the shift begins and ends at home leaves the time for both ways.
func TestSuggestionsLeaveTheWayHome(t *testing.T) {
	d := newDepot(t)
	d.must(&dispatch.AddTechnician{Technician: "ana", Shift: "Mon-Fri 08:00-16:00", HomeLat: "48.2082", HomeLon: "16.3738"})
	d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Home: dispatch.HomeInShift}})
	order := d.place("graz", "47.0707", "15.4395", "")
	z, monday := zone(t, "Europe/Vienna"), day(t, "2026-03-02")
	for minutes, slots := range storetest.InOrder(map[int]int{28: 1, 29: 0}) { // of eight hours the ways leave 28 minutes
		d.read(func(r store.Reader) error {
			got, err := dispatch.Suggest(r, dispatch.Ask{Order: order, Span: z.Day(monday), Now: vienna(t, "2026-03-01 12:00"), Most: 5, Length: time.Duration(minutes) * time.Minute})
			if err == nil && len(got.Slots) != slots {
				t.Errorf("for %d minutes it suggests %v", minutes, got.Slots)
			}
			return err
		})
	}
}
