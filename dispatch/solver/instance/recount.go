package instance

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"callout/dispatch/solver"
)

// Recount works out what a plan costs by the published rules, from the file's own numbers and in minutes, apart
// from the problem that [HomeCare.Problem] makes of them. It says what is not kept; a thousandth of a minute is forgiven.
func (h *HomeCare) Recount(plan *solver.Plan) (BestCare, error) {
	const hair = 1e-3
	starts := map[string][2]float64{} // by patient, of each need
	who := map[string][2]string{}
	var c BestCare
	for _, tour := range plan.Tours {
		at, row := 0.0, 0
		for _, stop := range tour.Stops {
			id, part, _ := strings.Cut(stop.Visit, "/")
			need := stop.Seat
			if part == "2" {
				need = 1
			}
			i := slices.IndexFunc(h.Patients, func(p Patient) bool { return p.ID == id })
			if i < 0 || need >= len(h.Patients[i].Needs) || who[id][need] != "" {
				return c, fmt.Errorf("%s %d: there is no such need, or it is met already", stop.Visit, stop.Seat)
			}
			patient, start := h.Patients[i], float64(stop.Start)/fine
			k := slices.IndexFunc(h.Caregivers, func(g Caregiver) bool { return g.ID == tour.Technician })
			if k < 0 || !slices.Contains(h.Caregivers[k].Abilities, patient.Needs[need].Service) {
				return c, fmt.Errorf("%s: %s cannot give %s", id, tour.Technician, patient.Needs[need].Service)
			}
			way := h.Distances[row][i+1]
			if start < at+way-hair || start < patient.Window[0]-hair {
				return c, fmt.Errorf("%s: starts at %v, opens at %v, reached at %v", id, start, patient.Window[0], at+way)
			}
			late := max(0, start-patient.Window[1])
			c.Distance, c.TotalTardiness, c.MaxTardiness = c.Distance+way, c.TotalTardiness+late, max(c.MaxTardiness, late)
			d, _ := h.duration(patient.Needs[need].Service, patient.Needs[need].Duration)
			at, row = start+d, i+1
			times, people := starts[id], who[id]
			times[need], people[need] = start, tour.Technician
			starts[id], who[id] = times, people
		}
		c.Distance += h.Distances[row][0]
	}
	for _, p := range h.Patients {
		if who[p.ID][0] == "" || len(p.Needs) == 2 && (who[p.ID][1] == "" || who[p.ID][0] == who[p.ID][1]) {
			return c, fmt.Errorf("%s: caregivers %q", p.ID, who[p.ID])
		}
		if p.Sync == nil {
			continue
		}
		lag := starts[p.ID][1] - starts[p.ID][0]
		low, high := p.Sync.Lag[0], p.Sync.Lag[1]
		if p.Sync.Type == "simultaneous" {
			low, high = 0, 0
		}
		if lag < low-hair || lag > high+hair || math.IsNaN(lag) {
			return c, fmt.Errorf("%s: the second starts %v after the first, within %v and %v", p.ID, lag, low, high)
		}
	}
	c.Cost = (c.Distance + c.MaxTardiness + c.TotalTardiness) / 3
	return c, nil
}
