// Package pgtest finds a PostgreSQL server for tests: the one that CALLOUT_TEST_POSTGRES names, or
// else one that it starts itself, from Debian's programs, in a temporary folder on a Unix socket.
//
// It is for tests only. Where there is no server to be had, they are skipped and say why.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Variable names the environment variable with the URL of a server to use. Its user must be allowed to
// create databases; what the tests create they remove.
const Variable = "CALLOUT_TEST_POSTGRES"

// shared is what the tests of one process use together.
var shared struct {
	sync.Mutex
	found  bool
	server *Server
	why    string // there is none
	url    string // of a database in it
}

// Find returns the process's server, or says why there is none. Whoever does not use Main calls Release.
func Find() (*Server, error) {
	shared.Lock()
	defer shared.Unlock()
	find()
	if shared.server == nil {
		return nil, missing()
	}
	return shared.server, nil
}

func missing() error {
	return fmt.Errorf("no PostgreSQL server: %s (install Debian's postgresql, or set %s)", shared.why, Variable)
}

// find finds or starts the process's server.
func find() {
	if !shared.found {
		shared.found = true
		if url := os.Getenv(Variable); url != "" {
			shared.server = &Server{url: url}
		} else if s, err := Start(false); err != nil {
			shared.why = err.Error()
		} else {
			shared.server = s
		}
	}
}

// server is the process's server; without one the test is skipped.
func server(tb testing.TB) *Server {
	tb.Helper()
	find()
	if shared.server == nil {
		tb.Skip(missing())
	}
	return shared.server
}

// URL returns the URL of a database that the tests of this process share, each with tenants of its own.
// Call Main in TestMain, or the server outlives the tests until the process ends.
func URL(tb testing.TB) string {
	tb.Helper()
	shared.Lock()
	defer shared.Unlock()
	s := server(tb)
	if shared.url == "" {
		url, err := s.Create(context.Background())
		if err != nil {
			tb.Fatal(err)
		}
		shared.url = url
	}
	return shared.url
}

// Database returns the URL of a new, empty database that is removed when the test ends.
func Database(tb testing.TB) string {
	tb.Helper()
	shared.Lock()
	s := server(tb)
	shared.Unlock()
	url, err := s.Create(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Drop(context.Background(), url); err != nil {
			tb.Error(err)
		}
	})
	return url
}

// Own starts a server for one test, which it may stop and kill. A durable one waits for the disk. The test is
// skipped where none can be started here.
func Own(tb testing.TB, durable bool) *Server {
	tb.Helper()
	s, err := Start(durable)
	if err != nil {
		tb.Skipf("no PostgreSQL server of its own: %v", err)
	}
	tb.Cleanup(s.Stop)
	return s
}

// Main runs the tests of a package and removes what they have shared. It returns the exit code.
func Main(m *testing.M) int {
	defer Release()
	return m.Run()
}

// Release ends the process's server, if it is one of ours, and removes what was shared.
func Release() {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		return
	}
	if shared.url != "" {
		_ = shared.server.Drop(context.Background(), shared.url)
	}
	shared.server.Stop()
	shared.server, shared.found, shared.url = nil, false, ""
}

// Tenant returns a name that no other test uses.
func Tenant() string { return "t-" + strings.ToLower(rand.Text()) }

// Create makes a database and returns its URL.
func (s *Server) Create(ctx context.Context) (url string, err error) {
	name := "callout_test_" + strings.ToLower(rand.Text())[:12]
	if err := s.admin(ctx, "create database "+name+" encoding 'UTF8' template template0"); err != nil {
		return "", err
	}
	return s.with(name)
}

// Drop removes a database that Create has made, with everybody who is in it.
func (s *Server) Drop(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(config.Database, "callout_test_") {
		return fmt.Errorf("%s is no test's database", config.Database)
	}
	return s.admin(ctx, "drop database if exists "+config.Database+" with (force)")
}

// with is the server's URL with another database.
func (s *Server) with(database string) (string, error) {
	config, err := pgx.ParseConfig(s.url)
	if err != nil {
		return "", err
	}
	quote := func(v string) string { return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'" }
	out := fmt.Sprintf("host=%s port=%d user=%s dbname=%s", quote(config.Host), config.Port, quote(config.User), database)
	if config.Password != "" {
		out += " password=" + quote(config.Password)
	}
	if config.TLSConfig == nil {
		out += " sslmode=disable"
	}
	return out, nil
}

func (s *Server) admin(ctx context.Context, sql string) error {
	c, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer c.Close(ctx) //nolint:errcheck // nothing is lost
	_, err = c.Exec(ctx, sql)
	return err
}
