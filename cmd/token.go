package cmd

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newTokenCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "token", Short: "What people and machines show to a server",
		Long: "A token stands for a person. Its text is shown once and is stored nowhere: of its secret the shop keeps only the SHA-256.\n" +
			"A scope narrows what it can be used for: read, write (includes read), sync (link a device; includes both), and admin\n" +
			"(people, roles, tokens, keys and devices). What the person may do at all, their roles say.",
	}, newTokenAddCmd(a), newTokenListCmd(a), newTokenRevokeCmd(a))
}

func allScopes() []string {
	var out []string
	for _, s := range party.Scopes() {
		out = append(out, string(s))
	}
	return out
}

func scopeWords(scopes []party.Scope) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}

// issuedToken is a new token with its text, which is shown this once.
type issuedToken struct {
	ID      store.ID  `json:"id"`
	Person  string    `json:"person"`
	Name    string    `json:"name"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"`
	Token   string    `json:"token"`
}

func newTokenAddCmd(a *App) *cobra.Command {
	var label string
	var scopes []string
	var lasts time.Duration
	return a.Verb(Verb{
		Use: "add USER", Short: "Give a person a token, and show its text once", Writes: true,
		Example: `callout user token add Mia --name laptop --scope sync
callout user token add Mia --name "nightly export" --scope read --expires 365d --jq .token > token`,
		Fields:   []string{"id", "person", "name", "scopes", "expires", "token"},
		Required: []string{"name"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&label, "name", "", "what it is for, a `NAME`")
			choicesVar(f, &scopes, "scope", allScopes(), "what it can be used for (write, unless you say)")
			durationVar(f, &lasts, "expires", 90*24*time.Hour, "how long it counts, a `DURATION` such as 12h or 365d")
		},
		Run: func(ctx context.Context, args []string) error {
			if len(scopes) == 0 {
				scopes = []string{string(party.Write)}
			}
			drawn, err := party.DrawToken(rand.Reader)
			if err != nil {
				return err
			}
			shown := issuedToken{Name: label, Scopes: scopes, Expires: a.Now().Add(lasts).UTC().Truncate(time.Second), Token: drawn.Text()}
			res := a.ActEach(ctx, []string{""}, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findPerson(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &party.IssueToken{Person: id, Label: label, Expires: shown.Expires, Handle: drawn.Handle, Secret: drawn.Digest()}
					for _, word := range scopes {
						c.Scopes = append(c.Scopes, party.Scope(word))
					}
					shown.Person, err = party.NameOf(r, id)
					return c, err
				},
			})[0]
			if res.Err != nil || a.DryRun() {
				return a.Report(res)
			}
			shown.ID = store.ID(res.ID)
			return a.Show(string(shown.ID), shown, func(p *Page) {
				p.Title("%s", shown.Token)
				p.Field("Stands for", shown.Person)
				p.Field("Name", shown.Name)
				p.Field("Scopes", shown.Scopes)
				p.Field("Expires", shown.Expires)
				p.Field("Id", string(shown.ID))
				p.Line("This is the only time that the token is shown.")
			})
		},
	})
}

// tokenRow is a token in a list, with the name of its person.
type tokenRow struct {
	party.TokenRow
	Who   string `json:"user"`
	State string `json:"state"`
}

func tokenList() List[tokenRow] {
	return List[tokenRow]{
		Key:   func(t tokenRow) string { return string(t.ID) },
		Empty: "there are no tokens; callout user token add USER --name NAME gives one",
		Columns: []Column[tokenRow]{
			{Name: "id", Value: func(t tokenRow) any { return string(t.ID) }},
			{Name: "user", Value: func(t tokenRow) any { return t.Who }},
			{Name: "name", Value: func(t tokenRow) any { return t.Name }},
			{Name: "scopes", Value: func(t tokenRow) any { return scopeWords(t.Scopes) }},
			{Name: "expires", Value: func(t tokenRow) any { return t.Expires }},
			{Name: "state", Value: func(t tokenRow) any { return t.State }},
			{Name: "issued", Detail: true, Value: func(t tokenRow) any { return t.Issued }},
			{Name: "handle", Detail: true, Value: func(t tokenRow) any { return t.Handle }},
		},
	}
}

// tokensOf lists the tokens of a person, or of everybody where none is named; dead ones too if that is asked for.
func (a *App) tokensOf(r store.Reader, person store.ID, dead bool) ([]tokenRow, error) {
	out := []tokenRow{}
	for t, err := range belongings(r, party.Tokens, person) {
		if err != nil {
			return nil, err
		}
		row := tokenRow{TokenRow: t, State: t.State(a.Now())}
		if row.State != "live" && !dead {
			continue
		}
		if row.Who, err = party.NameOf(r, t.Person); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

func newTokenListCmd(a *App) *cobra.Command {
	var dead bool
	return a.Verb(Verb{
		Use: "list [USER]", Short: "List the tokens that count, of one person or of all",
		Example: "callout user token list\ncallout user token list Mia --all",
		Fields:  tokenList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&dead, "all", false, "expired and revoked ones, too")
		},
		Run: func(ctx context.Context, args []string) error {
			return printBelongings(ctx, a, args, tokenList(), func(r store.Reader, person store.ID) ([]tokenRow, error) {
				return a.tokensOf(r, person, dead)
			})
		},
	})
}

func newTokenRevokeCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "revoke TOKEN...", Short: "End tokens before their time", Writes: true,
		Example: `callout user token revoke $(callout user token list Mia -o name)
callout user token list Mia -o name | callout user token revoke -`,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := hinted(party.Tokens.FindID, "callout user token list")(r, item)
					return &party.RevokeToken{Token: id}, err
				},
				Note: func(store.Receipt) string { return "revoked" },
			})
		},
	})
}
