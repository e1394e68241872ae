//go:build unix

package postgres

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"callout/store"
	"callout/store/postgres/pgtest"
	"callout/store/storetest"
)

// child is what this binary does when a test has started it as another process: it commits an
// account under the name that the test gave it, with something happening in between.
func child(mode string) error {
	ctx := context.Background()
	e, err := Open(ctx, os.Getenv("CALLOUT_URL"), os.Getenv("CALLOUT_TENANT"), Options{LockWait: time.Second})
	if err != nil {
		return err
	}
	over := &meddler{Engine: e}
	s, err := store.Open(over, storetest.Business(), store.Options{Keys: storetest.NewKeys()})
	if err != nil {
		return err
	}
	name := os.Getenv("CALLOUT_NAME")
	switch mode {
	case "die before": // while it holds the lock
		over.deciding = func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	case "die after": // the server has committed; nobody was told
		over.done = func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	case "go on":
		for n := 0; ; n++ {
			in := create(fmt.Sprintf("%s %d", name, n))
			if _, err := s.One(ctx, in); err != nil {
				return err
			}
			fmt.Println(in.ID)
		}
	}
	if _, err := s.One(ctx, create(name)); err != nil {
		return err
	}
	fmt.Println("done")
	return nil
}

// meddler is an engine with something happening while it decides, or once it has committed.
type meddler struct {
	store.Engine
	deciding, done func()
}

func (b *meddler) Commit(ctx context.Context, decide func(store.Reader) (store.Batch, error)) error {
	err := b.Engine.Commit(ctx, func(r store.Reader) (store.Batch, error) {
		batch, err := decide(r)
		if b.deciding != nil {
			b.deciding()
		}
		return batch, err
	})
	if err == nil && b.done != nil {
		b.done()
	}
	return err
}

type process struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func start(t *testing.T, mode, url, tenant, name string) *process {
	t.Helper()
	c := exec.Command(os.Args[0]) //nolint:gosec // ourselves
	c.Env = append(os.Environ(), "CALLOUT_CHILD="+mode, "CALLOUT_URL="+url, "CALLOUT_TENANT="+tenant, "CALLOUT_NAME="+name)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return &process{c, bufio.NewScanner(out)}
}

// rest reads what is left of a process's output and waits for its end.
func (p *process) rest() (lines []string, err error) {
	for p.out.Scan() {
		lines = append(lines, p.out.Text())
	}
	return lines, p.cmd.Wait()
}

// TestKilled kills a process between its commit and its answer, and one that holds the lock. The same
// command from another process takes effect once.
func TestKilled(t *testing.T) {
	url, tenant := pgtest.URL(t), pgtest.Tenant()
	s := business(t, openAt(t, url, tenant, Options{Create: true}))
	found(t, s)
	for mode, again := range map[string]bool{"die after": true, "die before": false} {
		lines, err := start(t, mode, url, tenant, mode).rest()
		if err == nil || len(lines) > 0 {
			t.Fatalf("%s: it lived: %v, %q", mode, err, lines)
		}
		rec, err := s.One(t.Context(), create(mode))
		if err != nil || rec.Again != again || rec.Seq == 0 {
			t.Errorf("%s, and the same again: %+v, %v", mode, rec, err)
		}
	}
	if n, _ := entries(t, url, tenant); n != 4 {
		t.Errorf("%d entries of 4 commands", n)
	}
}

// TestFrozen stands still while it holds the lock, until another has committed: the server throws it
// out, and it decides again, on what the other has left.
func TestFrozen(t *testing.T) {
	url, tenant := pgtest.URL(t), pgtest.Tenant()
	other := business(t, openAt(t, url, tenant, Options{Create: true}))
	found(t, other)
	held, through := make(chan struct{}), make(chan struct{})
	decided := 0
	slow := &meddler{Engine: openAt(t, url, tenant, Options{LockWait: time.Second}), deciding: func() {
		if decided++; decided == 1 {
			close(held)
			<-through
		}
	}}
	var err error
	var waiting sync.WaitGroup
	waiting.Go(func() { _, err = business(t, slow).One(t.Context(), create("frozen")) })
	<-held
	if _, err := other.One(t.Context(), create("meanwhile")); err != nil {
		t.Error(err)
	}
	close(through)
	waiting.Wait()
	if err != nil || decided != 2 {
		t.Errorf("decided %d times, %v", decided, err)
	}
	if n, _ := entries(t, url, tenant); n != 4 {
		t.Errorf("%d entries of 4 commands", n)
	}
}

// TestServerKilled kills a server and a client at random moments. What was acknowledged is there, also after
// the server's recovery.
func TestServerKilled(t *testing.T) {
	server := pgtest.Own(t, true)
	tenant := pgtest.Tenant()
	found(t, business(t, openAt(t, server.URL(), tenant, Options{Create: true})))
	acked := map[string]bool{}
	for round := range budget(4, 60) {
		p := start(t, "go on", server.URL(), tenant, fmt.Sprint("round ", round))
		for range 5 + round*7%20 {
			if !p.out.Scan() {
				t.Fatal("it said nothing more")
			}
			acked[p.out.Text()] = true
		}
		if round%2 == 0 {
			if err := p.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		} else if err := server.Kill(); err != nil {
			t.Fatal(err)
		}
		lines, err := p.rest()
		if err == nil {
			t.Error("it ended by itself")
		}
		for _, line := range lines {
			acked[line] = true
		}
		if round%2 == 1 {
			if err := server.Run(); err != nil {
				t.Fatal(err)
			}
		}
	}
	n, ids := entries(t, server.URL(), tenant)
	for id := range ids {
		delete(acked, id.String())
	}
	if len(acked) > 0 {
		t.Errorf("of %d entries, these were acknowledged and are lost: %v", n, acked)
	}
}
