// Package oidclogin is how a person proves by an identity provider who they are (OpenID Connect): what the command line asks the
// provider for, and what a server checks of the answer.
//
// It is not for knowing people or giving rights: whom an identity belongs to, a server looks up.
package oidclogin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"callout/internal/fault"
)

// Settings say whose word a server takes, and for whom.
type Settings struct {
	Issuer string // the provider's address, as it stands in its tokens
	Client string // the id by which the provider knows callout: a public client, without a secret
	// Domains are those of which an e-mail address has to be; none is any.
	Domains []string
	// Claims are what a token has to say beside: by the claim's name, a value that it has or that is among its values.
	Claims map[string]string
	// Device lets people log in on machines without a browser (RFC 8628). Those tokens have no nonce, and whoever is talked into typing
	// a code lets somebody else in.
	Device bool
}

// Check refuses settings by which nobody could be sure of anything.
func (s Settings) Check() error {
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fault.Invalidf("oidc-issuer", "%q is no address of an identity provider, such as https://login.example", s.Issuer).With("oidc.settings")
	}
	if s.Client == "" {
		return fault.Invalidf("oidc-client", "the provider has to know callout by an id").With("oidc.settings").Hint("callout serve --oidc-issuer %s --oidc-client ID", s.Issuer)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Token is what a provider has given somebody.
type Token struct {
	ID     string // the signed one, which says who it is
	Access string // by which the provider is asked for the address, where ID has none in it
	Proof  string // of having asked for ID; "" where the login was on a machine without a browser
}

// Scopes are what the provider is asked for.
func Scopes() []string { return []string{"openid", "email"} }

// Nonce is what a token has to carry that was asked for by whoever has the proof. The proof is shown to the server only, so that a
// token which was overheard is worth nothing.
func Nonce(proof string) string {
	sum := sha256.Sum256([]byte("callout oidc login 1\n" + proof))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// draw makes a secret of 256 bits.
func draw() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// client asks a provider, and follows it nowhere else than it says in its own description.
func client() *http.Client {
	return &http.Client{Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// away says that a provider does not answer.
func away(issuer string, err error) error {
	return fault.Loginf("the identity provider %s cannot be asked", issuer).With("oidc.provider").Because(err).
		Hint("callout login URL --ssh-key FILE   (without it)")
}

func sameDomain(email string, domains []string) bool {
	_, domain, _ := strings.Cut(email, "@")
	for _, d := range domains {
		if strings.EqualFold(domain, d) {
			return true
		}
	}
	return len(domains) == 0
}
