package bolt

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callout/internal/fault"
)

// TestFailingCalls makes one system call after the other fail. Whatever fails, and whenever: the
// commit says so, what was acknowledged before is there, and a commit that says that
// nothing was changed has changed nothing.
func TestFailingCalls(t *testing.T) {
	trace := strace(t)
	seen := map[fault.Kind]int{}
	for _, c := range []struct {
		call, err string
	}{
		{"fdatasync", "EIO"}, {"fsync", "EIO"}, {"pwrite64", "EIO"}, {"pwrite64", "ENOSPC"}, {"ftruncate", "ENOSPC"},
	} {
		for _, k := range nth() {
			name := fmt.Sprintf("%s %s at %d", c.call, c.err, k)
			failure, _ := failAt(t, trace, name, c.call, fmt.Sprintf("error=%s:when=%d", c.err, k))
			kind, _, _ := strings.Cut(failure, " ")
			seen[fault.Kind(kind)]++
		}
	}
	t.Logf("%v", seen)
	// Both must happen: a sync that fails behind the new head leaves the outcome open.
	if seen[fault.Internal] == 0 || seen[fault.Unknown] == 0 {
		t.Errorf("the failures were %v", seen)
	}
}

// nth lists which of the calls fail.
func nth() []int {
	if budget(0, 1) == 0 {
		return []int{1, 2, 3, 5, 8, 11}
	}
	var all []int
	for k := range 120 {
		all = append(all, k+1)
	}
	return all
}

// failAt runs the workload with calls failing. It returns what the child failed with,
// "" when nothing that failed mattered, and how many calls did fail. Files limits it to
// calls on some of those beside the store.
func failAt(t *testing.T, trace []string, name, call, how string, files ...string) (failure string, failed int) {
	t.Helper()
	const commits = 12
	e := fresh(t)
	log := filepath.Join(t.TempDir(), "trace")
	trace = append(slices.Clone(trace), "-o", log, "-e", "trace="+call, "-e", "inject="+call+":"+how)
	for _, f := range files {
		trace = append(trace, "-P", e.path+f)
	}
	p := startUnder(t, trace,
		"commit", "FILE="+e.path, "WORKER=1", fmt.Sprint("COUNT=", commits))
	p.release()
	acks, failure := p.rest()
	if failure == "" && len(acks) != commits {
		t.Errorf("%s: the child ended silently after %d commits", name, len(acks))
	}
	there, err := e.exists()
	if err != nil {
		t.Fatal(err)
	}
	if !there && len(acks) > 0 {
		t.Errorf("%s: the store is gone", name)
	}
	workers, err := checkFile(e)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	most := len(acks)
	if strings.HasPrefix(failure, string(fault.Unknown)) {
		most++
	}
	if n := len(workers); n < len(acks) || n > most {
		t.Errorf("%s: %d entries, %d acknowledged, then: %s", name, n, len(acks), failure)
	}
	if _, err := appendEntry(e, 1); err != nil {
		t.Errorf("%s: the next commit: %v", name, err)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return failure, strings.Count(string(calls), "(INJECTED)")
}

// Signals interrupt whoever waits for a lock; that is no reason to fail.
func TestInterruptedLocks(t *testing.T) {
	failure, interrupted := failAt(t, strace(t), "flock EINTR", "flock", "error=EINTR:when=1+2", ".turn", ".lock")
	if failure != "" || interrupted < 12 {
		t.Errorf("after %d interruptions: %s", interrupted, failure)
	}
}
