package store

import (
	"bytes"
	"slices"

	"callout/internal/fault"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// LeafText is the entry's leaf as it is hashed into the tree.
func (e *Entry) LeafText() []byte { return bytes.Clone(e.raw) }

// ProveEntry returns the hashes that prove by RFC 6962, section 2.1.1, that entry seq is in the
// journal of the first size entries.
func ProveEntry(r Reader, seq, size uint64) (tlog.RecordProof, error) {
	if err := within(r, seq, size); err != nil {
		return nil, err
	}
	p, err := tlog.ProveRecord(int64(size), int64(seq-1), Hashes(r)) //nolint:gosec // sizes are those of a journal
	if err != nil {
		return nil, unprovable(err)
	}
	return p, nil
}

// ProveGrowth returns the hashes that prove by RFC 6962, section 2.1.2, that the journal of the first
// size entries begins with that of the first from, so that it only ever grew.
func ProveGrowth(r Reader, from, size uint64) (tlog.TreeProof, error) {
	if err := within(r, from, size); err != nil {
		return nil, err
	}
	p, err := tlog.ProveTree(int64(size), int64(from), Hashes(r)) //nolint:gosec // sizes are those of a journal
	if err != nil {
		return nil, unprovable(err)
	}
	return p, nil
}

// within refuses what no proof can be about.
func within(r Reader, n, size uint64) error {
	have, err := Size(r)
	if err != nil {
		return err
	}
	if size > have || n > size || n == 0 {
		return fault.NotFoundf("the journal has %d entries; there is no proof of %d in %d", have, n, size).With("journal.beyond")
	}
	return nil
}

func unprovable(err error) error {
	return fault.Internalf("the journal cannot be proved").With("store.damaged").Hint("callout audit verify").Because(err)
}

// EntryOf returns the journal entry of a command id, or 0 where there is none.
func EntryOf(r Reader, cmd uuid.UUID) (uint64, error) { return seqOf(r, cmd) }

// HeadText is the newest signed head as it is stored, a note that anybody can check who has the key.
func HeadText(r Reader) (string, error) {
	text, err := r.Get(spaceMeta, metaHead)
	return string(text), err
}

// SignedBy lists the public keys that may have signed the store's heads.
func SignedBy(r Reader) ([]string, error) {
	m, err := ReadMeta(r)
	if err != nil {
		return nil, err
	}
	return slices.Clone(m.Keys), nil
}
