package cmd

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the files that the tests compare with")

// golden compares text with a file, or rewrites the file when the tests run with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // everybody may read it
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // everybody may read it
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if string(want) == got {
		return
	}
	old, now := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	at := 0
	for at < len(old) && at < len(now) && old[at] == now[at] {
		at++
	}
	t.Errorf("%s is out of date from line %d on; run the test with -update and look at the difference\nwas %q\nis  %q",
		file, at+1, strings.Join(old[at:min(at+1, len(old))], ""), strings.Join(now[at:min(at+1, len(now))], ""))
}
