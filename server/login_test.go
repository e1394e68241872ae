package server_test

import (
	"crypto/ed25519"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callout/internal/sshlogin"
	"callout/party"
	"callout/server"
	"callout/store"

	"golang.org/x/crypto/ssh"
)

// keyOf is an SSH key that is the same in every run.
func keyOf(t *testing.T, seed byte) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), 32))))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// logIn signs a challenge of the server and sends it.
func (h *house) logIn(s ssh.Signer, host string) reply {
	h.t.Helper()
	var c server.Challenge
	nobody := &client{h: h}
	nobody.ask("POST", "/v1/login/challenge", nil).into(h.t, &c)
	sig, err := sshlogin.Sign(s, host, c.Nonce)
	if err != nil {
		h.t.Fatal(err)
	}
	return nobody.ask("POST", "/v1/login/ssh", server.SSHLogin{Nonce: c.Nonce, Host: host, Signature: sig})
}

func TestLoginByAnSSHKey(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	key := keyOf(t, 'm')
	added := h.do(&party.AddKey{Person: mia.id, Public: string(ssh.MarshalAuthorizedKey(key.PublicKey()))})
	rep := h.logIn(key, "localhost:1")
	var s server.Session
	rep.into(t, &s)
	if rep.status != 200 || s.Person != mia.id || s.Name != "Mia" || s.ExpiresIn != 900 {
		t.Fatalf("%d %s", rep.status, rep.body)
	}
	me := &client{h: h, id: mia.id, token: s.Access}
	done := me.command("customer.add.v1", customer("Grand Hotel"))
	h.wantActor(done.Entry, mia.id, store.SSHKey)

	// What does not hold lets nobody in.
	if rep := h.logIn(keyOf(t, 'x'), "localhost:1"); rep.status != 401 {
		t.Errorf("a stranger's key: %d", rep.status)
	}
	for _, host := range []string{"evil.example", "localhost:2", "", "localhost.evil.example:1"} {
		if rep := h.logIn(key, host); rep.status != 401 {
			t.Errorf("a signature for %q: %d %s", host, rep.status, rep.body)
		}
	}
	nobody := &client{h: h}
	var c server.Challenge
	nobody.ask("POST", "/v1/login/challenge", nil).into(t, &c)
	sig, err := sshlogin.Sign(key, "localhost:1", c.Nonce)
	if err != nil {
		t.Fatal(err)
	}
	in := server.SSHLogin{Nonce: c.Nonce, Host: "localhost:1", Signature: sig}
	if rep := nobody.ask("POST", "/v1/login/ssh", in); rep.status != 200 {
		t.Errorf("the first time: %s", rep.body)
	}
	if rep := nobody.ask("POST", "/v1/login/ssh", in); rep.status != 401 {
		t.Errorf("a nonce that was used: %d", rep.status)
	}
	in.Nonce = "mine"
	if in.Signature, err = sshlogin.Sign(key, "localhost:1", "mine"); err != nil {
		t.Fatal(err)
	}
	if rep := nobody.ask("POST", "/v1/login/ssh", in); rep.status != 401 {
		t.Errorf("a nonce of one's own: %d", rep.status)
	}
	if rep := nobody.ask("POST", "/v1/login/ssh", `{"nonce": "x", "host": "y", "signature": "z", "as": "Ada"}`); rep.status != 400 {
		t.Errorf("a field of somebody's own: %d", rep.status)
	}

	// The session ends with the key.
	h.do(&party.RemoveKey{Key: added.Subject})
	if rep := me.ask("GET", "/v1/whoami", nil); rep.status != 401 {
		t.Errorf("after the key was removed: %d", rep.status)
	}
	if rep := nobody.ask("POST", "/v1/login/refresh", server.Renewal{Refresh: s.Refresh}); rep.status != 401 {
		t.Errorf("renewing after the key was removed: %d", rep.status)
	}
}

// TestRefreshTokensAreGoodForOnce: the next pair ends the one before, and a token that comes twice ends the login.
func TestRefreshTokensAreGoodForOnce(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	key := keyOf(t, 'm')
	h.do(&party.AddKey{Person: mia.id, Public: string(ssh.MarshalAuthorizedKey(key.PublicKey()))})
	session := func() (s server.Session) {
		h.logIn(key, "localhost:1").into(t, &s)
		return s
	}
	nobody := &client{h: h}
	renew := func(refresh string) (s server.Session, status int) {
		rep := nobody.ask("POST", "/v1/login/refresh", server.Renewal{Refresh: refresh})
		if rep.status == 200 {
			rep.into(t, &s)
		}
		return s, rep.status
	}
	who := func(token string) int { return (&client{h: h, token: token}).ask("GET", "/v1/whoami", nil).status }
	first := session()
	second, status := renew(first.Refresh)
	if status != 200 || who(second.Access) != 200 || who(first.Access) != 401 {
		t.Errorf("renewed: %d, new %d, old %d", status, who(second.Access), who(first.Access))
	}
	if _, status := renew(second.Access); status != 401 {
		t.Errorf("an access token renews: %d", status)
	}
	if who(second.Refresh) != 401 {
		t.Error("a refresh token is let in")
	}
	if _, status := renew(first.Refresh); status != 401 || who(second.Access) != 401 {
		t.Errorf("a token in two hands: %d, and the login goes on: %d", status, who(second.Access))
	}
	if _, status := renew(second.Refresh); status != 401 {
		t.Errorf("the ended login is renewed: %d", status)
	}
	// Of many who renew at the same time, one at most gets the pair.
	third := session()
	var won atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, status := renew(third.Refresh); status == 200 {
				won.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d got the next pair", won.Load())
	}
	// Logging out ends both.
	last := session()
	if rep := (&client{h: h, token: last.Access}).ask("POST", "/v1/logout", nil); rep.status != 200 {
		t.Errorf("logging out: %s", rep.body)
	}
	if _, status := renew(last.Refresh); status != 401 || who(last.Access) != 401 {
		t.Errorf("after logging out: %d", status)
	}
	if log := h.log.String(); strings.Contains(log, strings.Split(last.Access, "_")[2]) || strings.Contains(log, strings.Split(last.Refresh, "_")[2]) {
		t.Error("a secret is in the log")
	}
}

// TestSessionsExpire by a clock of the test's own.
func TestSessionsExpire(t *testing.T) {
	h := newHouse(t)
	server.ExpiresAsItShould(t, h.srv, h.Shop, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
}

// TestNonces of one server, used at another.
func TestNonces(t *testing.T) {
	h := newHouse(t)
	server.NoncesAreUsedOnce(t, h.srv, h.Shop, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
}

// wantActor asks that an entry is by somebody, whom the server knows by one way.
func (h *house) wantActor(entry uint64, id store.ID, how store.How) {
	h.t.Helper()
	h.read(func(r store.Reader) error {
		e, err := store.ReadEntry(r, entry)
		if err != nil {
			return err
		}
		who, err := e.Actor()
		if err == nil && (who.ID != id || who.How != how) {
			h.t.Errorf("the actor is %+v", who)
		}
		return err
	})
}
