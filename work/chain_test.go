package work_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"pgregory.net/rapid"
)

func after(kind work.Link, lag time.Duration, orders ...store.ID) func(*work.CreateWorkOrder) {
	return func(c *work.CreateWorkOrder) {
		for _, id := range orders {
			c.After = append(c.After, work.Prerequisite{Order: id, Kind: kind, Lag: int(lag / time.Minute)})
		}
	}
}

func under(parent store.ID) func(*work.CreateWorkOrder) {
	return func(c *work.CreateWorkOrder) { c.Parent = parent }
}

func TestPrerequisites(t *testing.T) {
	const hour = time.Hour
	for name, c := range storetest.InOrder(map[string]struct {
		kind work.Link
		lag  time.Duration
		way  []work.Action // of the prerequisite
		wait time.Duration // after the last step of it
		want string        // code of the blocker, or "" for none
	}{
		"finish: new":             {work.FinishToStart, 0, nil, 0, "prerequisite.open"},
		"finish: started":         {work.FinishToStart, 0, []work.Action{work.Start}, 0, "prerequisite.open"},
		"finish: completed":       {work.FinishToStart, 0, []work.Action{work.Complete}, 0, ""},
		"finish: closed":          {work.FinishToStart, 0, []work.Action{work.Complete, work.Close}, 0, ""},
		"finish: canceled":        {work.FinishToStart, 0, []work.Action{work.Cancel}, 0, "prerequisite.canceled"},
		"finish: reopened":        {work.FinishToStart, 0, []work.Action{work.Complete, work.Reopen}, 0, "prerequisite.open"},
		"finish: lag not over":    {work.FinishToStart, 2 * hour, []work.Action{work.Complete}, 2*hour - time.Minute, "prerequisite.lag"},
		"finish: lag just over":   {work.FinishToStart, 2 * hour, []work.Action{work.Complete}, 2 * hour, ""},
		"start: new":              {work.StartToStart, 0, nil, 0, "prerequisite.open"},
		"start: started":          {work.StartToStart, 0, []work.Action{work.Start}, 0, ""},
		"start: on hold since":    {work.StartToStart, 0, []work.Action{work.Start, work.PutOnHold}, 0, ""},
		"start: lag not over":     {work.StartToStart, hour, []work.Action{work.Start}, 59 * time.Minute, "prerequisite.lag"},
		"start: lag over":         {work.StartToStart, hour, []work.Action{work.Start}, hour, ""},
		"start: done in one step": {work.StartToStart, 0, []work.Action{work.Complete}, 0, ""},
		"start: canceled":         {work.StartToStart, 0, []work.Action{work.Cancel}, 0, "prerequisite.canceled"},
	}) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			first := b.order("Deliver")
			second := b.order("Install", after(c.kind, c.lag, first))
			for _, a := range c.way {
				if err := act(b, first, a); err != nil {
					t.Fatal(err)
				}
			}
			b.later(c.wait)
			var found []work.Blocker
			b.view(func(r store.Reader) (err error) {
				w, err := work.WorkOrders.Get(r, second)
				if err != nil {
					return err
				}
				found, err = work.StartBlockers(r, w, b.now)
				return err
			})
			var codes []string
			for _, bl := range found {
				codes = append(codes, bl.Code)
				if !strings.Contains(bl.Text, "WO-1001") {
					t.Errorf("%q does not name the prerequisite", bl.Text)
				}
			}
			if got := strings.Join(codes, ","); got != c.want {
				t.Fatalf("blocked by %q, want %q", got, c.want)
			}
			if c.want == "" {
				b.do(&work.StartWorkOrder{ID: second})
				return
			}
			b.refused("work_order.blocked", &work.StartWorkOrder{ID: second})
			b.refused("work_order.blocked", &work.CompleteWorkOrder{ID: second, Outcome: work.Done})
		})
	}
}

func TestFailedPrerequisiteIsDecidedByUnlinking(t *testing.T) {
	b := newBench(t)
	first := b.order("Deliver")
	second := b.order("Install", after(work.FinishToStart, 0, first))
	b.do(&work.CompleteWorkOrder{ID: first, Outcome: work.CannotComplete}, "nobody there")
	err := b.refused("work_order.blocked", &work.StartWorkOrder{ID: second})
	if !slices.Contains(err.Hints, "callout wo unlink WO-1002 --after WO-1001") {
		t.Errorf("hints %q", err.Hints)
	}
	b.do(&work.UnlinkWorkOrder{ID: second, After: first})
	b.do(&work.StartWorkOrder{ID: second})
	b.refused("link.begun", &work.LinkWorkOrder{ID: second, After: work.Prerequisite{Order: first}})
}

func TestCycleIsNamed(t *testing.T) {
	b := newBench(t)
	one := b.order("One")
	two := b.order("Two", under(one))
	three := b.order("Three", after(work.FinishToStart, 0, two))
	err := b.refused("chain.cycle", &work.LinkWorkOrder{ID: two, After: work.Prerequisite{Order: three}})
	for _, step := range []string{"WO-1002 starts after WO-1003 is completed", "WO-1003 starts after WO-1002 is completed"} {
		if !strings.Contains(err.Msg, step) {
			t.Errorf("%q does not say %q", err.Msg, step)
		}
	}
	// A part cannot wait for the end of what it is a part of, but for its beginning it can.
	err = b.refused("chain.cycle", &work.LinkWorkOrder{ID: two, After: work.Prerequisite{Order: one}})
	if !strings.Contains(err.Msg, "WO-1001 is completed after its part WO-1002") {
		t.Errorf("%q does not name the part", err.Msg)
	}
	b.do(&work.LinkWorkOrder{ID: two, After: work.Prerequisite{Order: one, Kind: work.StartToStart}})
	b.refused("chain.cycle", &work.EditWorkOrder{ID: one, Parent: &two})
	b.refused("chain.cycle", &work.EditWorkOrder{ID: one, Parent: &one})
	b.sound()
}

// Whatever is linked to whatever, an order never comes to wait for itself, and nothing
// else is refused: the rule is compared with a closure over all pairs of points.
func TestNoCycles(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		b.t = t
		n := rapid.IntRange(2, 6).Draw(t, "orders")
		var ids []store.ID
		for i := range n {
			ids = append(ids, b.order(fmt.Sprintf("Order %d", i)))
		}
		// Point 2i is the start of order i, 2i+1 its end.
		waits := map[[2]int]bool{}
		for i := range n {
			waits[[2]int{2*i + 1, 2 * i}] = true
		}
		link := map[[2]int]int{} // by order pair, the point that it waits for
		parent := map[int]int{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			x, y := rapid.IntRange(0, n-1).Draw(t, "x"), rapid.IntRange(0, n-1).Draw(t, "y")
			next := map[[2]int]bool{}
			for e := range waits {
				next[e] = true
			}
			var cmd store.Command
			asParent := rapid.Bool().Draw(t, "parent")
			start := rapid.Bool().Draw(t, "start")
			to := 2*y + 1
			if asParent {
				if p, ok := parent[x]; ok {
					delete(next, [2]int{2*p + 1, 2*x + 1})
				}
				next[[2]int{to, 2*x + 1}] = true
				cmd = &work.EditWorkOrder{ID: ids[x], Parent: &ids[y]}
			} else {
				kind := work.FinishToStart
				if start {
					to, kind = 2*y, work.StartToStart
				}
				if old, ok := link[[2]int{x, y}]; ok {
					delete(next, [2]int{2 * x, old})
				}
				next[[2]int{2 * x, to}] = true
				cmd = &work.LinkWorkOrder{ID: ids[x], After: work.Prerequisite{Order: ids[y], Kind: kind}}
			}
			_, err := b.run(cmd, "")
			if bad := cyclic(next, 2*n); bad != (fault.CodeOf(err) == "chain.cycle") || !bad && err != nil {
				t.Fatalf("cycle %v, but %v", bad, err)
			}
			if err != nil {
				continue
			}
			waits = next
			if asParent {
				parent[x] = y
			} else {
				link[[2]int{x, y}] = to
			}
		}
	})
	b.t = t
	b.sound()
}

// cyclic closes a relation over n points and reports whether one reaches itself.
func cyclic(edges map[[2]int]bool, n int) bool {
	reach := map[[2]int]bool{}
	for e := range edges {
		reach[e] = true
	}
	for k := range n {
		for i := range n {
			for j := range n {
				if reach[[2]int{i, k}] && reach[[2]int{k, j}] {
					reach[[2]int{i, j}] = true
				}
			}
		}
	}
	for i := range n {
		if reach[[2]int{i, i}] {
			return true
		}
	}
	return false
}

func TestChainTellsTheWholeStory(t *testing.T) {
	b := newBench(t)
	parent := b.later(time.Minute).order("Line")
	first := b.later(time.Minute).order("Deliver", under(parent))
	b.later(time.Minute).order("Install", under(parent), after(work.FinishToStart, 2*time.Hour, first))
	outside := b.later(time.Minute).order("Train", after(work.StartToStart, 0, parent))
	b.later(time.Minute).order("Unrelated")
	b.do(&work.StartWorkOrder{ID: parent})
	var c *work.Chain
	b.view(func(r store.Reader) (err error) {
		c, err = work.ChainOf(r, outside, b.now)
		return err
	})
	var nodes, edges []string
	for _, n := range c.Nodes {
		nodes = append(nodes, fmt.Sprintf("%d %s %s", n.Depth, n.Number, n.Status))
	}
	for _, e := range c.Edges {
		edges = append(edges, fmt.Sprintf("%s %s %s %d %v", e.OrderNumber, e.Kind, e.AfterNumber, e.Lag, e.Met))
	}
	wantNodes := []string{"0 WO-1001 in-progress", "1 WO-1002 new", "1 WO-1003 new", "0 WO-1004 new"}
	wantEdges := []string{"WO-1003 finish-to-start WO-1002 120 false", "WO-1004 start-to-start WO-1001 0 true"}
	if !slices.Equal(nodes, wantNodes) || !slices.Equal(edges, wantEdges) {
		t.Errorf("nodes %q\nedges %q", nodes, edges)
	}
}

func TestParentWaitsForItsParts(t *testing.T) {
	b := newBench(t)
	parent := b.order("Line")
	part := b.order("Deliver", under(parent))
	complete := &work.CompleteWorkOrder{ID: parent, Outcome: work.Done}
	if err := b.refused("work_order.blocked", complete); !slices.Contains(err.Hints, "callout wo why WO-1002") {
		t.Errorf("hints %q", err.Hints)
	}
	b.do(&work.CompleteWorkOrder{ID: part, Outcome: work.Done})
	b.do(complete)
	b.refused("work_order.done", &work.ReopenWorkOrder{ID: part}, "it leaks")
	b.refused("work_order.completed", &work.CreateWorkOrder{Customer: b.customer, Site: b.site, Title: "x", Parent: parent})
}
