package server_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/replica"
	"callout/replica/remote"
	"callout/store"

	"golang.org/x/crypto/ssh"
)

// keptLogin logs a clerk in by a key and keeps the login.
func (h *house) keptLogin(key ssh.Signer) (replica.Place, *replica.Login, store.ID) {
	h.t.Helper()
	mia := h.user("Mia", party.Clerk)
	added := h.do(&party.AddKey{Person: mia.id, Public: string(ssh.MarshalAuthorizedKey(key.PublicKey()))})
	at := replica.Place{Dir: h.t.TempDir(), Name: "tenant"}
	return at, h.keep(at, key), added.Subject
}

func (h *house) keep(at replica.Place, key ssh.Signer) *replica.Login {
	h.t.Helper()
	var s remote.Session
	h.logIn(key, "localhost:1").into(h.t, &s)
	l := &replica.Login{Server: h.url, Key: ssh.FingerprintSHA256(key.PublicKey())}
	l.Took(&s)
	if err := at.Keep(l); err != nil {
		h.t.Fatal(err)
	}
	return l
}

// stale gives a login a token that does not count.
func stale(t *testing.T, at replica.Place, l *replica.Login) {
	t.Helper()
	l.Token = "cout_gone"
	if err := at.Keep(l); err != nil {
		t.Fatal(err)
	}
}

// TestALoginIsRenewedOnce: of many processes that find their token ended, one gets the next pair, and all go on by it.
func TestALoginIsRenewedOnce(t *testing.T) {
	h := newHouse(t)
	at, l, _ := h.keptLogin(keyOf(t, 'm'))
	stale(t, at, l)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			way := at.Way(l, nil)
			if who, err := way.Whoami(t.Context()); err != nil || who != "Mia" {
				t.Errorf("%q, %v", who, err)
			}
		})
	}
	all.Wait()
	kept, err := at.Read()
	if err != nil || kept.Token == l.Token || kept.Refresh == l.Refresh {
		t.Errorf("what was kept is %v, %v", kept, err)
	}
	if st, err := os.Stat(filepath.Join(at.Dir, "tenant.login")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
}

// TestALoginThatHasEnded gets the next one by the key, if that is there, and says how to go on otherwise.
func TestALoginThatHasEnded(t *testing.T) {
	h := newHouse(t)
	key := keyOf(t, 'm')
	at, l, record := h.keptLogin(key)
	asked := 0
	again := func(context.Context, *replica.Login) (*remote.Session, error) {
		asked++
		var s remote.Session
		rep := h.logIn(key, "localhost:1")
		if rep.status != 200 {
			return nil, fault.Loginf("no").With("login.token")
		}
		rep.into(t, &s)
		return &s, nil
	}
	l.Refresh = "cout_gone"
	stale(t, at, l)
	way := at.Way(l, again)
	if who, err := way.Whoami(t.Context()); err != nil || who != "Mia" || asked != 1 {
		t.Errorf("%q, %v, asked %d times", who, err, asked)
	}
	h.do(&party.RemoveKey{Key: record})
	for _, again := range []func(context.Context, *replica.Login) (*remote.Session, error){again, nil} {
		kept, err := at.Read()
		if err != nil {
			t.Fatal(err)
		}
		way := at.Way(kept, again)
		if _, err := way.Whoami(t.Context()); fault.CodeOf(err) != "login.ended" {
			t.Errorf("the key was taken away, and the login goes on: %v", err)
		}
	}
	// A token that lasts is not renewed: what it lacks is said as the server says it.
	last := at.Way(&replica.Login{Server: h.url, Token: "cout_gone"}, again)
	if _, err := last.Whoami(t.Context()); fault.CodeOf(err) != "login.token" {
		t.Errorf("a token that does not count: %v", err)
	}
	// A key that is somebody else's now makes nobody else of who is logged in.
	l = h.keep(at, keyFor(h, "Nora"))
	l.Person = "Mia"
	stale(t, at, l)
	other := at.Way(l, nil)
	if _, err := other.Whoami(t.Context()); fault.CodeOf(err) != "login.other" {
		t.Errorf("the login is somebody else's now: %v", err)
	}
}

func keyFor(h *house, name string) ssh.Signer {
	h.t.Helper()
	key := keyOf(h.t, 'n')
	h.do(&party.AddKey{Person: h.user(name, party.Clerk).id, Public: string(ssh.MarshalAuthorizedKey(key.PublicKey()))})
	return key
}
