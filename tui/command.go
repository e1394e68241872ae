package tui

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/kballard/go-shellquote"

	"callout/tui/screen"
)

// commandLine is where a command is typed, as in a shell and with the same completion.
type commandLine struct {
	prompt
	found   []Candidate
	cursor  int    // among what was found; -1 is none
	asked   string // the text that was asked about last
	history []string
	at      int // in the history; its length is the line itself
	draft   string
}

// command opens the command line with a text in it.
func (m *Model) command(text string) tea.Cmd {
	c := &commandLine{prompt: *newPrompt(":", "", text), cursor: -1, history: m.history, at: len(m.history)}
	m.open(c, false)
	return c.complete(m)
}

func (c *commandLine) key(m *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	switch msg.String() {
	case "esc", "ctrl+c":
		return true, nil
	case "enter":
		return c.enter(m)
	case "tab":
		return false, c.pick(m, 1)
	case "shift+tab":
		return false, c.pick(m, -1)
	case "up", "ctrl+p":
		return false, c.recall(m, -1)
	case "down", "ctrl+n":
		return false, c.recall(m, 1)
	case "backspace":
		if c.input.Value() == "" {
			return true, nil
		}
	}
	c.edit(msg)
	return false, c.complete(m)
}

// enter runs the line.
func (c *commandLine) enter(m *Model) (bool, tea.Cmd) {
	text := strings.TrimSpace(c.input.Value())
	line, err := shellquote.Split(text)
	switch {
	case err != nil:
		c.said = "a quote is not closed"
		return false, nil
	case slices.Contains(line, "|"):
		c.said = "a pipe needs a shell; here is one command"
		return false, nil
	}
	if len(line) > 0 && line[0] == "callout" {
		line = line[1:]
	}
	if len(line) == 0 {
		return true, nil
	}
	m.history = append(slices.DeleteFunc(m.history, func(h string) bool { return h == text }), text)
	return true, m.run(line)
}

// run runs a line that somebody typed, and shows what it says.
func (m *Model) run(line []string) tea.Cmd {
	show := func(m *Model, o Outcome) tea.Cmd {
		text := strings.TrimRight(cmp.Or(strings.TrimRight(o.Out, "\n"), o.Notes), "\n")
		if !o.Done() && o.Error != "" {
			m.complain(o)
		}
		if strings.Contains(text, "\n") {
			m.open(&sheet{title: shellLine(line), lines: strings.Split(text, "\n")}, true)
		} else if o.Done() {
			m.tell(cmp.Or(firstLine(text), "done"))
		}
		return nil
	}
	return m.do(&job{line: line, then: show, refused: show})
}

// complete asks, in the background, how the line can go on.
func (c *commandLine) complete(m *Model) tea.Cmd {
	text := c.input.Value()[:len(string([]rune(c.input.Value())[:c.input.Position()]))]
	c.asked, c.cursor = text, -1
	line, ok := unfinished(text)
	if !ok {
		c.found = nil
		return nil
	}
	shell, ctx := m.opts.Shell, m.ctx
	return m.later(func() func() tea.Cmd {
		found := shell.Complete(ctx, line)
		return func() tea.Cmd {
			if c.asked == text {
				c.found = found
			}
			return nil
		}
	})
}

// unfinished splits a line that is being typed; its last word is the one to be completed, and may be empty or
// have an open quote.
func unfinished(text string) ([]string, bool) {
	line, err := shellquote.Split(text)
	for _, quote := range []string{"'", `"`} {
		if errors.Is(err, shellquote.UnterminatedSingleQuoteError) || errors.Is(err, shellquote.UnterminatedDoubleQuoteError) {
			line, err = shellquote.Split(text + quote)
		}
	}
	if err != nil {
		return nil, false
	}
	if text == "" || strings.HasSuffix(text, " ") && !strings.HasSuffix(text, `\ `) {
		line = append(line, "")
	}
	if line[0] == "callout" && len(line) > 1 {
		line = line[1:]
	}
	return line, true
}

// pick puts one of the words that were found in the place of the last.
func (c *commandLine) pick(m *Model, way int) tea.Cmd {
	if len(c.found) == 0 {
		return nil
	}
	line, ok := unfinished(c.asked)
	if !ok {
		return nil
	}
	c.cursor = (c.cursor + way + len(c.found)) % len(c.found)
	if c.cursor < 0 {
		c.cursor = len(c.found) - 1
	}
	line[len(line)-1] = c.found[c.cursor].Word
	text := shellquote.Join(line...)
	one := len(c.found) == 1
	if one && !strings.HasSuffix(text, "=") {
		text += " "
	}
	c.input.SetValue(text)
	c.input.CursorEnd()
	if one {
		return c.complete(m)
	}
	return nil
}

// recall brings back what was typed before.
func (c *commandLine) recall(m *Model, way int) tea.Cmd {
	if len(c.history) == 0 {
		return nil
	}
	if c.at == len(c.history) {
		c.draft = c.input.Value()
	}
	c.at = min(max(c.at+way, 0), len(c.history))
	text := c.draft
	if c.at < len(c.history) {
		text = c.history[c.at]
	}
	c.input.SetValue(text)
	c.input.CursorEnd()
	return c.complete(m)
}

// most is how many words are shown at a time.
const most = 8

func (c *commandLine) draw(s *screen.Screen, area screen.Rect) {
	bottom, rest := area.Bottom(2)
	s.Fill(bottom, screen.Normal)
	s.Text(bottom.X+1, bottom.Y, 1, screen.Key, ":")
	drawInput(s, screen.Rect{X: bottom.X + 2, Y: bottom.Y, W: bottom.W - 3, H: 1}, &c.input, true)
	text, role := "tab completes  ↑ what was typed before  enter runs  esc leaves", screen.Dim
	if c.said != "" {
		text, role = c.said, screen.Bad
	}
	s.Text(bottom.X+1, bottom.Y+1, bottom.W-2, role, text)
	if len(c.found) == 0 {
		return
	}
	n := min(len(c.found), most)
	box, _ := rest.Bottom(n + 2)
	box = screen.Rect{X: 1, Y: box.Y, W: min(area.W-2, 90), H: n + 2}
	in := s.Box(box, screen.Dim, "")
	from := max(0, min(c.cursor-most/2, len(c.found)-n))
	width := 0
	for _, f := range c.found[from : from+n] {
		width = max(width, min(screen.Width(f.Word), in.W/2))
	}
	for i, f := range c.found[from : from+n] {
		s.Text(in.X+1, in.Y+i, width, screen.Normal, f.Word)
		s.Text(in.X+width+3, in.Y+i, in.W-width-4, screen.Dim, f.Help)
		if from+i == c.cursor {
			s.Dress(screen.Rect{X: in.X, Y: in.Y + i, W: in.W, H: 1}, screen.Selected)
		}
	}
}
