package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportedOrdersAreReleased takes real work orders through the whole of callout, with
// its commands alone: one that cost something, one that cost nothing, one that was given back.
func TestImportedOrdersAreReleased(t *testing.T) {
	source := filepath.Join("..", "..", "shared", "data", "work-orders", "excavators.csv")
	text, err := os.ReadFile(source)
	if err != nil {
		t.Skipf("the file %s is not here", source)
	}
	dir := t.TempDir()
	part := filepath.Join(dir, "part.csv")
	lines := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(part, []byte(strings.Join(lines[:1000], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	shell := func(code int, args ...string) string {
		t.Helper()
		b := newBench(t, "")
		b.vars = map[string]string{"HOME": dir, "CALLOUT_STORE": filepath.Join(dir, "shop.db"), "CALLOUT_AS": "Ada"}
		if got := b.runVerb(nil, args...); got != code {
			t.Fatalf("callout %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, b.out.String(), b.err.String())
		}
		return strings.TrimSpace(b.out.String())
	}
	shell(0, "init", "--company", "Pit Services", "--currency", "AUD", "--tz", "Australia/Perth")
	shell(0, "company", "edit", "--address", "1 Mine Road, Perth")
	shell(0, "tax", "set", "standard", "10", "--default")
	shell(0, "import", "work-orders", part, "--map", filepath.Join("..", "docs", "examples", "excavators.map.yaml"))
	shell(0, "customer", "edit", "Excavator fleet", "--address", "2 Pit Street, Kalgoorlie")
	for _, tt := range []struct {
		line         int // of the file: WO-1001 stands in line 2
		order, gross string
	}{
		{2, "WO-1001", "201.36"}, {4, "WO-1003", "104.50"}, {951, "WO-1950", "720.71"},
	} {
		if tt.line != 2 { // something to bill besides
			price := "95"
			if strings.Contains(lines[tt.line-1], ",-339.81") {
				price = "995"
			}
			shell(0, "item", "add", tt.order, "--task", "1", "--service", "CALL-OUT", "--qty", "1", "--price", price)
		}
		shell(0, "task", "done", tt.order+"/1")
		shell(0, "wo", "complete", tt.order)
		invoice := shell(0, "invoice", "propose", tt.order, "-o", "name")
		shell(6, "invoice", "approve", invoice)
		shell(0, "invoice", "approve", invoice, "--as", "Bo")
		number := shell(0, "invoice", "release", invoice, "--as", "Bo", "--yes", "-o", "name")
		if got := shell(0, "invoice", "show", number, "-o", "json", "--jq", "[.status, .gross] | join(\" \")"); got != "released "+tt.gross {
			t.Errorf("%s came to %q, want %s", tt.order, got, tt.gross)
		}
	}
	shell(0, "audit", "verify")
}
