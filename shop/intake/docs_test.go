package intake

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestTheManualNamesEverything: what a mapping may say stands in docs/import.md.
func TestTheManualNamesEverything(t *testing.T) {
	manual := read(t, filepath.Join("..", "..", "docs", "import.md"))
	for _, kind := range Kinds() {
		var line string
		for l := range strings.Lines(manual) {
			if strings.HasPrefix(l, "| "+kind+" |") {
				line = l
			}
		}
		if line == "" {
			t.Errorf("no line of the table of fields is about %s", kind)
			continue
		}
		for _, f := range Fields(kind) {
			group, _, grouped := strings.Cut(f, "_")
			whole := strings.Contains(line, " "+f+",") || strings.Contains(line, " "+f+" ") || strings.Contains(line, " "+f+";") || strings.Contains(line, "**"+f+"**")
			if !whole && (!grouped || !strings.Contains(line, group+"_…")) {
				t.Errorf("the manual does not name %s of %s", f, kind)
			}
		}
	}
	for _, doc := range []string{
		"kind: work-orders\nsource: x\nnothing: x\n",
		"kind: work-orders\nsource: x\ncsv: {nothing: x}\n",
		"kind: work-orders\nsource: x\nfields: {opened_at: {nothing: x}}\n",
		"kind: prices\nsource: x\nfields: {price: {nothing: x}}\n",
		"kind: technicians\nsource: x\nfields: {skills: {nothing: x}}\n",
		"kind: work-orders\nsource: x\nfields: {customer: {value: x}, site: {value: x}}\nitems: [{nothing: x}]\n",
	} {
		_, err := ParseMapping([]byte(doc))
		if err == nil {
			t.Fatalf("accepted %q", doc)
		}
		_, known, ok := strings.Cut(err.Error(), "; there are ")
		if !ok {
			t.Fatalf("%v does not name the keys that there are", err)
		}
		for key := range strings.SplitSeq(known, ", ") {
			if !strings.Contains(manual, "`"+key+"`") && !strings.Contains(manual, "`"+key+":") && !strings.Contains(manual, "\n"+key+":") &&
				!strings.Contains(manual, " "+key+": ") {
				t.Errorf("the manual does not name the key %s", key)
			}
		}
	}
}
