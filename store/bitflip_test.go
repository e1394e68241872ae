package store_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callout/store"
	"callout/store/bolt"
	"callout/store/storetest"
)

// Random bits of a store's file are flipped, one at a time, in a fresh copy. Every
// flip that changes what the store says must be found by Verify. A flip can also hang
// or kill the process that reads the file, which counts as found if it is noticed:
// the reading is done by children, one flip after the other, and a child that does not
// answer in time, or dies, is replaced by one that goes on with the next flip.

// flips is one run; it is also what the parent tells the child.
type flips struct {
	Dir   string // holds store.db and the keys
	Seed  uint64
	From  int
	To    int
	Blind bool // without record digests: the negative control
}

// outcome is what a child says of one flip; the first line of each pair has only N.
type outcome struct {
	N       int
	Done    bool
	Changed bool // the full dump is another, or cannot be made
	Found   string
	Why     string // the first line of the dump that is another, where nothing was found
}

const (
	flipEnv   = "CALLOUT_TEST_FLIPS"
	flipLimit = 10 * time.Second // for one flip; a hang is for ever
)

func TestBitFlips(t *testing.T) {
	rounds, blind := 100, 1000
	if os.Getenv("CALLOUT_LONG") != "" {
		rounds = 20000
	}
	dir := t.TempDir()
	size := buildFlipped(t, dir)
	run := flips{Dir: dir, Seed: mrand.Uint64(), To: rounds}
	all := runFlips(t, run)
	t.Logf("%d bytes, seed %d, %s", size, run.Seed, all)
	if all.changed == 0 {
		t.Error("no flip changed anything")
	}
	for _, missed := range all.missed {
		t.Errorf("flip %d changed the store and was not found: %s", missed.N, missed.Why)
	}
	// The negative control goes on until it has missed one: about one flip in thirty.
	control := runFlips(t, flips{Dir: dir, Seed: run.Seed, To: blind, Blind: true})
	t.Logf("without record digests: %s", control)
	if len(control.missed) == 0 {
		t.Error("the negative control missed nothing: this test cannot see")
	}
}

// buildFlipped makes a store of about a megabyte by real commands.
func buildFlipped(t *testing.T, dir string) int64 {
	t.Helper()
	s := flippedStore(t, dir, filepath.Join(dir, "store.db"))
	if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna); err != nil {
		t.Fatal(err)
	}
	var ids []store.ID
	for n := range 5 {
		in := creates(20*n, 20)
		for i, id := range ids {
			if i%3 == n%3 && i > len(ids)-30 {
				balance := n
				in = append(in, store.Intent{Actor: storetest.Ben, Cmd: &storetest.EditAccount{ID: id, Balance: &balance}})
			}
			if i%7 == n%7 && i > len(ids)-20 {
				in = append(in, store.Intent{Actor: storetest.Ben, Cmd: &storetest.OpenTicket{Account: id}})
			}
		}
		recs, err := s.Do(t.Context(), in...)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			if rec.Err != nil {
				t.Fatal(rec.Err)
			}
			if rec.Name == "account.create.v1" {
				ids = append(ids, rec.Subject)
			}
		}
	}
	info, err := os.Stat(filepath.Join(dir, "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func flippedStore(t *testing.T, dir, path string) *store.Store {
	t.Helper()
	e, err := bolt.Open(path, bolt.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(e, storetest.Business(), store.Options{
		Keys: store.DirKeyring(filepath.Join(dir, "keys")), Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tallied is the result of a run.
type tallied struct {
	flips, changed, died int
	missed               []outcome
}

func (r tallied) String() string {
	return fmt.Sprintf("%d flips, %d changed the store (%d of them hung or killed the reader), %d missed",
		r.flips, r.changed, r.died, len(r.missed))
}

func runFlips(t *testing.T, f flips) (all tallied) {
	t.Helper()
	for f.From < f.To && (!f.Blind || len(all.missed) == 0) {
		next, done := runChild(t, f, &all)
		if !done && next == f.From {
			t.Fatalf("the child did not begin with flip %d", next)
		}
		f.From = next
	}
	return all
}

// runChild runs flips until the child ends. It returns the next flip to run.
func runChild(t *testing.T, f flips, all *tallied) (next int, done bool) {
	t.Helper()
	told, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestBitFlipChild$")
	cmd.Env = append(os.Environ(), flipEnv+"="+string(told))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		kill()
		_ = cmd.Wait() // its death is the result
	}()
	watch := time.AfterFunc(flipLimit, kill)
	defer watch.Stop()
	next = f.From
	started := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var o outcome
		if json.Unmarshal(lines.Bytes(), &o) != nil {
			continue // the test binary's own talk
		}
		watch.Reset(flipLimit)
		if started = !o.Done; started {
			next = o.N
			continue
		}
		all.flips++
		next = o.N + 1
		if o.Changed {
			all.changed++
			if o.Found == "" {
				all.missed = append(all.missed, o)
				if f.Blind {
					return next, true
				}
			}
		}
	}
	if started { // it began a flip and did not live to tell
		all.flips++
		all.changed++
		all.died++
		next++
	}
	return next, next >= f.To
}

// TestBitFlipChild is the child; by itself it does nothing.
func TestBitFlipChild(t *testing.T) {
	told := os.Getenv(flipEnv)
	if told == "" {
		t.Skip("run by TestBitFlips")
	}
	var f flips
	if err := json.Unmarshal([]byte(told), &f); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(filepath.Join(f.Dir, "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := dumpOf(t, flippedStore(t, f.Dir, filepath.Join(f.Dir, "store.db")))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "store.db")
	say := json.NewEncoder(os.Stdout)
	for n := f.From; n < f.To; n++ {
		rng := mrand.New(mrand.NewPCG(f.Seed, uint64(n)))
		bad := bytes.Clone(good)
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := say.Encode(outcome{N: n}); err != nil {
			t.Fatal(err)
		}
		o := outcome{N: n, Done: true}
		s := flippedStore(t, f.Dir, path)
		place := ""
		if n%2 == 1 { // every other one as audit verify does it, on a copy
			place = path + ".copy"
		}
		o.Found = verifyFlipped(s, place, f.Blind)
		got, err := dumpOf(t, s)
		o.Changed = err != nil || got != want
		if o.Changed && o.Found == "" {
			o.Why = fmt.Sprintf("%.200s, %v", firstOther(want, got), err)
		}
		if err := say.Encode(o); err != nil {
			t.Fatal(err)
		}
	}
}

// firstOther is the first line in which a dump is not what it was.
func firstOther(want, got string) string {
	lines := strings.Split(want, "\n")
	for i, l := range strings.Split(got, "\n") {
		if i >= len(lines) || l != lines[i] {
			return l
		}
	}
	return "its end"
}

// verifyFlipped says what Verify found, or "".
func verifyFlipped(s *store.Store, place string, blind bool) string {
	verify := s.Verify
	if blind {
		verify = s.VerifyBlind
	}
	rep, err := verify(context.Background(), store.VerifyOptions{Copy: place})
	switch {
	case err != nil:
		return err.Error()
	case !rep.OK():
		return rep.Findings[0].String()
	default:
		return ""
	}
}

// dumpOf reads past the store's own checks: everything, as the engine gives it.
func dumpOf(t *testing.T, s *store.Store) (text string, err error) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	var b bytes.Buffer
	err = s.Raw(t.Context(), func(r store.Reader) error { return s.Dump(r, &b) })
	return b.String(), err
}
