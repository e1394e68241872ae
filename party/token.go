package party

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Scope narrows what a token may be used for. What its person may do at all, their roles say.
type Scope string

// The scopes.
const (
	Read     Scope = "read"  // look at what the person may see
	Write    Scope = "write" // do what the person may do; includes reading
	Sync     Scope = "sync"  // link a device and keep it current; includes both
	Accounts Scope = "admin" // people, roles, tokens, keys and devices
)

// Scopes lists every scope, in the order in which they are shown.
func Scopes() []Scope { return []Scope{Read, Write, Sync, Accounts} }

// ParseScope checks a scope's word.
func ParseScope(field, s string) (Scope, error) {
	scope := Scope(strings.ToLower(strings.TrimSpace(s)))
	if !slices.Contains(Scopes(), scope) {
		return "", fault.Invalidf(field, "%q is no scope; there are read, write, sync and admin", s).With("scope.unknown")
	}
	return scope, nil
}

// Covers reports whether scopes that were given include the one that is asked for.
func Covers(given []Scope, asked Scope) bool {
	switch {
	case slices.Contains(given, asked):
		return true
	case asked == Read:
		return slices.Contains(given, Write) || slices.Contains(given, Sync)
	case asked == Write:
		return slices.Contains(given, Sync)
	}
	return false
}

// LongestToken is how long a token may count: what nobody looks at for longer than a year, nobody misses.
const LongestToken = 366 * 24 * time.Hour

// Token is something to act with: whoever shows its text is the person. Of the secret in the text only
// the SHA-256 is stored; with 256 random bits in it there is nothing to guess.
type Token struct {
	store.Record
	Handle   string    `json:"handle"` // the part of the text by which it is found
	Person   store.ID  `json:"person"`
	Name     string    `json:"name"` // what it is for, e.g. "nightly export"
	Scopes   []Scope   `json:"scopes"`
	Secret   string    `json:"secret_sha256"` // hex
	Issued   time.Time `json:"issued"`
	IssuedBy store.ID  `json:"issued_by,omitempty"`
	Expires  time.Time `json:"expires"`
	Revoked  time.Time `json:"revoked,omitzero"`
}

// TokenRow is a token in a list.
type TokenRow struct {
	ID      store.ID  `json:"id"`
	Handle  string    `json:"handle"`
	Person  store.ID  `json:"person"`
	Name    string    `json:"name"`
	Scopes  []Scope   `json:"scopes"`
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
}

// Live reports whether the token counts at an instant.
func (t *Token) Live(at time.Time) bool { return t.Revoked.IsZero() && at.Before(t.Expires) }

// State is the word for how a token stands at an instant.
func (t TokenRow) State(at time.Time) string {
	switch {
	case !t.Revoked.IsZero():
		return "revoked"
	case !at.Before(t.Expires):
		return "expired"
	}
	return "live"
}

// Tokens are all tokens that were ever issued.
var Tokens = store.Define(store.Def[Token, TokenRow]{
	Name: "token", Prefix: "token", Title: "token", Lookup: "handle", Fold: strings.ToLower,
	Row: func(t *Token) TokenRow {
		return TokenRow{t.ID, t.Handle, t.Person, t.Name, t.Scopes, t.Issued, t.Expires, t.Revoked}
	},
	Indexes: []store.Index[Token]{
		{Name: "handle", Unique: true, Keys: func(t *Token) []store.Key { return []store.Key{store.K(t.Handle)} }},
		{Name: "person", Keys: func(t *Token) []store.Key { return []store.Key{store.K(t.Person, t.Issued)} }},
	},
})

// IssueToken gives a person a token. Its text was drawn before, where chance is, and is not in here.
type IssueToken struct {
	Person  store.ID  `json:"person"`
	Label   string    `json:"name"`
	Scopes  []Scope   `json:"scopes"`
	Expires time.Time `json:"expires"`
	Handle  string    `json:"handle"`
	Secret  string    `json:"secret_sha256"`
}

// Name implements store.Command.
func (c *IssueToken) Name() string { return "token.issue.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *IssueToken) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *IssueToken) DecidedByAuthority() {}

// Do implements store.Command.
func (c *IssueToken) Do(tx *store.Tx) error {
	p, err := People.Get(tx, c.Person)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, p.ID, "gives others tokens"); err != nil {
		return err
	}
	name, err := ParseName("name", "token", c.Label)
	if err != nil {
		return err
	}
	if len(c.Scopes) == 0 {
		return fault.Invalidf("scope", "a token needs a scope: read, write, sync or admin").With("scope.missing")
	}
	t := &Token{Handle: c.Handle, Person: p.ID, Name: name, Secret: c.Secret,
		Issued: tx.Env.RecordedAt, IssuedBy: tx.Env.Actor.ID, Expires: c.Expires.UTC().Truncate(time.Second)}
	for _, scope := range c.Scopes {
		if _, err := ParseScope("scope", string(scope)); err != nil {
			return err
		}
	}
	for _, scope := range Scopes() {
		if slices.Contains(c.Scopes, scope) {
			t.Scopes = append(t.Scopes, scope)
		}
	}
	if !t.Expires.After(t.Issued) || t.Expires.Sub(t.Issued) > LongestToken {
		return fault.Invalidf("expires", "a token counts for some time, and for a year at most").With("token.expiry").
			Hint("--expires 90d")
	}
	if sum, err := hex.DecodeString(c.Secret); err != nil || len(sum) != 32 || !validHandle(c.Handle) {
		return fault.Invalidf("secret_sha256", "a token is drawn by the program that shows it, with its handle").With("token.drawn").
			Hint("callout user token add %q --name %q", p.Name, name)
	}
	t.ID = Tokens.NewID(tx, "")
	tx.Returns(t.ID, "")
	return Tokens.Put(tx, t)
}

// RevokeToken ends a token before its time.
type RevokeToken struct {
	Token store.ID `json:"token"`
}

// Name implements store.Command.
func (c *RevokeToken) Name() string { return "token.revoke.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RevokeToken) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *RevokeToken) DecidedByAuthority() {}

// QuietWhenDone implements store.Repeatable.
func (c *RevokeToken) QuietWhenDone() {}

// Do implements store.Command.
func (c *RevokeToken) Do(tx *store.Tx) error {
	t, err := Tokens.Get(tx, c.Token)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, t.Person, "takes tokens away from others"); err != nil {
		return err
	}
	tx.Returns(t.ID, "")
	if t.Revoked.IsZero() {
		t.Revoked = tx.Env.RecordedAt
	}
	return Tokens.Put(tx, t)
}
