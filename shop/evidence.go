package shop

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"callout/internal/fault"
)

// EvidenceDir is the folder beside the store in which evidence files lie under their
// SHA-256, their bytes untouched: aa/aabbcc….
type EvidenceDir string

// File is what there is to know of a file before its bytes are kept.
type File struct {
	SHA256    string
	Bytes     int64
	MediaType string // by content, or by the name where content says nothing
	Name      string // the file's own name, without its folder
}

// Path returns where a digest's bytes lie.
func (d EvidenceDir) Path(sha string) string {
	if len(sha) < 2 {
		return filepath.Join(string(d), "invalid")
	}
	return filepath.Join(string(d), sha[:2], sha)
}

// Has reports whether the bytes of a digest are here. It does not read them.
func (d EvidenceDir) Has(sha string) bool {
	_, err := os.Stat(d.Path(sha))
	return err == nil
}

// LookAt reads a file and keeps nothing of it.
func LookAt(path string) (File, error) {
	src, err := openFile(path)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = src.Close() }()
	h := sha256.New()
	head := &prefix{limit: 512}
	n, err := io.Copy(io.MultiWriter(h, head), src)
	if err != nil {
		return File{}, fault.Invalidf("file", "%s cannot be read", path).Because(err)
	}
	if n == 0 {
		return File{}, fault.Invalidf("file", "%s is empty", path)
	}
	f := File{
		SHA256: hex.EncodeToString(h.Sum(nil)), Bytes: n, MediaType: http.DetectContentType(head.b), Name: filepath.Base(path),
	}
	if byName := mime.TypeByExtension(strings.ToLower(filepath.Ext(path))); byName != "" &&
		strings.HasPrefix(f.MediaType, "application/octet-stream") {
		f.MediaType = byName
	}
	return f, nil
}

func openFile(path string) (*os.File, error) {
	src, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf("there is no file %s", path)
	}
	if err != nil {
		return nil, fault.Invalidf("file", "%s cannot be read", path).Because(err)
	}
	if st, err := src.Stat(); err != nil || !st.Mode().IsRegular() {
		return nil, errors.Join(fault.Invalidf("file", "%s is no ordinary file", path).Because(err), src.Close())
	}
	return src, nil
}

// Keep copies a file into the folder, synced to disk before a command names its digest. A file
// that no longer has the digest under which it was looked at is a conflict. Keeping the same
// bytes twice keeps them once.
func (d EvidenceDir) Keep(path, sha string) error {
	if d.Check(sha) == nil {
		return nil
	}
	src, err := openFile(path)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return fault.Internalf("cannot make the evidence folder").Because(err)
	}
	tmp, err := os.CreateTemp(string(d), ".new-*")
	if err != nil {
		return fault.Internalf("cannot write beside the store").Because(err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(tmp, h), src)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return fault.Internalf("cannot keep %s", path).Because(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sha {
		return fault.Conflictf("%s has changed while it was attached", path).With("evidence.changed").
			Hint("attach it again when nobody writes to it")
	}
	return d.place(tmp.Name(), sha)
}

func (d EvidenceDir) place(tmp, sha string) error {
	dst := d.Path(sha)
	if err := os.MkdirAll(filepath.Dir(dst), 0o700); err != nil {
		return fault.Internalf("cannot make the evidence folder").Because(err)
	}
	if err := os.Rename(tmp, dst); err != nil {
		return fault.Internalf("cannot keep the evidence").Because(err)
	}
	return syncDir(filepath.Dir(dst))
}

// Check reads the bytes of a digest and compares. A missing file is NotFound, a changed
// one Conflict.
func (d EvidenceDir) Check(sha string) error {
	f, err := os.Open(d.Path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.NotFoundf("the evidence file %.12s… is missing", sha).With("evidence.missing")
	}
	if err != nil {
		return fault.Internalf("the evidence file %.12s… cannot be read", sha).Because(err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fault.Internalf("the evidence file %.12s… cannot be read", sha).Because(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sha {
		return fault.Conflictf("the evidence file %.12s… has been changed: its bytes are %.12s…", sha, got).
			With("evidence.changed")
	}
	return nil
}

// prefix keeps the first bytes written to it.
type prefix struct {
	b     []byte
	limit int
}

func (p *prefix) Write(b []byte) (int, error) {
	if room := p.limit - len(p.b); room > 0 {
		p.b = append(p.b, b[:min(room, len(b))]...)
	}
	return len(b), nil
}

// syncDir makes a rename survive a power cut, where the system can.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fault.Internalf("cannot open the folder %s", dir).Because(err)
	}
	defer func() { _ = f.Close() }()
	_ = f.Sync() // some systems cannot sync a folder
	return nil
}
