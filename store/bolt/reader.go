package bolt

import (
	"bytes"

	"callout/store"

	"go.etcd.io/bbolt"
)

// reader reads one transaction. What it hands out points into the mapped file.
type reader struct {
	tx     *bbolt.Tx
	spaces map[string]*space
}

// space is a bucket, the cursor that looks up single keys in it, and those that no scan uses now. Cursors are kept because
// each new one makes room for its way down the tree.
type space struct {
	bucket *bbolt.Bucket
	lookup *bbolt.Cursor
	idle   []*bbolt.Cursor
}

// cursor returns a cursor for a scan. Scans may stand in one another.
func (s *space) cursor() *bbolt.Cursor {
	last := len(s.idle) - 1
	if last < 0 {
		return s.bucket.Cursor()
	}
	c := s.idle[last]
	s.idle = s.idle[:last]
	return c
}

func (f *file) reader() *reader {
	return &reader{tx: f.tx, spaces: map[string]*space{}}
}

// space returns nil for a space into which nothing was written yet.
func (r *reader) space(name string) *space {
	s, known := r.spaces[name]
	if !known {
		if b := r.tx.Bucket([]byte(name)); b != nil {
			s = &space{bucket: b, lookup: b.Cursor()}
		}
		r.spaces[name] = s
	}
	return s
}

// Get implements store.Reader.
func (r *reader) Get(space string, key []byte) (value []byte, err error) {
	defer guard(&err)
	s := r.space(space)
	if s == nil {
		return nil, nil
	}
	if found, value := s.lookup.Seek(key); bytes.Equal(found, key) {
		return value, nil
	}
	return nil, nil
}

// Scan implements store.Reader.
func (r *reader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	s, key, value, err := r.seek(space, rg)
	for err == nil && key != nil && s.within(key) {
		if !yield(key, value) {
			break
		}
		key, value, err = s.next()
	}
	if err == nil && s.in != nil {
		s.in.idle = append(s.in.idle, s.cursor)
	}
	return err
}

// scan is a cursor that walks a range in its direction.
type scan struct {
	in     *space
	cursor *bbolt.Cursor
	rg     store.Range
}

func (r *reader) seek(space string, rg store.Range) (s scan, key, value []byte, err error) {
	defer guard(&err)
	in := r.space(space)
	if in == nil {
		return s, nil, nil, nil
	}
	s = scan{in, in.cursor(), rg}
	switch {
	case !rg.Reverse && rg.Lo == nil:
		key, value = s.cursor.First()
	case !rg.Reverse:
		key, value = s.cursor.Seek(rg.Lo)
	case rg.Hi == nil:
		key, value = s.cursor.Last()
	default:
		if key, _ = s.cursor.Seek(rg.Hi); key == nil {
			key, value = s.cursor.Last() // all keys are below Hi
		} else {
			key, value = s.cursor.Prev()
		}
	}
	return s, key, value, nil
}

// next steps on. It is apart from the loop so that the guard stands around bbolt and
// not around the caller's yield.
func (s scan) next() (key, value []byte, err error) {
	defer guard(&err)
	if s.rg.Reverse {
		key, value = s.cursor.Prev()
	} else {
		key, value = s.cursor.Next()
	}
	return key, value, nil
}

func (s scan) within(key []byte) bool {
	if s.rg.Reverse {
		return bytes.Compare(key, s.rg.Lo) >= 0
	}
	return s.rg.Hi == nil || bytes.Compare(key, s.rg.Hi) < 0
}

// nothing is the reader of a store that has not been made yet.
type nothing struct{}

func (nothing) Get(string, []byte) ([]byte, error) { return nil, nil }

func (nothing) Scan(string, store.Range, func(key, value []byte) bool) error { return nil }
