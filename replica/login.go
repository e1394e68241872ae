package replica

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"callout/internal/fault"
	"callout/internal/filelock"
	"callout/replica/remote"
)

// Login is who works on a linked device or on a server, and by what that knows them. It lies outside the store, readable by
// its owner only.
type Login struct {
	Server string `json:"server"`
	Person string `json:"person"`
	Token  string `json:"token"`
	// Refresh gets the next pair when Token does not count any more; "" where Token is one that lasts.
	Refresh string `json:"refresh,omitempty"`
	// Key is the fingerprint of the SSH key that logs in again when neither counts, and KeyFile its file; "" for one of the
	// ssh-agent's.
	Key     string `json:"ssh_key,omitempty"`
	KeyFile string `json:"ssh_key_file,omitempty"`
	// Provider is who said who it is, where that was an identity provider.
	Provider string `json:"provider,omitempty"`
	// Certificate is the fingerprint of the server's own certificate, which was confirmed when somebody logged in; "" where others
	// vouch for it.
	Certificate string `json:"certificate,omitempty"`
}

// To is the way to the login's server, for nobody yet.
func (l *Login) To() *remote.Server { return &remote.Server{URL: l.Server, Pin: l.Certificate} }

// Again is the command that logs in again.
func (l *Login) Again() string {
	again := "callout login " + l.Server
	switch {
	case l.KeyFile != "":
		again += " --ssh-key " + l.KeyFile
	case l.Key != "":
		again += " --ssh"
	case l.Provider != "":
		again += " --oidc"
	}
	return again
}

// Took takes over what a session is known by.
func (l *Login) Took(s *remote.Session) { l.Person, l.Token, l.Refresh = s.Name, s.Access, s.Refresh }

// ServerName is under what the login for a server is kept that one works on without a copy.
func ServerName(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return "server"
	}
	return "server-" + strings.ToLower(strings.NewReplacer(":", "_", "[", "", "]", "").Replace(u.Host))
}

// Place is where a login is kept: a folder, and the tenant or the ServerName.
type Place struct{ Dir, Name string }

func (p Place) file() string { return filepath.Join(p.Dir, filepath.Base(p.Name)+".login") }

// Read returns the login; a missing one is a fault of kind Login.
func (p Place) Read() (*Login, error) {
	text, err := os.ReadFile(p.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, (&fault.Error{Kind: fault.Login, Code: "login.none", Msg: "nobody is logged in here"}).
			Hint("callout login URL")
	}
	l := &Login{}
	if err == nil {
		err = json.Unmarshal(text, l)
	}
	if err != nil {
		return nil, (&fault.Error{Kind: fault.Login, Code: "login.unreadable", Msg: "the login cannot be read"}).
			Hint("callout login URL").Because(err)
	}
	return l, nil
}

// Keep writes the login, synced to disk: of a pair that was exchanged the old one is worth nothing.
func (p Place) Keep(l *Login) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fault.Internalf("the login cannot be written").Because(err)
	}
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return fault.Internalf("cannot make the folder %s", p.Dir).Because(err)
	}
	f, err := os.OpenFile(p.file()+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.Write(append(text, '\n'))
		if err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
	}
	if err == nil {
		err = os.Rename(p.file()+".new", p.file())
	}
	if err != nil {
		return fault.Internalf("the login cannot be kept").Because(err)
	}
	return nil
}

// Forget removes the login.
func (p Place) Forget() error {
	if err := os.Remove(p.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Internalf("the login cannot be removed").Because(err)
	}
	return nil
}

// Way is the way to the login's server. When its token does not count any more it gets the next one: by the refresh token, and else
// by again, which logs in anew if that needs nobody; it may be nil. What comes of it is kept here.
func (p Place) Way(l *Login, again func(ctx context.Context, l *Login) (*remote.Session, error)) remote.Server {
	out := *l.To()
	out.Token = l.Token
	if l.Refresh != "" {
		out.Renew = func(ctx context.Context, stale string) (string, error) { return p.renew(ctx, stale, again) }
	}
	return out
}

// renew gets the token after a stale one. One process at a time does so: a refresh token that comes twice ends the login.
func (p Place) renew(ctx context.Context, stale string, again func(ctx context.Context, l *Login) (*remote.Session, error)) (string, error) {
	release, err := filelock.Hold(p.file() + ".lock")
	if err != nil {
		return "", fault.Internalf("the login cannot be renewed").Because(err)
	}
	defer release()
	l, err := p.Read()
	if err != nil {
		return "", err
	}
	if l.Token != stale {
		return l.Token, nil // another process was faster
	}
	way := l.To()
	s, err := way.Refresh(ctx, l.Refresh)
	if fault.CodeOf(err) == "login.token" && again != nil {
		s, err = again(ctx, l)
	}
	switch {
	case strings.HasPrefix(fault.CodeOf(err), "login."):
		return "", fault.Loginf("the login of %s on %s has ended", l.Person, l.Server).With("login.ended").Hint("%s", l.Again()).Because(err)
	case err != nil:
		return "", err
	case s.Name != l.Person:
		return "", fault.Loginf("the login on %s is that of %s now, and was that of %s", l.Server, s.Name, l.Person).
			With("login.other").Hint("%s", l.Again())
	}
	l.Took(s)
	return l.Token, p.Keep(l)
}
