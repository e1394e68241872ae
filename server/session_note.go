package server

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Notes of logins: each has one for itself, one for the access token that counts, and one for each of its refresh tokens. No secret
// is in them, only digests.
//
//	login/PERSON/ID   → loginNote
//	access/HANDLE     → accessNote
//	refresh/HANDLE    → refreshNote

func loginKey(id string) string       { return "login/" + id }
func accessKey(handle string) string  { return "access/" + handle }
func refreshKey(handle string) string { return "refresh/" + handle }

// loginNote is a login as it is kept.
type loginNote struct {
	ID      string        `json:"id"`
	Person  store.ID      `json:"person"`
	Key     store.ID      `json:"key,omitempty"`
	Scopes  []party.Scope `json:"scopes"`
	How     store.How     `json:"how"`
	Ends    time.Time     `json:"ends"`
	Access  issued        `json:"access"`
	Refresh issued        `json:"refresh"`
	Used    []string      `json:"used,omitempty"`
}

// accessNote has all that a request needs.
type accessNote struct {
	Login  string        `json:"login"`
	Person store.ID      `json:"person"`
	Key    store.ID      `json:"key,omitempty"`
	Scopes []party.Scope `json:"scopes"`
	How    store.How     `json:"how"`
	Digest string        `json:"digest"`
	Until  time.Time     `json:"until"`
}

// refreshNote says which login a refresh token is of, or was.
type refreshNote struct {
	Login  string `json:"login"`
	Digest string `json:"digest"`
}

// keep writes a login down, with its tokens.
func (l *login) keep(n *store.Notes) error {
	for key, note := range map[string]any{
		loginKey(l.id):               loginNote{l.id, l.person, l.key, l.scopes, l.how, l.ends, l.access, l.refresh, l.used},
		accessKey(l.access.Handle):   accessNote{l.id, l.person, l.key, l.scopes, l.how, l.access.Digest, l.access.Until},
		refreshKey(l.refresh.Handle): refreshNote{l.id, l.refresh.Digest},
	} {
		text, err := json.Marshal(note)
		if err != nil {
			return fault.Internalf("a login cannot be written down").Because(err)
		}
		n.Put(key, text)
	}
	return nil
}

// drop ends a login: nothing is known of it or its tokens any more.
func drop(n *store.Notes, l *login) {
	n.Put(loginKey(l.id), nil)
	n.Put(accessKey(l.access.Handle), nil)
	n.Put(refreshKey(l.refresh.Handle), nil)
	for _, handle := range l.used {
		n.Put(refreshKey(handle), nil)
	}
}

func damagedNote(because error) error {
	return fault.Internalf("what was noted of a login cannot be read").With("login.note").Because(because)
}

func readLogin(text []byte) (*login, error) {
	var n loginNote
	if err := json.Unmarshal(text, &n); err != nil {
		return nil, damagedNote(err)
	}
	return &login{n.Person, n.Key, n.Scopes, n.How, n.Ends, n.Access, n.Refresh, n.Used, n.ID}, nil
}

// findLogin returns a login, or nil.
func findLogin(n *store.Notes, id string) (*login, error) {
	text, err := n.Get(loginKey(id))
	if err != nil || text == nil {
		return nil, err
	}
	return readLogin(text)
}

// loginOf returns the login that a refresh token is of, or was; nil where it is none's, or not the whole token.
func loginOf(n *store.Notes, token party.TokenText) (*login, error) {
	text, err := n.Get(refreshKey(token.Handle))
	if err != nil || text == nil {
		return nil, err
	}
	var note refreshNote
	if err := json.Unmarshal(text, &note); err != nil {
		return nil, damagedNote(err)
	}
	if !token.Matches(note.Digest) {
		return nil, nil
	}
	return findLogin(n, note.Login)
}

// sweepMost is how much is removed at once.
const sweepMost = 500

// sweep removes logins that have ended, and nonces that are too old to be used again. Most often there are none, and nothing is written.
func (s *Server) sweep(ctx context.Context, now time.Time) error {
	var old []*login
	var spent []string
	look := func(n *store.Notes) (err error) {
		old, spent = nil, nil
		var bad error
		err = n.Each(loginKey(""), func(_ string, text []byte) bool {
			l, err := readLogin(text)
			if bad = err; err == nil && !now.Before(l.refresh.Until) {
				old = append(old, l)
			}
			return bad == nil && len(old) < sweepMost
		})
		if err = cmp.Or(err, bad); err != nil {
			return err
		}
		return n.Each(spentKey(""), func(key string, until []byte) bool {
			if at, err := time.Parse(time.RFC3339, string(until)); err != nil || now.After(at) {
				spent = append(spent, strings.TrimPrefix(key, spentKey("")))
			}
			return len(spent) < sweepMost
		})
	}
	err := s.shop.View(ctx, func(r store.Reader) error { return look(store.NotesIn(r)) })
	if err != nil || len(old)+len(spent) == 0 {
		return err
	}
	return s.shop.Note(ctx, func(n *store.Notes) error {
		if err := look(n); err != nil { // one may have been renewed meanwhile
			return err
		}
		for _, l := range old {
			drop(n, l)
		}
		for _, nonce := range spent {
			n.Put(spentKey(nonce), nil)
		}
		return nil
	})
}
