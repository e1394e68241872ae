package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/replica/remote"
	"callout/shop"
)

// openRemote opens the shop of the server that --server names, as whoever the token stands for.
func (a *App) openRemote(ctx context.Context) (*shop.Shop, error) {
	server, err := remote.Parse("server", a.config.Server)
	if err != nil {
		return nil, err
	}
	if a.shared.as != "" {
		return nil, fault.Invalidf("as", "on a server the token says who acts").With("as.linked").Hint("leave out --as")
	}
	way, err := a.wayThere(server)
	if err != nil {
		return nil, err
	}
	if a.remote != server {
		who, err := way.Whoami(ctx)
		if err != nil {
			return nil, err
		}
		a.remote, a.config.As = server, who
	}
	e := remote.Open(way)
	return shop.Remote(e, a.shopOptions(), e.Decide)
}

// wayThere is the way to a server without a copy: by the token in the environment, or else by the login that is kept.
func (a *App) wayThere(server string) (*remote.Server, error) {
	place := a.serverPlace(server)
	login, err := place.Read()
	if token := strings.TrimSpace(a.env("CALLOUT_TOKEN")); token != "" {
		way := &remote.Server{URL: server, Token: token}
		if err == nil { // somebody has logged in here, and has confirmed the certificate
			way.Pin = login.Certificate
		}
		return way, nil
	}
	if fault.CodeOf(err) == "login.none" {
		return nil, fault.Loginf("a login is needed to work on %s", server).With("login.token").
			Hint("callout login %s --remote", server).Hint("CALLOUT_TOKEN=cout_... callout --server %s ...", server).
			Hint("callout user token add NAME --name LABEL   (an administrator, on the server)")
	}
	if err != nil {
		return nil, err
	}
	way := place.Way(login, a.again)
	return &way, nil
}

// withRemote opens the server's shop, for the length of fn.
func (a *App) withRemote(fn func(*shop.Shop) error) error {
	s, err := a.openRemote(context.Background())
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.Close())
}

// onFiles are the commands that work on the files of a store, and not on a server's shop.
func onFiles() []string {
	return []string{"audit", "backup", "restore", "init", "serve", "sync", "conflict", "board", "doctor", "demo"}
}

// elsewhere refuses a command that cannot work where the shop is: on a server, or in a database.
func (a *App) elsewhere(path string) error {
	if err := a.settlePlace(path); err != nil {
		return err
	}
	words := strings.Fields(path)
	if len(words) > 1 && slices.Contains(onFiles(), words[1]) {
		if err := a.local(); err != nil {
			return err
		}
	}
	return a.inFile(path)
}

// local refuses on a server's shop what works on the store's own files.
func (a *App) local() error {
	if a.config.Server == "" {
		return nil
	}
	return fault.Refusedf("this works on the files of a store, and a server's are not here").With("remote.own").
		Hint("run it on the server's machine, while the server is stopped").Hint("CALLOUT_SERVER= callout login %s   (links a copy of your own)", a.config.Server)
}
