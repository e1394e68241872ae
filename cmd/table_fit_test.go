package cmd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"pgregory.net/rapid"

	"callout/money"
)

// visit is a row with everything that a table treats differently.
type visit struct {
	number, status, title, site, note string
	from, to                          time.Time
	sum                               money.Amount
}

func visitList() List[visit] {
	return List[visit]{
		Key: func(v visit) string { return v.number },
		Columns: []Column[visit]{
			{Name: "number", Value: func(v visit) any { return v.number }},
			{Name: "status", Drop: 2, Value: func(v visit) any { return v.status }},
			{Name: "title", Least: 16, Value: func(v visit) any { return v.title }},
			{Name: "site", Value: func(v visit) any { return v.site }},
			{Name: "from", Value: func(v visit) any { return v.from }},
			{Name: "to", Drop: 1, Value: func(v visit) any { return v.to }},
			{Name: "sum", Right: true, Value: func(v visit) any { return v.sum }},
			{Name: "note", Value: func(v visit) any { return v.note }},
		},
	}
}

func visits() []visit {
	vienna := time.FixedZone("CET", 3600)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, vienna)
	return []visit{
		{number: "V-1", status: "partially-completed", title: "Boiler room of the old brewery", site: "Brew house", from: at, to: at.Add(time.Hour), sum: amount("84.50")},
		{number: "V-2", status: "completed", title: "Pump", site: "Bakery", from: at.AddDate(0, 0, 1)},
	}
}

// amount reads a sum of euros.
func amount(s string) (a money.Amount) {
	if err := a.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return a
}

// TestTableAtWidths: what goes first on ever narrower terminals, and what is said about it.
func TestTableAtWidths(t *testing.T) {
	tests := []struct {
		width   int
		want    string
		note    string
		fields  []string
		silence bool // stderr is no terminal
	}{
		{width: 0, want: "" +
			"NUMBER  STATUS               TITLE                           SITE        FROM                  TO                      SUM  NOTE\n" +
			"V-1     partially-completed  Boiler room of the old brewery  Brew house  2026-03-02 09:00 CET  2026-03-02 10:00 CET  84.50\n" +
			"V-2     completed            Pump                            Bakery      2026-03-03 09:00 CET                         0.00\n"},
		{width: 118, want: "" +
			"NUMBER  STATUS               TITLE                           SITE        FROM CET          TO CET              SUM\n" +
			"V-1     partially-completed  Boiler room of the old brewery  Brew house  2026-03-02 09:00  2026-03-02 10:00  84.50\n" +
			"V-2     completed            Pump                            Bakery      2026-03-03 09:00                     0.00\n",
			note: "hidden for want of room: note (--fields number,note shows them)\n"},
		{width: 100, want: "" +
			"NUMBER  STATUS             TITLE               SITE        FROM CET          TO CET              SUM\n" +
			"V-1     partially-comple…  Boiler room of th…  Brew house  2026-03-02 09:00  2026-03-02 10:00  84.50\n" +
			"V-2     completed          Pump                Bakery      2026-03-03 09:00                     0.00\n",
			note: "hidden for want of room: note (--fields number,note shows them)\n"},
		{width: 80, want: "" +
			"NUMBER  TITLE              SITE        FROM CET          TO CET              SUM\n" +
			"V-1     Boiler room of t…  Brew house  2026-03-02 09:00  2026-03-02 10:00  84.50\n" +
			"V-2     Pump               Bakery      2026-03-03 09:00                     0.00\n",
			note: "hidden for want of room: status, note (--fields number,status,note shows them)\n"},
		{width: 66, want: "" +
			"NUMBER  TITLE                  SITE        FROM CET            SUM\n" +
			"V-1     Boiler room of the o…  Brew house  2026-03-02 09:00  84.50\n" +
			"V-2     Pump                   Bakery      2026-03-03 09:00   0.00\n",
			note: "hidden for want of room: status, to, note (--fields number,status,to,note shows them)\n"},
		{width: 30, silence: true, want: "" +
			"NUMBER  FROM CET            SUM\n" +
			"V-1     2026-03-02 09:00  84.50\n" +
			"V-2     2026-03-03 09:00   0.00\n"},
		{width: 30, fields: []string{"number", "title", "status"}, want: "" +
			"NUMBER  TITLE             STATUS\n" +
			"V-1     Boiler room of …  partially-c…\n" +
			"V-2     Pump              completed\n"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.width, tt.fields), func(t *testing.T) {
			b := newBench(t, "")
			b.outTTY, b.errTTY, b.width = true, !tt.silence, tt.width
			b.shared.fields = tt.fields
			if err := visitList().Print(b.App, Rows(visits())); err != nil {
				t.Fatal(err)
			}
			if b.out.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", b.out.String(), tt.want)
			}
			if b.err.String() != tt.note {
				t.Errorf("the note is %q", b.err.String())
			}
		})
	}
}

// TestTableOfManyZones: a heading names a zone only where all times have it.
func TestTableOfManyZones(t *testing.T) {
	rows := visits()
	rows[1].from = rows[1].from.UTC()
	b := newBench(t, "")
	b.outTTY, b.width = true, 60
	if err := visitList().Print(b.App, Rows(rows)); err != nil {
		t.Fatal(err)
	}
	if out := b.out.String(); !strings.Contains(out, "09:00 CET") || !strings.Contains(out, "08:00 UTC") || strings.Contains(out, "FROM CET") {
		t.Errorf("got\n%s", out)
	}
}

// TestTablesFit: whatever the rows and the width, no line is longer than the terminal unless what
// must not be cut is, and nothing of that is cut.
func TestTablesFit(t *testing.T) {
	words := rapid.StringMatching(`[a-zäé]{0,12}( [a-z]{1,12}){0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		var rows []visit
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			v := visits()[0]
			v.number = rapid.StringMatching(`[A-Z]{1,4}-[0-9]{1,20}`).Draw(t, "number")
			v.status, v.title = words.Draw(t, "status"), words.Draw(t, "title")
			v.site, v.note = words.Draw(t, "site"), words.Draw(t, "note")
			rows = append(rows, v)
		}
		width := rapid.IntRange(20, 160).Draw(t, "width")
		b := bench{}
		b.App = newApp(strings.NewReader(""), &b.out, &b.err)
		b.outTTY, b.width = true, width
		if err := visitList().Print(b.App, Rows(rows)); err != nil {
			t.Fatal(err)
		}
		firm := 0
		for _, v := range rows {
			firm = max(firm, len(v.number), len("NUMBER"))
			if !strings.Contains(b.out.String(), v.number) {
				t.Fatalf("%s is not there whole:\n%s", v.number, b.out.String())
			}
		}
		firm += columnGap + len("2026-03-02 09:00") + columnGap + len("84.50")
		for line := range strings.Lines(b.out.String()) {
			line = strings.TrimRight(line, "\n")
			if got := twwidth.Width(line); got > max(width, firm) {
				t.Fatalf("%d columns on a terminal of %d, where %d must not be cut:\n%s", got, width, firm, b.out.String())
			}
			if !strings.Contains(line, "2026-03-02 09:00") && !strings.Contains(line, "FROM") || !strings.HasSuffix(line, "84.50") && !strings.Contains(line, "SUM") && !strings.Contains(line, "84.50  ") {
				t.Fatalf("a time or an amount is cut in %q", line)
			}
		}
	})
}

// TestPagesWrap: a table of a page goes on below, and cuts nothing.
func TestPagesWrap(t *testing.T) {
	b := newBench(t, "")
	b.outTTY, b.width = true, 40
	err := b.Show("x", map[string]any{}, func(p *Page) {
		p.Field("Why", "the new pump comes with the truck of tonight, says Eva")
		p.Table([]string{"n", "title"}, [][]any{{1, "Remove the old pump and what hangs on it"}, {2, "  Fit the new one and what goes with it"}})
	})
	want := "" +
		"Why: the new pump comes with the truck\n" +
		"     of tonight, says Eva\n" +
		"N  TITLE\n" +
		"1  Remove the old pump and what hangs on\n" +
		"   it\n" +
		"2    Fit the new one and what goes with\n" +
		"     it\n"
	if err != nil || b.out.String() != want {
		t.Errorf("%v, got\n%s", err, b.out.String())
	}
}
