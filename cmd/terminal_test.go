package cmd

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"callout/calendar"
)

func TestColorDecision(t *testing.T) {
	tests := []struct {
		tty  bool
		set  string
		vars map[string]string
		want bool
	}{
		{tty: true, want: true},
		{tty: false, want: false},
		{tty: true, vars: map[string]string{"NO_COLOR": "0"}, want: false},
		{tty: true, vars: map[string]string{"NO_COLOR": ""}, want: true},
		{tty: true, vars: map[string]string{"TERM": "dumb"}, want: false},
		{tty: false, vars: map[string]string{"CLICOLOR_FORCE": "1"}, want: true},
		{tty: false, vars: map[string]string{"CLICOLOR_FORCE": "0"}, want: false},
		{tty: false, vars: map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, want: false},
		{tty: false, set: "always", vars: map[string]string{"NO_COLOR": "1"}, want: true},
		{tty: true, set: "never", vars: map[string]string{"CLICOLOR_FORCE": "1"}, want: false},
	}
	for _, tt := range tests {
		b := newBench(t, "")
		for k, v := range tt.vars {
			b.vars[k] = v
		}
		b.config.Color = tt.set
		if got := b.wantsColor(tt.tty); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

func TestTableColoursDoNotMoveColumns(t *testing.T) {
	list := sampleList()
	list.Columns[0].Style = func(sample) role { return bad }
	b := newBench(t, "")
	b.outTTY, b.color = true, true
	if err := list.Print(b.App, Rows(samples())); err != nil {
		t.Fatal(err)
	}
	bare := strings.NewReplacer("\x1b[1;31m", "", "\x1b[2m", "", "\x1b[0m", "").Replace(b.out.String())
	want := "NUMBER  TITLE                 UNIT PRICE  START\n" +
		"WO-1    Boiler                      95.5  2026-03-02 09:00 CET\n" +
		"WO-2    Tab here \"and\" there          -3\n"
	if bare != want || !strings.Contains(b.out.String(), "\x1b[1;31mWO-1\x1b[0m") {
		t.Errorf("got %q", b.out.String())
	}
}

func TestTableFitsTheTerminal(t *testing.T) {
	rows := []sample{{Number: "WO-1", Title: strings.Repeat("long ", 40)}, {Number: "WO-2", Title: "配管工事と暖房の点検を行う"}}
	b := newBench(t, "")
	b.outTTY, b.width = true, 40
	b.shared.fields = []string{"number", "title"}
	if err := sampleList().Print(b.App, Rows(rows)); err != nil {
		t.Fatal(err)
	}
	want := "NUMBER  TITLE\nWO-1    long long long long long long l…\nWO-2    配管工事と暖房の点検を行う\n"
	if b.out.String() != want {
		t.Errorf("got\n%s", b.out.String())
	}
}

// TestLongTables prints more rows than a table looks at before it begins.
func TestLongTables(t *testing.T) {
	rows := make([]sample, 3*tableBlock)
	for i := range rows {
		rows[i] = samples()[0]
	}
	rows[tableBlock+7].Title = strings.Repeat("wide ", 50)
	b := newBench(t, "")
	b.outTTY, b.width = true, 60
	if err := sampleList().Print(b.App, Rows(rows)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(b.out.String(), "\n"), "\n")
	if len(lines) != len(rows)+1 {
		t.Fatalf("%d lines for %d rows", len(lines), len(rows))
	}
	for i, line := range lines[1:] {
		if want := lines[1]; i != tableBlock+7 && line != want {
			t.Fatalf("row %d is %q, and the first one %q", i, line, want)
		}
	}
	if got, want := lines[tableBlock+8], "WO-1    wide …        95.5  2026-03-02 09:00 CET"; got != want {
		t.Errorf("a wider cell is %q, want %q", got, want)
	}
}

func TestHostileNamesDoNotReachTheTerminal(t *testing.T) {
	rows := []sample{{Number: "WO-1", Title: "\x1b]0;owned\x07\u009b2Jname"}}
	for _, format := range []string{"table", "tsv"} {
		b := newBench(t, "")
		b.outTTY = format == "table"
		if err := sampleList().Print(b.App, Rows(rows)); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.out.String(), "\x1b\x07\u009b") {
			t.Errorf("%s: %q", format, b.out.String())
		}
	}
}

func TestAccessible(t *testing.T) {
	b := newBench(t, "")
	b.outTTY = true
	b.vars["ACCESSIBLE"] = "1"
	if code := b.runVerb(listVerb(b.App, Rows(samples())), "item", "list"); code != 0 {
		t.Fatal(b.err.String())
	}
	want := "number: WO-1\ntitle: Boiler\nunit price: 95.5\nstart: 2026-03-02 09:00 CET\n\nnumber: WO-2\ntitle: Tab here \"and\" there\nunit price: -3\n"
	if b.out.String() != want {
		t.Errorf("got %q", b.out.String())
	}
}

// showVerb is a command that shows one thing.
func showVerb(a *App) []*cobra.Command {
	type task struct {
		Number string   `json:"number"`
		Title  string   `json:"title"`
		Tags   []string `json:"tags"`
		Price  string   `json:"price"`
		Kind   string   `json:"kind"`
	}
	v := task{"T-1", "=Boiler", []string{"a", "b"}, "95.50", "labour"}
	return []*cobra.Command{a.Verb(Verb{Use: "show", Short: "Show", Example: "callout show", Fields: []string{"number", "title", "tags", "price", "kind"},
		Run: func(context.Context, []string) error {
			return a.Show(v.Number, v, func(p *Page) {
				p.Title("%s %s", v.Number, v.Title)
				p.Field("Price", v.Price)
				p.Field("Starts", fixedNow().In(time.FixedZone("CET", 3600)))
				p.Field("Nothing", "")
				p.Field("Note", "two\nlines")
				p.Section("Tasks")
				p.Line("%d of them", 2)
				p.Table([]string{"task", "hours"}, [][]any{{"Look", 1}, {"Repair", 2}})
				p.Table([]string{"none"}, nil)
			})
		}})}
}

func TestShow(t *testing.T) {
	text := "T-1 =Boiler\nPrice:  95.50\nStarts: 2026-03-02T09:30:00Z\nNote:   two\n        lines\n\nTasks\n2 of them\nTASK    HOURS\nLook    1\nRepair  2\n"
	tests := []struct {
		args string
		tty  bool
		want string
	}{
		{"", false, text},
		{"--color=never", true, strings.Replace(text, "2026-03-02T09:30:00Z", "2026-03-02 10:30 CET", 1)},
		{"-o name", false, "T-1\n"},
		{"-o json --fields title,number", false, "{\n  \"schema\": \"callout/v1\",\n  \"title\": \"=Boiler\",\n  \"number\": \"T-1\"\n}\n"},
		{"-o jsonl", false, `{"schema":"callout/v1","number":"T-1","title":"=Boiler","tags":["a","b"],"price":"95.50","kind":"labour"}` + "\n"},
		{"-o yaml --fields price,tags", false, "schema: callout/v1\nprice: \"95.50\"\ntags:\n  - a\n  - b\n"},
		{"-o csv", false, "number,title,tags,price,kind\nT-1,'=Boiler,\"[\"\"a\"\",\"\"b\"\"]\",95.50,labour\n"},
		{"-o tsv", false, "T-1\t=Boiler\t[\"a\",\"b\"]\t95.50\tlabour\n"},
		{"--fields kind", false, "labour\n"},
		{"--fields kind,number", true, "kind:   labour\nnumber: T-1\n"},
		{"--jq .tags[]", true, "a\nb\n"},
	}
	for _, tt := range tests {
		b := newBench(t, "")
		b.outTTY = tt.tty
		b.vars["NO_COLOR"] = "1"
		if code := b.runVerb(showVerb(b.App), append([]string{"show"}, strings.Fields(tt.args)...)...); code != 0 || b.out.String() != tt.want {
			t.Errorf("%s: exit %d %s\ngot\n%s\nwant\n%s", tt.args, code, b.err.String(), b.out.String(), tt.want)
		}
	}
	b := newBench(t, "")
	if code := b.runVerb(showVerb(b.App), "show", "--fields", "nmber"); code != exitUsage || !strings.Contains(b.err.String(), "hint: callout show --fields number") {
		t.Errorf("exit %d: %s", code, b.err.String())
	}
}

func TestConfirm(t *testing.T) {
	many := strings.Fields(strings.Repeat("E ", bulkItems+1))
	tests := []struct {
		name   string
		danger Danger
		ids    []string
		typed  string
		tty    bool
		flags  string
		code   int
		err    string
		did    string // what was done in the end, where that is not all or nothing
	}{
		{name: "mild never asks", danger: Mild, ids: many, code: 0},
		{name: "bulk, few", danger: Bulk, ids: many[1:], tty: true, code: 0},
		{name: "bulk, many, yes", danger: Bulk, ids: many, tty: true, typed: "y\n", code: 0, err: "callout entry approve: 11 items\nGo on? [y/N] "},
		{name: "bulk, many, enter", danger: Bulk, ids: many, tty: true, typed: "\n", code: 2, err: "not confirmed; nothing was changed"},
		{name: "bulk, many, end of input", danger: Bulk, ids: many, tty: true, code: 2, err: "Go on? [y/N] \nerror: not confirmed; nothing was changed\nhint: add --yes if this is meant\n"},
		{name: "bulk, many, in a script", danger: Bulk, ids: many, code: 2, err: "error: callout entry approve: 11 items needs a confirmation\nhint: add --yes if this is meant\n"},
		{name: "bulk, many, --yes", danger: Bulk, ids: many, flags: "--yes", code: 0},
		{name: "bulk, many, --no-input", danger: Bulk, ids: many, tty: true, typed: "y\n", flags: "--no-input", code: 2, err: "hint: add --yes"},
		{name: "bulk, many, --dry-run", danger: Bulk, ids: many, flags: "--dry-run", code: 0},
		{name: "bulk from a pipe was selected already", danger: Bulk, ids: []string{"-"}, typed: strings.Repeat("E\n", 50), code: 0},
		{name: "severe, name typed", danger: Severe, ids: []string{"INV-1"}, tty: true, typed: "INV-1\n", code: 0, err: "callout entry approve INV-1\nThis cannot be undone. Type INV-1 to go on: "},
		{name: "severe, yes is not the name", danger: Severe, ids: []string{"INV-1"}, tty: true, typed: "yes\n", code: 2, err: "not confirmed"},
		{name: "severe, not there", danger: Severe, ids: []string{"E-gone"}, tty: true, code: 4, err: "error: no entry E-gone"},
		{name: "severe, not there, in a script", danger: Severe, ids: []string{"E-gone"}, code: 4, err: "error: no entry E-gone"},
		{name: "severe, refused", danger: Severe, ids: []string{"E-no"}, tty: true, code: 6, err: "error: the maker may not approve"},
		{name: "severe, one is refused", danger: Severe, ids: []string{"E-1", "E-no", "E-3"}, tty: true, typed: "2\n", code: 3, did: "E-1 E-3",
			err: "callout entry approve: 2 of 3 items; the others are refused\nThis cannot be undone. Type 2 to go on: "},
		{name: "severe, in a script", danger: Severe, ids: []string{"INV-1"}, code: 2, err: "hint: add --yes if this is meant"},
		{name: "severe, several, number typed", danger: Severe, ids: []string{"INV-1", "INV-2"}, tty: true, typed: "2\n", code: 0},
		{name: "severe from a pipe", danger: Severe, ids: []string{"-"}, typed: "INV-1\n", code: 2, err: "hint: add --yes"},
		{name: "severe from a pipe, --yes", danger: Severe, ids: []string{"-"}, typed: "INV-1\n", flags: "--yes", code: 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.typed)
			b.inTTY, b.errTTY = tt.tty, tt.tty
			b.vars["NO_COLOR"] = "1"
			p := approver{danger: tt.danger}
			args := append([]string{"entry", "approve"}, append(strings.Fields(tt.flags), tt.ids...)...)
			code := b.runVerb(p.commands(b.App), args...)
			if code != tt.code || !strings.Contains(b.err.String(), tt.err) || tt.did == "" && (code == 0) != (len(p.batches) > 0) {
				t.Errorf("exit %d, want %d; stderr %q, want %q; %d batches", code, tt.code, b.err.String(), tt.err, len(p.batches))
			}
			if tt.did != "" && fmt.Sprint(p.batches) != "[["+tt.did+"]]" {
				t.Errorf("%v was done, want %s", p.batches, tt.did)
			}
		})
	}
}

func TestConfirmRun(t *testing.T) {
	for _, tt := range []struct {
		typed string
		code  int
	}{{"backup\n", 0}, {"no\n", exitUsage}} {
		b := newBench(t, tt.typed)
		b.inTTY, b.errTTY = true, true
		ran := false
		verb := b.Verb(Verb{Use: "wipe DIR", Short: "Wipe", Example: "callout wipe x", Writes: true, Danger: Severe,
			Run: func(context.Context, []string) error { ran = true; return nil }})
		if code := b.runVerb([]*cobra.Command{verb}, "wipe", "backup"); code != tt.code || ran != (code == 0) {
			t.Errorf("typed %q: exit %d, ran %v", tt.typed, code, ran)
		}
	}
}

func TestProgress(t *testing.T) {
	for _, tt := range []struct {
		name string
		tty  bool
		dumb bool
		want string
	}{
		{"terminal", true, false, "\r\x1b[Krows: 3 of 10 (30 %)\r\x1b[Krows: 5 of 10 (50 %)\r\x1b[K"},
		{"pipe", false, false, "rows: 3 of 10 (30 %)\nrows: 6 of 10 (60 %)\n"},
		{"dumb terminal", true, true, "rows: 3 of 10 (30 %)\nrows: 6 of 10 (60 %)\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "")
			now := fixedNow()
			b.Now = func() time.Time { return now }
			b.errTTY = tt.tty
			if tt.dumb {
				b.vars["TERM"] = "dumb"
			}
			p := b.Progress("rows", 10)
			for _, wait := range []time.Duration{0, 299, 1, 50, 60} { // milliseconds
				now = now.Add(wait * time.Millisecond)
				p.Add(1)
			}
			if !p.repaints() {
				now = now.Add(progressSlow)
				p.Add(1)
			}
			p.Done()
			if b.err.String() != tt.want {
				t.Errorf("got %q, want %q", b.err.String(), tt.want)
			}
		})
	}
	b := newBench(t, "")
	p := b.Progress("rows", 0)
	p.Add(5)
	p.Done()
	if b.err.Len() > 0 {
		t.Errorf("quick work says %q", b.err.String())
	}
}

func TestClosest(t *testing.T) {
	for _, tt := range []struct{ word, want string }{
		{"aprove", "approve"}, {"lsit", "list"}, {"STATUS", "status"}, {"xyzzy", ""}, {"app", "approve"}, {"l", ""}, {"", ""}, {"statsu", "status"},
	} {
		if got := closest(tt.word, []string{"approve", "list", "status"}); got != tt.want {
			t.Errorf("closest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestTimeFlags(t *testing.T) {
	vienna, err := calendar.LoadZone("", "Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, "")
	got, err := b.Time("start", "tomorrow 09:00", vienna)
	if want := time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("at the place: %v, %v", got, err)
	}
	b.config.TZ = "Asia/Tokyo"
	got, err = b.Time("start", "tomorrow 09:00", vienna)
	if want := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("in the zone that was asked for: %v, %v", got, err)
	}
	if _, err = b.Time("start", "soon", vienna); err == nil || !strings.HasPrefix(err.Error(), "start: ") {
		t.Errorf("a wrong time is reported as %v", err)
	}
	if at, err := b.At(vienna); err != nil || !at.IsZero() {
		t.Errorf("without --at: %v, %v", at, err)
	}
}

func TestCommandID(t *testing.T) {
	b := newBench(t, "")
	if id := b.CommandID("E-1"); id.String() != "00000000-0000-0000-0000-000000000000" {
		t.Errorf("without --cmd-id: %s", id)
	}
	b.write.cmdID = "018f3d5e-7c1a-7000-8000-000000000001"
	if id := b.CommandID(""); id.String() != b.write.cmdID {
		t.Errorf("a UUID is not taken as it is: %s", id)
	}
	seen := map[string]bool{}
	for _, given := range []string{"import", b.write.cmdID} {
		for _, item := range []string{"E-1", "E-2"} {
			b.write.cmdID = given
			id := b.CommandID(item)
			if id != b.CommandID(item) || seen[id.String()] {
				t.Errorf("%s/%s: %s is not one id for one item", given, item, id)
			}
			seen[id.String()] = true
		}
	}
}

func TestParseUse(t *testing.T) {
	for _, tt := range []struct{ use, want string }{
		{"list", "[]"},
		{"show WO", "[{WO [] false false}]"},
		{"approve TIME-ENTRY...", "[{TIME-ENTRY [] false true}]"},
		{"undo [ENTRY]", "[{ENTRY [] true false}]"},
		{"add WO [FILE...]", "[{WO [] false false} {FILE [] true true}]"},
		{"completion bash|zsh", "[{ [bash zsh] false false}]"},
		{"", "error"}, {"show wo", "error"}, {"show [WO", "error"}, {"x A... B", "error"}, {"x [A] B", "error"},
	} {
		got, err := parseUse(tt.use)
		if text := fmt.Sprint(got); err == nil && text != tt.want || (err != nil) != (tt.want == "error") {
			t.Errorf("%q: %s, %v", tt.use, text, err)
		}
	}
}
