package remote

import (
	"context"
	"net/url"

	"callout/internal/fault"
	"callout/internal/sshlogin"
	"callout/store"

	"golang.org/x/crypto/ssh"
)

// Challenge is what is to be signed to log in by an SSH key: the namespace and, line by line, "callout login 1", the
// host that one means to reach, and the nonce. sshlogin.Message writes it.
type Challenge struct {
	Nonce     string `json:"nonce"`
	Namespace string `json:"namespace"`
	ExpiresIn int    `json:"expires_in"` // seconds
	Tenant    string `json:"tenant"`
}

// SSHLogin is a signed challenge.
type SSHLogin struct {
	Nonce     string `json:"nonce"`
	Host      string `json:"host"`      // as it was signed
	Signature string `json:"signature"` // armored, as ssh-keygen -Y sign writes it
}

// Renewal exchanges a refresh token.
type Renewal struct {
	Refresh string `json:"refresh_token"`
}

// Session is what a login gives.
type Session struct {
	Access    string   `json:"access_token"`
	Refresh   string   `json:"refresh_token"` // good for once
	ExpiresIn int      `json:"expires_in"`    // seconds
	Person    store.ID `json:"person"`
	Name      string   `json:"name"`
}

// LogInBySSH begins a session of whoever has a key.
func (s *Server) LogInBySSH(ctx context.Context, key ssh.Signer) (*Session, error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, fault.Internalf("the server's address cannot be read").Because(err)
	}
	var c Challenge
	if err := s.Post(ctx, "/v1/login/challenge", struct{}{}, &c); err != nil {
		return nil, err
	}
	sig, err := sshlogin.Sign(key, u.Host, c.Nonce)
	if err != nil {
		return nil, fault.Loginf("the key %s does not sign", ssh.FingerprintSHA256(key.PublicKey())).With("login.sign").Because(err)
	}
	out := &Session{}
	return out, s.Post(ctx, "/v1/login/ssh", SSHLogin{Nonce: c.Nonce, Host: u.Host, Signature: sig}, out)
}

// Refresh exchanges a refresh token for the next pair. It is good for once, whatever becomes of the answer.
func (s *Server) Refresh(ctx context.Context, token string) (*Session, error) {
	out := &Session{}
	return out, s.Post(ctx, "/v1/login/refresh", Renewal{token}, out)
}

// LogOut ends the session whose access token the server is asked with.
func (s *Server) LogOut(ctx context.Context) error {
	var done struct {
		Status string `json:"status"`
	}
	return s.Post(ctx, "/v1/logout", struct{}{}, &done)
}
