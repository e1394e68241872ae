package store

import (
	"bytes"
	"context"
	"strings"
)

// notePrefix is where notes lie in the space of what is a machine's own.
const notePrefix = "s/"

// Notes are what a server remembers beside the journal, for a while: who is logged in. All who answer for a shop share them. They
// are in no entry and in no backup, and nothing follows from them.
type Notes struct {
	r Reader
	l *layer // nil where they are only read
}

// NotesIn reads the notes of a state.
func NotesIn(r Reader) *Notes { return &Notes{r: r} }

// Note changes notes: what fn puts is written in one transaction, after which everybody sees it, or not at all where fn fails. Fn
// may be called more than once.
func (s *Store) Note(ctx context.Context, fn func(*Notes) error) error {
	return s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		l := newLayer(r)
		if err := fn(&Notes{l, l}); err != nil {
			return nil, err
		}
		return l.batch(), nil
	})
}

// Get returns a note, or nil.
func (n *Notes) Get(key string) ([]byte, error) { return n.r.Get(spaceLocal, []byte(notePrefix+key)) }

// Put keeps a note; nil removes it.
func (n *Notes) Put(key string, value []byte) { n.l.put(spaceLocal, []byte(notePrefix+key), value) }

// Each calls fn for each note whose key begins so, in order, until fn returns false. What it is given is its own.
func (n *Notes) Each(prefix string, fn func(key string, value []byte) bool) error {
	return n.r.Scan(spaceLocal, Prefix([]byte(notePrefix+prefix)), func(key, value []byte) bool {
		return fn(strings.TrimPrefix(string(key), notePrefix), bytes.Clone(value))
	})
}
