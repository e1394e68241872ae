package sshlogin_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"callout/internal/sshlogin"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func keys(t testing.TB) map[string]any {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"ed25519": ed, "ecdsa": ec, "rsa": rs}
}

func signer(t testing.TB, key any) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASignatureIsOfOneLogin(t *testing.T) {
	for kind, key := range keys(t) {
		s := signer(t, key)
		sig, err := sshlogin.Sign(s, "Shop.example:8765", "n1")
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		got, err := sshlogin.Verify(sig, "shop.example:8765", "n1")
		if err != nil || ssh.FingerprintSHA256(got) != ssh.FingerprintSHA256(s.PublicKey()) {
			t.Errorf("%s: %v, %v", kind, got, err)
		}
		for _, other := range [][2]string{{"shop.example:8765", "n2"}, {"other.example", "n1"}, {"", ""}} {
			if _, err := sshlogin.Verify(sig, other[0], other[1]); err == nil {
				t.Errorf("%s: the signature holds for %v", kind, other)
			}
		}
		if _, err := sshlogin.Verify(strings.Replace(sig, "A", "B", 3), "shop.example:8765", "n1"); err == nil {
			t.Errorf("%s: a bent signature holds", kind)
		}
	}
}

// TestOpenSSHMakesTheSame: ssh-keygen signs a login, and checks one.
func TestOpenSSHMakesTheSame(t *testing.T) {
	tool, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("there is no ssh-keygen here")
	}
	dir := t.TempDir()
	key := filepath.Join(dir, "id")
	run := func(stdin []byte, args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), tool, args...) //nolint:gosec // the test's own words
		c.Stdin = strings.NewReader(string(stdin))
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("ssh-keygen %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run(nil, "-q", "-t", "ed25519", "-N", "", "-f", key)
	sig := run(sshlogin.Message("shop.example", "n1"), "-Y", "sign", "-n", sshlogin.Namespace, "-f", key)
	armored := sig[strings.Index(sig, "-----BEGIN"):]
	if _, err := sshlogin.Verify(armored, "shop.example", "n1"); err != nil {
		t.Errorf("what ssh-keygen signed: %v", err)
	}
	s, err := sshlogin.File(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := sshlogin.Sign(s, "shop.example", "n1")
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"who": "mia namespaces=\"" + sshlogin.Namespace + "\" " + string(public), "sig": ours} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(sshlogin.Message("shop.example", "n1"), "-Y", "verify", "-f", filepath.Join(dir, "who"), "-I", "mia", "-n", sshlogin.Namespace, "-s", filepath.Join(dir, "sig"))
}

func TestAKeyWithAPassphrase(t *testing.T) {
	block, err := ssh.MarshalPrivateKeyWithPassphrase(keys(t)["ed25519"], "", []byte("open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "id")
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	say := func(word string, err error) func() (string, error) {
		return func() (string, error) { return word, err }
	}
	if _, err := sshlogin.File(path, say("open sesame", nil)); err != nil {
		t.Error(err)
	}
	if _, err := sshlogin.File(path, say("wrong", nil)); err == nil {
		t.Error("a wrong passphrase opens it")
	}
	gone := errors.New("nobody answers")
	if _, err := sshlogin.File(path, say("", gone)); !errors.Is(err, gone) {
		t.Errorf("nobody answers: %v", err)
	}
}

// TestAnAgentSigns with an agent of the test's own.
func TestAnAgentSigns(t *testing.T) {
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: keys(t)["ed25519"], Comment: "mia"}); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "a") //nolint:usetesting // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(ring, c) }()
		}
	}()
	signers, done, err := sshlogin.Agent(socket)
	if err != nil || len(signers) != 1 {
		t.Fatal(signers, err)
	}
	defer done()
	sig, err := sshlogin.Sign(signers[0], "shop.example", "n1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sshlogin.Verify(sig, "shop.example", "n1"); err != nil {
		t.Error(err)
	}
	for _, nowhere := range []string{"", filepath.Join(dir, "none")} {
		if _, _, err := sshlogin.Agent(nowhere); err == nil {
			t.Errorf("an agent at %q", nowhere)
		}
	}
}

func FuzzVerify(f *testing.F) {
	sig, err := sshlogin.Sign(signer(f, keys(f)["ed25519"]), "shop.example", "n1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sig)
	f.Add("-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n")
	f.Fuzz(func(t *testing.T, armored string) {
		if k, err := sshlogin.Verify(armored, "other.example", "n1"); err == nil {
			t.Errorf("%q holds, by %s", armored, ssh.FingerprintSHA256(k))
		}
	})
}
