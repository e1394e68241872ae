package cmd

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// page runs draw on stdout, through the pager where that helps: text on a terminal, a
// pager is set, and nobody listens instead of looking.
func (a *App) page(draw func(io.Writer) error) error {
	command := strings.TrimSpace(a.config.Pager)
	if !a.outTTY || a.format() != formatTable || a.accessible || command == "" || command == "cat" || a.env("TERM") == "dumb" {
		return draw(a.Out)
	}
	out, ok := a.Out.(*dataWriter)
	if !ok {
		return draw(a.Out)
	}
	var text bytes.Buffer // a table comes whole anyway
	if err := draw(&text); err != nil || text.Len() == 0 {
		return err
	}
	pager := pagerCommand(command)
	pager.Stdin, pager.Stdout, pager.Stderr = &text, out.to, a.Err
	pager.Env = os.Environ()
	if a.env("LESS") == "" {
		pager.Env = append(pager.Env, "LESS=FRX") // leave short text alone, let colours through
	}
	if err := pager.Start(); err != nil {
		a.note("the pager %q does not start: %v", command, err)
		_, err := io.Copy(a.Out, &text)
		return err
	}
	// That the pager was left before the end, or with a status of its own, is the reader's business.
	_ = pager.Wait()
	return nil
}

// pagerCommand lets the shell read the command line, as every other program does with PAGER.
func pagerCommand(line string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		words := strings.Fields(line)
		return exec.Command(words[0], words[1:]...) //nolint:gosec // the user's own setting
	}
	return exec.Command("sh", "-c", line) //nolint:gosec // the user's own setting
}
