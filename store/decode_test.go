package store

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"
)

// decodable has every kind of field that records and commands are made of.
type decodable struct {
	Record
	Title  string          `json:"title,omitempty"`
	Done   bool            `json:"done"`
	Count  int64           `json:"count"`
	Small  uint8           `json:"small"`
	Share  float64         `json:"share"`
	At     time.Time       `json:"at,omitzero"`
	Until  *time.Time      `json:"until,omitempty"`
	Salt   []byte          `json:"salt,omitempty"`
	Names  []string        `json:"names,omitempty"`
	Pins   map[string]Pin  `json:"pins,omitempty"`
	Parts  []Pin           `json:"parts"`
	Nested *decodable      `json:"nested,omitempty"`
	Raw    json.RawMessage `json:"raw,omitempty"`
	Any    any             `json:"any,omitempty"`
	Pair   [2]int          `json:"pair"`
	Costs  map[ID]string   `json:"costs,omitempty"`
	hidden int
}

// FuzzDecodeJSON holds what is decoded against encoding/json, which has written it and has read all that was stored so far.
func FuzzDecodeJSON(f *testing.F) {
	at := time.Date(2026, 3, 29, 1, 30, 0, 5e6, time.UTC)
	full := decodable{
		Record: Record{ID: "wo_1"}, Title: "<a> \u2028 \xff", Done: true, Count: math.MinInt64, Small: 255, Share: 1e-7, At: at, Until: &at,
		Salt: []byte{0, 255}, Names: []string{}, Pins: map[string]Pin{"a": {Name: "n", Rev: 3, ID: "rev_1"}}, Parts: []Pin{{}},
		Nested: &decodable{Title: "x"}, Raw: json.RawMessage(`{"b": [1, 2]}`), Any: map[string]any{"k": []any{1.5, nil, "s"}},
		Pair: [2]int{1, 2}, Costs: map[ID]string{"wo_1": "12.50"}, hidden: 1,
	}
	for _, v := range []decodable{{}, full} {
		text, err := encodeJSON(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		``, `null`, ` {"ID":"x","TITLE":"y"} `, `{"title":"a","title":"b"}`, `{"count":1.5}`, `{"count":1e2}`, `{"small":256}`, `{"names":null,"parts":[null]}`,
		`{"salt":"AA=="}`, `{"salt":"A"}`, `{"title":"\ud800"}`, `{"pair":[1]}`, `{"pair":[1,2,3]}`, `{"nested":{"nested":null}}`, `{"unknown":{}}`,
		`{"at":"2026-02-30T00:00:00Z"}`, `{"title":1}`, `{"title":"a"}{}`, `[1]`, `{"any":{"a":1,"a":2}}`, `{"raw":tru}`, `{"costs":{"a":"1"}}`, "{\"title\":\"\xff\"}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var ours, theirs decodable
		got, want := decodeJSON(text, &ours), json.Unmarshal(text, &theirs)
		if (got == nil) != (want == nil) {
			t.Fatalf("%q: decodeJSON says %v, encoding/json %v", text, got, want)
		}
		if want == nil && !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%q:\n%+v, encoding/json has\n%+v", text, ours, theirs)
		}
	})
}
