package file_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
	"callout/dispatch/solver/file"
	"callout/dispatch/solver/instance"
)

// small is a problem with everything in it that a file can say.
const small = `{
"schema": "callout.dispatch-problem/v1",
"clock": {"zero": "2026-03-02T00:00:00+01:00", "zone": "Europe/Vienna"},
"weights": {"travel": 1, "max_late": 1, "fairness": 2, "fair_unit": 60},
"technicians": [
  {"id": "ana", "skills": {"gas": 2}, "pace_percent": 120, "rate": 1, "use": 20, "stock": {"pump": 1}, "shifts": [
    {"from": 0, "until": 500, "start": 0, "end": 0, "overtime": {"from": 400, "cost": 2}, "max_travel": 200,
     "breaks": [{"from": 200, "to": 260, "duration": 30}]}, {"from": 1000, "until": 1400}]},
  {"id": "bo", "shifts": [{"from": 0, "until": 500, "start": 1}]}
],
"visits": [
  {"id": "lift", "place": 1, "duration": 60, "duration_by": {"bo": 50}, "windows": [{"from": 0, "to": 100}, {"from": 200, "to": 300}],
   "due": {"at": 90, "late": 3}, "prize": 5000, "seats": [{"skills": {"gas": 1}}, {"duration": 40}], "parts": {"pump": 1},
   "promise": {"window": {"from": 50, "to": 110}, "window_cost": 40, "technicians": ["ana", ""], "technician_cost": 30}},
  {"id": "pipe", "place": 2, "duration": 30, "prize": 900, "barred": ["ana"], "preferred": ["bo"], "preference": 5},
  {"id": "roof", "place": 2, "duration": 30, "prize": 900, "allowed": ["ana", "bo"], "pin": {"start": 320, "technicians": ["ana"]}},
  {"id": "nail", "place": 0, "duration": 5, "prize": 900}
],
"links": [{"before": "pipe", "after": "roof", "min": 10, "max": 300, "same": "no"}, {"before": "nail", "after": "roof", "same": "yes"},
  {"before": "lift", "after": "roof", "from_start": true, "min": 100}],
"current": [{"visit": "pipe", "technician": "bo", "start": 150}],
"travel": {"matrix": [[0, 10, 20], [10, 0, 15], [20, 15, 0]]}
}
`

func read(tb testing.TB, text string) *file.Problem {
	tb.Helper()
	p, err := file.Read(strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func written(tb testing.TB, p *file.Problem) string {
	tb.Helper()
	var out bytes.Buffer
	if err := file.Write(&out, p); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

// city is a made-up company on a street, with what the cities of the benchmarks do not have.
func city(technicians, visits int) *solver.Problem {
	var sites []solver.LatLon
	for i := range 40 {
		sites = append(sites, solver.LatLon{Lat: 48 + float64(i)/200, Lon: 16})
	}
	p := instance.City(sites, instance.Town{Seed: uint64(visits), Technicians: technicians, Visits: visits, Days: 2})
	p.Technicians[0].Shifts[0].MaxTravel = 7200
	p.Visits[0].DurationBy = map[string]int{p.Technicians[0].ID: 60}
	p.Visits[1].Barred = []string{p.Technicians[0].ID}
	p.Weights.MaxLate = 1
	return p
}

func TestRead(t *testing.T) {
	p := read(t, small)
	if len(p.Technicians) != 2 || len(p.Visits) != 4 || p.Links[1].Max >= p.Links[1].Min || p.Technicians[1].Shifts[0].End != solver.Nowhere {
		t.Errorf("%+v", p.Problem)
	}
	if at := p.Clock.At(3600).Format(time.RFC3339); at != "2026-03-02T01:00:00+01:00" {
		t.Errorf("an hour after zero: %s", at)
	}
	plan, err := solver.Solve(t.Context(), p.Problem, solver.Options{Seed: 1, Iterations: 200})
	if err != nil {
		t.Fatal(err)
	}
	if found := check.Plan(p.Problem, plan); len(found) > 0 || len(plan.LeftOut) > 0 {
		t.Errorf("%v, left out %v", found, plan.LeftOut)
	}
	for _, tour := range plan.Tours {
		for _, s := range tour.Stops {
			// Ana is slow: an hour is 72 minutes of hers. Bo has a time of his own for the lift.
			if want := map[string]int{"ana lift": 72, "bo lift": 50, "bo pipe": 30, "ana roof": 36, "ana nail": 6}[tour.Technician+" "+s.Visit]; s.End-s.Start != want {
				t.Errorf("%s has %s for %d, not %d", tour.Technician, s.Visit, s.End-s.Start, want)
			}
		}
	}
}

// TestWrittenIsRead keeps all of a problem: what is read again is equal, written again the same bytes, and plans alike.
func TestWrittenIsRead(t *testing.T) {
	for _, p := range []*file.Problem{{Problem: city(4, 30)}, {Problem: city(9, 25)}, read(t, small)} {
		text := written(t, p)
		again := read(t, text)
		if got := written(t, again); got != text {
			t.Errorf("written again it is\n%s\nwas\n%s", got, text)
		}
		o := solver.Options{Seed: 3, Iterations: 100}
		want, err := solver.Solve(t.Context(), p.Problem, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := solver.Solve(t.Context(), again.Problem, o)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("it plans\n%+v\nwas\n%+v", got, want)
		}
	}
}

// doubling is a service for ways that is neither a table nor a great circle.
type doubling struct{}

func (doubling) Ticks(from, to solver.Place) int { return 2 * int(max(from-to, to-from)) }

// TestWaysAndPeople writes a table of the ways of any service, and people who are only named.
func TestWaysAndPeople(t *testing.T) {
	p := read(t, small)
	p.Travel = doubling{}
	p.Visits[1].Barred = []string{"gone"}
	p.Current = append(p.Current, solver.Assignment{Visit: "roof", Technician: "gone"})
	again := read(t, written(t, p))
	if got := fmt.Sprint(again.Travel); got != "[[0 2 4] [2 0 2] [4 2 0]]" {
		t.Errorf("ways %s", got)
	}
	if n := len(again.Technicians); n != 3 || again.Technicians[2].ID != "gone" || len(again.Technicians[2].Shifts) > 0 || len(again.Current) != 1 {
		t.Errorf("%d technicians, the plan in force %v", n, again.Current)
	}
}

// TestRefusals bends the file in each way that is refused, and names the place.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{`/v1"`, `/v2"`, "schema: "},
		{`"schema": "callout.dispatch-problem/v1",`, ``, "schema: is missing"},
		{`"travel": 1,`, `"travel": 1, "trave": 1,`, "weights.trave: there is no such field"},
		{`"travel": 1,`, `"Travel": 1,`, "weights.Travel: there is no such field"},
		{`"travel": 1,`, `"travel": 1, "travel": 2,`, "weights.travel: is there twice"},
		{`"travel": 1,`, `"travel": -1,`, "weights: none is below zero"},
		{`"travel": 1,`, `"travel": 900000000000000000,`, "weights: the costs are so high"},
		{`"fairness": 2`, `"fairness": 900000000000000`, `weights.fairness: with it "ana"`},
		{`"travel": 1,`, `"travel": 1.5,`, "weights.travel: a whole number belongs here"},
		{`"travel": 1,`, `"travel": null,`, "weights.travel: a whole number belongs here"},
		{`Europe/Vienna`, `Europe/Wien`, `clock.zone: "Europe/Wien" is no time zone`},
		{`Europe/Vienna`, ``, "clock.zone: "},
		{`Europe/Vienna`, `Local`, "clock.zone: "},
		{`00:00:00+01:00`, `24:00:00`, "clock.zero: "},
		{`"id": "bo"`, `"id": "ana"`, `technicians[1].id: "ana" is technicians[0] already`},
		{`"id": "bo"`, `"id": ""`, "technicians[1].id: is empty"},
		{`"gas": 2`, `"gas": -2`, "technicians[0].skills.gas: -2 is not within 0 and 1000"},
		{`"pace_percent": 120`, `"pace_percent": -5`, "technicians[0].pace_percent: "},
		{`"stock": {"pump": 1}`, `"stock": ["pump"]`, "technicians[0].stock: an object belongs here"},
		{`"from": 0, "until": 500, "start": 0`, `"from": 600, "until": 500, "start": 0`, "technicians[0].shifts[0].until: 500 is before 600"},
		{`"from": 0, "until": 500, "start": 0`, `"from": 0, "until": 0, "start": 0`, "technicians[0].shifts[0].until: the shift ends when it begins"},
		{`"from": 1000,`, `"from": 499,`, "technicians[0].shifts[1]: begins before shifts[0] ends"},
		{`"from": 1000,`, ``, "technicians[0].shifts[1].from: is missing"},
		{`"start": 1}`, `"start": 3}`, "technicians[1].shifts[0].start: there is no place 3, there are ways between 3"},
		{`"max_travel": 200`, `"max_travel": -200`, "technicians[0].shifts[0].max_travel: "},
		{`"duration": 30}]`, `"duration": -30}]`, "technicians[0].shifts[0].breaks[0].duration: "},
		{`"to": 260`, `"to": 160`, "technicians[0].shifts[0].breaks[0].to: 160 is before 200"},
		{`"duration": 60,`, `"duration": -60,`, "visits[0].duration: -60 is not within 0"},
		{`"duration": 60,`, `"duration": 260000000,`, "visits[0].duration: at the slowest pace"},
		{`{"bo": 50}`, `{"cy": 50}`, `visits[0].duration_by[0]: there is no technician "cy"`},
		{`{"bo": 50}`, `{"bo": -1}`, "visits[0].duration_by.bo: "},
		{`{"from": 200, "to": 300}`, `{"from": 100, "to": 300}`, "visits[0].windows[1].from: 100 is not after the window before it"},
		{`"late": 3`, `"late": 0`, "visits[0].due.late: "},
		{`"duration": 40}]`, `"duration": -40}]`, "visits[0].seats[1].duration: "},
		{`["ana", ""]`, `["ana", "", ""]`, "visits[0].promise.technicians: 3 for 2 seats"},
		{`["ana", ""]`, `["ana", "ana"]`, `visits[0].promise.technicians[1]: "ana" is named twice`},
		{`"barred": ["ana"]`, `"barred": ["di"]`, `visits[1].barred[0]: there is no technician "di"`},
		{`"allowed": ["ana", "bo"]`, `"allowed": []`, "visits[2].allowed: names nobody"},
		{`"technicians": ["ana"]}`, `"technicians": ["cy"]}`, `visits[2].pin.technicians[0]: there is no technician "cy"`},
		{`"id": "pipe", "place": 2`, `"id": "pipe", "place": -1`, "visits[1].place: there is no place -1"},
		{`"id": "pipe", "place": 2,`, `"id": "pipe",`, "visits[1].place: is missing"},
		{`"before": "pipe", "after": "roof"`, `"before": "pipe", "after": "lost"`, `links[0].after: there is no visit "lost"`},
		{`"before": "pipe", "after": "roof"`, `"before": "pipe", "after": "pipe"`, `links: "pipe" waits for itself`},
		{`"before": "lift", "after": "roof"`, `"before": "roof", "after": "pipe"`, `links: "pipe" waits for itself`},
		{`"max": 300`, `"max": 3`, "links[0].max: 3 is below the least, 10"},
		{`"same": "yes"`, `"same": "maybe"`, `links[1].same: "maybe" is neither yes nor no`},
		{`"visit": "pipe"`, `"visit": "hole"`, `current[0].visit: there is no visit "hole"`},
		{`"technician": "bo"`, `"technician": "di"`, `current[0].technician: there is no technician "di"`},
		{`"visit": "pipe"`, `"visit": "pipe", "seat": 1`, "current[0].seat: 1 is not within 0 and 0"},
		{`[10, 0, 15]`, `[10, 0]`, "travel.matrix[1]: 2 columns in a matrix of 3 rows"},
		{`[10, 0, 15]`, `[10, 0, -15]`, "travel.matrix[1][2]: -15 is not within 0"},
		{`{"matrix": [[0, 10, 20], [10, 0, 15], [20, 15, 0]]}`, `{}`, "travel: is either a matrix or great_circle"},
		{`"matrix": [[0, 10, 20], [10, 0, 15], [20, 15, 0]]`, `"great_circle": {"points": [{"lat": 91, "lon": 0}], "road_factor": 1, "speed_kmh": 50}`, "travel.great_circle.points[0].lat: 91 is not within"},
		{`"matrix": [[0, 10, 20], [10, 0, 15], [20, 15, 0]]`, `"great_circle": {"points": [], "road_factor": 0.5, "speed_kmh": 50}`, "travel.great_circle.road_factor: "},
		{"0]]}\n}", "0]]", "travel: the file ends here"},
		{"0]]}\n}", "0]]}\n} 1", "something follows"},
		{small, ``, "the file ends here"},
		{small, `[]`, "an object belongs here"},
	} {
		bent := strings.Replace(small, tt.from, tt.to, 1)
		if bent == small {
			t.Fatalf("%s is not in the file", tt.from)
		}
		_, err := file.Read(strings.NewReader(bent))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s for %s: %v, want %s", tt.to, tt.from, err, tt.want)
		}
	}
}

// TestDocumented reads the example of the page that describes the form.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "problem-file.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "```json\n")
	text, _, found := strings.Cut(text, "```")
	if p := read(t, text); !found || len(p.Visits) != 1 || written(t, p) == "" {
		t.Errorf("%+v", p)
	}
}

// TestNothingUnreadableIsWritten refuses to write what could not be read.
func TestNothingUnreadableIsWritten(t *testing.T) {
	p := read(t, small)
	p.Visits[0].Windows[0].To = -1
	var out bytes.Buffer
	if err := file.Write(&out, p); err == nil || !strings.Contains(err.Error(), "visits[0].windows[0].to: -1 is before 0") || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}
