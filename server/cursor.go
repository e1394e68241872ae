package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// listing is which part of a collection somebody asks for, in which order.
type listing struct {
	collection, index string
	prefix            store.Key // every key begins with it
	backwards         bool
}

// bound is what a cursor of this listing carries, so that it is good for no other.
func (l listing) bound() []byte {
	sum := sha256.Sum256([]byte(strings.Join([]string{l.collection, l.index, string(l.prefix), strconv.FormatBool(l.backwards)}, "\x00")))
	return sum[:8]
}

// cursor says where the page behind a key begins, in letters that mean nothing to anybody else.
func (l listing) cursor(key []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(l.bound(), key...))
}

// from is the part of the collection that a cursor leaves to be shown; an empty one leaves all of it.
func (l listing) from(cursor string) (store.Range, error) {
	rng := store.Range{}
	if len(l.prefix) > 0 {
		rng = store.Prefix(l.prefix)
	}
	rng.Reverse = l.backwards
	if cursor == "" {
		return rng, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) < 8 || !bytes.Equal(raw[:8], l.bound()) || !bytes.HasPrefix(raw[8:], l.prefix) {
		return rng, fault.Invalidf("cursor", "the cursor is not of this list: collection, index, key, prefix and order have to stay the same").With("query.cursor")
	}
	if key := raw[8:]; l.backwards {
		rng.Hi = key
	} else {
		rng.Lo = append(bytes.Clone(key), 0)
	}
	return rng, nil
}

// keyOf encodes the leading fields of an index key as a query names them: text as it is, or int:, time: and
// bool: before what is no text. A prefix is the beginning of the text field that follows.
func keyOf(fields []string, prefix string) (store.Key, error) {
	var out store.Key
	for _, f := range fields {
		kind, text, ok := strings.Cut(f, ":")
		var v any = f
		var err error
		if ok {
			switch kind {
			case "int":
				v, err = strconv.ParseInt(text, 10, 64)
			case "time":
				v, err = time.Parse(time.RFC3339, text)
			case "bool":
				v, err = strconv.ParseBool(text)
			case "text":
				v = text
			}
		}
		if err != nil {
			return nil, fault.Invalidf("key", "%.60q cannot be read", f).With("query.key").Hint("key=int:7, key=time:2026-03-01T00:00:00Z, key=bool:true")
		}
		out = append(out, store.K(v)...)
	}
	if prefix != "" {
		text := store.K(prefix)
		out = append(out, text[:len(text)-2]...) // without its end
	}
	return out, nil
}
