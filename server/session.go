package server

import (
	"sync"
	"time"

	"callout/party"
	"callout/store"
)

// sessions are the short-lived tokens of people who have logged in by a key. They live in this process
// only: whoever loses one logs in again.
type sessions struct {
	mu   sync.Mutex
	live map[string]*session // by handle of the access token
}

// session is one login.
type session struct {
	person  store.ID
	digest  string
	scopes  []party.Scope
	how     store.How
	expires time.Time
}

func newSessions() *sessions { return &sessions{live: map[string]*session{}} }

// identify fills in who a token stands for, if it is that of a session that counts.
func (s *sessions) identify(token party.TokenText, now time.Time, who *Identity) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.live[token.Handle]
	if one == nil || !token.Matches(one.digest) || !now.Before(one.expires) {
		return false
	}
	who.Person, who.Scopes, who.How = one.person, one.scopes, one.how
	return true
}
