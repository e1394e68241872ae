package store

import "bytes"

// A memo remembers records as they were decoded during one engine transaction. A command, a dozen
// derivations and two dozen checks look at the same few records, and decoding JSON costs
// more than all that they do with them. What is remembered belongs to the memo: who asks gets a copy.
//
// It also remembers which revision of a definition is the newest, or that there is none: the rules of many
// rooms ask that of every command. That is forgotten when a command writes a revision.
type memo struct {
	decoded map[recordKey]remembered
	newest  map[string]newestPin // by the key of the index
}

// newestPin is the newest revision of a definition, if there is one.
type newestPin struct {
	Pin
	found bool
}

// remembered is a decoded record with the stored bytes that it was decoded from; once
// others are stored it counts no more.
type remembered struct {
	env []byte
	rec any // *T, never handed out
}

// memoLimit is how many records are remembered before all are forgotten.
const memoLimit = 1000

func newMemo() *memo {
	return &memo{decoded: map[recordKey]remembered{}, newest: map[string]newestPin{}}
}

// recall returns what was decoded from env, or nil.
func (m *memo) recall(c AnyCollection, id ID, env []byte) any {
	r, ok := m.decoded[recordKey{c.Name(), id}]
	if !ok || !bytes.Equal(r.env, env) {
		return nil
	}
	return r.rec
}

// keep remembers a record. Neither env nor rec may be changed afterwards.
func (m *memo) keep(c AnyCollection, id ID, env []byte, rec any) {
	if len(m.decoded) >= memoLimit {
		clear(m.decoded)
	}
	m.decoded[recordKey{c.Name(), id}] = remembered{env, rec}
}

// recordOf returns the record that env holds, decoding it if it must; with its document and
// the entry that wrote it. The record is the memo's.
func (m *memo) recordOf(c AnyCollection, id ID, env []byte) (rec any, doc []byte, writer uint64, err error) {
	space := c.space()
	if rec = m.recall(c, id, env); rec != nil {
		writer, doc = opened(env) // its digest was found right when it was decoded
		return rec, doc, writer, nil
	}
	if writer, doc, err = unseal(space, []byte(id), env); err != nil {
		return nil, nil, 0, err
	}
	if rec, err = c.decodeAny(doc); err != nil {
		return nil, nil, 0, err
	}
	m.keep(c, id, env, rec)
	return rec, doc, writer, nil
}
