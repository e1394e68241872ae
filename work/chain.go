package work

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Chain is the tree, the prerequisites and the callbacks that a work order stands in:
// everything that can be reached from it by parents, parts and links, in either direction.
type Chain struct {
	// Nodes are in the order of the tree: each order is followed by its parts, and then by
	// those that go back to its work and are part of nothing else.
	Nodes []ChainNode `json:"nodes"`
	Edges []ChainEdge `json:"edges"`
}

// ChainNode is one order of a chain.
type ChainNode struct {
	WorkOrderRow
	Depth int `json:"depth"` // 0 for an order without a parent
	// Under is the order that it stands below, or none.
	Under store.ID `json:"under,omitempty"`
}

// ChainEdge is one prerequisite in a chain.
type ChainEdge struct {
	Order       store.ID `json:"order"`
	OrderNumber string   `json:"order_number"`
	After       store.ID `json:"after"`
	AfterNumber string   `json:"after_number"`
	Kind        Link     `json:"kind"`
	Lag         int      `json:"lag_minutes,omitempty"`
	Met         bool     `json:"met"`
	Why         string   `json:"why,omitempty"` // why it is not met
}

// ChainOf returns the chain of an order as it stands at an instant.
func ChainOf(r store.Reader, id store.ID, at time.Time) (*Chain, error) {
	orders, err := connected(r, id)
	if err != nil {
		return nil, err
	}
	parts := map[store.ID][]*WorkOrder{}
	for _, w := range orders {
		parts[w.under()] = append(parts[w.under()], w)
	}
	c := &Chain{}
	var walk func(parent store.ID, depth int)
	walk = func(parent store.ID, depth int) {
		slices.SortFunc(parts[parent], func(a, b *WorkOrder) int {
			return cmp.Or(cmp.Compare(len(b.Parent), len(a.Parent)), a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID))
		})
		for _, w := range parts[parent] {
			c.Nodes = append(c.Nodes, ChainNode{w.Row(), depth, parent})
			walk(w.ID, depth+1)
		}
	}
	walk("", 0)
	for _, n := range c.Nodes {
		w := orders[n.ID]
		for _, p := range w.After {
			b, err := p.blocker(r, w, at)
			if err != nil {
				return nil, err
			}
			e := ChainEdge{
				Order: w.ID, OrderNumber: w.Number, After: p.Order, AfterNumber: orders[p.Order].Number,
				Kind: p.Kind, Lag: p.Lag, Met: b == nil,
			}
			if b != nil {
				e.Why = b.Text
			}
			c.Edges = append(c.Edges, e)
		}
	}
	return c, nil
}

// under is the order that an order stands below in the tree of its chain.
func (w *WorkOrder) under() store.ID { return cmp.Or(w.Parent, w.CallbackOf) }

// Below lists a node and everything that stands below it.
func (c *Chain) Below(id store.ID) []store.ID {
	out := []store.ID{id}
	for i := 0; i < len(out); i++ {
		for _, n := range c.Nodes {
			goesBack := n.CallbackOf == out[i] || n.Parent == out[i]
			if goesBack && !slices.Contains(out, n.ID) {
				out = append(out, n.ID)
			}
		}
	}
	return out
}

// Original follows a node to the order whose work it goes back to in the end; one that
// goes back to nothing is its own.
func (c *Chain) Original(id store.ID) store.ID {
	for {
		i := slices.IndexFunc(c.Nodes, func(n ChainNode) bool { return n.ID == id })
		if i < 0 || c.Nodes[i].CallbackOf == "" {
			return id
		}
		id = c.Nodes[i].CallbackOf
	}
}

// connected collects what hangs together with an order.
func connected(r store.Reader, id store.ID) (map[store.ID]*WorkOrder, error) {
	found := map[store.ID]*WorkOrder{}
	todo := []store.ID{id}
	for len(todo) > 0 {
		id, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if found[id] != nil {
			continue
		}
		w, err := WorkOrders.Get(r, id)
		if err != nil {
			return nil, err
		}
		found[id] = w
		if w.Parent != "" {
			todo = append(todo, w.Parent)
		}
		if w.CallbackOf != "" {
			todo = append(todo, w.CallbackOf)
		}
		for _, p := range w.After {
			todo = append(todo, p.Order)
		}
		for _, index := range []string{"parent", "after", "callback_of"} {
			for other, err := range WorkOrders.IDs(r, index, store.K(id)) {
				if err != nil {
					return nil, err
				}
				todo = append(todo, other)
			}
		}
	}
	return found, nil
}

// point is the beginning or the end of an order's work. Points wait for one another: an
// end for its own beginning and for the ends of its parts, a beginning for the ends or
// the beginnings of the prerequisites. An order whose points wait for themselves can
// never be worked, so links and parents that would make one are refused.
type point struct {
	order store.ID
	end   bool
}

// wait is one step of that: why a point waits for the next one.
type wait struct {
	target point
	why    string // empty where it goes without saying
}

func waits(r store.Reader, p point) ([]wait, error) {
	w, ok, err := WorkOrders.Try(r, p.order)
	if err != nil || !ok {
		return nil, err
	}
	var out []wait
	if p.end {
		out = append(out, wait{target: point{order: w.ID}})
		for part, err := range WorkOrders.By(r, "parent", store.K(w.ID)) {
			if err != nil {
				return nil, err
			}
			out = append(out, wait{point{part.ID, true}, w.Number + " is completed after its part " + part.Number})
		}
		return out, nil
	}
	for _, after := range w.After {
		other, ok, err := WorkOrders.Try(r, after.Order)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		word := " is completed"
		if after.Kind == StartToStart {
			word = " has started"
		}
		out = append(out, wait{point{other.ID, after.Kind != StartToStart}, w.Number + " starts after " + other.Number + word})
	}
	return out, nil
}

// cycle finds a way from a point back to itself and returns its steps in words, or nil.
func cycle(r store.Reader, from point) ([]string, error) {
	seen := map[point]bool{}
	var steps []string
	var walk func(point) (bool, error)
	walk = func(p point) (bool, error) {
		next, err := waits(r, p)
		if err != nil {
			return false, err
		}
		for _, n := range next {
			if seen[n.target] {
				continue
			}
			seen[n.target] = true
			found := n.target == from
			if !found {
				if found, err = walk(n.target); err != nil {
					return false, err
				}
			}
			if found {
				if n.why != "" {
					steps = append(steps, n.why)
				}
				return true, nil
			}
		}
		return false, nil
	}
	found, err := walk(from)
	if err != nil || !found {
		return nil, err
	}
	slices.Reverse(steps)
	return steps, nil
}

// noCycle is the check that no order comes to wait for itself, however it is linked.
func noCycle(tx *store.Tx) error {
	changed, err := WorkOrders.Changed(tx, func(was, w *WorkOrder) bool {
		return w != nil && (w.Parent != "" || len(w.After) > 0) &&
			(was == nil || was.Parent != w.Parent || !slices.Equal(was.After, w.After))
	})
	if err != nil {
		return err
	}
	for _, ch := range changed {
		w := ch.After
		for _, p := range []point{{w.ID, false}, {w.ID, true}} {
			steps, err := cycle(tx, p)
			if err != nil {
				return err
			}
			if steps != nil {
				err := fault.Refusedf("%s would wait for itself: %s", w.Number, strings.Join(steps, ", ")).With("chain.cycle")
				if ch.Before == nil {
					return err.Hint("create it without --parent or without --after")
				}
				return err.Hint("callout wo chain %s", w.Number)
			}
		}
	}
	return nil
}
