package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docFiles are the pages that show commands and what they print: the README and the manual,
// in the order in which they are read.
func docFiles(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join("..", "docs", "manual", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no manual: %v", err)
	}
	return append([]string{filepath.Join("..", "README.md")}, pages...)
}

// TestDocs types what the README and the manual say and compares what comes of it with what
// they show. With -update it rewrites the outputs that differ.
func TestDocs(t *testing.T) {
	if underRace {
		t.Skip("the manual is some hundred processes of one thread each; it is read without the race detector")
	}
	reader := newDocReader(t)
	for _, file := range docFiles(t) {
		p := readPage(t, file)
		t.Run(p.name, func(t *testing.T) {
			if len(p.steps) == 0 {
				t.Fatal("the page shows no command")
			}
			ran, err := reader.read(t, p)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range p.steps {
				if differs := s.differs(ran[i].output, ran[i].exit); differs != "" && (!*update || ran[i].exit != s.exit) {
					t.Errorf("%s:%d: %s: %s", file, s.line, s.script, differs)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(p.rewritten(ran)), 0o644); err != nil { //nolint:gosec // everybody may read it
					t.Fatal(err)
				}
			}
		})
	}
}

// TestDocsFindLies plants pages that lie, each in its own way, beside one that does not.
func TestDocsFindLies(t *testing.T) {
	head := "<!-- clock: 2026-03-02T08:00:00+01:00 -->\n```console\n"
	for _, c := range []struct{ name, block, finds string }{
		{"the truth", "$ printf 'a\\nb\\n'; false # exit 1\na\nb\n", ""},
		{"lines left out", "$ printf 'a\\nb\\nc\\n'\na\n…\n", ""},
		{"text left out", "$ echo 'WO-1001 done 17 ms'\nWO-1001 done … ms\n", ""},
		{"a command over two lines", "$ cat <<'END'\n> a\n> END\na\n", ""},
		{"callout itself, at the page's own time", "$ callout init --company A --currency EUR --tz Europe/Vienna -o name\nA\n$ callout log --limit 1 --fields at\nAT\n2026-03-02 …\n", ""},
		{"another output", "$ echo a\nb\n", "the page shows"},
		{"a line that is not printed", "$ echo a\na\nb\n", "the page shows"},
		{"a line that is not shown", "$ printf 'a\\nb\\n'\na\n", "the page shows"},
		{"output that is not shown at all", "$ echo a\n$ true\n", "the page shows"},
		{"an exit code that is not said", "$ false\n", "exit code 1, the page says 0"},
		{"another exit code", "$ false # exit 6\n", "exit code 1, the page says 6"},
		{"a verb that does not exist", "$ callout sing 2>/dev/null\n", "exit code 2, the page says 0"},
		{"lines left out in the wrong place", "$ printf 'a\\nb\\n'\n…\na\n", "the page shows"},
		{"a dot is no wildcard", "$ echo abc\na.c\n", "the page shows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := parsePage("planted.md", head+c.block+"```\n")
			if err != nil {
				t.Fatal(err)
			}
			ran, err := newDocReader(t).read(t, p)
			if err != nil {
				t.Fatal(err)
			}
			var found string
			for i, s := range p.steps {
				found += s.differs(ran[i].output, ran[i].exit)
			}
			if (found == "") != (c.finds == "") || !strings.Contains(found, c.finds) {
				t.Errorf("found %q, want %q", found, c.finds)
			}
		})
	}
	for name, text := range map[string]string{
		"a command outside a console block": "```sh\n$ callout wo list\n```\n",
		"a block without an end":            head + "$ true\n",
		"output without a command":          head + "hello\n```\n",
		"no clock":                          "```console\n$ true\n```\n",
	} {
		if _, err := parsePage("planted.md", text); err == nil {
			t.Errorf("%s is not found", name)
		}
	}
	p, err := parsePage("planted.md", "<!-- shop: nowhere.md -->\n"+head+"$ true\n```\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newDocReader(t).read(t, p); err == nil {
		t.Error("a shop that no page left is not missed")
	}
}

// TestDocsUpdate rewrites only what differs.
func TestDocsUpdate(t *testing.T) {
	text := "<!-- clock: 2026-03-02T08:00:00+01:00 -->\nBefore.\n\n```console\n$ echo a\n…\n$ echo b\nc\nd\n\n$ echo e\n```\n\nAfter.\n"
	want := strings.Replace(strings.Replace(text, "c\nd\n\n", "b\n", 1), "$ echo e\n", "$ echo e\ne\n", 1)
	p, err := parsePage("planted.md", text)
	if err != nil {
		t.Fatal(err)
	}
	ran, err := newDocReader(t).read(t, p)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.rewritten(ran); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

var (
	docCommand = regexp.MustCompile("`callout ([^`]+)`")
	docLink    = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

// TestDocsName looks for every command and flag that a page names in its text, and for every
// file that it links to.
func TestDocsName(t *testing.T) {
	files := docFiles(t)
	more, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range docCommand.FindAllStringSubmatch(string(text), -1) {
			if unknown := unknownWord(t, m[1]); unknown != "" {
				t.Errorf("%s: callout %s: there is no %s", file, m[1], unknown)
			}
		}
		for _, m := range docLink.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s: the link leads nowhere: %v", file, err)
			}
		}
	}
	for _, c := range []struct{ line, unknown string }{
		{"wo create --title T", ""}, {"wo raise", "raise"}, {"wo create --subject T", "--subject"}, {"help time", ""}, {"help times", "times"},
	} {
		if got := unknownWord(t, c.line); got != c.unknown {
			t.Errorf("callout %s: found %q, want %q", c.line, got, c.unknown)
		}
	}
}

// unknownWord is the first word of a command line that callout does not know: a noun, a
// verb, a help topic or a flag.
func unknownWord(t *testing.T, line string) string {
	t.Helper()
	words := strings.Fields(strings.SplitN(line, " | ", 2)[0])
	at := newRootCmd(newBench(t, "").App)
	if words[0] == "help" {
		for _, topic := range topics() {
			if len(words) == 2 && topic.name == words[1] {
				return ""
			}
		}
		words = words[1:]
	}
	for _, word := range words {
		if flag, ok := strings.CutPrefix(word, "--"); ok && flag != "help" {
			name, _, _ := strings.Cut(flag, "=")
			if at.Flags().Lookup(name) == nil && at.InheritedFlags().Lookup(name) == nil {
				return word
			}
			continue
		}
		if !at.HasSubCommands() || word == "--help" {
			continue
		}
		next, _, err := at.Find([]string{word})
		if err != nil || next == at {
			return word
		}
		at = next
	}
	return ""
}
