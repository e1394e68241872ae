package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"callout/internal/oidclogin"
	"callout/shop"
	"callout/store"
)

// Options are what a server works with.
type Options struct {
	Shop    *shop.Shop
	Version string
	Log     *slog.Logger     // where every request leaves a line
	Now     func() time.Time // the clock by which tokens count
	URL     string           // by which others reach it; part of what a login signs
	// Provider is the identity provider at which people may log in; nil where there is none.
	Provider *oidclogin.Settings
}

// Server answers for one shop.
type Server struct {
	shop     *shop.Shop
	version  string
	log      *slog.Logger
	now      func() time.Time
	url      string
	queue    *sequencer
	metrics  *metrics
	sessions *sessions
	provider *oidclogin.Verifier
	used     lastUse
	news     *news
	pieces   keyed // evidence files that arrive
	routes   []route
	about    described
	ready    atomic.Bool
	leaving  chan struct{} // closed when the server goes down: who waits for news is sent away
	leave    sync.Once
	tasks    sync.WaitGroup
	kept     snapshots
	short    together
}

// New makes a server of a shop, which stays the caller's to close, after [Server.Close].
func New(o Options) *Server {
	s := &Server{
		shop: o.Shop, version: o.Version, log: o.Log, now: o.Now, url: o.URL,
		sessions: newSessions(o.Shop), news: newNews(), leaving: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if o.Provider != nil {
		s.provider = &oidclogin.Verifier{Settings: *o.Provider, Now: s.now, Spend: s.sessions.nonces.use}
	}
	s.short.view = o.Shop.View
	s.queue = newSequencer(o.Shop.DoEach, s.now)
	s.routes = routes()
	s.metrics = newMetrics(s)
	s.queue.committed = s.metrics.committed
	s.queue.landed = s.news.ring
	s.tasks.Go(s.queue.run)
	s.tasks.Go(s.tick)
	s.tasks.Go(s.hear)
	s.ready.Store(true)
	return s
}

// Limits of a connection. An answer that takes longer than answerTime is one that waits for news, and
// extends its own deadline.
const (
	headerTime = 10 * time.Second
	bodyTime   = 30 * time.Second
	answerTime = 60 * time.Second
	idleTime   = 2 * time.Minute
	drainTime  = 20 * time.Second
	headerSize = 32 << 10
	bodySize   = 8 << 20
)

// Serve answers on a listener until ctx ends, and then finishes what it has accepted.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: answerTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerSize,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return errors.Join(err, s.Close())
	case <-ctx.Done():
	}
	s.log.Info("going down", "waiting", s.queue.waiting.Load())
	s.ready.Store(false)
	s.leave.Do(func() { close(s.leaving) })
	// What ctx's end must not cut short is what this waits for.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := h.Shutdown(drain)
	if err != nil {
		err = errors.Join(err, h.Close())
	}
	return errors.Join(err, s.Close())
}

// Close takes nothing more, and returns when everything that was accepted is decided.
func (s *Server) Close() error {
	s.ready.Store(false)
	s.leave.Do(func() { close(s.leaving) })
	s.queue.close()
	s.tasks.Wait()
	return nil
}

// tickEvery is how often the server looks for what time itself has made happen.
const tickEvery = 30 * time.Second

// tick journals what time has made happen, for as long as the server lives.
func (s *Server) tick() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for {
		select {
		case <-s.leaving:
			return
		case <-t.C:
		}
		if err := s.sweep(ctx, s.now()); err != nil {
			s.log.Warn("logins that have ended could not be removed", "err", err.Error())
		}
		due, err := s.shop.Ticks(ctx, s.now())
		for len(due) > 0 && err == nil {
			n := min(len(due), batchCommands)
			_, err = s.queue.submit(ctx, due[:n])
			due = due[n:]
		}
		if err != nil {
			s.log.Warn("what time has made happen could not be journaled", "err", err.Error())
		}
	}
}

// glance runs a short read, which waits for nothing, on a snapshot that it may share with others.
func (s *Server) glance(ctx context.Context, fn func(store.Reader) error) error {
	if s.shop.Path() != "" { // a snapshot of a file costs nothing
		return s.shop.View(ctx, fn)
	}
	return s.short.do(fn)
}

// view runs fn on a snapshot that has at least the entries that the request asks for.
func (s *Server) view(ctx context.Context, atLeast uint64, fn func(store.Reader) error) error {
	if atLeast > 0 {
		if err := s.await(ctx, atLeast); err != nil {
			return err
		}
	}
	return s.shop.View(ctx, fn)
}
