package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newUserAddCmd(a *App) *cobra.Command {
	var roles []string
	return a.Verb(Verb{
		Use: "add NAME", Short: "Add a person who is to work through a server", Writes: true,
		Long: `In a shop that stands alone nobody has to be added: whoever acts is met. On a server a person acts by a
token or an SSH key, and may do what their roles say. Only an administrator adds people, once there is one.`,
		Example: `callout user add Mia --role manager,clerk
callout user token add Mia --name laptop`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choicesVar(f, &roles, "role", roleWords(party.Roles()), "begin with these roles")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(store.Reader, string) (store.Command, error) {
				c := &party.AddUser{User: args[0]}
				for _, word := range roles {
					c.Roles = append(c.Roles, party.Role(word))
				}
				return c, nil
			}})
		},
	})
}

// userView is a person with what they act by.
type userView struct {
	party.PersonRow
	Tokens     []tokenRow          `json:"tokens"`
	Keys       []party.KeyRow      `json:"keys"`
	Identities []party.IdentityRow `json:"identities"`
	Devices    []party.DeviceRow   `json:"devices"`
}

func newUserShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show USER", Short: "Show a person, their roles, and what they act by",
		Example: "callout user show Mia",
		Fields:  []string{"id", "name", "how", "roles", "tokens", "keys", "identities", "devices"},
		Run: func(ctx context.Context, args []string) error {
			v := userView{Tokens: []tokenRow{}, Keys: []party.KeyRow{}, Identities: []party.IdentityRow{}, Devices: []party.DeviceRow{}}
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findPerson(r, args[0])
				if err != nil {
					return err
				}
				p, err := party.People.Get(r, id)
				if err != nil {
					return err
				}
				v.PersonRow = party.PersonRow{ID: p.ID, Name: p.Name, How: p.How, Roles: p.Roles}
				if v.Tokens, err = a.tokensOf(r, id, false); err != nil {
					return err
				}
				for k, err := range party.Keys.Rows(r, "person", store.Prefix(store.K(id))) {
					if err != nil {
						return err
					}
					if k.Removed.IsZero() {
						v.Keys = append(v.Keys, k)
					}
				}
				for i, err := range belongings(r, party.Identities, id) {
					if err != nil {
						return err
					}
					if i.Removed.IsZero() {
						v.Identities = append(v.Identities, i)
					}
				}
				for d, err := range party.Devices.Rows(r, "person", store.Prefix(store.K(id))) {
					if err != nil {
						return err
					}
					if d.Revoked.IsZero() {
						v.Devices = append(v.Devices, d)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(v.Name, v, func(p *Page) {
				p.Title("%s", v.Name)
				p.Field("Established", string(v.How))
				p.Field("Roles", roleWords(v.Roles))
				for _, t := range v.Tokens {
					p.Field("Token", t.Name+", "+scopeWords(t.Scopes)+", until "+t.Expires.Format(time.DateOnly)+", begins cout_"+t.Handle+"_  "+string(t.ID))
				}
				for _, k := range v.Keys {
					p.Field("Key", k.Name+", "+k.Fingerprint+"  "+string(k.ID))
				}
				for _, i := range v.Identities {
					p.Field("Identity", i.Name()+", since "+i.Added.Format(time.DateOnly)+"  "+string(i.ID))
				}
				for _, d := range v.Devices {
					p.Field("Device", d.Code+", "+d.Host)
				}
			})
		},
	})
}
