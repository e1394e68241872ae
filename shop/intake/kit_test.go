package intake

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/approval"
	"callout/billing"
	"callout/dispatch"
	"callout/party"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
	"callout/work"
)

// bench is a shop in memory: a company in Vienna with nothing in it yet.
type bench struct {
	testing.TB
	*store.Store
	now time.Time
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s, err := store.Open(memory.New(), schema(), store.Options{Keys: storetest.NewKeys(), Now: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	b.Store = s
	if err := s.Init(context.Background(), storetest.Tenant, store.Actor{Name: "Ana"}); err != nil {
		t.Fatal(err)
	}
	b.do(&party.InitCompany{Company: "Brix", Code: "AUD", Zone: "Europe/Vienna"})
	return b
}

func schema() store.Schema {
	return store.Schema{
		App: "test", Prelude: party.Meet,
		Collections: slices.Concat(party.Collections(), approval.Collections(), work.Collections(),
			dispatch.Collections(), billing.Collections(), Collections()),
		Commands: slices.Concat(party.Commands(), approval.Commands(), work.Commands(),
			dispatch.Commands(), billing.Commands(), Commands()),
		Derivations: slices.Concat(work.Derivations(), dispatch.Derivations(), billing.Derivations()),
		Checks:      slices.Concat(work.Checks(), dispatch.Checks(), billing.Checks()),
	}
}

// do runs a command that must succeed.
func (b *bench) do(cmd store.Command) store.Receipt {
	b.Helper()
	rec, err := b.One(context.Background(), store.Intent{Cmd: cmd, Actor: store.Actor{Name: "Ana", How: store.Asserted}})
	if err != nil {
		b.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec
}

// run is what came of an import.
type run struct {
	Summary
	problems []string // "line 3, field Cost: …"
	codes    []string
	numbers  []string
	err      error
}

// bring imports a file with a mapping.
func (b *bench) bring(mapping, file string, edit ...func(*Options)) run {
	b.Helper()
	m, err := ParseMapping([]byte(mapping))
	if err != nil {
		b.Fatal(err)
	}
	var out run
	o := asAna(edit...)
	o.Problem = func(p Problem) { out.problems, out.codes = append(out.problems, p.Error()), append(out.codes, p.Code) }
	o.Row = func(_ int, rec store.Receipt) { out.numbers = append(out.numbers, rec.Number) }
	out.Summary, out.err = Run(context.Background(), b.Store, m, strings.NewReader(file), o)
	return out
}

func asAna(edit ...func(*Options)) Options {
	o := Options{Actor: store.Actor{Name: "Ana", How: store.Asserted}}
	for _, e := range edit {
		e(&o)
	}
	return o
}

func whole(o *Options)  { o.AllOrNothing = true }
func dryRun(o *Options) { o.DryRun = true }

// want compares the counts of a run.
func (r run) want(t testing.TB, imported, before, refused int) {
	t.Helper()
	if r.err != nil {
		t.Fatal(r.err)
	}
	if r.Imported != imported || r.Before != before || r.Refused != refused {
		t.Fatalf("imported %d, done before %d, refused %d; want %d, %d, %d\n%s",
			r.Imported, r.Before, r.Refused, imported, before, refused, strings.Join(r.problems, "\n"))
	}
}

// size is the number of journal entries.
func (b *bench) size() (n uint64) {
	b.Helper()
	b.view(func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	return n
}

func (b *bench) view(fn func(store.Reader) error) {
	b.Helper()
	if err := b.View(context.Background(), fn); err != nil {
		b.Fatal(err)
	}
}

// all returns the records of a collection.
func all[T, R any](b *bench, c *store.Collection[T, R]) (out []*T) {
	b.Helper()
	b.view(func(r store.Reader) error {
		out = nil
		for rec, err := range c.All(r) {
			if err != nil {
				return err
			}
			out = append(out, rec)
		}
		return nil
	})
	return out
}

// example reads a file of docs/examples.
func example(t testing.TB, name string) string {
	t.Helper()
	return read(t, filepath.Join("..", "..", "docs", "examples", name))
}

// outside reads a file of the data that is kept beside the repository, or skips the test.
func outside(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the file %s is not here", path)
	}
	return read(t, path)
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
