package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newIdentityCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "identity", Short: "Who people are at the identity provider"},
		newIdentityAddCmd(a), newIdentityListCmd(a), newIdentityRemoveCmd(a))
}

func newIdentityAddCmd(a *App) *cobra.Command {
	var issuer, subject string
	return a.Verb(Verb{
		Use: "add USER [EMAIL]", Short: "Say who a person is at the identity provider", Writes: true,
		Long: "An address counts when the provider vouches for it. A subject is never given to anybody else, which an address may be.\n" +
			"The login makes the person nobody else and gives no rights: what they may do their roles say.",
		Example: "callout user identity add Mia mia@shop.example\n" +
			"callout user identity add Mia --issuer https://login.example --subject 248289761001",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&issuer, "issuer", "", "the provider's `URL`, as it stands in its tokens")
			f.StringVar(&subject, "subject", "", "what the provider calls the person, as `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findPerson(r, args[0])
					return &party.BindIdentity{Person: id, Email: strings.Join(args[1:], ""), Issuer: issuer, Subject: subject}, err
				},
				Note: func(store.Receipt) string { return "added" },
			})
		},
	})
}

// identityRow is an identity in a list, with the name of its person.
type identityRow struct {
	party.IdentityRow
	Who string
}

func identityList() List[identityRow] {
	return List[identityRow]{
		Key:   func(i identityRow) string { return string(i.ID) },
		Empty: "there are no identities; callout user identity add USER EMAIL adds one",
		Columns: []Column[identityRow]{
			{Name: "id", Value: func(i identityRow) any { return string(i.ID) }},
			{Name: "user", Value: func(i identityRow) any { return i.Who }},
			{Name: "identity", Value: func(i identityRow) any { return i.Name() }},
			{Name: "added", Detail: true, Value: func(i identityRow) any { return i.Added }},
		},
	}
}

func newIdentityListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list [USER]", Short: "List the identities that count, of one person or of all",
		Example: "callout user identity list Mia",
		Fields:  identityList().Names(),
		Run: func(ctx context.Context, args []string) error {
			return printBelongings(ctx, a, args, identityList(), func(r store.Reader, person store.ID) (rows []identityRow, err error) {
				n := namesOf(r)
				for i, err := range belongings(r, party.Identities, person) {
					if err != nil {
						return nil, err
					}
					if i.Removed.IsZero() {
						rows = append(rows, identityRow{i, n.of(i.Person)})
					}
				}
				return rows, nil
			})
		},
	})
}

func newIdentityRemoveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "remove IDENTITY...", Short: "End the use of identities", Writes: true,
		Long:    "An identity is named by its id or by its address. Whoever is logged in by it is so no longer.",
		Example: "callout user identity remove mia@shop.example",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					if strings.Contains(item, "@") {
						item = party.EmailIdentity(item)
					}
					id, err := hinted(party.Identities.FindID, "callout user identity list")(r, item)
					return &party.UnbindIdentity{Identity: id}, err
				},
				Note: func(store.Receipt) string { return "removed" },
			})
		},
	})
}
