package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/internal/fault"
	"callout/replica"
	"callout/replica/remote"
	"callout/shop"
	"callout/store"
)

func newLoginCmd(a *App) *cobra.Command {
	var token, host string
	return GroupData.In(a.Verb(Verb{
		Use:   "login URL",
		Short: "Link this machine to a server, or log in again as somebody else",
		Long: `Makes the store a copy of the server's shop: everything that callout does works on it, with or without a network, and
"callout sync" brings both together. The machine gets a code, which leads the numbers that it shows while it is offline.

The token is asked for, or read from CALLOUT_TOKEN; an administrator makes one with "callout user token add". It is kept
outside the store, readable by you only.`,
		Example: "callout login https://ops.example:8765\ncallout login localhost:8765 --store ./laptop.db",
		Fields:  []string{"server", "company", "person", "device", "store", "entries"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&token, "token", "", "the token, instead of being asked: `TOKEN`; others may see it in the list of processes")
			f.StringVar(&host, "host", "", "what the list of devices calls this machine: `NAME`")
		},
		Run: func(ctx context.Context, args []string) error { return a.logIn(ctx, args[0], token, host) },
	}))
}

// loginView is what a login has led to.
type loginView struct {
	Server  string `json:"server"`
	Company string `json:"company"`
	Person  string `json:"person"`
	Device  string `json:"device"`
	Store   string `json:"store"`
	Entries uint64 `json:"entries"`
}

func (a *App) logIn(ctx context.Context, address, token, host string) error {
	server, err := remote.Parse("server", address)
	if err != nil {
		return err
	}
	was, err := shop.Linked(ctx, a.shopOptions())
	if err != nil {
		return err
	}
	if token, err = a.token(ctx, token); err != nil {
		return err
	}
	if host == "" {
		host, _ = os.Hostname()
	}
	way := replica.Over(server, token)
	ask := replica.Enrolment{Host: host}
	if was != nil {
		ask.Device = was.Device
	}
	in, err := way.Enrol(ctx, ask)
	if err != nil {
		return err
	}
	if was != nil && was.Tenant != in.Tenant {
		return fault.Conflictf("the store is a copy of another business, at %s", was.Server).With("link.exists").
			Hint("--store PATH   (another place)")
	}
	if err := a.sameAuthor(ctx, was, in.Person); err != nil {
		return err
	}
	login := &replica.Login{Server: server, Person: in.Person, Token: token}
	if err := login.Keep(a.stateDir(), in.Tenant); err != nil {
		return err
	}
	v := loginView{Server: server, Company: in.Company, Person: in.Person, Device: in.Device, Store: a.config.Store}
	s, err := shop.Link(ctx, a.shopOptions(), store.Link{Tenant: in.Tenant, Device: in.Device, Server: server, Key: in.Key})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // a bolt store holds nothing open
	rep, err := a.syncOver(ctx, s, way)
	if err != nil {
		return err
	}
	v.Entries = rep.Size
	return a.Show(v.Device, v, func(p *Page) {
		p.Line("%s is linked to %s (%s) as device %s, and you are %s.", v.Store, v.Company, v.Server, v.Device, v.Person)
		p.Line("%d journal entries are here. Work on as always; callout sync brings both together.", v.Entries)
	})
}

// token is what was given, or what the environment holds, or what somebody types.
func (a *App) token(ctx context.Context, given string) (string, error) {
	if given == "" {
		given = a.env("CALLOUT_TOKEN")
	}
	if given == "" && a.canAsk() {
		var err error
		if given, err = a.ask(ctx, "Token: "); err != nil {
			return "", err
		}
	}
	if given = strings.TrimSpace(given); given == "" {
		return "", usagef("a token is needed").With("login.token").
			Hint("CALLOUT_TOKEN=cout_... callout login URL").Hint("callout user token add NAME   (an administrator, on the server)")
	}
	return given, nil
}

// sameAuthor refuses another person's login while somebody's commands wait: they travel under their author's.
func (a *App) sameAuthor(ctx context.Context, was *store.Link, person string) error {
	if was == nil {
		return nil
	}
	s, err := shop.Open(a.shopOptions())
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // a bolt store holds nothing open
	return s.Device(ctx, func(r store.Reader, _ *store.Link) error {
		waiting, err := store.ListPending(r, 0)
		if err != nil {
			return err
		}
		for _, p := range waiting {
			who, err := p.Entry.Actor()
			if err != nil {
				return err
			}
			if who.Name != person {
				return fault.Conflictf("%s of %s still wait to be sent", howMany(len(waiting), "command"), who.Name).With("login.pending").
					Hint("callout sync   (as %s, first)", who.Name)
			}
		}
		return nil
	})
}

// syncOver brings a device and its server together, and tells of progress.
func (a *App) syncOver(ctx context.Context, s *shop.Shop, way *replica.HTTP) (*replica.Report, error) {
	progress := a.Progress("syncing", 0)
	defer progress.Done()
	last := 0
	rep, err := replica.Sync(ctx, s.Store, way, replica.Options{Progress: func(n int) {
		progress.Add(n - last)
		last = n
	}})
	if err != nil {
		return rep, fmt.Errorf("sync: %w", err)
	}
	return rep, nil
}
