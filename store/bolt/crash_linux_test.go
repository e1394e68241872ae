package bolt

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
)

// TestCrashStates records what a process that commits, makes its file and compacts it does to the
// disk, and then looks at the states in which a power cut could leave that at any moment: writes
// since the last sync kept, lost, or torn between sectors; renames kept or lost. Every
// one of them must open, be whole, hold what was acknowledged, and take the next commit.
func TestCrashStates(t *testing.T) {
	trace := record(t, budget(45, 400))
	found := examine(t, trace, budget(1500, 100_000), false)
	t.Logf("%d states of %d moments", found.states, found.moments)
	if found.states < budget(500, 50_000) {
		t.Errorf("only %d states were looked at", found.states)
	}
	for _, bad := range found.bad {
		t.Errorf("%s", bad)
	}
}

// TestCrashStatesWithoutSync is the control: the same, on a disk that ignores syncs and
// writes in any order. The harness must see what that does.
func TestCrashStatesWithoutSync(t *testing.T) {
	trace := record(t, budget(45, 400))
	found := examine(t, trace, budget(100, 5000), true)
	t.Logf("%d of %d states were bad", len(found.bad), found.states)
	if len(found.bad) == 0 {
		t.Error("a disk that ignores syncs went unnoticed")
	}
}

// findings are what was found in a trace's states.
type findings struct {
	moments, states int
	bad             []string
}

// record runs the workload under strace and returns the trace.
func record(t *testing.T, commits int) string {
	t.Helper()
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	p := startUnder(t, append(strace(t), "-y", "-xx", "-s", "100000000", "-o", trace, "-e",
		"trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,renameat,renameat2,rename,unlinkat,unlink"),
		"commit", "FILE="+filepath.Join(dir, "callout.db"), fmt.Sprint("COUNT=", commits), "COMPACT=1")
	p.release()
	if acks, failure := p.rest(); failure != "" || len(acks) != commits {
		t.Fatalf("%d of %d commits, %s", len(acks), commits, failure)
	}
	return trace
}

// strace returns the command that traces a process with its threads, and skips the test
// where there is none.
func strace(t *testing.T) []string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace(1) is not installed: system calls can be neither recorded nor failed")
	}
	if out, err := exec.Command(path, "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace(1) may not trace here: %s", out)
	}
	return []string{path, "-f", "-qq"}
}

// examine looks at the states in child processes, because a broken file can hang or kill
// whoever reads it. A child says which state it takes up and what it finds; one that
// says nothing more is killed, and the next begins behind that state.
func examine(t *testing.T, trace string, states int, noSync bool) findings {
	t.Helper()
	var f findings
	limit := soon
	if noSync {
		limit = 3 * time.Second
	}
	for {
		settings := []string{"TRACE=" + trace, "FILE=" + memoryDir(t), fmt.Sprint("FROM=", f.states), fmt.Sprint("STATES=", states)}
		if noSync {
			settings = append(settings, "NOSYNC=1")
		}
		p := start(t, "states", settings...)
		watchdog := time.AfterFunc(soon, func() { _ = p.cmd.Process.Kill() }) // to read the trace
		ended := false
		open := -1 // the state that is being looked at
		for p.lines.Scan() {
			watchdog.Reset(limit)
			word, rest, _ := strings.Cut(p.lines.Text(), " ")
			switch word {
			case "state":
				open, _ = strconv.Atoi(rest)
			case "good":
				open = -1
			case "bad":
				f.bad = append(f.bad, fmt.Sprintf("state %d: %s", open, rest))
				open = -1
			case "fail":
				t.Fatal(rest)
			case "end":
				ended = true
				_, _ = fmt.Sscan(rest, &f.states, &f.moments)
			}
		}
		watchdog.Stop()
		_ = p.cmd.Wait()
		if ended {
			return f
		}
		if open < 0 {
			t.Fatalf("the child ended for no reason, after state %d", f.states)
		}
		f.bad = append(f.bad, fmt.Sprintf("state %d: the reader died or hung", open))
		f.states = open + 1
	}
}

// memoryDir is a folder for files that need no disk.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "callout-test-") //nolint:usetesting // not on a disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// childStates looks at the states of a trace from number from on.
func childStates(trace, dir string, from, states int, noSync bool) error {
	in, err := os.Open(trace)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	calls, err := parseTrace(bufio.NewReader(in))
	if err != nil {
		return err
	}
	d := newDisk(noSync)
	// So many states of every moment, or one of every so many moments.
	each, every := max(1, states/len(calls)), max(1, len(calls)/states)
	i, moments := 0, 0
	for _, c := range calls {
		if !d.apply(c) {
			continue
		}
		if moments++; moments%every != 0 {
			continue
		}
		for try := range each {
			if i++; i <= from {
				continue
			}
			say("state %d", i-1)
			files := d.crash(uint64(i), try == 0 && each > 1)
			if err := checkState(dir, files, d.acked); err != nil {
				say("bad at moment %d: %s", moments, strings.ReplaceAll(err.Error(), "\n", " "))
			} else {
				say("good")
			}
		}
	}
	say("end %d %d", i, moments)
	return nil
}

// checkState puts the files of one state on the disk and opens the store.
func checkState(dir string, files map[string][]byte, acked int) error {
	old, err := filepath.Glob(filepath.Join(dir, "callout.db*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, "callout.db")
	e, err := Open(path, Options{Create: acked == 0, AllowNetwork: true})
	if err != nil {
		return err
	}
	workers, err := checkFile(e)
	if err != nil {
		return err
	}
	if n := len(workers); n < acked || n > acked+1 {
		return fmt.Errorf("%d entries, %d acknowledged", n, acked)
	}
	if err := checkPages(path); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if _, err := appendEntry(e, 9); err != nil {
		return fmt.Errorf("cannot be written: %w", err)
	}
	after, err := checkFile(e)
	if err == nil && len(after) != len(workers)+1 {
		err = fmt.Errorf("%d entries after one more than %d", len(after), len(workers))
	}
	return errors.Join(err, checkPages(path))
}
