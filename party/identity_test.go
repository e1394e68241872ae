package party_test

import (
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// TestIdentities: an identity is one person's, and an administrator says whose. Who is bound may give it up.
func TestIdentities(t *testing.T) {
	h := closed(t)
	bert, cora := h.person("bert"), h.person("cora")
	h.refused("bert", &party.BindIdentity{Person: bert, Email: "bert@shop.example"}, "role.admin")
	for _, c := range []party.BindIdentity{
		{Person: bert}, {Person: bert, Subject: "1"}, {Person: bert, Issuer: "https://login.example"}, {Person: bert, Issuer: "login", Subject: "1"},
		{Person: bert, Email: "bert@shop.example", Issuer: "https://login.example", Subject: "1"},
	} {
		h.refused("ana", &c, "identity.missing")
	}
	for _, email := range []string{"bert", "Bert <bert@shop.example>", "bert@shop.example ", "@"} {
		h.refused("ana", &party.BindIdentity{Person: bert, Email: email}, "identity.email")
	}
	rec := h.refused("ana", &party.BindIdentity{Person: bert, Email: "Bert@Shop.example"}, "")
	h.refused("ana", &party.BindIdentity{Person: cora, Email: "bert@shop.example"}, "identity.exists")
	h.refused("ana", &party.BindIdentity{Person: cora, Issuer: "https://login.example", Subject: "1"}, "")
	h.refused("ana", &party.BindIdentity{Person: bert, Issuer: "https://other.example", Subject: "1"}, "")
	h.refused("ana", &party.BindIdentity{Person: bert, Issuer: "https://login.example", Subject: "1"}, "identity.exists")
	found := func(name string) (who store.ID) {
		h.read(func(r store.Reader) error {
			i, err := party.Identities.Find(r, name)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			who = i.Person
			return err
		})
		return who
	}
	if got := found(party.EmailIdentity("bert@shop.EXAMPLE")); got != bert {
		t.Errorf("the address is that of %q", got)
	}
	if got := found(party.SubjectIdentity("https://login.example", "1")); got != cora {
		t.Errorf("the subject is %q", got)
	}
	h.refused("cora", &party.UnbindIdentity{Identity: rec.Subject}, "role.admin")
	h.refused("bert", &party.UnbindIdentity{Identity: rec.Subject}, "")
	h.refused("ana", &party.UnbindIdentity{Identity: rec.Subject}, "")
	if got := found(party.EmailIdentity("bert@shop.example")); got != "" {
		t.Errorf("what was taken away is that of %q", got)
	}
	h.refused("ana", &party.BindIdentity{Person: cora, Email: "bert@shop.example"}, "")
}
