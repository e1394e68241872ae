//go:build darwin || linux || netbsd || openbsd

package bolt

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"callout/internal/fault"
)

// childFull commits until the file may not grow any more, as on a full disk.
func childFull(path string, limit int) error {
	signal.Ignore(syscall.SIGXFSZ)
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return err
	}
	now.Cur = uint64(limit)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return err
	}
	return childCommit(path, 1, 0, false, false)
}

// A disk that is full refuses the commit, says that nothing was changed, and keeps what
// there was.
func TestNoRoom(t *testing.T) {
	e := fresh(t)
	p := start(t, "full", "FILE="+e.path, "LIMIT=200000")
	p.release()
	acks, failure := p.rest()
	if !strings.HasPrefix(failure, string(fault.Internal)) || !strings.Contains(failure, "nothing was changed") {
		t.Errorf("the child ended with %q", failure)
	}
	workers, err := checkFile(e)
	if err != nil || len(workers) != len(acks) || len(acks) == 0 {
		t.Errorf("%d entries, %d acknowledged, %v", len(workers), len(acks), err)
	}
	if n, err := appendEntry(e, 1); err != nil || int(n) != len(acks)+1 {
		t.Errorf("with room again: entry %d, %v", n, err)
	}
}

// A file that others may use keeps them able to, whoever compacts it.
func TestModeAndOwner(t *testing.T) {
	e := fresh(t)
	if _, err := appendEntry(e, 1); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(e.path, 0o664); err != nil {
		t.Fatal(err)
	}
	root := os.Geteuid() == 0
	if root {
		if err := os.Chown(e.path, 4711, 4712); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(e.path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o664 {
		t.Errorf("the mode has become %s", info.Mode())
	}
	if st := info.Sys().(*syscall.Stat_t); root && fmt.Sprint(st.Uid, st.Gid) != "4711 4712" {
		t.Errorf("the owner has become %d:%d", st.Uid, st.Gid)
	}
}
