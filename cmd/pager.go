package cmd

import (
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
	out, ok := a.Out.(*dataWriter)
	if !ok || !a.outTTY || a.format() != formatTable || a.accessible || command == "" || command == "cat" || a.env("TERM") == "dumb" {
		return draw(a.Out)
	}
	p := &pager{app: a, line: command, screen: out.to}
	err := draw(p)
	if cerr := p.close(); err == nil {
		err = cerr
	}
	// That the pager was left before the end is the reader's business.
	return ignoreBrokenPipe(err)
}

// pager is a program that shows text page by page. It starts with the first byte, so that
// where there is nothing to show, nothing is shown.
type pager struct {
	app    *App
	line   string
	screen io.Writer
	run    *exec.Cmd
	to     io.WriteCloser
}

func (p *pager) Write(b []byte) (int, error) {
	if p.to == nil {
		p.start()
	}
	return p.to.Write(b)
}

// start runs the pager, or says why it cannot and goes on without one.
func (p *pager) start() {
	run := pagerCommand(p.line)
	run.Stdout, run.Stderr = p.screen, p.app.Err
	run.Env = os.Environ()
	if p.app.env("LESS") == "" {
		run.Env = append(run.Env, "LESS=FRX") // leave short text alone, let colours through
	}
	to, err := run.StdinPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		p.app.note("the pager %q does not start: %v", p.line, err)
		p.to = nopCloser{p.app.Out}
		return
	}
	p.run, p.to = run, to
}

func (p *pager) close() error {
	if p.to == nil {
		return nil
	}
	err := p.to.Close()
	if p.run != nil {
		_ = p.run.Wait() // its status is about the pager, not about what it showed
	}
	return err
}

// nopCloser is a writer that stays open.
type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// pagerCommand lets the shell read the command line, as every other program does with PAGER.
func pagerCommand(line string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		words := strings.Fields(line)
		return exec.Command(words[0], words[1:]...)
	}
	return exec.Command("sh", "-c", line)
}
