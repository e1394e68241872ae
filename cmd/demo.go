package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/internal/fault"
)

func newDemoCmd(a *App) *cobra.Command {
	var board bool
	return GroupData.In(a.Verb(Verb{
		Use:   "demo",
		Short: "Build a whole shop and walk two chains from the request to the released invoice",
		Long: "Every command is shown as you would type it, with what it printed. Nothing is faked: they run one after the other\n" +
			"on a new store, which is kept for you to go on with. Without --store it lies in a new temporary folder; a store that\n" +
			"is not empty is refused. With --board there is work for today as well, and the board is opened on it at the end; without\n" +
			"a terminal the day is told line by line.",
		Example: "callout demo\ncallout demo --store ./demo.db\ncallout demo --board",
		Fields:  []string{"store", "folder", "commands"},
		Raw:     false,
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&board, "board", false, "plan work for today, and open the dispatch board on it")
		},
		Run: func(ctx context.Context, _ []string) error { return a.demo(ctx, board) },
	}))
}

// step is one command line of the demo.
type step struct {
	say  string // what is about to happen, for the reader
	line string // the command line, with $NAME for what an earlier step kept
	keep string // the name under which the step's output is kept
	exit int    // how it must end: the demo shows refusals, too
	hush bool   // only the first line of the output is shown
}

// stage is where the demo plays.
type stage struct {
	app   *App
	dir   string // files of the demo; commands run in it
	store string
	kept  map[string]string
	ran   int
}

// demo plays the story and says how to go on.
func (a *App) demo(ctx context.Context, board bool) error {
	st, err := a.newStage()
	if err != nil {
		return err
	}
	zone, err := calendar.LoadZone("tz", demoZone)
	if err != nil {
		return err
	}
	now := a.Now().In(zone.Location()) // its days are those of the shop
	acts := demoStory(now)
	if board {
		acts = append(acts, demoToday(now))
	}
	for _, act := range acts {
		a.say("\n%s\n", a.paint(strong, "# "+act.title))
		for _, s := range act.steps {
			if err := st.play(ctx, s); err != nil {
				return err
			}
		}
	}
	a.say("\n%s\n", a.paint(strong, "# Yours to go on with"))
	a.say("%d commands were run. The store is kept: %s\n\n", st.ran, st.store)
	a.say("export CALLOUT_STORE=%s CALLOUT_AS=mia\n", quoteWord(st.store))
	for _, line := range demoEnd() {
		a.say("%s\n", line)
	}
	if !board {
		return nil
	}
	a.say("\n")
	a.config.Store, a.config.As = st.store, "mia"
	return a.board(ctx, &boardFlags{day: now.Format(time.DateOnly), days: 1})
}

// say writes to stdout; that nobody reads it any more ends the run elsewhere.
func (a *App) say(format string, args ...any) { _, _ = fmt.Fprintf(a.Out, format, args...) }

// newStage makes the folder, the files the story needs, and picks the place of the store.
func (a *App) newStage() (*stage, error) {
	st := &stage{app: a, kept: map[string]string{}}
	if a.shared.store == "" {
		dir, err := os.MkdirTemp("", "callout-demo-")
		if err != nil {
			return nil, fault.Internalf("cannot make a temporary folder").Because(err)
		}
		st.dir, st.store = dir, filepath.Join(dir, "shop.db")
	} else {
		path, err := filepath.Abs(a.shared.store)
		if err != nil {
			return nil, fault.Invalidf("store", "%s is no path", a.shared.store).Because(err)
		}
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return nil, fault.Conflictf("there is already a store at %s", path).With("store.exists").
				Hint("callout demo --store NEW.db")
		}
		st.store, st.dir = path, path+".demo"
	}
	if err := os.MkdirAll(st.dir, 0o700); err != nil { // and with it the folder of the store
		return nil, fault.Internalf("cannot make the folder %s", st.dir).Because(err)
	}
	for name, content := range demoFiles() {
		if err := os.WriteFile(filepath.Join(st.dir, name), content, 0o600); err != nil {
			return nil, fault.Internalf("cannot write %s", name).Because(err)
		}
	}
	return st, os.Chdir(st.dir)
}

// play runs one step through the same tree as any command line and checks how it ended.
func (st *stage) play(ctx context.Context, s step) error {
	a := st.app
	if s.say != "" {
		a.say("\n%s\n", a.paint(faint, "# "+s.say))
	}
	shown := s.line
	if s.keep != "" {
		shown = s.keep + "=$(" + s.line + ")"
	}
	a.say("%s %s\n", a.paint(faint, "$"), a.paint(strong, shown))
	var out, talk bytes.Buffer
	code := 0
	for _, line := range strings.Split(st.expand(s.line), " | ") {
		args, err := splitLine(line)
		if err != nil {
			return err
		}
		in := out.String()
		out.Reset()
		child := newApp(strings.NewReader(in), &out, &talk)
		child.Now, child.Dir, child.LookupEnv = a.Now, st.dir, st.lookup
		child.outTTY = s.keep == "" && !strings.HasSuffix(line, "-o name")
		code = child.run(ctx, args[1:])
		st.ran++
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	text := out.String()
	if s.keep != "" {
		st.kept[s.keep] = strings.TrimSpace(text)
		text = ""
	}
	if s.hush {
		text, _, _ = strings.Cut(text, "\n")
		text += "\n"
	}
	a.say("%s%s", text, talk.String())
	if code != s.exit {
		return fault.Internalf("the demo's command %q ended with exit code %d, not %d", s.line, code, s.exit)
	}
	if code != 0 {
		a.say("%s\n", a.paint(caution, fmt.Sprintf("(exit code %d)", code)))
	}
	return nil
}

// lookup is the environment of the demo's commands: this store, no settings of the
// person's own, and none left behind in their files.
func (st *stage) lookup(name string) (string, bool) {
	switch {
	case name == "CALLOUT_STORE":
		return st.store, true
	case name == "CALLOUT_PAGER":
		return "cat", true
	case name == "XDG_CONFIG_HOME":
		return filepath.Join(st.dir, "config"), true
	case name == "NO_COLOR" && !st.app.color:
		return "1", true
	case strings.HasPrefix(name, "CALLOUT_") && name != "CALLOUT_STATE":
		return "", false
	}
	return st.app.LookupEnv(name)
}

var variable = regexp.MustCompile(`\$[A-Z][A-Z0-9_]*`)

func (st *stage) expand(line string) string {
	return variable.ReplaceAllStringFunc(line, func(v string) string { return st.kept[v[1:]] })
}

// splitLine splits a command line of the demo into words as a shell does, with double quotes only.
func splitLine(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quoted, some := false, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted, some = !quoted, true
		case r == ' ' && !quoted:
			if some {
				words = append(words, word.String())
			}
			word.Reset()
			some = false
		default:
			word.WriteRune(r)
			some = true
		}
	}
	if quoted {
		return nil, fault.Internalf("the demo's line %q lacks a quote", line)
	}
	if some {
		words = append(words, word.String())
	}
	return words, nil
}

// quoteWord makes a path safe to paste into a shell.
func quoteWord(s string) string {
	if strings.ContainsAny(s, " '\"$\\") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
