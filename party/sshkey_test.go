package party_test

import (
	"crypto/ed25519"
	"crypto/rsa"
	"math/rand/v2"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/store"

	"golang.org/x/crypto/ssh"
)

// The Ed25519 host key of github.com and its fingerprint, as GitHub publishes them
// (docs.github.com, "GitHub's SSH key fingerprints").
const (
	adasKey    = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada@laptop"
	adasFinger = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"
)

func publicLine(t *testing.T, public any) string {
	t.Helper()
	k, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(k))
}

func TestSSHKeys(t *testing.T) {
	h := closed(t)
	bert, cora := h.person("bert"), h.person("cora")
	weak, err := rsa.GenerateKey(chance(1), 2048)
	if err != nil {
		t.Fatal(err)
	}
	for line, code := range map[string]string{
		"":                              "key.syntax",
		"hello":                         "key.syntax",
		`command="x" ` + adasKey:        "key.syntax",
		adasKey + "\n" + adasKey:        "key.syntax",
		publicLine(t, &weak.PublicKey):  "key.weak",
		"ssh-dss AAAAB3NzaC1kc3MAAAA= ": "key.syntax",
	} {
		h.refused("bert", &party.AddKey{Person: bert, Public: line}, code)
	}
	h.refused("bert", &party.AddKey{Person: cora, Public: adasKey}, "role.admin")
	rec := h.refused("bert", &party.AddKey{Person: bert, Public: adasKey}, "")
	h.refused("cora", &party.AddKey{Person: cora, Public: adasKey}, "ssh_key.exists")
	h.read(func(r store.Reader) error {
		k, err := party.Keys.Find(r, adasFinger)
		if err == nil && (k.ID != rec.Subject || k.Name != "ada@laptop" || !strings.HasPrefix(adasKey, k.Public)) {
			t.Errorf("the key is %+v", k)
		}
		return err
	})
	h.refused("cora", &party.RemoveKey{Key: rec.Subject}, "role.admin")
	h.refused("ana", &party.RemoveKey{Key: rec.Subject}, "")
	h.refused("ana", &party.RemoveKey{Key: rec.Subject}, "")
	h.read(func(r store.Reader) error {
		if _, err := party.Keys.Find(r, adasFinger); !fault.Is(err, fault.NotFound) {
			t.Errorf("a removed key is found: %v", err)
		}
		return nil
	})
	h.refused("cora", &party.AddKey{Person: cora, Public: adasKey, Label: "the old laptop"}, "")
	other := publicLine(t, ed25519.NewKeyFromSeed(make([]byte, 32)).Public())
	h.refused("cora", &party.AddKey{Person: cora, Public: other}, "")
}

// chance is randomness that is the same in every run.
type chance uint64

func (c chance) Read(p []byte) (int, error) {
	return rand.NewChaCha8([32]byte{byte(c)}).Read(p)
}

func FuzzParseKey(f *testing.F) {
	f.Add(adasKey)
	f.Add("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ")
	f.Fuzz(func(t *testing.T, line string) {
		if k, _, err := party.ParseKey(line); err == nil && !strings.HasPrefix(party.Fingerprint(k), "SHA256:") {
			t.Errorf("%q has the fingerprint %q", line, party.Fingerprint(k))
		}
	})
}
