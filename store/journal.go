package store

import (
	"encoding/binary"
	"fmt"
	"iter"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// The journal's spaces. Entry n is leaf n-1 of an RFC 6962 Merkle tree. The hashes
// stand in tiles of 256 as in C2SP's tlog-tiles; the last tile of a level grows until it is full.
const (
	spaceJournal  = "j" // seq -> entry
	spaceTiles    = "t" // level, index -> hashes
	spaceCommands = "c" // command id -> seq
	spaceMeta     = "m"
)

var (
	metaSize     = []byte("size")     // number of entries
	metaFrontier = []byte("frontier") // roots of the complete subtrees, largest first
	metaHead     = []byte("head")     // signed note over size and root
)

// Size returns the number of journal entries.
func Size(r Reader) (uint64, error) {
	v, err := r.Get(spaceMeta, metaSize)
	if err != nil || v == nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, damaged(spaceMeta, metaSize, "is no number")
	}
	return binary.BigEndian.Uint64(v), nil
}

// ReadEntry returns a journal entry.
func ReadEntry(r Reader, seq uint64) (*Entry, error) {
	space := spaceJournal
	if IsPending(seq) {
		space = spaceWaiting
	}
	text, err := r.Get(space, seqKey(seq))
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fault.NotFoundf("there is no journal entry %s", SeqText(seq))
	}
	e, err := ParseEntry(text)
	if err == nil && e.Leaf.Seq != seq {
		err = fmt.Errorf("it says that it is entry %d", e.Leaf.Seq)
	}
	if err != nil {
		return nil, fault.Internalf("journal entry %d is damaged", seq).Because(err).
			With("store.damaged").Hint("callout audit verify")
	}
	return e, nil
}

// Entries yields the journal from a sequence number on, or downwards from it. On a linked device what is
// pending comes last, or first.
func Entries(r Reader, from uint64, backwards bool) iter.Seq2[*Entry, error] {
	rng, spaces := Range{Lo: seqKey(from)}, []string{spaceJournal, spaceWaiting}
	if backwards {
		rng, spaces = Range{Reverse: true}, []string{spaceWaiting, spaceJournal}
		if from+1 != 0 {
			rng.Hi = seqKey(from + 1)
		}
	}
	return func(yield func(*Entry, error) bool) {
		more := true
		for _, space := range spaces {
			err := r.Scan(space, rng, func(key, text []byte) bool {
				e, err := ParseEntry(text)
				if err != nil {
					err = fault.Internalf("journal entry %s is damaged", SeqText(binary.BigEndian.Uint64(key))).
						Because(err).With("store.damaged").Hint("callout audit verify")
				}
				more = yield(e, err)
				return more
			})
			if err != nil {
				yield(nil, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// seqOf returns the entry of a command id, or 0.
func seqOf(r Reader, cmd uuid.UUID) (uint64, error) {
	v, err := r.Get(spaceCommands, cmd[:])
	if err != nil || v == nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, damaged(spaceCommands, cmd[:], "is no sequence number")
	}
	return binary.BigEndian.Uint64(v), nil
}
