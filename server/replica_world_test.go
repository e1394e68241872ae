package server_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"callout/party"
	"callout/server"
	"callout/shop"
	"callout/store/postgres/pgtest"
)

// TestMain makes this binary a server of its own when a test has started it as one.
func TestMain(m *testing.M) {
	if os.Getenv("CALLOUT_REPLICA") != "" {
		if err := serveAlone(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(pgtest.Main(m))
}

// budget is a small number by default and a large one for a long run:
//
//	CALLOUT_LONG=1 go test -timeout 60m -v -run 'Replicas|Linearizable' ./server
func budget(small, large int) int {
	if os.Getenv("CALLOUT_LONG") != "" {
		return large
	}
	return small
}

// replicaOptions are how each server of a shop in a database opens it: a state folder of its own, and a key that all have.
func replicaOptions(url, dir string, n int) shop.Options {
	return shop.Options{
		Database: shop.Database{URL: url, Tenant: "shop"}, EvidenceDir: filepath.Join(dir, "evidence"),
		KeyFile: filepath.Join(dir, "key"), StateDir: filepath.Join(dir, fmt.Sprint("state-", n)),
		Version: "test", LockWait: 20 * time.Second,
	}
}

// serveAlone is one server of a shop in a database, as a process.
func serveAlone(ctx context.Context) error {
	o := replicaOptions(os.Getenv("CALLOUT_REPLICA"), os.Getenv("CALLOUT_DIR"), os.Getpid())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	o.Serves = "http://" + l.Addr().String()
	s, err := shop.Open(o)
	if err != nil {
		return err
	}
	fmt.Println(o.Serves)
	return server.New(server.Options{Shop: s, Version: "test", URL: "http://localhost:1"}).Serve(ctx, l)
}

// fleet is a shop in a database of its own server, and the servers that answer for it.
type fleet struct {
	t        testing.TB
	database *pgtest.Server
	url, dir string
	token    string // Ada's, who may do everything
	shop     *shop.Shop
	at       []string // where the servers answer
	process  []*exec.Cmd
}

// newFleet founds a shop in a database.
func newFleet(t testing.TB, durable bool) *fleet {
	t.Helper()
	f := &fleet{t: t, database: pgtest.Own(t, durable), dir: t.TempDir()}
	f.url = f.database.URL()
	o := replicaOptions(f.url, f.dir, 0)
	made, err := shop.Create(t.Context(), o, shop.Found{Company: party.InitCompany{Company: "Brix", Code: "EUR", Zone: "Europe/Vienna"}, Actor: owner})
	if err != nil {
		t.Fatal(err)
	}
	admin, err := made.EnsureAdmin(t.Context(), "Ada", time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f.token, f.shop = admin.Token.Text(), made
	t.Cleanup(func() { _ = made.Close() })
	return f
}

// start starts a server as a process, in the place of the n-th or as one more.
func (f *fleet) start(n int) {
	f.t.Helper()
	c := exec.Command(os.Args[0]) //nolint:gosec // ourselves
	c.Env = append(os.Environ(), "CALLOUT_REPLICA="+f.url, "CALLOUT_DIR="+f.dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		f.t.Fatal(err)
	}
	line := bufio.NewScanner(out)
	if !line.Scan() {
		f.t.Fatal("a server says nothing")
	}
	f.t.Cleanup(func() { _, _ = c.Process.Kill(), c.Wait() })
	if n == len(f.at) {
		f.at, f.process = append(f.at, ""), append(f.process, nil)
	}
	f.at[n], f.process[n] = line.Text(), c
}

// kill ends a server as a crash does.
func (f *fleet) kill(n int) {
	f.t.Helper()
	if err := f.process[n].Process.Kill(); err != nil {
		f.t.Error(err)
	}
	_ = f.process[n].Wait() // it was killed
}

// caller is somebody with a token who asks whichever server there is.
type caller struct {
	token string
	way   http.Client
}

func newCaller(token string) *caller {
	return &caller{token: token, way: http.Client{Timeout: 40 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 300}}}
}

// ask sends a request; status 0 is no answer.
func (c *caller) ask(url, method, path string, body any) (status int, answer []byte) {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, []byte(err.Error())
		}
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, url+path, in)
	if err != nil {
		return 0, []byte(err.Error())
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := c.way.Do(req)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer func() { _ = res.Body.Close() }()
	if answer, err = io.ReadAll(res.Body); err != nil {
		return 0, []byte(err.Error())
	}
	return res.StatusCode, answer
}

// unsettled reports whether it is not known what has become of a request, or nothing has: the same again helps.
func unsettled(status int) bool {
	return status == 0 || status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests
}

// do has a command done, by one server after another until one has an answer: the same id makes it one command.
func (c *caller) do(pick func() string, id, name string, args any) (status int, answer []byte) {
	for try := 0; ; try++ {
		status, answer = c.ask(pick(), "POST", "/v1/commands", map[string]any{"id": id, "name": name, "args": args})
		if !unsettled(status) || try == 2000 {
			return status, answer
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// mustDo has a command done and returns the record that it was about.
func (c *caller) mustDo(t testing.TB, url, name string, args any) string {
	t.Helper()
	status, text := c.ask(url, "POST", "/v1/commands", map[string]any{"name": name, "args": args})
	var out server.CommandAnswer
	if err := json.Unmarshal(text, &out); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %.300s, %v", name, status, text, err)
	}
	return string(out.Results[0].Subject)
}

// uuidOf is a command id made of a number.
func uuidOf(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n) }
