package instance

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"callout/dispatch/solver"
)

// HomeCare is a home healthcare routing and scheduling problem, in the format of Ceschia, Di Gaspero, Rosati and
// Schaerf (International Transactions in Operational Research, 2024, doi 10.1111/itor.13585). Row 0 of the distances is the office, row i+1
// patient i.
type HomeCare struct {
	Patients   []Patient   `json:"patients"`
	Services   []Service   `json:"services"`
	Caregivers []Caregiver `json:"caregivers"`
	Distances  [][]float64 `json:"distances"`
}

// Service is what can be done for a patient.
type Service struct {
	ID      string  `json:"id"`
	Default float64 `json:"default_duration"`
}

// Caregiver can give some of the services.
type Caregiver struct {
	ID        string   `json:"id"`
	Abilities []string `json:"abilities"`
}

// Patient needs one caregiver, or two who come together or one after the other.
type Patient struct {
	ID     string     `json:"id"`
	Window [2]float64 `json:"time_window"` // of the start: nobody comes sooner, and later is tardy
	Needs  []struct {
		Service  string   `json:"service"`
		Duration *float64 `json:"duration"`
	} `json:"required_caregivers"`
	Sync *struct {
		Type string     `json:"type"`     // simultaneous or sequential
		Lag  [2]float64 `json:"distance"` // from the first start to the second
	} `json:"synchronization"`
}

const (
	// fine is the number of ticks of a minute. The plane instances have three decimals.
	fine = 1000
	// far is a time that no day of home care reaches: there is no end of shift and no last start.
	far = 100_000 * fine
	// most is the longest that a time of a file may be, in minutes.
	most = 10_000
)

// fineTicks rounds minutes. Some whole minutes of the Italian files are a hair off.
func fineTicks(minutes float64) int { return int(math.Round(minutes * fine)) }

// ReadHomeCare reads and checks an instance.
func ReadHomeCare(r io.Reader) (*HomeCare, error) {
	h := &HomeCare{}
	if err := json.NewDecoder(r).Decode(h); err != nil {
		return nil, err
	}
	if len(h.Distances) != len(h.Patients)+1 {
		return nil, fmt.Errorf("%d rows of distances for %d patients and an office", len(h.Distances), len(h.Patients))
	}
	for i, row := range h.Distances {
		if len(row) != len(h.Distances) {
			return nil, fmt.Errorf("row %d of the distances has %d columns", i, len(row))
		}
		for _, d := range row {
			if err := within(d); err != nil {
				return nil, fmt.Errorf("distances: row %d: %w", i, err)
			}
		}
	}
	ids := map[string]bool{}
	for _, c := range h.Caregivers {
		if ids[c.ID] {
			return nil, fmt.Errorf("caregiver %s is there twice", c.ID)
		}
		ids[c.ID] = true
	}
	ids = map[string]bool{}
	for _, p := range h.Patients {
		if ids[p.ID] || ids[p.ID+"/1"] {
			return nil, fmt.Errorf("patient %s is there twice", p.ID)
		}
		ids[p.ID] = true
		if p.Sync != nil {
			ids[p.ID+"/1"], ids[p.ID+"/2"] = true, true
		}
		if err := h.checkPatient(p); err != nil {
			return nil, fmt.Errorf("patient %s: %w", p.ID, err)
		}
	}
	return h, nil
}

func (h *HomeCare) checkPatient(p Patient) error {
	if n := len(p.Needs); n < 1 || n > 2 || (n == 2) != (p.Sync != nil) {
		return fmt.Errorf("%d caregivers, and synchronization is given: %t", n, p.Sync != nil)
	}
	times := p.Window[:]
	for _, need := range p.Needs {
		d, ok := h.duration(need.Service, need.Duration)
		if !ok {
			return fmt.Errorf("there is no service %s", need.Service)
		}
		times = append(times, d)
	}
	if p.Sync != nil {
		if p.Sync.Type != "simultaneous" && p.Sync.Type != "sequential" || p.Sync.Lag[0] > p.Sync.Lag[1] {
			return fmt.Errorf("synchronization %q with %v", p.Sync.Type, p.Sync.Lag)
		}
		times = append(times, p.Sync.Lag[:]...)
	}
	for _, t := range times {
		if err := within(t); err != nil {
			return err
		}
	}
	return nil
}

// duration is that of a need, or of its service where the need has none.
func (h *HomeCare) duration(service string, own *float64) (float64, bool) {
	for _, s := range h.Services {
		if s.ID != service {
			continue
		}
		if own != nil {
			return *own, true
		}
		return s.Default, true
	}
	return 0, false
}

func within(minutes float64) error {
	if minutes >= 0 && minutes <= most {
		return nil
	}
	return fmt.Errorf("%v minutes are not within 0 and %d", minutes, most)
}

// Problem makes two caregivers at the same moment one visit with two seats, and two in sequence two
// visits with a link. Its total cost is three thousand times the published cost: see [HomeCare.Cost].
func (h *HomeCare) Problem() *solver.Problem {
	p := &solver.Problem{Weights: solver.Weights{Travel: 1, MaxLate: 1}}
	matrix := make(solver.Matrix, len(h.Distances))
	for i, row := range h.Distances {
		for _, d := range row {
			matrix[i] = append(matrix[i], fineTicks(d))
		}
	}
	p.Travel = matrix
	for _, c := range h.Caregivers {
		t := solver.Technician{ID: c.ID, Skills: map[string]int{}, Shifts: []solver.Shift{{Until: far}}}
		for _, service := range c.Abilities {
			t.Skills[service] = 1
		}
		p.Technicians = append(p.Technicians, t)
	}
	for i, patient := range h.Patients {
		h.addPatient(p, patient, solver.Place(i+1))
	}
	return p
}

func (h *HomeCare) addPatient(p *solver.Problem, patient Patient, at solver.Place) {
	visit := func(id string, seats ...solver.Seat) {
		p.Visits = append(p.Visits, solver.Visit{
			ID: id, Place: at, Seats: seats, Prize: 10 * far,
			Windows: []solver.Window{{From: fineTicks(patient.Window[0]), To: far}},
			Due:     fineTicks(patient.Window[1]), Late: 1,
		})
	}
	var seats []solver.Seat
	for _, need := range patient.Needs {
		d, _ := h.duration(need.Service, need.Duration)
		seats = append(seats, solver.Seat{Skills: map[string]int{need.Service: 1}, Duration: fineTicks(d)})
	}
	if patient.Sync == nil || patient.Sync.Type == "simultaneous" {
		visit(patient.ID, seats...)
		return
	}
	first, second := patient.ID+"/1", patient.ID+"/2"
	visit(first, seats[0])
	visit(second, seats[1])
	p.Links = append(p.Links, solver.Link{
		Before: first, After: second, FromStart: true, Same: solver.OtherTechnician,
		Min: fineTicks(patient.Sync.Lag[0]), Max: fineTicks(patient.Sync.Lag[1]),
	})
}

// Cost is the published measure: a third of distance, greatest tardiness and total tardiness. It means nothing where a
// visit is left out.
func (h *HomeCare) Cost(t solver.Terms) float64 { return float64(t.Total()) / 3 / fine }
