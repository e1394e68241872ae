package bolt

import (
	"context"
	"errors"
	"os"
	"time"

	"callout/internal/fault"
)

// turnstile is a fair lock between processes, and between the goroutines of one. Two files
// stand beside the data file. To come in one takes the turn, exclusively; then the lock,
// exclusively to write and shared to read; then gives back the turn. Whoever waits
// for the lock keeps the turn meanwhile, so that nobody who comes later gets past: a process
// that has just finished cannot barge in again, and readers cannot starve a writer.
//
// The kernel queues those who wait, and frees what a dead process held. Nothing polls.
type turnstile struct {
	path   string // of the data file
	wait   time.Duration
	what   string // this process does, for others to read
	serves string // where this process answers others for as long as it keeps the store
	onWait func(holder string, waited time.Duration)
}

// The first notice comes soon enough to show that nothing hangs, and late enough for
// the usual wait of some milliseconds to pass in silence.
const (
	firstNotice = 300 * time.Millisecond
	nextNotice  = 5 * time.Second
)

// pass is the permission for one transaction. Its lock is nil where none can be had: a
// reader's, in a folder that it must not write to.
type pass struct {
	lock      *os.File
	exclusive bool
}

// leave ends the permission.
func (p *pass) leave() {
	if p.lock == nil {
		return
	}
	if p.exclusive {
		clearHolder(p.lock)
	}
	release(p.lock)
}

// enter waits for its turn, but not beyond the deadlines of the turnstile and of ctx.
func (t *turnstile) enter(ctx context.Context, exclusive bool) (*pass, error) {
	v, err := t.approach(exclusive)
	if err != nil {
		if !exclusive && (os.IsPermission(err) || isReadOnly(err)) {
			return &pass{}, nil // bbolt's own lock on the data file still counts
		}
		return nil, openFault(t.path, err)
	}
	inside, err := v.rush()
	if err != nil {
		v.drop()
		return nil, openFault(t.path, err)
	}
	if !inside {
		if err := t.served(); err != nil {
			v.drop()
			return nil, err
		}
		if err := t.queue(ctx, v); err != nil {
			return nil, err
		}
	}
	if exclusive {
		holder{PID: os.Getpid(), What: t.what, Since: time.Now().UTC(), Serves: t.serves}.write(v.lock)
	}
	return &pass{lock: v.lock, exclusive: exclusive}, nil
}

// queue waits behind others. A thread that sleeps in the kernel cannot be called back: when the
// deadline passes, it is left to itself and lets go of the lock as soon as it gets it.
func (t *turnstile) queue(ctx context.Context, v *visitor) error {
	granted, gone := make(chan error), make(chan struct{})
	go func() {
		err := v.wait()
		select {
		case granted <- err:
		case <-gone:
			v.drop()
		}
	}()
	began := time.Now()
	deadline, notice := time.NewTimer(t.wait), time.NewTimer(firstNotice)
	defer deadline.Stop()
	defer notice.Stop()
	for {
		select {
		case err := <-granted:
			if err != nil {
				v.drop()
			}
			return openFault(t.path, err)
		case <-notice.C:
			if t.onWait != nil {
				t.onWait(t.holder(), time.Since(began))
			}
			notice.Reset(nextNotice)
		case <-deadline.C:
			close(gone)
			return t.busy(time.Since(began), nil)
		case <-ctx.Done():
			close(gone)
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return t.busy(time.Since(began), ctx.Err())
			}
			return ctx.Err()
		}
	}
}

func (t *turnstile) busy(waited time.Duration, because error) error {
	return fault.Busyf("the store is in use by %s; gave up after %s", t.holder(), waited.Round(100*time.Millisecond)).
		With("store.busy").Hint("--lock-wait 2m   (or the same again, when that has finished)").Because(because)
}

// waiting reports whether somebody stands behind the one who is in: whoever waits for the lock has
// the turn.
func (t *turnstile) waiting() bool {
	turn, err := os.Open(t.path + ".turn")
	if err != nil {
		return true
	}
	free, err := tryLock(turn, true)
	if err != nil || !free {
		_ = turn.Close()
		return true
	}
	release(turn)
	return false
}

// visitor is on the way through the turnstile.
type visitor struct {
	turn, lock *os.File
	exclusive  bool
	hasTurn    bool
}

// approach opens the two files. They are made once and never removed or replaced: a
// lock on a file that is no longer at its place keeps nobody out.
func (t *turnstile) approach(exclusive bool) (*visitor, error) {
	mode := os.FileMode(0o600)
	if info, err := os.Stat(t.path); err == nil {
		mode = info.Mode().Perm() | 0o600 // who may use the store may queue for it
	}
	turn, err := openLock(t.path+".turn", mode)
	if err != nil {
		return nil, err
	}
	lock, err := openLock(t.path+".lock", mode)
	if err != nil {
		_ = turn.Close()
		return nil, err
	}
	return &visitor{turn: turn, lock: lock, exclusive: exclusive}, nil
}

func openLock(path string, mode os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, mode)
	if err != nil && (os.IsPermission(err) || isReadOnly(err)) {
		// It can be locked all the same by somebody who may only read the store.
		if r, e := os.Open(path); e == nil {
			return r, nil
		}
	}
	return f, err
}

// rush goes through if nobody is there, without a goroutine.
func (v *visitor) rush() (inside bool, err error) {
	if v.hasTurn, err = tryLock(v.turn, true); err != nil || !v.hasTurn {
		return false, err
	}
	if inside, err = tryLock(v.lock, v.exclusive); err == nil && inside {
		v.giveTurn()
	}
	return inside, err
}

// wait goes through in its turn.
func (v *visitor) wait() error {
	if !v.hasTurn {
		if err := waitLock(v.turn, true); err != nil {
			return err
		}
		v.hasTurn = true
	}
	if err := waitLock(v.lock, v.exclusive); err != nil {
		return err
	}
	v.giveTurn()
	return nil
}

func (v *visitor) giveTurn() {
	release(v.turn)
	v.turn = nil
}

// drop lets go of everything.
func (v *visitor) drop() {
	if v.turn != nil {
		release(v.turn)
	}
	release(v.lock)
}

// release unlocks before it closes: while some other goroutine starts a process, that
// holds a copy of the descriptor for a moment, and the lock with it.
func release(f *os.File) {
	_ = unlock(f)
	_ = f.Close()
}
