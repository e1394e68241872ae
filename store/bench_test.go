package store_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"callout/store"
	"callout/store/bolt"
	"callout/store/storetest"

	"go.etcd.io/bbolt"
)

// The benchmarks run on a bbolt file in a temporary folder. A figure says little
// without its baseline: BenchmarkBaseline is what the disk and bbolt alone take for
// the same bytes.

func openBench(b *testing.B) (*store.Store, store.Engine) {
	b.Helper()
	e, err := bolt.Open(filepath.Join(b.TempDir(), "callout.db"), bolt.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(e, storetest.Business(), store.Options{
		Keys: store.DirKeyring(b.TempDir()), Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Init(b.Context(), storetest.Tenant, storetest.Anna); err != nil {
		b.Fatal(err)
	}
	return s, e
}

// filler makes an account's document about as long as a work order's.
const filler = "compressor room, third floor, key at the porter's lodge, mind the dog; " +
	"the last visit left the outer panel open because the gasket had not come"

func creates(from, n int) []store.Intent {
	var in []store.Intent
	for i := from; i < from+n; i++ {
		in = append(in, store.Intent{Actor: storetest.Anna, Device: "K7", Cmd: &storetest.CreateAccount{
			Called: fmt.Sprintf("Account %07d", i), City: []string{"Graz", "Linz", "Wien"}[i%3],
			Balance: i, Note: filler, Tags: []string{"a"}, Margin: "0.25",
		}})
	}
	return in
}

func doAll(b *testing.B, s *store.Store, in []store.Intent) {
	b.Helper()
	recs, err := s.Do(b.Context(), in...)
	if err != nil {
		b.Fatal(err)
	}
	for _, rec := range recs {
		if rec.Err != nil {
			b.Fatal(rec.Err)
		}
	}
}

func perSecond(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkOne is one command in a transaction of its own, as from a shell.
func BenchmarkOne(b *testing.B) {
	s, _ := openBench(b)
	doAll(b, s, creates(0, 1000))
	n := 1000
	for b.Loop() {
		doAll(b, s, creates(n, 1))
		n++
	}
	perSecond(b, 1)
}

// BenchmarkBatch is 1,000 commands in one call, as from a pipe of ids.
func BenchmarkBatch(b *testing.B) {
	s, _ := openBench(b)
	n := 0
	for b.Loop() {
		b.StopTimer()
		in := creates(n, 1000)
		n += 1000
		b.StartTimer()
		doAll(b, s, in)
	}
	perSecond(b, 1000)
}

// BenchmarkEdits is 1,000 changes of records that are there.
func BenchmarkEdits(b *testing.B) {
	s, _ := openBench(b)
	var ids []store.ID
	recs, err := s.Do(b.Context(), creates(0, 1000)...)
	if err != nil {
		b.Fatal(err)
	}
	for _, rec := range recs {
		ids = append(ids, rec.Subject)
	}
	n := 0
	for b.Loop() {
		b.StopTimer()
		var in []store.Intent
		for _, id := range ids {
			n++
			in = append(in, store.Intent{Actor: storetest.Anna, Cmd: &storetest.EditAccount{ID: id, Balance: &n}})
		}
		b.StartTimer()
		doAll(b, s, in)
	}
	perSecond(b, 1000)
}

const imported = 100000

func importAll(b *testing.B) (*store.Store, store.Engine) {
	b.Helper()
	s, e := openBench(b)
	for n := 0; n < imported; n += 5000 {
		doAll(b, s, creates(n, 5000))
	}
	return s, e
}

// BenchmarkImport is 100,000 new records.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		importAll(b)
	}
	perSecond(b, imported)
}

// BenchmarkReads is what lists, shows and audits do on 100,000 records.
func BenchmarkReads(b *testing.B) {
	s, _ := importAll(b)
	b.Run("Get", func(b *testing.B) {
		for b.Loop() {
			err := s.View(b.Context(), func(r store.Reader) error {
				_, err := storetest.Accounts.Find(r, "account 0050000")
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("List100", func(b *testing.B) {
		for b.Loop() {
			n := 0
			err := s.View(b.Context(), func(r store.Reader) error {
				for _, err := range storetest.Accounts.Rows(r, "city", store.Prefix(store.K("Linz"))) {
					if n++; err != nil || n == 100 {
						return err
					}
				}
				return nil
			})
			if err != nil || n != 100 {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("Verify100k", func(b *testing.B) {
		for b.Loop() {
			rep, err := s.Verify(b.Context(), store.VerifyOptions{})
			if err != nil || !rep.OK() || rep.Records < imported {
				b.Fatal(rep, err)
			}
		}
	})
	b.Run("Backup100k", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Backup(b.Context(), b.TempDir(), store.BackupOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBaseline puts the bytes that 1,000 new accounts come to into bbolt, with
// nothing around it, and overwrites 4 KiB with a sync, which is the least that a commit takes.
func BenchmarkBaseline(b *testing.B) {
	s, e := openBench(b)
	doAll(b, s, creates(0, 1000))
	batch := everything(b, s, e)
	b.Run("Bbolt1000", func(b *testing.B) {
		db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, nil)
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		var n uint64
		for b.Loop() {
			n++
			err := db.Update(func(tx *bbolt.Tx) error {
				for _, w := range batch {
					bucket, err := tx.CreateBucketIfNotExists([]byte(w.Space))
					if err != nil {
						return err
					}
					if err := bucket.Put(fmt.Appendf(nil, "%s%d", w.Key, n), w.Value); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, 1000)
	})
	b.Run("Fdatasync", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "page"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		page := make([]byte, 4096)
		for b.Loop() {
			if _, err := f.WriteAt(page, 0); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func everything(b *testing.B, s *store.Store, e store.Engine) (out store.Batch) {
	b.Helper()
	err := e.View(b.Context(), func(r store.Reader) error {
		for _, space := range s.Spaces() {
			err := r.Scan(space, store.Range{}, func(key, value []byte) bool {
				out = append(out, store.Write{Space: space, Key: append([]byte{}, key...), Value: append([]byte{}, value...)})
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}
