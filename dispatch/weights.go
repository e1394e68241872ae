package dispatch

import (
	"maps"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/work"
)

// Weight names what a plan can cost. What it stands for is added up in points: a minute on
// the road is one point unless the policy says otherwise, so every weight reads as "as bad
// as so many minutes of driving".
type Weight string

// The weights that do not depend on a priority. Those that do are "late-" and
// "unassigned-" with the priority, see [Late] and [Unassigned].
const (
	WeighTravel     Weight = "travel"          // a minute on the road
	WeighOvertime   Weight = "overtime"        // a minute after the end of a shift
	WeighPreference Weight = "preference"      // a visit without the technician whom the customer prefers
	WeighTime       Weight = "move-time"       // a visit that leaves the arrival window that was promised
	WeighTechnician Weight = "move-technician" // a technician of a planned visit who is replaced
	WeighFairness   Weight = "fairness"        // the square of an hour of a technician's work
	WeighLabour     Weight = "labour"          // what the time of technicians costs, each unit of the company's currency
	WeighWaiting    Weight = "waiting"         // a day that a new visit is put off, when slots are compared
)

// Late is the weight of a minute after the due time of an order's SLA.
func Late(p work.Priority) Weight { return Weight("late-" + string(p)) }

// Unassigned is the weight of an order that gets no visit.
func Unassigned(p work.Priority) Weight { return Weight("unassigned-" + string(p)) }

// usualWeights count where the policy does not name a weight. An order of any priority is worth
// more than driving for half a day; only an emergency is worth breaking promises for.
func usualWeights() map[Weight]int {
	return map[Weight]int{
		WeighTravel: 1, WeighOvertime: 2, WeighPreference: 20, WeighTime: 120, WeighTechnician: 30, WeighFairness: 0, WeighLabour: 0, WeighWaiting: 10,
		Late(work.Low): 1, Late(work.Normal): 2, Late(work.High): 5, Late(work.Emergency): 20,
		Unassigned(work.Low): 300, Unassigned(work.Normal): 600, Unassigned(work.High): 1500, Unassigned(work.Emergency): 6000,
	}
}

// Weights lists the names of all weights, by name.
func Weights() []Weight { return slices.Sorted(maps.Keys(usualWeights())) }

// Meaning says what a weight is for.
func (w Weight) Meaning() string {
	switch w {
	case WeighTravel:
		return "a minute on the road"
	case WeighOvertime:
		return "a minute of the way home after the shift"
	case WeighPreference:
		return "a visit without the technician whom the customer prefers"
	case WeighTime:
		return "a visit that leaves its promised arrival window"
	case WeighTechnician:
		return "a technician who is replaced on a planned visit"
	case WeighFairness:
		return "the square of a technician's hours, which evens them out"
	case WeighLabour:
		return "what technicians' work and ways cost by their rates, for each unit of the currency"
	case WeighWaiting:
		return "a day that a slot is further off"
	}
	if p, ok := strings.CutPrefix(string(w), "late-"); ok {
		return "a minute after the SLA's due time, priority " + p
	}
	return "an order without a visit, priority " + strings.TrimPrefix(string(w), "unassigned-")
}

// maxWeight keeps sums of many costs within 64 bits.
const maxWeight = 1_000_000

// Planning is how plans are made: what counts how much, and what is assumed.
type Planning struct {
	Weights map[Weight]int `json:"weights,omitempty"` // points; the usual ones count for what is not named
	// Arrival is how long the window is that customers are told, from the planned start on.
	Arrival int `json:"arrival_minutes,omitempty"`
	// UnknownWay is how long a way to or from a site without coordinates is taken to be.
	UnknownWay int `json:"unknown_way_minutes,omitempty"`
	// Overtime is by how much the way home may outlast the shift. Work itself never does.
	Overtime int `json:"overtime_minutes,omitempty"`
	// MaxTravel bounds the time on the road of a technician's day; 0 is no bound.
	MaxTravel int `json:"max_travel_minutes,omitempty"`
}

// What counts before a policy says something else.
const (
	usualArrival    = 120
	usualUnknownWay = 30
)

// Plans returns how plans are made, with what the policy does not say filled in.
func (p Policy) Plans() Planning {
	out := p.Planning
	out.Weights = usualWeights()
	maps.Copy(out.Weights, p.Planning.Weights)
	if out.Arrival == 0 {
		out.Arrival = usualArrival
	}
	if out.UnknownWay == 0 {
		out.UnknownWay = usualUnknownWay
	}
	return out
}

// unknownWay is how long a way is taken to be that nobody knows.
func (p Planning) unknownWay() time.Duration { return time.Duration(p.UnknownWay) * time.Minute }

// arrival is how long the window is that a customer is told.
func (p Planning) arrival() time.Duration { return time.Duration(p.Arrival) * time.Minute }

// check refuses what cannot be planned with.
func (p Planning) check() error {
	for _, w := range slices.Sorted(maps.Keys(p.Weights)) {
		if _, known := usualWeights()[w]; !known {
			var words []string
			for _, k := range Weights() {
				words = append(words, string(k))
			}
			return fault.Invalidf("weight", "there is no weight %q, only %s", w, strings.Join(words, ", ")).With("dispatch_policy.weight").
				Hint("callout policy set-dispatch --weight travel=2")
		}
		if n := p.Weights[w]; n < 0 || n > maxWeight {
			return fault.Invalidf("weight", "the weight %s is a number from 0 to %d, not %d", w, maxWeight, n).With("dispatch_policy.weight").
				Hint("callout policy set-dispatch --weight %s=%d", w, usualWeights()[w])
		}
	}
	const day = 24 * 60
	for _, m := range []struct {
		field string
		n     int
	}{{"arrival-window", p.Arrival}, {"unknown-way", p.UnknownWay}, {"overtime", p.Overtime}, {"max-travel", p.MaxTravel}} {
		if m.n < 0 || m.n > day {
			return fault.Invalidf(m.field, "%d minutes are not between none and a day", m.n).With("dispatch_policy.minutes").
				Hint("callout policy set-dispatch --%s 2h", m.field)
		}
	}
	return nil
}

// lateHome is by how much the way home may outlast the shift.
func (p Planning) lateHome() time.Duration { return time.Duration(p.Overtime) * time.Minute }
