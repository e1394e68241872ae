package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/dispatch"
	"callout/store"
)

// breath is how long the board waits before it asks what stands against the visits of a day: what was read is drawn
// first.
const breath = 50 * time.Millisecond

// ask asks for each visit that has not begun what stands against it. That takes longer than reading the day, so one day
// is asked about at a time: while scripts write without a pause, the last one that was read is the next.
func (b *board) ask() tea.Cmd {
	if b.asking || b.standing == nil {
		return nil
	}
	d := b.standing
	b.standing, b.asking = nil, true
	shop, ctx := b.m.opts.Shop, b.m.ctx
	pause := breath
	if b.m.opts.Driven {
		pause = 0
	}
	return b.m.later(func() func() tea.Cmd {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		var found map[store.ID][]dispatch.Conflict
		err := shop.View(ctx, func(r store.Reader) (err error) {
			found, err = conflictsOf(r, d)
			return err
		})
		return func() tea.Cmd {
			b.asking = false
			if err != nil {
				b.m.complain(Outcome{Error: err.Error()})
			}
			for id, list := range found {
				if v := d.Visits[id]; v != nil {
					v.Against = list
				}
			}
			return b.ask()
		}
	})
}

// conflictsOf finds what stands against the visits of a day that have not begun, less what somebody accepted.
func conflictsOf(r store.Reader, d *Day) (map[store.ID][]dispatch.Conflict, error) {
	out := map[store.ID][]dispatch.Conflict{}
	for id, v := range d.Visits {
		if v.Status != dispatch.Scheduled && v.Status != dispatch.Dispatched {
			continue
		}
		a, ok, err := dispatch.Appointments.Try(r, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if out[id], err = dispatch.Unaccepted(r, a); err != nil {
			return nil, err
		}
	}
	return out, nil
}
