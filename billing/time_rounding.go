package billing

import (
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
)

// TimeRounding is how long worked time counts. The entries themselves are never rounded. What
// they count becomes hours with two decimals, and those hours are what is printed and
// multiplied: no longer number is kept behind them (kimai/kimai#3282).
//
// The minimum comes first, the steps after it. Both are applied once to everything in the
// scope together, and the hours that come out are shared among its entries.
type TimeRounding struct {
	Increment int        `json:"increment_minutes,omitempty"` // 0 is exact
	Minimum   int        `json:"minimum_minutes,omitempty"`   // of a scope in which work was done
	Mode      StepMode   `json:"mode,omitempty"`              // up when empty
	Scope     RoundScope `json:"scope,omitempty"`             // each entry when empty
	Per       RoundPer   `json:"per,omitempty"`               // each person when empty
}

// StepMode is which way time between two steps goes.
type StepMode string

// The modes.
const (
	StepUp      StepMode = "up"
	StepNearest StepMode = "nearest" // the middle goes up
	StepDown    StepMode = "down"
)

// RoundScope is what is rounded as one.
type RoundScope string

// The scopes. Time on a visit that no visit is known for counts by the day. A day is that of the
// site on which the entry began, and only what was done on the same order: no customer's bill
// depends on what was done for another.
const (
	RoundEntry RoundScope = "entry"
	RoundVisit RoundScope = "visit"
	RoundDay   RoundScope = "day"
)

// RoundPer is whose time is rounded as one.
type RoundPer string

// Each person's time by itself, or that of everybody who was there added up, so that a
// minimum counts once for a crew.
const (
	PerPerson RoundPer = "person"
	PerCrew   RoundPer = "crew"
)

// hourDecimals is how exactly billed hours are stated.
const hourDecimals = 2

// Count applies the minimum, then the steps. No work is no minimum.
func (t TimeRounding) Count(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	d = max(d, time.Duration(t.Minimum)*time.Minute)
	step := time.Duration(t.Increment) * time.Minute
	if step == 0 {
		return d
	}
	switch t.Mode {
	case StepDown:
		return d / step * step
	case StepNearest:
		return (d + step/2) / step * step
	default:
		return (d + step - 1) / step * step
	}
}

// Hours is what time of that length bills.
func (t TimeRounding) Hours(d time.Duration, mode money.Rounding) money.Quantity {
	return money.HoursOf(t.Count(d), hourDecimals, mode)
}

// String says the rule in words: "in steps of 15m, up, at least 1h, per visit and person".
func (t TimeRounding) String() string {
	words := "to the minute"
	if t.Increment > 0 {
		mode := t.Mode
		if mode == "" {
			mode = StepUp
		}
		words = "in steps of " + calendar.FormatDuration(time.Duration(t.Increment)*time.Minute) + ", " + string(mode)
	}
	if t.Minimum > 0 {
		words += ", at least " + calendar.FormatDuration(time.Duration(t.Minimum)*time.Minute)
	}
	if t.Increment == 0 && t.Minimum == 0 {
		return words
	}
	switch {
	case t.shared() && t.Per == PerCrew:
		words += ", per " + string(t.Scope) + " and crew"
	case t.shared():
		words += ", per " + string(t.Scope) + " and person"
	}
	return words
}

// shared reports whether several entries are rounded as one.
func (t TimeRounding) shared() bool { return t.Scope == RoundVisit || t.Scope == RoundDay }

func (t TimeRounding) check(field string) error {
	const most = 24 * 60
	if t.Increment < 0 || t.Increment > most || t.Minimum < 0 || t.Minimum > most {
		return fault.Invalidf(field, "steps and minimums lie between 0 and %d minutes", most).With("rules.minutes")
	}
	switch t.Mode {
	case "", StepUp, StepNearest, StepDown:
	default:
		return fault.Invalidf(field, "%q is no way to round time; there are up, nearest and down", t.Mode).With("rules.mode")
	}
	switch t.Scope {
	case "", RoundEntry, RoundVisit, RoundDay:
	default:
		return fault.Invalidf(field, "%q is nothing that time is rounded by; there are entry, visit and day", t.Scope).With("rules.scope")
	}
	switch t.Per {
	case "", PerPerson:
		return nil
	case PerCrew:
		if !t.shared() {
			return fault.Invalidf(field, "a crew's time is rounded as one by visit or by day, not by entry").With("rules.per").
				Hint("callout policy set-billing --%s-scope visit --%s-per crew", field, field)
		}
		return nil
	}
	return fault.Invalidf(field, "%q is nobody whose time is rounded; there are person and crew", t.Per).With("rules.per")
}

// shareHours divides hours in proportion to how long was worked on each share, in
// hundredths, by largest remainder; of equal remainders the first share wins. The shares add up
// to the hours exactly. Weights count in milliseconds.
func shareHours(hours money.Quantity, worked []time.Duration) []money.Quantity {
	weights := make([]int64, len(worked))
	for i, w := range worked {
		weights[i] = w.Milliseconds()
	}
	return shareUnits(hours, weights)
}

// shareUnits divides a quantity by weights, as [shareHours] does.
func shareUnits(of money.Quantity, weights []int64) []money.Quantity {
	units := of.Decimal().Shift(hourDecimals).IntPart()
	var whole int64
	for _, w := range weights {
		whole += w
	}
	out := make([]money.Quantity, len(weights))
	if whole == 0 || units == 0 {
		return out
	}
	type rest struct {
		at   int
		left int64
	}
	given := int64(0)
	shares, rests := make([]int64, len(weights)), make([]rest, len(weights))
	for i, w := range weights {
		n := units * w
		shares[i], rests[i] = n/whole, rest{i, n % whole}
		given += shares[i]
	}
	for ; given < units; given++ {
		best := 0
		for i := range rests {
			if rests[i].left > rests[best].left {
				best = i
			}
		}
		shares[rests[best].at]++
		rests[best].left = -1
	}
	for i, n := range shares {
		out[i] = money.NewQuantity(n, hourDecimals)
	}
	return out
}

// words turns the name of a surcharge or part into what people read: "after hours".
func words(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "+", ", "), "-", " ")
}
