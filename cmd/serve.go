package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/approval"
	"callout/internal/fault"
	"callout/internal/oidclogin"
	"callout/party"
	"callout/server"
	"callout/shop"
	"callout/store"
)

// serveFlags are what a server is started with.
type serveFlags struct {
	listen, url, cert, key, admin, log string
	ownCert, recovered                 bool
	provider                           oidclogin.Settings
	company                            party.InitCompany
	policy                             string
}

func newServeCmd(a *App) *cobra.Command {
	var s serveFlags
	return GroupData.In(a.Verb(Verb{
		Use:   "serve",
		Short: "Answer for this shop, so that others can work on it from their machines",
		Long: `The store is kept open until the server ends; whoever else wants the file is told where the server is. A store
that is not there yet is made, from --company, --currency and --tz. Where the shop has no administrator, --admin (or
else --as) becomes the first, with a token that is shown once; an administrator who has none that counts gets one, too.

With --database (or CALLOUT_DATABASE) the shop lies in PostgreSQL, and any number of servers may answer for it, behind one address: they share
the database, --evidence-dir and --key-file, and nothing else (see docs/postgresql.md). "callout init" and "callout restore" put a shop there, too.

Without a certificate the server answers plain HTTP: keep it on the machine, or behind something that speaks TLS. --tls-self makes
a certificate of its own, once, and shows its fingerprint. SIGINT and SIGTERM end the server; what it has accepted it finishes.`,
		Example: `callout serve --company "Alpine Lifts" --currency EUR --tz Europe/Vienna --admin Ada
callout serve --listen :8765 --tls-cert /etc/ssl/shop.pem --tls-key /etc/ssl/shop.key
callout serve --database postgres://callout@db.example/callout --key-file /run/secrets/callout.key --evidence-dir /srv/evidence
callout serve --listen 127.0.0.1:0 -o json`,
		Fields: []string{"url", "database", "fingerprint", "admin", "token", "expires"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&s.listen, "listen", "127.0.0.1:8765", "the `ADDRESS` and port to answer at; :8765 is every address of the machine")
			f.StringVar(&s.url, "url", "", "the `URL` by which others reach it, where that is not the address it listens at")
			f.StringVar(&s.cert, "tls-cert", "", "the certificate and what it is signed by, a `FILE` of PEM")
			f.StringVar(&s.key, "tls-key", "", "the certificate's key, a `FILE` of PEM")
			f.BoolVar(&s.ownCert, "tls-self", false, "answer TLS by a certificate of the server's own")
			f.BoolVar(&s.recovered, "recovered", false, "go on after a restore with --recover, although devices have not been heard")
			f.StringVar(&s.provider.Issuer, "oidc-issuer", "", "let people log in at this identity provider, a `URL`")
			f.StringVar(&s.provider.Client, "oidc-client", "", "the `ID` by which it knows callout, a public client whose redirect is http://127.0.0.1/callback")
			f.StringSliceVar(&s.provider.Domains, "oidc-domain", nil, "take e-mail addresses of this `DOMAIN` only; may be repeated")
			f.StringToStringVar(&s.provider.Claims, "oidc-require", nil, "take only tokens that say `CLAIM=VALUE`, such as groups=callout; may be repeated")
			f.BoolVar(&s.provider.Device, "oidc-device", false, "let people log in on machines without a browser, by typing a code elsewhere")
			f.StringVar(&s.admin, "admin", "", "the administrator's `NAME`")
			choiceVar(f, &s.log, "log", "text", []string{"text", "json"}, "how the log on standard error is written")
			f.String("evidence-dir", "", "the folder of the evidence files, with a database: a `DIR` that all who serve the shop share")
			f.String("key-file", "", "sign the journal by the key in this `FILE`, and not by this machine's own")
			f.StringVar(&s.company.Company, "company", "", "make a shop of this `NAME` if there is none")
			f.StringVar(&s.company.Code, "currency", "", "its ISO 4217 `CURRENCY`")
			choiceVar(f, &s.policy, "policy", string(approval.FourEyes), modeWords(), "who approves there: four-eyes (never the maker) or single")
		},
		Run: func(ctx context.Context, _ []string) error { return a.serve(ctx, s) },
	}))
}

func (a *App) serve(ctx context.Context, f serveFlags) error {
	if f.provider.Issuer+f.provider.Client != "" {
		if err := f.provider.Check(); err != nil {
			return err
		}
	}
	secure, err := a.serveTLS(f)
	if err != nil {
		return err
	}
	// The port is taken before the store is: others are told where the server answers.
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return usagef("--listen %s: %v", f.listen, err).Hint("callout serve --listen 127.0.0.1:0   (any free port)")
	}
	defer func() { _ = l.Close() }()
	url := cmp.Or(strings.TrimSuffix(f.url, "/"), urlOf(l.Addr(), secure != nil))
	sh, err := a.openServed(ctx, f, url)
	if err != nil {
		return err
	}
	err = a.serveShop(ctx, sh, f, l, secure, url)
	return errors.Join(err, sh.Close())
}

// serveTLS is how the server proves who it is; nil is plain HTTP.
func (a *App) serveTLS(f serveFlags) (*tls.Config, error) {
	switch {
	case f.ownCert && f.cert+f.key != "":
		return nil, usagef("--tls-self and --tls-cert are two ways; name one")
	case f.ownCert:
		host, _ := os.Hostname() //nolint:errcheck // a certificate without the name is one for localhost
		return server.OwnTLS(a.stateDir(), []string{"localhost", "127.0.0.1", "::1", host}, a.Now())
	case f.cert != "" && f.key != "":
		return server.LoadTLS(f.cert, f.key)
	case f.cert+f.key != "":
		return nil, usagef("--tls-cert and --tls-key go together")
	}
	return nil, nil
}

// openServed opens the shop for as long as the server lives; one that is to be made is made first.
func (a *App) openServed(ctx context.Context, f serveFlags, url string) (*shop.Shop, error) {
	o := a.shopOptions()
	there := true
	if f.company.Company != "" {
		whole, err := shop.There(ctx, o)
		there = whole || err != nil // what is wrong shows when it is opened
	}
	if !there {
		f.company.Zone = a.shared.tz
		name := cmp.Or(f.admin, a.config.As)
		made, err := shop.Create(ctx, o, shop.Found{Company: f.company, Policy: approval.Mode(f.policy), Actor: store.Actor{Name: name, How: store.Asserted}})
		switch {
		case err == nil:
			err = made.Close()
		case a.config.Database != "" && fault.CodeOf(err) == "store.exists": // another replica was first
			err = shop.Founded(ctx, o)
		}
		if err != nil {
			return nil, err
		}
	}
	o.Serves, o.Holder = url, "callout serve"
	sh, err := shop.Open(o)
	if err != nil {
		return nil, err
	}
	if err = sh.CanSign(ctx); err == nil && f.recovered {
		err = sh.Recovered(ctx, "callout serve --recovered: no more will come")
	}
	if err != nil {
		return nil, errors.Join(err, sh.Close())
	}
	return sh, nil
}

// served is what the server says of itself when it begins.
type served struct {
	URL         string `json:"url"`
	Database    string `json:"database,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Admin       string `json:"admin,omitempty"`
	Token       string `json:"token,omitempty"`
	Expires     string `json:"expires,omitempty"`
}

func (a *App) serveShop(ctx context.Context, sh *shop.Shop, f serveFlags, l net.Listener, secure *tls.Config, url string) error {
	name := f.admin
	if name == "" {
		if admins, err := hasAdmin(ctx, sh); err != nil {
			return err
		} else if !admins {
			name = a.config.As
		}
	}
	admin, err := sh.EnsureAdmin(ctx, name, a.Now(), rand.Reader)
	if err != nil {
		return err
	}
	say := served{URL: url, Admin: admin.Name}
	if a.config.Database != "" {
		say.Database = a.where()
	}
	if secure != nil {
		say.Fingerprint = server.Fingerprint(secure)
		l = tls.NewListener(l, secure)
	}
	if admin.Token.Handle != "" {
		say.Token, say.Expires = admin.Token.Text(), admin.Expires.Format("2006-01-02")
	}
	err = a.Show(url, say, func(p *Page) {
		p.Title("callout answers at %s", url)
		p.Field("Database", say.Database)
		p.Field("Fingerprint", say.Fingerprint)
		if say.Token != "" {
			p.Field("Administrator", say.Admin)
			p.Field("Token", say.Token)
			p.Field("Until", say.Expires)
			p.Line("The token is shown this once. People are added with `callout user add`, and log in from their machines:")
			p.Line("  callout login %s", url)
		}
	})
	if err != nil {
		return err
	}
	o := server.Options{Shop: sh, Version: readBuild().Version, Log: a.serveLog(f.log), Now: a.Now, URL: url}
	if f.provider.Issuer != "" {
		o.Provider = &f.provider
	}
	srv := server.New(o)
	return srv.Serve(ctx, l)
}

func hasAdmin(ctx context.Context, sh *shop.Shop) (yes bool, err error) {
	err = sh.View(ctx, func(r store.Reader) error {
		admins, err := party.Holders(r, party.Admin)
		yes = len(admins) > 0
		return err
	})
	return yes, err
}

func (a *App) serveLog(form string) *slog.Logger {
	if form == "json" {
		return slog.New(slog.NewJSONHandler(a.Err, nil))
	}
	return slog.New(slog.NewTextHandler(a.Err, nil))
}

// urlOf is where a listener is reached; every address of the machine is also localhost.
func urlOf(addr net.Addr, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return scheme + "://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
		if ip.IsLoopback() {
			host = ip.String()
		}
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
