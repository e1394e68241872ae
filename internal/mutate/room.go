package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// span is a part of a file, by offsets.
type span struct{ from, to int }

// room is a package in which faults are planted, to see what compiles.
type room struct {
	dir, name string
	set       *token.FileSet
	src       map[string][]byte
	files     map[string]*ast.File
	importer  types.Importer
	types     map[string]map[span]string // of numbers and of operations, by file and place
}

func openRoom(ctx context.Context, o options, dir string) (*room, error) {
	said, ok, err := goes(ctx, o.timeout, place{}, "go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./"+dir, "os", "strconv", "sync")
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
	r := &room{dir: dir, name: words[0], set: token.NewFileSet(), src: map[string][]byte{}, files: map[string]*ast.File{}, types: map[string]map[span]string{}}
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
	return r, r.learn()
}

// learn notes of what type numbers and operations are.
func (r *room) learn() error {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	pkg, err := (&types.Config{Importer: r.importer}).Check(r.dir, r.set, r.list(), info)
	if err != nil {
		return err
	}
	name := func(t types.Type) string {
		return types.TypeString(types.Default(t), func(p *types.Package) string {
			if p == pkg {
				return ""
			}
			return p.Name()
		})
	}
	// The number in -2 has no type of its own.
	signed := map[ast.Expr]types.Type{}
	for x, t := range info.Types {
		if u, ok := x.(*ast.UnaryExpr); ok {
			signed[u.X] = t.Type
		}
	}
	for x, t := range info.Types {
		switch x.(type) {
		case *ast.BasicLit, *ast.BinaryExpr:
			from, to := r.set.Position(x.Pos()), r.set.Position(x.End())
			if r.types[from.Filename] == nil {
				r.types[from.Filename] = map[span]string{}
			}
			r.types[from.Filename][span{from.Offset, to.Offset}] = name(cmp.Or(signed[x], t.Type))
		}
	}
	return nil
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

// wrong type-checks the room with other texts of some files, and lists where they do not compile.
func (r *room) wrong(texts map[string][]byte) (out []token.Position) {
	was := map[string]*ast.File{}
	defer func() { maps.Copy(r.files, was) }()
	for name, text := range texts {
		f, err := parser.ParseFile(r.set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return []token.Position{{Filename: name, Offset: -1}}
		}
		was[name], r.files[name] = r.files[name], f
	}
	check := &types.Config{Importer: r.importer, Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) {
			out = append(out, r.set.Position(e.Pos))
		}
	}}
	_, _ = check.Check(r.dir, r.set, r.list(), nil) // each error has been told
	return out
}
