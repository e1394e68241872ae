package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// To build the tests of a large room takes longer than to run them until something is noticed. Faults are therefore
// planted together, in one build, each behind a switch that a run turns on by its number. Where a fault cannot be written
// so, or lies in another one, it is built by itself.

// variable names, in the environment of a run, the fault that is there.
const variable = "CALLOUT_PLANTED"

// switches is the file that is laid beside the others of a room.
const switches = `package %s

import (
	"os"
	"strconv"
)

var plantedNumber, _ = strconv.Atoi(os.Getenv("` + variable + `"))

func plantedOn(n int) bool { return n == plantedNumber }

func plantedOf[T any](n int, was, is T) T {
	if n == plantedNumber {
		return is
	}
	return was
}
`

// room is a package in which faults are planted, to see what compiles.
type room struct {
	dir, name string
	set       *token.FileSet
	src       map[string][]byte
	files     map[string]*ast.File
	importer  types.Importer
	literals  map[string]map[int]string // the type of a number, by file and offset
}

func openRoom(ctx context.Context, o options, dir string) (*room, error) {
	said, ok, err := goes(ctx, o.timeout, place{}, "go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./"+dir, "os", "strconv")
	if err != nil || !ok {
		return nil, cmp.Or(err, fmt.Errorf("the go command does not list what %s imports", dir))
	}
	exports := map[string]string{}
	for line := range strings.Lines(said) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	said, ok, err = goes(ctx, o.timeout, place{}, "go", "list", "-f", `{{.Name}} {{join .GoFiles " "}}`, "./"+dir)
	if err != nil || !ok {
		return nil, cmp.Or(err, fmt.Errorf("the go command does not list the files of %s", dir))
	}
	words := strings.Fields(said)
	r := &room{dir: dir, name: words[0], set: token.NewFileSet(), src: map[string][]byte{}, files: map[string]*ast.File{}, literals: map[string]map[int]string{}}
	r.importer = importer.ForCompiler(r.set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, f := range words[1:] {
		name := filepath.Join(dir, f)
		if r.src[name], err = os.ReadFile(name); err != nil { //nolint:gosec // the project's own source
			return nil, err
		}
		if r.files[name], err = parser.ParseFile(r.set, name, r.src[name], parser.SkipObjectResolution); err != nil {
			return nil, err
		}
	}
	if r.files[r.beside()], err = parser.ParseFile(r.set, r.beside(), r.switches(), parser.SkipObjectResolution); err != nil {
		return nil, err
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	pkg, err := (&types.Config{Importer: r.importer}).Check(dir, r.set, r.list(), info)
	if err != nil {
		return nil, err
	}
	for x, t := range info.Types {
		if lit, ok := x.(*ast.BasicLit); ok {
			p := r.set.Position(lit.Pos())
			if r.literals[p.Filename] == nil {
				r.literals[p.Filename] = map[int]string{}
			}
			r.literals[p.Filename][p.Offset] = types.TypeString(types.Default(t.Type), func(p *types.Package) string {
				if p == pkg {
					return ""
				}
				return p.Name()
			})
		}
	}
	return r, nil
}

// beside is the name of the file that holds the switches.
func (r *room) beside() string { return filepath.Join(r.dir, "planted_switches.go") }

func (r *room) switches() []byte { return fmt.Appendf(nil, switches, r.name) }

func (r *room) list() (out []*ast.File) {
	for _, f := range r.files {
		out = append(out, f)
	}
	return out
}

// compiles reports whether the room compiles with another text of one file.
func (r *room) compiles(name string, text []byte) bool {
	f, err := parser.ParseFile(r.set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	was := r.files[name]
	defer func() { r.files[name] = was }()
	r.files[name] = f
	_, err = (&types.Config{Importer: r.importer}).Check(r.dir, r.set, r.list(), nil)
	return err == nil
}

// shot is a fault that compiles, with its number in the draw.
type shot struct {
	mutant
	number int
	alone  []byte // the file with it and nothing else, where it has a build of its own
}

// load picks the faults of a draw that compile, as many as were asked for, and writes the files of the rooms with all
// of them behind switches.
func load(ctx context.Context, o options, all []mutant) (shots []*shot, files map[string][]byte, err error) {
	rooms, files := map[string]*room{}, map[string][]byte{}
	together := map[string][]*shot{}
	for i := max(0, o.from-1); i < len(all) && len(shots) < o.n; i++ {
		s := &shot{mutant: all[i], number: i + 1}
		dir := filepath.Dir(s.file)
		r := rooms[dir]
		if r == nil {
			if r, err = openRoom(ctx, o, dir); err != nil {
				return nil, nil, err
			}
			rooms[dir], files[r.beside()] = r, r.switches()
		}
		src := r.src[s.file]
		changed := s.changed(src)
		if !r.compiles(s.file, changed) {
			continue
		}
		shots = append(shots, s)
		with := append(slices.Clone(together[s.file]), s)
		if text := r.behind(src, with); text == nil || !r.compiles(s.file, text) {
			s.alone = changed
		} else {
			together[s.file], files[s.file] = with, text
		}
	}
	return shots, files, nil
}

// behind is a file with faults behind their switches, or nil where one cannot be written so or lies in another.
func (r *room) behind(src []byte, shots []*shot) []byte {
	slices.SortFunc(shots, func(a, b *shot) int { return a.choice.from - b.choice.from })
	var out []byte
	at := 0
	for _, s := range shots {
		if s.choice.text == "" || s.choice.from < at {
			return nil
		}
		text := strings.NewReplacer("‹n›", strconv.Itoa(s.number), "‹t›", r.literals[s.file][s.from]).Replace(s.choice.text)
		out = slices.Concat(out, src[at:s.choice.from], []byte(text))
		at = s.choice.to
	}
	return append(out, src[at:]...)
}

// overlayOf writes files and the list that lays them over others.
func overlayOf(dir, name string, files map[string][]byte) (string, error) {
	list := map[string]string{}
	for file, text := range files {
		real, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		to := filepath.Join(dir, fmt.Sprintf("%s%d.go", name, len(list)))
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return "", err
		}
		list[real] = to
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": list})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, name+".json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
