package party_test

import (
	"slices"
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

func TestRoles(t *testing.T) {
	h := newTownHall(t)
	h.must(vienna())
	person := func(name string) (id store.ID) {
		h.read(func(r store.Reader) (err error) {
			id, err = party.People.FindID(r, name)
			return err
		})
		return id
	}
	address := "Graz"
	for _, who := range []string{"bert", "cora"} {
		address += " " + who
		if _, err := h.do(who, &party.EditCompany{Address: &address}); err != nil {
			t.Fatal(err)
		}
	}
	steps := []struct {
		who, whom     string
		grant, revoke []party.Role
		code          string
	}{
		{"bert", "bert", []party.Role{party.Manager}, nil, ""}, // nobody looks after roles yet
		{"ana", "bert", nil, nil, "role.missing"},
		{"ana", "bert", []party.Role{"boss"}, nil, "role.unknown"},
		{"ana", "ana", []party.Role{party.Admin}, nil, ""}, // and closes the shop
		{"bert", "cora", []party.Role{party.Manager}, nil, "role.admin"},
		{"bert", "bert", []party.Role{party.Clerk}, nil, "role.admin"},
		{"ana", "ana", []party.Role{party.Manager}, nil, "role.self"},
		{"bert", "bert", nil, []party.Role{party.Manager}, ""}, // what one has one may give up
		{"ana", "ana", nil, []party.Role{party.Admin}, "role.last"},
		{"ana", "cora", []party.Role{party.Admin, party.Approver}, nil, ""},
		{"cora", "ana", []party.Role{party.Manager}, []party.Role{party.Admin}, ""},
	}
	for _, s := range steps {
		_, err := h.do(s.who, &party.ChangeRoles{Person: person(s.whom), Grant: s.grant, Revoke: s.revoke})
		if fault.CodeOf(err) != s.code {
			t.Errorf("%s gives %s %v and takes %v: %v, want %q", s.who, s.whom, s.grant, s.revoke, err, s.code)
		}
	}
	h.read(func(r store.Reader) error {
		admins, err := party.Holders(r, party.Admin)
		if err != nil || !slices.Equal(admins, []store.ID{person("cora")}) {
			t.Errorf("the administrators are %v (%v)", admins, err)
		}
		p, err := party.People.Get(r, person("cora"))
		if err == nil && !slices.Equal(p.Roles, []party.Role{party.Approver, party.Admin}) {
			t.Errorf("cora has %v", p.Roles)
		}
		return err
	})
}
