package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"callout/internal/fault"
	"callout/replica"
	"callout/replica/remote"
	"callout/shop"
	"callout/store"
)

func newLogoutCmd(a *App) *cobra.Command {
	return GroupData.In(a.Verb(Verb{
		Use:   "logout [URL]",
		Short: "End a login, and forget it on this machine",
		Long: `Without an address it is the login of the linked store, whose copy stays as it is and takes no commands until somebody logs in;
with one, or with --server, it is the login for working on that server. A token that was given stays good elsewhere: "callout user token
revoke" ends it.`,
		Example: "callout logout\ncallout logout https://ops.example:8765",
		Fields:  []string{"server", "person"},
		Run: func(ctx context.Context, args []string) error {
			address := strings.Join(args, "")
			if address == "" {
				address = a.config.Server
			}
			if address == "" {
				return a.logOutHere(ctx)
			}
			server, err := remote.Parse("server", address)
			if err != nil {
				return err
			}
			place := a.serverPlace(server)
			login, err := place.Read()
			if err != nil {
				return err
			}
			return a.logOut(ctx, place, login)
		},
	}))
}

// logOutHere ends the login of a linked store.
func (a *App) logOutHere(ctx context.Context) error {
	err := a.WithShop(func(s *shop.Shop) error {
		if a.linked != nil {
			return a.linked.err
		}
		if err := s.View(ctx, func(store.Reader) error { return nil }); err != nil {
			return err
		}
		return fault.Refusedf("this shop stands alone: nobody is logged in").With("link.none").Hint("callout logout URL   (for working on a server)")
	})
	if err != nil {
		return err
	}
	return a.logOut(ctx, a.linked.place, a.linked.login)
}

func (a *App) logOut(ctx context.Context, place replica.Place, l *replica.Login) error {
	if l.Refresh != "" {
		way := place.Way(l, nil)
		if err := way.LogOut(ctx); err != nil && fault.CodeOf(err) != "login.ended" {
			a.note("%s; what was kept here is forgotten, and the server's half ends by itself", sentence(err))
		}
	}
	if err := place.Forget(); err != nil {
		return err
	}
	v := struct {
		Server string `json:"server"`
		Person string `json:"person"`
	}{l.Server, l.Person}
	return a.Show(l.Person, v, func(p *Page) { p.Line("%s is not logged in on %s any more.", v.Person, v.Server) })
}
