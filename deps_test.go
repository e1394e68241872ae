package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// floors lists the rooms from the top down. A package imports only from rooms below its own,
// or from its own; tests in packages of their own are exempt.
func floors() []string {
	return []string{"", "cmd", "tui", "server", "replica", "shop", "impact", "proof", "billing", "dispatch", "stock",
		"work", "approval", "party", "calendar", "money", "store", "internal"}
}

// beside lists folders that are no rooms: they hold files, and import what they like.
func beside() []string { return []string{"completions", "docs"} }

// testsOnly stands for test files, and for the one package that is a test suite for others.
const testsOnly = "store/storetest"

// only says which packages may import a module, each with its reason.
func only() map[string]struct{ where, why string } {
	return map[string]struct{ where, why string }{
		"github.com/spf13/cobra":            {"cmd", "the command line is one room"},
		"github.com/spf13/viper":            {"cmd", "nobody below asks where a setting comes from"},
		"github.com/olekukonko/":            {"cmd", "tables are a matter of the terminal"},
		"github.com/itchyny/gojq":           {"cmd", "filtering output is a matter of the command line"},
		"github.com/charmbracelet/":         {"tui", "only the board draws"},
		"charm.land/":                       {"tui", "only the board draws"},
		"go.etcd.io/bbolt":                  {"store/bolt", "nothing above the engine interface knows which engine it runs on"},
		"github.com/jackc/pgx":              {"store/postgres", "nothing above the engine interface knows which engine it runs on"},
		"github.com/prometheus/":            {"server", "only a server is watched"},
		"github.com/coreos/go-oidc":         {"internal/oidclogin", "who vouches for whom is asked in one place"},
		"golang.org/x/oauth2":               {"internal/oidclogin", "who vouches for whom is asked in one place"},
		"github.com/zitadel/":               {"internal/oidclogin/oidctest", "it is the identity provider of tests"},
		"github.com/rogpeppe/go-internal/":  {testsOnly, "it is for tests"},
		"github.com/creack/pty":             {testsOnly, "it is for tests"},
		"github.com/getkin/":                {testsOnly, "the server writes its description itself; tests check it"},
		"pgregory.net/rapid":                {testsOnly, "it is for tests"},
		"github.com/anishathalye/porcupine": {testsOnly, "it is for tests"},
	}
}

// forbidden lists what must not be linked at all, not even through others.
func forbidden() map[string]string {
	return map[string]string{
		"github.com/charmbracelet/bubbletea": "version 1 asks the terminal for its colours when it is linked, and waits five seconds where nobody answers; version 2 lives at charm.land/bubbletea/v2",
		"github.com/charmbracelet/lipgloss":  "version 1 comes with Bubble Tea 1; version 2 lives at charm.land/lipgloss/v2",
		"github.com/muesli/termenv":          "it is what asks the terminal for its colours",
		"github.com/alecthomas/chroma":       "it costs every command more than 10 ms of start-up",
		"testing":                            "test code does not belong into the program",
	}
}

// alone lists packages with a life of their own: they import the standard library and one another,
// and no room, so that they can be tested and measured by themselves.
func alone() []string { return []string{"dispatch/solver"} }

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath, Dir, Name, Doc         string
	Imports, TestImports, XTestImports []string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Standard                           bool
}

// list runs go list in this module.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	c := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Dir,Name,Doc,Imports,TestImports,XTestImports,GoFiles,TestGoFiles,XTestGoFiles,Standard"}, args...)...) //nolint:gosec // fixed words
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// inside returns a package's path in this module; ok is false for everybody else's.
func inside(path string) (string, bool) {
	if path == "callout" {
		return "", true
	}
	return strings.CutPrefix(path, "callout/")
}

// room is the folder at the top that a package lies in.
func room(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

// complaints returns what is wrong with a package's imports.
func complaints(p pkg) []string {
	var found []string
	self, _ := inside(p.ImportPath)
	mine := slices.Index(floors(), room(self))
	if mine < 0 && !slices.Contains(beside(), room(self)) {
		found = append(found, fmt.Sprintf("%s is in no room of the house", p.ImportPath))
	}
	for i, imports := range [][]string{p.Imports, p.TestImports} {
		for _, path := range imports {
			for _, own := range alone() {
				in := func(p string) bool { return p == own || strings.HasPrefix(p, own+"/") }
				if other, ok := inside(path); in(self) && (ok && !in(other) || !ok && strings.Contains(path, ".")) && !strings.HasPrefix(path, "pgregory.net/rapid") {
					found = append(found, fmt.Sprintf("%s imports %s: %s stands alone", p.ImportPath, path, own))
				}
			}
			if other, ok := inside(path); ok && mine >= 0 {
				if theirs := slices.Index(floors(), room(other)); theirs < mine {
					found = append(found, fmt.Sprintf("%s imports %s, which is above it", p.ImportPath, path))
				}
			}
			for module, rule := range only() {
				allowed := self == rule.where || strings.HasPrefix(self, rule.where+"/") || i > 0 && rule.where == testsOnly
				if strings.HasPrefix(path, module) && !allowed {
					found = append(found, fmt.Sprintf("%s imports %s: %s", p.ImportPath, path, rule.why))
				}
			}
		}
	}
	return found
}

// TestFloors checks every package's imports.
func TestFloors(t *testing.T) {
	pkgs := list(t, "./...")
	if len(pkgs) < 10 {
		t.Fatalf("go list found %d packages", len(pkgs))
	}
	for _, p := range pkgs {
		for _, c := range complaints(p) {
			t.Error(c)
		}
	}
}

// TestFloorsBite plants imports that break each kind of rule.
func TestFloorsBite(t *testing.T) {
	for _, tt := range []struct {
		p    pkg
		want string
	}{
		{pkg{ImportPath: "callout/billing", Imports: []string{"callout/work", "callout/billing/ubl", "fmt"}}, ""},
		{pkg{ImportPath: "callout/cmd", Imports: []string{"github.com/spf13/cobra"}, TestImports: []string{"github.com/creack/pty"}}, ""},
		{pkg{ImportPath: "callout/completions", XTestImports: []string{"callout/cmd"}}, ""},
		{pkg{ImportPath: "callout/work", XTestImports: []string{"callout/shop"}}, ""},
		{pkg{ImportPath: "callout/dispatch/solver/bench", Imports: []string{"callout/dispatch/solver/check", "math/bits"}}, ""},
		{pkg{ImportPath: "callout/dispatch/solver", Imports: []string{"callout/calendar"}}, "stands alone"},
		{pkg{ImportPath: "callout/dispatch/solver", Imports: []string{"github.com/google/uuid"}}, "stands alone"},
		{pkg{ImportPath: "callout/work", Imports: []string{"callout/billing"}}, "above it"},
		{pkg{ImportPath: "callout/work", TestImports: []string{"callout/billing"}}, "above it"},
		{pkg{ImportPath: "callout/store", Imports: []string{"callout"}}, "above it"},
		{pkg{ImportPath: "callout/util"}, "in no room"},
		{pkg{ImportPath: "callout/shop", Imports: []string{"github.com/spf13/viper"}}, "nobody below asks"},
		{pkg{ImportPath: "callout/store", Imports: []string{"go.etcd.io/bbolt"}}, "engine interface"},
		{pkg{ImportPath: "callout/cmd", Imports: []string{"github.com/creack/pty"}}, "for tests"},
	} {
		got := strings.Join(complaints(tt.p), "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.p, got, tt.want)
		}
	}
}

// TestForbidden looks at everything that is linked into the program.
func TestForbidden(t *testing.T) {
	linked := list(t, "-deps", ".")
	for _, p := range linked {
		for path, why := range forbidden() {
			if p.ImportPath == path || strings.HasPrefix(p.ImportPath, path+"/") {
				t.Errorf("%s is linked: %s", p.ImportPath, why)
			}
		}
	}
	if !slices.ContainsFunc(linked, func(p pkg) bool { return p.ImportPath == "github.com/spf13/cobra" }) {
		t.Error("the list of what is linked does not even contain cobra")
	}
}

// limits finds the words by which a comment says where a package ends.
var limits = regexp.MustCompile(`(?i)\b(not|no|nothing|never|only)\b`)

// TestPackageComments wants every package to say what it is for, and what it is not for.
func TestPackageComments(t *testing.T) {
	for _, p := range list(t, "./...") {
		if len(p.GoFiles) == 0 {
			continue
		}
		var doc string
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			doc += f.Doc.Text()
		}
		if !strings.HasPrefix(doc, "Package ") && !strings.HasPrefix(doc, "Command ") {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
		if p.Name != "main" && !limits.MatchString(doc) {
			t.Errorf("the comment of %s does not say what the package is not for", p.ImportPath)
		}
		if slices.Contains([]string{"util", "utils", "common", "models", "types", "helpers"}, p.Name) {
			t.Errorf("%s is named after nothing", p.ImportPath)
		}
	}
}

// TestFileLengths keeps files to one concept each.
func TestFileLengths(t *testing.T) {
	const most = 500
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "." {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path) //nolint:gosec // a file of this repository
		if err != nil {
			return err
		}
		if n := strings.Count(string(text), "\n"); n > most {
			t.Errorf("%s has %d lines; %d are the most: split it by concept", path, n, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
