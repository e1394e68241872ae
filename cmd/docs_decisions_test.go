package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var decisionRow = regexp.MustCompile(`(?m)^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$`)

// TestDecisionsAreListed compares the list of decisions with the pages: each page has its row, under the title that it has
// itself, in the order of the numbers.
func TestDecisionsAreListed(t *testing.T) {
	dir := filepath.Join("..", "docs", "adr")
	list, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "[0-9]*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no decisions: %v", err)
	}
	rows := decisionRow.FindAllStringSubmatch(string(list), -1)
	if len(rows) != len(pages) {
		t.Errorf("%d rows for %d pages", len(rows), len(pages))
	}
	for i, path := range pages { // Glob sorts
		name := filepath.Base(path)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		number, title, ok := strings.Cut(strings.TrimPrefix(first, "# "), ". ")
		if !ok || strings.Repeat("0", 4-min(len(number), 4))+number != name[:4] {
			t.Errorf("%s begins with %q", name, first)
		}
		if i >= len(rows) {
			t.Errorf("%s has no row", name)
			continue
		}
		if row := rows[i]; row[1] != name[:4] || row[2] != name || row[3] != title {
			t.Errorf("the row of %s is %q, its title is %q", name, row[0], title)
		}
	}
}
