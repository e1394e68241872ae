package party

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"
)

// Role is what a person may be asked for. Roles open no doors by themselves: an approval
// policy may ask for one, and administrators look after policies and roles.
type Role string

// The roles.
const (
	Dispatcher Role = "dispatcher"
	Worker     Role = "technician"
	Clerk      Role = "clerk"
	Approver   Role = "approver"
	Manager    Role = "manager"
	Auditor    Role = "auditor"
	Admin      Role = "admin"
)

// Roles lists the roles in the order in which people should see them.
func Roles() []Role { return []Role{Dispatcher, Worker, Clerk, Approver, Manager, Auditor, Admin} }

// ParseRole reads a role. The error names field.
func ParseRole(field, s string) (Role, error) {
	role := Role(strings.ToLower(strings.TrimSpace(s)))
	if !slices.Contains(Roles(), role) {
		return "", fault.Invalidf(field, "%q is no role; there are %s", s, roleWords()).With("role.unknown")
	}
	return role, nil
}

func roleWords() string {
	var words []string
	for _, r := range Roles() {
		words = append(words, string(r))
	}
	return strings.Join(words, ", ")
}

// Has reports whether a person has a role.
func (p *Person) Has(role Role) bool { return slices.Contains(p.Roles, role) }

// Holders yields the ids of those who have a role.
func Holders(r store.Reader, role Role) ([]store.ID, error) {
	var out []store.ID
	for id, err := range People.IDs(r, "role", store.K(string(role))) {
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

// MustAdmin refuses whoever is no administrator, where the shop has one. A shop without
// administrators is open: whoever becomes the first one closes it.
func MustAdmin(tx *store.Tx, what string) error {
	admins, err := Holders(tx, Admin)
	if err != nil || len(admins) == 0 || slices.Contains(admins, tx.Env.Actor.ID) {
		return err
	}
	name, err := NameOf(tx, admins[0])
	if err != nil {
		return err
	}
	return fault.Refusedf("only an administrator %s", what).With("role.admin").Hint("%s is one: --as NAME", name)
}

// ChangeRoles gives a person roles, or takes some away, from the moment it is recorded.
// Where there is an administrator only an administrator does so, and never for themselves, but
// that anybody may give a role up. The last administrator stays one.
type ChangeRoles struct {
	Person store.ID `json:"person"`
	Grant  []Role   `json:"grant,omitempty"`
	Revoke []Role   `json:"revoke,omitempty"`
}

// Name implements store.Command.
func (c *ChangeRoles) Name() string { return "person.change_roles.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *ChangeRoles) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *ChangeRoles) DecidedByAuthority() {}

// Do implements store.Command.
func (c *ChangeRoles) Do(tx *store.Tx) error {
	p, err := People.Get(tx, c.Person)
	if err != nil {
		return err
	}
	tx.Returns(p.ID, "")
	if len(c.Grant)+len(c.Revoke) == 0 {
		return fault.Invalidf("role", "no role was named; there are %s", roleWords()).With("role.missing")
	}
	for _, role := range slices.Concat(c.Grant, c.Revoke) {
		if _, err := ParseRole("role", string(role)); err != nil {
			return err
		}
	}
	self := p.ID == tx.Env.Actor.ID
	if len(c.Grant) > 0 || !self {
		if err := MustAdmin(tx, "gives and takes roles"); err != nil {
			return err
		}
	}
	admins, err := Holders(tx, Admin)
	if err != nil {
		return err
	}
	if self && len(c.Grant) > 0 && len(admins) > 0 {
		return fault.Refusedf("nobody gives themselves a role").With("role.self").Hint("another administrator does: --as NAME")
	}
	var have []Role
	for _, role := range Roles() {
		if (p.Has(role) || slices.Contains(c.Grant, role)) && !slices.Contains(c.Revoke, role) {
			have = append(have, role)
		}
	}
	if p.Has(Admin) && !slices.Contains(have, Admin) && len(admins) == 1 {
		return fault.Refusedf("%s is the last administrator", p.Name).With("role.last").
			Hint("callout user role NAME --grant admin   (somebody else first)")
	}
	p.Roles = have
	return People.Put(tx, p)
}
