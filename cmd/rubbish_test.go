package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rubbishShop is a shop with something of everything, in which nothing is changed: whatever is
// typed is tried with --dry-run.
type rubbishShop struct {
	dir, store, home string
	now              time.Time
	turn             int // of the kinds of nonsense
}

func newRubbishShop(t *testing.T) *rubbishShop {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	s := &rubbishShop{dir: dir, store: filepath.Join(dir, "shop.db"), home: filepath.Join(dir, "home"), now: fixedNow()}
	if code, out, err := s.type_("demo", "--store", s.store); code != 0 {
		t.Fatalf("the demo ends with %d: %s%s", code, out, err)
	}
	t.Chdir(dir) // the demo walks into the folder of its files
	for _, line := range []string{
		`asset add "Boiler house" "Boiler 1"`,
		`retainer open "Brauerei Nord" "Paid ahead" --amount 100`,
		`crew add gas-crew --lead ana --technician ben`,
		`absence add ben --from 2026-06-01 --to 2026-06-03 --kind vacation`,
		`agreement add care --customer "Brauerei Nord" --site "Brew house" --from 2026-01-01 --every month --title Check`,
	} {
		args, err := splitLine(line)
		if err != nil {
			t.Fatal(err)
		}
		if code, _, talk := s.type_(args...); code != 0 {
			t.Fatalf("%s: %s", line, talk)
		}
	}
	return s
}

// app is callout in this shop.
func (s *rubbishShop) app(in string, out, talk *bytes.Buffer) *App {
	a := newApp(strings.NewReader(in), out, talk)
	a.Now = func() time.Time { return s.now }
	a.Dir = s.dir
	vars := map[string]string{"HOME": s.home, "CALLOUT_STORE": s.store, "CALLOUT_AS": "mia", "CALLOUT_NO_INPUT": "1"}
	a.LookupEnv = func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	return a
}

// type_ runs one command line.
func (s *rubbishShop) type_(args ...string) (code int, out, talk string) {
	var o, e bytes.Buffer
	defer func() {
		if broken := recover(); broken != nil {
			code, talk = exitError, fmt.Sprintf("panic: %v\n%s", broken, debug.Stack())
		}
	}()
	code = s.app("", &o, &e).run(context.Background(), args)
	return code, o.String(), e.String()
}

// good is a value that a placeholder may stand for.
func (s *rubbishShop) good(a *App, name string) string {
	switch name {
	case "FILE", "PATH":
		return filepath.Join(s.dir, "shop.db.demo", "new-pump.png")
	case "DIR":
		return filepath.Join(s.dir, "kept")
	case "N", "NUMBER", "QTY", "AMOUNT", "PERCENT", "DISCOUNT", "RATE", "DEGREES", "MILESTONE":
		return "1"
	case "TIME":
		return "2026-02-27T09:00:00Z"
	case "DAY":
		return "2026-02-27"
	case "DURATION":
		return "1h"
	case "CURRENCY":
		return "EUR"
	case "MONTH":
		return "2026-02"
	}
	if live, ok := a.completers[name]; ok && a.setUp(false, nil) == nil {
		if found, err := live(context.Background(), ""); err == nil && len(found) > 0 {
			return found[0].Value
		}
	}
	return "some " + strings.ToLower(name)
}

// some gives the first kind of nonsense and one of the others, each in its turn; all of them in a long run:
//
//	CALLOUT_LONG=1 go test ./cmd -run 'TestRubbish$'
func (s *rubbishShop) some(first string, others ...string) []string {
	if os.Getenv("CALLOUT_LONG") != "" {
		return append([]string{first}, others...)
	}
	s.turn++
	return []string{first, others[s.turn%len(others)]}
}

// rubbish is what nothing is called and nothing is worth; long is a whole file where one word belongs.
const rubbish = "xyzzy?!"

var long = strings.Repeat("long ", 4000)

// TestRubbish walks the tree and gives each verb nonsense in every place: in its arguments, one
// after the other, and in its flags. What is refused says so in two lines, with a command that
// exists, and with the exit code for a wrong value or for something that is not there.
func TestRubbish(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("this is some thousand command lines")
	}
	s := newRubbishShop(t)
	var o, e bytes.Buffer
	a := s.app("", &o, &e)
	tried := 0
	root := newRootCmd(a)
	for c := range verbsBelow(root) {
		path := strings.Fields(c.CommandPath())[1:]
		switch path[0] {
		case "demo", "help", "completion", "serve":
			continue // they take no rubbish, print it, or go on for ever where nothing is wrong
		}
		for _, line := range s.rubbishLines(a, c, path) {
			_ = os.RemoveAll(filepath.Join(s.dir, rubbish)) // what the line before may have written
			code, _, talk := s.type_(line.args...)
			tried++
			if complaint := s.judge(root, line, code, talk); complaint != "" {
				t.Errorf("%q: %s\n%s(exit %d)", line.args, complaint, talk, code)
			}
		}
	}
	t.Logf("%d command lines", tried)
}

// verbsBelow yields the commands that do something.
func verbsBelow(c *cobra.Command) func(func(*cobra.Command) bool) {
	return func(yield func(*cobra.Command) bool) {
		for _, sub := range c.Commands() {
			if sub.HasSubCommands() {
				for v := range verbsBelow(sub) {
					if !yield(v) {
						return
					}
				}
			} else if !yield(sub) {
				return
			}
		}
	}
}

// A rubbishLine is a command line with one thing wrong.
type rubbishLine struct {
	args []string
	what string // the flag or placeholder that got the nonsense
	must bool   // it cannot be right by any chance
}

// rubbishLines makes the command lines for one verb.
func (s *rubbishShop) rubbishLines(a *App, c *cobra.Command, path []string) (lines []rubbishLine) {
	ps, err := parseUse(c.Use)
	if err != nil {
		return nil
	}
	var good []string
	for _, p := range ps {
		if p.choices != nil {
			good = append(good, p.choices[0])
		} else {
			good = append(good, s.good(a, p.name))
		}
	}
	var flags []string
	if c.Flags().Lookup("dry-run") != nil {
		flags = append(flags, "--dry-run")
	}
	if c.Flags().Lookup("yes") != nil {
		flags = append(flags, "--yes")
	}
	if c.Flags().Lookup("reason") != nil {
		flags = append(flags, "--reason=because")
	}
	flags = append(flags, s.needed(a, c, path, good, flags)...)
	line := func(what string, must bool, args []string, more ...string) {
		all := append(append(append([]string{}, path...), flags...), more...)
		all = append(append(all, "--"), args...)
		lines = append(lines, rubbishLine{all, what, must})
	}
	line("as it should be", false, good)
	for i, p := range ps {
		for _, bad := range s.some(rubbish, "", long) {
			if bad == long && (p.name == "DIR" || p.name == "FILE") {
				continue // the machine says what it thinks of that
			}
			args := append([]string{}, good...)
			args[i] = bad
			line(p.word(), p.choices != nil || !anything(p.name) && bad == rubbish, args)
		}
		if !p.optional {
			line(p.word(), true, good[:i])
		}
	}
	line("arguments", len(ps) == 0 || !ps[len(ps)-1].many, append(append([]string{}, good...), "surplus"))
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.NoOptDefVal != "" || f.Name == "store" {
			return
		}
		name, _ := pflag.UnquoteUsage(f)
		_, choice := f.Value.(interface{ Choices() []string })
		for _, bad := range s.some(rubbish, "", "-1", long) {
			if shared := isWriteFlag(f.Name) || isSharedFlag(c, f.Name); shared && bad != rubbish || bad == "-1" && anything(name) {
				continue // they are the same everywhere
			}
			line("--"+f.Name, choice || f.Value.Type() == "int" && bad == rubbish || !anything(name) && bad == rubbish, good, "--"+f.Name+"="+bad)
		}
	})
	line("--fields", true, good, "--fields="+rubbish)
	line("--colour", true, good, "--no-such-flag")
	return lines
}

// anything reports whether any text will do for a placeholder, or a text that is new.
func anything(name string) bool {
	switch name {
	case "TEXT", "NAME", "TITLE", "VALUE", "ADDRESS", "ROLE", "CODE", "ID", "CATEGORY", "ACCOUNT", "COMMAND", "FILE", "PATH", "DIR", "USER", "PATTERN",
		"NUMBER", "FIELD", "SKILL", "PART":
		return true
	}
	return false
}

var isNeeded = regexp.MustCompile(`^error: --([a-z-]+) is needed`)

// needed finds the flags without which a verb does not begin.
func (s *rubbishShop) needed(a *App, c *cobra.Command, path, good, flags []string) (more []string) {
	for range 10 {
		args := append(append(append(append([]string{}, path...), flags...), more...), "--")
		_, _, talk := s.type_(append(args, good...)...)
		m := isNeeded.FindStringSubmatch(talk)
		if m == nil {
			return more
		}
		f := c.Flags().Lookup(m[1])
		if f == nil {
			return more
		}
		name, _ := pflag.UnquoteUsage(f)
		value := s.good(a, name)
		if v, ok := f.Value.(interface{ Choices() []string }); ok {
			value = v.Choices()[0]
		}
		more = append(more, "--"+f.Name+"="+value)
	}
	return more
}

// judge says what is wrong with how a command line ended, or "".
func (s *rubbishShop) judge(root *cobra.Command, line rubbishLine, code int, talk string) string {
	if code == 0 {
		if line.must {
			return line.what + " is nonsense, and accepted"
		}
		return ""
	}
	var errs, hints []string
	for l := range strings.Lines(talk) {
		l = strings.TrimSuffix(l, "\n")
		if text, ok := strings.CutPrefix(l, "error: "); ok {
			errs = append(errs, text)
		} else if text, ok := strings.CutPrefix(l, "hint: "); ok {
			hints = append(hints, text)
		}
	}
	switch {
	case code == exitError && strings.Contains(talk, "error: none of 2 was done"): // for different reasons
	case code == exitError || code > exitRefused:
		return "the exit code is wrong"
	case len(errs) != 1 || errs[0] == "":
		return "there is no one error"
	case len(errs[0]) > 2*sentenceMost:
		return fmt.Sprintf("the error has %d letters", len(errs[0]))
	case len(hints) == 0:
		return "there is no hint"
	}
	for _, h := range hints {
		if problem := badHint(root, h, line.args); problem != "" {
			return fmt.Sprintf("the hint %q %s", h, problem)
		}
	}
	return ""
}

// badHint says what is wrong with a hint, or "". A hint is a command that exists, with flags that it
// has, or "add --flag" for the command that was typed.
func badHint(root *cobra.Command, hint string, typed []string) string {
	words := strings.Fields(hint)
	flagsOf, _, err := root.Find(typed)
	if err != nil {
		return "follows a command that does not exist"
	}
	switch {
	case len(words) > 1 && words[0] == "callout":
		if words[1] == "help" && len(words) > 2 {
			return ""
		}
		var rest []string
		flagsOf, rest, err = root.Find(words[1:])
		if err != nil || flagsOf == root || flagsOf.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
			return "names a command that does not exist"
		}
	case len(words) > 1 && (words[0] == "write" || words[0] == "leave"): // a value, or a flag
	case len(words) > 1 && words[0] == "add" && strings.HasPrefix(words[1], "--"):
	default:
		return "is no command"
	}
	for _, w := range words {
		if name, ok := strings.CutPrefix(w, "--"); ok && name != "" && name != "help" {
			name = strings.TrimRight(strings.SplitN(name, "=", 2)[0], ",.;:)…")
			if flagsOf.Flags().Lookup(name) == nil && root.PersistentFlags().Lookup(name) == nil {
				return "names --" + name + ", which there is not"
			}
		}
	}
	return ""
}

// TestBadHints: what the walk over rubbish calls no hint.
func TestBadHints(t *testing.T) {
	root := newRootCmd(newBench(t, "").App)
	for hint, good := range map[string]bool{
		"callout wo list":                         true,
		"callout wo create --customer Mill …":     true,
		"callout time list -o name | callout ...": true,
		"add --yes if this is meant":              true,
		"callout wo destroy":                      false,
		"callout wo list --colour":                false,
		"add --colour":                            false,
		"choose another time":                     false,
	} {
		if got := badHint(root, hint, []string{"invoice", "release"}); (got == "") != good {
			t.Errorf("%q: %q", hint, got)
		}
	}
}
