package cmd

import (
	"bufio"
	"context"
	"io"
	"strings"
	"time"
)

// lines reads a stream line by line in the background, so that the reader can stop waiting
// when its context ends. A read that has begun cannot be taken back: the goroutine ends with
// the stream or the process.
type lines struct {
	ch  chan string
	err error // valid once ch is closed
}

// lines returns the reader of stdin; ids and answers come through the same one.
func (a *App) lines() *lines {
	if a.answers == nil {
		a.answers = newLines(a.In)
	}
	return a.answers
}

func newLines(r io.Reader) *lines {
	l := &lines{ch: make(chan string, batchSize)}
	go func() {
		defer close(l.ch)
		in := bufio.NewReader(r)
		for {
			line, err := in.ReadString('\n')
			if line != "" {
				l.ch <- strings.TrimRight(line, "\r\n")
			}
			if err != nil {
				if err != io.EOF {
					l.err = err
				}
				return
			}
		}
	}()
	return l
}

// next returns the next line, or nil at the end.
func (l *lines) next(ctx context.Context) (*string, error) { return l.nextUntil(ctx, nil) }

// nextUntil is next, but also returns nil when the time is up.
func (l *lines) nextUntil(ctx context.Context, timeUp <-chan time.Time) (*string, error) {
	select {
	case line, ok := <-l.ch:
		if !ok {
			return nil, l.err
		}
		return &line, nil
	case <-timeUp:
		return nil, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
