package dispatch

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
)

// DatedRate is what an hour costs from a date on, until the next one begins.
type DatedRate struct {
	From calendar.Date `json:"from"`
	Rate money.Price   `json:"rate"`
}

// RateAt is what an hour of a technician's costs that begins at an instant, by the date
// in the technician's zone. It is nil where nobody said so, which is not zero.
func (t *Technician) RateAt(at time.Time) *money.Price {
	day := calendar.DateOf(at, zoneOf(t.Zone))
	rate := t.Cost.Rate
	for _, r := range t.Cost.Rates {
		if r.From.After(day) {
			break
		}
		rate = &r.Rate
	}
	return rate
}

// setRate takes over a rate: from a date on, or without one as what counts before any
// dated rate begins.
func (t *Technician) setRate(rate *money.Price, from calendar.Date) error {
	switch {
	case rate == nil && from.IsZero():
		return nil
	case rate == nil:
		return fault.Invalidf("from", "say what an hour costs from %s on", from).With("technician.rate").Hint("add --cost-rate 42")
	}
	if err := checkRate(*rate); err != nil {
		return err
	}
	if from.IsZero() {
		if n := len(t.Cost.Rates); n > 0 {
			return fault.Invalidf("from", "%s has a rate from %s on: say from when the new one counts", t.Name, t.Cost.Rates[n-1].From).
				With("technician.rate").Hint("add --from %s", t.Cost.Rates[n-1].From)
		}
		t.Cost.Rate = rate
		return nil
	}
	rates := slices.DeleteFunc(slices.Clone(t.Cost.Rates), func(r DatedRate) bool { return r.From == from })
	rates = append(rates, DatedRate{From: from, Rate: *rate})
	slices.SortFunc(rates, func(a, b DatedRate) int { return a.From.Compare(b.From) })
	t.Cost.Rates = rates
	return nil
}
