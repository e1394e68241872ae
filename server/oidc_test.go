package server_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/internal/oidclogin"
	"callout/internal/oidclogin/oidctest"
	"callout/party"
	"callout/replica/remote"
	"callout/server"
	"callout/store"

	"github.com/go-jose/go-jose/v4"
)

// newProvider starts a provider that is nobody's of this house.
func newProvider(t *testing.T) (issuer string) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	issuer = "http://" + web.Listener.Addr().String()
	web.Config.Handler = oidctest.Handler(issuer)
	web.Start()
	t.Cleanup(web.Close)
	return issuer
}

// with opens the house's server once more, with a provider.
func (h *house) with(p oidclogin.Settings, now func() time.Time) *client {
	h.t.Helper()
	srv := server.New(server.Options{Shop: h.Shop, Version: "test", URL: "http://localhost:1", Provider: &p, Now: now})
	web := httptest.NewServer(srv.Handler())
	h.t.Cleanup(func() {
		web.CloseClientConnections()
		if err := srv.Close(); err != nil {
			h.t.Error(err)
		}
		web.Close()
	})
	return &client{h: &house{Shop: h.Shop, t: h.t, url: web.URL, srv: srv}}
}

// browser is one in which somebody logs in at the provider. It takes its time.
func browser(t *testing.T, name string) func(address string) error {
	return func(address string) error {
		go func() {
			if err := oidctest.Login(context.WithoutCancel(t.Context()), address, name); err != nil {
				t.Error(err)
			}
		}()
		return nil
	}
}

// TestLoginAtAProvider goes the whole way, with a provider that is not of this house.
func TestLoginAtAProvider(t *testing.T) {
	h := newHouse(t)
	mia, nora := h.user("Mia", party.Clerk), h.user("Nora", party.Admin)
	issuer := newProvider(t)
	c := h.with(oidclogin.Settings{Issuer: issuer, Client: "callout", Domains: []string{"shop.example"}, Device: true}, nil)
	way := &remote.Server{URL: c.h.url}
	p, err := way.Provider(t.Context())
	if err != nil || p.Issuer != issuer {
		t.Fatalf("%+v, %v", p, err)
	}
	flow := oidclogin.Flow{Issuer: p.Issuer, Client: p.Client}
	in := func(name string) (*remote.Session, oidclogin.Token, error) {
		token, err := flow.Browser(t.Context(), browser(t, name))
		if err != nil {
			t.Fatal(err)
		}
		s, err := way.LogInByOIDC(t.Context(), token)
		return s, token, err
	}
	if _, _, err := in("mia"); fault.CodeOf(err) != "oidc.user" {
		t.Errorf("whom nobody has bound: %v", err)
	}
	bound := h.do(&party.BindIdentity{Person: mia.id, Email: "mia@shop.example"})
	h.do(&party.BindIdentity{Person: nora.id, Email: "nora@shop.example"})
	s, token, err := in("mia")
	if err != nil || s.Person != mia.id || s.Name != "Mia" {
		t.Fatalf("%+v, %v", s, err)
	}
	me := &client{h: c.h, id: mia.id, token: s.Access}
	done := me.command("customer.add.v1", customer("Grand Hotel"))
	h.wantActor(done.Entry, mia.id, store.OIDC)
	// Roles hold for whoever came by a provider, too, and it gives none.
	if rep := me.try("user.add.v1", map[string]any{"name": "Friend"}); rep.status != 403 {
		t.Errorf("a clerk adds people: %d %s", rep.status, rep.body)
	}
	if _, err := way.LogInByOIDC(t.Context(), token); fault.CodeOf(err) != "oidc.replayed" {
		t.Errorf("a token that was used: %v", err)
	}
	beside := &remote.Server{URL: h.with(oidclogin.Settings{Issuer: issuer, Client: "callout", Domains: []string{"shop.example"}}, nil).h.url}
	if _, err := beside.LogInByOIDC(t.Context(), token); fault.CodeOf(err) != "oidc.replayed" {
		t.Errorf("a token that was used at another server of the shop: %v", err)
	}
	if _, _, err := in("eve"); fault.CodeOf(err) != "oidc.domain" {
		t.Errorf("an address that nobody vouches for: %v", err)
	}
	// A subject is somebody's whatever their address is.
	open := h.with(oidclogin.Settings{Issuer: issuer, Client: "callout"}, nil)
	way = &remote.Server{URL: open.h.url}
	if _, _, err := in("eve"); fault.CodeOf(err) != "oidc.unverified" {
		t.Errorf("an address that nobody vouches for: %v", err)
	}
	h.do(&party.BindIdentity{Person: nora.id, Issuer: issuer, Subject: "eve"})
	if s, _, err := in("eve"); err != nil || s.Person != nora.id {
		t.Errorf("%+v, %v", s, err)
	}
	// The session ends with the identity.
	h.do(&party.UnbindIdentity{Identity: bound.Subject})
	if rep := me.ask("GET", "/v1/whoami", nil); rep.status != 401 {
		t.Errorf("after the identity was taken away: %d", rep.status)
	}
	if _, _, err := in("mia"); fault.CodeOf(err) != "oidc.user" {
		t.Errorf("after the identity was taken away: %v", err)
	}
}

// TestLoginByACode: the machine has no browser; one elsewhere takes a code.
func TestLoginByACode(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	h.do(&party.BindIdentity{Person: mia.id, Email: "mia@shop.example"})
	issuer := newProvider(t)
	flow := oidclogin.Flow{Issuer: issuer, Client: "callout"}
	jar, _ := cookiejar.New(nil)
	web := &http.Client{Jar: jar}
	post := func(path string, form url.Values) {
		res, err := web.PostForm(issuer+path, form) //nolint:noctx // the test's own
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	decide := func(what string) (oidclogin.Token, error) {
		return flow.Device(t.Context(), func(address, code string) error {
			if !strings.HasPrefix(address, issuer) || code == "" {
				t.Errorf("one is sent to %q with %q", address, code)
			}
			post("/device/login", url.Values{"user_code": {code}, "username": {"mia"}, "password": {"secret"}})
			post("/device/confirm", url.Values{"action": {what}})
			return nil
		})
	}
	token, err := decide("allowed")
	if err != nil {
		t.Fatal(err)
	}
	shut := &remote.Server{URL: h.with(oidclogin.Settings{Issuer: issuer, Client: "callout"}, nil).h.url}
	if _, err := shut.LogInByOIDC(t.Context(), token); fault.CodeOf(err) != "oidc.nonce" {
		t.Errorf("where such logins are not taken: %v", err)
	}
	open := &remote.Server{URL: h.with(oidclogin.Settings{Issuer: issuer, Client: "callout", Device: true}, nil).h.url}
	if s, err := open.LogInByOIDC(t.Context(), token); err != nil || s.Person != mia.id {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := decide("denied"); fault.CodeOf(err) != "oidc.denied" {
		t.Errorf("who says no: %v", err)
	}
}

// forger is a provider of this house, for tokens that an honest one does not make.
type forger struct {
	t      *testing.T
	issuer string
	key    *ecdsa.PrivateKey
	other  *ecdsa.PrivateKey // which it does not publish
}

func newForger(t *testing.T) *forger {
	t.Helper()
	f := &forger{t: t}
	var err error
	if f.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if f.other, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	f.issuer = web.URL
	send := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		send(w, map[string]any{"issuer": f.issuer, "jwks_uri": f.issuer + "/keys", "authorization_endpoint": f.issuer + "/auth", "token_endpoint": f.issuer + "/token",
			"userinfo_endpoint": f.issuer + "/userinfo", "id_token_signing_alg_values_supported": []string{"ES256", "none", "HS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		send(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &f.key.PublicKey, KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, r *http.Request) {
		send(w, map[string]any{"sub": strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), "email": "mia@shop.example", "email_verified": true})
	})
	return f
}

func (f *forger) sign(claims map[string]any, alg jose.SignatureAlgorithm, key any) string {
	f.t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		f.t.Fatal(err)
	}
	signed, err := s.Sign(text)
	if err != nil {
		f.t.Fatal(err)
	}
	out, err := signed.CompactSerialize()
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// TestTokensOfAProviderThatDoNotHold: each is wrong in one thing, is refused as a problem with a code of its own, lets nobody in
// and is counted.
func TestTokensOfAProviderThatDoNotHold(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	h.do(&party.BindIdentity{Person: mia.id, Email: "mia@shop.example"})
	f := newForger(t)
	now := time.Now()
	c := h.with(oidclogin.Settings{Issuer: f.issuer, Client: "callout", Domains: []string{"shop.example", "other.example"}, Claims: map[string]string{"groups": "field"}}, func() time.Time { return now })
	type claims = map[string]any
	const proof = "what only this process knows"
	good := func() claims {
		return claims{"iss": f.issuer, "aud": "callout", "sub": "1", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": oidclogin.Nonce(proof),
			"email": "mia@shop.example", "email_verified": true, "groups": []string{"office", "field"}, "jti": rand.Text()}
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: &f.key.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	none := func(c claims) string {
		head, _ := json.Marshal(claims{"alg": "none"})
		text, _ := json.Marshal(c)
		return base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(text) + "."
	}
	set := func(pairs ...any) claims {
		c := good()
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] == nil {
				delete(c, pairs[i].(string))
				continue
			}
			c[pairs[i].(string)] = pairs[i+1]
		}
		return c
	}
	signed := func(pairs ...any) remote.OIDCLogin {
		return remote.OIDCLogin{Token: f.sign(set(pairs...), jose.ES256, f.key), Proof: proof}
	}
	once := signed()
	for _, tt := range []struct {
		about string
		in    remote.OIDCLogin
		code  string
	}{
		{"as it should be", once, ""},
		{"replayed", once, "oidc.replayed"},
		{"another nonce", signed("nonce", oidclogin.Nonce("somebody else's")), "oidc.nonce"},
		{"no nonce", signed("nonce", nil), "oidc.nonce"},
		{"the nonce in place of its proof", remote.OIDCLogin{Token: f.sign(good(), jose.ES256, f.key), Proof: oidclogin.Nonce(proof)}, "oidc.nonce"},
		{"no proof", remote.OIDCLogin{Token: f.sign(good(), jose.ES256, f.key)}, "oidc.nonce"},
		{"neither nonce nor proof", remote.OIDCLogin{Token: f.sign(set("nonce", nil), jose.ES256, f.key)}, "oidc.nonce"},
		{"another audience", signed("aud", "mail"), "oidc.audience"},
		{"several audiences, and nobody's in particular", signed("aud", []string{"callout", "mail"}), "oidc.audience"},
		{"several audiences, made for another", signed("aud", []string{"callout", "mail"}, "azp", "mail"), "oidc.audience"},
		{"several audiences, made for callout", signed("aud", []string{"callout", "mail"}, "azp", "callout"), ""},
		{"expired", signed("exp", now.Add(-time.Minute).Unix()), "oidc.expired"},
		{"valid for long, and made long ago", signed("iat", now.Add(-time.Hour).Unix()), "oidc.old"},
		{"made tomorrow", signed("iat", now.Add(24*time.Hour).Unix(), "exp", now.Add(25*time.Hour).Unix()), "oidc.old"},
		{"another issuer", signed("iss", "https://accounts.example"), "oidc.issuer"},
		{"not signed", remote.OIDCLogin{Token: none(good()), Proof: proof}, "oidc.signature"},
		{"signed by the public key as if it were a password", remote.OIDCLogin{Token: f.sign(good(), jose.HS256, public), Proof: proof}, "oidc.signature"},
		{"signed by another key", remote.OIDCLogin{Token: f.sign(good(), jose.ES256, f.other), Proof: proof}, "oidc.signature"},
		{"no token at all", remote.OIDCLogin{Token: "e30", Proof: proof}, "oidc.signature"},
		{"nobody", signed("sub", nil), "oidc.token"},
		{"an address that is not vouched for", signed("email_verified", false), "oidc.domain"},
		{"nothing about the address", signed("email_verified", nil), "oidc.domain"},
		{"an address of elsewhere", signed("email", "mia@evil.example"), "oidc.domain"},
		{"an address that only ends alike", signed("email", "mia@evilshop.example"), "oidc.domain"},
		{"vouched for in words", signed("email_verified", "true"), ""},
		{"not of the group", signed("groups", []string{"office"}), "oidc.claim"},
		{"of no group", signed("groups", nil), "oidc.claim"},
		{"somebody unknown", signed("email", "tom@other.example"), "oidc.user"},
		{"the address from the provider", remote.OIDCLogin{Token: f.sign(set("email", nil), jose.ES256, f.key), Proof: proof, Access: "1"}, ""},
		{"the address of another subject", remote.OIDCLogin{Token: f.sign(set("email", nil), jose.ES256, f.key), Proof: proof, Access: "2"}, "oidc.token"},
		{"an access token of another login", remote.OIDCLogin{Token: f.sign(set("email", nil, "at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), jose.ES256, f.key), Proof: proof, Access: "1"}, "oidc.token"},
	} {
		rep := c.ask("POST", "/v1/login/oidc", tt.in)
		if tt.code == "" {
			if rep.status != 200 {
				t.Errorf("%s: %d %s", tt.about, rep.status, rep.body)
			}
			continue
		}
		if p := rep.problem(t); rep.status != 401 || p.Code != tt.code || bytes.Contains(rep.body, []byte("access_token")) {
			t.Errorf("%s: %d %s", tt.about, rep.status, rep.body)
		}
	}
	figures := (&client{h: c.h, token: h.user("Max", party.Manager).token}).ask("GET", "/metrics", nil)
	for _, line := range []string{
		`callout_logins_total{by="oidc",outcome="done"} 4`, `{by="oidc",outcome="oidc.nonce"} 5`, `{by="oidc",outcome="oidc.signature"} 4`,
		`{by="oidc",outcome="oidc.expired"} 1`, `{by="oidc",outcome="oidc.replayed"} 1`,
	} {
		if !strings.Contains(string(figures.body), line) {
			t.Errorf("the figures lack %s: %s", line, figures.body)
		}
	}
}

// TestTheCallbackTakesTheAnswerToItsQuestionOnly: whoever finds the port and does not know the state changes nothing.
func TestTheCallbackTakesTheAnswerToItsQuestionOnly(t *testing.T) {
	issuer := newProvider(t)
	flow := oidclogin.Flow{Issuer: issuer, Client: "callout"}
	var once []string
	token, err := flow.Browser(t.Context(), func(address string) error {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		q := u.Query()
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 {
			t.Errorf("what is asked is %v", q)
		}
		once = []string{q.Get("state"), q.Get("nonce"), q.Get("code_challenge")}
		for _, bad := range []string{"?state=wrong&code=stolen", "?code=stolen", "?state=" + q.Get("state") + "&code=stolen&iss=https://evil.example"} {
			res, err := http.Get(q.Get("redirect_uri") + bad) //nolint:noctx // the test's own
			if err != nil {
				return err
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusBadRequest {
				t.Errorf("%s is answered with %d", bad, res.StatusCode)
			}
		}
		return browser(t, "mia")(address)
	})
	if err != nil || token.ID == "" || oidclogin.Nonce(token.Proof) != once[1] {
		t.Errorf("%v, %+v", err, token)
	}
	// The provider refuses, or the code is somebody else's: PKCE.
	for answer, code := range map[string]string{"error=access_denied": "oidc.denied", "code=stolen": "oidc.denied", "": "oidc.denied"} {
		_, err := flow.Browser(t.Context(), func(address string) error {
			u, err := url.Parse(address)
			if err != nil {
				return err
			}
			if s := u.Query().Get("state"); s == once[0] {
				t.Error("the state is the same twice")
			}
			res, err := http.Get(u.Query().Get("redirect_uri") + "?state=" + u.Query().Get("state") + "&" + answer) //nolint:noctx // the test's own
			if err == nil {
				_ = res.Body.Close()
			}
			return err
		})
		if fault.CodeOf(err) != code {
			t.Errorf("%q: %v", answer, err)
		}
	}
}

func TestSettingsOfAProvider(t *testing.T) {
	for issuer, good := range map[string]bool{
		"https://login.example": true, "http://localhost:9998": true, "http://login.example": false, "login.example": false, "": false,
	} {
		if err := (oidclogin.Settings{Issuer: issuer, Client: "x"}).Check(); (err == nil) != good {
			t.Errorf("%q: %v", issuer, err)
		}
	}
	if (oidclogin.Settings{Issuer: "https://login.example"}).Check() == nil {
		t.Error("no client is taken")
	}
	h := newHouse(t)
	nobody := &client{h: h}
	if rep := nobody.ask("GET", "/v1/login/oidc", nil); rep.problem(t).Code != "oidc.none" {
		t.Errorf("no provider: %s", rep.body)
	}
	if rep := nobody.ask("POST", "/v1/login/oidc", remote.OIDCLogin{}); rep.problem(t).Code != "oidc.none" {
		t.Errorf("no provider: %s", rep.body)
	}
}
