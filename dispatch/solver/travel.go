package solver

import "math"

// Place is a location, numbered by the [Travel] of the problem.
type Place int

// Nowhere is no place: a tour that begins or ends there has no way to its first or from its last visit.
const Nowhere Place = -1

// Travel tells how long the way between two places takes. A routing service, a matrix or
// the great circle can stand behind it; it is asked once for each pair, before the search.
type Travel interface {
	Ticks(from, to Place) int
}

// Even is a Travel that may say that every way is as long there as back, and is then asked half as often.
type Even interface {
	Even() bool
}

// Matrix is the travel of a table: row from, column to. It need not be symmetric.
type Matrix [][]int

// Ticks implements [Travel].
func (m Matrix) Ticks(from, to Place) int { return m[from][to] }

// GreatCircle is travel over the great circle times a road factor at a speed, in whole seconds.
type GreatCircle struct {
	Points []LatLon
	Factor float64 // how much longer the road is; 1.3 is usual for towns
	Speed  float64 // kilometres an hour
}

// Even implements [Even].
func (g GreatCircle) Even() bool { return true }

// LatLon is a position in WGS 84 degrees.
type LatLon struct{ Lat, Lon float64 }

// earth is the mean radius in metres (IUGG).
const earth = 6371008.8

// Ticks implements [Travel].
func (g GreatCircle) Ticks(from, to Place) int {
	metres := g.Points[from].Metres(g.Points[to])
	return int(math.Ceil(float64(metres*g.Factor) * 3.6 / g.Speed))
}

// Metres is the great-circle distance, by the haversine formula. The conversions keep a
// machine from fusing operations, so that every machine gets the same.
func (p LatLon) Metres(o LatLon) float64 {
	rad := func(d float64) float64 { return float64(d * math.Pi / 180) }
	sinLat, sinLon := math.Sin(rad(o.Lat-p.Lat)/2), math.Sin(rad(o.Lon-p.Lon)/2)
	h := float64(sinLat*sinLat) + float64(float64(math.Cos(rad(p.Lat))*math.Cos(rad(o.Lat)))*float64(sinLon*sinLon))
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}
