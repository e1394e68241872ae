package filelock_test

import (
	"path/filepath"
	"sync"
	"testing"

	"callout/internal/filelock"
)

// TestOneAtATime: of many who want the file, each has it alone.
func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var inside, most int
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				release, err := filelock.Hold(path)
				if err != nil {
					t.Error(err)
					return
				}
				inside++
				most = max(most, inside)
				inside--
				release()
			}
		})
	}
	all.Wait()
	if most != 1 {
		t.Errorf("%d had it at the same time", most)
	}
	if _, err := filelock.Hold(filepath.Join(path, "none")); err == nil {
		t.Error("a file that cannot be made is held")
	}
}
