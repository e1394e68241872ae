package replica_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"callout/store"
	"callout/store/bolt"
	"callout/store/memory"
	"callout/store/storetest"
)

// BenchmarkRebase pulls 10,000 entries under 1,000 pending commands, page by page, on disk; beside it the same pages without
// anything pending. The longest page is how long others on the device may have to wait.
func BenchmarkRebase(b *testing.B) {
	const pending, pulled, page = 1000, 10_000, 1000
	a := authority(b, memory.New())
	acc := a.do(&storetest.CreateAccount{Called: "Vienna Works"}).Subject
	for _, waiting := range []int{0, pending} {
		b.Run(fmt.Sprintf("pending-%d", waiting), func(b *testing.B) {
			template := filepath.Join(b.TempDir(), "device.db")
			d := onDisk(b, template)
			start, _, err := a.Page(b.Context(), 0, 2)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := d.Pull(b.Context(), start); err != nil {
				b.Fatal(err)
			}
			for i := range waiting {
				d.do(&storetest.EditAccount{ID: acc, Balance: &i})
			}
			pages := pagesOf(b, a, 2, pulled, page)
			var longest, all time.Duration
			for b.Loop() {
				b.StopTimer()
				path := filepath.Join(b.TempDir(), "device.db")
				text, err := os.ReadFile(template)
				if err == nil {
					err = os.WriteFile(path, text, 0o600)
				}
				if err != nil {
					b.Fatal(err)
				}
				d := reopened(b, path)
				b.StartTimer()
				for _, p := range pages {
					began := time.Now()
					if _, err := d.Pull(b.Context(), p); err != nil {
						b.Fatal(err)
					}
					took := time.Since(began)
					longest, all = max(longest, took), all+took
				}
			}
			b.ReportMetric(float64(longest.Milliseconds()), "longest-ms")
		})
	}
}

// pagesOf makes the authority's journal long enough, and returns the pages behind an entry.
func pagesOf(b *testing.B, a *place, after uint64, entries, page int) (out []store.Page) {
	b.Helper()
	var size uint64
	a.read(func(r store.Reader) (err error) {
		size, err = store.Size(r)
		return err
	})
	for i := int(size - after); i < entries; i++ {
		a.do(&storetest.CreateAccount{Called: fmt.Sprintf("Account %d", i), City: "Graz", Balance: i})
	}
	for at := after; at < after+uint64(entries); {
		p, _, err := a.Page(b.Context(), at, page)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, p)
		at += uint64(len(p.Entries))
	}
	return out
}

func onDisk(b *testing.B, path string) *place {
	b.Helper()
	e, err := bolt.Open(path, bolt.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	return device(b, e, "K7", "ben")
}

func reopened(b *testing.B, path string) *place {
	b.Helper()
	e, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	p := newPlace(b, e, storetest.OtherKeys(), false)
	p.code, p.actor.Name = "K7", "ben"
	return p
}
