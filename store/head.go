package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Head is a signed statement of how long the journal is and what its root is, as a
// C2SP checkpoint: a note of three lines (origin, size, root) under an Ed25519 signature.
type Head struct {
	Origin string
	Size   uint64
	Root   tlog.Hash
	Note   string
}

// Short is the head in a form for printing on documents and reading aloud.
func (h Head) Short() string {
	if h.Size == 0 {
		return "0"
	}
	return fmt.Sprintf("%d %x-%x", h.Size, h.Root[:2], h.Root[2:4])
}

func origin(tenant string) string { return "callout/" + tenant }

func signHead(tenant string, size uint64, root tlog.Hash, signer note.Signer) (string, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", origin(tenant), size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return "", fault.Internalf("the journal's head cannot be signed").Because(err)
	}
	return string(signed), nil
}

// openHead checks a head's signature against the keys given.
func openHead(text string, keys []string) (Head, error) {
	var verifiers []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return Head{}, fmt.Errorf("the key %.40s cannot be read: %w", k, err)
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	if err != nil {
		return Head{}, fmt.Errorf("the signature does not hold: %w", err)
	}
	return parseHead(n.Text, text)
}

func parseHead(body, whole string) (Head, error) {
	lines := strings.Split(body, "\n")
	if len(lines) < 3 {
		return Head{}, fmt.Errorf("the head is cut short")
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil {
		return Head{}, fmt.Errorf("the head's size cannot be read: %w", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Head{}, fmt.Errorf("the head's root cannot be read: %w", err)
	}
	return Head{Origin: lines[0], Size: size, Root: root, Note: whole}, nil
}

// parseNote reads a head without asking who signed it.
func parseNote(text string) (Head, error) {
	h, err := parseHead(text, text)
	if err != nil {
		return h, fault.Internalf("the journal's head is damaged").Because(err).With("store.damaged")
	}
	return h, nil
}

// tenant returns whose journal the head is of.
func (h Head) tenant() string { return strings.TrimPrefix(h.Origin, origin("")) }

// Keyring holds what must lie outside the store: the key that signs heads, and the
// newest head seen, by which a store that was put back is noticed.
type Keyring interface {
	// Signer returns the tenant's signer and its public key, making one when there is
	// none and make is true. A missing key is a nil signer.
	Signer(tenant string, make bool) (s note.Signer, public string, err error)
	// Seen returns the newest head seen for the tenant, or "".
	Seen(tenant string) (string, error)
	// See keeps a head as the newest seen.
	See(tenant, head string) error
}

// DirKeyring keeps keys and heads as files in a folder, readable by their owner only.
type DirKeyring string

func (d DirKeyring) file(tenant, ext string) string {
	return filepath.Join(string(d), filepath.Base(tenant)+ext)
}

// Signer implements Keyring.
func (d DirKeyring) Signer(tenant string, create bool) (note.Signer, string, error) {
	return signerIn(d.file(tenant, ".key"), tenant, create)
}

// signerIn reads a signing key's file, or makes one.
func signerIn(path, tenant string, create bool) (note.Signer, string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, "", nil
		}
		private, public, err := note.GenerateKey(rand.Reader, origin(tenant))
		if err != nil {
			return nil, "", fault.Internalf("no signing key can be made").Because(err)
		}
		text = []byte(private + "\n" + public + "\n")
		if err := writeWhole(path, text, true); err != nil {
			return nil, "", err
		}
	} else if err != nil {
		return nil, "", fault.Internalf("the signing key cannot be read").Because(err)
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, "", fault.Internalf("the signing key %s cannot be used", path).Because(err)
	}
	return signer, public, nil
}

// Seen implements Keyring.
func (d DirKeyring) Seen(tenant string) (string, error) {
	text, err := os.ReadFile(d.file(tenant, ".head"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fault.Internalf("the last seen head cannot be read").Because(err)
	}
	return string(text), nil
}

// See implements Keyring.
func (d DirKeyring) See(tenant, head string) error {
	return writeWhole(d.file(tenant, ".head"), []byte(head), false)
}

// writeWhole replaces a file so that a reader sees the old or the new content, never half.
func writeWhole(path string, content []byte, sync bool) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Internalf("cannot make the folder %s", dir).Because(err)
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fault.Internalf("cannot write in %s", dir).Because(err)
	}
	_, err = f.Write(content)
	if err == nil && sync {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fault.Internalf("cannot write %s", path).Because(err)
	}
	return nil
}
