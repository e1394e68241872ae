// Package sshlogin is how a person proves by an SSH key who they are: what is signed, how, and by what.
//
// It knows no people and keeps no keys: whose a key is, a server looks up.
package sshlogin

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Namespace keeps these signatures apart from all others that a key makes (OpenSSH's PROTOCOL.sshsig).
const Namespace = "login@callout"

// Message is what is signed to log in: the server's number used once, and the host that the person means to
// reach, so that a server cannot pass the signature on to another one.
func Message(host, nonce string) []byte {
	return fmt.Appendf(nil, "callout login 1\nhost %s\nnonce %s\n", strings.ToLower(host), nonce)
}

// Sign makes the armored signature of a login. `ssh-keygen -Y sign -n login@callout` makes the same.
func Sign(signer ssh.Signer, host, nonce string) (string, error) {
	sig, err := sshsig.Sign(bytes.NewReader(Message(host, nonce)), signer, sshsig.HashSHA512, Namespace)
	if err != nil {
		return "", fmt.Errorf("the key does not sign: %w", err)
	}
	return string(sshsig.Armor(sig)), nil
}

// Verify checks an armored signature and returns the key that made it.
func Verify(armored, host, nonce string) (ssh.PublicKey, error) {
	sig, err := sshsig.Unarmor([]byte(armored))
	if err != nil {
		return nil, fmt.Errorf("the signature cannot be read: %w", err)
	}
	if err := sig.HashAlgorithm.Supported(); err != nil {
		return nil, err
	}
	if err := sshsig.Verify(bytes.NewReader(Message(host, nonce)), sig, sig.PublicKey, sig.HashAlgorithm, Namespace); err != nil {
		return nil, fmt.Errorf("the signature does not hold: %w", err)
	}
	return sig.PublicKey, nil
}

// Agent lists the keys that the ssh-agent at a socket signs with. Call done when they have signed.
func Agent(socket string) (signers []ssh.Signer, done func(), err error) {
	if socket == "" {
		return nil, nil, errors.New("there is no ssh-agent (SSH_AUTH_SOCK is empty)")
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, nil, fmt.Errorf("the ssh-agent does not answer: %w", err)
	}
	done = func() { _ = conn.Close() }
	if signers, err = agent.NewClient(conn).Signers(); err != nil {
		done()
		return nil, nil, fmt.Errorf("the ssh-agent does not say which keys it has: %w", err)
	}
	return signers, done, nil
}

// File reads a private key. One with a passphrase asks for it.
func File(path string, passphrase func() (string, error)) (ssh.Signer, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the person's own key
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(text)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		return signer, err
	}
	word, err := passphrase()
	if err != nil {
		return nil, err
	}
	return ssh.ParsePrivateKeyWithPassphrase(text, []byte(word))
}

// Held returns the key whose public half lies in or beside a file, if the agent at a socket has it: "id_ed25519" and
// "id_ed25519.pub" are the same key. It is nil where the agent has it not, or there is no agent. Call done when it has signed.
func Held(path, socket string) (signer ssh.Signer, done func()) {
	text, err := os.ReadFile(strings.TrimSuffix(path, ".pub") + ".pub") //nolint:gosec // the person's own key
	if err != nil {
		return nil, func() {}
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return nil, func() {}
	}
	signers, done, err := Agent(socket)
	if err != nil {
		return nil, func() {}
	}
	for _, s := range signers {
		if bytes.Equal(s.PublicKey().Marshal(), public.Marshal()) {
			return s, done
		}
	}
	done()
	return nil, func() {}
}
