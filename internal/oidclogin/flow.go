package oidclogin

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"time"

	"callout/internal/fault"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Flow gets a token of a person's from their provider. State, nonce and the PKCE verifier never leave the process but for the
// provider, and the proof of having asked for the token is for the server.
type Flow struct {
	Issuer, Client string
}

// patience is how long somebody may take to log in.
const patience = 10 * time.Minute

// Browser has the person log in with a browser on this machine: show opens an address, or shows it. The provider sends the browser
// back to a port of this machine (RFC 8252), with a code that only this process can exchange (PKCE, RFC 7636).
func (f Flow) Browser(ctx context.Context, show func(address string) error) (out Token, err error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, client()), patience)
	defer cancel()
	conf, err := f.config(ctx)
	if err != nil {
		return out, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return out, fault.Internalf("no port of this machine can be had").Because(err)
	}
	conf.RedirectURL = "http://" + l.Addr().String() + "/callback"
	state, verifier := draw(), oauth2.GenerateVerifier()
	out.Proof = draw()
	back := make(chan answer, 1)
	web := &http.Server{Handler: f.callback(state, back), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = web.Serve(l) }()
	defer func() { _ = web.Close() }()
	if err := show(conf.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier), oidc.Nonce(Nonce(out.Proof)))); err != nil {
		return out, err
	}
	var got answer
	select {
	case <-ctx.Done():
		return out, fault.Loginf("nobody has logged in").With("oidc.nobody").Because(context.Cause(ctx)).Hint("callout login URL --oidc   (again)")
	case got = <-back:
	}
	if got.refused != "" {
		return out, fault.Loginf("the identity provider says %q", got.refused).With("oidc.denied").Hint("callout login URL --oidc   (again)")
	}
	t, err := conf.Exchange(ctx, got.code, oauth2.VerifierOption(verifier))
	if err != nil {
		return out, said(err)
	}
	brief, over := context.WithTimeout(ctx, 2*time.Second)
	defer over()
	_ = web.Shutdown(brief) // the browser is told before this process ends
	return out, out.take(t)
}

// answer is what the provider sends the browser back with.
type answer struct{ code, refused string }

// callback takes the answer to what was asked, once. Whoever else knocks at the port is sent away, and disturbs nothing.
func (f Flow) callback(state string, back chan<- answer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-store")
		if iss := q.Get("iss"); subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1 || iss != "" && iss != f.Issuer {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintln(w, "This is not the answer to what callout has asked.")
			return
		}
		a := answer{q.Get("code"), q.Get("error")}
		if a.code == "" && a.refused == "" {
			a.refused = "nothing"
		}
		select {
		case back <- a:
			_, _ = fmt.Fprintln(w, "Back to the terminal: this window can be closed.")
		default:
			w.WriteHeader(http.StatusConflict)
			_, _ = fmt.Fprintln(w, "This answer was given before.")
		}
	})
	return mux
}

// Device has the person log in with a browser on another machine, where they type a code (RFC 8628): tell says where, and which.
func (f Flow) Device(ctx context.Context, tell func(address, code string) error) (out Token, err error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, client()), patience)
	defer cancel()
	conf, err := f.config(ctx)
	if err != nil {
		return out, err
	}
	if conf.Endpoint.DeviceAuthURL == "" {
		return out, fault.Loginf("%s has no login for machines without a browser", f.Issuer).With("oidc.device").Hint("callout login URL --oidc --no-browser")
	}
	d, err := conf.DeviceAuth(ctx)
	if err != nil {
		return out, said(err)
	}
	if err := tell(d.VerificationURI, d.UserCode); err != nil {
		return out, err
	}
	t, err := conf.DeviceAccessToken(ctx, d)
	if err != nil {
		return out, said(err)
	}
	return out, out.take(t)
}

func (f Flow) config(ctx context.Context) (*oauth2.Config, error) {
	p, err := oidc.NewProvider(ctx, f.Issuer)
	if err != nil {
		return nil, away(f.Issuer, err)
	}
	at := p.Endpoint()
	at.AuthStyle = oauth2.AuthStyleInParams // a public client has no secret to show in another way
	return &oauth2.Config{ClientID: f.Client, Endpoint: at, Scopes: Scopes()}, nil
}

// said is an error of the provider, in its words.
func said(err error) error {
	return fault.Loginf("the identity provider says no").With("oidc.denied").Because(err).Hint("callout login URL --oidc   (again)")
}

// take takes what the provider has answered with.
func (o *Token) take(t *oauth2.Token) (err error) {
	var ok bool
	if o.ID, ok = t.Extra("id_token").(string); !ok {
		err = fault.Loginf("the identity provider has given no token that says who logged in").With("oidc.token").Hint("callout login URL --oidc   (again)")
	}
	o.Access = t.AccessToken
	return err
}
