package store

import (
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// A scribe writes the entries of the commands that a batch has accepted. Nothing that is decided depends
// on how an entry is put into words, so that is done on other goroutines while the next commands are decided.
// Whoever reads the journal meanwhile waits for it.
//
// What is random is drawn in the order of the commands, before anything is handed over.
type scribe struct {
	l       *layer
	t       *tree // nil where the entries get into no tree
	salts   io.Reader
	waiting []draft
	sheets  []*sheet // handed over, in order
}

// sheetDrafts is how many entries are handed over at once. A command that comes alone is written by
// its own goroutine.
const sheetDrafts = 64

// draft is an entry that is to be written. The transaction is over, and is only read.
type draft struct {
	tx    *Tx
	cmd   Command
	salts []byte
}

// sheet is a run of entries that are written together.
type sheet struct {
	first uint64 // the sequence number of the first
	texts [][]byte
	leafs []tlog.Hash
	err   error
	done  chan struct{}
}

// add takes up the entry of an accepted command.
func (s *scribe) add(tx *Tx, cmd Command) error {
	salts := make([]byte, saltBytes*partsOf(tx))
	if _, err := io.ReadFull(s.salts, salts); err != nil {
		return fmt.Errorf("no randomness for salts: %w", err)
	}
	s.waiting = append(s.waiting, draft{tx, cmd, salts})
	if len(s.waiting) < sheetDrafts {
		return nil
	}
	sh := newSheet(s.waiting)
	go sh.write(s.waiting)
	s.waiting = nil
	s.sheets = append(s.sheets, sh)
	return s.takeIn(false)
}

// catchUp puts all entries so far into the layer and the tree.
func (s *scribe) catchUp() error {
	if len(s.waiting) > 0 {
		sh := newSheet(s.waiting)
		sh.write(s.waiting)
		s.waiting = nil
		s.sheets = append(s.sheets, sh)
	}
	return s.takeIn(true)
}

// takeIn takes in the sheets that are written, in order, or all of them.
func (s *scribe) takeIn(all bool) error {
	for len(s.sheets) > 0 {
		sh := s.sheets[0]
		if all {
			<-sh.done
		} else {
			select {
			case <-sh.done:
			default:
				return nil
			}
		}
		if sh.err != nil {
			return sh.err
		}
		s.sheets = s.sheets[1:]
		for i, text := range sh.texts {
			s.l.put(spaceJournal, seqKey(sh.first+uint64(i)), text)
			if s.t == nil {
				continue
			}
			if err := s.t.append(sh.leafs[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func newSheet(drafts []draft) *sheet {
	n := len(drafts)
	return &sheet{
		first: drafts[0].tx.seq, done: make(chan struct{}),
		texts: make([][]byte, 0, n), leafs: make([]tlog.Hash, 0, n),
	}
}

func (sh *sheet) write(drafts []draft) {
	defer close(sh.done)
	for _, d := range drafts {
		e, err := newEntry(d.tx, d.cmd, d.salts)
		if err != nil {
			sh.err = err
			return
		}
		sh.texts = append(sh.texts, e.encode())
		sh.leafs = append(sh.leafs, tlog.RecordHash(e.raw))
	}
}
