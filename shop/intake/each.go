package intake

import (
	"context"

	"callout/store"
)

// rowsAtOnce is how many rows are brought in while the store is held without a break, unless somebody waits
// for it: then it is fewer.
const rowsAtOnce = 8 * batchRows

// each brings rows in as they come, many to a transaction and each by itself.
func (in *intake) each(ctx context.Context) error {
	if err := in.discardStale(ctx, ""); err != nil {
		return err
	}
	for more := true; more; {
		l, err := in.wait(ctx)
		if err != nil {
			return err
		}
		in.tellOf(l)
		batch, err := in.sift(ctx, l.rows)
		if err != nil {
			return err
		}
		// Where rows are in already those that follow may be, too, and are looked at before the store is held for them.
		onward := l.more && len(batch) == len(l.rows)
		if more, err = in.bring(ctx, batch, l.more, onward); err != nil {
			return err
		}
		in.progress()
		if err := context.Cause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// bring brings a batch in, and goes onward with what was read meanwhile. It returns whether the file has more.
// Nothing is told while the store is held: whoever listens might wait for it.
func (in *intake) bring(ctx context.Context, batch []*pending, more, onward bool) (bool, error) {
	var doing []*pending
	var recs []store.Receipt
	var loads []load
	var failed error
	next := func() []store.Intent {
		if len(batch) == 0 && onward && more && len(doing) < rowsAtOnce {
			if l, ok := in.poll(); ok {
				batch, more, failed = l.rows, l.more && l.err == nil, l.err
				loads = append(loads, l)
			}
			if failed != nil {
				batch = nil
			}
		}
		out := in.intents(batch)
		doing, batch = append(doing, batch...), nil
		return out
	}
	for {
		err := in.s.DoEach(ctx, next, func(settled []store.Receipt) {
			for _, rec := range settled {
				rec.Changes = nil // nobody asks, and they are much
				recs = append(recs, rec)
			}
		})
		for _, l := range loads {
			in.tellOf(l)
		}
		batch = in.settle(doing[:len(recs)], recs)
		if err != nil {
			return more, err
		}
		if len(batch) == 0 {
			return more, failed
		}
		doing, recs, loads, onward = nil, nil, nil, false
	}
}

// poll returns the next load if it is read already.
func (in *intake) poll() (load, bool) {
	select {
	case l, ok := <-in.loads:
		return l, ok
	default:
		return load{}, false
	}
}
