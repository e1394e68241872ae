package instance

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"callout/dispatch/solver"
)

// Town says how large a city to make up.
type Town struct {
	Seed                      uint64
	Technicians, Visits, Days int
}

// The two cities of the benchmarks: one day of a large branch, and the week of a company.
var (
	Day  = Town{Seed: 1, Technicians: 60, Visits: 600, Days: 1}
	Week = Town{Seed: 1, Technicians: 200, Visits: 3000, Days: 5}
)

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// trades are the skills of the city.
var trades = []string{"cooling", "electric", "gas", "plumbing", "roof"}

// ReadSites reads the positions of a file with the columns Latitude and Longitude; rows without one are passed over.
func ReadSites(r io.Reader) ([]solver.LatLon, error) {
	rows := csv.NewReader(r)
	head, err := rows.Read()
	if err != nil {
		return nil, err
	}
	lat, lon := slices.Index(head, "Latitude"), slices.Index(head, "Longitude")
	if lat < 0 || lon < 0 {
		return nil, fmt.Errorf("there are no columns Latitude and Longitude")
	}
	var sites []solver.LatLon
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return sites, nil
		}
		if err != nil {
			return nil, err
		}
		at, errLat := strconv.ParseFloat(row[lat], 64)
		on, errLon := strconv.ParseFloat(row[lon], 64)
		if errLat == nil && errLon == nil && at >= -90 && at <= 90 && on >= -180 && on <= 180 {
			sites = append(sites, solver.LatLon{Lat: at, Lon: on})
		}
	}
}

// City makes up the work of a service company at real addresses. The same sites and town give the same problem. A tick is a
// second and time 0 midnight before the first day; a point is about what a second of a technician costs.
//
// Assumed are: roads 1.3 times the great circle at 30 km/h; shifts from 7, 8 or 9 o'clock for eight and a half hours, and an hour and
// a half of overtime at one and a half times the cost; half an hour of lunch that begins between 11:30 and 13:30; tours from
// home to home; two or three trades in five a technician, at levels 1 to 3; 15 to 60 minutes of work a visit. Of the visits 40 % have a due
// time and one of three priorities, 35 % windows of two or four hours, 5 % need two people, 6 % follow another visit at the same
// place and have no due time, 3 % are pinned to a technician, 10 % have a promised window and 20 % need a part from the truck.
func City(sites []solver.LatLon, town Town) *solver.Problem {
	m := &maker{state: town.Seed, sites: sites, town: town}
	for i := range town.Technicians {
		m.addTechnician(i)
	}
	for i := range town.Visits {
		m.addVisit(i)
	}
	m.problem.Travel = solver.GreatCircle{Points: m.points, Factor: 1.3, Speed: 30}
	m.problem.Weights = solver.Weights{Travel: 1, Fairness: 50, FairUnit: hour}
	return &m.problem
}

// maker makes up one city.
type maker struct {
	state   uint64 // of the chance, which must be the same everywhere and for ever
	sites   []solver.LatLon
	town    Town
	points  []solver.LatLon
	problem solver.Problem
}

// below draws a number from 0 to n-1 (SplitMix64: Steele, Lea and Flood, OOPSLA 2014). That some numbers come up a hair more often than others
// does not matter here.
func (m *maker) below(n int) int {
	m.state += 0x9E3779B97F4A7C15
	z := m.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int((z ^ z>>31) % uint64(n))
}

// in says yes in so many of a hundred cases.
func (m *maker) in(percent int) bool { return m.below(100) < percent }

// pick draws one of some values.
func pick[T any](m *maker, values ...T) T { return values[m.below(len(values))] }

// place is a site, up to some 300 metres off, so that sites that are drawn twice are neighbours.
func (m *maker) place() solver.Place {
	at := m.sites[m.below(len(m.sites))]
	at.Lat += float64(m.below(601)-300) / 111_000
	at.Lon += float64(m.below(601)-300) / 84_000
	m.points = append(m.points, at)
	return solver.Place(len(m.points) - 1)
}

func (m *maker) addTechnician(i int) {
	t := solver.Technician{ID: fmt.Sprintf("t%03d", i), Skills: map[string]int{}, Stock: map[string]int{}, Rate: 1}
	t.Pace = pick(m, 0, 0, 0, 90, 110, 120)
	first := m.below(len(trades))
	for k := range 2 + m.below(2) {
		t.Skills[trades[(first+k)%len(trades)]] = 1 + m.below(3)
	}
	for part := range 6 {
		t.Stock[fmt.Sprintf("part-%d", part)] = m.town.Days * (2 + m.below(3))
	}
	home, from := m.place(), pick(m, 7, 8, 9)*hour
	for d := range m.town.Days {
		begin := d*day + from
		t.Shifts = append(t.Shifts, solver.Shift{
			From: begin, Until: begin + 10*hour, Start: home, End: home,
			OvertimeFrom: begin + 8*hour + 30*minute, Overtime: 1,
			Breaks: []solver.Break{{From: d*day + 11*hour + 30*minute, To: d*day + 13*hour + 30*minute, Duration: 30 * minute}},
		})
	}
	m.problem.Technicians = append(m.problem.Technicians, t)
}
