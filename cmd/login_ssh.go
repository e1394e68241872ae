package cmd

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/term"

	"callout/internal/fault"
	"callout/internal/sshlogin"
	"callout/replica"
	"callout/replica/remote"
)

// agentSocket is the environment variable that says where the ssh-agent is.
const agentSocket = "SSH_AUTH_SOCK"

// What a server says of a key that is nobody's, and what is said where none was somebody's.
const (
	codeKey   = "login.key"
	codeNoKey = "login.keys"
)

// bySSH logs in by the key of a file, or by the first of the ssh-agent's that the server knows.
func (a *App) bySSH(ctx context.Context, at remote.Server, file string) (*replica.Login, error) {
	server := at.URL
	if file != "" {
		key, done, err := a.keyOf(ctx, file)
		if err != nil {
			return nil, err
		}
		defer done()
		return a.signIn(ctx, at, file, key)
	}
	keys, done, err := sshlogin.Agent(a.env(agentSocket))
	if err != nil {
		return nil, fault.Loginf("%v", err).With(codeNoKey).Hint("callout login %s --ssh-key FILE", server).Hint("eval $(ssh-agent); ssh-add")
	}
	defer done()
	for _, key := range keys {
		login, err := a.signIn(ctx, at, "", key)
		if err == nil || fault.CodeOf(err) != codeKey {
			return login, err
		}
	}
	return nil, fault.Loginf("the ssh-agent has %s, and %s knows none of them", howMany(len(keys), "key"), server).With(codeNoKey).
		Hint("callout login %s --ssh-key FILE", server).Hint("callout user key add NAME FILE   (an administrator, on the server)")
}

func (a *App) signIn(ctx context.Context, at remote.Server, file string, key ssh.Signer) (*replica.Login, error) {
	s, err := at.LogInBySSH(ctx, key)
	if err != nil {
		return nil, err
	}
	if file != "" {
		file = a.resolvePath(file, a.Dir)
	}
	l := &replica.Login{Server: at.URL, Certificate: at.Pin, Key: ssh.FingerprintSHA256(key.PublicKey()), KeyFile: file}
	l.Took(s)
	return l, nil
}

// keyOf is the key of a file: the agent's, if it has it, or else the file's own. Call done when it has signed.
func (a *App) keyOf(ctx context.Context, file string) (key ssh.Signer, done func(), err error) {
	path := a.resolvePath(file, a.Dir)
	if key, done = sshlogin.Held(path, a.env(agentSocket)); key != nil {
		return key, done, nil
	}
	key, err = sshlogin.File(path, func() (string, error) { return a.passphrase(ctx, file) })
	var known *fault.Error
	switch {
	case err == nil, errors.As(err, &known):
	case errors.Is(err, fs.ErrNotExist):
		err = fault.NotFoundf("there is no file %s", file).With("key.file").Hint("ssh-keygen -t ed25519   (makes a key)")
	case errors.Is(err, x509.IncorrectPasswordError):
		err = fault.Loginf("that is not the passphrase of %s", file).With("key.passphrase").Hint("ssh-add %s   (the ssh-agent keeps it open)", file)
	case strings.HasSuffix(path, ".pub"):
		err = fault.Loginf("the ssh-agent has not the key of %s", file).With("key.agent").Hint("ssh-add %s", strings.TrimSuffix(file, ".pub"))
	default:
		err = fault.Invalidf("ssh-key", "%s is no private SSH key", file).With("key.file").Because(err)
	}
	return key, done, err
}

// passphrase asks for a key's, on the terminal and nowhere else.
func (a *App) passphrase(ctx context.Context, file string) (string, error) {
	in, ok := a.In.(*os.File)
	if !ok || !a.canAsk() {
		return "", fault.Loginf("the key %s has a passphrase, and nobody can be asked for it here", file).With("key.locked").
			Hint("ssh-add %s   (the ssh-agent keeps it open)", file)
	}
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return "", fault.Internalf("the terminal cannot be read").Because(err)
	}
	type read struct {
		word []byte
		err  error
	}
	got := make(chan read, 1)
	go func() {
		word, err := term.ReadPassword(int(in.Fd()))
		got <- read{word, err}
	}()
	unseen(int(in.Fd()), before)
	if _, err := fmt.Fprintf(a.Err, "Passphrase of %s: ", printable(filepath.Base(file), true)); err != nil {
		return "", err
	}
	select {
	case r := <-got:
		_, broken := fmt.Fprintln(a.Err)
		return string(r.word), cmp.Or(r.err, broken)
	case <-ctx.Done(): // what is typed is to be seen again
		return "", errors.Join(context.Cause(ctx), term.Restore(int(in.Fd()), before))
	}
}

// unseen waits until a terminal has stopped showing what is typed, so that nobody is asked before that.
func unseen(fd int, before *term.State) {
	for over := time.Now().Add(time.Second); time.Now().Before(over); time.Sleep(time.Millisecond) {
		if now, err := term.GetState(fd); err != nil || *now != *before {
			return
		}
	}
}

// again logs in anew by the key of a login, where nobody has to be asked.
func (a *App) again(ctx context.Context, l *replica.Login) (*remote.Session, error) {
	ended := fault.Loginf("the login has ended").With("login.token")
	if l.Key == "" {
		return nil, ended
	}
	way := l.To()
	if l.KeyFile != "" {
		key, done, err := a.keyOf(ctx, l.KeyFile)
		if err != nil {
			return nil, ended.Because(err)
		}
		defer done()
		return way.LogInBySSH(ctx, key)
	}
	keys, done, err := sshlogin.Agent(a.env(agentSocket))
	if err != nil {
		return nil, ended.Because(err)
	}
	defer done()
	for _, key := range keys {
		if ssh.FingerprintSHA256(key.PublicKey()) == l.Key {
			return way.LogInBySSH(ctx, key)
		}
	}
	return nil, ended
}
