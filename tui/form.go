package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// form asks for several things at once, and makes a command line of them. Whether they are right is said by the
// command: what it refuses comes back to the field that it names, with everything as it was typed.
type form struct {
	title  string
	text   string // what is to be known before
	fields []*blank
	// quick hands the command over as soon as one field is entered; without it the last field does.
	quick bool
	// line is the command that the fields come to; nil when they come to nothing.
	line func(f *form) []string
	// none follows in place of a command that comes to nothing; without it the form stays open.
	none func(m *Model) tea.Cmd
	// done follows once the command was done; nil is nothing.
	done func(m *Model, o Outcome) tea.Cmd

	cursor int
	said   string // what was refused, where no field is to blame
	hint   string // what would help
	warned bool   // that escape leaves what was typed
	busy   bool
	found  []Candidate // what the field under the cursor can be
	pick   int         // among what was found; -1 is none
	asked  string
}

// blank is one thing that a form asks for.
type blank struct {
	name  string // as the command's flag or field is called
	label string
	help  string
	was   string // what stood there at first
	input textinput.Model
	// choices are the words that it can be, where there are only a few.
	choices []string
	// complete asks what it can be, in the background; nil where anything may stand there.
	complete func(m *Model, f *form, prefix string) tea.Cmd
	said     string
}

func newBlank(name, label, text string) *blank {
	f := &blank{name: name, label: label, was: text, input: textinput.New()}
	f.input.Prompt = ""
	f.input.SetValue(text)
	f.input.CursorEnd()
	return f
}

// of gives the field a few words to choose from.
func (f *blank) of(choices ...string) *blank { f.choices = choices; return f }

// saying gives the field a word of help.
func (f *blank) saying(help string) *blank { f.help = help; return f }

func (f *blank) value() string { return strings.TrimSpace(f.input.Value()) }
func (f *blank) changed() bool { return f.input.Value() != f.was }

// fill opens a form.
func (m *Model) fill(f *form) tea.Cmd {
	f.pick = -1
	m.open(f, false)
	return f.goTo(m, 0)
}

// get is what stands in the field of a name.
func (f *form) get(name string) string {
	for _, each := range f.fields {
		if each.name == name {
			return each.value()
		}
	}
	return ""
}

// flags are the flags of the fields that are named and have something in them; of a form that changes something,
// those that say something else than before.
func (f *form) flags(names ...string) []string {
	var out []string
	for _, each := range f.fields {
		if !slices.Contains(names, each.name) {
			continue
		}
		if each.changed() || each.was == "" && each.value() != "" {
			out = append(out, "--"+each.name+"="+each.value())
		}
	}
	return out
}

func (f *form) current() *blank { return f.fields[f.cursor] }

// typed reports whether anything was changed.
func (f *form) typed() bool { return slices.ContainsFunc(f.fields, (*blank).changed) }

func (f *form) key(m *Model, msg tea.KeyPressMsg) (bool, tea.Cmd) {
	key := keystroke(msg)
	if key == "esc" || key == "ctrl+c" {
		if f.typed() && !f.warned {
			f.warned = true
			return false, nil
		}
		return true, nil
	}
	f.warned = false
	switch key {
	case "ctrl+s":
		return false, f.submit(m)
	case "enter":
		f.take()
		if f.quick || f.cursor == len(f.fields)-1 {
			return false, f.submit(m)
		}
		return false, f.goTo(m, f.cursor+1)
	case "tab":
		f.takeOnly()
		return false, f.goTo(m, (f.cursor+1)%len(f.fields))
	case "shift+tab":
		return false, f.goTo(m, (f.cursor+len(f.fields)-1)%len(f.fields))
	case "down":
		if len(f.found) > 0 {
			f.pick = min(f.pick+1, len(f.found)-1)
			return false, nil
		}
		return false, f.goTo(m, min(f.cursor+1, len(f.fields)-1))
	case "up":
		if f.pick >= 0 {
			f.pick--
			return false, nil
		}
		return false, f.goTo(m, max(f.cursor-1, 0))
	}
	return false, f.typeIn(m, msg)
}

// typeIn gives the field under the cursor a key. Among a few words, left and right or a first letter choose.
func (f *form) typeIn(m *Model, msg tea.KeyPressMsg) tea.Cmd {
	c := f.current()
	c.said = ""
	if len(c.choices) == 0 {
		c.input, _ = c.input.Update(msg)
		return f.look(m)
	}
	i := slices.Index(c.choices, c.input.Value())
	switch keystroke(msg) {
	case "left":
		i += len(c.choices) - 1
	case "right", "space":
		i++
	default:
		for n := range c.choices { // the next that begins so
			if at := (max(i, 0) + 1 + n) % len(c.choices); msg.Text != "" && strings.HasPrefix(c.choices[at], msg.Text) {
				c.input.SetValue(c.choices[at])
				return nil
			}
		}
		return nil
	}
	c.input.SetValue(c.choices[(max(i, 0) % len(c.choices))])
	return nil
}

// edit takes text that was pasted.
func (f *form) edit(msg tea.Msg) {
	if c := f.current(); len(c.choices) == 0 {
		c.input, _ = c.input.Update(msg)
		c.said = ""
	}
}

// goTo puts the cursor into a field.
func (f *form) goTo(m *Model, n int) tea.Cmd {
	f.current().input.Blur()
	f.cursor, f.found, f.pick = n, nil, -1
	_ = f.current().input.Focus()
	return f.look(m)
}

// look asks what the field under the cursor can be.
func (f *form) look(m *Model) tea.Cmd {
	c := f.current()
	if c.complete == nil {
		return nil
	}
	f.asked = c.name + "\x00" + c.input.Value()
	return c.complete(m, f, c.value())
}

// offer shows what a field can be, if it is still the one that was asked about.
func (f *form) offer(asked string, found []Candidate) {
	if f.asked != asked {
		return
	}
	f.found, f.pick = found, -1
	if len(found) == 1 && found[0].Word == f.current().value() {
		f.found = nil
	}
}

// take puts the word under the cursor of what was found into the field.
func (f *form) take() {
	if f.pick >= 0 && f.pick < len(f.found) {
		c := f.current()
		c.input.SetValue(f.found[f.pick].Word)
		c.input.CursorEnd()
	}
}

// takeOnly takes the word that is chosen, or the only one that there is for what was begun.
func (f *form) takeOnly() {
	if f.pick < 0 && len(f.found) == 1 && f.current().value() != "" {
		f.pick = 0
	}
	f.take()
}

// submit hands the command over. The form stays open until it is done.
func (f *form) submit(m *Model) tea.Cmd {
	if f.busy {
		return nil
	}
	line := f.line(f)
	if line == nil && f.none != nil {
		m.close(f)
		return f.none(m)
	}
	if line == nil {
		f.said, f.hint = "nothing is changed yet", ""
		return nil
	}
	f.busy, f.said, f.hint, f.found = true, "", "", nil
	for _, each := range f.fields {
		each.said = ""
	}
	return m.do(&job{
		line: line,
		then: func(m *Model, o Outcome) tea.Cmd {
			m.close(f)
			m.tell(cmp.Or(firstLine(o.Notes), firstLine(o.Out), "done"))
			if f.done != nil {
				return f.done(m, o)
			}
			return nil
		},
		refused: func(m *Model, o Outcome) tea.Cmd {
			f.busy = false
			return f.refuse(m, o)
		},
	})
}

// refuse shows what a command refused, at the field that it names if it names one.
func (f *form) refuse(m *Model, o Outcome) tea.Cmd {
	text := cmp.Or(o.Error, firstLine(o.Notes), firstLine(o.Out), "it was not done")
	f.hint = o.Hint
	for i, each := range f.fields {
		if each.name == o.Field || strings.Contains(text, "--"+each.name) {
			each.said = text
			return f.goTo(m, i)
		}
	}
	f.said = text
	return nil
}

// completeBy completes a field as the shell completes the last word of a line.
func completeBy(line ...string) func(m *Model, f *form, prefix string) tea.Cmd {
	return func(m *Model, f *form, prefix string) tea.Cmd {
		asked, shell, ctx := f.asked, m.opts.Shell, m.ctx
		return m.later(func() func() tea.Cmd {
			found := shell.Complete(ctx, append(slices.Clone(line), prefix))
			return func() tea.Cmd { f.offer(asked, found); return nil }
		})
	}
}
