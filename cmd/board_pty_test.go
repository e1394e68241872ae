//go:build unix

package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// seat is the board as a process on a terminal, with somebody at the keys.
type seat struct {
	t   *testing.T
	cmd *exec.Cmd
	tty *os.File

	mu   sync.Mutex
	seen bytes.Buffer // everything that was written
	done chan struct{}
	err  error // how the process ended, once done
}

// sit opens the board on a terminal of that size.
func (w *world) sit(columns, rows uint16, args ...string) *seat {
	w.t.Helper()
	return w.seated(w.callout(append([]string{"board"}, args...)...), columns, rows)
}

// seated starts a program on a terminal of that size.
func (w *world) seated(c *exec.Cmd, columns, rows uint16) *seat {
	w.t.Helper()
	s := &seat{t: w.t, cmd: c, done: make(chan struct{})}
	s.cmd.Env = append(s.cmd.Env, "TERM=xterm-256color")
	var err error
	if s.tty, err = pty.StartWithSize(s.cmd, &pty.Winsize{Cols: columns, Rows: rows}); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 1<<16)
		for {
			n, err := s.tty.Read(buf)
			s.mu.Lock()
			s.seen.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				break
			}
		}
		s.err = s.cmd.Wait()
		close(s.done)
	}()
	w.t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.done
		_ = s.tty.Close()
	})
	return s
}

// keys types bytes.
func (s *seat) keys(keys ...string) *seat {
	s.t.Helper()
	for _, k := range keys {
		if _, err := s.tty.WriteString(k); err != nil {
			s.t.Fatal(err)
		}
	}
	return s
}

// raw is what was written from an offset on.
func (s *seat) raw(from int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.String()[from:]
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[=>()][A-Z0-9]?`)

// screen has the board draw itself anew, and returns the words of it.
func (s *seat) screen() string {
	s.t.Helper()
	from := len(s.raw(0))
	s.keys("\x0c")
	return escapes.ReplaceAllString(s.settled(from), " ")
}

// settled waits until nothing more is written, and returns what was since an offset.
func (s *seat) settled(from int) string {
	last := -1
	for range 200 {
		time.Sleep(50 * time.Millisecond)
		n := len(s.raw(from))
		if n == last && n > 0 {
			break
		}
		last = n
	}
	return s.raw(from)
}

// shows waits until every text is on the screen.
func (s *seat) shows(texts ...string) *seat {
	s.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for {
		screen := s.screen()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return s
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen does not show %q:\n%s", missing, screen)
		}
	}
}

// ends waits for the end of the process and returns its exit code. The terminal must be as it was: the
// alternate screen left, and the cursor shown.
func (s *seat) ends() int {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(60 * time.Second):
		s.t.Fatal("the board does not end")
	}
	out := s.raw(0)
	if in, left := strings.LastIndex(out, "\x1b[?1049h"), strings.LastIndex(out, "\x1b[?1049l"); in > left {
		s.t.Error("the terminal is left on the alternate screen")
	}
	if hidden, shown := strings.LastIndex(out, "\x1b[?25l"), strings.LastIndex(out, "\x1b[?25h"); hidden > shown {
		s.t.Error("the terminal's cursor is left hidden")
	}
	if on, off := strings.LastIndex(out, "\x1b[?1002h"), strings.LastIndex(out, "\x1b[?1002l"); on > off {
		s.t.Error("the terminal's mouse is left taken")
	}
	return s.cmd.ProcessState.ExitCode()
}

// do runs a command line of somebody else on the same shop.
func (w *world) do(args ...string) {
	w.t.Helper()
	if out, err := w.callout(args...).CombinedOutput(); err != nil {
		w.t.Fatalf("callout %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

func (w *world) furnish() {
	w.t.Helper()
	w.do("technician", "add", "ana", "--shift", "Mon-Sun 06:00-22:00", "--tz", "Europe/Vienna")
	w.do("technician", "add", "ben", "--shift", "Mon-Sun 06:00-22:00", "--tz", "Europe/Vienna")
	w.do("customer", "add", "Hotel Prater")
	w.do("site", "add", "Hotel Prater", "--name", "Kitchen", "--address", "Praterstern 1", "--lat", "48.2185", "--lon", "16.3920", "--tz", "Europe/Vienna")
	w.do("wo", "create", "--customer", "Hotel Prater", "--site", "Kitchen", "--title", "Boiler service")
	w.do("appt", "schedule", "WO-1001", "--technician", "ana", "--start", "tomorrow 09:00", "--duration", "2h")
}

// Whatever ends the board, the terminal is as it was before, and the exit code tells what it was.
func TestTheBoardLeavesTheTerminalAsItWas(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	for name, tt := range map[string]struct {
		end  func(s *seat)
		exit int
	}{
		"q":       {func(s *seat) { s.keys("q") }, 0},
		"SIGTERM": {func(s *seat) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, 128 + int(syscall.SIGTERM)},
		"SIGHUP":  {func(s *seat) { _ = s.cmd.Process.Signal(syscall.SIGHUP) }, 128 + int(syscall.SIGHUP)},
		"SIGINT":  {func(s *seat) { _ = s.cmd.Process.Signal(syscall.SIGINT) }, 128 + int(syscall.SIGINT)},
	} {
		t.Run(name, func(t *testing.T) {
			s := (&world{t, w.dir}).sit(100, 30, "--day", "tomorrow")
			s.shows("ana", "ben", "Boiler")
			tt.end(s)
			if got := s.ends(); got != tt.exit {
				t.Errorf("exit code %d, want %d", got, tt.exit)
			}
		})
	}
}

// A board and scripts work on one store at once: what a script does appears by itself, what the board does is there for
// the script, and killing the board loses nothing that it had reported.
func TestTheBoardBesideScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	s := w.sit(100, 30, "--day", "tomorrow").shows("Boiler")
	w.do("wo", "create", "--customer", "Hotel Prater", "--site", "Kitchen", "--title", "Gas smell")
	w.do("appt", "schedule", "WO-1002", "--technician", "ben", "--start", "tomorrow 10:00", "--duration", "1h")
	s.shows("○ Ga")
	s.keys("w").shows("APPT-1001", "09:00-11:00")
	s.keys(" ", "L", "L", "L", "\r").shows("APPT-1001  scheduled  12:00-14:00")
	for strings.Contains(s.screen(), "saving") { // it shows where the visit will be before it is saved
		time.Sleep(50 * time.Millisecond)
	}
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	out, err := w.callout("appt", "list", "-o", "tsv", "--fields", "number,start").Output()
	if err != nil || !regexp.MustCompile(`APPT-1001\t\S+T1[01]:00:00Z`).Match(out) {
		t.Fatalf("the move was lost: %v\n%s", err, out)
	}
}

// Resizing draws the board anew at the new size, down to one that is too small and back.
func TestTheBoardFollowsTheTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	s := w.sit(100, 30, "--day", "tomorrow").shows("Boiler")
	for _, size := range []pty.Winsize{{Cols: 60, Rows: 16}, {Cols: 200, Rows: 60}, {Cols: 40, Rows: 10}, {Cols: 80, Rows: 24}} {
		if err := pty.Setsize(s.tty, &size); err != nil {
			t.Fatal(err)
		}
		if size.Cols < 60 {
			s.shows("too small", "40 and 10")
			continue
		}
		s.shows("ana", "ben")
	}
	s.keys("q")
	if got := s.ends(); got != 0 {
		t.Errorf("exit code %d", got)
	}
}
