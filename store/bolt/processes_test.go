package bolt

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

const writers = 8

// TestContention has a board that polls and eight writers, once as goroutines with an
// engine each and once as processes. Nobody may fail, nothing acknowledged may be
// missing, and nobody may be left behind.
func TestContention(t *testing.T) {
	t.Run("goroutines", func(t *testing.T) {
		e := fresh(t)
		var ready sync.WaitGroup
		ready.Add(writers)
		contend(t, e, func(worker, each int) ([]int, error) {
			mine := openAt(t, e.path, Options{Create: true})
			ready.Done()
			ready.Wait()
			var acks []int
			for range each {
				n, err := appendEntry(mine, worker)
				if err != nil {
					return acks, err
				}
				acks = append(acks, int(n))
			}
			return acks, nil
		})
	})
	t.Run("processes", func(t *testing.T) {
		e := fresh(t)
		var children []*process
		each := budget(30, 500)
		for w := range writers {
			children = append(children, start(t, "commit", "FILE="+e.path,
				fmt.Sprint("WORKER=", w), fmt.Sprint("COUNT=", each)))
		}
		for _, p := range children {
			p.expect(t, "ready")
		}
		contend(t, e, func(worker, _ int) ([]int, error) {
			children[worker].release()
			acks, failure := children[worker].rest()
			if failure != "" {
				return acks, fmt.Errorf("process: %s", failure)
			}
			return acks, nil
		})
	})
}

func contend(t *testing.T, e *Engine, work func(worker, each int) ([]int, error)) {
	each := budget(30, 500)
	stop := make(chan struct{})
	var board, all sync.WaitGroup
	polls := 0
	board.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
			if _, err := checkFile(e); err != nil {
				t.Errorf("the board: %v", err)
				return
			}
			polls++
		}
	})
	acks := make([][]int, writers)
	for w := range writers {
		all.Go(func() {
			var err error
			if acks[w], err = work(w, each); err != nil {
				t.Errorf("writer %d: %v", w, err)
			}
		})
	}
	all.Wait()
	close(stop)
	board.Wait()

	workers, err := checkFile(e)
	if err != nil {
		t.Fatal(err)
	}
	if len(workers) != writers*each {
		t.Errorf("%d entries of %d commits", len(workers), writers*each)
	}
	mustHold(t, workers, acks)
	t.Logf("%d polls; when the first of %d writers had done its %d commits, the last had done %d",
		polls, writers, each, slowest(workers, each))
	if behind := slowest(workers, each); behind < each/10 {
		t.Errorf("a writer had done %d of %d commits when another had done all", behind, each)
	}
}

// mustHold fails the test unless every acknowledged entry is its writer's.
func mustHold(t *testing.T, workers []int, acks [][]int) {
	t.Helper()
	for w, mine := range acks {
		for _, n := range mine {
			if n > len(workers) || workers[n-1] != w {
				t.Fatalf("entry %d, acknowledged to writer %d, is not there", n, w)
			}
		}
	}
}

// slowest returns how far the last writer was when the first one was done.
func slowest(workers []int, each int) int {
	done := make([]int, writers)
	for _, w := range workers {
		if done[w]++; done[w] == each {
			break
		}
	}
	return slices.Min(done)
}

// TestKill kills processes in the middle of their commits. What they had been told was
// done must be there, nothing may be torn, and nobody may be locked out.
func TestKill(t *testing.T) {
	e := fresh(t)
	if _, err := appendEntry(e, 0); err != nil {
		t.Fatal(err)
	}
	before, total := 1, 0
	for round := range budget(12, 500) {
		var children []*process
		for w := range 3 {
			children = append(children, start(t, "commit", "FILE="+e.path, fmt.Sprint("WORKER=", w), "COMPACT=1"))
		}
		for _, p := range children {
			p.expect(t, "ready")
			p.release()
		}
		time.Sleep(rand.N(40 * time.Millisecond))
		acks := make([][]int, len(children))
		for _, p := range children {
			_ = p.cmd.Process.Kill()
		}
		acknowledged := 0
		for w, p := range children {
			var failure string
			if acks[w], failure = p.rest(); failure != "" {
				t.Errorf("round %d: writer %d: %s", round, w, failure)
			}
			acknowledged += len(acks[w])
		}
		workers, err := checkFile(e)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		mustHold(t, workers, acks)
		// Each of the killed may have been about to say so once more.
		if n := len(workers) - before; n < acknowledged || n > acknowledged+len(children) {
			t.Errorf("round %d: %d new entries, %d acknowledged", round, n, acknowledged)
		}
		before, total = len(workers), total+acknowledged
	}
	t.Logf("%d acknowledged commits", total)
}
