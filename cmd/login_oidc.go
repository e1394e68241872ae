package cmd

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"

	"github.com/kballard/go-shellquote"

	"callout/internal/fault"
	"callout/internal/oidclogin"
	"callout/replica"
	"callout/replica/remote"
)

// byOIDC logs in at the server's identity provider.
func (a *App) byOIDC(ctx context.Context, at remote.Server, f loginFlags) (*replica.Login, error) {
	way, server := &at, at.URL
	p, err := way.Provider(ctx)
	if err != nil {
		return nil, err
	}
	flow := oidclogin.Flow{Issuer: p.Issuer, Client: p.Client}
	if err := (oidclogin.Settings{Issuer: p.Issuer, Client: p.Client}).Check(); err != nil {
		return nil, err
	}
	var token oidclogin.Token
	switch {
	case f.device && !p.Device:
		return nil, fault.Refusedf("%s takes no logins from machines without a browser", server).With("oidc.device").
			Hint("callout login %s --oidc --no-browser", server).Hint("callout serve --oidc-device   (whoever runs the server)")
	case f.device:
		token, err = flow.Device(ctx, func(address, code string) error {
			a.note("on another machine, open %s and type %s", address, code)
			a.note("type it only if you have begun this login yourself, just now")
			return nil
		})
	default:
		token, err = flow.Browser(ctx, func(address string) error { return a.browse(ctx, address, f.noBrowser) })
	}
	if err != nil {
		return nil, err
	}
	s, err := way.LogInByOIDC(ctx, token)
	if err != nil {
		return nil, err
	}
	l := &replica.Login{Server: server, Certificate: at.Pin, Provider: p.Issuer}
	l.Took(s)
	return l, nil
}

// browse opens an address in a browser, or says where to go where there is none.
func (a *App) browse(ctx context.Context, address string, no bool) error {
	if !no {
		words, err := a.browser()
		if err == nil {
			err = exec.CommandContext(ctx, words[0], append(words[1:], address)...).Start() //nolint:gosec // the person's own browser
		}
		if err == nil {
			a.note("waiting for the login in the browser; if none has opened: %s", address)
			return nil
		}
	}
	_, err := fmt.Fprintf(a.Err, "Open this address in a browser of this machine:\n%s\n", address)
	return err
}

// browser is the command that opens an address.
func (a *App) browser() ([]string, error) {
	if own := a.env("BROWSER"); own != "" {
		return shellquote.Split(own)
	}
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}, nil
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}, nil
	}
	return []string{"xdg-open"}, nil
}
