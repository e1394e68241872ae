package store_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

var update = flag.Bool("update", false, "write the golden dumps anew")

// loadDump fills an engine from a dump.
func loadDump(t *testing.T, text []byte) store.Engine {
	t.Helper()
	var b store.Batch
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		space, rest, _ := strings.Cut(lines.Text(), " ")
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			t.Fatal(err)
		}
		key, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatal(err)
		}
		value, err := strconv.Unquote(rest[len(quoted)+1:])
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, store.Write{Space: space, Key: []byte(key), Value: []byte(value)})
	}
	e := memory.New()
	if err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) { return b, lines.Err() }); err != nil {
		t.Fatal(err)
	}
	return e
}

// The same commands under the same clock, salts and key make the same store, byte for
// byte, as they did when format 1 was fixed; and that store is read, verified and
// written to. Where this fails, stores in the field are at stake: a change of the
// format needs a new number, a way to read the old one, and a new golden dump.
func TestFormat1(t *testing.T) {
	const golden = "testdata/format1.dump"
	s := storetest.NewShop(t, memory.New())
	s.Busy()
	if *update {
		if err := os.WriteFile(golden, []byte(s.Text()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Text(); got != string(want) {
		a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d is\n%s\nin format 1 it was\n%s", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines, in format 1 it was %d", len(a), len(b))
	}
	old := storetest.OpenShop(t, loadDump(t, want), storetest.NewKeys())
	old.Verified()
	old.Read(func(r store.Reader) error {
		tk, err := storetest.Tickets.Find(r, "TK-1003")
		if err == nil && tk.Status != "closed" {
			t.Errorf("TK-1003 is %s", tk.Status)
		}
		return err
	})
	if rec, err := old.One(t.Context(), store.Intent{Cmd: &storetest.CreateAccount{Called: "New"}, Actor: storetest.Ben}); err != nil || rec.Seq == 0 {
		t.Errorf("%+v, %v", rec, err)
	}
	old.Verified()
}

// A store of a newer format names the version to install, whatever one asks of it.
func TestNewerFormat(t *testing.T) {
	e := memory.New()
	s := storetest.NewShop(t, e)
	key := []byte("store_00000000000000000000000000")
	var doc map[string]any
	s.Read(func(r store.Reader) error {
		env, err := r.Get("r/store", key)
		if err != nil {
			return err
		}
		return json.Unmarshal(env[40:], &doc)
	})
	set := func(format, reader int) {
		doc["format"], doc["min_reader"], doc["written_by"] = format, reader, "7.3.0"
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		w := store.Write{Space: "r/store", Key: key, Value: storetest.Seal(1, text)}
		if err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) { return store.Batch{w}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	set(store.Format+1, store.Format)
	if err := s.View(t.Context(), func(store.Reader) error { return nil }); err != nil {
		t.Errorf("a newer format that this program can read: %v", err)
	}
	set(store.Format+2, store.Format+1)
	in := s.Intent(&storetest.CreateAccount{Called: "A"})
	viewed := s.View(t.Context(), func(store.Reader) error { return nil })
	_, done := s.One(t.Context(), in)
	_, previewed := s.Preview(t.Context(), in)
	_, verified := s.Verify(t.Context(), store.VerifyOptions{})
	_, backedUp := s.Backup(t.Context(), t.TempDir(), store.BackupOptions{})
	for what, err := range map[string]error{"view": viewed, "do": done, "preview": previewed, "verify": verified, "backup": backedUp} {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Refused || f.Code != "store.newer" || !strings.Contains(fmt.Sprint(f.Hints), "7.3.0") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
