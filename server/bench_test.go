package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callout/party"
	"callout/server"
	"callout/shop"
	"callout/store"
)

// house is a shop with a server before it.
type house struct {
	*shop.Shop
	t   *testing.T
	url string
	srv *server.Server
	log bytes.Buffer
}

var owner = store.Actor{Name: "Ada", How: store.Asserted}

// newHouse founds a shop whose administrator is Ada, and opens its server.
func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	o := shop.Options{Path: filepath.Join(dir, "shop.db"), StateDir: filepath.Join(dir, "state"), Version: "test", AllowNetwork: true}
	made, err := shop.Create(t.Context(), o, shop.Found{
		Company: party.InitCompany{Company: "Brix", Code: "EUR", Zone: "Europe/Vienna"}, Actor: owner,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	o.Serves = "http://localhost:1"
	h := &house{t: t}
	if h.Shop, err = shop.Open(o); err != nil {
		t.Fatal(err)
	}
	h.do(&party.ChangeRoles{Person: h.person("Ada"), Grant: []party.Role{party.Admin}})
	h.srv = server.New(server.Options{Shop: h.Shop, Version: "test", URL: "http://localhost:1", Log: slog.New(slog.NewTextHandler(&h.log, nil))})
	web := httptest.NewServer(h.srv.Handler())
	h.url = web.URL
	t.Cleanup(func() {
		web.CloseClientConnections()
		if err := h.srv.Close(); err != nil {
			t.Error(err)
		}
		web.Close()
		if err := h.Shop.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// do runs a command as Ada, beside the server.
func (h *house) do(cmd store.Command) store.Receipt {
	h.t.Helper()
	rec, err := h.One(context.Background(), store.Intent{Cmd: cmd, Actor: owner})
	if err != nil {
		h.t.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec
}

func (h *house) read(fn func(r store.Reader) error) {
	h.t.Helper()
	if err := h.View(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) person(name string) (id store.ID) {
	h.t.Helper()
	h.read(func(r store.Reader) (err error) {
		id, err = party.People.FindID(r, name)
		return err
	})
	return id
}

// client is somebody with a token.
type client struct {
	h     *house
	id    store.ID
	token string
}

// user adds a person with roles and a token for everything.
func (h *house) user(name string, roles ...party.Role) *client {
	h.t.Helper()
	rec := h.do(&party.AddUser{User: name, Roles: roles})
	return h.token(rec.Subject, time.Hour, party.Sync, party.Accounts)
}

// token gives a person a token.
func (h *house) token(person store.ID, lasts time.Duration, scopes ...party.Scope) *client {
	h.t.Helper()
	text, err := party.DrawToken(rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	h.do(&party.IssueToken{Person: person, Label: "test", Scopes: scopes, Expires: time.Now().Add(lasts), Handle: text.Handle, Secret: text.Digest()})
	return &client{h, person, text.Text()}
}

// reply is an answer with its body.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// problem reads the body as a problem.
func (r reply) problem(t *testing.T) (p server.Problem) {
	t.Helper()
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a problem comes as %q: %.200s", got, r.body)
	}
	r.into(t, &p)
	return p
}

func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%d %.300s: %v", r.status, r.body, err)
	}
}

// ask sends a request; a body that is no text is sent as JSON. Headers are "Name: value".
func (c *client) ask(method, path string, body any, headers ...string) reply {
	t := c.h.t
	t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.h.url+path, in)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := reply{res.StatusCode, res.Header, text}
	heldAgainst(t, method, path, res, text)
	return out
}

// command does one command and wants it done.
func (c *client) command(name string, args any) server.CommandResult {
	c.h.t.Helper()
	rep := c.try(name, args)
	if rep.status != http.StatusOK {
		c.h.t.Fatalf("%s: %d %s", name, rep.status, rep.body)
	}
	var out server.CommandAnswer
	rep.into(c.h.t, &out)
	return out.Results[0]
}

// try does one command and tells what came of it.
func (c *client) try(name string, args any) reply {
	c.h.t.Helper()
	return c.ask("POST", "/v1/commands", map[string]any{"name": name, "args": args})
}
