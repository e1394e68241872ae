package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A docOutcome is what came of one command of a page.
type docOutcome struct {
	output string
	exit   int
}

// docReader is the person who reads the manual and types what it says: a home folder, which
// is the same for all pages, and what each page left there.
type docReader struct {
	home, left string
}

// docHome is how the reader's home is called in what the pages show.
const docHome = "/home/olga"

func newDocReader(t *testing.T) *docReader {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the manual is for a POSIX shell, and there is none here")
	}
	// A short path, so that tables are about as wide as in the reader's own home.
	dir, err := os.MkdirTemp("", "m") //nolint:usetesting // the path of t.TempDir is longer than any home
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		t.Fatal(err)
	}
	return &docReader{home: filepath.Join(dir, "olga"), left: t.TempDir()}
}

// read types every command of a page into one shell on a terminal of 100 columns. Nobody
// answers questions. What a page left is kept for those that go on with its shop.
func (r *docReader) read(t *testing.T, p *docPage) ([]docOutcome, error) {
	t.Helper()
	if err := os.RemoveAll(r.home); err != nil {
		return nil, err
	}
	if p.shop == "" {
		if err := os.MkdirAll(r.home, 0o700); err != nil {
			return nil, err
		}
	} else if out, err := exec.Command("cp", "-a", filepath.Join(r.left, p.shop), r.home).CombinedOutput(); err != nil { //nolint:gosec // a page's name
		return nil, fmt.Errorf("%s goes on with the shop of %s, which is not there: %s", p.name, p.shop, out)
	}
	text, err := r.run(p)
	if err != nil {
		return nil, err
	}
	ran, err := outcomes(strings.ReplaceAll(text, r.home, docHome), len(p.steps))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	if out, err := exec.Command("cp", "-a", r.home, filepath.Join(r.left, p.name)).CombinedOutput(); err != nil { //nolint:gosec // a page's name
		return nil, fmt.Errorf("cannot keep what %s left: %s", p.name, out)
	}
	return ran, nil
}

// run returns what the terminal received, with the exit code behind each command's output.
func (r *docReader) run(p *docPage) (string, error) {
	var script strings.Builder
	for _, s := range p.steps {
		fmt.Fprintf(&script, "CALLOUT_TEST_CLOCK=%s; export CALLOUT_TEST_CLOCK\n%s\nprintf '\\036%%d\\036' $?\n", s.clock, s.script)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-c", script.String()) //nolint:gosec // the manual's own commands
	c.Dir = r.home
	c.Env = []string{
		"HOME=" + r.home, "PATH=" + os.Getenv("PATH"), "USER=olga", "TERM=xterm", "LANG=C.UTF-8", "TZ=UTC", "NO_COLOR=1", "CALLOUT_PAGER=cat",
	}
	master, slave, err := pty.Open()
	if err != nil {
		return "", err
	}
	defer master.Close() //nolint:errcheck // it was only read
	if err := pty.Setsize(master, &pty.Winsize{Rows: 40, Cols: 100}); err != nil {
		return "", err
	}
	c.Stdout, c.Stderr = slave, slave
	if err := c.Start(); err != nil {
		return "", err
	}
	if err := slave.Close(); err != nil {
		return "", err
	}
	var screen bytes.Buffer
	for buf := make([]byte, 4096); ; {
		n, err := master.Read(buf)
		screen.Write(buf[:n])
		if err != nil { // EIO on Linux, EOF elsewhere: the shell has gone
			break
		}
	}
	if err := c.Wait(); err != nil && ctx.Err() != nil {
		return "", fmt.Errorf("%s does not end; it printed\n%s", p.name, screen.String())
	}
	return strings.ReplaceAll(screen.String(), "\r\n", "\n"), nil
}

var exitMark = regexp.MustCompile("\x1e(\\d+)\x1e")

// outcomes takes apart what the terminal received.
func outcomes(screen string, steps int) ([]docOutcome, error) {
	var all []docOutcome
	at := 0
	for _, m := range exitMark.FindAllStringSubmatchIndex(screen, -1) {
		exit, err := strconv.Atoi(screen[m[2]:m[3]])
		if err != nil {
			return nil, err
		}
		all = append(all, docOutcome{output: screen[at:m[0]], exit: exit})
		at = m[1]
	}
	if len(all) != steps {
		return all, fmt.Errorf("only %d of %d commands ended; then came\n%s", len(all), steps, screen[at:])
	}
	return all, nil
}

// mainOnClock is callout, at the time that CALLOUT_TEST_CLOCK names if it does: what the
// manual shows does not depend on the day on which it is checked. @FILE is a clock that goes:
// the time is read from the file whenever somebody looks at it.
func mainOnClock() int {
	clock := os.Getenv("CALLOUT_TEST_CLOCK")
	file, goes := strings.CutPrefix(clock, "@")
	look := func() (time.Time, error) { // by several at once: the board and what runs in it
		text := clock
		if goes {
			b, err := os.ReadFile(file) //nolint:gosec // the test's own file
			if err != nil {
				return time.Time{}, err
			}
			text = string(b)
		}
		return time.Parse(time.RFC3339, text)
	}
	at, err := look()
	if err != nil {
		return Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	}
	ctx, stop := withSignals(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := newApp(os.Stdin, os.Stdout, os.Stderr)
	a.Now = func() time.Time {
		if goes {
			if now, err := look(); err == nil {
				return now
			}
		}
		return at
	}
	return a.run(ctx, os.Args[1:])
}
