package server

import (
	"context"
	"testing"
	"time"

	"callout/party"
	"callout/shop"
	"callout/store"
)

// ExpiresAsItShould steps through the life of a login.
func ExpiresAsItShould(t *testing.T, srv *Server, sh *shop.Shop, now time.Time) {
	t.Helper()
	ctx := t.Context()
	s := newSessions(sh)
	parse := func(text string) party.TokenText {
		tok, err := party.ParseToken(text)
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	begin := func(person store.ID, at time.Time) Session {
		t.Helper()
		pair, err := s.begin(&login{person: person}, at)
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	counts := func(pair Session, at time.Time) (ok bool) {
		t.Helper()
		err := sh.View(ctx, func(r store.Reader) (err error) {
			// Another server of the same shop knows it, too.
			_, ok, err = newSessions(sh).identify(r, parse(pair.Access), at, &Identity{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	pair := begin("person_x", now)
	if !counts(pair, now) || !counts(pair, now.Add(accessTime-1)) || counts(pair, now.Add(accessTime)) {
		t.Error("an access token counts for the wrong time")
	}
	if _, _, err := s.renew(parse(pair.Refresh), now.Add(idleSession)); err == nil {
		t.Error("a login that was idle for a day goes on")
	}
	pair = begin("person_x", now)
	last := now
	for at := now; at.Before(now.Add(wholeLogin + 2*idleSession)); at = at.Add(idleSession / 2) {
		_, next, err := newSessions(sh).renew(parse(pair.Refresh), at)
		if err != nil {
			break
		}
		pair, last = next, at
	}
	if d := last.Sub(now); d >= wholeLogin || d < wholeLogin-idleSession {
		t.Errorf("a login that is renewed again and again lasts %s", d)
	}
	first := begin("person_y", now)
	for range mostLogins - 1 {
		begin("person_y", now.Add(time.Second))
	}
	if !counts(first, now) {
		t.Errorf("%d logins are too many", mostLogins)
	}
	begin("person_y", now.Add(time.Second))
	if counts(first, now) {
		t.Errorf("there are %d logins of one person", mostLogins+1)
	}
	if n := notes(t, sh); n < 3*mostLogins {
		t.Errorf("%d notes", n)
	}
	if err := srv.sweep(ctx, now.Add(wholeLogin)); err != nil {
		t.Fatal(err)
	}
	if n := notes(t, sh); n > 1 { // what marks nonces stays
		t.Errorf("when all has ended, %d notes are left", n)
	}
}

// notes counts what is noted.
func notes(t *testing.T, sh *shop.Shop) (n int) {
	t.Helper()
	err := sh.View(t.Context(), func(r store.Reader) error {
		return store.NotesIn(r).Each("", func(string, []byte) bool { n++; return true })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// NoncesAreUsedOnce draws them at one server and uses them at another.
func NoncesAreUsedOnce(t *testing.T, srv *Server, sh *shop.Shop, now time.Time) {
	t.Helper()
	ctx := context.Background()
	a, b := newSessions(sh), newSessions(sh)
	draw := func() string {
		n, err := a.nonces.draw(ctx, now)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n := draw()
	before := notes(t, sh)
	if n == draw() || notes(t, sh) != before {
		t.Error("a nonce comes twice, or is written down before it is used")
	}
	if err := b.nonces.spend(ctx, n, now.Add(nonceTime)); err == nil {
		t.Error("a nonce counts for too long")
	}
	if err := b.nonces.spend(ctx, n, now); err != nil {
		t.Errorf("a nonce of another server: %v", err)
	}
	if a.nonces.spend(ctx, n, now) == nil || b.nonces.spend(ctx, n, now) == nil {
		t.Error("a nonce counts twice")
	}
	for _, forged := range []string{"", "mine", n[:len(n)-1], "B" + draw()[1:], draw() + "AAAA"} {
		if err := a.nonces.spend(ctx, forged, now); err == nil {
			t.Errorf("%q is taken for a nonce", forged)
		}
	}
	if err := srv.sweep(ctx, now.Add(2*nonceTime)); err != nil {
		t.Fatal(err)
	}
	if notes(t, sh) != before {
		t.Error("a nonce that was used is remembered for longer than it counts")
	}
}
