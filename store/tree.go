package store

import (
	"encoding/binary"
	"fmt"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/tlog"
)

// tileWidth is how many hashes a full tile has.
const tileWidth = 256

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

// Hashes reads the journal's tree from its tiles, for roots and proofs with
// golang.org/x/mod/sumdb/tlog.
func Hashes(r Reader) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			var err error
			if out[i], err = storedHash(r, x); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// storedHash returns one hash of the tree. The tiles hold every eighth level; those
// between are computed from the level below.
func storedHash(r Reader, index int64) (tlog.Hash, error) {
	level, pos := tlog.SplitStoredHashIndex(index)
	width := uint64(1) << (level % 8)
	first := uint64(pos) * width
	key := tileKey{level / 8, first / tileWidth}
	tile, err := r.Get(spaceTiles, key.bytes())
	if err != nil {
		return tlog.Hash{}, err
	}
	from := first % tileWidth * tlog.HashSize
	if uint64(len(tile)) < from+width*tlog.HashSize {
		return tlog.Hash{}, damaged(spaceTiles, key.bytes(), "has the wrong length")
	}
	row := make([]tlog.Hash, width)
	for i := range row {
		row[i] = tlog.Hash(tile[from+uint64(i)*tlog.HashSize:])
	}
	for len(row) > 1 {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
		row = row[:len(row)/2]
	}
	return row[0], nil
}

// RootAt returns the root of the journal as it was when it had n entries.
func RootAt(r Reader, n uint64) (tlog.Hash, error) {
	size, err := Size(r)
	if err != nil {
		return tlog.Hash{}, err
	}
	if n > size {
		return tlog.Hash{}, fault.NotFoundf("the journal has %d entries, not %d", size, n)
	}
	root, err := tlog.TreeHash(int64(n), Hashes(r))
	if err != nil {
		return root, fault.Internalf("the journal's root at entry %d cannot be computed", n).Because(err).
			With("store.damaged").Hint("callout audit verify")
	}
	return root, nil
}
