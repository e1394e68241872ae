package bolt

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"callout/store"
)

const writers = 8

// TestContention has a board that polls and eight writers, once as goroutines with an
// engine each and once as processes. Nobody may fail, nothing acknowledged may be
// missing, and nobody may be left behind.
func TestContention(t *testing.T) {
	each := budget(30, 500)
	t.Run("goroutines", func(t *testing.T) {
		e := fresh(t)
		waiting := make(chan struct{}, writers)
		contend(t, e, each, func(int) {
			select {
			case <-waiting:
			case <-time.After(soon):
				t.Error("a writer does not come to wait")
			}
		}, func(worker int) ([]int, error) {
			var once sync.Once
			mine := openAt(t, e.path, Options{Create: true, OnWait: func(string, time.Duration) { once.Do(func() { waiting <- struct{}{} }) }})
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
		for w := range writers {
			children = append(children, start(t, "commit", "FILE="+e.path,
				fmt.Sprint("WORKER=", w), fmt.Sprint("COUNT=", each), "SAY_WAITING=1"))
		}
		for _, p := range children {
			p.expect(t, "ready")
		}
		var told [writers]sync.WaitGroup
		for w := range told {
			told[w].Add(1)
		}
		contend(t, e, each, func(worker int) {
			defer told[worker].Done()
			children[worker].release()
			children[worker].expect(t, "waiting")
		}, func(worker int) ([]int, error) {
			told[worker].Wait() // one reader at a time
			acks, failure := children[worker].rest()
			if failure != "" {
				return acks, fmt.Errorf("process: %s", failure)
			}
			return acks, nil
		})
	})
}

// contend lets the writers loose when all of them stand in the queue, which is kept shut until then: who came last to its start
// because the machine was busy was not left behind by the lock.
func contend(t *testing.T, e *Engine, each int, queued func(worker int), work func(worker int) ([]int, error)) {
	acks := make([][]int, writers)
	var all sync.WaitGroup
	err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
		for w := range writers {
			all.Go(func() {
				var err error
				if acks[w], err = work(w); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			})
		}
		for w := range writers {
			queued(w)
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var board sync.WaitGroup
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
	by := passed(workers)
	t.Logf("%d polls; the writer that was passed most was so by %d of %d commits", polls, by, (writers-1)*each)
	if 2*by > (writers-1)*each {
		t.Errorf("a writer was passed by %d of the %d commits of the others", by, (writers-1)*each)
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

// passed returns by how many commits the writer that fared worst was passed. While it waits for its next one, others who stand
// in the queue already come first, each once, and one that was about to may come a second time; whatever they
// commit beyond that has gone past. On a busy machine some of it goes past a writer that does not stand in the queue
// because its process does not run; but a lock that lets somebody in again at once lets all of it go past
// somebody.
func passed(workers []int) (most int) {
	for w := range writers {
		by, came := 0, make([]int, writers)
		for _, who := range workers {
			if who == w {
				came = make([]int, writers)
			} else if came[who]++; came[who] > 2 {
				by++
			}
		}
		// What comes after its last one went past nobody.
		for _, n := range came {
			by -= max(0, n-2)
		}
		most = max(most, by)
	}
	return most
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
