package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// lookEvery is how often who listens makes sure that the server is still there: a connection can
// die without a word.
const lookEvery = 5 * time.Second

// watch wakes those who wait for a commit.
type watch struct {
	mu   sync.Mutex
	next chan struct{} // closed by the next commit
	quit context.CancelFunc
	done chan struct{}
}

// Changed implements store.Announcer. The first call makes a connection that listens, beside those of
// Options.
func (e *Engine) Changed() <-chan struct{} {
	w := &e.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.next == nil {
		w.next, w.done = make(chan struct{}), make(chan struct{})
		var ctx context.Context
		ctx, w.quit = context.WithCancel(context.Background())
		go e.listen(ctx)
	}
	return w.next
}

func (w *watch) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.next != nil {
		close(w.next)
		w.next = make(chan struct{})
	}
}

func (w *watch) stop() {
	w.mu.Lock()
	quit, done := w.quit, w.done
	w.mu.Unlock()
	if quit != nil {
		quit()
		<-done
	}
}

// listen hears of the commits of all processes until the engine is closed. Whatever breaks, it begins again.
func (e *Engine) listen(ctx context.Context) {
	defer close(e.watch.done)
	config := e.pool.Config().ConnConfig
	config.RuntimeParams["application_name"] += " listens"
	for n := 0; ctx.Err() == nil; n++ {
		c, err := pgx.ConnectConfig(ctx, config)
		if err == nil {
			n = 0
			_ = e.hear(ctx, c) // it is begun again
			_ = c.Close(context.WithoutCancel(ctx))
		}
		pause(ctx, n)
	}
}

// hear listens on one connection as long as it lasts.
func (e *Engine) hear(ctx context.Context, c *pgx.Conn) error {
	if _, err := c.Exec(ctx, `listen callout_head`); err != nil {
		return err
	}
	at, err := e.versionOf(ctx, c)
	e.watch.wake() // there may have been commits while nobody listened
	for err == nil {
		var n *pgconn.Notification
		wait, cancel := context.WithTimeout(ctx, lookEvery)
		n, err = c.WaitForNotification(wait)
		cancel()
		switch {
		case err == nil:
			if n.Payload == e.channel {
				e.watch.wake()
			}
		case pgconn.Timeout(err) && ctx.Err() == nil:
			was := at
			if at, err = e.versionOf(ctx, c); at != was {
				e.watch.wake()
			}
		}
	}
	return err
}

func (e *Engine) versionOf(ctx context.Context, c *pgx.Conn) (version int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	err = c.QueryRow(ctx, `select version from callout_store.head where tenant = $1`, e.tenant).Scan(&version)
	return version, err
}
