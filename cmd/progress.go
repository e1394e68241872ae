package cmd

import (
	"fmt"
	"time"
)

// When progress is first shown, and how often a terminal is repainted after that. Work that
// ends sooner says nothing.
const (
	progressAfter = 300 * time.Millisecond
	progressEvery = 100 * time.Millisecond
	progressSlow  = 10 * time.Second // between lines where nothing can be repainted
)

// Progress tells on stderr how far long work has come: one line that is repainted on a
// terminal, and a line now and then where that is not possible.
type Progress struct {
	app   *App
	what  string
	total int // 0 when unknown
	done  int
	next  time.Time
	shown bool
}

// Progress begins to watch work such as "importing rows".
func (a *App) Progress(what string, total int) *Progress {
	return &Progress{app: a, what: what, total: total, next: a.Now().Add(progressAfter)}
}

// Add says that n more are done.
func (p *Progress) Add(n int) {
	p.done += n
	now := p.app.Now()
	if now.Before(p.next) {
		return
	}
	p.shown = true
	if p.repaints() {
		p.next = now.Add(progressEvery)
		_, _ = fmt.Fprintf(p.app.Err, "\r\x1b[K%s", p.line())
		return
	}
	p.next = now.Add(progressSlow)
	_, _ = fmt.Fprintln(p.app.Err, p.line())
}

// Done ends the display; the last line is cleared, for the result speaks for itself.
func (p *Progress) Done() {
	if p.shown && p.repaints() {
		_, _ = fmt.Fprint(p.app.Err, "\r\x1b[K")
	}
}

func (p *Progress) repaints() bool {
	return p.app.errTTY && !p.app.accessible && p.app.env("TERM") != "dumb"
}

func (p *Progress) line() string {
	if p.total > 0 {
		return fmt.Sprintf("%s: %d of %d (%d %%)", p.what, p.done, p.total, 100*p.done/p.total)
	}
	return fmt.Sprintf("%s: %d", p.what, p.done)
}
