package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"callout/store"

	"go.etcd.io/bbolt"
)

// The workload of the fault tests is a journal in which each entry holds the hash of all
// before it, and 300 records that follow from the entries' numbers alone. So a file
// that was read back says by itself what must be in it.

const records = 300

// entryKey is the place of an entry in space "j".
func entryKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// chain is the hash in entry n, which worker wrote after the entry whose hash is prev.
func chain(prev []byte, n uint64, worker byte) []byte {
	h := sha256.New()
	_, _ = h.Write(prev)
	_, _ = h.Write(append(entryKey(n), worker))
	return h.Sum(nil)
}

// change is what entry n does to the records: three puts of up to two pages and a delete.
func change(n uint64) map[string][]byte {
	out := map[string][]byte{}
	for i := range uint64(4) {
		h := sha256.Sum256(entryKey(n<<2 | i))
		key := fmt.Sprintf("%03d", binary.BigEndian.Uint32(h[:])%records)
		size := int(h[4]) * 4
		if h[5] < 8 {
			size = 6000
		}
		out[key] = bytes.Repeat(h[8:9], size)
		if i == 3 {
			out[key] = nil
		}
	}
	return out
}

// lastEntry returns the newest entry's number, 0 when there is none, and its hash.
func lastEntry(r store.Reader) (n uint64, hash []byte, err error) {
	err = r.Scan("j", store.Range{Reverse: true}, func(k, v []byte) bool {
		n, hash = binary.BigEndian.Uint64(k), bytes.Clone(v[1:])
		return false
	})
	return n, hash, err
}

// entry is what a worker writes as entry n, after the entry whose hash is prev.
func entry(prev []byte, n uint64, worker int) store.Batch {
	value := append([]byte{byte(worker)}, chain(prev, n, byte(worker))...)
	batch := store.Batch{{Space: "j", Key: entryKey(n), Value: value}}
	changes := change(n)
	for _, k := range slices.Sorted(maps.Keys(changes)) {
		batch = append(batch, store.Write{Space: "r", Key: []byte(k), Value: changes[k]})
	}
	return batch
}

// appendEntry commits the next entry and returns its number.
func appendEntry(e *Engine, worker int) (uint64, error) {
	var n uint64
	err := e.Commit(context.Background(), func(r store.Reader) (store.Batch, error) {
		last, prev, err := lastEntry(r)
		if err != nil {
			return nil, err
		}
		n = last + 1
		return entry(prev, n, worker), nil
	})
	return n, err
}

// appendRow commits the next entries, each while the one before it is put on disk.
func appendRow(e *Engine, worker, count int, ack func(n uint64)) error {
	for count > 0 { // the row ends early when somebody waits
		var n, durable uint64
		var prev []byte
		err := e.CommitEach(context.Background(), func(r store.Reader) (store.Batch, error) {
			if prev == nil {
				last, hash, err := lastEntry(r)
				if err != nil {
					return nil, err
				}
				n, durable, prev = last, last, append([]byte{}, hash...)
			}
			if count == 0 {
				return nil, nil
			}
			count--
			n++
			batch := entry(prev, n, worker)
			prev = batch[0].Value[1:]
			return batch, nil
		}, func() {
			durable++
			ack(durable)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkWorkload reads the whole store and compares it with what its journal says. It
// returns the workers in the order of their entries.
func checkWorkload(r store.Reader) (workers []int, err error) {
	var prev []byte
	want := map[string][]byte{}
	bad := ""
	err = r.Scan("j", store.Range{}, func(k, v []byte) bool {
		n := uint64(len(workers) + 1)
		if !bytes.Equal(k, entryKey(n)) || len(v) != 33 || !bytes.Equal(v[1:], chain(prev, n, v[0])) {
			bad = fmt.Sprintf("entry %d is broken: %x = %x", n, k, v)
			return false
		}
		workers, prev = append(workers, int(v[0])), bytes.Clone(v[1:])
		for key, value := range change(n) {
			if value == nil {
				delete(want, key)
			} else {
				want[key] = value
			}
		}
		return true
	})
	if err != nil || bad != "" {
		return workers, fmt.Errorf("journal: %s %w", bad, err)
	}
	have := 0
	err = r.Scan("r", store.Range{}, func(k, v []byte) bool {
		have++
		if w, ok := want[string(k)]; !ok || !bytes.Equal(v, w) {
			bad = fmt.Sprintf("record %s has %d bytes that are not its own", k, len(v))
		}
		return bad == ""
	})
	if err == nil && bad == "" && have != len(want) {
		bad = fmt.Sprintf("%d records of %d", have, len(want))
	}
	if err != nil || bad != "" {
		return workers, fmt.Errorf("after entry %d: %s %w", len(workers), bad, err)
	}
	return workers, nil
}

// checkFile is checkWorkload on a file.
func checkFile(e *Engine) (workers []int, err error) {
	err = e.View(context.Background(), func(r store.Reader) error {
		workers, err = checkWorkload(r)
		return err
	})
	return workers, err
}

// checkPages lets bbolt check its tree.
func checkPages(path string) error {
	if _, err := os.Stat(path); err != nil {
		return missing(path)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		var all error
		for err := range tx.Check() {
			all = errors.Join(all, err)
		}
		return all
	})
	return errors.Join(err, db.Close())
}
