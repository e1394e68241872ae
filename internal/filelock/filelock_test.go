package filelock_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"callout/internal/filelock"
)

// TestOneAtATime: of many who want the file, each has it alone.
func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var inside atomic.Int32 // the race detector knows nothing of locks on files
	var crowded atomic.Bool
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				release, err := filelock.Hold(path)
				if err != nil {
					t.Error(err)
					return
				}
				if inside.Add(1) != 1 {
					crowded.Store(true)
				}
				inside.Add(-1)
				release()
			}
		})
	}
	all.Wait()
	if crowded.Load() {
		t.Error("two had it at the same time")
	}
	if _, err := filelock.Hold(filepath.Join(path, "none")); err == nil {
		t.Error("a file that cannot be made is held")
	}
}
