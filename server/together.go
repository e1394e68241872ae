package server

import (
	"context"
	"sync"

	"callout/internal/fault"
	"callout/store"
)

// mostTogether is how many short reads share a snapshot.
const mostTogether = 256

// together lets short reads share a snapshot: those that came while the last one was open get the next one, which is
// begun after they came, and so has all that they must see. In a database a snapshot costs several ways to it and
// back, and finding out who asks needs one for each request.
type together struct {
	view    func(context.Context, func(store.Reader) error) error
	mu      sync.Mutex
	waiting []*shortRead
	busy    bool
}

// shortRead is one read, which must not wait for anything.
type shortRead struct {
	fn   func(store.Reader) error
	err  error
	done chan struct{}
}

// do runs fn on a snapshot that is taken after this call began.
func (t *together) do(fn func(store.Reader) error) error {
	j := &shortRead{fn: fn, done: make(chan struct{})}
	t.mu.Lock()
	t.waiting = append(t.waiting, j)
	first := !t.busy
	t.busy = true
	t.mu.Unlock()
	if first {
		t.next()
		if t.left() {
			go t.run() // the others' are not for this request to wait for
		}
	}
	<-j.done
	return j.err
}

// left reports whether more have come, and lets the next one begin anew where none has.
func (t *together) left() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = len(t.waiting) > 0
	return t.busy
}

func (t *together) run() {
	for t.next(); t.left(); t.next() {
	}
}

// next answers those who wait.
func (t *together) next() {
	t.mu.Lock()
	n := min(len(t.waiting), mostTogether)
	these := t.waiting[:n:n]
	t.waiting = t.waiting[n:]
	t.mu.Unlock()
	err := t.view(context.Background(), func(r store.Reader) error { // nobody's going away is the others' business
		for _, j := range these {
			j.err = guardedRead(j.fn, r)
		}
		return nil
	})
	for _, j := range these {
		if err != nil {
			j.err = err
		}
		close(j.done)
	}
}

// guardedRead turns a panic into an error of the one read that it belongs to.
func guardedRead(fn func(store.Reader) error, r store.Reader) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internalf("an answer broke off: %v", p).With("server.panic")
		}
	}()
	return fn(r)
}
