//go:build unix

package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell opens a shell with job control on a terminal, in which `callout` is this program.
func (w *world) shell(columns, rows uint16, script string) *seat {
	w.t.Helper()
	bin := filepath.Join(w.dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Symlink(os.Args[0], filepath.Join(bin, "callout")); err != nil {
		w.t.Fatal(err)
	}
	c := exec.CommandContext(w.t.Context(), "sh", "-c", "set -m\n"+script) //nolint:gosec // the test's own script
	c.Env = append(w.callout().Env, "PATH="+bin+":"+os.Getenv("PATH"))
	return w.seated(c, columns, rows)
}

// said waits until a text was written behind an offset.
func (s *seat) said(from int, text string) *seat {
	s.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !strings.Contains(s.raw(from), text) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%q does not come:\n%q", text, s.raw(from))
		}
		time.Sleep(10 * time.Millisecond)
	}
	return s
}

// A board that is suspended gives its shell the terminal as it was, and keeps the store from nobody; woken, it takes the
// terminal again and shows what has happened meanwhile.
func TestTheBoardSleepsInItsShell(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	pid := regexp.MustCompile(`board is (\d+)`)
	for name, suspend := range map[string]func(s *seat, pid string){
		"the key": func(s *seat, _ string) { s.keys("\x1a") },
		"a signal": func(s *seat, pid string) {
			if out, err := exec.CommandContext(t.Context(), "kill", "-TSTP", pid).CombinedOutput(); err != nil { //nolint:gosec // a number
				s.t.Fatalf("%v: %s", err, out)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t, w.dir}
			_ = os.RemoveAll(filepath.Join(w.dir, "bin"))
			s := w.shell(100, 30, `echo before; stty -a; callout board --day tomorrow & echo "board is $!"; fg >/dev/null
echo asleep; stty -a; read line; echo "the shell reads $line"; fg >/dev/null; echo "over $?"; stty -a`)
			s.said(0, "\x1b[?1049h").shows("ana", "Boiler") // keys before that are the shell's
			number := pid.FindStringSubmatch(s.raw(0))[1]
			from := len(s.raw(0))
			suspend(s, number)
			s.said(from, "asleep").said(from, "-echoprt")
			out := s.raw(from)
			for _, mode := range []string{"\x1b[?1049l", "\x1b[?25h", "\x1b[?1002l"} {
				if i := strings.Index(out, mode); i < 0 || i > strings.Index(out, "asleep") {
					t.Errorf("the shell has the terminal without %q: %q", mode, out)
				}
			}
			if before := modes(s.raw(0), "before"); before == "" || modes(out, "asleep") != before {
				t.Errorf("the terminal was\n%s\nand is\n%s", before, modes(out, "asleep"))
			}
			w.do("technician", "add", "cy "+strings.ReplaceAll(name, " ", "-"), "--shift", "Mon-Sun 06:00-22:00", "--tz", "Europe/Vienna")

			from = len(s.raw(0))
			s.keys("on\r").said(from, "the shell reads on").said(from, "\x1b[?1049h").said(from, "Boiler").said(from, "\x1b[?1002h")
			s.shows("ana", "cy "+strings.ReplaceAll(name, " ", "-"))
			from = len(s.raw(0))
			s.keys("q").said(from, "over 0")
			if got := s.ends(); got != 0 {
				t.Errorf("exit code %d", got)
			}
		})
	}
}

// modes are the modes of the terminal as stty printed them behind a word.
func modes(out, word string) string {
	_, out, _ = strings.Cut(out, word)
	if i := strings.Index(out, "-echoprt"); i >= 0 {
		return out[:i]
	}
	return ""
}

// A board that nothing started as a job would sleep for ever, and says so in place of it.
func TestTheBoardDoesNotSleepAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	s := w.sit(120, 30, "--day", "tomorrow").shows("ana", "ben")
	from := len(s.raw(0))
	s.keys("\x1a").said(from, "no shell here")
	_ = s.cmd.Process.Signal(syscall.SIGTSTP)
	s.shows("ana", "ben").keys("q")
	if got := s.ends(); got != 0 {
		t.Errorf("exit code %d", got)
	}
}

// Whatever panics, the terminal is put back before a word is said, and what is said stays on it.
func TestTheBoardFalls(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	for _, where := range []string{"reading", "shell", "loop"} {
		t.Run(where, func(t *testing.T) {
			w := &world{t, w.dir}
			c := w.callout(where)
			c.Args[0] = "falling"
			s := w.seated(c, 100, 30)
			if where == "shell" {
				s.shows("Boiler").keys("u")
			}
			if got := s.ends(); got != exitError {
				t.Errorf("exit code %d", got)
			}
			out := s.raw(0)
			told := strings.Index(out, "out of paper")
			if told < 0 || !strings.Contains(out, "error: the board came upon a fault") || !strings.Contains(out, "hint: callout board") {
				t.Fatalf("it says\n%s", out)
			}
			if left := strings.LastIndex(out, "\x1b[?1049l"); left > told {
				t.Errorf("it is said on a screen that is gone:\n%q", out)
			}
			if strings.Contains(strings.ReplaceAll(out[told:], "\r\n", ""), "\n") {
				t.Errorf("lines do not begin at the left:\n%q", out[told:])
			}
		})
	}
}

// With NO_COLOR the board draws without a colour, and a terminal that answers no question gets it all the same; one that
// answers late is not taken for somebody who types.
func TestTheBoardOnSimpleTerminals(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := newWorld(t)
	w.furnish()
	colour := regexp.MustCompile(`\x1b\[(?:[0-9;]*;)?(?:[34][0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m`)
	for _, c := range []struct {
		name, env string
		coloured  bool
	}{{"NO_COLOR", "NO_COLOR=1", false}, {"in colour", "NO_COLOR=", true}} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t, w.dir}
			cmd := w.callout("board", "--day", "tomorrow")
			cmd.Env = append(cmd.Env, c.env)
			s := w.seated(cmd, 100, 30).shows("ana", "Boiler")
			if !strings.Contains(s.raw(0), "\x1b[?2026$p") {
				t.Error("the board asks the terminal nothing: this test is about nothing")
			}
			if found := colour.FindString(s.raw(0)); (found != "") != c.coloured {
				t.Errorf("a colour: %q", found)
			}
			s.keys("\x1b[?2026;2$y", "\x1b[?2027;0$y", "\x1bP1+r524742=382F382F38\x1b\\").shows("ana", "Boiler").keys("q")
			if got := s.ends(); got != 0 {
				t.Errorf("exit code %d", got)
			}
		})
	}
}
