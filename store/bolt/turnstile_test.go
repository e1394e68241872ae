package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// aProcessHolds makes a store, and another process that holds it for writing.
func aProcessHolds(t *testing.T) (path string, p *process) {
	t.Helper()
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	p = start(t, "hold", "FILE="+e.path)
	p.expect(t, "holding")
	return e.path, p
}

func TestDeadline(t *testing.T) {
	path, p := aProcessHolds(t)
	var notices []string
	e := openAt(t, path, Options{LockWait: firstNotice * 3, OnWait: func(holder string, waited time.Duration) {
		if waited < firstNotice {
			t.Errorf("a notice after %s", waited)
		}
		notices = append(notices, holder)
	}})
	reads := func(store.Reader) error { return errors.New("must not run") }
	writes := func(store.Reader) (store.Batch, error) { return nil, errors.New("must not run") }
	for name, err := range map[string]error{
		"view":   e.View(context.Background(), reads),
		"commit": e.Commit(context.Background(), writes),
	} {
		if !fault.Is(err, fault.Busy) || !strings.Contains(err.Error(), "callout import (pid ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(notices) == 0 || !strings.HasPrefix(notices[0], "callout import (pid ") {
		t.Errorf("notices: %q", notices)
	}
	// Those who gave up must not be in the way of anybody later.
	p.release()
	_, _ = p.rest()
	e = openAt(t, path, Options{})
	if _, err := appendEntry(e, 1); err != nil {
		t.Error(err)
	}
}

func TestContextEndsTheWait(t *testing.T) {
	path, _ := aProcessHolds(t)
	e := openAt(t, path, Options{})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := e.View(ctx, nil); !fault.Is(err, fault.Busy) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a deadline: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := e.Commit(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancellation: %v", err)
	}
}

// A name that a killed writer left behind must not be shown for a reader.
func TestHolderOfTheDead(t *testing.T) {
	path, p := aProcessHolds(t)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = p.rest()
	e := openAt(t, path, Options{})
	if name := e.gate.holder(); name != nobodyKnown {
		t.Errorf("the holder is %s", name)
	}
	if _, err := appendEntry(e, 1); err != nil {
		t.Errorf("the lock of a killed process stands: %v", err)
	}
}

// A reader that comes after a waiting writer waits behind it, and so sees what it wrote.
func TestReadersDoNotStarveWriters(t *testing.T) {
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	reading, enough := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- e.View(context.Background(), func(store.Reader) error {
			close(reading)
			<-enough
			return nil
		})
	}()
	<-reading
	written := make(chan error, 1)
	go func() {
		_, err := appendEntry(e, 2)
		written <- err
	}()
	turnIsTaken(t, e)
	second := make(chan int, 1)
	go func() {
		workers, err := checkFile(e)
		if err != nil {
			t.Error(err)
		}
		second <- len(workers)
	}()
	close(enough)
	if err := errors.Join(<-first, <-written); err != nil {
		t.Fatal(err)
	}
	if n := <-second; n != 2 {
		t.Errorf("the reader got past the writer: it saw %d entries", n)
	}
}

// turnIsTaken waits until somebody waits at the turnstile.
func turnIsTaken(t *testing.T, e *Engine) {
	t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		f, err := openLock(e.path+".turn", 0o600)
		if err != nil {
			t.Fatal(err)
		}
		free, err := tryLock(f, true)
		release(f)
		if err != nil {
			t.Fatal(err)
		}
		if !free {
			return
		}
	}
	t.Fatal("nobody waits at the turnstile")
}

// The locks are the same by whatever name somebody comes.
func TestSymbolicLinks(t *testing.T) {
	path, p := aProcessHolds(t)
	dir := t.TempDir()
	link := filepath.Join(dir, "link.db")
	symlink(t, path, link)
	symlink(t, filepath.Dir(path), filepath.Join(dir, "folder"))
	for _, name := range []string{link, filepath.Join(dir, "folder", filepath.Base(path))} {
		e := openAt(t, name, Options{LockWait: time.Millisecond})
		if _, err := appendEntry(e, 1); !fault.Is(err, fault.Busy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.release()
	_, _ = p.rest()
	e := openAt(t, link, Options{})
	if n, err := appendEntry(e, 1); err != nil || n != 2 {
		t.Errorf("entry %d, %v", n, err)
	}
	if err := e.Compact(context.Background()); err != nil {
		t.Error(err)
	}
	if workers, err := checkFile(openAt(t, path, Options{})); err != nil || len(workers) != 2 {
		t.Errorf("%d entries at the real path, %v", len(workers), err)
	}
}

// Whoever is in knows whether somebody stands behind.
func TestWaiting(t *testing.T) {
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	other := openAt(t, e.path, Options{})
	looked := make(chan error, 1)
	err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
		if e.Waiting() {
			t.Error("somebody waits although nobody has come")
		}
		go func() { looked <- other.View(t.Context(), func(store.Reader) error { return nil }) }()
		for began := time.Now(); !e.Waiting(); runtime.Gosched() {
			if time.Since(began) > soon {
				t.Error("somebody waits, and is not seen")
				break
			}
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-looked; err != nil {
		t.Error(err)
	}
	if e.Waiting() {
		t.Error("somebody waits after all have gone")
	}
}
