package store

import (
	"bufio"
	"fmt"
	"io"
	"sort"
)

// Spaces lists every space that a store of this schema can use, sorted.
func (s *Store) Spaces() []string {
	out := []string{spaceJournal, spaceTiles, spaceCommands, spaceMeta, spaceNumbers, spaceHuman}
	for _, c := range s.schema.Collections {
		out = append(out, recordSpace(c.Name()))
		out = append(out, c.indexes()...)
	}
	sort.Strings(out)
	return out
}

func recordSpace(coll string) string { return "r/" + coll }

// Dump writes everything that is stored, one pair a line, in order of space and key.
// Two stores with the same dump are the same store.
func (s *Store) Dump(r Reader, w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, space := range s.Spaces() {
		err := r.Scan(space, Range{}, func(key, value []byte) bool {
			_, _ = fmt.Fprintf(b, "%s %q %q\n", space, key, value)
			return true
		})
		if err != nil {
			return err
		}
	}
	return b.Flush()
}
