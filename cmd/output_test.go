package cmd

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// sample is a row of the lists in these tests.
type sample struct {
	Number string
	Title  string
	Price  decimal.Decimal
	Start  time.Time
	Skills []string
	Note   *string
}

func sampleList() List[sample] {
	return List[sample]{
		Key: func(r sample) string { return r.Number },
		Columns: []Column[sample]{
			{Name: "number", Value: func(r sample) any { return r.Number }},
			{Name: "title", Value: func(r sample) any { return r.Title }},
			{Name: "unit_price", Right: true, Value: func(r sample) any { return r.Price }},
			{Name: "start", Value: func(r sample) any { return r.Start }},
			{Name: "skills", Detail: true, Value: func(r sample) any { return r.Skills }},
			{Name: "note", Detail: true, Value: func(r sample) any { return r.Note }},
		},
		Empty: "no items match",
	}
}

func samples() []sample {
	vienna := time.FixedZone("CET", 3600)
	return []sample{
		{Number: "WO-1", Title: "Boiler", Price: decimal.RequireFromString("95.50"), Start: time.Date(2026, 3, 2, 9, 0, 0, 0, vienna), Skills: []string{"gas", "heating"}},
		{Number: "WO-2", Title: "Tab\there \"and\" there", Price: decimal.RequireFromString("-3")},
	}
}

// listVerb is a command that lists the given rows.
func listVerb(a *App, rows iter.Seq2[sample, error]) []*cobra.Command {
	return []*cobra.Command{a.Noun(Noun{Use: "item", Short: "Items", Group: GroupData}, a.Verb(Verb{
		Use: "list", Short: "List items", Example: "callout item list", Fields: sampleList().Names(),
		Run: func(_ context.Context, _ []string) error { return sampleList().Print(a, rows) },
	}))}
}

func TestListFormats(t *testing.T) {
	tests := []struct {
		name string
		args []string
		tty  bool
		want string
	}{
		{name: "tsv in a pipe", want: "WO-1\tBoiler\t95.5\t2026-03-02T08:00:00Z\nWO-2\tTab here \"and\" there\t-3\t\n"},
		{name: "tsv in a zone", args: []string{"--tz", "Europe/Vienna"}, want: "WO-1\tBoiler\t95.5\t2026-03-02T09:00:00+01:00\nWO-2\tTab here \"and\" there\t-3\t\n"},
		{name: "table on a terminal", tty: true, args: []string{"--color", "never"}, want: "" +
			"NUMBER  TITLE                 UNIT PRICE  START\n" +
			"WO-1    Boiler                      95.5  2026-03-02 09:00 CET\n" +
			"WO-2    Tab here \"and\" there          -3\n"},
		{name: "table in a zone", tty: true, args: []string{"--color", "never", "--tz", "Asia/Tokyo", "--fields", "number,start"}, want: "" +
			"NUMBER  START\n" +
			"WO-1    2026-03-02 17:00 JST\n" +
			"WO-2\n"},
		{name: "name", args: []string{"-o", "name"}, want: "WO-1\nWO-2\n"},
		{name: "csv has every field", args: []string{"-o", "csv"}, want: "" +
			"number,title,unit_price,start,skills,note\n" +
			"WO-1,Boiler,95.5,2026-03-02T08:00:00Z,\"gas,heating\",\n" +
			"WO-2,\"Tab\there \"\"and\"\" there\",-3,,,\n"},
		{name: "json", args: []string{"-o", "json"}, want: `{"schema":"callout/v1","items":[
{"number":"WO-1","title":"Boiler","unit_price":"95.5","start":"2026-03-02T08:00:00Z","skills":["gas","heating"],"note":null},
{"number":"WO-2","title":"Tab\there \"and\" there","unit_price":"-3","start":null,"skills":[],"note":null}
]}
`},
		{name: "jsonl", args: []string{"-o", "jsonl", "--fields", "start,number"}, want: `{"start":"2026-03-02T08:00:00Z","number":"WO-1"}
{"start":null,"number":"WO-2"}
`},
		{name: "yaml", args: []string{"-o", "yaml", "--fields", "number,unit_price,skills"}, want: `schema: callout/v1
items:
  - number: WO-1
    unit_price: "95.5"
    skills:
      - gas
      - heating
  - number: WO-2
    unit_price: "-3"
    skills: []
`},
		{name: "jq over the list", args: []string{"--jq", ".items[] | .number, .skills"}, want: "WO-1\n[\"gas\",\"heating\"]\nWO-2\n[]\n"},
		{name: "jq over each row", args: []string{"-o", "jsonl", "--jq", `select(.unit_price=="-3").number`}, want: "WO-2\n"},
		{name: "fields in a pipe", args: []string{"--fields", "skills,number"}, want: "gas,heating\tWO-1\n\tWO-2\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "")
			b.outTTY = tt.tty
			if code := b.runVerb(listVerb(b.App, Rows(samples())), append([]string{"item", "list"}, tt.args...)...); code != 0 {
				t.Fatalf("exit %d: %s", code, b.err.String())
			}
			if got := b.out.String(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestYAMLQuotesOldBools(t *testing.T) {
	got, err := toYAML([]byte(`{"country":"NO","on":"yes","text":"nothing","number":"1.10","null":"null","multi":"a\nb"}`))
	want := "country: \"NO\"\n\"on\": \"yes\"\ntext: nothing\nnumber: \"1.10\"\n\"null\": \"null\"\nmulti: |-\n  a\n  b\n"
	if err != nil || string(got) != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

func TestEmptyList(t *testing.T) {
	for format, want := range map[string]string{
		"json": `{"schema":"callout/v1","items":[]}` + "\n",
		"yaml": "schema: callout/v1\nitems: []\n",
		"csv":  "number,title,unit_price,start,skills,note\n",
		"tsv":  "", "jsonl": "", "name": "", "table": "",
	} {
		b := newBench(t, "")
		if code := b.runVerb(listVerb(b.App, Rows[sample](nil)), "item", "list", "-o", format); code != 0 {
			t.Fatalf("%s: exit %d", format, code)
		}
		if got := b.out.String(); got != want {
			t.Errorf("%s: got %q, want %q", format, got, want)
		}
	}
	b := newBench(t, "")
	b.outTTY, b.errTTY = true, true
	b.runVerb(listVerb(b.App, Rows[sample](nil)), "item", "list")
	if !strings.Contains(b.err.String(), "no items match") || b.out.Len() > 0 {
		t.Errorf("a terminal is told %q and shown %q", b.err.String(), b.out.String())
	}
}

func TestOutputUsage(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"--fields nummber", `there is no field "nummber"; there are number, title, unit_price, start, skills, note` + "\nhint: callout item list --fields number"},
		{"-o jason", `"jason" is none of table, json, jsonl, yaml, csv, tsv, name (did you mean "json"?)`},
		{"--jq .x -o csv", "--jq filters JSON and cannot be printed as csv"},
		{"--jq .[", "unexpected EOF"},
		{"--jq .items.x", "jq: "},
		{"-o name --fields number", "nothing to pick from"},
		{"--tz Mars/Base", `tz: "Mars/Base" is no IANA time zone`},
		{"--no-such", "unknown flag: --no-such"},
		{"--filds x", "hint: callout item list --fields"},
		{"surplus", "takes no arguments"},
	} {
		b := newBench(t, "")
		code := b.runVerb(listVerb(b.App, Rows(samples())), append([]string{"item", "list"}, strings.Fields(tt.args)...)...)
		if code != exitUsage || !strings.Contains(b.err.String(), tt.want) || b.out.Len() > 0 {
			t.Errorf("%s: exit %d, stderr %q, stdout %q", tt.args, code, b.err.String(), b.out.String())
		}
	}
}

// TestListsAreNotCutShort prints more rows than any buffer, table or page could mean by accident.
func TestListsAreNotCutShort(t *testing.T) {
	const n = 30_000
	for _, format := range []string{"tsv", "csv", "json", "jsonl", "yaml", "name"} {
		b := newBench(t, "")
		pages := Pages(func(cursor string) ([]sample, string, error) {
			from := 0
			_, _ = fmt.Sscan(cursor, &from)
			var rows []sample
			for i := from; i < min(from+999, n); i++ {
				rows = append(rows, sample{Number: fmt.Sprintf("WO-%d", i+1)})
			}
			if from+999 >= n {
				return rows, "", nil
			}
			return rows, fmt.Sprint(from + 999), nil
		})
		if code := b.runVerb(listVerb(b.App, pages), "item", "list", "-o", format); code != 0 {
			t.Fatalf("exit %d", code)
		}
		if got := strings.Count(b.out.String(), "WO-"); got != n {
			t.Errorf("%s: %d rows of %d", format, got, n)
		}
	}
}

func TestGuardCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Boiler": "Boiler", "-3": "-3", "-3.50": "-3.50", "12": "12",
		"=1+1": "'=1+1", "+43 1 23": "'+43 1 23", "@SUM(A1)": "'@SUM(A1)", "-": "'-", "-1-1": "'-1-1", "-.5": "'-.5",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "a=1": "a=1", "--3": "'--3", "-3.": "'-3.", "-1e3": "'-1e3",
	} {
		if got := guardCell(in); got != want {
			t.Errorf("guardCell(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestFormatsAgree prints hostile text in every format and expects to read the same back.
func TestFormatsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"1.10", "no", "null", "~", "2026-03-02", "0x1F", "1e3", "- a", "a: b", "#c",
			"\u2028", "\x7f\u0085", "=1", "line\nbreak", "\"", "'", "\\", "<&>", " lead", "trail ", "\ufeff"})).Draw(t, "text")
		text = strings.ToValidUTF8(text, "?")
		a := newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
		cols := []columnInfo{{name: "text"}}
		doc, err := a.jsonObject(cols, []any{text})
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON, fromYAML map[string]any
		if err := json.Unmarshal(doc, &fromJSON); err != nil || fromJSON["text"] != text {
			t.Fatalf("JSON %s reads back as %q (%v)", doc, fromJSON["text"], err)
		}
		y, err := toYAML(doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(y, &fromYAML); err != nil || !reflect.DeepEqual(fromJSON, fromYAML) {
			t.Fatalf("YAML %q reads back as %q, not %q (%v)", y, fromYAML["text"], text, err)
		}
		var sheet bytes.Buffer
		w := &csvRows{app: a, w: csv.NewWriter(&sheet), cols: cols}
		if err := w.write([]any{text}, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		var line bytes.Buffer
		if err := (&tsvRows{app: a, w: &line}).write([]any{text}, ""); err != nil {
			t.Fatal(err)
		}
		if s := line.String(); strings.Count(s, "\n") != 1 || strings.ContainsAny(s, "\t\x1b\r") {
			t.Fatalf("TSV %q is not one clean line", s)
		}
		r := csv.NewReader(&sheet)
		rows, err := r.ReadAll()
		// encoding/csv reads a line break in either form as \n and an only-empty record as none.
		if want := strings.ReplaceAll(guardCell(text), "\r\n", "\n"); err != nil || text != "" && (len(rows) != 2 || rows[1][0] != want) {
			t.Fatalf("CSV reads back as %q, not %q (%v)", rows, want, err)
		}
	})
}
