package server_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/party"
	"callout/server"
	"callout/store"
)

// The OWASP API Security Top 10 of 2023, and where each of its risks is tried out:
//
//	API1 broken object level authorization      TestTechniciansSeeTheirOwn, TestTechniciansDoTheirOwn
//	API2 broken authentication                  TestTokensCount, TestRoutesByRole; login_test.go, oidc_test.go
//	API3 object property level authorization    TestTechniciansSeeTheirOwn (costs, prices), TestACommandIsDoneAsWhoeverLoggedIn (mass assignment)
//	API4 unrestricted resource consumption      TestLimits, TestListsComeInPages, TestFull
//	API5 broken function level authorization    TestRoutesByRole, TestCommandsByRole
//	API6 sensitive business flows               TestReplays, TestRepeatingIsHarmless
//	API7 server side request forgery            the server asks nobody but the identity provider that it was started with: TestNobodyIsAsked
//	API8 security misconfiguration              TestHeaders, TestWhatIsBrokenIsNotTold
//	API9 improper inventory management          TestDescription
//	API10 unsafe consumption of APIs            login_test.go: what a client or an agent sends is checked

// TestLimits: what is too long is refused before it is read, and a connection that says nothing is closed.
func TestLimits(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.srv.Serve(ctx, l) }()
	other := *mia
	other.h = &house{t: t, url: "http://" + l.Addr().String()}
	if rep := other.ask("GET", "/v1/whoami", nil, "X-Long: "+strings.Repeat("x", 40<<10)); rep.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("long headers: %d", rep.status)
	}
	if rep := other.ask("GET", "/v1/whoami", nil); rep.status != 200 {
		t.Errorf("a request as usual: %d", rep.status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("going down: %v", err)
	}
	if _, err := http.Get(other.h.url + "/healthz"); err == nil { //nolint:noctx,bodyclose // it has to fail
		t.Error("the server answers after its end")
	}
}

// TestReplays: a decision that is sent again, by whomever and under whichever id, is one decision.
func TestReplays(t *testing.T) {
	w := newWorld(t)
	boss := w.user("Boss", party.Manager)
	w.tom.command("time.submit.v1", map[string]any{"entry": w.toms.entry})
	if rep := w.tom.try("time.approve.v1", map[string]any{"entry": w.toms.entry}); rep.status != 403 {
		t.Errorf("the maker approves: %d", rep.status)
	}
	var done sync.Map
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			rep := boss.try("time.approve.v1", map[string]any{"entry": w.toms.entry})
			done.Store(rep.status, true)
			if rep.status != 200 && rep.status != 422 && rep.status != 409 {
				t.Errorf("approving at the same time: %d %s", rep.status, rep.body)
			}
		})
	}
	all.Wait()
	if _, once := done.Load(200); !once {
		t.Error("nobody approved")
	}
	approved := 0
	w.read(func(r store.Reader) error {
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			if e.Leaf.Type == "time.approve.v1" && e.Leaf.Refused == "" {
				approved++
			}
		}
		return nil
	})
	if approved != 1 {
		t.Errorf("one entry was approved %d times", approved)
	}
}

// TestFourEyesHoldForWhoeverLoggedIn: no role makes the maker the approver.
func TestFourEyesHoldForWhoeverLoggedIn(t *testing.T) {
	w := newWorld(t)
	w.do(&party.ChangeRoles{Person: w.tom.id, Grant: []party.Role{party.Manager, party.Approver}})
	w.tom.command("time.submit.v1", map[string]any{"entry": w.toms.entry})
	if rep := w.tom.try("time.approve.v1", map[string]any{"entry": w.toms.entry}); rep.status != 422 {
		t.Errorf("a manager approves their own time: %d %s", rep.status, rep.body)
	}
}

// TestHeaders: every answer, a refusal too, says that nobody else's page may use it.
func TestHeaders(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	for _, path := range []string{"/healthz", "/v1/whoami", "/v1/customer", "/nowhere", "/v1/head", "/v1/commands"} {
		rep := mia.ask("GET", path, nil)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "", "Server": "",
		} {
			if got := rep.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if rep.header.Get("X-Request-Id") == "" || !strings.Contains(rep.header.Get("Content-Security-Policy"), "default-src 'none'") || rep.header.Get("Cache-Control") == "" {
			t.Errorf("%s: %v", path, rep.header)
		}
	}
	if got := mia.ask("GET", "/healthz", nil, "X-Request-Id: from-my-proxy.7").header.Get("X-Request-Id"); got != "from-my-proxy.7" {
		t.Errorf("the proxy's id: %q", got)
	}
	if got := mia.ask("GET", "/healthz", nil, "X-Request-Id: a b\"c").header.Get("X-Request-Id"); strings.ContainsAny(got, ` "`) {
		t.Errorf("a strange id is taken over: %q", got)
	}
}

// TestWhatIsBrokenIsNotTold: what fails inside stands in the log under the id that the answer has, and nowhere else.
func TestWhatIsBrokenIsNotTold(t *testing.T) {
	p := server.ProblemOf(fmt.Errorf("open /var/lib/secret.db: %w", errors.New("no such file")), "r1")
	if p.Status != 500 || strings.Contains(p.Detail, "secret") || p.Instance != "urn:callout:request:r1" || p.Exit != 1 {
		t.Errorf("the problem is %+v", p)
	}
}

// TestNobodyIsAsked: no command and no read makes the server reach out; what holds an address is kept as text.
func TestNobodyIsAsked(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{})
	go func() {
		if c, err := l.Accept(); err == nil {
			close(asked)
			_ = c.Close()
		}
	}()
	url := "http://" + l.Addr().String() + "/x"
	mia.command("customer.add.v1", map[string]any{"name": url, "email": "x@" + l.Addr().String(), "address": url})
	mia.ask("GET", "/v1/customer", nil, "Referer: "+url, "X-Forwarded-Host: "+l.Addr().String())
	_ = l.Close()
	select {
	case <-asked:
		t.Error("the server has reached out")
	case <-time.After(50 * time.Millisecond):
	}
}
