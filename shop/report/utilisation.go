package report

import (
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// UtilisationLine is how the time that technicians were there went. Utilisation is the time worked and travelled of
// the time available, as Oracle's field service dashboard has it ((actual labour + actual travel) / planned work time of
// the shifts); labour by itself is beside it. What was worked outside the shift counts too, so it may exceed 100 %.
type UtilisationLine struct {
	Group string // an id
	// Available is shift time less holidays and absences, from the first day of an employment to the last. It is not known, and
	// KnowsAvailable is false, where a technician of the group who is active has no shift, or one who is not worked in the period
	// and has no last day.
	Available      time.Duration
	KnowsAvailable bool
	Worked         time.Duration // labour; time that was rejected is left out
	Travelled      time.Duration
	// Covered is what of both nobody pays for, see [billing.CoveredTime].
	Covered   time.Duration
	Undecided time.Duration // of both, not approved yet
}

// Percent is the time worked and travelled of what was available, cut to one decimal; nil while that is not known or nothing.
func (l UtilisationLine) Percent() *money.Percent { return l.ofAvailable(l.Worked + l.Travelled) }

// LabourPercent is the time worked of what was available.
func (l UtilisationLine) LabourPercent() *money.Percent { return l.ofAvailable(l.Worked) }

// BillablePercent is the share of the time worked and travelled that somebody pays for: by the hour, with the charge for
// a trip or with an agreed price. It is nil where there was none.
func (l UtilisationLine) BillablePercent() *money.Percent {
	all := l.Worked + l.Travelled
	return share((all - l.Covered).Milliseconds(), all.Milliseconds())
}

func (l UtilisationLine) ofAvailable(d time.Duration) *money.Percent {
	if !l.KnowsAvailable {
		return nil
	}
	return share(d.Milliseconds(), l.Available.Milliseconds())
}

// Utilisation reports on the days from one until before another, each by the clock of the technician's zone, and no
// further than now: what has not been yet was not available. Time is cut at the ends of the period, so that an entry
// over midnight counts in both of its months (in neither, caktus/django-timepiece#36).
func Utilisation(r store.Reader, by By, from, to calendar.Date, now time.Time) ([]UtilisationLine, error) {
	if err := by.check("utilisation", UtilisationGroups()); err != nil {
		return nil, err
	}
	if from.IsZero() || to.IsZero() || !from.Before(to) {
		return nil, fault.Invalidf("to", "utilisation needs a period with a beginning and an end").With("period.empty").
			Hint("callout report utilisation --from 2026-03-01 --to 2026-04-01")
	}
	groups := map[string]*UtilisationLine{}
	covered := map[store.ID]map[store.ID]int64{}
	for t, err := range dispatch.Technicians.All(r) {
		if err != nil {
			return nil, err
		}
		l, err := usedBy(r, t, from, to, now, covered)
		if err != nil {
			return nil, err
		}
		gone := t.Inactive && t.LastDay.IsZero() || l.KnowsAvailable && l.Available == 0 && !t.Employs(from, to)
		if gone && l.Worked+l.Travelled == 0 {
			continue
		}
		key := string(t.ID)
		switch by {
		case ByBranch:
			key = string(t.Branch)
		case ByShop:
			key = string(ByShop)
		}
		g := groups[key]
		if g == nil {
			g = &UtilisationLine{Group: key, KnowsAvailable: true}
			groups[key] = g
		}
		g.add(l)
	}
	return sorted(groups, func(l *UtilisationLine) string { return l.Group }), nil
}

// add adds another technician's time.
func (l *UtilisationLine) add(o UtilisationLine) {
	l.Available += o.Available
	l.KnowsAvailable = l.KnowsAvailable && o.KnowsAvailable
	l.Worked += o.Worked
	l.Travelled += o.Travelled
	l.Covered += o.Covered
	l.Undecided += o.Undecided
}

// usedBy adds up the time of one technician. What is covered on an order is read once.
func usedBy(
	r store.Reader, t *dispatch.Technician, from, to calendar.Date, now time.Time, covered map[store.ID]map[store.ID]int64,
) (UtilisationLine, error) {
	var l UtilisationLine
	zone, err := calendar.LoadZone("zone", t.Zone)
	if err != nil {
		return l, err
	}
	period := calendar.NewInterval(zone.StartOf(from), zone.StartOf(to))
	if now.Before(period.End) {
		period.End = now
	}
	if period.IsEmpty() {
		return l, nil
	}
	there, known, err := dispatch.Available(r, t, period)
	if err != nil {
		return l, err
	}
	l.Available, l.KnowsAvailable = calendar.Total(there), known
	rng := store.Prefix(store.K(t.ID))
	rng.Lo, rng.Hi = store.K(t.ID, period.Start.Add(-billing.MaxTime)), store.K(t.ID, period.End)
	for e, err := range billing.TimeEntries.Rows(r, "technician", rng) {
		if err != nil {
			return l, err
		}
		if e.To.IsZero() {
			e.To = now
		}
		whole := calendar.NewInterval(e.From, e.To)
		in, ok := whole.Intersect(period)
		if !ok || e.Status == billing.TimeRejected {
			continue
		}
		if _, read := covered[e.Order]; !read {
			if covered[e.Order], err = billing.CoveredTime(r, e.Order, now); err != nil {
				return l, err
			}
		}
		d := in.Duration()
		if e.Kind == billing.Travel {
			l.Travelled += d
		} else {
			l.Worked += d
		}
		if e.Status != billing.TimeApproved {
			l.Undecided += d
		}
		// Of an entry that is cut, so much is covered as of the whole.
		part := covered[e.Order][e.ID] * int64(d/time.Second) / max(int64(whole.Duration()/time.Second), 1)
		l.Covered += min(time.Duration(part)*time.Second, d)
	}
	return l, nil
}
