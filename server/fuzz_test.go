package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"callout/store"
)

// FuzzBody: whatever is sent as a body is read or refused, never a panic, and what is read is kept whole.
func FuzzBody(f *testing.F) {
	for _, s := range []string{`{}`, `{"name":"customer.add.v1","args":{"name":"X"},"at":"2026-03-01T08:00:00Z","after":["x"]}`,
		`{"commands":[{"name":"a"},{"id":"b","args":[1,2]}],"dry_run":true}`, `[`, `{"name":"a"}{}`, "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/v1/commands", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		var req CommandRequest
		if err := readJSON(&call{Request: r}, &req); err != nil {
			return
		}
		for _, it := range append(req.Commands, req.CommandItem) {
			afterOf(it)
			if id, err := commandID(it.ID, &Identity{Person: "person_x"}); err == nil {
				if again, err := commandID(it.ID, &Identity{Person: "person_x"}); it.ID != "" && (err != nil || again != id) {
					t.Errorf("%q is the command %s, and then %s", it.ID, id, again)
				}
			}
		}
	})
}

// FuzzCursor: a cursor is refused, or leaves a part of the list that was asked for.
func FuzzCursor(f *testing.F) {
	l := listing{collection: "customer", index: "name", prefix: store.K("a")}
	f.Add(l.cursor(append(store.K("a"), 'x')), false)
	f.Add("", true)
	f.Add("AAAAAAAAAAAA", true)
	f.Fuzz(func(t *testing.T, text string, backwards bool) {
		l.backwards = backwards
		rng, err := l.from(text)
		if err != nil {
			return
		}
		whole, _ := l.from("")
		if string(rng.Lo) < string(whole.Lo) || string(rng.Hi) > string(whole.Hi) {
			t.Errorf("%q leaves %q to %q", text, rng.Lo, rng.Hi)
		}
	})
}

// FuzzKey: the fields of a key are encoded as the store does, or refused.
func FuzzKey(f *testing.F) {
	f.Add("text", "pre")
	f.Add("int:7", "")
	f.Add("time:2026-03-01T00:00:00Z", "\x00")
	f.Fuzz(func(t *testing.T, field, prefix string) {
		key, err := keyOf([]string{field}, prefix)
		if err == nil && len(key) < len(prefix) {
			t.Errorf("%q and %q make %q", field, prefix, key)
		}
	})
}
