package store

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Key is an index key: fields encoded so that comparing bytes compares the fields.
type Key []byte

// K encodes fields into a key. Strings (and ids) are escaped and terminated, so that
// no string is the beginning of another; integers and times are big-endian with the
// sign bit flipped; times count milliseconds of UTC; booleans are one byte.
// A named string type counts as its string, unless it is a fmt.Stringer.
func K(fields ...any) Key {
	k := make(Key, 0, keySize(fields))
	for _, f := range fields {
		switch v := f.(type) {
		case string:
			k = appendString(k, v)
		case ID:
			k = appendString(k, string(v))
		case int:
			k = appendInt(k, int64(v))
		case int64:
			k = appendInt(k, v)
		case time.Time:
			k = appendInt(k, v.UnixMilli())
		case bool:
			if v {
				k = append(k, 1)
			} else {
				k = append(k, 0)
			}
		case fmt.Stringer:
			k = appendString(k, v.String())
		default:
			k = appendKind(k, f)
		}
	}
	return k
}

// keySize is how many bytes the key of some fields takes, where no string among them has to be escaped.
func keySize(fields []any) (n int) {
	for _, f := range fields {
		switch v := f.(type) {
		case string:
			n += len(v) + 2
		case ID:
			n += len(v) + 2
		default:
			n += 16
		}
	}
	return n
}

// appendKind encodes named types by what they are underneath.
func appendKind(k Key, f any) Key {
	switch v := reflect.ValueOf(f); v.Kind() {
	case reflect.String:
		return appendString(k, v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendInt(k, v.Int())
	default:
		// A field type is fixed in the source, never data: this is a defect.
		panic(fmt.Sprintf("store: no key encoding for %T", f))
	}
}

func appendString(k Key, s string) Key {
	for {
		i := strings.IndexByte(s, 0)
		if i < 0 {
			return append(append(k, s...), 0x00, 0x01)
		}
		k = append(append(k, s[:i]...), 0x00, 0xff)
		s = s[i+1:]
	}
}

func appendInt(k Key, n int64) Key {
	return binary.BigEndian.AppendUint64(k, uint64(n)^(1<<63))
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
