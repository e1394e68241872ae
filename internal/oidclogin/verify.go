package oidclogin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"callout/internal/fault"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// How old a token may be, and how far ahead a provider's clock.
const (
	freshTime = 10 * time.Minute
	clockSkew = time.Minute
)

// Identity is whom a provider has vouched for.
type Identity struct {
	Issuer, Subject string
	Email           string // in small letters; "" where the provider does not vouch for it
	Unverified      string // an address that it does not vouch for
}

// Verifier checks tokens of one provider. It asks the provider for its keys when it first needs them, and again when there are new ones.
type Verifier struct {
	Settings
	Now func() time.Time
	// Spend uses a token's digest up, and reports whether it was not used before. It has to remember it until the token is too old
	// anyway, for all who answer for the shop.
	Spend func(ctx context.Context, digest string, until time.Time) (bool, error)

	mu       sync.Mutex
	provider *oidc.Provider
}

// claims are what is read of a token besides what the library checks.
type claims struct {
	Issuer   string          `json:"iss"`
	Audience json.RawMessage `json:"aud"`
	Party    string          `json:"azp"`
	Expires  float64         `json:"exp"`
	Email    string          `json:"email"`
	Verified any             `json:"email_verified"` // true, or "true" where a provider does not keep to the form
}

// Verify checks a token and that whoever sends it has asked for it. Each token is good for once.
func (v *Verifier) Verify(ctx context.Context, t Token) (*Identity, error) {
	p, err := v.discovered(ctx)
	if err != nil {
		return nil, err
	}
	token, err := p.Verifier(&oidc.Config{ClientID: v.Client, Now: v.Now}).Verify(ctx, t.ID)
	if err != nil {
		return nil, v.refusal(t.ID, err)
	}
	var c claims
	all := map[string]any{}
	if err := errors.Join(token.Claims(&c), token.Claims(&all)); err != nil {
		return nil, refused("oidc.token", "the token cannot be read").Because(err)
	}
	age := v.Now().Sub(token.IssuedAt)
	switch {
	case c.Party != "" && c.Party != v.Client, c.Party == "" && len(token.Audience) > 1:
		return nil, refused("oidc.audience", "the token was made for somebody else")
	case !v.asked(token.Nonce, t.Proof):
		return nil, refused("oidc.nonce", "the token was not asked for here")
	case age > freshTime || age < -clockSkew:
		return nil, refused("oidc.old", "the token is not of now")
	case token.Subject == "":
		return nil, refused("oidc.token", "the token says nothing of whom it is about")
	}
	if c.Email == "" && t.Access != "" {
		if err := ask(ctx, p, token, t.Access, &c); err != nil {
			return nil, err
		}
	}
	out := &Identity{Issuer: token.Issuer, Subject: token.Subject}
	if c.Verified == true || c.Verified == "true" {
		out.Email = strings.ToLower(c.Email)
	} else {
		out.Unverified = strings.ToLower(c.Email)
	}
	if err := v.meant(out, all); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(t.ID))
	first, err := v.Spend(ctx, hex.EncodeToString(sum[:]), v.Now().Add(freshTime+clockSkew))
	if err == nil && !first {
		err = refused("oidc.replayed", "the token was used before")
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ask asks the provider for the e-mail address that its token does not have in it. The answer has to be about the same subject.
func ask(ctx context.Context, p *oidc.Provider, token *oidc.IDToken, access string, c *claims) error {
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(access); err != nil {
			return refused("oidc.token", "the two tokens do not belong together").Because(err)
		}
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: access}))
	if err != nil {
		return refused("oidc.token", "the provider does not say who it is").Because(err)
	}
	if info.Subject != token.Subject {
		return refused("oidc.token", "the two tokens are not about the same person")
	}
	c.Email, c.Verified = info.Email, info.EmailVerified
	return nil
}

// asked reports whether a token's nonce is that of a proof. Only a login on a machine without a browser has neither.
func (v *Verifier) asked(nonce, proof string) bool {
	if v.Device && nonce == "" && proof == "" {
		return true
	}
	return proof != "" && subtle.ConstantTimeCompare([]byte(nonce), []byte(Nonce(proof))) == 1
}

// meant refuses whom the settings leave out.
func (v *Verifier) meant(id *Identity, all map[string]any) error {
	if len(v.Domains) > 0 && (id.Email == "" || !sameDomain(id.Email, v.Domains)) {
		return refused("oidc.domain", "the provider vouches for no e-mail address of "+strings.Join(v.Domains, " or "))
	}
	for name, want := range v.Claims {
		if !has(all[name], want) {
			return refused("oidc.claim", "the provider does not say "+name+"="+want)
		}
	}
	return nil
}

func has(value any, want string) bool {
	switch v := value.(type) {
	case string:
		return v == want
	case bool:
		return v && want == "true"
	case []any:
		for _, one := range v {
			if one == want {
				return true
			}
		}
	}
	return false
}

// discovered asks the provider for its description, once.
func (v *Verifier) discovered(ctx context.Context) (*oidc.Provider, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.provider != nil {
		return v.provider, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), client()), v.Issuer)
	if err != nil {
		return nil, away(v.Issuer, err)
	}
	v.provider = p
	return p, nil
}

// refusal names what a token was refused for. That it is refused the library has decided.
func (v *Verifier) refusal(raw string, err error) error {
	var expired *oidc.TokenExpiredError
	var broken net.Error
	var c claims
	if parts := strings.Split(raw, "."); len(parts) == 3 {
		text, _ := base64.RawURLEncoding.DecodeString(parts[1]) //nolint:errcheck // it is refused in any case
		_ = json.Unmarshal(text, &c)
	}
	switch {
	case errors.As(err, &broken) || strings.Contains(err.Error(), "fetching keys"):
		return away(v.Issuer, err)
	case errors.As(err, &expired):
		return refused("oidc.expired", "the token has expired").Because(err)
	case c.Issuer != "" && c.Issuer != v.Issuer:
		return refused("oidc.issuer", "the token is of another provider").Because(err)
	case len(c.Audience) > 0 && !audience(c.Audience, v.Client):
		return refused("oidc.audience", "the token was made for somebody else").Because(err)
	}
	return refused("oidc.signature", "the token is not signed by the provider").Because(err)
}

func audience(raw json.RawMessage, client string) bool {
	var any any
	return json.Unmarshal(raw, &any) == nil && has(any, client)
}

func refused(code, why string) *fault.Error {
	return fault.Loginf("%s", why).With(code).Hint("callout login URL --oidc   (anew)")
}
