package calendar

import "time"

// BetweenExcept returns the working time from a to b that lies in none of the pauses. Only
// what a pause has in common with working time counts: one over night pauses nothing.
// Pauses may overlap and come in any order.
func (w WorkingTime) BetweenExcept(a, b time.Time, pauses []Interval) time.Duration {
	return Total(Subtract(w.Intervals(a, b), pauses))
}

// AddExcept returns the instant at which d of working time outside the pauses has passed
// since start. It is [WorkingTime.Add] for a clock that was stopped now and then.
func (w WorkingTime) AddExcept(start time.Time, d time.Duration, pauses []Interval) (time.Time, error) {
	end, err := w.Add(start, d)
	// Each round adds what was paused until the end of the last one. It never goes beyond the
	// answer, and each round but the last takes in more of some pause, so it ends.
	for err == nil {
		paused := Total(Intersect(w.Intervals(start, end), pauses))
		next, later := w.Add(start, d+paused)
		if later == nil && next.Equal(end) {
			return end, nil
		}
		end, err = next, later
	}
	return end, err
}
