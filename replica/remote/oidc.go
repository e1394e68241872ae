package remote

import (
	"context"
	"net/http"

	"callout/internal/oidclogin"
)

// Provider is the identity provider at which people log in who have neither token nor key.
type Provider struct {
	Issuer string `json:"issuer"`
	Client string `json:"client_id"`
	Device bool   `json:"device,omitempty"` // whether a code is enough, on machines without a browser
}

// OIDCLogin is a provider's token with the proof of having asked for it.
type OIDCLogin struct {
	Token string `json:"id_token"`
	// Access is by which the server asks the provider for the address of somebody whose token has none in it.
	Access string `json:"access_token,omitempty"`
	// Proof is what the token's nonce is made of; empty only where a login on a machine without a browser has none.
	Proof string `json:"proof,omitempty"`
}

// Provider asks where people log in.
func (s *Server) Provider(ctx context.Context) (*Provider, error) {
	out := &Provider{}
	return out, s.Call(ctx, http.MethodGet, "/v1/login/oidc", nil, nil, out)
}

// LogInByOIDC begins a session of whoever a provider's token is about.
func (s *Server) LogInByOIDC(ctx context.Context, t oidclogin.Token) (*Session, error) {
	out := &Session{}
	return out, s.Post(ctx, "/v1/login/oidc", OIDCLogin{Token: t.ID, Access: t.Access, Proof: t.Proof}, out)
}
