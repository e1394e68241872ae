package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"callout/store/postgres/pgtest"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary callout itself when a script runs it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"callout": func() {
			if os.Getenv("CALLOUT_TEST_ONE_THREAD") != "" { // strace(1) counts the calls of each thread by itself
				runtime.LockOSThread()
			}
			os.Exit(mainOnClock())
		},
		"falling": func() { os.Exit(runFalling(os.Args[1])) },
		"waiting": func() { os.Exit(runWaiting()) },
		"api":     func() { os.Exit(runAPI()) },
		"idp":     func() { os.Exit(runIDP()) },
		"term": func() {
			code, err := runOnTerminal(os.Args[1:])
			if err != nil {
				fmt.Fprintln(os.Stderr, "term:", err)
			}
			os.Exit(code)
		},
	})
}

// TestScripts runs the stories in testdata/script, each in a world of its own.
func TestScripts(t *testing.T) {
	if underRace {
		t.Skip("the stories are some hundred processes of one thread each; they are told without the race detector")
	}
	t.Cleanup(pgtest.Release)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			for name, value := range map[string]string{
				"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, ".config"), "XDG_DATA_HOME": filepath.Join(home, ".local", "share"),
				"CALLOUT_STORE": filepath.Join(e.WorkDir, "shop.db"), "CALLOUT_AS": "Ada", "TZ": "UTC", "TERM": "xterm-256color", "NO_COLOR": "1",
			} {
				e.Setenv(name, value)
			}
			return os.MkdirAll(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    cmdExits,
			"keeps":    cmdKeeps,
			"database": cmdDatabase,
		},
		Condition: func(what string) (bool, error) {
			if what != "postgres" {
				return false, fmt.Errorf("nobody knows what %q is", what)
			}
			_, err := pgtest.Find()
			return err == nil, nil
		},
	})
}

// cmdExits runs a command and expects an exit code: `exits 6 callout time approve TE-1`.
// Its output is there for stdout and stderr, its input comes from stdin, as with exec.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cmdKeeps keeps what the last command printed in a variable: `keeps VISIT`.
func cmdKeeps(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: keeps NAME")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// cmdDatabase names an empty PostgreSQL database in a variable, by a URL with a password that nobody asks for: `database CALLOUT_DATABASE`.
func cmdDatabase(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: database NAME")
	}
	server, err := pgtest.Find()
	ts.Check(err)
	url, err := server.Create(context.Background())
	ts.Check(err)
	ts.Defer(func() { ts.Check(server.Drop(context.Background(), url)) })
	ts.Setenv(args[0], url+" password=s3cret")
}

// runOnTerminal runs a command on a terminal of 80 by 24 that never answers a question about itself,
// and ends as it does: `exec term [-type TEXT] command [args...]`. What the terminal received
// is stdout. TEXT is typed once the program has asked something, with \n for the enter key.
func runOnTerminal(args []string) (code int, err error) {
	typed := ""
	if len(args) > 1 && args[0] == "-type" {
		typed, args = strings.ReplaceAll(args[1], `\n`, "\n"), args[2:]
	}
	if len(args) == 0 {
		return 2, errors.New("usage: term [-type TEXT] command [args...]")
	}
	c := exec.Command(args[0], args[1:]...) //nolint:gosec // the script's own command
	master, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		return 2, err
	}
	hung := time.AfterFunc(30*time.Second, func() { _ = c.Process.Kill() })
	defer hung.Stop()
	var screen bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := master.Read(buf)
		screen.Write(buf[:n])
		if typed != "" && bytes.HasSuffix(screen.Bytes(), []byte(" ")) { // a question ends so
			if _, err := io.WriteString(master, typed); err != nil {
				return 2, err
			}
			typed = ""
		}
		if err != nil { // EIO on Linux, EOF elsewhere: the program has gone
			break
		}
	}
	if err := c.Wait(); err != nil && c.ProcessState == nil {
		return 2, err
	}
	_, err = os.Stdout.Write(bytes.ReplaceAll(screen.Bytes(), []byte("\r\n"), []byte("\n")))
	return c.ProcessState.ExitCode(), errors.Join(err, master.Close())
}
