package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
)

// records compares each stored record with the journal's last image of it, and
// tallies the index entries that the records should have.
func (v *verifier) records() error {
	seed := maphash.MakeSeed()
	for _, coll := range v.s.schema.Collections {
		for _, space := range coll.indexes() {
			v.indexed[space] = newTally(seed)
		}
		v.guard("collection "+coll.Name(), func() error { return v.collection(coll) })
	}
	lost := slices.SortedFunc(maps.Keys(v.state), func(a, b recordKey) int {
		return bytes.Compare([]byte(a.id), []byte(b.id))
	})
	for _, key := range lost {
		v.find(Finding{Space: recordSpace(key.coll), ID: key.id, Seq: v.state[key].seq,
			Message: fmt.Sprintf("is missing; entry %d wrote it", v.state[key].seq)})
	}
	return nil
}

func (v *verifier) collection(coll AnyCollection) error {
	space := recordSpace(coll.Name())
	work := func(id, env []byte) readRecord { return v.readRecord(coll, space, id, env) }
	return pipeline(v.r, space, Range{}, 0, v.o.Progress, work, func(id []byte, in readRecord) {
		v.rep.Records++
		key := recordKey{coll.Name(), ID(id)}
		is, ok := v.state[key]
		delete(v.state, key)
		wrong := func(format string, args ...any) {
			v.find(Finding{Space: space, ID: key.id, Seq: is.seq, Message: fmt.Sprintf(format, args...)})
		}
		switch {
		case in.broken != nil:
			wrong("%v", in.broken)
		case !ok:
			wrong("is in no journal entry")
		case is.seq != in.writer:
			wrong("says that entry %d wrote it last; it was entry %d", in.writer, is.seq)
		case !is.withheld && !v.blind && in.digest != is.digest:
			wrong("is not what entry %d wrote", in.writer)
		}
		if in.unread != nil {
			wrong("cannot be read (%v)", in.unread)
		}
		for _, e := range in.entries {
			v.indexed[e.space].add(e.key, e.value)
		}
	})
}

// readRecord is what is known of a record by itself.
type readRecord struct {
	writer  uint64
	digest  [16]byte
	entries []indexEntry
	broken  error // the envelope
	unread  error // the document
}

func (v *verifier) readRecord(coll AnyCollection, space string, id, env []byte) (in readRecord) {
	if v.blind && len(env) >= envelopeHead {
		in.writer = binary.BigEndian.Uint64(env)
	} else if in.writer, _, in.broken = unseal(space, id, env); in.broken != nil {
		return in
	}
	in.digest = [16]byte(env[8:]) // which unseal has found to be the document's
	in.entries, in.unread = safeEntries(coll, env[envelopeHead:])
	return in
}

// safeEntries computes index entries from a document that may be damaged: the rooms'
// functions that do it may panic. Each key appears once, as it is stored.
func safeEntries(coll AnyCollection, doc []byte) (out []indexEntry, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	all, err := coll.entries(doc)
	for i, e := range all {
		again := slices.ContainsFunc(all[:i], func(o indexEntry) bool {
			return o.space == e.space && bytes.Equal(o.key, e.key)
		})
		if !again {
			out = append(out, e)
		}
	}
	return out, err
}

// tally is a sum over a set of pairs that does not depend on their order: two sets
// with the same sum are the same, but for one chance in 2^64.
type tally struct {
	n    uint64
	sum  uint64
	hash maphash.Hash
}

func newTally(seed maphash.Seed) *tally {
	t := &tally{}
	t.hash.SetSeed(seed)
	return t
}

func (t *tally) add(key, value []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(key)))
	t.hash.Reset()
	_, _ = t.hash.Write(n[:])
	_, _ = t.hash.Write(key)
	_, _ = t.hash.Write(value)
	t.n++
	t.sum += t.hash.Sum64()
}

// indexes compares the index entries with those that the records should have.
func (v *verifier) indexes() error {
	for _, coll := range v.s.schema.Collections {
		for _, space := range coll.indexes() {
			v.guard("index "+space, func() error { return v.index(coll, space) })
		}
	}
	return nil
}

func (v *verifier) index(coll AnyCollection, space string) error {
	want := v.indexed[space]
	if want == nil {
		return fmt.Errorf("its records were not read")
	}
	have := newTally(want.hash.Seed())
	err := v.r.Scan(space, Range{}, func(key, value []byte) bool {
		v.o.Progress(Step{Space: space, Key: key, Done: have.n})
		have.add(key, value)
		return true
	})
	if err != nil {
		return err
	}
	v.rep.IndexEntries += have.n
	if have.n == want.n && have.sum == want.sum {
		return nil
	}
	return v.explain(coll, space)
}

// explain says which entries of an index are wrong.
func (v *verifier) explain(coll AnyCollection, space string) error {
	want := map[string][]byte{}
	err := v.r.Scan(recordSpace(coll.Name()), Range{}, func(id, env []byte) bool {
		if len(env) < envelopeHead {
			return true
		}
		entries, _ := safeEntries(coll, env[envelopeHead:])
		for _, e := range entries {
			if e.space == space {
				want[string(e.key)] = e.value
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	wrong := func(key, msg string) {
		id := idAtEnd(coll.Prefix(), []byte(key))
		v.find(Finding{Space: space, ID: id, Message: fmt.Sprintf("%s %s (%q)", msg, space, key)})
	}
	err = v.r.Scan(space, Range{}, func(key, value []byte) bool {
		w, ok := want[string(key)]
		switch {
		case !ok:
			wrong(string(key), "has an entry too many in index")
		case !bytes.Equal(w, value):
			wrong(string(key), "is shown with wrong columns by index")
		}
		delete(want, string(key))
		return true
	})
	for _, key := range slices.Sorted(maps.Keys(want)) {
		wrong(key, "is missing in index")
	}
	return err
}

// commands compares the command ids with the journal's.
func (v *verifier) commands() error {
	var n uint64
	err := v.r.Scan(spaceCommands, Range{}, func(key, value []byte) bool {
		v.o.Progress(Step{Space: spaceCommands, Key: key, Done: n})
		n++
		var id [16]byte
		copy(id[:], key)
		seq, ok := v.cmds[id]
		if len(key) != 16 || !ok {
			v.find(Finding{Space: spaceCommands, Subject: fmt.Sprintf("%x", key), Message: "no entry has this command id"})
			return true
		}
		if !bytes.Equal(value, binary.BigEndian.AppendUint64(nil, seq)) {
			v.find(Finding{Space: spaceCommands, Seq: seq, Message: fmt.Sprintf("its command id leads to entry %x", value)})
		}
		delete(v.cmds, id)
		return true
	})
	for _, seq := range slices.Sorted(maps.Values(v.cmds)) {
		v.find(Finding{Space: spaceCommands, Seq: seq, Message: "its command id is not kept: the command could be done twice"})
	}
	return err
}

// numbers compares human numbers and counters with those that the journal gave.
func (v *verifier) numbers() error {
	missing := maps.Clone(v.human)
	err := v.r.Scan(spaceHuman, Range{}, func(key, value []byte) bool {
		v.o.Progress(Step{Space: spaceHuman, Key: key})
		is, ok := v.human[string(key)]
		switch {
		case !ok:
			v.find(Finding{Space: spaceHuman, Subject: string(key), Message: fmt.Sprintf("no entry gave this number; it leads to %s", value)})
		case string(is.ID) != string(value):
			v.find(Finding{Space: spaceHuman, Subject: is.Number, ID: is.ID, Message: fmt.Sprintf("the number leads to %q instead of %s", value, is.ID)})
		}
		delete(missing, string(key))
		return true
	})
	if err != nil {
		return err
	}
	for _, number := range slices.Sorted(maps.Keys(missing)) {
		v.find(Finding{Space: spaceHuman, Subject: missing[number].Number, ID: missing[number].ID, Message: "the number leads nowhere"})
	}
	left := maps.Clone(v.series)
	err = v.r.Scan(spaceNumbers, Range{}, func(key, value []byte) bool {
		v.o.Progress(Step{Space: spaceNumbers, Key: key})
		if last := v.series[string(key)]; !bytes.Equal(value, binary.BigEndian.AppendUint64(nil, last)) {
			v.find(Finding{Space: spaceNumbers, Subject: string(key), Message: fmt.Sprintf("the series' counter is %x, the journal gave %d", value, last)})
		}
		delete(left, string(key))
		return true
	})
	for _, name := range slices.Sorted(maps.Keys(left)) {
		v.find(Finding{Space: spaceNumbers, Subject: name, Message: fmt.Sprintf("the series' counter is missing; the journal gave %d", left[name])})
	}
	return err
}
