package billing

import (
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
)

// Surcharges are the terms by which time costs more at some hours, or beyond some length.
// They are terms of an agreement, never law: what the shop pays its people for the same
// minutes is another computation, with other terms, over the same pure [Split].
type Surcharges struct {
	Windows  []Window   `json:"windows,omitempty"`
	Overtime []Overtime `json:"overtime,omitempty"`
	// Stacking is what several multipliers on the same minute come to: the greatest alone,
	// unless something else was agreed. They are never multiplied by accident.
	Stacking money.Stacking `json:"stacking,omitempty"`
}

// Window is a time in which the rate is multiplied. Hours are read off the clock of the site.
type Window struct {
	Name   string         `json:"name"`
	When   WindowKind     `json:"when"`
	Hours  calendar.Hours `json:"hours,omitzero"`
	Factor money.Factor   `json:"factor"`
	Travel bool           `json:"travel,omitempty"` // it counts for travel, too
}

// WindowKind is how the hours of a window are meant.
type WindowKind string

// The kinds of windows.
const (
	Within  WindowKind = "within"  // in the hours, on every date
	Outside WindowKind = "outside" // outside the hours, which are the branch's opening hours where none are given; holidays are outside
	Weekend WindowKind = "weekend" // Saturday and Sunday, from midnight to midnight
	Holiday WindowKind = "holiday" // the holidays of the branch, from midnight to midnight
)

// Overtime is a threshold over which the rate is multiplied, of what one person worked on
// a date or in a week from Monday on, at the site's clock. It is met to the minute, inside
// an entry. Of several that are met the one with the greatest factor counts.
type Overtime struct {
	Name   string       `json:"name"`
	Per    OvertimePer  `json:"per"`
	After  int          `json:"after_minutes"`
	Factor money.Factor `json:"factor"`
	// Across counts what the person worked on other orders as well.
	Across bool `json:"across_orders,omitempty"`
	Travel bool `json:"travel,omitempty"` // travel counts, and is multiplied, too
}

// OvertimePer is what a threshold is counted over.
type OvertimePer string

// The spans of thresholds.
const (
	PerDay  OvertimePer = "day"
	PerWeek OvertimePer = "week"
)

// maxSurcharges bounds the windows and the thresholds of one agreement.
const maxSurcharges = 20

// check holds the terms to their rules.
func (s *Surcharges) check() error {
	if len(s.Windows) > maxSurcharges || len(s.Overtime) > maxSurcharges {
		return fault.Invalidf("windows", "there are more than %d windows or thresholds", maxSurcharges).With("rules.many")
	}
	names := map[string]bool{PartRegular: true, partIncluded: true, partTour: true}
	for i := range s.Windows {
		if err := s.Windows[i].check(names); err != nil {
			return err
		}
	}
	for i := range s.Overtime {
		if err := s.Overtime[i].check(names); err != nil {
			return err
		}
	}
	_, err := money.ParseStacking("stacking", string(s.Stacking))
	return err
}

func (w *Window) check(taken map[string]bool) error {
	if err := surchargeName("window", w.Name, taken); err != nil {
		return err
	}
	switch w.When {
	case Within:
		if w.Hours.IsZero() {
			return fault.Invalidf("window", "%s: the hours are missing", w.Name).With("window.hours")
		}
	case Outside:
	case Weekend, Holiday:
		if !w.Hours.IsZero() {
			return fault.Invalidf("window", "%s: a %s has no hours of its own", w.Name, w.When).With("window.hours")
		}
	default:
		return fault.Invalidf("window", "%s: %q is no kind of window; there are within, outside, weekend and holiday", w.Name, w.When).With("window.when")
	}
	return checkFactor("window", w.Name, w.Factor)
}

func (o *Overtime) check(taken map[string]bool) error {
	if err := surchargeName("overtime", o.Name, taken); err != nil {
		return err
	}
	most := 24 * 60
	switch o.Per {
	case PerDay:
	case PerWeek:
		most *= 7
	default:
		return fault.Invalidf("overtime", "%s: %q is nothing that hours are counted over; there are day and week", o.Name, o.Per).With("overtime.per")
	}
	if o.After < 0 || o.After > most {
		return fault.Invalidf("overtime", "%s: a %s has between 0 and %d minutes", o.Name, o.Per, most).With("overtime.after")
	}
	return checkFactor("overtime", o.Name, o.Factor)
}

// surchargeName holds a name to what a part of an entry may be called, and takes it.
func surchargeName(field, name string, taken map[string]bool) error {
	const most = 30
	if name == "" || len(name) > most || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
		strings.HasPrefix(name, "-") || strings.HasSuffix(name, "-") {
		return fault.Invalidf(field, "%.40q is no name: small letters, digits and hyphens, up to %d", name, most).With("surcharge.name").
			Hint("write for example after-hours")
	}
	if taken[name] {
		return fault.Invalidf(field, "%s is named twice", name).With("surcharge.twice")
	}
	taken[name] = true
	return nil
}

func checkFactor(field, name string, f money.Factor) error {
	if err := f.Check(field); err != nil {
		return err
	}
	if f.Sign() <= 0 || f.Cmp(money.NewFactor(100, 0)) > 0 {
		return fault.Invalidf(field, "%s: a rate is multiplied by more than 0 and by no more than 100, not by %s", name, f).With("surcharge.factor")
	}
	return nil
}

// none reports whether nothing is ever multiplied.
func (s *Surcharges) none() bool { return len(s.Windows)+len(s.Overtime) == 0 }

// across reports whether work on other orders counts towards a threshold.
func (s *Surcharges) across() bool {
	return slices.ContainsFunc(s.Overtime, func(o Overtime) bool { return o.Across })
}

// needsHours names the window that is meant by the branch's opening hours, or "".
func (s *Surcharges) needsHours() string {
	for _, w := range s.Windows {
		if w.When == Outside && w.Hours.IsZero() {
			return w.Name
		}
	}
	return ""
}

// window returns the window of a name.
func (s *Surcharges) window(name string) *Window {
	return &s.Windows[slices.IndexFunc(s.Windows, func(w Window) bool { return w.Name == name })]
}

// surcharge is one multiplier on a stretch of time.
type surcharge struct {
	name   string
	factor money.Factor
	rule   string
	bit    uint64 // among those of the agreement
}

// combined says what multipliers come to under the agreement: the factor, the name of the
// part that stands under it, and how that was found.
func (s *Surcharges) combined(on []surcharge) (name string, f money.Factor, steps []PriceStep) {
	var factors []money.Factor
	for _, x := range on {
		factors = append(factors, x.factor)
	}
	f = s.Stacking.Stack(factors...)
	var names []string
	for _, x := range on {
		step := PriceStep{Level: "surcharge", Rule: x.rule, Verdict: verdictWon}
		if s.Stacking == money.StackMax && (len(names) > 0 || !x.factor.Equal(f)) {
			step.Verdict = "another is greater"
		} else {
			names = append(names, x.name)
		}
		steps = append(steps, step)
	}
	if f.Equal(money.NewFactor(1, 0)) {
		return PartRegular, f, steps
	}
	if len(names) > 1 {
		steps = append(steps, PriceStep{Level: "surcharge", Rule: "together (" + string(s.Stacking) + ") × " + f.String(), Verdict: verdictWon})
	}
	return strings.Join(names, "+"), f, steps
}

// rated shows the multiplied rate beside the rule that it follows from: the last one that counts.
func rated(trace []PriceStep, rate money.Price) {
	for i := range slices.Backward(trace) {
		if trace[i].Verdict == verdictWon {
			trace[i].Price = &rate
			return
		}
	}
}

// rule says a window in words: "after-hours × 1.5: outside Mon-Fri 08:00-17:00".
func (w *Window) rule(opening calendar.Hours) string {
	words := w.Name + " × " + w.Factor.String() + ": "
	switch w.When {
	case Within:
		return words + w.Hours.String()
	case Outside:
		if w.Hours.IsZero() {
			return words + "outside the opening hours " + opening.String()
		}
		return words + "outside " + w.Hours.String()
	case Weekend:
		return words + "Saturday and Sunday"
	default:
		return words + "holidays"
	}
}

// rule says a threshold in words: "overtime × 1.5: after 8h of a day".
func (o *Overtime) rule() string {
	return o.Name + " × " + o.Factor.String() + ": after " + calendar.FormatDuration(time.Duration(o.After)*time.Minute) + " of a " + string(o.Per)
}
