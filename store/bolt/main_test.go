// The tests beside the conformance suite are about what a file on a disk and many
// processes add: crashes, failing disks, damage, waiting, room.
//
// Some of them run this test binary again as other processes (see child), and some of those
// under strace(1), to record or to fail their system calls; where it is missing, or
// may not trace, they are skipped and say so. All have small budgets, of seconds. With
// CALLOUT_LONG=1 in the environment they run for some minutes instead:
//
//	CALLOUT_LONG=1 go test -timeout 60m -v ./store/bolt
package bolt

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// budget is a small number by default and a large one for a long run.
func budget(small, large int) int {
	if os.Getenv("CALLOUT_LONG") != "" {
		return large
	}
	return small
}

func TestMain(m *testing.M) {
	if mode := os.Getenv("CALLOUT_CHILD"); mode != "" {
		os.Exit(child(mode, os.Getenv))
	}
	os.Exit(m.Run())
}

// child is what this binary does when a test has started it as another process.
func child(mode string, env func(string) string) int {
	number := func(name string) int {
		n, _ := strconv.Atoi(env(name))
		return n
	}
	var err error
	switch mode {
	case "commit":
		err = childCommit(env("CALLOUT_FILE"), number("CALLOUT_WORKER"), number("CALLOUT_COUNT"),
			env("CALLOUT_COMPACT") != "", env("CALLOUT_SAY_WAITING") != "")
	case "full":
		err = childFull(env("CALLOUT_FILE"), number("CALLOUT_LIMIT"))
	case "hold":
		err = childHold(env("CALLOUT_FILE"))
	case "keep":
		err = childKeep(env("CALLOUT_FOLDER"))
	case "states":
		err = childStates(env("CALLOUT_TRACE"), env("CALLOUT_FILE"), number("CALLOUT_FROM"), number("CALLOUT_STATES"),
			env("CALLOUT_NOSYNC") != "")
	default:
		err = fmt.Errorf("no child is called %q", mode)
	}
	if err != nil {
		say("fail %s %v", fault.KindOf(err), err)
		return 1
	}
	return 0
}

// say writes a line in one system call, so that whoever reads it knows that everything
// before it has happened.
func say(format string, args ...any) {
	_, _ = os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

// childCommit commits count times, or for ever, and says so after each; and once that it waits, if it has to and is asked to.
func childCommit(path string, worker, count int, compact, sayWaiting bool) error {
	// strace counts the calls of each thread by itself.
	runtime.LockOSThread()
	o := Options{Create: true, Holder: fmt.Sprint("worker ", worker)}
	if sayWaiting {
		var once sync.Once
		o.OnWait = func(string, time.Duration) { once.Do(func() { say("waiting") }) }
	}
	e, err := Open(path, o)
	if err != nil {
		return err
	}
	say("ready")
	_, _ = io.ReadAll(os.Stdin) // until the test lets everybody go
	for i := 0; i < count || count == 0; i++ {
		n, err := appendEntry(e, worker)
		if err != nil {
			return err
		}
		say("ack %d", n)
		if compact && i%15 == 4 && (count == 0 || i+5 < count) {
			i += 5
			if err := appendRow(e, worker, 5, func(n uint64) { say("ack %d", n) }); err != nil {
				return err
			}
		}
		if compact && i%15 == 9 {
			if err := e.Compact(context.Background()); err != nil {
				return err
			}
		}
	}
	return nil
}

// childHold takes the store for writing and keeps it until it is told to let go.
func childHold(path string) error {
	e, err := Open(path, Options{Create: true, Holder: "callout import"})
	if err != nil {
		return err
	}
	return e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
		say("holding")
		_, _ = io.ReadAll(os.Stdin)
		return nil, nil
	})
}

// process is a child that a test has started.
type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Scanner
}

// start runs this binary as a child. Settings are "NAME=value" without the prefix CALLOUT_.
func start(t testing.TB, mode string, settings ...string) *process {
	t.Helper()
	return startUnder(t, nil, mode, settings...)
}

// startUnder runs the child under another command, such as strace.
func startUnder(t testing.TB, under []string, mode string, settings ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append(append([]string{}, under...), self)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "CALLOUT_CHILD="+mode)
	for _, s := range settings {
		cmd.Env = append(cmd.Env, "CALLOUT_"+s)
	}
	cmd.Stderr = os.Stderr
	p := &process{cmd: cmd}
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return p
}

// release lets a child that waits go on.
func (p *process) release() { _ = p.stdin.Close() }

// expect reads the next line, which must be this one.
func (p *process) expect(t testing.TB, line string) {
	t.Helper()
	if !p.lines.Scan() || p.lines.Text() != line {
		t.Fatalf("the child said %q, not %q", p.lines.Text(), line)
	}
}

// rest reads what the child says until it ends: the entries it acknowledged, and how it failed.
func (p *process) rest() (acks []int, failure string) {
	for p.lines.Scan() {
		word, rest, _ := strings.Cut(p.lines.Text(), " ")
		switch word {
		case "ack":
			n, _ := strconv.Atoi(rest)
			acks = append(acks, n)
		case "fail":
			failure = rest
		}
	}
	_ = p.cmd.Wait() // how it ended stands in what it said
	return acks, failure
}

// fresh opens an engine on a file that is not there yet.
func fresh(t testing.TB) *Engine {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "callout.db"), Options{Create: true})
}

func openAt(t testing.TB, path string, o Options) *Engine {
	t.Helper()
	o.AllowNetwork = true // wherever the tests run
	e, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// soon fails the test when something that must happen does not. It measures nothing.
const soon = 60 * time.Second
