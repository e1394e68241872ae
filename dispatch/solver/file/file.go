package file

import (
	"fmt"
	"io"
	"time"

	"callout/dispatch/solver"
)

// Problem is what a file holds: a problem, and what its ticks mean, if the file says so.
type Problem struct {
	*solver.Problem
	Clock *Clock
}

// Clock says which instant tick zero is, and at which place people read it. A tick is a second.
type Clock struct {
	Zero time.Time
	Zone *time.Location
}

// At is the instant of a tick, on the clock of the place.
func (c *Clock) At(tick int) time.Time {
	return c.Zero.Add(time.Duration(tick) * time.Second).In(c.Zone)
}

// Read reads and checks a problem. What is wrong with it is named with its path.
func Read(r io.Reader) (*Problem, error) {
	d := &document{}
	if err := decode(r, d); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	out := &Problem{Problem: d.problem()}
	if d.Clock != nil {
		var err error
		if out.Clock, err = d.Clock.read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *clock) read() (*Clock, error) {
	zero, err := time.Parse(time.RFC3339, c.Zero)
	if err != nil {
		return nil, at("clock.zero", "%q is no instant like 2026-03-02T00:00:00Z", c.Zero)
	}
	// The empty name and "Local" would be whatever the machine thinks.
	zone, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "" || c.Zone == "Local" {
		return nil, at("clock.zone", "%q is no time zone like Europe/Vienna", c.Zone)
	}
	return &Clock{Zero: zero.UTC(), Zone: zone}, nil
}

// Write writes a problem down. It refuses one that could not be read again.
func Write(w io.Writer, p *Problem) error {
	d := stated(p)
	if err := d.check(); err != nil {
		return fmt.Errorf("the problem cannot be written down: %w", err)
	}
	return d.write(w)
}
