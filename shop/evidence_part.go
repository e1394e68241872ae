package shop

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"

	"callout/internal/fault"
	"callout/internal/filelock"
)

// Evidence files travel apart from commands, in pieces, by digest: an upload that was cut off goes on where it was, and
// bytes that are there already are not sent again.

func (d EvidenceDir) part(sha string) string {
	return filepath.Join(string(d), ".parts", filepath.Base(sha))
}

// Arrived returns how many bytes of a digest are here: all of them (whole), or the beginning.
func (d EvidenceDir) Arrived(sha string) (n int64, whole bool) {
	if st, err := os.Stat(d.Path(sha)); err == nil {
		return st.Size(), true
	}
	if st, err := os.Stat(d.part(sha)); err == nil {
		return st.Size(), false
	}
	return 0, false
}

// Append adds the bytes of a digest that begin at an offset, of so many in all, and reports whether the file is whole
// now: it has the digest then, and lies where evidence lies. An offset that is not where the last piece ended is a
// Conflict; a whole file with another digest is one as well, and what has arrived of it is thrown away. Callers let
// nobody else append to the same digest meanwhile.
func (d EvidenceDir) Append(sha string, offset, total int64, from io.Reader) (whole bool, err error) {
	have, whole := d.Arrived(sha)
	if whole {
		return true, nil
	}
	if offset != have {
		return false, fault.Conflictf("%d bytes have arrived; the piece begins at %d", have, offset).With("evidence.offset")
	}
	if err := os.MkdirAll(filepath.Dir(d.part(sha)), 0o700); err != nil {
		return false, fault.Internalf("cannot make the evidence folder").Because(err)
	}
	f, err := os.OpenFile(d.part(sha), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return false, fault.Internalf("cannot write beside the store").Because(err)
	}
	n, err := io.Copy(f, io.LimitReader(from, total-have+1))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	switch {
	case have+n > total:
		_ = os.Remove(d.part(sha))
		return false, fault.Conflictf("more than the %d bytes have arrived", total).With("evidence.bytes")
	case err != nil: // what has arrived stays
		return false, fault.Busyf("the piece has not arrived whole").With("evidence.piece").Because(err)
	case have+n < total:
		return false, nil
	}
	return true, d.finish(sha)
}

// Hold keeps others from appending to a digest until it is let go, those of other processes, too.
func (d EvidenceDir) Hold(sha string) (release func(), err error) {
	if err := os.MkdirAll(filepath.Dir(d.part(sha)), 0o700); err != nil {
		return nil, fault.Internalf("cannot make the evidence folder").Because(err)
	}
	// One file for all digests that begin alike: as many as there are digests would be left over.
	release, err = filelock.Hold(filepath.Join(filepath.Dir(d.part(sha)), ".lock-"+sha[:1]))
	if err != nil {
		return nil, fault.Internalf("cannot write beside the store").Because(err)
	}
	return release, nil
}

// finish compares a file that has arrived with its digest and puts it where evidence lies.
func (d EvidenceDir) finish(sha string) error {
	f, err := os.Open(d.part(sha))
	if err != nil {
		return fault.Internalf("cannot read beside the store").Because(err)
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fault.Internalf("cannot read beside the store").Because(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sha {
		_ = os.Remove(d.part(sha))
		return fault.Conflictf("the bytes that arrived are those of %.12s…, not of %.12s…", got, sha).With("evidence.changed")
	}
	return d.place(d.part(sha), sha)
}

// A device owes the authority the bytes of what was attached on it, until they have arrived there.

func (d EvidenceDir) owed(sha string) string {
	return filepath.Join(string(d), ".owed", filepath.Base(sha))
}

// Owe notes that the bytes of a digest are to be sent.
func (d EvidenceDir) Owe(sha string) error {
	err := os.MkdirAll(filepath.Dir(d.owed(sha)), 0o700)
	if err == nil {
		err = os.WriteFile(d.owed(sha), nil, 0o600)
	}
	if err != nil {
		return fault.Internalf("cannot write beside the store").Because(err)
	}
	return syncDir(filepath.Dir(d.owed(sha)))
}

// Owed lists the digests whose bytes are to be sent, sorted.
func (d EvidenceDir) Owed() ([]string, error) {
	all, err := os.ReadDir(filepath.Join(string(d), ".owed"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Internalf("cannot read beside the store").Because(err)
	}
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.Name()
	}
	sort.Strings(out)
	return out, nil
}

// Settle notes that the bytes of a digest have arrived at the authority.
func (d EvidenceDir) Settle(sha string) error {
	if err := os.Remove(d.owed(sha)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Internalf("cannot write beside the store").Because(err)
	}
	return nil
}
