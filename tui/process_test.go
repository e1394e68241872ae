package tui

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/store"
)

// slow is a shop of which a reading lasts until it is let go.
type slow struct {
	begun, end chan struct{}
	waits      chan uint64
}

func (s slow) View(_ context.Context, fn func(store.Reader) error) error {
	s.begun <- struct{}{}
	<-s.end
	return fn(nil)
}

func (s slow) Wait(ctx context.Context, since uint64) (uint64, error) {
	s.waits <- since
	<-ctx.Done()
	return 0, context.Cause(ctx)
}

// A board that sleeps keeps the store from nobody: what is under way comes to its end first, and nothing begins until it
// is awake.
func TestNothingIsUnderWayWhileTheBoardSleeps(t *testing.T) {
	s := slow{begun: make(chan struct{}, 2), end: make(chan struct{}), waits: make(chan uint64, 2)}
	g := newGate(s, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	read := func() { _ = g.View(ctx, func(store.Reader) error { return nil }) }
	all.Go(read)
	all.Go(func() { _, _ = g.Wait(ctx, 7) })
	<-s.begun
	if since := <-s.waits; since != 7 {
		t.Fatalf("it waits for more than %d entries", since)
	}
	shut := make(chan struct{})
	all.Go(func() { g.shut(); close(shut) })
	select {
	case <-shut:
		t.Fatal("the board sleeps in the middle of a reading")
	case <-time.After(20 * time.Millisecond):
	}
	s.end <- struct{}{}
	<-shut
	all.Go(read)
	select {
	case <-s.begun:
		t.Fatal("a reading begins while the board sleeps")
	case <-s.waits:
		t.Fatal("the shop is watched while the board sleeps")
	case <-time.After(20 * time.Millisecond):
	}
	g.open()
	<-s.begun
	s.end <- struct{}{}
	if since := <-s.waits; since != 7 {
		t.Fatalf("it waits for more than %d entries", since)
	}
	cancel()
	all.Wait()
}

// Being asked to sleep twice does not close the gate twice: the second would wait for ever.
func TestTheBoardFallsAsleepOnce(t *testing.T) {
	m := busyBoard(t, 1, 100, 30)
	p := &process{Model: m, gate: newGate(still{}, nil)}
	_, first := p.Update(suspendMsg{})
	if _, second := p.Update(suspendMsg{}); first == nil || second != nil {
		t.Fatal("the board falls asleep twice, or not at all")
	}
	if msg := first(); msg != (quietMsg{}) {
		t.Fatalf("the board goes on with %#v", msg)
	}
	p.Update(awakeMsg{})
	if _, again := p.Update(suspendMsg{}); again == nil {
		t.Fatal("the board does not sleep a second time")
	}
	p.alone, p.sleeping = true, false
	if _, cmd := p.Update(suspendMsg{}); cmd != nil {
		t.Fatal("the board sleeps where nobody would wake it")
	}
	if why := p.refusal(p.keys.of("ctrl+z", anywhere)); !strings.Contains(why, "no shell") {
		t.Fatalf("the key says %q", why)
	}
}

// A command that panics ends the board where the terminal is put back, also one within a batch.
func TestACommandThatPanics(t *testing.T) {
	p := &process{Model: busyBoard(t, 1, 100, 30)}
	batch := guard(tea.Batch(func() tea.Msg { return nil }, func() tea.Msg { panic("out of paper") }))
	var fell fall
	for _, cmd := range batch().(tea.BatchMsg) {
		if f, ok := cmd().(fall); ok {
			fell = f
		}
	}
	if !strings.Contains(fell.String(), "out of paper") || !strings.Contains(fell.String(), "process_test.go") {
		t.Fatalf("it says %q", fell.String())
	}
	defer func() {
		if r := recover(); r == nil {
			t.Error("the board goes on as if nothing had been")
		}
	}()
	p.Update(fell)
}
