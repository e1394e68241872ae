package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// The way from Vienna to Schwechat: 12.8 km in a straight line, times 1.3 at 50 km/h, is 20 minutes (19.95, rounded up). It is what the rule
// about ways says of the same two visits.
func TestLegs(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		gap     time.Duration // between the two visits
		shift   string
		same    bool // at one site
		unknown bool // where the second site is
		accept  bool
		over    bool // the first visit is done with
		none    bool
		way     time.Duration
		broken  bool
		words   string
	}{
		"room enough":             {gap: time.Hour, way: 20 * time.Minute, words: "the way from APPT-1001 (vienna) to APPT-1002 (schwechat) takes 20m, there are 1h (assumed: 12.8 km"},
		"just enough":             {gap: 20 * time.Minute, way: 20 * time.Minute},
		"a minute short":          {gap: 19 * time.Minute, way: 20 * time.Minute, broken: true, words: "takes 20m, there are 19m"},
		"short and accepted":      {gap: 19 * time.Minute, accept: true, way: 20 * time.Minute},
		"short and driven":        {gap: 19 * time.Minute, over: true, way: 20 * time.Minute},
		"nobody knows":            {gap: time.Hour, unknown: true, words: "is not known, schwechat has no coordinates; there are 1h for it"},
		"one site":                {gap: time.Hour, same: true, none: true},
		"over lunch":              {gap: 2 * time.Hour, shift: "Mon-Fri 08:00-12:00 12:30-18:00", way: 20 * time.Minute},
		"the next day":            {gap: 22 * time.Hour, none: true},
		"the next day of a night": {gap: 22 * time.Hour, shift: "Mon-Fri 20:00-06:00", none: true},
	}) {
		t.Run(name, func(t *testing.T) {
			d := newDepot(t)
			ana := d.technician("ana", "", c.shift)
			first := d.place("vienna", "48.2082", "16.3738", "")
			second := first
			if !c.same {
				second = d.place("schwechat", "", "", "")
			}
			start := vienna(t, "2026-03-02 11:00")
			if strings.Contains(c.shift, "20:00") {
				start = vienna(t, "2026-03-02 21:00")
			}
			end := start.Add(time.Hour)
			a := d.visit(first, start, end, ana)
			from := end.Add(c.gap)
			book := &dispatch.Schedule{Order: second, Technicians: []store.ID{ana}, Start: from, End: from.Add(time.Hour)}
			if !c.accept { // it is booked while nobody knows how far it is, so that nobody accepts anything
				d.must(book)
			}
			if !c.unknown && !c.same {
				lat, lon := "48.1386", "16.5111"
				d.must(&work.EditSite{ID: d.siteOf(second), Lat: &lat, Lon: &lon})
			}
			if c.accept {
				book.Accept = []dispatch.Code{dispatch.TravelTime}
				d.must(book, "she has a faster way")
			}
			if c.over {
				d.at(start).must(&dispatch.Dispatch{Appointment: a})
				d.must(&dispatch.Start{Appointment: a})
				d.at(end).must(&dispatch.Finish{Appointment: a, Outcome: dispatch.Completed})
			}
			var got []dispatch.Leg
			d.read(func(r store.Reader) error {
				rows, err := dispatch.Between(r, calendar.NewInterval(start.Add(-24*time.Hour), start.Add(48*time.Hour)))
				if err != nil {
					return err
				}
				legs, err := dispatch.Legs(r, rows)
				got = legs[ana]
				return err
			})
			if c.none {
				if len(got) != 0 {
					t.Fatalf("%+v, want none", got)
				}
				return
			}
			if len(got) != 1 || got[0].Way != c.way || got[0].Broken != c.broken || got[0].Gap.Duration() != c.gap || !strings.Contains(got[0].Detail, c.words) {
				t.Fatalf("%+v", got)
			}
			// The rule says the same of the second visit.
			var standing []dispatch.Conflict
			d.read(func(r store.Reader) (err error) {
				standing, err = dispatch.Unaccepted(r, d.appointment(got[0].To))
				return err
			})
			if broken := len(standing) == 1 && standing[0].Code == dispatch.TravelTime; broken != c.broken {
				t.Fatalf("broken is %v, the rule says %v", c.broken, standing)
			}
		})
	}
}

// Visits that overlap have no way between them, and the way to the next one begins where the last of them ends.
func TestLegsPassOverlaps(t *testing.T) {
	d := newDepot(t)
	ana := d.technician("ana", "", "")
	d.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Overlap}}}})
	long, short, last := d.place("long", "48.2", "16.3", ""), d.place("short", "48.2", "16.4", ""), d.place("last", "48.2", "16.5", "")
	at := func(s string) time.Time { return vienna(t, "2026-03-02 "+s) }
	a := d.visit(long, at("08:00"), at("12:00"), ana)
	d.must(&dispatch.Schedule{Order: short, Technicians: []store.ID{ana}, Start: at("09:00"), End: at("10:00"), Accept: []dispatch.Code{dispatch.Overlap}}, "both at once")
	c := d.visit(last, at("13:00"), at("14:00"), ana)
	d.read(func(r store.Reader) error {
		rows, err := dispatch.Between(r, calendar.NewInterval(at("00:00"), at("23:00")))
		if err != nil {
			return err
		}
		legs, err := dispatch.Legs(r, rows)
		if got := legs[ana]; len(got) != 1 || got[0].From != a || got[0].To != c {
			t.Errorf("%+v", got)
		}
		return err
	})
}

func TestBreaks(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		shift, away, want string
	}{
		"lunch":                  {shift: "Mon-Fri 08:00-12:00 12:30-17:00", want: "12:00-12:30"},
		"two of them":            {shift: "Mon 08:00-10:00 10:15-12:00 13:00-17:00", want: "10:00-10:15 12:00-13:00"},
		"no break":               {shift: "Mon-Fri 08:00-17:00"},
		"no shift":               {},
		"always":                 {shift: "always"},
		"a day off":              {shift: "Tue 08:00-12:00 12:30-17:00"},
		"away over lunch":        {shift: "Mon-Fri 08:00-12:00 12:30-17:00", away: "11:00-14:00"},
		"away in the middle":     {shift: "Mon-Fri 08:00-12:00 13:00-17:00", away: "12:20-12:40", want: "12:00-12:20 12:40-13:00"},
		"a night is no break":    {shift: "Sun 22:00-02:00,Mon 14:00-20:00"},
		"at the edge of the day": {shift: "Mon 06:00-07:30 08:30-12:00", want: "08:00-08:30"},
	}) {
		t.Run(name, func(t *testing.T) {
			d := newDepot(t)
			ana := d.technician("ana", "", c.shift)
			at := func(s string) time.Time { return vienna(t, "2026-03-02 "+s) }
			if from, to, ok := strings.Cut(c.away, "-"); ok {
				d.must(&dispatch.AddAbsence{Technician: ana, From: at(from), To: at(to)})
			}
			d.read(func(r store.Reader) error {
				who, err := dispatch.Technicians.Get(r, ana)
				if err != nil {
					return err
				}
				found, err := dispatch.Breaks(r, who, calendar.NewInterval(at("08:00"), at("20:00")))
				var words []string
				zone, err2 := time.LoadLocation("Europe/Vienna")
				if err2 != nil {
					return err2
				}
				for _, b := range found {
					words = append(words, b.Start.In(zone).Format("15:04")+"-"+b.End.In(zone).Format("15:04"))
				}
				if got := strings.Join(words, " "); got != c.want {
					t.Errorf("breaks %q, want %q", got, c.want)
				}
				return err
			})
		})
	}
}

// siteOf is the site of an order.
func (d *depot) siteOf(order store.ID) (site store.ID) {
	d.tb.Helper()
	d.read(func(r store.Reader) error {
		w, err := work.WorkOrders.Get(r, order)
		if err == nil {
			site = w.Site
		}
		return err
	})
	return site
}
