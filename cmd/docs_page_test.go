package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A docPage is a page of the manual as the test reads it: what is run, in which order, and
// what the page says comes of it.
//
// A block fenced as ```console holds commands and what they print, as on a terminal:
//
//	$ callout wo list --status new
//	NUMBER   STATUS
//	…
//
// Lines that begin with "> " go on with the command above. A line of output that is only "…"
// stands for any lines, and "…" within a line for any text, with the blanks behind it for the
// rest of a column. "# exit 6" behind a command says how it ends, if not with 0. What a reader need not see stands in comments:
//
//	<!-- shop: 01-first-day.md -->             begins with the shop that this page leaves
//	<!-- clock: 2026-03-02T08:00:00+01:00 -->  from here on it is this late; a minute passes with each command
//	<!-- file: gas-safety.yaml -->             the next block is the content of this file
//	<!-- run: touch photo.jpg -->              run, and neither shown nor compared
type docPage struct {
	name  string
	shop  string
	lines []string
	steps []docStep
}

// A docStep is one command of a page.
type docStep struct {
	line     int      // where it begins in the file, from 1
	script   string   // what the shell gets
	exit     int      // how it must end
	clock    string   // what callout takes for the present
	shown    []string // the output that the page shows
	from, to int      // where in the lines of the page that stands
	quiet    bool     // not on the page: its output does not count
}

var (
	docComment = regexp.MustCompile(`^<!-- (shop|clock|file|run): (.*) -->$`)
	docExit    = regexp.MustCompile(`# exit (\d+)\s*$`)
)

// readPage reads a page from a file.
func readPage(t *testing.T, path string) *docPage {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parsePage(filepath.Base(path), string(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// parsePage finds the commands of a page.
func parsePage(name, text string) (*docPage, error) {
	p := &docPage{name: name, lines: strings.Split(text, "\n")}
	var clock time.Time
	var file, fence string
	var content []string
	begun := 0
	for i, line := range p.lines {
		switch {
		case fence == "" && docComment.MatchString(line):
			m := docComment.FindStringSubmatch(line)
			switch m[1] {
			case "shop":
				p.shop = m[2]
			case "file":
				file = m[2]
			case "clock":
				at, err := time.Parse(time.RFC3339, m[2])
				if err != nil {
					return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
				}
				clock = at
			case "run":
				p.steps = append(p.steps, docStep{line: i + 1, script: m[2], clock: clock.Format(time.RFC3339), quiet: true})
			}
		case fence == "" && strings.HasPrefix(line, "```"):
			fence, begun, content = strings.TrimPrefix(line, "```"), i+1, nil
			if fence == "" {
				fence = "text"
			}
		case fence != "" && line == "```":
			if file != "" {
				p.steps = append(p.steps, writesFile(begun, file, content))
				file = ""
			}
			fence = ""
		case fence == "console":
			if clock.IsZero() {
				return nil, fmt.Errorf("%s:%d: the page does not say how late it is", name, i+1)
			}
			if err := p.console(i, line, &clock); err != nil {
				return nil, err
			}
		case fence != "":
			if strings.HasPrefix(line, "$ ") {
				return nil, fmt.Errorf("%s:%d: a command in a block that is not fenced as console is never run", name, i+1)
			}
			content = append(content, line)
		}
	}
	if fence != "" {
		return nil, fmt.Errorf("%s:%d: the block has no end", name, begun)
	}
	return p, nil
}

// console takes a line of a console block in: the beginning of a command, more of it, or output.
func (p *docPage) console(i int, line string, clock *time.Time) error {
	last := len(p.steps) - 1
	switch {
	case strings.HasPrefix(line, "$ "):
		p.steps = append(p.steps, docStep{
			line: i + 1, script: strings.TrimPrefix(line, "$ "), clock: clock.Format(time.RFC3339), from: i + 1, to: i + 1,
		})
		*clock = clock.Add(time.Minute)
		last++
	case last < 0 || p.steps[last].to != i:
		return fmt.Errorf("%s:%d: output without a command", p.name, i+1)
	case strings.HasPrefix(line, "> ") && p.steps[last].from == i:
		p.steps[last].script += "\n" + strings.TrimPrefix(line, "> ")
		p.steps[last].from, p.steps[last].to = i+1, i+1
	default:
		p.steps[last].shown = append(p.steps[last].shown, line)
		p.steps[last].to = i + 1
	}
	if m := docExit.FindStringSubmatch(p.steps[last].script); m != nil {
		code, err := strconv.Atoi(m[1])
		if err != nil {
			return fmt.Errorf("%s:%d: %w", p.name, i+1, err)
		}
		p.steps[last].exit = code
	}
	return nil
}

// writesFile makes the content of a block a file of the page's folder.
func writesFile(line int, file string, content []string) docStep {
	const end = "END-OF-THE-BLOCK"
	script := fmt.Sprintf("cat > '%s' <<'%s'\n%s\n%s", file, end, strings.Join(content, "\n"), end)
	return docStep{line: line, script: script, quiet: true}
}

// differs says what of a command's outcome is not what the page shows, or nothing.
func (s docStep) differs(output string, exit int) string {
	if exit != s.exit {
		return fmt.Sprintf("exit code %d, the page says %d; it printed\n%s", exit, s.exit, output)
	}
	if s.quiet || shows(s.shown, output) {
		return ""
	}
	return fmt.Sprintf("the page shows\n%s\nit printed\n%s", strings.Join(s.shown, "\n"), output)
}

// shows reports whether shown is the output, with "…" for what was left out. Blanks at the
// ends of lines and empty lines at the end do not count.
func shows(shown []string, output string) bool {
	var pattern strings.Builder
	pattern.WriteString("^")
	for _, line := range tidy(shown) {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)*`)
			continue
		}
		for i, part := range strings.Split(line, "…") {
			if i > 0 {
				pattern.WriteString(".*")
				if short := strings.TrimLeft(part, " "); short != part { // the rest of a column
					pattern.WriteString(" +")
					part = short
				}
			}
			pattern.WriteString(regexp.QuoteMeta(part))
		}
		pattern.WriteString(`\n`)
	}
	pattern.WriteString("$")
	text := strings.Join(tidy(strings.Split(output, "\n")), "\n") + "\n"
	if text == "\n" {
		text = ""
	}
	return regexp.MustCompile(pattern.String()).MatchString(text)
}

// tidy drops blanks at the ends of lines and empty lines at the end.
func tidy(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimRight(line, " \t")
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// drawn are the words that chance has a part in: ids, digests and heads, also those that a
// table has cut, and the blanks behind them.
var drawn = regexp.MustCompile(`\b([a-z]+_[0-9a-z]{26}|[a-z]+_06[0-9a-z]+…|[0-9a-f]{64}|[0-9a-f]{12}…|[0-9a-f]{4}-[0-9a-f]{4}\b)( {2,})?`)

// elide leaves a word out, without moving the columns behind it.
func elide(word string) string {
	short := "…"
	if kind, _, ok := strings.Cut(word, "_"); ok {
		short = kind + "_…"
	}
	if !strings.HasSuffix(word, " ") {
		return short
	}
	return short + strings.Repeat(" ", utf8.RuneCountInString(word)-utf8.RuneCountInString(short))
}

// rewritten is the page with the outputs that were printed where it showed something else.
func (p *docPage) rewritten(ran []docOutcome) string {
	var b strings.Builder
	next := 0
	for i, s := range p.steps {
		if s.quiet || i >= len(ran) || shows(s.shown, ran[i].output) {
			continue
		}
		b.WriteString(strings.Join(p.lines[next:s.from], "\n") + "\n")
		for _, line := range tidy(strings.Split(ran[i].output, "\n")) {
			b.WriteString(drawn.ReplaceAllStringFunc(line, elide) + "\n")
		}
		next = s.to
	}
	b.WriteString(strings.Join(p.lines[next:], "\n"))
	return b.String()
}
