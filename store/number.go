package store

import (
	"encoding/binary"
	"fmt"
	"strings"

	"callout/internal/fault"
)

// Series is a run of human numbers. Its counter is a stored value, moved in the same
// transaction as the record that takes the number: what is rolled back gives its
// number back, so a series has no gaps that nobody can explain.
type Series struct {
	Name   string // e.g. "WO", "INV-2026"
	Format string // e.g. "WO-%d", "INV-2026-%05d"
	First  uint64
}

// Numbered is a number that a command took.
type Numbered struct {
	Series string `json:"series"`
	N      uint64 `json:"n"`
	Number string `json:"number"`
	ID     ID     `json:"id"`
	// Was is the number under which a device showed the record until the authority gave this one; it keeps resolving.
	Was string `json:"was,omitempty"`
}

const (
	spaceNumbers = "n" // series -> the last number taken
	spaceHuman   = "h" // folded human number -> id
)

// FoldNumber is how human numbers are compared: case does not count.
func FoldNumber(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// TakeNumber gives a record the next number of a series. On a linked device, which gives none, it is a provisional one.
func (tx *Tx) TakeNumber(s Series, id ID) (string, error) {
	if tx.link != nil {
		return tx.provisional(id)
	}
	last, err := LastNumber(tx, s.Name)
	if err != nil {
		return "", err
	}
	n := last + 1
	if n < s.First {
		n = s.First
	}
	number := fmt.Sprintf(s.Format, n)
	taken, err := tx.Get(spaceHuman, []byte(FoldNumber(number)))
	if err != nil {
		return "", err
	}
	if taken != nil {
		return "", fault.Internalf("number %s is already given to %s", number, taken)
	}
	tx.layer.put(spaceNumbers, []byte(s.Name), binary.BigEndian.AppendUint64(nil, n))
	tx.layer.put(spaceHuman, []byte(FoldNumber(number)), []byte(id))
	was, err := tx.shownAs(id)
	if err != nil {
		return "", err
	}
	tx.numbers = append(tx.numbers, Numbered{Series: s.Name, N: n, Number: number, ID: id, Was: was})
	return number, nil
}

// LastNumber returns the last number taken from a series, or 0.
func LastNumber(r Reader, series string) (uint64, error) {
	v, err := r.Get(spaceNumbers, []byte(series))
	if err != nil || v == nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, damaged(spaceNumbers, []byte(series), "is no counter")
	}
	return binary.BigEndian.Uint64(v), nil
}

// Resolve turns a human number or an id into an id. It returns "" when ref is neither, which
// may still be a name.
func Resolve(r Reader, ref string) (ID, error) {
	if ID(ref).Valid() {
		return ID(ref), nil
	}
	v, err := r.Get(spaceHuman, []byte(FoldNumber(ref)))
	if err == nil && v == nil {
		v, err = r.Get(spaceLocal, provisionalKey(ref))
	}
	return ID(v), err
}
