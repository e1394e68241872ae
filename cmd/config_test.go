package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeFile puts a file into a bench's world.
func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPrecedence takes one source after the other away, best first, and expects the next to
// count: in the value, in the typed configuration and in the origin.
func TestPrecedence(t *testing.T) {
	b := newBench(t, "")
	user, project := b.userConfigPath(), filepath.Join(b.Dir, projectFile)
	writeFile(t, user, "lock-wait: 3s\n")
	writeFile(t, project, "lock-wait: 2s\n")
	b.vars["CALLOUT_LOCK_WAIT"] = "1s"
	args := []string{"config", "get", "lock-wait", "--fields", "value,origin", "--lock-wait", "500ms"}
	steps := []struct {
		value, origin string
		next          func()
	}{
		{"500ms", "flag --lock-wait", func() { args = args[:5] }},
		{"1s", "env CALLOUT_LOCK_WAIT", func() { delete(b.vars, "CALLOUT_LOCK_WAIT") }},
		{"2s", project, func() { _ = os.Remove(project) }},
		{"3s", user, func() { _ = os.Remove(user) }},
		{"10s", "default", func() {}},
	}
	for _, s := range steps {
		b.out.Reset()
		b.shared = sharedFlags{}
		if code := b.runVerb(nil, args...); code != 0 {
			t.Fatalf("exit %d: %s", code, b.err.String())
		}
		if got, want := b.out.String(), s.value+"\t"+s.origin+"\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if d, _ := time.ParseDuration(s.value); b.Config().LockWait != d {
			t.Errorf("the verb sees %s, the list says %s", b.Config().LockWait, d)
		}
		s.next()
	}
}

func TestConfigSources(t *testing.T) {
	b := newBench(t, "")
	b.Dir = filepath.Join(b.Dir, "deep", "down")
	above := filepath.Dir(filepath.Dir(b.Dir))
	writeFile(t, filepath.Join(above, projectFile), "store: data/shop.db\n")
	b.vars["PAGER"], b.vars["ACCESSIBLE"] = "less", "1"
	s, err := b.loadSettings(false, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.config()
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(above, "data", "shop.db"); c.Store != want {
		t.Errorf("a store in a file above is %q, want %q", c.Store, want)
	}
	if c.Pager != "less" || !c.Accessible {
		t.Errorf("PAGER and ACCESSIBLE are not read: %+v", c)
	}
	writeFile(t, b.userConfigPath(), "pager: cat\naccessible: false\nstore: ~/mine.db\n")
	s, err = b.loadSettings(false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, _ = s.config(); c.Pager != "cat" || c.Accessible {
		t.Errorf("the user's file loses to PAGER or ACCESSIBLE: %+v", c)
	}
	if s, err = b.loadSettings(true, nil); err != nil {
		t.Fatal(err)
	}
	if c, _ = s.config(); c.Store != filepath.Join(b.vars["HOME"], ".local/share/callout/shop.db") {
		t.Errorf("a raw verb read the files: %+v", c)
	}
	_ = os.Remove(filepath.Join(above, projectFile))
	if s, err = b.loadSettings(false, nil); err != nil {
		t.Fatal(err)
	}
	if c, _ = s.config(); c.Store != filepath.Join(b.vars["HOME"], "mine.db") {
		t.Errorf("~ is not the home folder: %q", c.Store)
	}
}

func TestConfigErrors(t *testing.T) {
	tests := []struct{ name, user, project, env, want string }{
		{"typo", "stoer: x\n", "", "", "unknown key \"stoer\" in USER\nhint: did you mean \"store\"?"},
		{"no such thing", "server:\n  url: x\n", "", "", "unknown key \"server.url\" in USER\nhint: callout config list"},
		{"wrong value", "color: blue\n", "", "", "color: \"blue\" is none of auto, always, never (from USER)"},
		{"wrong value in the environment", "", "", "soon", "lock-wait: \"soon\" is no duration such as 10s or 2m (from env CALLOUT_LOCK_WAIT)"},
		{"no YAML", ": : :\n", "", "", "USER cannot be read"},
		{"a project file cannot start programs", "", "pager: rm -rf .\n", "", "pager: not taken from a project file, which may come from somebody else: PROJECT\nhint: callout config set pager VALUE"},
		{"zone", "tz: Wien\n", "", "", "\"Wien\" is no IANA time zone (from USER)"},
		{"boolean", "no-input: maybe\n", "", "", "no-input: \"maybe\" is neither true nor false (from USER)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "")
			if tt.user != "" {
				writeFile(t, b.userConfigPath(), tt.user)
			}
			project := filepath.Join(b.Dir, projectFile)
			if tt.project != "" {
				writeFile(t, project, tt.project)
			}
			b.vars["CALLOUT_LOCK_WAIT"] = tt.env
			want := strings.NewReplacer("USER", b.userConfigPath(), "PROJECT", project).Replace(tt.want)
			if code := b.runVerb(nil, "config", "list"); code != exitUsage || !strings.Contains(b.err.String(), want) {
				t.Errorf("exit %d, %q, want %q", code, b.err.String(), want)
			}
			for _, args := range [][]string{{"version"}, {"help"}, {"config", "path"}, {"completion", "bash"}} {
				if code := b.runVerb(nil, args...); code != 0 && tt.env == "" {
					t.Errorf("callout %s does not run with broken settings: %s", args[0], b.err.String())
				}
			}
		})
	}
}

func TestConfigSet(t *testing.T) {
	b := newBench(t, "")
	user := b.userConfigPath()
	writeFile(t, user, "# my settings\ncolor: never # at night\n")
	set := func(want int, args ...string) {
		t.Helper()
		b.err.Reset()
		b.write = writeFlags{}
		if code := b.runVerb(nil, append([]string{"config", "set"}, args...)...); code != want {
			t.Fatalf("%v: exit %d, want %d: %s", args, code, want, b.err.String())
		}
	}
	expect := func(path, want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
		}
	}
	set(0, "tz", "Europe/Vienna")
	set(0, "color", "always")
	expect(user, "# my settings\ncolor: always # at night\ntz: Europe/Vienna\n")
	set(0, "no-input", "true", "--dry-run")
	set(0, "color", "")
	expect(user, "# my settings\ntz: Europe/Vienna\n")
	set(exitUsage, "tz", "Mars")
	set(exitUsage, "colour", "always")
	set(exitUsage, "--project", "pager", "less")
	expect(user, "# my settings\ntz: Europe/Vienna\n")
	set(0, "--project", "store", "shop.db")
	expect(filepath.Join(b.Dir, projectFile), "store: shop.db\n")
	set(0, "tz", "")
	expect(user, "")
	set(0, "as", "no")
	expect(user, "as: \"no\"\n")
}

func TestEnvironmentIsDocumented(t *testing.T) {
	b := newBench(t, "")
	for _, k := range b.configKeys() {
		if !strings.Contains(environmentText, envName(k.name)+" ") {
			t.Errorf("callout help environment does not tell of %s", envName(k.name))
		}
	}
}
