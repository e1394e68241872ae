package party_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"

	"pgregory.net/rapid"
)

// person finds somebody by name.
func (h *townHall) person(name string) (id store.ID) {
	h.tb.Helper()
	h.read(func(r store.Reader) (err error) {
		id, err = party.People.FindID(r, name)
		return err
	})
	return id
}

// closed makes a shop with an administrator, ana, and bert and cora, who are none.
func closed(t *testing.T) *townHall {
	h := newTownHall(t)
	h.must(vienna())
	h.must(&party.ChangeRoles{Person: h.person("ana"), Grant: []party.Role{party.Admin}})
	h.must(&party.AddUser{User: "Bert", Roles: []party.Role{party.Worker}})
	h.must(&party.AddUser{User: "Cora", Roles: []party.Role{party.Approver, party.Clerk, party.Clerk}})
	return h
}

// refused runs a command and wants its code of refusal; "" is none.
func (h *townHall) refused(who string, cmd store.Command, code string) store.Receipt {
	h.tb.Helper()
	rec, err := h.do(who, cmd)
	if fault.CodeOf(err) != code || code == "" && err != nil {
		h.tb.Errorf("%s does %s: %v, want %q", who, cmd.Name(), err, code)
	}
	return rec
}

func (h *townHall) now() (at time.Time) {
	h.read(func(r store.Reader) error {
		n, err := store.Size(r)
		if err != nil {
			return err
		}
		e, err := store.ReadEntry(r, n)
		if err == nil {
			at = e.Leaf.At
		}
		return err
	})
	return at
}

func draw(t *testing.T) party.TokenText {
	t.Helper()
	text, err := party.DrawToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPeopleOfAServer(t *testing.T) {
	h := closed(t)
	h.refused("ana", &party.AddUser{User: "BERT"}, "person.exists")
	h.refused("ana", &party.AddUser{User: "Dora", Roles: []party.Role{"boss"}}, "role.unknown")
	h.refused("ana", &party.AddUser{User: " "}, "name.missing")
	h.refused("Cora", &party.AddUser{User: "Dora"}, "role.admin")
	h.read(func(r store.Reader) error {
		cora, err := party.People.Find(r, "cora")
		if err == nil && (cora.How != store.Token || fmt.Sprint(cora.Roles) != "[clerk approver]") {
			t.Errorf("cora is %+v", cora)
		}
		return err
	})
	// Whoever logged in is known by their id: a name that has become another's does not make them that one.
	actor := store.Actor{ID: h.person("cora"), Name: "ana", How: store.Token}
	if _, err := h.One(t.Context(), store.Intent{Cmd: &party.AddUser{User: "Dora"}, Actor: actor}); fault.CodeOf(err) != "role.admin" {
		t.Errorf("under a borrowed name: %v", err)
	}
}

func TestTokens(t *testing.T) {
	h := closed(t)
	bert, cora := h.person("bert"), h.person("cora")
	text := draw(t)
	in := func(d time.Duration) time.Time { return h.now().Add(d) }
	good := func(person store.ID) *party.IssueToken {
		text = draw(t)
		return &party.IssueToken{Person: person, Label: "laptop", Scopes: []party.Scope{party.Write, party.Read},
			Expires: in(time.Hour), Handle: text.Handle, Secret: text.Digest()}
	}
	bent := func(bend func(*party.IssueToken)) *party.IssueToken {
		c := good(bert)
		bend(c)
		return c
	}
	h.refused("ana", bent(func(c *party.IssueToken) { c.Scopes = nil }), "scope.missing")
	h.refused("ana", bent(func(c *party.IssueToken) { c.Scopes = []party.Scope{"root"} }), "scope.unknown")
	h.refused("ana", bent(func(c *party.IssueToken) { c.Expires = in(-time.Hour) }), "token.expiry")
	h.refused("ana", bent(func(c *party.IssueToken) { c.Expires = in(party.LongestToken + time.Hour) }), "token.expiry")
	h.refused("ana", bent(func(c *party.IssueToken) { c.Secret = "me" }), "token.drawn")
	h.refused("ana", bent(func(c *party.IssueToken) { c.Handle = "me" }), "token.drawn")
	h.refused("ana", bent(func(c *party.IssueToken) { c.Label = "" }), "name.missing")
	h.refused("cora", good(bert), "role.admin")
	h.refused("bert", good(bert), "") // one's own
	first := text
	rec := h.refused("ana", good(cora), "")
	again := good(bert)
	again.Handle = first.Handle
	h.refused("ana", again, "token.exists")
	if _, err := h.One(t.Context(), store.Intent{Cmd: good(cora), Actor: store.Actor{Name: "ana", How: store.Asserted}, At: h.now()}); fault.CodeOf(err) != "at.refused" {
		t.Errorf("a dated token: %v", err)
	}
	h.read(func(r store.Reader) error {
		tok, err := party.Tokens.Find(r, first.Handle)
		if err != nil {
			return err
		}
		if tok.Person != bert || !first.Matches(tok.Secret) || text.Matches(tok.Secret) || fmt.Sprint(tok.Scopes) != "[read write]" {
			t.Errorf("the token is %+v", tok)
		}
		if !tok.Live(h.now()) || tok.Live(tok.Expires) {
			t.Errorf("it lives at the wrong time: %+v", tok)
		}
		var stored bytes.Buffer
		if err := h.Dump(r, &stored); err != nil {
			return err
		}
		secret := strings.Split(first.Text(), "_")[2]
		if strings.Contains(stored.String(), secret) {
			t.Error("the secret is in the store")
		}
		return nil
	})
	h.refused("bert", &party.RevokeToken{Token: rec.Subject}, "role.admin")
	h.refused("cora", &party.RevokeToken{Token: rec.Subject}, "")
	if rec := h.refused("cora", &party.RevokeToken{Token: rec.Subject}, ""); rec.Seq != 0 {
		t.Errorf("revoking twice is entry %d", rec.Seq)
	}
	h.read(func(r store.Reader) error {
		tok, err := party.Tokens.Get(r, rec.Subject)
		if err == nil && tok.Live(h.now()) {
			t.Error("a revoked token lives")
		}
		return err
	})
}

func TestScopes(t *testing.T) {
	for _, tt := range []struct {
		given, covers string
	}{{"read", "read"}, {"write", "read write"}, {"sync", "read write sync"}, {"admin", "admin"}} {
		var covers []string
		for _, s := range party.Scopes() {
			if party.Covers([]party.Scope{party.Scope(tt.given)}, s) {
				covers = append(covers, string(s))
			}
		}
		if got := strings.Join(covers, " "); got != tt.covers {
			t.Errorf("%s covers %q, want %q", tt.given, got, tt.covers)
		}
	}
}

// TestTokenText: a text reads back as itself, and one with any character replaced is not a token.
func TestTokenText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn, err := party.DrawToken(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 37, 37).Draw(t, "chance")))
		if err != nil {
			t.Fatal(err)
		}
		text := drawn.Text()
		back, err := party.ParseToken(text)
		if err != nil || back != drawn || len(text) != 74 || strings.Contains(drawn.String(), text[14:20]) {
			t.Fatalf("%s reads back as %v, %v", text, back, err)
		}
		i := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte("09az_- A")).Draw(t, "is")
		if text[i] != c {
			if _, err := party.ParseToken(text[:i] + string(c) + text[i+1:]); err == nil {
				t.Fatalf("%s with %q at %d is a token", text, c, i)
			}
		}
	})
	if _, err := party.DrawToken(strings.NewReader("too little")); err == nil {
		t.Error("a token of little chance")
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add("cout_00000000_0000000000000000000000000000000000000000000000000000_0000000")
	f.Add("cout___")
	f.Fuzz(func(t *testing.T, s string) {
		if tok, err := party.ParseToken(s); err == nil && tok.Text() != s {
			t.Errorf("%q is read as %q", s, tok.Text())
		}
	})
}
