package completions_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"callout/cmd"
)

var update = flag.Bool("update", false, "rewrite the scripts")

// TestScripts compares the files with what callout prints.
func TestScripts(t *testing.T) {
	for shell, file := range map[string]string{
		"bash":       "callout.bash",
		"zsh":        "_callout",
		"fish":       "callout.fish",
		"powershell": "callout.ps1",
	} {
		var out, errs bytes.Buffer
		if code := cmd.Main([]string{"completion", shell}, strings.NewReader(""), &out, &errs); code != 0 {
			t.Fatalf("callout completion %s: exit %d: %s", shell, code, errs.String())
		}
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil { //nolint:gosec // everybody may read it
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, out.Bytes()) {
			t.Errorf("%s is not what callout completion %s prints; run go generate ./completions", file, shell)
		}
	}
}
