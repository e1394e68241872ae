package cmd

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newUserCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "user", Short: "The people who act", Group: GroupData},
		newUserAddCmd(a), newUserListCmd(a), newUserShowCmd(a), newUserRoleCmd(a), newTokenCmd(a), newSSHKeyCmd(a), newIdentityCmd(a))
}

func userList() List[party.PersonRow] {
	return List[party.PersonRow]{
		Key:   func(p party.PersonRow) string { return string(p.ID) },
		Empty: "nobody has acted yet",
		Columns: []Column[party.PersonRow]{
			{Name: "id", Value: func(p party.PersonRow) any { return string(p.ID) }},
			{Name: "name", Value: func(p party.PersonRow) any { return p.Name }},
			{Name: "established", Value: func(p party.PersonRow) any { return string(p.How) }},
			{Name: "roles", Value: func(p party.PersonRow) any { return roleWords(p.Roles) }},
		},
	}
}

func newUserListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "list",
		Short: "List the people who have acted here, and the technicians",
		Long: `In a shop that stands alone a name is enough: whoever acts under a new one becomes a person, and
every entry of the journal says that the name was only asserted.`,
		Example: "callout user list",
		Fields:  userList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			return userList().Print(a, paged(ctx, a, party.People, "name", store.Range{},
				func(p party.PersonRow) store.Key { return indexKey(p.ID, foldName(p.Name)) }, nil))
		},
	})
}

func roleWords(roles []party.Role) []string {
	out := make([]string, len(roles))
	for i, role := range roles {
		out[i] = string(role)
	}
	return out
}

func newUserRoleCmd(a *App) *cobra.Command {
	var grant, revoke []string
	return a.Verb(Verb{
		Use: "role USER", Short: "Give a person roles, or take some away", Writes: true,
		Long: `An approval policy may ask for a role; by themselves roles open nothing. The first administrator closes the
shop: from then on only administrators give roles and change the policy, and nobody gives themselves
one. Roles count from when they are recorded, so --at is refused.`,
		Example: "callout user role Mia --grant manager,admin\ncallout user role Ben --revoke approver",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choicesVar(f, &grant, "grant", roleWords(party.Roles()), "give these roles")
			choicesVar(f, &revoke, "revoke", roleWords(party.Roles()), "take these roles away")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findPerson(r, args[0])
					c := &party.ChangeRoles{Person: id}
					for _, word := range grant {
						c.Grant = append(c.Grant, party.Role(word))
					}
					for _, word := range revoke {
						c.Revoke = append(c.Revoke, party.Role(word))
					}
					return c, err
				},
				Note: func(rec store.Receipt) string {
					for _, ch := range rec.Changes {
						var p party.Person
						if ch.ID == rec.Subject && decodeJSON(ch.After, &p) {
							return p.Name + ": " + cmp.Or(strings.Join(roleWords(p.Roles), ", "), "no roles")
						}
					}
					return "unchanged"
				},
			})
		},
	})
}

// findPerson resolves somebody who has acted here, by name or id.
func findPerson(r store.Reader, ref string) (store.ID, error) {
	return hinted(party.People.FindID, "callout user list")(r, ref)
}
