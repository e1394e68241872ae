package storetest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// SyncTime is how long the disk under a folder takes now until 4 KiB are durable, the middle of 50 times: what a figure about commits stands
// beside.
func SyncTime(b *testing.B, dir string) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "probe"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }() // nobody reads it
	var took []time.Duration
	for range 50 {
		began := time.Now()
		if _, err := f.WriteAt(make([]byte, 4096), 0); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}
