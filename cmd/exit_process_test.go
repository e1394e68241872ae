package cmd

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"callout/store"
	"callout/store/bolt"
)

// world is a place for callout as a process of its own.
type world struct {
	t   *testing.T
	dir string
}

// newWorld is a place with a shop in it.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t, t.TempDir()}
	if out, err := w.callout("init", "--company", "Pumps", "--currency", "EUR", "--tz", "Europe/Vienna").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return w
}

func (w *world) store() string { return filepath.Join(w.dir, "shop.db") }

// callout is a process that has not been started.
func (w *world) callout(args ...string) *exec.Cmd {
	c := exec.CommandContext(w.t.Context(), os.Args[0])
	c.Args = append([]string{"callout"}, args...)
	c.Env = append(os.Environ(), "HOME="+w.dir, "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_STATE_HOME=",
		"CALLOUT_STORE="+w.store(), "CALLOUT_AS=Ada", "TMPDIR="+w.tmp(), "NO_COLOR=1")
	return c
}

// tmp is the world's folder for temporary files.
func (w *world) tmp() string {
	dir := filepath.Join(w.dir, "tmp")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// customers lists the names of the shop's customers.
func (w *world) customers() string {
	w.t.Helper()
	out, err := w.callout("customer", "list", "--fields", "name", "-o", "tsv").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// hold keeps the store for writing, as a long import would, until let go.
func (w *world) hold() (letGo func()) {
	w.t.Helper()
	e, err := bolt.Open(w.store(), bolt.Options{AllowNetwork: true})
	if err != nil {
		w.t.Fatal(err)
	}
	inside, out, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- e.Commit(context.Background(), func(store.Reader) (store.Batch, error) {
			close(inside)
			<-out
			return nil, nil
		})
	}()
	<-inside
	return func() {
		close(out)
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
}

// TestSignalsEndARun stops a command that waits for a store which somebody else holds. It says by
// what it was stopped, and has done nothing.
func TestSignalsEndARun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals are a Unix matter")
	}
	w := newWorld(t)
	for sig, want := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
		letGo := w.hold()
		c := w.callout("customer", "add", "Too late", "--lock-wait", "1h")
		talk, err := c.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		stderr := bufio.NewReader(talk)
		if line, err := stderr.ReadString('\n'); err != nil || !strings.HasPrefix(line, "waiting for ") {
			t.Fatalf("%q, %v", line, err)
		}
		if err := c.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		var rest bytes.Buffer
		_, _ = rest.ReadFrom(stderr)
		_ = c.Wait() // its code is the result
		if got := c.ProcessState.ExitCode(); got != want || !strings.Contains(rest.String(), "error: stopped by ") {
			t.Errorf("%v: exit %d, want %d; it said %q", sig, got, want, rest.String())
		}
		letGo()
	}
	if got := w.customers(); got != "" {
		t.Errorf("the commands that were stopped have added %q", got)
	}
}

// TestUnknownOutcome has the disk fail where nobody can tell what it has kept: the sync behind the new head. That is
// exit code 10, and the same command with the same id is then done once.
func TestUnknownOutcome(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace(1) is not installed: system calls cannot be failed")
	}
	if out, err := exec.Command(strace, "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace(1) may not trace here: %s", out)
	}
	w := newWorld(t)
	again := []string{"customer", "add", "Once", "--cmd-id", "the-first-one"}
	c := w.callout(again...)
	self := c.Args[0]
	c.Path, c.Args = strace, append([]string{strace, "-f", "-qq", "-o", os.DevNull,
		"-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=2", "-P", w.store(), self}, c.Args[1:]...)
	c.Env = append(c.Env, "PATH="+linkSelf(t, self)+string(os.PathListSeparator)+os.Getenv("PATH"), "CALLOUT_TEST_ONE_THREAD=1")
	out, _ := c.CombinedOutput() // its code is the result
	if got := c.ProcessState.ExitCode(); got != exitUnknown || !strings.Contains(string(out), "repeat the same command with --cmd-id") {
		t.Fatalf("exit %d, want %d; it said\n%s", got, exitUnknown, out)
	}
	for range 2 {
		if out, err := w.callout(again...).CombinedOutput(); err != nil {
			t.Errorf("again: %v\n%s", err, out)
		}
	}
	if got := w.customers(); got != "Once" {
		t.Errorf("the customers are %q", got)
	}
}

// TestKilledWhileFounding kills the process that makes a shop at each of its syncs. What is left is made whole by the next
// one, or is whole.
func TestKilledWhileFounding(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace(1) is not installed: nobody can be killed at a system call")
	}
	if out, err := exec.Command(strace, "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace(1) may not trace here: %s", out)
	}
	made := []string{"init", "--company", "Pumps", "--currency", "EUR", "--tz", "Europe/Vienna"}
	killed := 0
	for sync := 1; ; sync++ {
		w := &world{t, t.TempDir()}
		c := w.callout(made...)
		self := c.Args[0]
		c.Path, c.Args = strace, append([]string{strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace=fdatasync,fsync",
			"-e", "inject=fdatasync,fsync:signal=KILL:when=" + strconv.Itoa(sync), self}, c.Args[1:]...)
		c.Env = append(c.Env, "PATH="+linkSelf(t, self)+string(os.PathListSeparator)+os.Getenv("PATH"), "CALLOUT_TEST_ONE_THREAD=1")
		if c.Run() == nil {
			break // it has no more syncs than that
		}
		if killed++; killed > 20 {
			t.Fatal("making a shop does not end")
		}
		out, err := w.callout(made...).CombinedOutput()
		if err != nil && !strings.Contains(string(out), "there is already a store") {
			t.Errorf("killed at sync %d, and the next one says %v: %s", sync, err, out)
		}
		if out, err := w.callout("company", "show", "-o", "name").CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "Pumps" {
			t.Errorf("killed at sync %d, the company is %q, %v", sync, out, err)
		}
	}
	if killed == 0 {
		t.Error("nobody was killed")
	}
}

// linkSelf puts this test binary under a name into a folder of its own.
func linkSelf(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(dir, name))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
