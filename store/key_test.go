package store

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

type colour string

type level int32

// tuple draws a list of key fields of fixed types.
func tuple(t *rapid.T) []any {
	s := rapid.StringOfN(rapid.RuneFrom([]rune{0, 1, 'a', 'b', 0xff, 'ä'}), 0, 4, -1)
	return []any{
		s.Draw(t, "string"), rapid.Int64().Draw(t, "int"), s.Draw(t, "id"),
		time.UnixMilli(rapid.Int64Range(-1e12, 1e13).Draw(t, "time")), rapid.Bool().Draw(t, "bool"), s.Draw(t, "last"),
	}
}

func compareFields(a, b []any) int {
	for i := range a {
		c := 0
		switch x := a[i].(type) {
		case string:
			c = strings.Compare(x, b[i].(string))
		case int64:
			c = cmp.Compare(x, b[i].(int64))
		case time.Time:
			c = x.Compare(b[i].(time.Time))
		case bool:
			if x != b[i].(bool) {
				c = map[bool]int{true: 1, false: -1}[x]
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// Comparing keys as bytes compares their fields, one after the other.
func TestKeyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := tuple(t), tuple(t)
		for i := range a { // often equal at the front, or the order is decided at once
			if rapid.Bool().Draw(t, "same") {
				b[i] = a[i]
			} else {
				break
			}
		}
		if got, want := bytes.Compare(K(a...), K(b...)), compareFields(a, b); got != want {
			t.Fatalf("%v and %v compare as %d, want %d", a, b, got, want)
		}
	})
}

// No string's key is the beginning of another's: a prefix scan for a field finds that field only.
func TestKeyPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := tuple(t)[0].(string), tuple(t)[0].(string)
		rng := Prefix(K(a))
		key := append(K(b), "tk_x"...)
		within := bytes.Compare(key, rng.Lo) >= 0 && (rng.Hi == nil || bytes.Compare(key, rng.Hi) < 0)
		if within != (a == b) {
			t.Fatalf("%q is in the range of %q: %v", b, a, within)
		}
	})
}

func TestPrefixEnds(t *testing.T) {
	for _, c := range []struct {
		in, hi []byte
	}{
		{nil, nil}, {[]byte{}, nil}, {[]byte{1}, []byte{2}}, {[]byte{1, 0xff}, []byte{2}},
		{[]byte{0xff, 0xff}, nil}, {[]byte{0xff, 3, 0xff}, []byte{0xff, 4}},
	} {
		if got := Prefix(c.in); !bytes.Equal(got.Lo, c.in) || !bytes.Equal(got.Hi, c.hi) || (got.Hi == nil) != (c.hi == nil) {
			t.Errorf("Prefix(%x) = %x, %x", c.in, got.Lo, got.Hi)
		}
	}
}

// The encoding is a file format: these bytes do not change.
func TestKeyBytes(t *testing.T) {
	at := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		fields []any
		want   string
	}{
		{[]any{"ab"}, "61620001"},
		{[]any{"a\x00b"}, "6100ff620001"},
		{[]any{""}, "0001"},
		{[]any{1}, "8000000000000001"},
		{[]any{int64(-1)}, "7fffffffffffffff"},
		{[]any{at}, "8000019d373651c0"},
		{[]any{at.In(time.FixedZone("", 7200))}, "8000019d373651c0"},
		{[]any{true, false}, "0100"},
		{[]any{ID("x_1")}, "785f310001"},
		{[]any{colour("ab")}, "61620001"},
		{[]any{level(1)}, "8000000000000001"},
		{[]any{time.Second}, "31730001"}, // a fmt.Stringer
	} {
		if got := fmt.Sprintf("%x", []byte(K(c.fields...))); got != c.want {
			t.Errorf("K(%v) = %s, want %s", c.fields, got, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a type without an encoding was taken")
		}
	}()
	K(struct{}{})
}
