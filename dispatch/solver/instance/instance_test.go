package instance_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"callout/dispatch/solver"
	"callout/dispatch/solver/check"
	"callout/dispatch/solver/instance"
)

// data opens a file of the public sets, or skips.
func data(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", filepath.FromSlash(path)))
	if err != nil {
		t.Skip("the public file is not here:", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// corner is a file of three customers with whole distances, spaced as no other file is.
const corner = "corner\r\n\r\nVEHICLE\r\nNUMBER  CAPACITY\r\n 2\t 10\r\n\r\nCUSTOMER\r\nCUST NO. X Y D R D S\r\n\r\n" +
	" 0 0 0 0 0 1000 0\r\n1 20 99 6 0 500 10\r\n2 3 4 5 0 500 10\r\n  3 1 1 1 0 500 10"

func TestSolomonProblem(t *testing.T) {
	s, err := instance.ReadSolomon(strings.NewReader(corner))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "CORNER" || s.Fleet != 2 || s.Capacity != 10 || len(s.Nodes) != 4 {
		t.Fatalf("%+v", s)
	}
	for _, test := range []struct {
		convention instance.Convention
		to         solver.Place
		ticks      int
	}{
		// math.Hypot(20, 99) is a hair under 101.
		{instance.DIMACS, 1, 1010}, {instance.DIMACS, 2, 50}, {instance.DIMACS, 3, 14},
		{instance.Distance, 1, 1_010_000}, {instance.Distance, 2, 50_000}, {instance.Distance, 3, 14_143},
	} {
		if got := s.Problem(test.convention).Travel.Ticks(0, test.to); got != test.ticks {
			t.Errorf("%s: to %d in %d ticks, not %d", test.convention, test.to, got, test.ticks)
		}
	}
	if p := s.Problem(instance.Vehicles); p.Technicians[0].Use <= 2*1_010_000 || p.Visits[0].Prize <= p.Technicians[0].Use {
		t.Errorf("a vehicle costs %d and a visit %d", p.Technicians[0].Use, p.Visits[0].Prize)
	}
}

func TestSolomonLength(t *testing.T) {
	s, err := instance.ReadSolomon(strings.NewReader(corner))
	if err != nil {
		t.Fatal(err)
	}
	plan := &solver.Plan{Tours: []solver.Tour{
		{Technician: "v0000", Stops: []solver.Stop{{Visit: "c0003", Start: 14, End: 114}, {Visit: "c0002", Start: 150, End: 250}}, End: 300},
		{Technician: "v0001", Stops: []solver.Stop{{Visit: "c0001", Start: 1010, End: 1110}}, End: 2120},
	}}
	p := s.Problem(instance.DIMACS)
	plan.Terms = check.Terms(p, plan)
	if found := check.Plan(p, plan); len(found) > 0 {
		t.Error(found)
	}
	if length, vehicles := s.Length(instance.DIMACS, plan); length != 1.4+3.6+5+202 || vehicles != 2 || plan.Terms.Total() != 2120 {
		t.Errorf("%v with %d vehicles, %+v", length, vehicles, plan.Terms)
	}
	if err := s.InTime(plan); err != nil {
		t.Error(err)
	}
	late := *s
	late.Nodes = append([]instance.Node{}, s.Nodes...)
	late.Nodes[1].Due = 100
	if err := late.InTime(plan); err == nil {
		t.Error("customer 1 is reached at 101")
	}
	late.Nodes[1].Due, late.Nodes[0].Due = 500, 211
	if err := late.InTime(plan); err == nil {
		t.Error("the depot is reached at 212")
	}
	if length, _ := s.Length(instance.Distance, plan); math.Abs(length-(math.Sqrt2+math.Sqrt(13)+5+202)) > 1e-9 {
		t.Errorf("%v", length)
	}
}

func TestSolomonRefuses(t *testing.T) {
	for _, text := range []string{
		"", "x", "x\n2 10\n0 0 0 0 0 9 0\n", "x\n2 10\n0 0 0 0 0 9 0\n2 0 0 0 0 9 0\n", "x\n2 10\n0 0 0 0 0 9 0\n1 2 3\n",
		"x\n2 10\n0 0 0 0 0 9 0\n1 0 0 0 0 9 -1\n", "x\n2 10\n0 0 0 0 0 9 0\n1 99999 0 0 0 9 0\n", "x\n0 0 0 0 0 9 0\n1 0 0 0 0 9 0\n",
	} {
		if s, err := instance.ReadSolomon(strings.NewReader(text)); err == nil {
			t.Errorf("%q is read as %+v", text, s)
		}
	}
}

func TestBestKnownValues(t *testing.T) {
	best, err := instance.ReadBest(data(t, "vrptw/bks.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[instance.BestKey]instance.Best{
		{Instance: "R101", Convention: instance.Vehicles}: {Vehicles: 19, Distance: 1650.80},
		{Instance: "R101", Convention: instance.Distance}: {Vehicles: 20, Distance: 1642.88},
		{Instance: "R101", Convention: instance.DIMACS}:   {Vehicles: 20, Distance: 1637.7},
	} {
		if best[key] != want {
			t.Errorf("%v: %v", key, best[key])
		}
	}
}

func TestPublicSolomonFiles(t *testing.T) {
	s, err := instance.ReadSolomon(data(t, "vrptw/solomon/R101.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "R101" || s.Fleet != 25 || s.Capacity != 200 || len(s.Nodes) != 101 || s.Nodes[1] != (instance.Node{41, 49, 10, 161, 171, 10}) {
		t.Errorf("%+v", s)
	}
}

func TestCity(t *testing.T) {
	sites, err := instance.ReadSites(data(t, "work-orders/nyc311-2022-05.csv"))
	if err != nil {
		t.Fatal(err)
	}
	a, b := instance.City(sites, instance.Day), instance.City(sites, instance.Day)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same town came out twice in different ways")
	}
	var crews, pins, promises, parts, due, windows int
	for _, v := range a.Visits {
		for _, has := range []struct {
			count *int
			yes   bool
		}{
			{&crews, len(v.Seats) > 1}, {&pins, v.Pin != nil}, {&promises, v.Promise != nil},
			{&parts, len(v.Parts) > 0}, {&due, v.Late > 0}, {&windows, len(v.Windows) > 0},
		} {
			if has.yes {
				*has.count++
			}
		}
	}
	for name, n := range map[string]int{
		"crews": crews, "pins": pins, "promises": promises, "parts": parts, "due times": due, "windows": windows, "links": len(a.Links),
	} {
		if n == 0 {
			t.Errorf("there are no %s", name)
		}
	}
	if len(a.Technicians) != 60 || len(a.Visits) != 600 {
		t.Errorf("%d technicians, %d visits", len(a.Technicians), len(a.Visits))
	}
}

func FuzzReadSolomon(f *testing.F) {
	f.Add([]byte(corner))
	f.Add([]byte("x\n1 1\n0 0 0 0 0 0 0\n1 1 1 1 1 1 1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := instance.ReadSolomon(bytes.NewReader(text))
		if err != nil || len(s.Nodes) > 50 || s.Fleet > 50 {
			return
		}
		p := s.Problem(instance.Vehicles)
		if len(p.Technicians) != s.Fleet || len(p.Visits) != len(s.Nodes)-1 {
			t.Errorf("%d vehicles and %d customers out of %+v", len(p.Technicians), len(p.Visits), s)
		}
	})
}

func FuzzReadBest(f *testing.F) {
	f.Add([]byte("instance,vehicles,distance,convention\r\nC101,10,827.3,dimacs_trunc1\r\nC1_2_1,,2698.6,dimacs_trunc1\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		best, err := instance.ReadBest(bytes.NewReader(text))
		for key, b := range best {
			if err == nil && !(b.Distance >= 0) {
				t.Errorf("%v: %v", key, b)
			}
		}
	})
}

func FuzzReadSites(f *testing.F) {
	f.Add([]byte("Latitude,Longitude\n40.8,-73.9\n,\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		sites, err := instance.ReadSites(bytes.NewReader(text))
		if err != nil || len(sites) == 0 {
			return
		}
		p := instance.City(sites, instance.Town{Technicians: 2, Visits: 5, Days: 1})
		for i := range 5 {
			if ticks := p.Travel.Ticks(0, solver.Place(i)); ticks < 0 || ticks > 30*86400 {
				t.Errorf("%d seconds on the way", ticks)
			}
		}
	})
}
