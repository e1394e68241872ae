package postgres

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/postgres/pgtest"

	"github.com/jackc/pgx/v5"
)

// proxy stands between an engine and the server, counts what goes by, and cuts the line.
type proxy struct {
	listener net.Listener
	to       string // the server's socket or address
	network  string

	mu       sync.Mutex
	lines    map[net.Conn]bool
	up, down int  // bytes since it was armed
	cutUp    int  // cut when so many have gone to the server; never when negative
	cutDown  int  // or so many from it
	refuse   bool // let nobody in after the cut
	cut      bool
}

// between starts a proxy before the tests' server and returns a URL through it.
func between(t *testing.T, url string) (*proxy, string) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	if config.TLSConfig != nil {
		t.Skip("the tests' server wants TLS, which cannot be cut by the byte")
	}
	p := &proxy{lines: map[net.Conn]bool{}, cutUp: -1, cutDown: -1}
	p.network, p.to = pgconnAddress(config)
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.listener.Close() })
	go p.serve()
	return p, fmt.Sprintf("host=127.0.0.1 port=%d user=%s dbname=%s password='%s' sslmode=disable", p.listener.Addr().(*net.TCPAddr).Port,
		config.User, config.Database, config.Password)
}

func pgconnAddress(c *pgx.ConnConfig) (network, address string) {
	if filepath.IsAbs(c.Host) {
		return "unix", filepath.Join(c.Host, fmt.Sprintf(".s.PGSQL.%d", c.Port))
	}
	return "tcp", net.JoinHostPort(c.Host, fmt.Sprint(c.Port))
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(p.network, p.to)
		p.mu.Lock()
		if err != nil || p.cut && p.refuse {
			_ = client.Close()
			if err == nil {
				_ = server.Close()
			}
			p.mu.Unlock()
			continue
		}
		p.lines[client], p.lines[server] = true, true
		p.mu.Unlock()
		go p.carry(server, client, &p.up, &p.cutUp)
		go p.carry(client, server, &p.down, &p.cutDown)
	}
}

// carry copies one way, up to the byte at which the line is cut.
func (p *proxy) carry(to, from net.Conn, n, limit *int) {
	buf := make([]byte, 32<<10)
	for {
		got, err := from.Read(buf)
		p.mu.Lock()
		pass := got
		if *limit >= 0 && *n+got > *limit {
			pass = max(0, *limit-*n)
		}
		*n += pass
		p.mu.Unlock()
		if _, e := to.Write(buf[:pass]); e != nil || err != nil {
			_ = to.Close()
			_ = from.Close()
			return
		}
		if pass < got {
			p.sever()
			return
		}
	}
}

// sever cuts all lines, once.
func (p *proxy) sever() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut, p.cutUp, p.cutDown = true, -1, -1
	for c := range p.lines {
		_ = c.Close()
	}
	clear(p.lines)
}

// arm begins to count; negative limits cut nothing.
func (p *proxy) arm(up, down int, refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up, p.down, p.cutUp, p.cutDown, p.refuse, p.cut = 0, 0, up, down, refuse, false
}

func (p *proxy) disarm() (up, down int, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse, p.cutUp, p.cutDown = false, -1, -1
	return p.up, p.down, p.cut
}

// TestCut cuts the line after every so many bytes of a commit, in either direction. Where the server can
// be reached again, the engine finds out by itself what has become of the commit; where it cannot, it says
// whether nothing has happened or something may have, and the same command again takes effect once.
func TestCut(t *testing.T) {
	p, url := between(t, pgtest.URL(t))
	tenant := pgtest.Tenant()
	first := openAt(t, pgtest.URL(t), tenant, Options{Create: true})
	found(t, business(t, first))
	size := func() (n uint64) {
		// Behind the lock, so that what is under way has happened or has not.
		if err := first.Commit(t.Context(), func(r store.Reader) (_ store.Batch, err error) {
			n, err = store.Size(r)
			return nil, err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	e := openAt(t, url, tenant, Options{LockWait: 20 * time.Second, Connections: 2})
	s := business(t, e)
	do := func(n int) (store.Intent, error) {
		in := create(fmt.Sprintf("account %d", n))
		_, err := s.One(context.Background(), in)
		return in, err
	}
	n := 0
	for range 3 { // statements are prepared, and what is needed is remembered
		if _, err := do(n); err != nil {
			t.Fatal(err)
		}
		n++
	}
	p.arm(-1, -1, false)
	if _, err := do(n); err != nil {
		t.Fatal(err)
	}
	up, down, _ := p.disarm()
	outcomes := map[fault.Kind]int{}
	for _, c := range []struct{ up, down, points int }{{up, 0, budget(25, 400)}, {0, down, budget(25, 400)}} {
		for i := range c.points {
			for _, refuse := range []bool{false, true} {
				n++
				before := size()
				cutUp, cutDown := -1, -1
				if c.up > 0 {
					cutUp = i * c.up / c.points
				} else {
					cutDown = i * c.down / c.points
				}
				e.o.LockWait = 20 * time.Second
				if refuse {
					e.o.LockWait = 50 * time.Millisecond
				}
				p.arm(cutUp, cutDown, refuse)
				in, err := do(n)
				_, _, cut := p.disarm()
				if cut {
					outcomes[fault.KindOf(err)]++
				}
				done := size() - before
				where := fmt.Sprintf("cut after %d up, %d down, refuse %v: %v", cutUp, cutDown, refuse, err)
				switch {
				case err == nil && done != 1:
					t.Errorf("%s: told that it is done, and %d entries", where, done)
				case err != nil && !refuse:
					t.Errorf("%s: the server is there", where)
				case fault.Is(err, fault.Busy) && done != 0:
					t.Errorf("%s: told that nothing has happened, and %d entries", where, done)
				case err != nil && !fault.Is(err, fault.Busy) && !fault.Is(err, fault.Unknown):
					t.Errorf("%s: neither busy nor unknown", where)
				}
				e.o.LockWait = 20 * time.Second
				if rec, err := s.One(t.Context(), in); err != nil || size() != before+1 || rec.Again != (done == 1) {
					t.Errorf("%s: the same again: %+v, %v; %d entries", where, rec, err, size()-before)
				}
			}
		}
	}
	if outcomes[""] == 0 || outcomes[fault.Busy] == 0 || outcomes[fault.Unknown] == 0 {
		t.Errorf("not every outcome was met: %v", outcomes)
	}
	t.Log(outcomes)
	_, _ = entries(t, pgtest.URL(t), tenant)
}

// TestCutView cuts the line while a view reads.
func TestCutView(t *testing.T) {
	p, url := between(t, pgtest.URL(t))
	e := openAt(t, url, pgtest.Tenant(), Options{Create: true, Cache: 1})
	err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
		return store.Batch{{Space: "a", Key: []byte("k"), Value: []byte("v")}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var v []byte
	err = e.View(t.Context(), func(r store.Reader) error {
		p.sever()
		_, err := r.Get("a", []byte("k"))
		return err
	})
	if !fault.Is(err, fault.Busy) || fault.CodeOf(err) != "store.interrupted" {
		t.Errorf("cut while it was read: %v", err)
	}
	p.sever()
	err = e.View(t.Context(), func(r store.Reader) error {
		v, err = r.Get("a", []byte("k"))
		return err
	})
	if err != nil || string(v) != "v" {
		t.Errorf("a view after a cut: %q, %v", v, err)
	}
}
