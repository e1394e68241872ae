package check

import "fmt"

// Rule names what a plan can violate.
type Rule string

// The rules, by what they are about.
const (
	// Tours.
	Tours    Rule = "tours"    // each shift of each technician has exactly one tour
	Known    Rule = "known"    // a tour or stop names something that the problem has
	Shift    Rule = "shift"    // the tour is within its shift
	Travel   Rule = "travel"   // there is time for the way to each stop
	Road     Rule = "road"     // the ways of a tour are within its bound
	Duration Rule = "duration" // a stop takes as long as its technician needs
	TourEnd  Rule = "tour-end" // the tour is over when it says
	Breaks   Rule = "breaks"   // every break that is due is taken
	// Visits.
	Complete Rule = "complete"  // a visit is left out, or each of its seats is taken once
	LeftOut  Rule = "left-out"  // the list of visits without a place is ascending and without doubles
	Together Rule = "together"  // a crew starts at the same moment
	Crew     Rule = "crew"      // a crew is of different people
	Skill    Rule = "skill"     // a technician has the skills of the seat
	Allowed  Rule = "allowed"   // a technician is one of those who may come
	Barred   Rule = "barred"    // a technician is none of those who may not
	Window   Rule = "window"    // a visit starts in one of its windows
	PinStart Rule = "pin-start" // a visit with a pinned start keeps it
	PinWho   Rule = "pin-who"   // a seat with a pinned technician keeps him
	Stock    Rule = "stock"     // a truck carries the parts of its visits
	// Links.
	Order  Rule = "order"   // what follows a visit has that visit in the plan
	LagMin Rule = "lag-min" // it does not start too soon after it
	LagMax Rule = "lag-max" // nor too late
	Same   Rule = "same"    // the same technician does both
	Other  Rule = "other"   // two different ones do
	// Costs.
	Costs Rule = "costs" // the terms are those of the plan
)

// Finding is one violation, with the numbers behind it.
type Finding struct {
	Rule       Rule
	Technician string // where one is concerned
	Visit      string // where one is concerned
	Detail     string
}

// String is the finding in one line.
func (f Finding) String() string {
	s := string(f.Rule) + ":"
	for _, part := range []string{f.Technician, f.Visit, f.Detail} {
		if part != "" {
			s += " " + part
		}
	}
	return s
}

// findings gathers violations.
type findings []Finding

func (f *findings) add(rule Rule, technician, visit, format string, args ...any) {
	*f = append(*f, Finding{Rule: rule, Technician: technician, Visit: visit, Detail: fmt.Sprintf(format, args...)})
}
