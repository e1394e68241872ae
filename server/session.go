package server

import (
	"crypto/rand"
	"sync"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// How long what a login gives counts.
const (
	nonceTime   = time.Minute
	accessTime  = 15 * time.Minute
	idleSession = 24 * time.Hour      // without being renewed
	wholeLogin  = 30 * 24 * time.Hour // however often it is renewed
)

// Limits of what is remembered of logins.
const (
	mostNonces = 10000
	mostLogins = 10000
)

// sessions are the logins of people by their keys: a token for a quarter of an hour, and one that gets the next pair and is
// good for once. They live in this process only: whoever loses theirs logs in again.
type sessions struct {
	mu      sync.Mutex
	nonces  map[string]time.Time // until when each may be used
	access  map[string]*login    // by handle
	refresh map[string]*login    // by handle, used ones too
}

// login is one person's, from the day on which they logged in by a key.
type login struct {
	person  store.ID
	key     store.ID // the record of the key or of the identity by which it was
	scopes  []party.Scope
	how     store.How
	ends    time.Time
	access  issued
	refresh issued
	used    map[string]bool // handles of refresh tokens that have got their pair
}

// issued is a token that counts for a while.
type issued struct {
	handle, digest string
	until          time.Time
}

func newSessions() *sessions {
	return &sessions{nonces: map[string]time.Time{}, access: map[string]*login{}, refresh: map[string]*login{}}
}

// nonce is a number that is used once, and soon.
func (s *sessions) nonce(now time.Time) (string, error) {
	text, err := party.DrawToken(rand.Reader)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.nonces) >= mostNonces {
		for n, until := range s.nonces {
			if now.After(until) {
				delete(s.nonces, n)
			}
		}
	}
	if len(s.nonces) >= mostNonces {
		return "", fault.Busyf("too many log in at the same time").With(codeFull).Hint("try again in a minute")
	}
	n := text.Digest()
	s.nonces[n] = now.Add(nonceTime)
	return n, nil
}

// spend uses a nonce up, and reports whether it could be used.
func (s *sessions) spend(nonce string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.nonces[nonce]
	delete(s.nonces, nonce)
	return ok && now.Before(until)
}

// begin starts a login and returns its first pair.
func (s *sessions) begin(l *login, now time.Time) (Session, error) {
	l.ends, l.used = now.Add(wholeLogin), map[string]bool{}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if len(s.access) >= mostLogins {
		return Session{}, fault.Busyf("too many are logged in").With(codeFull)
	}
	return s.pair(l, now)
}

// pair gives a login new tokens; the old access token ends.
func (s *sessions) pair(l *login, now time.Time) (Session, error) {
	access, err := party.DrawToken(rand.Reader)
	if err != nil {
		return Session{}, err
	}
	refresh, err := party.DrawToken(rand.Reader)
	if err != nil {
		return Session{}, err
	}
	delete(s.access, l.access.handle)
	l.access = issued{access.Handle, access.Digest(), now.Add(accessTime)}
	l.refresh = issued{refresh.Handle, refresh.Digest(), earlier(now.Add(idleSession), l.ends)}
	s.access[access.Handle], s.refresh[refresh.Handle] = l, l
	return Session{Access: access.Text(), Refresh: refresh.Text(), ExpiresIn: int(accessTime.Seconds()), Person: l.person}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// renew exchanges a refresh token for the next pair. One that was exchanged before is in two hands: the whole
// login ends, because nobody knows which of them is its owner.
func (s *sessions) renew(token party.TokenText, now time.Time) (*login, Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.refresh[token.Handle]
	switch {
	case l == nil:
		return nil, Session{}, unauthenticated()
	case l.used[token.Handle]:
		s.drop(l)
		return l, Session{}, unauthenticated()
	case token.Handle != l.refresh.handle || !token.Matches(l.refresh.digest) || !now.Before(l.refresh.until):
		return nil, Session{}, unauthenticated()
	}
	l.used[token.Handle] = true
	next, err := s.pair(l, now)
	return l, next, err
}

// drop ends a login.
func (s *sessions) drop(l *login) {
	delete(s.access, l.access.handle)
	delete(s.refresh, l.refresh.handle)
	for handle := range l.used {
		delete(s.refresh, handle)
	}
}

// end ends the login that an access token is of.
func (s *sessions) end(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.access[handle]; l != nil {
		s.drop(l)
	}
}

// sweep forgets logins that have ended, when there are many.
func (s *sessions) sweep(now time.Time) {
	if len(s.access) < mostLogins/2 {
		return
	}
	for _, l := range s.access {
		if !now.Before(l.refresh.until) {
			s.drop(l)
		}
	}
}

// identify fills in who an access token stands for, if it counts, and returns the login's key.
func (s *sessions) identify(token party.TokenText, now time.Time, who *Identity) (key store.ID, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.access[token.Handle]
	if l == nil || !token.Matches(l.access.digest) || !now.Before(l.access.until) {
		return "", false
	}
	who.Person, who.Scopes, who.How = l.person, l.scopes, l.how
	return l.key, true
}
