package solver

// Plan is what a search found. Every technician's tours are listed, also the empty ones.
type Plan struct {
	Tours   []Tour
	LeftOut []string // visits without a place, ascending
	Terms   Terms
}

// Tour is what one technician does on one shift.
type Tour struct {
	Technician string
	Shift      int // index into the technician's shifts, by their order in time
	Stops      []Stop
	End        int // when the tour is over, the way back included; the shift's beginning if it is empty
}

// Stop is one seat of a visit on a tour.
type Stop struct {
	Visit string
	Seat  int
	Start int // of the work, after travel, break and waiting
	End   int
}

// Terms are the costs of a plan by their names, in points.
type Terms struct {
	LeftOut    int64 // prizes of the visits without a place
	Late       int64 // every tick after a due time at its cost, each seat for itself
	MaxLate    int64 // the latest start of all
	Travel     int64
	Labour     int64 // work and travel at the technicians' rates, and the shifts in use
	Overtime   int64
	Preference int64
	Disruption int64 // promises that were gone back on
	// Fairness is, over all technicians, the square of the time that they work, in units of
	// [Weights.FairUnit]: evening out work between two of them makes it smaller.
	Fairness int64
}

// Total is the sum of the terms: what the search makes small.
func (t Terms) Total() int64 {
	return t.LeftOut + t.Late + t.MaxLate + t.Travel + t.Labour + t.Overtime + t.Preference + t.Disruption + t.Fairness
}
