package bolt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"callout/internal/fault"
	"callout/store"

	"go.etcd.io/bbolt"
)

// nobodyBut checks that the folder holds nothing but what is named.
func nobodyBut(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		known := false
		for _, n := range names {
			known = known || e.Name() == n
		}
		if !known {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func nothingToWrite(store.Reader) (store.Batch, error) { return nil, nil }

func TestMissingFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "callout.db")
	e := openAt(t, path, Options{})
	view := e.View(context.Background(), func(store.Reader) error { return nil })
	commit := e.Commit(context.Background(), nothingToWrite)
	compact := e.Compact(context.Background())
	for _, err := range []error{view, commit, compact} {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.NotFound || len(f.Hints) == 0 {
			t.Errorf("%v", err)
		}
	}
	nobodyBut(t, dir)

	e = openAt(t, path, Options{Create: true})
	if workers, err := checkFile(e); err != nil || len(workers) != 0 {
		t.Errorf("a store to be made: %d entries, %v", len(workers), err)
	}
	nobodyBut(t, dir)
	if _, err := Open(filepath.Join(dir, "nowhere", "callout.db"), Options{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a missing folder: %v", err)
	}
}

func TestFirstCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "callout.db")
	e := openAt(t, path, Options{Create: true})
	refused := errors.New("refused")
	err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) { return nil, refused })
	if !errors.Is(err, refused) {
		t.Error(err)
	}
	if err := e.Commit(context.Background(), nothingToWrite); err != nil {
		t.Error(err)
	}
	nobodyBut(t, dir, "callout.db.lock", "callout.db.turn")

	// What a crash left, and a file that somebody has touched, are in nobody's way.
	for _, left := range []string{path, path + ".new", path + ".compact"} {
		if err := os.WriteFile(left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path+".new", []byte("half a store"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := appendEntry(openAt(t, path, Options{}), 1); !fault.Is(err, fault.NotFound) {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	if err := e.Compact(context.Background()); err != nil {
		t.Error(err)
	}
	nobodyBut(t, dir, "callout.db", "callout.db.lock", "callout.db.turn")
	if workers, err := checkFile(openAt(t, path, Options{})); err != nil || len(workers) != 1 {
		t.Errorf("%d entries, %v", len(workers), err)
	}
}

func TestNoStore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(path, bytes.Repeat([]byte("Dear Sir or Madam, "), 2000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := checkFile(openAt(t, path, Options{})); fault.CodeOf(err) != "store.damaged" {
		t.Errorf("a letter: %v", err)
	}
	if _, err := appendEntry(openAt(t, path, Options{Create: true}), 1); fault.CodeOf(err) != "store.damaged" {
		t.Errorf("a letter: %v", err)
	}
	if _, err := checkFile(openAt(t, dir, Options{})); !fault.Is(err, fault.Invalid) {
		t.Errorf("a folder: %v", err)
	}
}

// build makes a store of several hundred pages and returns its bytes.
func build(t *testing.T) []byte {
	t.Helper()
	e := fresh(t)
	for range 60 {
		if _, err := appendEntry(e, 1); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(e.path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A file that was cut off or overwritten gives errors, from reading and from writing, or
// does not matter. It must never end the process.
func TestDamage(t *testing.T) {
	whole := build(t)
	page := os.Getpagesize()
	path := filepath.Join(t.TempDir(), "callout.db")
	look := func(what string, content []byte) (failed bool) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		e := openAt(t, path, Options{})
		_, read := checkFile(e)
		_, written := appendEntry(e, 1)
		if read == nil && written == nil {
			if _, read = checkFile(e); read != nil {
				t.Errorf("%s: a commit to a whole file broke it: %v", what, read)
			}
		}
		for _, err := range []error{read, written} {
			if k := fault.KindOf(err); err != nil && k != fault.Internal && k != fault.Unknown {
				t.Errorf("%s: %v", what, err)
			}
		}
		return read != nil || written != nil
	}
	if look("nothing", whole) {
		t.Fatal("a whole file is called damaged")
	}
	cut := 0
	for size := page / 2; size < len(whole); size += page + page/3 {
		if look("cut off", whole[:size]) {
			cut++
		}
	}
	filled := 0
	for at := 0; at < len(whole); at += page {
		for _, with := range []byte{0x00, 0xff, 0x55} {
			content := bytes.Clone(whole)
			copy(content[at:at+page], bytes.Repeat([]byte{with}, page))
			if look("filled", content) {
				filled++
			}
		}
	}
	t.Logf("%d cut off and %d filled files were called damaged", cut, filled)
	if cut == 0 || filled == 0 {
		t.Error("no damage was found")
	}
}

// The pages of a file have the size that the machine had that made it.
func TestForeignPageSize(t *testing.T) {
	for _, size := range []int{1024, 4096, 16384, 65536} {
		path := filepath.Join(t.TempDir(), "callout.db")
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: size})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		e := openAt(t, path, Options{})
		for range 5 {
			if _, err := appendEntry(e, 1); err != nil {
				t.Fatal(err)
			}
		}
		f, err := openFile(path, shared)
		if err != nil {
			t.Fatal(err)
		}
		newest, err := newestTx(f.raw, f.pageSize)
		if want := uint64(f.tx.ID()); err != nil || newest != want {
			t.Errorf("page size %d: transaction %d, want %d, %v", size, newest, want, err)
		}
		f.close()
		if err := e.Compact(context.Background()); err != nil {
			t.Error(err)
		}
		if st, err := e.Stats(context.Background()); err != nil || st.PageSize != size {
			t.Errorf("page size %d became %d, %v", size, st.PageSize, err)
		}
		if workers, err := checkFile(e); err != nil || len(workers) != 5 {
			t.Errorf("page size %d: %d entries, %v", size, len(workers), err)
		}
	}
}

// Spaces that grow at their end have full pages, whatever the size of the commits.
func TestAppendingFillsPages(t *testing.T) {
	e := fresh(t)
	for i := range uint64(200) {
		err := e.Commit(context.Background(), func(store.Reader) (b store.Batch, err error) {
			for j := range uint64(10) {
				b = append(b, store.Write{Space: "j", Key: entryKey(i*10 + j), Value: make([]byte, 300)})
			}
			return b, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := openFile(e.path, shared)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if st := f.tx.Bucket([]byte("j")).Stats(); st.LeafInuse < st.LeafAlloc*3/4 {
		t.Errorf("%d of %d bytes are used", st.LeafInuse, st.LeafAlloc)
	}
}

// Somebody who waits for a file that is replaced meanwhile must notice.
func TestReplacedFile(t *testing.T) {
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	f, err := openFile(e.path, shared)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if !f.isAt(e.path) {
		t.Error("a file is not where it is")
	}
	if err := os.WriteFile(e.path+".other", []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(e.path+".other", e.path); err != nil {
		t.Skip("an open file cannot be replaced here")
	}
	if f.isAt(e.path) {
		t.Error("a file that was replaced is still where it was")
	}
}

// bbolt's own lock is the second belt, against tools that know nothing of the first.
func TestForeignTool(t *testing.T) {
	t.Parallel() // it waits for foreignWait
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(e.path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := appendEntry(e, 1); !fault.Is(err, fault.Busy) {
		t.Errorf("%v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := appendEntry(e, 1); err != nil {
		t.Error(err)
	}
}
