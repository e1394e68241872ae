package server

import (
	"context"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// attempts is how often a transaction is tried whose outcome nobody knows. Its commands have the same
// ids each time, and take effect once.
const attempts = 5

// round is what the goroutine has taken from the queue and not answered yet. The store asks for more of it when its
// turn has come, so that what was queued while it waited for others is decided, too.
type round struct {
	q      *sequencer
	jobs   []*job // in order; the first may have some of its receipts
	open   int    // their commands that are not settled
	handed int    // how many of these the store has been given
	done   int    // commands that were settled
	alone  bool   // nothing else is taken
	began  time.Time
}

// decide has a job decided, and what is queued behind it. Where a command turns out to be
// broken, each job is tried by itself, so that it breaks nobody else's.
func (q *sequencer) decide(first *job) {
	r := &round{q: q}
	r.take(first)
	err := r.insist()
	if len(r.jobs) > 1 && fault.Is(err, fault.Internal) {
		for _, j := range r.jobs {
			r := &round{q: q, alone: true}
			r.take(j)
			r.give(r.insist())
		}
		return
	}
	r.give(err)
}

// insist has the store decide until nothing is left, again where it is not known what has become of a
// transaction.
func (r *round) insist() (err error) {
	for try := 0; try < attempts; try++ {
		time.Sleep(time.Duration(try) * 50 * time.Millisecond)
		before := r.done
		r.handed, r.began = 0, r.q.now()
		err = r.guarded()
		if err == nil || !fault.Is(err, fault.Unknown) && !fault.Is(err, fault.Busy) {
			break
		}
		if r.done > before {
			try = 0
		}
	}
	return err
}

// guarded turns a panic into an error: the queue must go on.
func (r *round) guarded() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internalf("a command broke off: %v", p).With("command.panic")
		}
	}()
	return r.q.do(context.Background(), r.more, r.settled)
}

func (r *round) take(j *job) {
	r.jobs = append(r.jobs, j)
	r.open += len(j.intents)
}

// more hands over what the store has not been given yet, and takes what else is queued, as far as it fits into one
// transaction.
func (r *round) more() (out []store.Intent) {
	for room := !r.alone; room && r.open < batchCommands; {
		select {
		case j := <-r.q.jobs:
			r.take(j)
		default:
			room = false
		}
	}
	skip := r.handed
	for _, j := range r.jobs {
		rest := j.intents[len(j.recs):]
		n := min(skip, len(rest))
		out, skip = append(out, rest[n:]...), skip-n
	}
	r.handed = r.open
	return out
}

// settled answers those all of whose commands are durable now.
func (r *round) settled(recs []store.Receipt) {
	now := r.q.now()
	if r.q.committed != nil {
		r.q.committed(len(recs), now.Sub(r.began))
	}
	r.began = now
	r.open, r.handed, r.done = r.open-len(recs), r.handed-len(recs), r.done+len(recs)
	r.q.waiting.Add(-int64(len(recs)))
	for len(recs) > 0 {
		j := r.jobs[0]
		n := min(len(recs), len(j.intents)-len(j.recs))
		j.recs, recs = append(j.recs, recs[:n]...), recs[n:]
		if len(j.recs) == len(j.intents) {
			r.jobs = r.jobs[1:]
			close(j.done)
		}
	}
	r.land()
}

// give answers those who are left: what became of their commands is an error.
func (r *round) give(err error) {
	if len(r.jobs) == 0 {
		return
	}
	if err == nil {
		err = fault.Internalf("the store has left out a command")
	}
	r.q.waiting.Add(-int64(r.open))
	for _, j := range r.jobs {
		j.err = err
		close(j.done)
	}
	r.land()
}

func (r *round) land() {
	if r.q.landed != nil {
		r.q.landed()
	}
}
