package dispatch

import (
	"slices"
	"time"

	"callout/store"
)

// Effort is what a visit took, read off its stamps: three numbers that are not to be
// taken for each other. What still goes on counts up to its last stamp only.
type Effort struct {
	Elapsed int `json:"elapsed_minutes"` // work at the site by the clock, however many were there; breaks left out
	Person  int `json:"person_minutes"`  // the same for each technician, added up
	Travel  int `json:"travel_minutes"`  // on the way, by the clock
	// PersonTravel is the travel of each technician, added up.
	PersonTravel int `json:"person_travel_minutes"`
	Break        int `json:"break_minutes"`
}

// Add adds what another visit took.
func (e *Effort) Add(o Effort) {
	e.Elapsed += o.Elapsed
	e.Person += o.Person
	e.Travel += o.Travel
	e.PersonTravel += o.PersonTravel
	e.Break += o.Break
}

// EffortOf reads the stamps of a visit, by when they happened. Seconds count towards
// begun minutes of the whole, not of each stretch.
func EffortOf(a *Appointment) Effort {
	stamps := slices.Clone(a.Stamps)
	slices.SortStableFunc(stamps, func(x, y Stamp) int { return x.At.Compare(y.At) })
	spent := map[Status]time.Duration{}
	for i := 0; i+1 < len(stamps); i++ {
		spent[stamps[i].Status] += stamps[i+1].At.Sub(stamps[i].At)
	}
	n := len(a.Technicians)
	return Effort{
		Elapsed: minutesUp(spent[InProgress]), Person: n * minutesUp(spent[InProgress]),
		Travel: minutesUp(spent[Traveling]), PersonTravel: n * minutesUp(spent[Traveling]), Break: minutesUp(spent[OnBreak]),
	}
}

// EffortOfOrder adds up what the visits of an order took so far.
func EffortOfOrder(r store.Reader, order store.ID) (Effort, error) {
	var sum Effort
	for a, err := range Appointments.By(r, "order", store.K(order)) {
		if err != nil {
			return Effort{}, err
		}
		sum.Add(EffortOf(a))
	}
	return sum, nil
}
