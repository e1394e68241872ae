package tui_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/cmd"
	"callout/shop"
	"callout/store"
	"callout/tui"
)

var update = flag.Bool("update", false, "write the golden frames anew")

// place is a shop on disk with a clock that stands, and a shell on it.
type place struct {
	t     testing.TB
	now   time.Time
	shop  *shop.Shop
	shell tui.Shell
}

// monday is the morning on which the tests play: Monday 2 March 2026, 08:00 in Vienna.
func monday() time.Time { return time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC) }

// newPlace makes a shop with two technicians, two customers and three orders, by the commands that a
// person would type.
func newPlace(t testing.TB) *place {
	t.Helper()
	dir := t.TempDir()
	p := &place{t: t, now: monday().Add(-time.Hour)}
	path := filepath.Join(dir, "shop.db")
	lookup := func(name string) (string, bool) {
		if name == "CALLOUT_STATE" || name == "XDG_CONFIG_HOME" {
			return filepath.Join(dir, "home"), true
		}
		return "", false
	}
	now := func() time.Time { return p.now }
	p.shell = cmd.NewShell(path, "mia", now, lookup)
	p.run("init --company Donau --currency EUR --tz Europe/Vienna --policy single")
	s, err := shop.Open(shop.Options{Path: path, StateDir: filepath.Join(dir, "home"), Now: now, LockWait: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	p.shop = s
	t.Cleanup(func() { _ = s.Close() })
	for _, line := range []string{
		"technician add ana --skill gas --shift 'Mon-Fri 08:00-17:00' --tz Europe/Vienna",
		"technician add ben --skill electric --shift 'Mon-Fri 08:00-17:00' --tz Europe/Vienna",
		"customer add 'Hotel Prater'",
		"customer add 'Café 東京'",
		"site add 'Hotel Prater' --name Kitchen --address 'Praterstern 1' --lat 48.2185 --lon 16.3920 --tz Europe/Vienna",
		"site add 'Café 東京' --name Bar --address 'Graben 2' --lat 48.2087 --lon 16.3700 --tz Europe/Vienna",
		"wo create --customer 'Hotel Prater' --site Kitchen --title 'Boiler service'",
		"wo create --customer 'Café 東京' --site Bar --title 'Coffee machine leaks' --priority high",
		"wo create --customer 'Hotel Prater' --site Kitchen --title 'Gas check'",
		"appt schedule WO-1001 --technician ana --start '2026-03-02 09:00' --duration 2h",
		"appt schedule WO-1002 --technician ben --start '2026-03-02 10:00' --duration 90m",
	} {
		p.now = p.now.Add(time.Minute) // so that lists which are ordered by time have one order
		p.run(line)
	}
	p.now = monday()
	return p
}

// run runs a command line that must be done.
func (p *place) run(line string) string {
	p.t.Helper()
	o := p.shell.Run(context.Background(), words(p.t, line))
	if !o.Done() {
		p.t.Fatalf("callout %s\nexit %d: %s\nhint: %s", line, o.Exit, o.Error, o.Hint)
	}
	return o.Out
}

// words splits a line at spaces, but not within single quotes.
func words(t testing.TB, line string) []string {
	t.Helper()
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

// script drives a board by keys and looks at what it shows.
type script struct {
	*place
	m      *tui.Model
	closed bool
}

// open opens the board at a size. It is driven by the script alone: nothing happens between two keys.
func (p *place) open(w, h int, change ...func(*tui.Options)) *script {
	p.t.Helper()
	zone, err := calendar.LoadZone("tz", "Europe/Vienna")
	if err != nil {
		p.t.Fatal(err)
	}
	o := tui.Options{
		Shop: p.shop, Shell: p.shell, Now: func() time.Time { return p.now }, Zone: zone, Title: "Donau", Actor: "mia",
		Day: calendar.DateOf(p.now, zone), Driven: true,
	}
	for _, c := range change {
		c(&o)
	}
	m, err := tui.New(p.t.Context(), o)
	if err != nil {
		p.t.Fatal(err)
	}
	s := &script{place: p, m: m}
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.play(m.Init())
	return s
}

func (s *script) send(msg tea.Msg) {
	_, c := s.m.Update(msg)
	s.play(c)
}

// play runs a command and what comes of it, to the end.
func (s *script) play(c tea.Cmd) {
	if c == nil {
		return
	}
	switch msg := c().(type) {
	case nil:
	case tea.BatchMsg:
		for _, each := range msg {
			s.play(each)
		}
	case tea.QuitMsg:
		s.closed = true
	default:
		s.send(msg)
	}
}

// press presses keys, which are divided by spaces: "j j space l enter ctrl+r".
func (s *script) press(keys string) *script {
	s.t.Helper()
	for _, k := range strings.Fields(keys) {
		s.send(keyOf(k))
		if pane := s.m.Stuck(); pane != "" {
			s.t.Fatalf("after %s nobody reads the pane %s any more", k, pane)
		}
	}
	return s
}

// types types a text, a key for each character.
func (s *script) types(text string) *script {
	for _, r := range text {
		s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return s
}

// keyOf is the key press of a name in the table.
func keyOf(name string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(rest)[0], Mod: tea.ModCtrl}
	}
	if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		return tea.KeyPressMsg{Code: named[rest], Mod: tea.ModShift}
	}
	if r, ok := named[name]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

// changed lets the board see what others have done to the shop.
func (s *script) changed() *script {
	s.t.Helper()
	var n uint64
	if err := s.shop.View(s.t.Context(), func(r store.Reader) (err error) { n, err = store.Size(r); return err }); err != nil {
		s.t.Fatal(err)
	}
	s.send(tui.Changed(n))
	return s
}

// shows wants each text on the screen.
func (s *script) shows(texts ...string) *script {
	s.t.Helper()
	frame := s.m.Plain()
	for _, text := range texts {
		if !strings.Contains(frame, text) {
			s.t.Fatalf("the screen does not show %q:\n%s", text, frame)
		}
	}
	return s
}

// onLane wants the cursor in the lane of somebody.
func (s *script) onLane(name string) *script {
	s.t.Helper()
	frame := s.m.Plain()
	if !regexp.MustCompile("(?m)^ " + regexp.QuoteMeta(name) + " *([↑↓]\\d+)?[▸>]").MatchString(frame) {
		s.t.Fatalf("the cursor is not in the lane of %s:\n%s", name, frame)
	}
	return s
}

// hides wants none of the texts on the screen.
func (s *script) hides(texts ...string) *script {
	s.t.Helper()
	frame := s.m.Plain()
	for _, text := range texts {
		if strings.Contains(frame, text) {
			s.t.Fatalf("the screen shows %q:\n%s", text, frame)
		}
	}
	return s
}

// golden compares the screen with the frame that is kept under a name; with -update it is kept anew.
func (s *script) golden(name string) *script {
	s.t.Helper()
	path := filepath.Join("testdata", name+".txt")
	got := s.m.Plain()
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			s.t.Fatal(err)
		}
		return s
	}
	want, err := os.ReadFile(path) //nolint:gosec // a file of this package
	if err != nil {
		s.t.Fatal(err)
	}
	if got != string(want) {
		s.t.Fatalf("%s is another screen now; got\n%s\nwant\n%s", name, got, want)
	}
	return s
}

// readOnly opens a board that only looks.
func readOnly(o *tui.Options) { o.ReadOnly = true }

// file publishes a checklist from the text of its file.
func (p *place) file(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.run("checklist add " + path)
}
