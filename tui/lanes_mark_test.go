package tui

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// markDay gives a day what a shop's day has besides its visits: breaks, ways of which some are too long, targets that are
// at risk or missed, visits of two people, and orders that wait for others. Now is the instant that it is looked at.
func markDay(d *Day, now time.Time) {
	for i, l := range d.Lanes {
		noon := l.Work[0].Start.Add(4 * time.Hour)
		l.Breaks = []calendar.Interval{calendar.NewInterval(noon, noon.Add(30*time.Minute))}
		for n, v := range l.Visits {
			v.Order = store.ID("wo_" + v.Number)
			if n > 0 {
				before := l.Visits[n-1]
				l.Legs = append(l.Legs, dispatch.Leg{
					From: before.ID, To: v.ID, Gap: calendar.NewInterval(before.End, v.Start), Way: 8 * time.Minute, Broken: n%4 == 0,
				})
			}
			switch (i + n) % 12 {
			case 1:
				v.Clock = work.ClockRow{RespondBy: now.Add(-time.Hour)}
			case 3:
				v.Clock = work.ClockRow{RespondBy: now.Add(time.Hour), RespondWarn: now.Add(-time.Minute)}
			case 5:
				v.Against = []dispatch.Conflict{{Code: dispatch.TravelTime, Detail: "the way takes 8m, there are 7m"}}
			}
			if n%5 == 2 {
				v.Ties = []dispatch.Tie{{Order: store.ID("wo_" + l.Visits[n-2].Number), Number: "WO-1001", First: true}}
			}
		}
	}
	for i := 0; i+1 < len(d.Lanes); i += 4 {
		v, next := d.Lanes[i].Visits[i%10], d.Lanes[i+1]
		v.Technicians, v.Crew = append(v.Technicians, next.ID), crewLetter(i)
		next.Visits = append(next.Visits, v)
		slices.SortStableFunc(next.Visits, func(a, b *Visit) int { return a.Start.Compare(b.Start) })
	}
	d.Crews = crewSpans(d.Lanes)
}
