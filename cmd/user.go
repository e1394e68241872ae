package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"callout/party"
	"callout/store"
)

func newUserCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "user", Short: "The people who act", Group: GroupData}, newUserListCmd(a))
}

func userList() List[party.PersonRow] {
	return List[party.PersonRow]{
		Key:   func(p party.PersonRow) string { return string(p.ID) },
		Empty: "nobody has acted yet",
		Columns: []Column[party.PersonRow]{
			{Name: "id", Value: func(p party.PersonRow) any { return string(p.ID) }},
			{Name: "name", Value: func(p party.PersonRow) any { return p.Name }},
			{Name: "established", Value: func(p party.PersonRow) any { return string(p.How) }},
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
