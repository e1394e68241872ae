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

// loginFlags say by what somebody logs in, and what for.
type loginFlags struct {
	token, host, key string
	ssh, remote      bool
	oidc, device     bool // at the identity provider, in a browser here or elsewhere
	noBrowser        bool
	fingerprint      string // of the server's own certificate
}

func newLoginCmd(a *App) *cobra.Command {
	var l loginFlags
	return GroupData.In(a.Verb(Verb{
		Use:   "login URL",
		Short: "Link this machine to a server, or log in again as somebody else",
		Long: `Makes the store a copy of the server's shop: everything that callout does works on it, with or without a network, and
"callout sync" brings both together. The machine gets a code, which leads the numbers that it shows while it is offline.
With --remote nothing is copied: --server URL works on the server itself from then on, without a token in the environment.

Who one is says the server's identity provider, if it has one (--oidc): a browser opens, or --no-browser shows the address to open on this
machine. Where there is none at all, --device shows a code to type in a browser elsewhere, if the server allows that. Or it says an SSH key that the server knows: one that the running ssh-agent has (tried by itself where there is an agent and
no token), or that of --ssh-key, which is asked of the agent before the file is read. A passphrase is asked for on the
terminal only. Otherwise it is a token: asked for, or read from CALLOUT_TOKEN; an administrator makes one with "callout user
token add". What the login comes to is kept outside the store, readable by you only, and renewed by itself.`,
		Example: `callout login https://ops.example:8765
callout login https://ops.example:8765 --ssh-key ~/.ssh/id_ed25519
callout login https://ops.example:8765 --oidc
callout login https://ops.example:8765 --remote
callout login localhost:8765 --store ./laptop.db`,
		Fields: []string{"server", "company", "person", "by", "device", "store", "entries"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&l.token, "token", "", "the token, instead of being asked: `TOKEN`; others may see it in the list of processes")
			f.StringVar(&l.key, "ssh-key", "", "log in by this SSH key, a `FILE`")
			f.BoolVar(&l.ssh, "ssh", false, "log in by an SSH key that the ssh-agent has")
			f.BoolVar(&l.oidc, "oidc", false, "log in at the server's identity provider, in a browser")
			f.BoolVar(&l.noBrowser, "no-browser", false, "with --oidc: open no browser, and show the address")
			f.BoolVar(&l.device, "device", false, "log in at the identity provider by a code, in a browser on another machine")
			f.BoolVar(&l.remote, "remote", false, "log in for --server only: no copy is made")
			f.StringVar(&l.fingerprint, "fingerprint", "", "know the server by its own certificate, of this `SHA256`, as callout serve shows it")
			f.StringVar(&l.host, "host", "", "what the list of devices calls this machine: `NAME`")
		},
		Run: func(ctx context.Context, args []string) error { return a.logIn(ctx, args[0], l) },
	}))
}

// loginView is what a login has led to.
type loginView struct {
	Server  string `json:"server"`
	Company string `json:"company"`
	Person  string `json:"person"`
	By      string `json:"by"` // what the server knows them by: token, key or oidc
	Device  string `json:"device,omitempty"`
	Store   string `json:"store,omitempty"`
	Entries uint64 `json:"entries,omitempty"`
}

func (a *App) logIn(ctx context.Context, address string, f loginFlags) error {
	server, err := remote.Parse("server", address)
	if err != nil {
		return err
	}
	if f.remote {
		return a.logInThere(ctx, server, f)
	}
	if err := a.local(); err != nil {
		return err
	}
	was, err := shop.Linked(ctx, a.shopOptions())
	if err != nil {
		return err
	}
	at, err := a.greet(ctx, server, a.keptFor(was), f)
	if err != nil {
		return err
	}
	login, err := a.credential(ctx, at, f)
	if err != nil {
		return err
	}
	if f.host == "" {
		f.host, _ = os.Hostname()
	}
	at.Token = login.Token
	way := replica.Of(at)
	ask := replica.Enrolment{Host: f.host}
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
	login.Person = in.Person
	place := replica.Place{Dir: a.stateDir(), Name: in.Tenant}
	if err := place.Keep(login); err != nil {
		return err
	}
	v := loginView{Server: server, Company: in.Company, Person: in.Person, By: by(login), Device: in.Device, Store: a.config.Store}
	s, err := shop.Link(ctx, a.shopOptions(), store.Link{Tenant: in.Tenant, Device: in.Device, Server: server, Key: in.Key})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // a bolt store holds nothing open
	rep, err := a.syncOver(ctx, s, replica.Of(place.Way(login, a.again)))
	if err != nil {
		return err
	}
	v.Entries = rep.Size
	return a.Show(v.Device, v, func(p *Page) {
		p.Line("%s is linked to %s (%s) as device %s, and you are %s.", v.Store, v.Company, v.Server, v.Device, v.Person)
		p.Line("%d journal entries are here. Work on as always; callout sync brings both together.", v.Entries)
	})
}

// logInThere logs in for --server: what is kept is the login alone.
func (a *App) logInThere(ctx context.Context, server string, f loginFlags) error {
	place := a.serverPlace(server)
	at, err := a.greet(ctx, server, certificateOf(place), f)
	if err != nil {
		return err
	}
	login, err := a.credential(ctx, at, f)
	if err != nil {
		return err
	}
	if login.Person == "" {
		at.Token = login.Token
		if login.Person, err = at.Whoami(ctx); err != nil {
			return err
		}
	}
	if err := place.Keep(login); err != nil {
		return err
	}
	return a.Show(login.Person, loginView{Server: server, Person: login.Person, By: by(login)}, func(p *Page) {
		p.Line("You are %s on %s.", login.Person, server)
		p.Line("callout --server %s ... works there; CALLOUT_SERVER says it once for all.", server)
	})
}

// serverPlace is where the login for a server is kept that one works on without a copy.
func (a *App) serverPlace(server string) replica.Place {
	return replica.Place{Dir: a.stateDir(), Name: replica.ServerName(server)}
}

// by is what somebody is known by.
func by(l *replica.Login) string {
	switch {
	case l.Key != "":
		return "key"
	case l.Provider != "":
		return "oidc"
	}
	return "token"
}

// credential is what the server is shown, and who that is where it is known.
func (a *App) credential(ctx context.Context, at remote.Server, f loginFlags) (*replica.Login, error) {
	ways := 0
	for _, named := range []bool{f.token != "", f.ssh || f.key != "", f.oidc || f.noBrowser, f.device} {
		if named {
			ways++
		}
	}
	if ways > 1 {
		return nil, usagef("--token, an SSH key, --oidc and --device are different ways; name one")
	}
	if f.oidc || f.noBrowser || f.device {
		return a.byOIDC(ctx, at, f)
	}
	if f.token == "" && !f.ssh && f.key == "" {
		f.token = a.env("CALLOUT_TOKEN")
	}
	if f.token == "" && (f.ssh || f.key != "" || a.env(agentSocket) != "") {
		login, err := a.bySSH(ctx, at, f.key)
		if err == nil || f.ssh || f.key != "" || fault.CodeOf(err) != codeNoKey || !a.canAsk() {
			return login, err
		}
	}
	token, err := a.token(ctx, f.token)
	return &replica.Login{Server: at.URL, Certificate: at.Pin, Token: token}, err
}

// token is what was given, or what somebody types.
func (a *App) token(ctx context.Context, given string) (string, error) {
	if given == "" && a.canAsk() {
		var err error
		if given, err = a.ask(ctx, "Token: "); err != nil {
			return "", err
		}
	}
	if given = strings.TrimSpace(given); given == "" {
		return "", usagef("a token or an SSH key is needed").With("login.token").
			Hint("CALLOUT_TOKEN=cout_... callout login URL").Hint("callout login URL --ssh-key FILE").Hint("callout login URL --oidc").
			Hint("callout user token add NAME   (an administrator, on the server)")
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
