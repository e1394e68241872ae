package party

import (
	"slices"

	"callout/internal/fault"
	"callout/store"
)

// AddUser makes a person who acts through a server, with the roles they begin with. Unlike somebody
// who is met because a name was asserted, they act by a token or a key.
type AddUser struct {
	User  string `json:"name"`
	Roles []Role `json:"roles,omitempty"`
}

// Name implements store.Command.
func (c *AddUser) Name() string { return "user.add.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *AddUser) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *AddUser) DecidedByAuthority() {}

// Do implements store.Command.
func (c *AddUser) Do(tx *store.Tx) error {
	if err := MustAdmin(tx, "adds people"); err != nil {
		return err
	}
	name, err := ParseName("name", "person", c.User)
	if err != nil {
		return err
	}
	for p, err := range People.By(tx, "name", store.K(Fold(name))) {
		if err != nil {
			return err
		}
		return fault.Conflictf("there is already a person called %s", p.Name).With("person.exists").
			Hint("callout user role %q --grant ROLE", p.Name).Hint("callout user token add %q --name LABEL", p.Name)
	}
	p := &Person{Name: name, How: store.Token}
	for _, role := range c.Roles {
		if _, err := ParseRole("roles", string(role)); err != nil {
			return err
		}
	}
	for _, role := range Roles() {
		if slices.Contains(c.Roles, role) {
			p.Roles = append(p.Roles, role)
		}
	}
	p.ID = People.NewID(tx, Fold(name))
	tx.Returns(p.ID, "")
	return People.Put(tx, p)
}

// mustKeep lets a person look after what they act with themselves; what others act with is an
// administrator's. what ends the sentence "only an administrator …".
func mustKeep(tx *store.Tx, person store.ID, what string) error {
	if person == tx.Env.Actor.ID {
		return nil
	}
	return MustAdmin(tx, what)
}

// SeesEverything reports whether the person's roles open everything that is stored. Whoever is a
// technician and nothing else sees their own work only.
func (p *Person) SeesEverything() bool {
	return slices.ContainsFunc(p.Roles, func(r Role) bool { return r != Worker })
}
