package file

import (
	"fmt"
	"slices"
)

// mostPoints is what a plan may cost at the very most, so that the search can add up every plan it looks at.
const mostPoints = 1 << 58

// costs refuses weights with which a plan could cost more than can be counted. It adds up the worst of every term, far
// above what any plan comes to, in floating point: some digits more or less do not matter here.
func (c *checker) costs() {
	if w := c.d.Weights; w.Travel < 0 || w.MaxLate < 0 || w.Fairness < 0 || w.FairUnit < 0 || w.FairUnit > maxTime {
		c.bad("weights", "none is below zero, and fair_unit not above %d", maxTime)
	}
	if c.wrong != nil {
		return
	}
	longest, last := c.longest(), -maxTime
	spans := make([]float64, len(c.d.Technicians)) // of work: all shifts of one, and a visit more
	all := 0.0
	for i, t := range c.d.Technicians {
		spans[i] = float64(longest.duration)
		for _, s := range t.Shifts {
			span := float64(s.Until - s.From)
			spans[i] += span
			last = max(last, s.Until)
			all += (float64(c.d.Weights.Travel)+float64(t.Rate))*(span+4*float64(longest.way)) + float64(t.Use)
			if s.Overtime != nil {
				all += float64(s.Overtime.Cost) * float64(max(0, s.Until-s.Overtime.From)+longest.duration)
			}
		}
		fair := float64(c.d.Weights.Fairness) * spans[i] * spans[i]
		if fair > mostPoints {
			c.bad("weights.fairness", "with it %q could cost more than can be counted", t.ID)
		}
		all += fair
	}
	rate := 0.0
	for _, t := range c.d.Technicians {
		rate = max(rate, float64(t.Rate))
	}
	latest := 0
	for _, v := range c.d.Visits {
		seats := float64(max(1, len(v.Seats)))
		all += float64(v.Prize) + seats*(float64(v.Preference)+rate*float64(longest.duration))
		if v.Due != nil {
			late := max(0, last-v.Due.At)
			latest = max(latest, late)
			all += seats * float64(v.Due.Late) * float64(late)
		}
		if v.Promise != nil {
			all += float64(v.Promise.WindowCost) + seats*float64(v.Promise.TechnicianCost)
		}
	}
	if all+float64(c.d.Weights.MaxLate)*float64(latest) > mostPoints {
		c.bad("weights", "the costs are so high that a plan could cost more than can be counted")
	}
}

// longest are the longest way and the longest work, whoever does it.
func (c *checker) longest() (most struct{ way, duration int }) {
	for _, row := range c.d.Travel.Matrix {
		most.way = max(most.way, slices.Max(row))
	}
	if c.d.Travel.GreatCircle != nil {
		most.way = maxTime
	}
	slowest := 100
	for _, t := range c.d.Technicians {
		slowest = max(slowest, t.Pace)
	}
	for i, v := range c.d.Visits {
		d := v.Duration
		for _, s := range v.Seats {
			d = max(d, s.Duration)
		}
		if d = d * slowest / 100; d > maxTime {
			c.bad(fmt.Sprintf("visits[%d].duration", i), "at the slowest pace it takes longer than %d", maxTime)
		}
		for _, own := range v.DurationBy {
			d = max(d, own)
		}
		most.duration = max(most.duration, d)
	}
	return most
}
