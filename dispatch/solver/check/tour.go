package check

import "callout/dispatch/solver"

// checkTours walks every tour and returns who serves which visit.
func checkTours(b book, plan *solver.Plan, found *findings) map[string][]work {
	served := map[string][]work{}
	type key struct {
		technician string
		shift      int
	}
	listed := map[key]int{}
	for _, tour := range plan.Tours {
		t, ok := b.technicians[tour.Technician]
		if !ok || tour.Shift < 0 || tour.Shift >= len(t.Shifts) {
			found.add(Known, tour.Technician, "", "there is no shift %d of this technician", tour.Shift)
			continue
		}
		listed[key{t.ID, tour.Shift}]++
		stops, ok := knownStops(b, tour, found)
		for _, s := range stops {
			served[s.Visit] = append(served[s.Visit], work{t.ID, s.Seat, s.Start, s.End})
		}
		if ok {
			checkTour(b, t, t.Shifts[tour.Shift], tour, found)
		}
	}
	for _, t := range b.problem.Technicians {
		for i := range t.Shifts {
			if n := listed[key{t.ID, i}]; n != 1 {
				found.add(Tours, t.ID, "", "shift %d has %d tours", i, n)
			}
		}
	}
	return served
}

// knownStops are the stops whose visit and seat exist, and whether all do.
func knownStops(b book, tour solver.Tour, found *findings) ([]solver.Stop, bool) {
	var stops []solver.Stop
	for _, s := range tour.Stops {
		v, ok := b.visits[s.Visit]
		if !ok || s.Seat < 0 || s.Seat >= len(v.Seats) {
			found.add(Known, tour.Technician, s.Visit, "there is no seat %d of this visit", s.Seat)
			continue
		}
		stops = append(stops, s)
	}
	return stops, len(stops) == len(tour.Stops)
}

// checkTour holds one tour against its shift.
func checkTour(b book, t solver.Technician, shift solver.Shift, tour solver.Tour, found *findings) {
	if len(tour.Stops) == 0 {
		if tour.End != shift.From {
			found.add(TourEnd, t.ID, "", "the empty tour ends at %d, its shift begins at %d", tour.End, shift.From)
		}
		return
	}
	at, place, road, onTime := shift.From, shift.Start, 0, true
	for i, s := range tour.Stops {
		v := b.visits[s.Visit]
		way := b.way(place, v.Place)
		if s.Start < at+way {
			rule := Travel
			if i == 0 {
				rule = Shift
			}
			onTime = false
			found.add(rule, t.ID, v.ID, "starts at %d, but not free before %d and %d on the way", s.Start, at, way)
		}
		if need := duration(t, v, s.Seat); s.End != s.Start+need {
			found.add(Duration, t.ID, v.ID, "from %d to %d, but takes %d", s.Start, s.End, need)
		}
		at, place, road = s.End, v.Place, road+way
	}
	back := b.way(place, shift.End)
	road += back
	if shift.MaxTravel > 0 && road > shift.MaxTravel {
		found.add(Road, t.ID, "", "%d on the road in shift %d, at most %d", road, tour.Shift, shift.MaxTravel)
	}
	if onTime {
		checkEnd(b, t.ID, shift, tour, at+back, found)
	}
}

// checkEnd holds the end of a tour, whose stops can be reached, against its breaks and its shift. Without breaks it is over when it is home.
func checkEnd(b book, technician string, shift solver.Shift, tour solver.Tour, home int, found *findings) {
	end, fits := endWithBreaks(b, shift, tour)
	switch {
	case !fits:
		found.add(Breaks, technician, "", "the breaks of shift %d do not fit between its stops", tour.Shift)
		end = home
	case end > home && tour.End == home:
		found.add(Breaks, technician, "", "shift %d ends at %d, but a break is due before the way back, so at %d", tour.Shift, home, end)
	case tour.End != end:
		found.add(TourEnd, technician, "", "the tour of shift %d ends at %d, its stops and ways at %d", tour.Shift, tour.End, end)
	}
	if over := max(end, tour.End); over > shift.Until {
		found.add(Shift, technician, "", "the tour of shift %d ends at %d, the shift at %d", tour.Shift, over, shift.Until)
	}
}
