package store

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/tlog"
)

// tileWidth is how many hashes a full tile has.
const tileWidth = 256

// edge is the growing edge of an RFC 6962 tree: the roots of its complete subtrees,
// largest first, one for each bit of its size. It is all that appending and the root need.
type edge struct {
	size  uint64
	roots []tlog.Hash
}

// grow appends a leaf, given by its hash. It calls emit with each hash that the leaf completes: its own
// at level 0, and one for each subtree that it fills.
func (e *edge) grow(h tlog.Hash, emit func(level int, index uint64, h tlog.Hash) error) error {
	index := e.size
	e.size++
	for level := 0; ; level++ {
		if err := emit(level, index, h); err != nil {
			return err
		}
		if index&1 == 0 {
			break
		}
		last := len(e.roots) - 1
		h = tlog.NodeHash(e.roots[last], h)
		e.roots = e.roots[:last]
		index >>= 1
	}
	e.roots = append(e.roots, h)
	return nil
}

// clone returns an edge that grows by itself.
func (e *edge) clone() edge { return edge{e.size, slices.Clone(e.roots)} }

// root returns the tree's hash; that of an empty tree is the hash of nothing.
func (e *edge) root() tlog.Hash {
	if len(e.roots) == 0 {
		h, _ := tlog.TreeHash(0, nil) // cannot fail: it reads nothing
		return h
	}
	last := len(e.roots) - 1
	h := e.roots[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(e.roots[i], h)
	}
	return h
}

// pack returns the edge as stored.
func (e *edge) pack() []byte {
	out := make([]byte, 0, len(e.roots)*tlog.HashSize)
	for _, h := range e.roots {
		out = append(out, h[:]...)
	}
	return out
}

// tree is the stored journal's tree while a batch appends to it.
type tree struct {
	edge
	tiles map[tileKey][]byte // tiles written to in this batch
	r     Reader
}

// tileKey names a tile: every eighth level of the tree is cut into tiles.
type tileKey struct {
	level int
	index uint64
}

func (k tileKey) bytes() []byte {
	return binary.BigEndian.AppendUint64([]byte{byte(k.level)}, k.index)
}

func loadTree(r Reader) (*tree, error) {
	size, err := Size(r)
	if err != nil {
		return nil, err
	}
	t := &tree{edge: edge{size: size}, tiles: map[tileKey][]byte{}, r: r}
	packed, err := r.Get(spaceMeta, metaFrontier)
	if err != nil {
		return nil, err
	}
	if len(packed) != bits.OnesCount64(size)*tlog.HashSize {
		return nil, damaged(spaceMeta, metaFrontier, "does not fit the journal's size")
	}
	for ; len(packed) > 0; packed = packed[tlog.HashSize:] {
		t.roots = append(t.roots, tlog.Hash(packed))
	}
	return t, nil
}

// append adds a leaf, given by its hash, and what it completes to the edge and to the tiles.
func (t *tree) append(leaf tlog.Hash) error {
	return t.grow(leaf, func(level int, index uint64, h tlog.Hash) error {
		if level%8 != 0 {
			return nil
		}
		key := tileKey{level / 8, index / tileWidth}
		tile, ok := t.tiles[key]
		if !ok {
			stored, err := t.r.Get(spaceTiles, key.bytes())
			if err != nil {
				return err
			}
			tile = append(tile, stored...)
		}
		if len(tile) != int(index%tileWidth)*tlog.HashSize {
			return damaged(spaceTiles, key.bytes(), "has the wrong length")
		}
		t.tiles[key] = append(tile, h[:]...)
		return nil
	})
}

// save writes the edge and the touched tiles.
func (t *tree) save(l *layer) {
	for key, tile := range t.tiles {
		l.put(spaceTiles, key.bytes(), tile)
	}
	l.put(spaceMeta, metaFrontier, t.pack())
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
