package store

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// exact is a number with a text of its own, which keeps it.
type exact struct{ n int64 }

func (exact) KeptByJSON()                    {}
func (e exact) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, e.n, 10), nil }
func (e *exact) UnmarshalText(b []byte) (err error) {
	e.n, err = strconv.ParseInt(string(b), 10, 64)
	return err
}

// formed is a number that has more than one form, of which its text keeps one.
type formed struct {
	exact
	padded bool
}

func (f formed) IsZero() bool { return f == formed{} }

// KeptByJSON hides that of the number: this says nothing of the kind.
func (formed) KeptByJSON(bool) {}

// keepable is a record of every kind of field that JSON may keep, or not.
type keepable struct {
	Record
	Title  string            `json:"title,omitempty"`
	Count  int               `json:"count"`
	At     time.Time         `json:"at,omitzero"`
	Until  *time.Time        `json:"until,omitempty"`
	Price  *exact            `json:"price,omitempty"`
	Sum    formed            `json:"sum,omitzero"`
	Names  []string          `json:"names,omitempty"`
	Listed []string          `json:"listed"`
	Pins   map[string]Pin    `json:"pins,omitempty"`
	Texts  map[string]string `json:"texts"`
	Seen   seen              `json:"seen,omitzero"`
	Next   *keepable         `json:"next,omitempty"`
	Apart  string            `json:"-"`
}

// seen says itself when it is zero.
type seen struct{ Times, Late int }

func (s seen) IsZero() bool { return s.Times == 0 }

func drawKeepable(t *rapid.T, depth int) *keepable {
	text := rapid.SampledFrom([]string{"", "a", "<ü\u2028", "\xff"})
	at := rapid.SampledFrom([]time.Time{
		{}, time.Unix(1e9, 5).UTC(), time.Unix(1e9, 0).In(time.FixedZone("", 3600)), time.Now(), time.Now().UTC(), time.Now().UTC().Round(0),
	})
	k := &keepable{Title: text.Draw(t, "title"), Count: rapid.Int().Draw(t, "count"), At: at.Draw(t, "at")}
	k.ID = ID(text.Draw(t, "id"))
	if rapid.Bool().Draw(t, "until") {
		until := at.Draw(t, "when")
		k.Until = &until
	}
	if rapid.Bool().Draw(t, "priced") {
		p := exact{rapid.Int64().Draw(t, "price")}
		k.Price = &p
	}
	lists := rapid.SampledFrom([][]string{nil, {}, {"a"}, {"", "\xff"}})
	k.Names, k.Listed = lists.Draw(t, "names"), lists.Draw(t, "listed")
	k.Pins = rapid.SampledFrom([]map[string]Pin{nil, {}, {"a": {Name: "n"}}, {"a": {Name: "\xff"}}}).Draw(t, "pins")
	k.Texts = rapid.SampledFrom([]map[string]string{nil, {}, {"a": "b"}, {"\xff": ""}}).Draw(t, "texts")
	k.Seen = seen{rapid.IntRange(0, 1).Draw(t, "times"), rapid.IntRange(0, 1).Draw(t, "late")}
	k.Apart = rapid.SampledFrom([]string{"", "", "apart"}).Draw(t, "apart")
	if depth > 0 && rapid.Bool().Draw(t, "more") {
		k.Next = drawKeepable(t, depth-1)
	}
	return k
}

// What is said to be kept is read back the same, to the last bit: nobody reads it back to find out.
func TestWhatJSONKeepsIsReadBackTheSame(t *testing.T) {
	var yes, no int
	rapid.Check(t, func(t *rapid.T) {
		rec := drawKeepable(t, 1)
		text, err := encodeJSON(rec)
		if err != nil {
			t.Fatal(err)
		}
		back := &keepable{}
		if err := decodeJSON(text, back); err != nil {
			t.Fatal(err)
		}
		if !kept(rec) {
			no++
			return
		}
		yes++
		if !reflect.DeepEqual(rec, back) {
			t.Fatalf("%+v is said to be kept and read back as %+v", rec, back)
		}
	})
	if no == 0 {
		t.Fatalf("%d are kept and none is not: what JSON loses was not tried", yes)
	}
}

func TestPlainRecordsAreKept(t *testing.T) {
	p, at := exact{15}, time.Unix(1e9, 5).UTC()
	full := &keepable{
		Record: Record{ID: "k_1"}, Title: "a", At: at, Until: &at, Price: &p, Names: []string{"a"}, Listed: []string{},
		Pins: map[string]Pin{"a": {Name: "n"}}, Texts: map[string]string{"a": "b"}, Seen: seen{1, 0}, Next: &keepable{},
	}
	for _, rec := range []*keepable{{}, full} {
		if !kept(rec) {
			t.Errorf("%+v is kept, and said not to be", rec)
		}
	}
	full.Sum = formed{exact{15}, true} // which has more than one form
	if kept(full) {
		t.Errorf("%+v is said to be kept although its sum may come back in another form", full)
	}
}

// Types of which JSON may keep nothing that could be told beforehand are never said to be kept.
func TestWhatMayBeLostIsNotSaidToBeKept(t *testing.T) {
	for what, kept := range map[string]bool{
		"an unexported field": kept(&struct{ a int }{}),
		"any":                 kept(&struct{ A any }{A: 1}),
		"a number as a text": kept(&struct {
			A int `json:",string"`
		}{}),
		"bytes":               kept(&struct{ A []byte }{A: []byte{}}),
		"a float":             kept(&struct{ A float64 }{}),
		"an array":            kept(&struct{ A [2]int }{}),
		"a text of its own":   kept(&struct{ A formed }{}),
		"an embedded pointer": kept(&struct{ *Record }{}),
		"a hidden embedded one": kept(&struct {
			Record
			ID string `json:"id"`
		}{}),
	} {
		if kept {
			t.Errorf("%s is said to be kept", what)
		}
	}
}
