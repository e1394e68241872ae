package server_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	dice "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callout/internal/sshlogin"
	"callout/party"
	"callout/replica/remote"
	"callout/server"
	"callout/shop"
	"callout/store"

	"golang.org/x/crypto/ssh"
)

// TestReplicas has three servers, each a process, answer for one shop, and clients that ask whichever. Servers are killed and started
// anew, and the database is, all the while. Afterwards each command that was answered has one entry, nothing else has
// any, and all of it follows from the signed journal.
func TestReplicas(t *testing.T) {
	f := newFleet(t, true)
	for n := range 3 {
		f.start(n)
	}
	var at sync.RWMutex
	pick := func() string {
		at.RLock()
		defer at.RUnlock()
		return f.at[dice.IntN(len(f.at))]
	}
	before := f.entries()
	clients, each := 12, budget(25, 2000)
	var acked, done atomic.Int64
	var work sync.WaitGroup
	for c := range clients {
		who := newCaller(f.token)
		work.Go(func() {
			for n := range each {
				name := fmt.Sprintf("Customer %d of client %d", n, c)
				status, answer := who.do(pick, uuidOf(c*100_000+n), "customer.add.v1", map[string]any{"name": name})
				if status != http.StatusOK {
					t.Errorf("%s: %d %.300s", name, status, answer)
					return
				}
				acked.Add(1)
			}
		})
	}
	go func() { work.Wait(); done.Store(1) }()
	kills := 0
	for round := 0; done.Load() == 0 && !t.Failed(); round++ {
		reached := acked.Load()
		for acked.Load() < reached+int64(clients*each/8) && done.Load() == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		if done.Load() != 0 {
			break
		}
		if round%3 == 1 {
			if err := f.database.Kill(); err != nil {
				t.Error(err)
			}
			if err := f.database.Run(); err != nil {
				t.Fatal(err)
			}
		} else {
			f.kill(round % 3)
			at.Lock()
			f.start(round % 3)
			at.Unlock()
		}
		kills++
	}
	work.Wait()
	if kills < 3 {
		t.Errorf("%d deaths: that shows nothing", kills)
	}
	ids := f.verified()
	for c := range clients {
		for n := range each {
			id := uuidOf(c*100_000 + n)
			if ids[id] != 1 {
				t.Errorf("command %s was answered, and has %d entries", id, ids[id])
			}
		}
	}
	if got := f.entries() - before; got != uint64(clients*each) {
		t.Errorf("%d entries of %d commands", got, clients*each)
	}
	t.Logf("%d commands, %d deaths", acked.Load(), kills)
}

// entries is how long the journal is.
func (f *fleet) entries() (n uint64) {
	f.t.Helper()
	err := f.shop.View(f.t.Context(), func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// verified proves the shop, and counts the entries of each command id.
func (f *fleet) verified() map[string]int {
	f.t.Helper()
	rep, err := f.shop.Verify(f.t.Context(), store.VerifyOptions{})
	if err != nil || !rep.OK() {
		f.t.Errorf("%+v, %v", rep, err)
	}
	ids := map[string]int{}
	err = f.shop.View(f.t.Context(), func(r store.Reader) error {
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			ids[e.Leaf.Cmd.String()]++
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return ids
}

// here opens a server of the shop in this process and returns where it answers.
func (f *fleet) here() string {
	f.t.Helper()
	o := replicaOptions(f.url, f.dir, len(f.at)+100)
	o.Serves = "http://localhost:1"
	sh, err := shop.Open(o)
	if err != nil {
		f.t.Fatal(err)
	}
	srv := server.New(server.Options{Shop: sh, Version: "test", URL: "http://localhost:1"})
	web := httptest.NewServer(srv.Handler())
	f.at = append(f.at, web.URL)
	f.t.Cleanup(func() {
		web.CloseClientConnections()
		if err := errors.Join(srv.Close(), sh.Close()); err != nil {
			f.t.Error(err)
		}
		web.Close()
	})
	return web.URL
}

// TestAnyServerWillDo: what one server of a shop has given, the others take: the snapshot that somebody reads, logins, news.
func TestAnyServerWillDo(t *testing.T) {
	f := newFleet(t, false)
	one, two := f.here(), f.here()
	ada := newCaller(f.token)
	ada.mustDo(t, one, "customer.add.v1", map[string]any{"name": "Hotel"})
	read := func(who *caller, url, snapshot string) (status int, names int, id string) {
		t.Helper()
		status, text := who.ask(url, "POST", "/v1/read", map[string]any{
			"snapshot": snapshot, "scans": []any{map[string]any{"space": "r/customer", "limit": 100}},
		})
		var out remote.Reads
		if status == http.StatusOK {
			if err := json.Unmarshal(text, &out); err != nil || len(out.Ranges) != 1 {
				t.Fatalf("%.300s: %v", text, err)
			}
			names, id = len(out.Ranges[0].Keys), out.Snapshot
		}
		return status, names, id
	}
	status, n, snapshot := read(ada, one, "")
	if status != http.StatusOK || n != 1 {
		t.Fatalf("%d, %d customers", status, n)
	}
	ada.mustDo(t, two, "customer.add.v1", map[string]any{"name": "Villa"})
	for _, url := range []string{two, one, two} {
		if status, n, _ := read(ada, url, snapshot); status != http.StatusOK || n != 1 {
			t.Errorf("%s: %d, %d customers in a snapshot of one", url, status, n)
		}
	}
	if status, n, _ := read(ada, two, ""); status != http.StatusOK || n != 2 {
		t.Errorf("a new snapshot: %d, %d customers", status, n)
	}
	// It is nobody else's, and nobody makes one up.
	mia := f.person(t, one, "Mia")
	for _, id := range []string{snapshot, "00000003-0000001B-1.X." + strings.Repeat("0", 64), "x", "..", snapshot[:len(snapshot)-1] + "z"} {
		if status, _, _ := read(mia, two, id); status != http.StatusConflict {
			t.Errorf("%.40s of somebody else: %d", id, status)
		}
	}

	// Whoever waits at one hears at once of what another has done.
	entries := f.entries()
	heard := make(chan int)
	go func() {
		status, _ := ada.ask(two, "GET", fmt.Sprintf("/v1/journal?after=%d&wait=30s", entries), nil)
		heard <- status
	}()
	ada.mustDo(t, one, "customer.add.v1", map[string]any{"name": "Third"})
	if status := <-heard; status != http.StatusOK {
		t.Errorf("waiting: %d", status)
	}
}

// person adds a clerk with a token.
func (f *fleet) person(t *testing.T, url, name string) *caller {
	t.Helper()
	id := newCaller(f.token).mustDo(t, url, "user.add.v1", map[string]any{"name": name, "roles": []string{"clerk"}})
	text, err := party.DrawToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.shop.One(t.Context(), store.Intent{Actor: owner, Cmd: &party.IssueToken{
		Person: store.ID(id), Label: "test", Scopes: []party.Scope{party.Sync}, Expires: time.Now().Add(time.Hour), Handle: text.Handle, Secret: text.Digest(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return newCaller(text.Text())
}

// TestLoginAtAnyServer draws a nonce at one server, uses it at another, and renews at the first.
func TestLoginAtAnyServer(t *testing.T) {
	f := newFleet(t, false)
	one, two := f.here(), f.here()
	key := keyOf(t, 'm')
	_, err := f.shop.One(t.Context(), store.Intent{Actor: owner, Cmd: &party.AddKey{Person: f.ada(), Public: string(ssh.MarshalAuthorizedKey(key.PublicKey()))}})
	if err != nil {
		t.Fatal(err)
	}
	nobody := newCaller("")
	var c server.Challenge
	into := func(status int, text []byte) func(any) {
		return func(v any) {
			t.Helper()
			if err := json.Unmarshal(text, v); err != nil || status != http.StatusOK {
				t.Fatalf("%d %.300s: %v", status, text, err)
			}
		}
	}
	into(nobody.ask(one, "POST", "/v1/login/challenge", nil))(&c)
	sig, err := sshlogin.Sign(key, "localhost:1", c.Nonce)
	if err != nil {
		t.Fatal(err)
	}
	in := server.SSHLogin{Nonce: c.Nonce, Host: "localhost:1", Signature: sig}
	var first, second server.Session
	into(nobody.ask(two, "POST", "/v1/login/ssh", in))(&first)
	if status, _ := nobody.ask(one, "POST", "/v1/login/ssh", in); status != http.StatusUnauthorized {
		t.Errorf("the nonce once more, elsewhere: %d", status)
	}
	who := func(token, url string) int {
		status, _ := newCaller(token).ask(url, "GET", "/v1/whoami", nil)
		return status
	}
	if who(first.Access, one) != 200 || who(first.Access, two) != 200 {
		t.Error("a login counts at one server only")
	}
	into(nobody.ask(one, "POST", "/v1/login/refresh", server.Renewal{Refresh: first.Refresh}))(&second)
	if who(second.Access, two) != 200 || who(first.Access, two) != 401 {
		t.Error("what was renewed elsewhere does not count, or the old one does")
	}
	if status, _ := nobody.ask(two, "POST", "/v1/login/refresh", server.Renewal{Refresh: first.Refresh}); status != http.StatusUnauthorized || who(second.Access, one) != 401 {
		t.Errorf("a token in two hands, at two servers: %d", status)
	}
}

// ada is the administrator.
func (f *fleet) ada() (id store.ID) {
	f.t.Helper()
	err := f.shop.View(f.t.Context(), func(r store.Reader) (err error) {
		id, err = party.People.FindID(r, "Ada")
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}
