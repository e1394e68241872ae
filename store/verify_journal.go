package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// journal reads the next entries, up to a limit, grows the tree and gathers what they
// say. It reports whether there may be more.
func (v *verifier) journal(limit int) (more bool, err error) {
	rng := Range{}
	if v.last != nil {
		rng.Lo = append(bytes.Clone(v.last), 0)
	}
	n, before := 0, v.rep.Entries
	progress := func(st Step) {
		st.Done += before
		v.o.Progress(st)
	}
	err = pipeline(v.r, spaceJournal, rng, limit, progress, readLeaf, func(key []byte, in readEntry) {
		n++
		v.last = key
		v.rep.Entries++
		if len(key) != 8 {
			v.find(Finding{Space: spaceJournal, Subject: fmt.Sprintf("%q", key), Message: "is no key of a journal entry"})
			return
		}
		seq := binary.BigEndian.Uint64(key)
		if seq != v.next {
			v.find(Finding{Space: spaceJournal, Seq: v.next, Message: fmt.Sprintf("is missing; entry %d follows", seq)})
		}
		v.next = seq + 1
		if err := v.head.grow(in.hash, v.tile.add); err != nil {
			v.find(Finding{Space: spaceTiles, Seq: seq, Message: err.Error()})
		}
		if v.seen.Size > 0 && v.head.size == v.seen.Size && v.head.root() != v.seen.Root {
			v.find(Finding{Space: spaceJournal, Seq: seq,
				Message: fmt.Sprintf("up to here the journal is not the one that this machine has seen (%s)", v.seen.Short())})
		}
		if in.err != nil {
			v.find(Finding{Space: spaceJournal, Seq: seq, Message: in.err.Error()})
			return
		}
		v.entry(seq, in)
	})
	return n == limit, err
}

// end looks at the tree as all entries have made it.
func (v *verifier) end() error {
	if v.head.size < v.seen.Size {
		v.find(Finding{Space: spaceJournal, Message: fmt.Sprintf(
			"the journal ends at entry %d, but this machine has seen %s", v.head.size, v.seen.Short())})
	}
	v.rep.Head = Head{Size: v.head.size, Root: v.head.root()}.Short()
	v.tile.finish()
	return nil
}

// readEntry is what is known of an entry by itself.
type readEntry struct {
	hash   tlog.Hash
	entry  *Entry
	images []readImage
	err    error
}

type readImage struct {
	Image
	digest [16]byte
}

func readLeaf(_, text []byte) (in readEntry) {
	defer func() {
		if p := recover(); p != nil { // a defect; the rest is still to be verified
			in.entry, in.err = nil, fmt.Errorf("cannot be read (panic: %v)", p)
		}
	}()
	leaf, _, _ := bytes.Cut(text, []byte("\n"))
	in.hash = tlog.RecordHash(leaf)
	if in.entry, in.err = ParseEntry(text); in.err != nil {
		return in
	}
	for _, img := range in.entry.Images() {
		in.images = append(in.images, readImage{img, digestOf(img.Doc)})
	}
	return in
}

// entry takes what one entry says.
func (v *verifier) entry(seq uint64, in readEntry) {
	e := in.entry
	wrong := func(format string, args ...any) {
		v.find(Finding{Space: spaceJournal, Seq: seq, Message: fmt.Sprintf(format, args...)})
	}
	if e.Leaf.Seq != seq {
		wrong("says that it is entry %d", e.Leaf.Seq)
	}
	if first := v.cmds[e.Leaf.Cmd]; first != 0 {
		wrong("has the command id of entry %d", first)
	}
	v.cmds[e.Leaf.Cmd] = seq
	if v.s.schema.commands[e.Leaf.Type] == nil {
		wrong("is a %q, which this version does not know", e.Leaf.Type)
	}
	for i, p := range e.Parts {
		if p.Salt == nil {
			wrong("part %d (%s %s) is missing, and no later entry says that it was erased",
				i+1, e.Leaf.Parts[i].Kind, e.Leaf.Parts[i].ID)
		}
	}
	for _, n := range e.Leaf.Numbers {
		if was, taken := v.human[FoldNumber(n.Number)]; taken {
			wrong("gives number %s, which %s has", n.Number, was.ID)
		}
		if n.N <= v.series[n.Series] {
			wrong("gives number %d of series %s after %d", n.N, n.Series, v.series[n.Series])
		}
		v.human[FoldNumber(n.Number)] = n
		if n.Was != "" {
			v.human[FoldNumber(n.Was)] = Numbered{Number: n.Was, ID: n.ID}
		}
		v.series[n.Series] = n.N
	}
	for _, img := range in.images {
		v.image(seq, img)
	}
}

// recordKey names a record of any collection.
type recordKey struct {
	coll string
	id   ID
}

// recordState is what the journal leaves of a record.
type recordState struct {
	seq      uint64 // the entry that wrote it
	digest   [16]byte
	withheld bool
}

func digestOf(doc []byte) (d [16]byte) {
	sum := sha256.Sum256(doc)
	return [16]byte(sum[:16])
}

func (v *verifier) image(seq uint64, img readImage) {
	coll := v.s.schema.byName[img.Collection]
	if coll == nil {
		v.find(Finding{Space: spaceJournal, Seq: seq, ID: img.ID,
			Message: fmt.Sprintf("is of collection %q, which this version does not know", img.Collection)})
		return
	}
	key := recordKey{coll.Name(), img.ID}
	if was := v.state[key]; was.seq != img.Prev {
		v.find(Finding{Space: spaceJournal, Seq: seq, ID: img.ID,
			Message: fmt.Sprintf("entry %d says that entry %d wrote the record before; it was entry %d", seq, img.Prev, was.seq)})
	}
	if img.Gone {
		delete(v.state, key)
		return
	}
	v.state[key] = recordState{seq: seq, digest: img.digest, withheld: img.Withheld}
}

// tileCheck compares the stored tiles with those that the entries make.
type tileCheck struct {
	v    *verifier
	open map[int][]byte // the growing tile of each tile level
}

func (t *tileCheck) add(level int, index uint64, h tlog.Hash) error {
	if level%8 != 0 {
		return nil
	}
	level /= 8
	t.open[level] = append(t.open[level], h[:]...)
	if index%tileWidth == tileWidth-1 {
		t.compare(level, index/tileWidth)
		t.open[level] = t.open[level][:0]
	}
	return nil
}

// finish compares the tiles that are not full.
func (t *tileCheck) finish() {
	for level, tile := range t.open {
		if len(tile) > 0 {
			t.compare(level, t.v.head.size>>(8*level)/tileWidth)
		}
	}
}

func (t *tileCheck) compare(level int, index uint64) {
	key := tileKey{level, index}
	stored, err := t.v.r.Get(spaceTiles, key.bytes())
	if err != nil {
		t.v.find(Finding{Space: spaceTiles, Message: fmt.Sprintf("tile %d of level %d cannot be read (%v)", index, level, err)})
		return
	}
	if !bytes.Equal(stored, t.open[level]) {
		t.v.find(Finding{Space: spaceTiles, Message: fmt.Sprintf("tile %d of level %d does not follow from the entries", index, level)})
	}
}

// tiles looks for tiles that no entry makes.
func (v *verifier) tiles() error {
	return v.r.Scan(spaceTiles, Range{}, func(key, _ []byte) bool {
		v.o.Progress(Step{Space: spaceTiles, Key: key})
		ok := len(key) == 9 && key[0] < 8
		if ok {
			hashes := v.head.size >> (8 * uint(key[0]))
			ok = binary.BigEndian.Uint64(key[1:]) < (hashes+tileWidth-1)/tileWidth
		}
		if !ok {
			v.find(Finding{Space: spaceTiles, Message: fmt.Sprintf("tile %x belongs to no entry", key)})
		}
		return true
	})
}

// heads checks size, edge and signed head against the entries.
func (v *verifier) heads() error {
	checks := []struct {
		key   []byte
		check func(value []byte) string
	}{
		{metaSize, func(value []byte) string {
			if !bytes.Equal(value, binary.BigEndian.AppendUint64(nil, v.head.size)) {
				return fmt.Sprintf("the journal's size is stored as %x, but there are %d entries", value, v.head.size)
			}
			return ""
		}},
		{metaFrontier, func(value []byte) string {
			if !bytes.Equal(value, v.head.pack()) {
				return "the tree's edge does not follow from the entries"
			}
			return ""
		}},
		{metaHead, v.signed},
	}
	for _, c := range checks {
		value, err := v.r.Get(spaceMeta, c.key)
		if err != nil {
			return err
		}
		if msg := c.check(value); msg != "" {
			v.find(Finding{Space: spaceMeta, Message: msg})
		}
	}
	return v.r.Scan(spaceMeta, Range{}, func(key, _ []byte) bool {
		for _, c := range checks {
			if bytes.Equal(c.key, key) {
				return true
			}
		}
		v.find(Finding{Space: spaceMeta, Message: fmt.Sprintf("%q is nothing that this version keeps", key)})
		return true
	})
}

// plainlySigned reports whether a note that was opened has one signature, in the one
// way of writing it: note.Open forgives some changes that mean nothing.
func plainlySigned(text string) bool {
	_, line, _ := strings.Cut(text, "\n\n\u2014 ")
	_, sig, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	raw, err := base64.StdEncoding.Strict().DecodeString(sig)
	return err == nil && base64.StdEncoding.EncodeToString(raw) == sig
}

func (v *verifier) signed(text []byte) string {
	h, err := openHead(string(text), v.keys)
	switch {
	case err != nil:
		return fmt.Sprintf("the signed head cannot be trusted: %v", err)
	case !plainlySigned(string(text)):
		return "the signed head is not as it was signed"
	case h.Origin != origin(v.rep.Tenant):
		return "the signed head is of " + h.Origin
	case h.Size != v.head.size || h.Root != v.head.root():
		return fmt.Sprintf("the signed head is %s, the entries make %s", h.Short(), v.rep.Head)
	default:
		return ""
	}
}
