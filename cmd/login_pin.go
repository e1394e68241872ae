package cmd

import (
	"context"
	"net/http"
	"strings"

	"callout/internal/fault"
	"callout/replica"
	"callout/replica/remote"
	"callout/store"
)

// greet finds out by what a server is known before anything is said to it: by who vouches for its certificate, or by a certificate
// of its own whose fingerprint somebody has confirmed, now or at an earlier login.
func (a *App) greet(ctx context.Context, server, kept string, f loginFlags) (at remote.Server, err error) {
	at.URL = server
	secure := strings.HasPrefix(server, "https://")
	switch {
	case f.fingerprint != "" && !secure:
		return at, usagef("--fingerprint is of a certificate, and %s has none", server).Hint("callout login https://HOST:PORT --fingerprint SHA256")
	case f.fingerprint != "":
		at.Pin, err = remote.ParseFingerprint("fingerprint", f.fingerprint)
		return at, err
	case !secure:
		return at, nil
	}
	at.Pin = kept
	err = at.Call(ctx, http.MethodGet, "/healthz", nil, nil, &struct{}{})
	if fault.CodeOf(err) != remote.CodeUnknownTLS {
		if code := fault.CodeOf(err); code == remote.CodeChangedTLS || code == "server.unreachable" {
			return at, err
		}
		return at, nil // what else there is to say the login says
	}
	shown, broken := at.Shown(ctx)
	if broken != nil {
		return at, broken
	}
	if !a.canAsk() {
		return at, err
	}
	a.note("nobody vouches for the certificate of %s; its fingerprint is", server)
	a.note("%s", shown)
	said, err := a.ask(ctx, "Is that what callout serve shows? (yes or no) ")
	if err != nil {
		return at, err
	}
	if strings.ToLower(strings.TrimSpace(said)) != "yes" {
		return at, fault.Loginf("the certificate of %s was not confirmed", server).With(remote.CodeUnknownTLS).
			Hint("callout login %s --fingerprint SHA256   (as callout serve shows it)", server)
	}
	at.Pin = shown
	return at, nil
}

// certificateOf is the certificate that was confirmed at an earlier login; "" where there was none.
func certificateOf(p replica.Place) string {
	l, err := p.Read()
	if err != nil {
		return ""
	}
	return l.Certificate
}

// keptFor is the certificate of a linked store's server.
func (a *App) keptFor(was *store.Link) string {
	if was == nil {
		return ""
	}
	return certificateOf(replica.Place{Dir: a.stateDir(), Name: was.Tenant})
}
