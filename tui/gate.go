package tui

import (
	"context"
	"sync"

	"callout/store"
)

// gate is the shop and the shell of a board that can be suspended. A process that was stopped in the middle of a reading
// would keep the store from everybody for as long as it sleeps: so nothing is under way while the gate is closed.
type gate struct {
	shop  Shop
	shell Shell

	way sync.RWMutex // held for reading by what is under way
	nap nap
}

// nap is a context that ends when the board is about to sleep, and is made anew when it is awake.
type nap struct {
	mu    sync.Mutex
	ctx   context.Context //nolint:containedctx // it is the state of the gate
	close context.CancelFunc
}

func newGate(shop Shop, shell Shell) *gate {
	g := &gate{shop: shop, shell: shell}
	g.nap.renew()
	return g
}

func (n *nap) renew() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ctx, n.close = context.WithCancel(context.Background()) //nolint:gosec // called when the gate is shut
}

func (n *nap) now() (context.Context, context.CancelFunc) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.ctx, n.close
}

// shut lets what is under way come to its end and nothing begin.
func (g *gate) shut() {
	_, wake := g.nap.now()
	wake()
	g.way.Lock()
}

// open lets everything go on.
func (g *gate) open() {
	g.nap.renew()
	g.way.Unlock()
}

// View implements Shop.
func (g *gate) View(ctx context.Context, fn func(r store.Reader) error) error {
	g.way.RLock()
	defer g.way.RUnlock()
	return g.shop.View(ctx, fn)
}

// History implements historian, which is asked within a View.
func (g *gate) History(r store.Reader, id store.ID) ([]*store.Entry, error) {
	if h, ok := g.shop.(historian); ok {
		return h.History(r, id)
	}
	return nil, nil
}

// Wait implements Shop. It goes on waiting after the board has slept.
func (g *gate) Wait(ctx context.Context, since uint64) (uint64, error) {
	for {
		n, slept, err := g.wait(ctx, since)
		if !slept || ctx.Err() != nil {
			return n, err
		}
	}
}

// wait waits until the board sleeps at the latest.
func (g *gate) wait(ctx context.Context, since uint64) (n uint64, slept bool, err error) {
	g.way.RLock()
	defer g.way.RUnlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	nap, _ := g.nap.now()
	defer context.AfterFunc(nap, cancel)()
	n, err = g.shop.Wait(ctx, since)
	return n, err != nil && nap.Err() != nil, err
}

// Run implements Shell.
func (g *gate) Run(ctx context.Context, line []string) Outcome {
	g.way.RLock()
	defer g.way.RUnlock()
	return g.shell.Run(ctx, line)
}

// Feed implements Shell.
func (g *gate) Feed(ctx context.Context, line []string, in string) Outcome {
	g.way.RLock()
	defer g.way.RUnlock()
	return g.shell.Feed(ctx, line, in)
}

// Complete implements Shell.
func (g *gate) Complete(ctx context.Context, line []string) []Candidate {
	g.way.RLock()
	defer g.way.RUnlock()
	return g.shell.Complete(ctx, line)
}
