package bolt

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
)

var _ store.Copier = (*Engine)(nil)

// busyShop is a shop with one of everything, on a file.
func busyShop(t *testing.T) (*storetest.Shop, *Engine) {
	t.Helper()
	e := openAt(t, filepath.Join(t.TempDir(), "callout.db"), Options{Create: true, LockWait: 50 * time.Millisecond})
	s := storetest.NewShop(t, e)
	s.Busy()
	return s, e
}

// place reserves a place for a copy, for the length of the test.
func place(t *testing.T, dir string) *Place {
	t.Helper()
	p, err := Reserve(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Remove)
	return p
}

// TestWritersGoOn lets others write at every step of a verification. They can, and what they write
// belongs to another day: the report is of the moment at which the copy was made.
func TestWritersGoOn(t *testing.T) {
	for _, copied := range []bool{true, false} {
		s, _ := busyShop(t)
		before := s.Size()
		o := store.VerifyOptions{}
		if copied {
			o.Copy = place(t, t.TempDir()).Path
		}
		written, refused := 0, 0
		o.Progress = func(step store.Step) {
			if step.Key != nil || step.Space == "a copy of the store" || step.Space == "the store's record of itself" {
				return
			}
			switch _, err := s.One(t.Context(), s.Intent(&storetest.CreateAccount{Called: step.Space})); {
			case err == nil:
				written++
			case fault.Is(err, fault.Busy):
				refused++
			default:
				t.Errorf("at %s: %v", step, err)
			}
		}
		rep, err := s.Verify(t.Context(), o)
		if err != nil || !rep.OK() || rep.Entries != before {
			t.Errorf("copied %t: %+v, %v; want %d entries", copied, rep, err, before)
		}
		if copied && (refused > 0 || written < 8) {
			t.Errorf("while a copy is read, %d wrote and %d had to wait", written, refused)
		}
		if !copied && refused < 8 { // this test can see that somebody waits
			t.Errorf("while the store is read, %d wrote and only %d had to wait", written, refused)
		}
		s.Verified()
	}
}

// A copy says what the store itself says, of damage too, and never speaks of itself.
func TestCopyIsAsGood(t *testing.T) {
	s, e := busyShop(t)
	whole, err := os.ReadFile(e.path)
	if err != nil {
		t.Fatal(err)
	}
	// What a page that is missing takes itself for is whatever lies in memory there.
	anyPage := regexp.MustCompile(`self identifies as \d+`)
	said := func(r *store.Report) string { return anyPage.ReplaceAllString(fmt.Sprintf("%+v", r), "") }
	page := os.Getpagesize()
	half := make([]byte, len(whole)) // its other half is empty: one that is too short may kill us, see Check
	copy(half, whole[:len(whole)/2/page*page])
	for what, bytes := range map[string][]byte{
		"the whole file": whole, "half of it": half, "two pages": whole[:2*page], "one page": whole[:page], "some bytes": whole[:100],
	} {
		if err := os.WriteFile(e.path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		p := place(t, t.TempDir())
		direct, err1 := s.Verify(t.Context(), store.VerifyOptions{})
		apart, err2 := s.Verify(t.Context(), store.VerifyOptions{Copy: p.Path})
		if fmt.Sprint(err1) != fmt.Sprint(err2) || said(direct) != said(apart) {
			t.Errorf("%s: a copy gives\n%+v, %v\nthe store\n%+v, %v", what, apart, err2, direct, err1)
		}
		if all := fmt.Sprint(apart, err2); strings.Contains(all, p.Path) {
			t.Errorf("%s: it speaks of its copy: %s", what, all)
		}
		if what != "the whole file" && err1 == nil && direct.OK() {
			t.Errorf("%s: nothing was found", what)
		}
	}
}

// A file that is cut short is unreadable in a hundred ways for one reason.
func TestOneReasonOneFinding(t *testing.T) {
	s, e := busyShop(t)
	if err := os.Truncate(e.path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	rep, err := s.Verify(t.Context(), store.VerifyOptions{Copy: place(t, t.TempDir()).Path})
	if err != nil || len(rep.Findings) != 1 || rep.Findings[0].Count < 10 || len(rep.Findings[0].Parts) != rep.Findings[0].Count-1 {
		t.Errorf("%+v, %v", rep, err)
	}
}

// The store has been put back behind a head that was seen: the copy cannot hide it.
func TestCopyOfWhatWasPutBack(t *testing.T) {
	s, e := busyShop(t)
	old, err := os.ReadFile(e.path)
	if err != nil {
		t.Fatal(err)
	}
	s.Must(&storetest.CreateAccount{Called: "Lost"})
	if err := os.WriteFile(e.path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	rep, err := s.Verify(t.Context(), store.VerifyOptions{Copy: place(t, t.TempDir()).Path})
	if err != nil || len(rep.Findings) != 1 || !strings.Contains(rep.Findings[0].Message, "this machine has seen") {
		t.Errorf("%+v, %v", rep, err)
	}
}

// Where no copy can be made, the store itself is read, and somebody is told.
func TestVerifyWithoutRoom(t *testing.T) {
	s, e := busyShop(t)
	for name, spoil := range map[string]func() string{
		"no room for a copy": func() string { e.limits.spare = 1 << 62; return place(t, t.TempDir()).Path },
		"cannot be copied":   func() string { e.limits = defaultLimits; return filepath.Join(t.TempDir(), "none", "x.db") },
	} {
		told := ""
		rep, err := s.Verify(t.Context(), store.VerifyOptions{Copy: spoil(), Uncopied: func(why error) { told = why.Error() }})
		if err != nil || !rep.OK() || !strings.Contains(told, name) {
			t.Errorf("%s: told %q; %+v, %v", name, told, rep, err)
		}
	}
}

// childKeep reserves a place, says where, and keeps it until it is killed.
func childKeep(dir string) error {
	p, err := Reserve(dir)
	if err != nil {
		return err
	}
	say("%s", p.Path)
	_, _ = io.ReadAll(os.Stdin)
	p.Remove()
	return nil
}

// TestPlacesOfTheDead kills the keeper of a place. The next one to come removes what it left,
// and nothing that somebody still uses.
func TestPlacesOfTheDead(t *testing.T) {
	dir := t.TempDir()
	keepers := []*process{start(t, "keep", "FOLDER="+dir), start(t, "keep", "FOLDER="+dir)}
	var paths []string
	for _, k := range keepers {
		if !k.lines.Scan() {
			t.Fatal("the child said nothing")
		}
		paths = append(paths, k.lines.Text())
	}
	other := filepath.Join(dir, "callout-copy-notes.txt")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_ = keepers[0].cmd.Process.Kill()
	_ = keepers[0].cmd.Wait() // it was killed
	if _, err := os.Stat(paths[0]); err != nil {
		t.Fatalf("the dead keeper's place is gone already: %v", err)
	}
	mine := place(t, dir)
	if _, err := os.Stat(paths[0]); !os.IsNotExist(err) {
		t.Errorf("the dead keeper's place is still there: %v", err)
	}
	for _, path := range []string{paths[1], mine.Path, other} {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%v", err)
		}
	}
	keepers[1].release()
	_, _ = keepers[1].rest()
	mine.Remove()
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// A copy that somebody still reads stays, although its keeper is gone; and nobody writes to it.
func TestCopyOutlivesItsKeeper(t *testing.T) {
	_, e := busyShop(t)
	dir := t.TempDir()
	p := place(t, dir)
	apart, err := e.CopyTo(t.Context(), p.Path)
	if err != nil {
		t.Fatal(err)
	}
	release(p.lock) // as the kernel does for the dead
	place(t, dir)
	if err := apart.View(t.Context(), func(store.Reader) error { return nil }); err != nil {
		t.Errorf("the copy is gone: %v", err)
	}
	if err := apart.Commit(t.Context(), nil); err == nil {
		t.Error("the copy was written to")
	}
	if err := apart.Close(); err != nil {
		t.Fatal(err)
	}
	place(t, dir)
	if _, err := os.Stat(p.Path); !os.IsNotExist(err) {
		t.Errorf("nobody reads the copy any more, and it is still there: %v", err)
	}
}
