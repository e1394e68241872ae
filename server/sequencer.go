package server

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// codeFull is the code of a refusal to queue any more.
const codeFull = "server.full"

// Limits of the queue of a shop: how many commands are taken for one transaction, and how many may wait.
const (
	batchCommands = 512
	queueCommands = 4096
)

// sequencer gives a shop's commands their one order. One goroutine has what is queued decided in one
// transaction, without waiting for more, and answers everybody when that is on the disk: the busier it
// is, the more of them share a sync.
type sequencer struct {
	do      doEach
	now     func() time.Time
	jobs    chan *job
	waiting atomic.Int64  // commands that are queued or being decided
	done    chan struct{} // closed when the goroutine has ended
	stop    chan struct{} // closed when nothing is queued any more

	mu      sync.RWMutex
	stopped bool

	committed func(n int, took time.Duration) // hears of each transaction; may be nil
	landed    func()                          // is called when the journal may have grown; may be nil
}

// doEach is the store's way to decide commands that come bit by bit ([store.Store.DoEach]).
type doEach func(ctx context.Context, more func() []store.Intent, settled func([]store.Receipt)) error

// job is what one request wants done, in its order.
type job struct {
	intents []store.Intent
	recs    []store.Receipt
	err     error
	done    chan struct{}
}

func newSequencer(do doEach, now func() time.Time) *sequencer {
	return &sequencer{do: do, now: now, jobs: make(chan *job, queueCommands), done: make(chan struct{}), stop: make(chan struct{})}
}

// submit queues intents, which have their command ids, and waits for their receipts: one each, or an
// error about the store. What was queued is decided even if the caller goes away.
func (q *sequencer) submit(ctx context.Context, intents []store.Intent) ([]store.Receipt, error) {
	if len(intents) == 0 {
		return nil, nil
	}
	n := int64(len(intents))
	if q.waiting.Add(n) > queueCommands {
		q.waiting.Add(-n)
		return nil, fault.Busyf("%d commands are waiting already", queueCommands).With(codeFull).Hint("try again in a second")
	}
	j := &job{intents: intents, done: make(chan struct{})}
	if !q.enqueue(j) {
		q.waiting.Add(-n)
		return nil, fault.Busyf("the server is going down").With("server.stopping")
	}
	select {
	case <-j.done:
		return j.recs, j.err
	case <-ctx.Done():
		return nil, fault.Unknownf("nobody waited for the outcome").With("store.unknown").Because(ctx.Err())
	}
}

// enqueue puts a job into the queue, unless that was closed. There is room: a job has at least one command.
func (q *sequencer) enqueue(j *job) bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if !q.stopped {
		q.jobs <- j
	}
	return !q.stopped
}

// run decides until close is called, and then what is left.
func (q *sequencer) run() {
	defer close(q.done)
	for {
		select {
		case j := <-q.jobs:
			q.decide(j)
		case <-q.stop:
			for {
				select {
				case j := <-q.jobs:
					q.decide(j)
				default:
					return
				}
			}
		}
	}
}

// close takes nothing more, and returns when everything that was queued is answered.
func (q *sequencer) close() {
	q.mu.Lock()
	first := !q.stopped
	q.stopped = true
	q.mu.Unlock()
	if first {
		close(q.stop)
	}
	<-q.done
}
