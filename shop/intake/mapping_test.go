package intake

import (
	"strings"
	"testing"
)

const smallMap = `
kind: work-orders
source: pit
zone: Australia/Perth
create: [customer, site, asset]
fields:
  customer: {value: Pit Nine}
  site: {value: North Pit}
  asset: {template: "Excavator {Asset}"}
  title: {column: Text}
  opened_at: {column: Start}
items:
  - kind: expense
    text: {value: Repair}
    cost: {column: Cost}
    price: {column: Cost}
`

func TestMappingIsRead(t *testing.T) {
	m, err := ParseMapping([]byte(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	if m.Kind != "work-orders" || m.Source != "pit" || len(m.items) != 1 || !m.creates("asset") {
		t.Fatalf("read as %+v", m)
	}
	if got := m.fields["opened_at"].zone.Name(); got != "Australia/Perth" {
		t.Errorf("opened_at is read in %q", got)
	}
}

// What is wrong is told with its line, and in words that say what to write instead.
func TestMappingRefusals(t *testing.T) {
	with := func(old, instead string) string {
		if !strings.Contains(smallMap, old) {
			t.Fatalf("%q is not in the mapping", old)
		}
		return strings.Replace(smallMap, old, instead, 1)
	}
	tests := []struct{ name, doc, want string }{
		{"empty", "", "empty"},
		{"not yaml", "kind: [", "line"},
		{"two documents", smallMap + "\n---\nkind: parts\n", "more than one document"},
		{"no keys", "- a\n- b\n", "line 1: the mapping is written as keys with values"},
		{"unknown key", with("zone:", "zones:"), `line 4: unknown key "zones"`},
		{"key twice", with("source: pit", "source: pit\nsource: pot"), `line 4: "source" stands in line 3 already`},
		{"no kind", with("kind: work-orders\n", ""), "kind is missing"},
		{"unknown kind", with("work-orders", "workorders"), `line 2: "workorders" is none of work-orders`},
		{"no source", with("source: pit\n", ""), "source is missing"},
		{"source with spaces", with("source: pit", "source: the pit"), "small letters"},
		{"no fields", "kind: parts\nsource: x\n", "fields is missing"},
		{"unknown field", with("title:", "titel:"), `unknown key "titel" in fields of work-orders`},
		{"field missing", with("  customer: {value: Pit Nine}\n", ""), "lack customer"},
		{"bare word", with("{column: Text}", "Text"), "write {column: Text}, or {value: Text}"},
		{"two sources", with("{column: Text}", "{column: Text, value: x}"), "one of them"},
		{"no source of a value", with("{column: Text}", "{required: true}"), "one of them"},
		{"unknown step", with("{column: Text}", "{column: Text, uppercase: true}"), `line 10: unknown key "uppercase" in the value of title`},
		{"step of another form", with("{column: Text}", "{column: Text, decimal: ','}"), `unknown key "decimal"`},
		{"otherwise without map", with("{column: Text}", "{column: Text, otherwise: x}"), "there is no map"},
		{"null", with("{column: Text}", "{column: }"), "one value is expected"},
		{"template without column", with("Excavator {Asset}", "Excavator"), "names no column"},
		{"open brace", with("Excavator {Asset}", "{Asset"), "without a column"},
		{"stray brace", with("Excavator {Asset}", "Asset}"), "without a {"},
		{"bad date", with("{column: Start}", "{column: Start, date: DD.MM}"), "reads no year"},
		{"go's layout", with("{column: Start}", `{column: Start, date: "2006-01-02"}`), "it is written with YYYY"},
		{"minutes alone", with("{column: Start}", `{column: Start, date: "YYYY-MM-DD mm"}`), "without its hour"},
		{"month twice", with("{column: Start}", `{column: Start, date: "YYYY-MM-MM"}`), "reads its month twice"},
		{"no zone", with("zone: Australia/Perth\n", ""), "need a zone"},
		{"unknown zone", with("Australia/Perth", "Perth"), "no IANA time zone"},
		{"zone and offset", with("{column: Start}", `{column: Start, date: "YYYY-MM-DD hh:mmZ", zone: UTC}`), "say it twice"},
		{"create nothing", with("[customer, site, asset]", "[planet]"), `"planet" cannot be created`},
		{"item without kind", with("kind: expense", "when: Cost"), "needs a kind"},
		{"expense without text", with("    text: {value: Repair}\n", ""), "needs a text"},
		{"expense with ref", with("text: {value: Repair}", "text: {value: Repair}\n    ref: {value: R}"), "has no ref"},
		{"part without ref", with("kind: expense", "kind: part"), "needs a ref"},
		{"item key", with("cost: {column: Cost}", "costs: {column: Cost}"), `unknown key "costs" in an item`},
		{"both separators", with("cost: {column: Cost}", `cost: {column: Cost, thousands: "."}`), "cannot separate both"},
		{"cut", with("cost: {column: Cost}", `cost: {column: Cost, cut: 12}`), "0 to 9"},
		{"delimiter", smallMap + "csv: {delimiter: ab}\n", "is none of , ; |"},
		{"no header", smallMap + "csv: {header: false}\n", "needs columns"},
		{"header and columns", smallMap + "csv: {columns: [A]}\n", "without a header"},
		{"column twice", smallMap + "csv: {header: false, columns: [A, A]}\n", "stands here twice"},
		{"items of parts", "kind: parts\nsource: x\nfields: {code: {column: A}}\nitems: []\n", "only work orders have items"},
		{"create for parts", "kind: parts\nsource: x\ncreate: [site]\nfields: {code: {column: A}}\n", "creates nothing else"},
		{"anchor", "kind: parts\nsource: &a x\nfields: {code: *a}\n", "keys with values"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseMapping([]byte(tt.doc))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %q, which does not say %q", err, tt.want)
			}
		})
	}
}

func TestMappingNamesColumnsThatAreNotThere(t *testing.T) {
	m, err := ParseMapping([]byte(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ header, want string }{
		{"Asset,Text,Start", `no column "Cost"`},
		{"Asset,Text,Start,Cost,Text", `column "Text" that line 10 of the mapping reads stands in the header twice`},
		{"Asset;Text;Start;Cost", `there are "Asset;Text;Start;Cost"`},
		{"Start,Cost,Asset,Text", ""},
	}
	for _, tt := range tests {
		_, err := newFeed(m, strings.NewReader(tt.header+"\n"))
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.header, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, which does not say %s", tt.header, err, tt.want)
		}
	}
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(smallMap))
	f.Add([]byte("kind: parts\nsource: x\nfields: {code: {column: A, map: {a: b}, otherwise: ''}}\ncsv: {delimiter: tab}\n"))
	f.Add([]byte("kind: sites\nsource: x\nkey: [A]\nfields:\n  customer: {column: A}\n  name: {template: '{{{B}}}'}\n"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		m, err := ParseMapping(doc)
		if err != nil {
			return
		}
		// What was accepted can be used: every column can be asked for, every row decided.
		header := map[string]bool{}
		for _, v := range m.values() {
			for _, c := range v.columns() {
				header[c] = true
			}
		}
		if m.Kind == "" || m.Source == "" || kindOf(m.Kind) == nil {
			t.Fatalf("accepted without kind or source: %q", doc)
		}
		at := map[string]int{}
		var row Row
		for c := range header {
			at[c] = len(row.Cells)
			row.Cells = append(row.Cells, "1")
		}
		for _, c := range m.Key {
			at[c] = 0
		}
		c := &cells{m: m, at: at, row: row}
		_ = m.kind.command(c, Origin{Source: m.Source, Row: "1"})
	})
}
