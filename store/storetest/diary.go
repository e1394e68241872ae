package storetest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"callout/internal/fault"
	"callout/store"
)

// Diary holds the tests of a package against what they came to when it was last meant: what each command changed, told
// and was refused with, to the word of a hint, and what is stored in the end. A test says what it is about; its diary says
// all the rest, so that no slip passes because nobody had looked there.
//
// A digest is kept of each test. Whole texts, to be compared with those of the source before, are written by
//
//	CALLOUT_KEPT=FOLDER go test ./PACKAGE -run TEST
//
// and where a change is meant, -update keeps the new ones. A test that draws at random, or goes over a map, says something
// else each time: -update -count=3 finds out which do, and they are left out from then on.
type Diary struct {
	file   string
	update *bool

	mu    sync.Mutex
	kept  map[string]string
	pages map[string]*page // of tests that run
	runs  map[string]string
}

// varies stands in the place of the digests of a test that never says the same.
const varies = "varies"

// NewDiary is the diary of a package, in a file of its own.
func NewDiary(file string, update *bool) *Diary {
	return &Diary{file: file, update: update, pages: map[string]*page{}, runs: map[string]string{}}
}

// page is what is written of one test.
type page struct {
	tb    testing.TB
	lives []*Life
}

// Life is what happens in one store of a test. Of a test that varies, or is only measured, there is none: nil.
type Life struct{ lines []string }

// Follow writes down what happens in a store from here on, and in the end what is stored and what else there is to say.
func (d *Diary) Follow(tb testing.TB, s *store.Store, closing func(l *Life)) *Life {
	tb.Helper()
	if _, ok := tb.(*testing.T); !ok {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil {
		d.kept = d.read(tb)
	}
	name := tb.Name()
	if d.kept[name] == varies {
		return nil
	}
	p := d.pages[name]
	if p == nil {
		p = &page{tb: tb}
		d.pages[name] = p
		tb.Cleanup(func() { d.close(p) })
	}
	l := &Life{}
	p.lives = append(p.lives, l)
	tb.Cleanup(func() {
		if tb.Failed() || tb.Skipped() {
			return
		}
		if closing != nil {
			closing(l)
		}
		l.stored(tb, s)
	})
	return l
}

// Command notes what became of a command.
func (l *Life) Command(cmd store.Command, rec store.Receipt, err error) {
	if l == nil {
		return
	}
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		l.Say(cmd.Name()+" is refused", f, nil)
	case err != nil:
		l.Say(cmd.Name()+" fails", nil, err)
	default:
		l.Say(cmd.Name()+" "+rec.Number, []any{rec.Subject, rec.Changes, rec.Events}, nil)
	}
}

// Say notes an answer.
func (l *Life) Say(what string, v any, err error) {
	text, bad := json.Marshal(v)
	if err = errors.Join(err, bad); err != nil {
		text = []byte(err.Error())
	}
	l.lines = append(l.lines, strings.ReplaceAll(what+" "+string(text), "\n", " / "))
}

// stored notes every record, but for that of the store itself, which names keys made for the day.
func (l *Life) stored(tb testing.TB, s *store.Store) {
	err := s.View(context.WithoutCancel(tb.Context()), func(r store.Reader) error {
		for _, c := range s.CollectionNames() {
			if c == "store" {
				continue
			}
			err := s.Documents(r, c, "", func(id store.ID, doc []byte) bool {
				l.Say(c+" "+string(id), json.RawMessage(doc), nil)
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.Say("what is stored", nil, err)
	}
}

// digest is what is kept of a page, whatever store came first.
func (p *page) digest() string {
	var lives []string
	for _, l := range p.lives {
		sum := sha256.Sum256([]byte(strings.Join(l.lines, "\n")))
		lives = append(lives, string(sum[:]))
	}
	slices.Sort(lives)
	sum := sha256.Sum256([]byte(strings.Join(lives, "")))
	return hex.EncodeToString(sum[:8])
}

// close holds a test against what was kept of it.
func (d *Diary) close(p *page) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := p.tb.Name()
	delete(d.pages, name)
	if p.tb.Failed() || p.tb.Skipped() || inPart() {
		return
	}
	p.tb.Helper()
	if dir := os.Getenv("CALLOUT_KEPT"); dir != "" {
		p.write(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".txt"))
	}
	changed := d.differs(name, p.digest())
	switch {
	case !changed:
	case *d.update:
		d.write(p.tb)
	default:
		p.tb.Errorf("what this test comes to is not what is kept in %s. CALLOUT_KEPT=FOLDER writes it all, to be compared with "+
			"that of the source before; where it is meant, -update keeps it", d.file)
	}
}

// differs reports whether a test came to something else than was kept, which is kept from now on if that is asked for. What came
// to two things in one run varies.
func (d *Diary) differs(name, now string) (changed bool) {
	if d.kept[name] == now {
		return false
	}
	if *d.update {
		if before := d.runs[name]; before != "" && before != now {
			now = varies
		}
		d.runs[name], d.kept[name] = now, now
	}
	return true
}

// inPart reports whether only parts of tests run, so that the others are missing in their diary.
func inPart() bool {
	run := flag.Lookup("test.run")
	return run != nil && strings.Contains(run.Value.String(), "/")
}

func (p *page) write(file string) {
	var out []string
	for _, l := range p.lives {
		out = append(out, strings.Join(l.lines, "\n")+"\n")
	}
	slices.Sort(out)
	if err := os.WriteFile(file, []byte(strings.Join(out, "\n")), 0o600); err != nil {
		p.tb.Fatal(err)
	}
}

func (d *Diary) read(tb testing.TB) map[string]string {
	kept := map[string]string{}
	text, err := os.ReadFile(d.file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, digests, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		kept[name] = digests
	}
	return kept
}

func (d *Diary) write(tb testing.TB) {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(d.kept)) {
		fmt.Fprintf(&out, "%s %s\n", name, d.kept[name])
	}
	if err := os.MkdirAll(filepath.Dir(d.file), 0o750); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(d.file, []byte(out.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// InOrder goes over a map in the order of its keys, so that a test says the same each time.
func InOrder[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
