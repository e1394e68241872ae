package bolt

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"callout/store"

	"go.etcd.io/bbolt"
)

// A write waits for the disk, and disks differ by a factor of a hundred, from one minute to
// the next too. So every figure here stands beside what it is made of, measured in the same run.

// filled makes a store of n records of 920 bytes, as large as a work order.
func filled(b *testing.B, n int) *Engine {
	b.Helper()
	e := fresh(b)
	for from := 0; from < n; from += 5000 {
		err := e.Commit(context.Background(), func(store.Reader) (batch store.Batch, err error) {
			for i := from; i < min(n, from+5000); i++ {
				batch = append(batch, store.Write{Space: "r", Key: entryKey(uint64(i)), Value: make([]byte, 920)})
			}
			return batch, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return e
}

// BenchmarkView opens the file, reads one record and closes it, beside bbolt alone doing
// the same without the turnstile.
func BenchmarkView(b *testing.B) {
	e := filled(b, 20_000)
	key := entryKey(12_345)
	b.Run("bbolt", func(b *testing.B) {
		for b.Loop() {
			db, err := bbolt.Open(e.path, 0o600, &bbolt.Options{ReadOnly: true})
			if err != nil {
				b.Fatal(err)
			}
			err = db.View(func(tx *bbolt.Tx) error {
				if len(tx.Bucket([]byte("r")).Get(key)) != 920 {
					b.Error("not there")
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			if err := db.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("engine", func(b *testing.B) {
		for b.Loop() {
			err := e.View(context.Background(), func(r store.Reader) error {
				v, err := r.Get("r", key)
				if len(v) != 920 {
					b.Error("not there")
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCommit commits one entry with its records, beside two writes and syncs of one
// page, which is the least that bbolt can do. Their ratio is in the last column.
func BenchmarkCommit(b *testing.B) {
	e := filled(b, 20_000)
	var raw, ours time.Duration
	page := make([]byte, 4096)
	f, err := os.Create(filepath.Join(filepath.Dir(e.path), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(page); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		began := time.Now()
		for range 2 {
			if _, err := f.WriteAt(page, 0); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		between := time.Now()
		if _, err := appendEntry(e, 1); err != nil {
			b.Fatal(err)
		}
		raw, ours = raw+between.Sub(began), ours+time.Since(between)
	}
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs/commit")
	b.ReportMetric(float64(raw.Microseconds())/float64(b.N), "µs/2syncs")
	b.ReportMetric(float64(ours)/float64(raw), "commit/2syncs")
}

// BenchmarkContention has eight writers without pause, and a board that looks every 20 ms:
// through the turnstile, and with nothing but bbolt's own lock and its poll every 50 ms.
func BenchmarkContention(b *testing.B) {
	b.Run("bbolt", func(b *testing.B) {
		contention(b, func(path string) (write, read func() error) {
			return func() error {
					db, err := bbolt.Open(path, 0o600, nil)
					if err != nil {
						return err
					}
					err = db.Update(func(tx *bbolt.Tx) error {
						return tx.Bucket([]byte("r")).Put(entryKey(1), make([]byte, 920))
					})
					return closed(db, err)
				}, func() error {
					db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
					if err != nil {
						return err
					}
					return closed(db, db.View(func(tx *bbolt.Tx) error {
						tx.Bucket([]byte("r")).Get(entryKey(1))
						return nil
					}))
				}
		})
	})
	b.Run("engine", func(b *testing.B) {
		contention(b, func(path string) (write, read func() error) {
			e := openAt(b, path, Options{})
			return func() error {
					return e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
						return store.Batch{{Space: "r", Key: entryKey(1), Value: make([]byte, 920)}}, nil
					})
				}, func() error {
					return e.View(context.Background(), func(r store.Reader) error {
						_, err := r.Get("r", entryKey(1))
						return err
					})
				}
		})
	})
}

func closed(db *bbolt.DB, err error) error {
	if e := db.Close(); err == nil {
		err = e
	}
	return err
}

func contention(b *testing.B, open func(path string) (write, read func() error)) {
	e := filled(b, 10_000)
	const each = 50
	var mu sync.Mutex
	var waits, looks []time.Duration
	first, last := time.Duration(0), time.Duration(0)
	for b.Loop() {
		var all, board sync.WaitGroup
		stop := make(chan struct{})
		board.Go(func() {
			_, read := open(e.path)
			for {
				began := time.Now()
				if err := read(); err != nil {
					b.Error(err)
				}
				looks = append(looks, time.Since(began))
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		})
		done := make([]time.Duration, writers)
		began := time.Now()
		for w := range writers {
			all.Go(func() {
				write, _ := open(e.path)
				var mine []time.Duration
				for range each {
					began := time.Now()
					if err := write(); err != nil {
						b.Error(err)
					}
					mine = append(mine, time.Since(began))
				}
				mu.Lock()
				defer mu.Unlock()
				waits, done[w] = append(waits, mine...), time.Since(began)
			})
		}
		all.Wait()
		close(stop)
		board.Wait()
		first, last = first+slices.Min(done), last+slices.Max(done)
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	slices.Sort(waits)
	slices.Sort(looks)
	b.ReportMetric(last.Seconds()*1000/float64(b.N*each*writers), "ms/commit")
	b.ReportMetric(ms(waits[len(waits)/2]), "ms/wait-p50")
	b.ReportMetric(ms(waits[len(waits)*99/100]), "ms/wait-p99")
	b.ReportMetric(ms(waits[len(waits)-1]), "ms/wait-max")
	b.ReportMetric(ms(looks[len(looks)-1]), "ms/board-max")
	b.ReportMetric(float64(last)/float64(first), "last/first")
}

// BenchmarkImport commits 5,000 records and their entries at a time, in key order and not.
func BenchmarkImport(b *testing.B) {
	for _, order := range []string{"ordered", "mixed"} {
		b.Run(order, func(b *testing.B) {
			e := fresh(b)
			n := uint32(0)
			for b.Loop() {
				batch := make(store.Batch, 5000)
				for i := range batch {
					n++
					k := n
					if order == "mixed" {
						k *= 2654435761 // a bijection that jumps about
					}
					batch[i] = store.Write{Space: "r", Key: fmt.Appendf(nil, "%08x", k), Value: make([]byte, 920)}
				}
				slices.SortFunc(batch, func(x, y store.Write) int { return slices.Compare(x.Key, y.Key) })
				err := e.Commit(context.Background(), func(store.Reader) (store.Batch, error) { return batch, nil })
				if err != nil {
					b.Fatal(err)
				}
			}
			info, err := os.Stat(e.path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(info.Size())/float64(n), "B/record")
		})
	}
}
