package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"time"

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
	mostLogins = 100 // of one person; the one that ends first makes room
	mostUsed   = 200 // refresh tokens of a login that are still known after they were used
)

// keeper keeps the notes that the servers of a shop share.
type keeper interface {
	View(ctx context.Context, fn func(store.Reader) error) error
	Note(ctx context.Context, fn func(*store.Notes) error) error
}

// sessions are the logins of people by their keys: a token for a quarter of an hour, and one that gets the next pair and is
// good for once. They are kept beside the journal, so that it does not matter which of a shop's servers is asked, nor
// whether one was started anew.
type sessions struct {
	shop   keeper
	nonces nonces
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
	used    []string // handles of refresh tokens that have got their pair, the last ones
	id      string
}

// issued is a token that counts for a while.
type issued struct {
	Handle string    `json:"handle"`
	Digest string    `json:"digest"`
	Until  time.Time `json:"until"`
}

func newSessions(shop keeper) *sessions { return &sessions{shop: shop, nonces: nonces{shop: shop}} }

// begin starts a login and returns its first pair.
func (s *sessions) begin(l *login, now time.Time) (out Session, err error) {
	id, err := party.DrawToken(rand.Reader)
	if err != nil {
		return out, err
	}
	l.id, l.ends = string(l.person)+"/"+id.Digest(), now.Add(wholeLogin)
	err = s.shop.Note(context.Background(), func(n *store.Notes) error {
		if err := makeRoom(n, l.person); err != nil {
			return err
		}
		out, err = pair(n, l, now)
		return err
	})
	return out, err
}

// makeRoom ends the login of a person that would end first, where they have as many as they may.
func makeRoom(n *store.Notes, person store.ID) error {
	var all []*login
	var bad error
	err := n.Each(loginKey(string(person)+"/"), func(_ string, text []byte) bool {
		var l *login
		if l, bad = readLogin(text); bad == nil {
			all = append(all, l)
		}
		return bad == nil
	})
	if err != nil || bad != nil || len(all) < mostLogins {
		return cmp.Or(err, bad)
	}
	drop(n, slices.MinFunc(all, func(a, b *login) int { return a.refresh.Until.Compare(b.refresh.Until) }))
	return nil
}

// pair gives a login new tokens; the old access token ends.
func pair(n *store.Notes, l *login, now time.Time) (Session, error) {
	access, err := party.DrawToken(rand.Reader)
	if err != nil {
		return Session{}, err
	}
	refresh, err := party.DrawToken(rand.Reader)
	if err != nil {
		return Session{}, err
	}
	n.Put(accessKey(l.access.Handle), nil)
	l.access = issued{access.Handle, access.Digest(), now.Add(accessTime)}
	l.refresh = issued{refresh.Handle, refresh.Digest(), earlier(now.Add(idleSession), l.ends)}
	if len(l.used) > mostUsed {
		n.Put(refreshKey(l.used[0]), nil)
		l.used = l.used[1:]
	}
	return Session{Access: access.Text(), Refresh: refresh.Text(), ExpiresIn: int(accessTime.Seconds()), Person: l.person}, l.keep(n)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// renew exchanges a refresh token for the next pair. One that was exchanged before is in two hands: the whole
// login ends, because nobody knows which of them is its owner.
func (s *sessions) renew(token party.TokenText, now time.Time) (l *login, out Session, err error) {
	twice := false
	err = s.shop.Note(context.Background(), func(n *store.Notes) error {
		l, twice = nil, false
		found, err := loginOf(n, token)
		switch {
		case err != nil:
			return err
		case found == nil:
			return unauthenticated()
		case token.Handle != found.refresh.Handle:
			l, twice = found, true
			drop(n, found)
			return nil
		case !now.Before(found.refresh.Until):
			return unauthenticated()
		}
		l = found
		l.used = append(l.used, token.Handle)
		out, err = pair(n, l, now)
		return err
	})
	if err == nil && twice {
		err = unauthenticated()
	}
	return l, out, err
}

// end ends the login that an access token is of.
func (s *sessions) end(handle string) error {
	return s.shop.Note(context.Background(), func(n *store.Notes) error {
		text, err := n.Get(accessKey(handle))
		if err != nil || text == nil {
			return err
		}
		var a accessNote
		if err := json.Unmarshal(text, &a); err != nil {
			return damagedNote(err)
		}
		l, err := findLogin(n, a.Login)
		if err == nil && l != nil {
			drop(n, l)
		}
		return err
	})
}

// identify fills in who an access token stands for, if it counts, and returns the login's key.
func (s *sessions) identify(r store.Reader, token party.TokenText, now time.Time, who *Identity) (key store.ID, ok bool, err error) {
	text, err := store.NotesIn(r).Get(accessKey(token.Handle))
	if err != nil || text == nil {
		return "", false, err
	}
	var a accessNote
	if err := json.Unmarshal(text, &a); err != nil {
		return "", false, damagedNote(err)
	}
	if !token.Matches(a.Digest) || !now.Before(a.Until) {
		return "", false, nil
	}
	who.Person, who.Scopes, who.How = a.Person, a.Scopes, a.How
	return a.Key, true, nil
}
