package store

import (
	"encoding/binary"
	"fmt"
	"iter"

	"callout/internal/fault"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// The journal's spaces. Entry n is leaf n-1 of an RFC 6962 Merkle tree. The hashes
// stand in tiles of 256 as in C2SP's tlog-tiles; the last tile of a level grows until it is full.
const (
	spaceJournal  = "j" // seq -> entry
	spaceTiles    = "t" // level, index -> hashes
	spaceCommands = "c" // command id -> seq
	spaceMeta     = "m"
)

const tileWidth = 256

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
	text, err := r.Get(spaceJournal, seqKey(seq))
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fault.NotFoundf("there is no journal entry %d", seq)
	}
	e, err := ParseEntry(text)
	if err != nil {
		return nil, fault.Internalf("journal entry %d is damaged", seq).Because(err).
			With("store.damaged").Hint("callout audit verify")
	}
	return e, nil
}

// Entries yields the journal from a sequence number on, or downwards from it.
func Entries(r Reader, from uint64, backwards bool) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		rng := Range{Lo: seqKey(from)}
		if backwards {
			rng = Range{Hi: seqKey(from + 1), Reverse: true}
		}
		err := r.Scan(spaceJournal, rng, func(key, text []byte) bool {
			e, err := ParseEntry(text)
			if err != nil {
				err = fault.Internalf("journal entry %d is damaged", binary.BigEndian.Uint64(key)).
					Because(err).With("store.damaged").Hint("callout audit verify")
			}
			return yield(e, err)
		})
		if err != nil {
			yield(nil, err)
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

// tree is the growing edge of the Merkle tree: what is needed to append and to know
// the root, loaded once for a batch.
type tree struct {
	size   uint64
	hashes map[int64]tlog.Hash // frontier, by stored-hash index
	tiles  map[tileKey][]byte  // tiles written to in this batch
	r      Reader
}

type tileKey struct {
	level int
	index uint64
}

func (k tileKey) bytes() []byte {
	return binary.BigEndian.AppendUint64([]byte{byte(k.level)}, k.index)
}

// frontier lists the stored-hash indexes of the complete subtrees of a tree of n
// leaves, largest first: one for each bit of n.
func frontier(n uint64) []int64 {
	var out []int64
	for level := 63; level >= 0; level-- {
		if n>>level&1 == 1 {
			out = append(out, tlog.StoredHashIndex(level, int64(n>>level)-1))
		}
	}
	return out
}

func loadTree(r Reader) (*tree, error) {
	size, err := Size(r)
	if err != nil {
		return nil, err
	}
	t := &tree{size: size, hashes: map[int64]tlog.Hash{}, tiles: map[tileKey][]byte{}, r: r}
	packed, err := r.Get(spaceMeta, metaFrontier)
	if err != nil {
		return nil, err
	}
	at := frontier(size)
	if len(packed) != len(at)*tlog.HashSize {
		return nil, damaged(spaceMeta, metaFrontier, "does not fit the journal's size")
	}
	for i, index := range at {
		t.hashes[index] = tlog.Hash(packed[i*tlog.HashSize:])
	}
	return t, nil
}

// ReadHashes implements tlog.HashReader on the edge.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := t.hashes[x]
		if !ok {
			return nil, fmt.Errorf("hash %d is not on the tree's edge", x)
		}
		out[i] = h
	}
	return out, nil
}

// append adds a leaf and what it completes to the edge and to the tiles.
func (t *tree) append(leaf []byte) error {
	n := int64(t.size)
	hashes, err := tlog.StoredHashes(n, leaf, t)
	if err != nil {
		return fault.Internalf("the journal's tree cannot grow").Because(err)
	}
	base := tlog.StoredHashIndex(0, n)
	for i, h := range hashes {
		index := base + int64(i)
		t.hashes[index] = h
		if level, pos := tlog.SplitStoredHashIndex(index); level%8 == 0 {
			if err := t.tile(level/8, uint64(pos), h); err != nil {
				return err
			}
		}
	}
	t.size++
	return nil
}

func (t *tree) tile(level int, pos uint64, h tlog.Hash) error {
	key := tileKey{level, pos / tileWidth}
	tile, ok := t.tiles[key]
	if !ok {
		stored, err := t.r.Get(spaceTiles, key.bytes())
		if err != nil {
			return err
		}
		tile = append(tile, stored...)
	}
	if len(tile) != int(pos%tileWidth)*tlog.HashSize {
		return damaged(spaceTiles, key.bytes(), "has the wrong length")
	}
	t.tiles[key] = append(tile, h[:]...)
	return nil
}

// root returns the tree's hash.
func (t *tree) root() (tlog.Hash, error) {
	h, err := tlog.TreeHash(int64(t.size), t)
	if err != nil {
		return h, fault.Internalf("the journal's root cannot be computed").Because(err)
	}
	return h, nil
}

// save writes the edge and the touched tiles.
func (t *tree) save(l *layer) {
	for key, tile := range t.tiles {
		l.put(spaceTiles, key.bytes(), tile)
	}
	var packed []byte
	for _, index := range frontier(t.size) {
		h := t.hashes[index]
		packed = append(packed, h[:]...)
	}
	l.put(spaceMeta, metaFrontier, packed)
	l.put(spaceMeta, metaSize, binary.BigEndian.AppendUint64(nil, t.size))
}
