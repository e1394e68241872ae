package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// mutant is one fault: the bytes of a file from one offset to another become something else.
type mutant struct {
	file     string
	line     int
	from, to int
	instead  string
	was      string // the source line, for people
	tests    []string
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %q for the marked part of: %s", m.file, m.line, m.instead, m.was)
}

// mutants lists the faults that can be planted in an area, but for its tests.
func mutants(a area) ([]mutant, error) {
	names, err := filepath.Glob(filepath.Join(a.dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var out []mutant
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || !a.files.MatchString(filepath.Base(name)) {
			continue
		}
		src, err := os.ReadFile(name) //nolint:gosec // the project's own source
		if err != nil {
			return nil, err
		}
		found, err := mutantsOf(name, src)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			m.tests = a.tests
			out = append(out, m)
		}
	}
	return out, nil
}

func mutantsOf(name string, src []byte) ([]mutant, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var out []mutant
	add := func(at, end token.Pos, instead string) {
		p := set.Position(at)
		lines := bytes.Split(src, []byte("\n"))
		out = append(out, mutant{
			file: name, line: p.Line, from: p.Offset, to: set.Position(end).Offset, instead: instead,
			was: marked(string(lines[p.Line-1]), p.Column-1, int(end-at)),
		})
	}
	skip := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if skip[n] {
			return false
		}
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.IMPORT && n.Tok != token.CONST && n.Tok != token.TYPE
		case *ast.BinaryExpr:
			for _, op := range others()[n.Op] {
				add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), op)
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				add(n.OpPos, n.OpPos+1, "")
			}
		case *ast.IfStmt:
			if passesUp(n.Cond) {
				for _, x := range n.Body.List {
					skipAll(skip, besideAnError(x, "err"))
				}
			}
			if n.Init == nil && passesUp(n.Cond) {
				skip[n.Cond] = true
				return true
			}
			// The condition stays, so that what it uses is used.
			add(n.Cond.Pos(), n.Cond.Pos(), "false && ")
		case *ast.ReturnStmt:
			skipAll(skip, besideAnError(n, "fault"))
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "make" && len(n.Args) == 3 {
				skip[n.Args[2]] = true // how much room there is changes nothing but the time it takes
			}
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				if other, ok := otherCalls()[s.Sel.Name]; ok && len(n.Args) == 1 {
					add(s.Sel.Pos(), s.Sel.End(), other)
				}
			}
		case *ast.BasicLit:
			if v, err := strconv.Atoi(n.Value); err == nil && n.Kind == token.INT {
				add(n.Pos(), n.End(), strconv.Itoa(v+1))
			}
		}
		return true
	})
	return out, nil
}

// passesUp reports whether a condition, by itself, asks for an error that came with a value: of reading what is stored,
// which fails with the machine. That is no rule. A rule is asked for by "if err := rule(); err != nil", and is planted.
func passesUp(cond ast.Expr) bool {
	b, ok := cond.(*ast.BinaryExpr)
	if !ok || b.Op != token.NEQ {
		return false
	}
	x, isName := b.X.(*ast.Ident)
	y, isNil := b.Y.(*ast.Ident)
	return isName && isNil && x.Name == "err" && y.Name == "nil"
}

// besideAnError lists the numbers that a statement returns beside an error, which begins with a word: with err where
// that is not nil, with the package fault anywhere. A caller who is told of an error does not look at them, so
// they are no rule either.
func besideAnError(x ast.Stmt, word string) (out []ast.Expr) {
	r, ok := x.(*ast.ReturnStmt)
	if !ok || len(r.Results) < 2 || !begins(r.Results[len(r.Results)-1], word) {
		return nil
	}
	for _, x := range r.Results[:len(r.Results)-1] {
		if _, ok := x.(*ast.BasicLit); ok {
			out = append(out, x)
		}
	}
	return out
}

// begins reports whether an expression is a word, or calls of its methods: fault.Invalidf(…).With(…).
func begins(x ast.Expr, word string) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == word
	case *ast.CallExpr:
		return begins(x.Fun, word)
	case *ast.SelectorExpr:
		return begins(x.X, word)
	}
	return false
}

func skipAll(skip map[ast.Node]bool, list []ast.Expr) {
	for _, x := range list {
		skip[x] = true
	}
}

// marked shows which part of a line is meant.
func marked(line string, at, n int) string {
	end := min(at+n, len(line))
	return strings.TrimSpace(line[:at]) + "⟦" + line[at:end] + "⟧" + line[end:]
}

// others lists what an operator is mistaken for.
func others() map[token.Token][]string {
	return map[token.Token][]string{
		token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"},
		token.LSS: {"<=", ">"}, token.LEQ: {"<"}, token.GTR: {">=", "<"}, token.GEQ: {">"},
		token.EQL: {"!="}, token.NEQ: {"=="}, token.LAND: {"||"}, token.LOR: {"&&"},
	}
}

// otherCalls lists what a method of one argument is mistaken for.
func otherCalls() map[string]string {
	return map[string]string{"Add": "Sub", "Sub": "Add", "Mul": "Div", "Before": "After", "After": "Before"}
}

// verdict is what became of a planted fault.
type verdict int

const (
	stillborn verdict = iota // it does not compile
	killed
	survived
	late // the tests took longer than they may, be it the fault's doing or the machine's
)

// try plants the fault and runs the tests.
func (m mutant) try(ctx context.Context, dir string, o options) (verdict, error) {
	overlay, err := m.lay(dir)
	if err != nil {
		return 0, err
	}
	if ok, err := goes(ctx, o.timeout, "build", "-overlay", overlay, "./"+filepath.Dir(m.file)); err != nil || !ok {
		return verdictOn(stillborn, err)
	}
	for _, pkg := range m.tests {
		if ok, err := goes(ctx, o.timeout, "test", "-failfast", "-count=1", "-overlay", overlay, pkg); err != nil || !ok {
			return verdictOn(killed, err)
		}
	}
	return survived, nil
}

// verdictOn is v, unless what says so did not come to an end.
func verdictOn(v verdict, err error) (verdict, error) {
	if errors.Is(err, errLate) {
		return late, nil
	}
	return v, err
}

// lay writes the changed file and the overlay that names it.
func (m mutant) lay(dir string) (overlay string, err error) {
	src, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, "changed.go")
	text := append(append(bytes.Clone(src[:m.from]), m.instead...), src[m.to:]...)
	if err := os.WriteFile(changed, text, 0o600); err != nil {
		return "", err
	}
	real, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {real: changed}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}

var errLate = errors.New("it takes too long")

// goes runs the go command and reports whether it was content. Of whoever takes too long nobody knows: errLate.
func goes(ctx context.Context, limit time.Duration, args ...string) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, "go", args...) //nolint:gosec // fixed words and the caller's packages
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return true, nil
	case limited.Err() != nil:
		return false, errLate
	case errors.As(err, &exit):
		return false, nil
	}
	return false, err
}
