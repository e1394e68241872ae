package server

import (
	"cmp"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/internal/sshlogin"
	"callout/party"
	"callout/replica/remote"
	"callout/store"
)

// Challenge is what is to be signed. It and the others that are asked and answered at a login are those of the other side.
type Challenge = remote.Challenge

// SSHLogin is a signed challenge.
type SSHLogin = remote.SSHLogin

// Renewal asks for the next pair of tokens.
type Renewal = remote.Renewal

// Session is what a login comes to.
type Session = remote.Session

// Done says that something is over.
type Done struct {
	Status string `json:"status"`
}

func challenge(s *Server, w http.ResponseWriter, c *call) error {
	nonce, err := s.sessions.nonces.draw(c.Context(), s.now())
	if err != nil {
		return err
	}
	out := Challenge{Nonce: nonce, Namespace: sshlogin.Namespace, ExpiresIn: int(nonceTime.Seconds())}
	err = s.shop.View(c.Context(), func(r store.Reader) error {
		m, err := store.ReadMeta(r)
		if err == nil {
			out.Tenant = m.Tenant
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// loginBySSH checks a signed challenge and begins a session of whoever has the key.
func loginBySSH(s *Server, w http.ResponseWriter, c *call) error {
	var in SSHLogin
	if err := readJSON(c, &in); err != nil {
		return err
	}
	key, err := sshlogin.Verify(in.Signature, in.Host, in.Nonce)
	switch {
	case err != nil:
		return refusedLogin("the signature does not hold").Because(err)
	case !s.answersFor(in.Host):
		return refusedLogin("the signature is for another host, %.100q", in.Host).Hint("callout serve --url https://%.100s   (says what this server is called)", in.Host)
	}
	l := &login{scopes: party.Scopes(), how: store.SSHKey}
	var name string
	err = s.shop.View(c.Context(), func(r store.Reader) error {
		id, err := party.Keys.FindID(r, party.Fingerprint(key))
		if fault.Is(err, fault.NotFound) {
			return refusedLogin("nobody logs in by the key %s", party.Fingerprint(key)).With("login.key").Hint("callout user key add USER FILE   (an administrator)")
		}
		if err != nil {
			return err
		}
		k, err := party.Keys.Get(r, id)
		if err != nil {
			return err
		}
		l.key, l.person = k.ID, k.Person
		name, err = party.NameOf(r, k.Person)
		return err
	})
	if err != nil {
		return err
	}
	// By now somebody who has a key of this shop has signed it: nobody else can use nonces up.
	if err := s.sessions.nonces.spend(c.Context(), in.Nonce, s.now()); err != nil {
		return err
	}
	return s.welcome(w, c, l, name)
}

// welcome begins the session of somebody who has proved who they are.
func (s *Server) welcome(w http.ResponseWriter, c *call, l *login, name string) error {
	out, err := s.sessions.begin(l, s.now())
	if err != nil {
		return err
	}
	out.Name = name
	c.log.Info("logged in", "who", string(l.person), "by", string(l.how))
	return sendJSON(w, http.StatusOK, out)
}

func refusedLogin(format string, args ...any) *fault.Error {
	return fault.Loginf(format, args...).With("login.refused")
}

// answersFor reports whether a host that somebody has signed for is this server: what --url says, or the machine itself.
func (s *Server) answersFor(host string) bool {
	host = strings.ToLower(host)
	u, err := url.Parse(s.url)
	if err == nil && (host == strings.ToLower(u.Host) || host == strings.ToLower(u.Hostname())) {
		return true
	}
	if err != nil || !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
		return false
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, u.Port()
	}
	return port == u.Port() && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, name)
}

// renewSession exchanges a refresh token for the next pair.
func renewSession(s *Server, w http.ResponseWriter, c *call) error {
	var in Renewal
	if err := readJSON(c, &in); err != nil {
		return err
	}
	token, err := party.ParseToken(in.Refresh)
	if err != nil {
		return unauthenticated()
	}
	l, out, err := s.sessions.renew(token, s.now())
	if err != nil {
		if l != nil {
			c.log.Warn("a refresh token was used twice; its login has ended", "who", string(l.person))
		}
		return err
	}
	who := &Identity{Person: l.person}
	err = s.shop.View(c.Context(), func(r store.Reader) error { return stillThere(r, who, l.key) })
	if err != nil {
		return cmp.Or(s.sessions.end(l.access.Handle), err)
	}
	out.Name = who.Name
	return sendJSON(w, http.StatusOK, out)
}

// logOut ends the session that whoever asks has.
func logOut(s *Server, w http.ResponseWriter, c *call) error {
	if err := s.sessions.end(c.who.Token); err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, Done{"logged out"})
}
