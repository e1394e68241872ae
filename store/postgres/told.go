package postgres

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"callout/store"
)

// Limits of what a commit tells others: how many keys, how long a value, how long the longer ones that replace others are in all, and how
// many keys of several commits are looked at. What is told of too many is that.
const (
	toldKeys    = 16_384
	toldValue   = 64
	toldLong    = 16 << 10
	recallKeys  = 65_536
	notTold     = 0
	deleted     = 1
	firstLength = 2
)

// told puts into words what a commit wrote, for the memories of others: each space with its keys, each as it
// differs from the one before, with what became of it. Short values are told, and some that replace others, which those who knew them would
// have to ask for; replacing are the writes of the batch that do.
func told(batch, replacing []store.Write) []byte {
	if len(batch) > toldKeys {
		return nil
	}
	var out []byte
	long := 0
	for len(batch) > 0 {
		space := batch[0].Space
		n := 1
		for n < len(batch) && batch[n].Space == space {
			n++
		}
		out = binary.AppendUvarint(out, uint64(len(space)))
		out = append(out, space...)
		out = binary.AppendUvarint(out, uint64(n))
		var last []byte
		for _, w := range batch[:n] {
			same := 0
			for same < min(len(last), len(w.Key)) && last[same] == w.Key[same] {
				same++
			}
			out = binary.AppendUvarint(out, uint64(same))
			out = binary.AppendUvarint(out, uint64(len(w.Key)-same))
			out = append(out, w.Key[same:]...)
			last = w.Key
			replaces := len(replacing) > 0 && inBatch(w, replacing[0]) == 0
			if replaces {
				replacing = replacing[1:]
			}
			if len(w.Value) > toldValue && replaces {
				long += len(w.Value)
			}
			switch {
			case w.Value == nil:
				out = append(out, deleted)
			case len(w.Value) > toldValue && (!replaces || long > toldLong):
				out = append(out, notTold)
			default:
				out = binary.AppendUvarint(out, uint64(len(w.Value))+firstLength)
				out = append(out, w.Value...)
			}
		}
		batch = batch[n:]
	}
	return out
}

// heard is a key that another process wrote. Seen says that the write's value is what it wrote.
type heard struct {
	store.Write
	seen bool
}

// hear reads what a commit has told. It reports false where that is nothing, or makes no sense.
func hear(text []byte) (out []heard, ok bool) {
	for len(text) > 0 {
		var space []byte
		var n uint64
		if space, ok = take(&text); !ok || len(space) == 0 {
			return nil, false
		}
		if n, ok = number(&text); !ok || n == 0 || n > uint64(len(text)) {
			return nil, false
		}
		name := string(space)
		var last []byte
		for range n {
			h, ok := hearOne(&text, last)
			if !ok {
				return nil, false
			}
			h.Space, last = name, h.Key
			out = append(out, h)
		}
	}
	return out, len(out) > 0
}

func hearOne(text *[]byte, last []byte) (h heard, ok bool) {
	same, ok := number(text)
	if !ok || same > uint64(len(last)) {
		return h, false
	}
	rest, ok := take(text)
	if !ok || same == 0 && len(rest) == 0 {
		return h, false
	}
	h.Key = append(slices.Clone(last[:same]), rest...)
	what, ok := number(text)
	switch {
	case !ok:
		return h, false
	case what == notTold:
		return h, true
	case what == deleted:
		h.seen = true
		return h, true
	case what-firstLength > uint64(len(*text)):
		return h, false
	}
	n := what - firstLength
	h.seen, h.Value = true, append(make([]byte, 0, n), (*text)[:n]...)
	*text = (*text)[n:]
	return h, true
}

func number(text *[]byte) (n uint64, ok bool) {
	n, size := binary.Uvarint(*text)
	if size <= 0 {
		return 0, false
	}
	*text = (*text)[size:]
	return n, true
}

// take reads a length and so many bytes.
func take(text *[]byte) (out []byte, ok bool) {
	n, ok := number(text)
	if !ok || n > uint64(len(*text)) {
		return nil, false
	}
	out, *text = (*text)[:n], (*text)[n:]
	return out, true
}

// newest puts what several commits have told, one after the other, into the order of a batch. Of each key the last
// word counts.
func newest(all []heard) (seen, unseen []store.Write) {
	slices.SortStableFunc(all, func(a, b heard) int { return inBatch(a.Write, b.Write) })
	for i, h := range all {
		switch {
		case i+1 < len(all) && inBatch(h.Write, all[i+1].Write) == 0:
		case h.seen:
			seen = append(seen, h.Write)
		default:
			unseen = append(unseen, h.Write)
		}
	}
	return seen, unseen
}

// inBatch compares writes as a batch orders them.
func inBatch(a, b store.Write) int {
	if c := strings.Compare(a.Space, b.Space); c != 0 {
		return c
	}
	return bytes.Compare(a.Key, b.Key)
}
