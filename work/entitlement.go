package work

import (
	"slices"
	"strconv"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
)

// Entitlement is what an agreement includes in a period: so many visits, or so many hours. What
// goes beyond is billed.
type Entitlement struct {
	Visits int             `json:"visits,omitempty"`
	Hours  *money.Quantity `json:"hours,omitempty"` // as worked, not as rounded for an invoice
	// Kinds are labour and travel; Roles are those of technicians, any when empty.
	Kinds []CoverScope `json:"kinds"`
	Roles []string     `json:"roles,omitempty"`
	// Per is how long the period is, counted from the day on which the agreement begins; none is all
	// of its time.
	Per calendar.Recurrence `json:"per,omitzero"`
	// Carry takes what is left of a period over to the next one.
	Carry bool `json:"carry,omitempty"`
}

// Check holds an entitlement to its rules.
func (e *Entitlement) Check(field string) error {
	switch {
	case (e.Visits > 0) == (e.Hours != nil):
		return fault.Invalidf(field, "an agreement includes a number of visits or of hours").With("entitlement.what")
	case e.Hours != nil && e.Hours.Sign() <= 0:
		return fault.Invalidf(field, "%s hours are none", e.Hours).With("entitlement.range")
	case len(e.Kinds) == 0:
		return fault.Invalidf(field, "it has to be said whether labour or travel is included").With("entitlement.kinds")
	case e.Carry && e.Per.IsZero():
		return fault.Invalidf(field, "nothing is carried over where there is but one period").With("entitlement.carry")
	}
	for _, k := range e.Kinds {
		if k != CoverLabour && k != CoverTravel {
			return fault.Invalidf(field, "%q is not counted in hours; there are labour and travel", k).With("entitlement.kinds")
		}
	}
	if e.Hours != nil {
		if err := e.Hours.Check(field); err != nil {
			return err
		}
	}
	if e.Per.IsZero() {
		return nil
	}
	if e.Per.Day != 0 || e.Per.Weekday != "" {
		return fault.Invalidf(field, "a period is so many days, weeks, months or years, from the day on which the agreement begins").
			With("entitlement.period")
	}
	return e.Per.Check(field)
}

// Fits reports whether time of a kind by a person in a role is included.
func (e *Entitlement) Fits(kind CoverScope, role string) bool {
	return slices.Contains(e.Kinds, kind) && (len(e.Roles) == 0 || slices.Contains(e.Roles, role))
}

// Period is the one that a day lies in, of an agreement that is valid in v.
func (e *Entitlement) Period(v calendar.Validity, day calendar.Date) (calendar.Validity, bool) {
	if !v.Contains(day) {
		return calendar.Validity{}, false
	}
	if e.Per.IsZero() {
		return v, true
	}
	p, ok := e.Per.Around(v.From, day)
	if ok && !v.To.IsZero() && v.To.Before(p.To) {
		p.To = v.To
	}
	return p, ok
}

// String returns the entitlement for people, as [ParseEntitlement] reads it.
func (e *Entitlement) String() string {
	s := strconv.Itoa(e.Visits) + " visits"
	if e.Visits == 1 {
		s = "1 visit"
	}
	usual := []CoverScope{CoverLabour, CoverTravel}
	if e.Hours != nil {
		s, usual = e.Hours.String()+" h", usual[:1]
	}
	if !slices.Equal(e.Kinds, usual) {
		for i, k := range e.Kinds {
			s += []string{" ", "+"}[min(i, 1)] + string(k)
		}
	}
	if len(e.Roles) > 0 {
		s += " by " + strings.Join(e.Roles, ",")
	}
	if !e.Per.IsZero() {
		s += " per " + strings.TrimPrefix(e.Per.String(), "every ")
	}
	if e.Carry {
		s += " carried over"
	}
	return s
}

// ParseEntitlement reads "4 visits per year", "6 h per quarter carried over" or "10 h labour+travel
// by senior,master per 2 months". Hours are of labour, and visits of labour and travel, where
// nothing else is said. The error names field.
func ParseEntitlement(field, s string) (Entitlement, error) {
	var e Entitlement
	bad := fault.Invalidf(field, "%q is nothing that an agreement includes", s).With("entitlement.syntax").
		Hint(`write it like "4 visits per year" or "6 h labour by senior per quarter carried over"`)
	rest := strings.TrimSpace(s)
	rest, e.Carry = strings.CutSuffix(rest, "carried over")
	rest, per, ok := strings.Cut(rest, " per ")
	if ok {
		var err error
		if e.Per, err = calendar.ParseRecurrence(field, per); err != nil {
			return e, err
		}
	}
	rest, roles, ok := strings.Cut(rest, " by ")
	if ok {
		for _, r := range strings.Split(roles, ",") {
			e.Roles = append(e.Roles, strings.TrimSpace(r))
		}
	}
	words := strings.Fields(rest)
	if len(words) > 0 && strings.HasSuffix(words[0], "h") {
		words = slices.Insert(words, 1, "h")
		words[0] = strings.TrimSuffix(words[0], "h")
	}
	if len(words) < 2 || len(words) > 3 {
		return e, bad
	}
	switch words[1] {
	case "visit", "visits":
		n, err := strconv.Atoi(words[0])
		if err != nil || n < 1 {
			return e, bad
		}
		e.Visits, e.Kinds = n, []CoverScope{CoverLabour, CoverTravel}
	case "h", "hour", "hours":
		q, err := money.ParseQuantity(field, words[0])
		if err != nil {
			return e, err
		}
		e.Hours, e.Kinds = &q, []CoverScope{CoverLabour}
	default:
		return e, bad
	}
	if len(words) == 3 {
		e.Kinds = nil
		for _, k := range strings.Split(words[2], "+") {
			e.Kinds = append(e.Kinds, CoverScope(k))
		}
	}
	return e, e.Check(field)
}
