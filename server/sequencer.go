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

// Limits of the queue of a shop: how many commands one transaction carries, and how many may wait.
const (
	batchCommands = 512
	queueCommands = 4096
)

// sequencer gives a shop's commands their one order. One goroutine takes what is queued into one
// transaction, without waiting for more, and answers everybody when that is on the disk: the busier it
// is, the more of them share a sync.
type sequencer struct {
	do      func(context.Context, ...store.Intent) ([]store.Receipt, error)
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

// job is what one request wants done, in its order.
type job struct {
	intents []store.Intent
	recs    []store.Receipt
	err     error
	done    chan struct{}
}

func newSequencer(do func(context.Context, ...store.Intent) ([]store.Receipt, error), now func() time.Time) *sequencer {
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
			q.decide(q.gather(j))
		case <-q.stop:
			for {
				select {
				case j := <-q.jobs:
					q.decide(q.gather(j))
				default:
					return
				}
			}
		}
	}
}

// gather takes what else is queued, as far as it fits into one transaction.
func (q *sequencer) gather(first *job) []*job {
	batch := []*job{first}
	n := len(first.intents)
	for n < batchCommands {
		select {
		case j := <-q.jobs:
			batch = append(batch, j)
			n += len(j.intents)
		default:
			return batch
		}
	}
	return batch
}

// attempts is how often a transaction is tried whose outcome nobody knows. Its commands have the same
// ids each time, and take effect once.
const attempts = 5

// decide runs the jobs as one sequence of commands, and answers them. Where a command turns out to be
// broken, each job is tried by itself, so that it breaks nobody else's.
func (q *sequencer) decide(batch []*job) {
	var intents []store.Intent
	for _, j := range batch {
		intents = append(intents, j.intents...)
	}
	recs, err := q.attempt(intents)
	at := 0
	for _, j := range batch {
		end := at + len(j.intents)
		switch {
		case end <= len(recs):
			j.recs = recs[at:end]
		case len(batch) > 1 && fault.Is(err, fault.Internal):
			j.recs, j.err = q.attempt(j.intents)
		default:
			j.recs, j.err = recs[min(at, len(recs)):], err
		}
		at = end
		q.waiting.Add(-int64(len(j.intents)))
		close(j.done)
	}
	if q.landed != nil {
		q.landed()
	}
}

// attempt decides intents, again where it is not known what has become of them.
func (q *sequencer) attempt(intents []store.Intent) (recs []store.Receipt, err error) {
	for try := range attempts {
		time.Sleep(time.Duration(try) * 50 * time.Millisecond)
		began := q.now()
		var more []store.Receipt
		more, err = q.guarded(intents[len(recs):])
		recs = append(recs, more...)
		if q.committed != nil {
			q.committed(len(more), q.now().Sub(began))
		}
		if err == nil || !fault.Is(err, fault.Unknown) && !fault.Is(err, fault.Busy) {
			break
		}
	}
	return recs, err
}

// guarded turns a panic into an error: the queue must go on.
func (q *sequencer) guarded(intents []store.Intent) (recs []store.Receipt, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internalf("a command broke off: %v", p).With("command.panic")
		}
	}()
	return q.do(context.Background(), intents...)
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
