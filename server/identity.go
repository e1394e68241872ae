package server

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Identity is who a request comes from, as its token or session says.
type Identity struct {
	Person store.ID
	Name   string
	Roles  []party.Role
	Scopes []party.Scope
	How    store.How
	Token  string // the handle of the token, or of the session
}

// Actor is the identity as commands name it.
func (i *Identity) Actor() store.Actor { return store.Actor{ID: i.Person, Name: i.Name, How: i.How} }

// unauthenticated is the one answer to every token that does not count: it does not say why.
func unauthenticated() *fault.Error {
	return fault.Loginf("this needs a token that counts").With("login.token").
		Hint("callout login URL   (or Authorization: Bearer cout_…)")
}

// identify finds out who a request comes from.
func (s *Server) identify(r *http.Request) (*Identity, error) {
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, unauthenticated()
	}
	token, err := party.ParseToken(strings.TrimSpace(text))
	if err != nil {
		return nil, unauthenticated()
	}
	who := &Identity{Token: token.Handle}
	session := false
	err = s.glance(r.Context(), func(rd store.Reader) error {
		key, ok, err := s.sessions.identify(rd, token, s.now(), who)
		if session = ok; err != nil {
			return err
		}
		if ok {
			return stillThere(rd, who, key)
		}
		id, err := party.Tokens.FindID(rd, token.Handle)
		if fault.Is(err, fault.NotFound) {
			return unauthenticated()
		}
		if err != nil {
			return err
		}
		t, err := party.Tokens.Get(rd, id)
		if err != nil {
			return err
		}
		if !token.Matches(t.Secret) || !t.Live(s.now()) {
			return unauthenticated()
		}
		who.Person, who.Scopes, who.How = t.Person, t.Scopes, store.Token
		return readPerson(rd, who)
	})
	if err != nil {
		return nil, err
	}
	if !session {
		s.used.note(token.Handle, s.now())
	}
	return who, nil
}

// stillThere fills in what the store says of somebody who has logged in, if their key counts still.
func stillThere(r store.Reader, who *Identity, key store.ID) error {
	if counts, err := stillCounts(r, key); err != nil {
		return err
	} else if !counts {
		return unauthenticated()
	}
	return readPerson(r, who)
}

// stillCounts reports whether what somebody has logged in by was not taken away: a key, or who they are at the identity provider.
func stillCounts(r store.Reader, by store.ID) (bool, error) {
	switch by.Prefix() {
	case "":
		return true, nil
	case "idn":
		i, ok, err := party.Identities.Try(r, by)
		return ok && i.Removed.IsZero(), err
	}
	k, ok, err := party.Keys.Try(r, by)
	return ok && k.Removed.IsZero(), err
}

func readPerson(r store.Reader, who *Identity) error {
	p, ok, err := party.People.Try(r, who.Person)
	if err != nil {
		return err
	}
	if !ok {
		return unauthenticated()
	}
	who.Name, who.Roles = p.Name, slices.Clone(p.Roles)
	return nil
}

// needs refuses an identity whose token has not the scope that a route asks for.
func (i *Identity) needs(scope party.Scope) error {
	if party.Covers(i.Scopes, scope) {
		return nil
	}
	return fault.Refusedf("this token cannot be used for that: it has not the scope %s", scope).With("role.scope").
		Hint("callout user token add %q --name NAME --scope %s", i.Name, scope)
}

// lastUse remembers when each token was last used, for as long as the process lives: journaling it would
// write an entry for every read.
type lastUse struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (l *lastUse) note(handle string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil {
		l.at = map[string]time.Time{}
	}
	l.at[handle] = now
}

// seesEverything reports whether nothing of the shop is kept from somebody.
func (i *Identity) seesEverything() bool { return (&party.Person{Roles: i.Roles}).SeesEverything() }
