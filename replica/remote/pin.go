package remote

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"callout/internal/fault"
)

// What is said of a certificate that nobody vouches for, and of one that is not the pinned one.
const (
	CodeUnknownTLS = "tls.unknown"
	CodeChangedTLS = "tls.changed"
)

// Fingerprint is by what a certificate of a server's own is known: the SHA-256 of the certificate, in hex.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return hex.EncodeToString(sum[:])
}

// ParseFingerprint reads one as callout serve shows it, or as openssl does, with colons.
func ParseFingerprint(field, s string) (string, error) {
	out := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), ":", ""))
	if b, err := hex.DecodeString(out); err != nil || len(b) != sha256.Size {
		return "", fault.Invalidf(field, "%.80q is no fingerprint: 64 hexadecimal digits, as callout serve shows them", s).With("tls.fingerprint")
	}
	return out, nil
}

// changedError is that a server shows another certificate than the one that was pinned.
type changedError struct{ shown string }

// Error implements error.
func (e *changedError) Error() string { return "another certificate, with the fingerprint " + e.shown }

// pinned keeps a transport, with its connections, for each pin.
var pinned sync.Map

// client is what carries requests. A server whose certificate is pinned is known by that alone: nobody vouches for it, so nobody's
// word counts, its names and its end included.
func (s *Server) client() *http.Client {
	c := &http.Client{Timeout: 2 * time.Minute, CheckRedirect: stay}
	if s.Pin == "" {
		return c
	}
	if t, ok := pinned.Load(s.Pin); ok {
		c.Transport = t.(*http.Transport)
		return c
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = pinnedTo(s.Pin)
	kept, _ := pinned.LoadOrStore(s.Pin, t)
	c.Transport = kept.(*http.Transport)
	return c
}

func pinnedTo(pin string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, //nolint:gosec // the fingerprint is checked in place of names and signers
		VerifyConnection: func(c tls.ConnectionState) error {
			if shown := Fingerprint(c.PeerCertificates[0]); shown != pin {
				return &changedError{shown}
			}
			return nil
		},
	}
}

// Shown asks a server for the fingerprint of its certificate, whoever vouches for that. Nothing is sent.
func (s *Server) Shown(ctx context.Context) (string, error) {
	u, err := url.Parse(s.URL)
	if err != nil {
		return "", fault.Internalf("the server's address cannot be read").Because(err)
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	var shown string
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: 30 * time.Second}, Config: &tls.Config{
		MinVersion: tls.VersionTLS12, ServerName: u.Hostname(), InsecureSkipVerify: true, //nolint:gosec // it is only looked at
		VerifyConnection: func(c tls.ConnectionState) error {
			shown = Fingerprint(c.PeerCertificates[0])
			return nil
		},
	}}
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return "", s.away(err)
	}
	return shown, c.Close()
}

// distrust says that it is the certificate for which a server was not talked to; nil where it is not.
func (s *Server) distrust(err error) error {
	var changed *changedError
	var unknown *tls.CertificateVerificationError
	switch {
	case errors.As(err, &changed):
		return fault.Loginf("%s does not show the certificate by which it was known here: %s", s.URL, changed).With(CodeChangedTLS).
			Hint("callout login %s --fingerprint SHA256   (only if whoever runs the server says that this is theirs)", s.URL)
	case errors.As(err, &unknown):
		return fault.Loginf("nobody whom this machine trusts vouches for the certificate of %s (%v)", s.URL, unknown.Err).With(CodeUnknownTLS).
			Hint("callout login %s --fingerprint SHA256   (as callout serve --tls-self shows it)", s.URL)
	}
	return nil
}
