// Package oidctest is an identity provider for tests that is nobody's of this house, the certified one of github.com/zitadel/oidc, and
// a browser that logs in there.
//
// It is not for the program: only tests import it.
package oidctest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Client is the id by which the provider knows callout, and Password that of everybody there.
const (
	Client   = "callout"
	Password = "secret"
)

// Handler is a provider that knows mia, by an address that it vouches for, and eve, who says that she has somebody else's.
func Handler(issuer string) http.Handler {
	storage.RegisterClients(storage.NativeClient(Client, "http://127.0.0.1/callback"))
	memory := callouts{storage.NewStorage(people{
		"mia": {ID: "mia", Username: "mia", Password: Password, Email: "Mia@shop.example", EmailVerified: true},
		"eve": {ID: "eve", Username: "eve", Password: Password, Email: "nora@shop.example"},
	})}
	return exampleop.SetupServer(issuer, memory, slog.New(slog.DiscardHandler), false)
}

// people of the provider.
type people map[string]*storage.User

// GetUserByID implements storage.UserStore.
func (p people) GetUserByID(id string) *storage.User { return p[id] }

// GetUserByUsername implements storage.UserStore.
func (p people) GetUserByUsername(name string) *storage.User { return p[name] }

// ExampleClientID implements storage.UserStore.
func (p people) ExampleClientID() string { return Client }

// callouts is the provider's memory, in which callout may have codes for machines without a browser, too.
type callouts struct{ *storage.Storage }

// GetClientByClientID implements op.Storage.
func (c callouts) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	out, err := c.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return withDevices{out}, nil
}

type withDevices struct{ op.Client }

// GrantTypes implements op.Client.
func (c withDevices) GrantTypes() []oidc.GrantType {
	return append(c.Client.GrantTypes(), oidc.GrantTypeDeviceCode)
}

var field = regexp.MustCompile(`name="id" value="([^"]*)"`)

// Login logs somebody in at the provider as a browser does that was sent to an address, and follows it to where it is sent then.
func Login(ctx context.Context, address, name string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	web := &http.Client{Jar: jar}
	text, at, err := visit(ctx, web, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	id := field.FindSubmatch(text)
	if id == nil {
		return fmt.Errorf("this is no login: %s", text)
	}
	to := at.ResolveReference(&url.URL{Path: "/login/username"}).String()
	_, _, err = visit(ctx, web, http.MethodPost, to, url.Values{"id": {string(id[1])}, "username": {name}, "password": {Password}})
	return err
}

func visit(ctx context.Context, web *http.Client, method, address string, form url.Values) (text []byte, at *url.URL, err error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, nil, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := web.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err = io.ReadAll(res.Body)
	return text, res.Request.URL, err
}
