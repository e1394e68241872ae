package approval_test

import (
	"testing"

	"callout/approval"
)

func TestHashIsOverContent(t *testing.T) {
	hash := func(v any) string {
		t.Helper()
		h, err := approval.Hash(v)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	type a struct {
		B string `json:"b"`
		A int    `json:"a"`
	}
	same := hash(a{"x & <y>", 1})
	// The digest of {"a":1,"b":"x & <y>"} as sha256sum computes it.
	const want = "caf2ccdc2bcd03555f46ab99910c317bf1119c91da8bd2b1bda3543af540e62c"
	if same != want {
		t.Errorf("got %s", same)
	}
	if same != hash(map[string]any{"a": 1, "b": "x & <y>"}) {
		t.Error("the order of fields or escaping counts")
	}
	if same == hash(a{"x & <y>", 2}) {
		t.Error("the content does not count")
	}
}

// What was sealed has its canonical form, and is not written anew: neither its hash nor its text changes.
func TestWhatIsSealedIsSealedOnce(t *testing.T) {
	hash, text, err := approval.Seal(map[string]any{"b": "x", "a": 1})
	if err != nil || string(text) != `{"a":1,"b":"x"}` {
		t.Fatalf("%s, %v", text, err)
	}
	again, same, err := approval.Seal(text)
	if err != nil || again != hash || string(same) != string(text) {
		t.Errorf("sealed again it is %s with %s, %v", same, again, err)
	}
}

func TestHashRefusesWhatCanonicalFormWouldRound(t *testing.T) {
	for _, v := range []any{
		map[string]any{"n": int64(1)<<53 + 1},
		map[string]any{"n": []any{0.1}},
		map[string]any{"n": uint64(1) << 63},
		map[string]any{`a "quoted" 7\\`: []any{true, "x\\", -0.5}},
		1e300,
		-(int64(1) << 53),
	} {
		if h, err := approval.Hash(v); err == nil {
			t.Errorf("%v was hashed to %s", v, h)
		}
	}
	for _, v := range []any{
		map[string]any{"n": int64(1)<<53 - 1}, []any{-(int64(1)<<53 - 1), 0}, map[string]any{`1.5 "2.5\\`: "-3.5e7", "\u2028": nil},
	} {
		if _, err := approval.Hash(v); err != nil {
			t.Error(err)
		}
	}
}
