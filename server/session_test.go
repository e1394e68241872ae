package server

import (
	"fmt"
	"testing"
	"time"

	"callout/party"
)

// ExpiresAsItShould steps through the life of a login.
func ExpiresAsItShould(t *testing.T, now time.Time) {
	t.Helper()
	s := newSessions()
	parse := func(text string) party.TokenText {
		tok, err := party.ParseToken(text)
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	pair, err := s.begin(&login{person: "person_x"}, now)
	if err != nil {
		t.Fatal(err)
	}
	counts := func(at time.Time) bool {
		_, ok := s.identify(parse(pair.Access), at, &Identity{})
		return ok
	}
	if !counts(now) || !counts(now.Add(accessTime-1)) || counts(now.Add(accessTime)) {
		t.Error("an access token counts for the wrong time")
	}
	if _, _, err := s.renew(parse(pair.Refresh), now.Add(idleSession)); err == nil {
		t.Error("a login that was idle for a day goes on")
	}
	pair, err = s.begin(&login{person: "person_x"}, now)
	if err != nil {
		t.Fatal(err)
	}
	last := now
	for at := now; at.Before(now.Add(wholeLogin + 2*idleSession)); at = at.Add(idleSession / 2) {
		_, next, err := s.renew(parse(pair.Refresh), at)
		if err != nil {
			break
		}
		pair, last = next, at
	}
	if d := last.Sub(now); d >= wholeLogin || d < wholeLogin-idleSession {
		t.Errorf("a login that is renewed again and again lasts %s", d)
	}
	n, err := s.nonce(now)
	if err != nil {
		t.Fatal(err)
	}
	if s.spend(n, now.Add(nonceTime)) || s.spend(n, now) {
		t.Error("a nonce counts for too long, or twice")
	}
	for i := range mostNonces {
		if _, err := s.nonce(now); err != nil {
			t.Fatalf("nonce %d: %v", i, err)
		}
	}
	if _, err := s.nonce(now); err == nil {
		t.Error("there is no end of nonces")
	}
	if _, err := s.nonce(now.Add(2 * nonceTime)); err != nil {
		t.Errorf("when the old ones have expired: %v", err)
	}
	for i := range mostLogins {
		if _, err := s.begin(&login{}, now); err != nil && i < mostLogins-10 {
			t.Fatal(fmt.Errorf("login %d: %w", i, err))
		}
	}
	if _, err := s.begin(&login{}, now); err == nil {
		t.Error("there is no end of logins")
	}
	if _, err := s.begin(&login{}, now.Add(2*idleSession)); err != nil {
		t.Errorf("when the old ones have ended: %v", err)
	}
}
