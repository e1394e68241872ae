package instance_test

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
	"callout/dispatch/solver/instance"
)

// care is three patients: one alone, one with two caregivers together, one with two in sequence.
const care = `{"patients": [
 {"id": "a", "location": [0, 0], "time_window": [10.0, 20.5], "required_caregivers": [{"service": "s1", "duration": 14}]},
 {"id": "b", "time_window": [478.99999999999994, 500], "required_caregivers": [{"service": "s1"}, {"service": "s2", "duration": 3}],
  "synchronization": {"type": "simultaneous"}},
 {"id": "c", "time_window": [0, 0], "required_caregivers": [{"service": "s2", "duration": 5}, {"service": "s1", "duration": 6}],
  "synchronization": {"type": "sequential", "distance": [60, 90]}}],
 "services": [{"id": "s1", "default_duration": 7}, {"id": "s2"}],
 "caregivers": [{"id": "x", "abilities": ["s1"]}, {"id": "y", "abilities": ["s1", "s2"]}],
 "central_offices": [{"id": "d", "location": [0, 0]}],
 "distances": [[0, 1.001, 2, 3], [1, 0, 1, 1], [2, 1, 0, 1], [3, 1, 1, 0]]}`

func TestHomeCareProblem(t *testing.T) {
	h, err := instance.ReadHomeCare(strings.NewReader(care))
	if err != nil {
		t.Fatal(err)
	}
	p := h.Problem()
	if ids := visitIDs(p); !reflect.DeepEqual(ids, []string{"a", "b", "c/1", "c/2"}) {
		t.Fatal(ids)
	}
	b := p.Visits[1]
	if b.Windows[0].From != 479_000 || b.Due != 500_000 || b.Late != 1 {
		t.Errorf("%+v", b)
	}
	seats := []solver.Seat{{Skills: map[string]int{"s1": 1}, Duration: 7000}, {Skills: map[string]int{"s2": 1}, Duration: 3000}}
	if !reflect.DeepEqual(b.Seats, seats) {
		t.Errorf("%+v", b.Seats)
	}
	link := solver.Link{Before: "c/1", After: "c/2", FromStart: true, Min: 60_000, Max: 90_000, Same: solver.OtherTechnician}
	if !reflect.DeepEqual(p.Links, []solver.Link{link}) {
		t.Errorf("%+v", p.Links)
	}
	if p.Travel.Ticks(0, 1) != 1001 || p.Travel.Ticks(1, 0) != 1000 {
		t.Error("the way there or back is wrong")
	}
}

// A plan by hand costs by the problem's terms what the published formula says.
func TestHomeCareCost(t *testing.T) {
	h, err := instance.ReadHomeCare(strings.NewReader(care))
	if err != nil {
		t.Fatal(err)
	}
	p := h.Problem()
	plan := &solver.Plan{Tours: []solver.Tour{
		{Technician: "x", End: 488_000, Stops: []solver.Stop{
			{Visit: "a", Start: 21_000, End: 35_000}, {Visit: "c/2", Start: 63_000, End: 69_000}, {Visit: "b", Start: 479_000, End: 486_000},
		}},
		{Technician: "y", End: 484_000, Stops: []solver.Stop{{Visit: "c/1", Start: 3_000, End: 8_000}, {Visit: "b", Seat: 1, Start: 479_000, End: 482_000}}},
	}}
	plan.Terms = check.Terms(p, plan)
	if found := check.Plan(p, plan); len(found) > 0 {
		t.Fatal(found)
	}
	distance, most, all := (1.001+1+1+2)+(3+1+2), 63.0, 0.5+63+3
	if got, want := h.Cost(plan.Terms), (distance+most+all)/3; math.Abs(got-want) > 1e-9 {
		t.Errorf("costs %v, published %v", got, want)
	}
	if got, err := h.Recount(plan); err != nil || math.Abs(got.Cost-(distance+most+all)/3) > 1e-9 || got.MaxTardiness != most {
		t.Errorf("recounted %+v, %v", got, err)
	}
	for name, spoil := range map[string]func(x, y []solver.Stop){
		"too soon for the way":     func(x, _ []solver.Stop) { x[1].Start = 35_000 },
		"before the opening":       func(x, _ []solver.Stop) { x[0].Start = 9_000 },
		"the crew apart":           func(_, y []solver.Stop) { y[1].Start += 10 },
		"too long after the first": func(x, _ []solver.Stop) { x[1].Start = 93_010 },
		"a need twice":             func(x, _ []solver.Stop) { x[2].Visit = "a" },
		"no ability":               func(x, y []solver.Stop) { x[2].Seat, y[1].Seat = 1, 0 },
	} {
		broken := &solver.Plan{Tours: slices.Clone(plan.Tours)}
		for i := range broken.Tours {
			broken.Tours[i].Stops = slices.Clone(broken.Tours[i].Stops)
		}
		spoil(broken.Tours[0].Stops, broken.Tours[1].Stops)
		if _, err := h.Recount(broken); err == nil {
			t.Errorf("%s is not noticed", name)
		}
	}
	if _, err := h.Recount(&solver.Plan{Tours: plan.Tours[:1]}); err == nil {
		t.Error("a tour that is missing is not noticed")
	}
}

func TestHomeCareRefuses(t *testing.T) {
	for _, change := range [][2]string{
		{`"service": "s1", "duration": 14`, `"service": "s9", "duration": 14`},
		{`"type": "simultaneous"`, `"type": "sometimes"`},
		{`[60, 90]`, `[90, 60]`},
		{`"duration": 14`, `"duration": -14`},
		{`[3, 1, 1, 0]`, `[3, 1, 1]`},
		{`, [3, 1, 1, 0]`, ``},
		{`"id": "c", "time`, `"id": "b", "time`},
		{`"id": "y"`, `"id": "x"`},
		{`[10.0, 20.5]`, `[10.0, 1e300]`},
		{`[{"service": "s1", "duration": 14}]`, `[]`},
	} {
		if !strings.Contains(care, change[0]) {
			t.Fatal(change[0])
		}
		if _, err := instance.ReadHomeCare(strings.NewReader(strings.Replace(care, change[0], change[1], 1))); err == nil {
			t.Errorf("%s is taken", change[1])
		}
	}
}

func TestBestKnownHomeCare(t *testing.T) {
	best, err := instance.ReadBestCare(data(t, "hhcrsp/best-known.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range best {
		if math.Abs(b.Cost-(b.Distance+b.MaxTardiness+b.TotalTardiness)/3) > 0.01 {
			t.Errorf("%s: the mean of %v, %v, %v is not %v", name, b.Distance, b.MaxTardiness, b.TotalTardiness, b.Cost)
		}
		for _, set := range []string{"mankowska", "italian"} {
			files, _ := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "data", "hhcrsp", set, name+".json"))
			for range files {
				if _, err := instance.ReadHomeCare(data(t, "hhcrsp/"+set+"/"+name+".json")); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

func visitIDs(p *solver.Problem) (ids []string) {
	for _, v := range p.Visits {
		ids = append(ids, v.ID)
	}
	return ids
}

func FuzzReadHomeCare(f *testing.F) {
	f.Add([]byte(care))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := instance.ReadHomeCare(bytes.NewReader(text))
		if err != nil {
			return
		}
		if _, err := json.Marshal(h.Problem().Visits); err != nil {
			t.Error(err)
		}
	})
}
