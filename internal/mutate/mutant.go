package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// mutant is one fault: the bytes of a file from one offset to another become something else.
type mutant struct {
	file     string
	line     int
	from, to int
	instead  string
	was      string // the source line, for people
	tests    []string
	choice   choice
}

// changed is the file with the fault.
func (m *mutant) changed(src []byte) []byte {
	return slices.Concat(src[:m.from], []byte(m.instead), src[m.to:])
}

// choice writes a fault so that it is there only when it is asked for by its number: the bytes from one offset to another
// become an expression that looks for it. Where it has no text, there is no such expression.
type choice struct {
	from, to int
	text     string // with ‹n› for the number, ‹was› for what stands there and ‹t› for its type
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
	lines := bytes.Split(src, []byte("\n"))
	text := func(from, to token.Pos) string {
		return string(src[set.Position(from).Offset:set.Position(to).Offset])
	}
	add := func(at, end token.Pos, instead string, n ast.Node, choose string) {
		p := set.Position(at)
		m := mutant{
			file: name, line: p.Line, from: p.Offset, to: set.Position(end).Offset, instead: instead,
			was:    marked(string(lines[p.Line-1]), p.Column-1, int(end-at)),
			choice: choice{set.Position(n.Pos()).Offset, set.Position(n.End()).Offset, choose},
		}
		out = append(out, m)
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
				end := n.OpPos + token.Pos(len(n.Op.String()))
				add(n.OpPos, end, op, n, either(n.Op, text(n.Pos(), n.OpPos)+op+text(end, n.End())))
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				add(n.OpPos, n.OpPos+1, "", n, toggle(text(n.X.Pos(), n.X.End())))
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
			add(n.Cond.Pos(), n.Cond.Pos(), "false && ", n.Cond, toggle("false"))
		case *ast.ReturnStmt:
			skipAll(skip, besideAnError(n, "fault"))
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "make" && len(n.Args) == 3 {
				skip[n.Args[2]] = true // how much room there is changes nothing but the time it takes
			}
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				if other, ok := otherCalls()[s.Sel.Name]; ok && len(n.Args) == 1 {
					x := text(s.X.Pos(), s.X.End())
					add(s.Sel.Pos(), s.Sel.End(), other, s, "plantedOf(‹n›, ‹was›, "+x+"."+other+")")
				}
			}
		case *ast.BasicLit:
			if v, err := strconv.Atoi(n.Value); err == nil && n.Kind == token.INT {
				add(n.Pos(), n.End(), strconv.Itoa(v+1), n, fmt.Sprintf("plantedOf[‹t›](‹n›, ‹was›, %d)", v+1))
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

// either chooses between an operation and another text of it. Both of a sum are computed and one is taken; a quotient in
// the place of a product might be one by nothing, and is computed only where it is taken.
func either(op token.Token, is string) string {
	switch op {
	case token.MUL:
		return "plantedBy(‹n›, ‹was›, func() ‹t› { return " + is + " })"
	case token.ADD, token.SUB, token.QUO:
		return "plantedOf(‹n›, ‹was›, " + is + ")"
	}
	return toggle(is)
}

// toggle chooses between a condition and another text of it. Only what is taken is computed, as a condition may be what
// keeps another from being asked in vain.
func toggle(is string) string {
	if strings.Contains(is, "yield(") { // which is not to be asked twice
		return "(plantedOn(‹n›) && (" + is + ") || !plantedOn(‹n›) && plantedWas(‹n›, ‹was›, nil))"
	}
	return "(plantedOn(‹n›) && (" + is + ") || !plantedOn(‹n›) && plantedWas(‹n›, ‹was›, func() bool { return " + is + " }))"
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
