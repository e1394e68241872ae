// Package storetest says what an engine promises, as tests that every engine runs, and
// helps the tests of everything above it to find misuse of that interface.
//
// It is imported by tests only. What one engine promises beyond the interface (files,
// crashes, locks) is tested beside that engine.
package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"callout/store"
)

// Engine runs the conformance suite. Each call of open must give an empty engine; the
// suite closes it.
func Engine(t *testing.T, open func(t *testing.T) store.Engine) {
	for _, c := range []struct {
		promise string
		test    func(*testing.T, store.Engine)
	}{
		{"an empty engine reads as empty", emptyEngine},
		{"what was put is got", getAfterPut},
		{"a later put replaces, a delete removes", replaceAndDelete},
		{"an empty value is not a missing one", emptyValue},
		{"any bytes may be keys and values", anyBytes},
		{"a batch may hold slices that the reader gave", batchOfReaderSlices},
		{"a value may be large", largeValue},
		{"a scan gives its range in order", scanRanges},
		{"a scan ends when told to", scanStops},
		{"reads may nest in a scan", nestedReads},
		{"spaces are apart", spacesApart},
		{"a failed decision writes nothing and returns its error", failedDecision},
		{"an empty batch writes nothing", emptyBatch},
		{"a batch that cannot be stored is not stored at all", brokenBatch},
		{"a panic in a decision writes nothing and releases the engine", panicInDecision},
		{"an error of a view is returned unchanged", viewError},
		{"a canceled context begins nothing", canceledBefore},
		{"a context canceled during a decision writes nothing", canceledDuring},
		{"a batch may be large", largeBatch},
		{"commits are serial", serialCommits},
		{"a view does not change while others commit", stableView},
		{"a view never sees half a batch", wholeBatches},
		{"random batches give what a plain map gives", randomBatches},
	} {
		t.Run(c.promise, func(t *testing.T) {
			e := open(t)
			defer func() {
				if err := e.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			}()
			c.test(t, e)
		})
	}
}

// failer is what tests and runs of rapid have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// pair is what a scan yields.
type pair struct{ key, value string }

func write(space, key, value string) store.Write {
	return store.Write{Space: space, Key: []byte(key), Value: []byte(value)}
}

func remove(space, key string) store.Write {
	return store.Write{Space: space, Key: []byte(key)}
}

// commit commits a batch, which it sorts, and fails the test if it cannot.
func commit(t failer, e store.Engine, batch ...store.Write) {
	t.Helper()
	slices.SortFunc(batch, compare)
	err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) { return batch, nil })
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
}

func compare(a, b store.Write) int {
	if a.Space != b.Space {
		if a.Space < b.Space {
			return -1
		}
		return 1
	}
	return slices.Compare(a.Key, b.Key)
}

// view runs fn on a snapshot and fails the test if that cannot be had.
func view(t failer, e store.Engine, fn func(store.Reader)) {
	t.Helper()
	err := e.View(context.Background(), func(r store.Reader) error {
		fn(r)
		return nil
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
}

// got reads a value as text, with a missing one told apart.
func got(t failer, r store.Reader, space, key string) string {
	t.Helper()
	v, err := r.Get(space, []byte(key))
	if err != nil {
		t.Fatalf("get %s %q: %v", space, key, err)
	}
	if v == nil {
		return "missing"
	}
	return fmt.Sprintf("%q", v)
}

// all lists a range.
func all(t failer, r store.Reader, space string, rg store.Range) []pair {
	t.Helper()
	var out []pair
	err := r.Scan(space, rg, func(k, v []byte) bool {
		if v == nil {
			t.Errorf("scan of %s gave %q a nil value", space, k)
		}
		out = append(out, pair{string(k), string(v)})
		return true
	})
	if err != nil {
		t.Fatalf("scan %s: %v", space, err)
	}
	return out
}

// want compares the whole of a space with pairs.
func want(t failer, e store.Engine, space string, pairs ...pair) {
	t.Helper()
	view(t, e, func(r store.Reader) {
		if have := all(t, r, space, store.Range{}); !slices.Equal(have, pairs) {
			t.Errorf("space %s holds %v, want %v", space, have, pairs)
		}
	})
}
