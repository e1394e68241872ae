package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callout/tui"
)

// TestKeysInTheManual compares the list of keys in the page on the board with the table that the board goes by. With
// -update it is written anew.
func TestKeysInTheManual(t *testing.T) {
	const begin = "<!-- keys: made by go generate ./cmd from the board's own table -->\n```\n"
	path := filepath.Join("..", "docs", "manual", "18-board.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, ended := strings.Cut(rest, "```\n")
	if !ok || !ended {
		t.Fatalf("%s has no place for the keys", path)
	}
	want := head + begin + strings.TrimRight(tui.KeysText(), "\n") + "\n```\n" + tail
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatalf("%s lists other keys than the board has; run go generate ./cmd", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil { //nolint:gosec // everybody may read it
		t.Fatal(err)
	}
}
