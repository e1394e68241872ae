package cmd

import (
	"bufio"
	"io"
	"iter"
	"strings"
)

// Column is one field of a list: what it is called in every format and how it is read off
// a row. The value may be a string, bool, number, time.Time, time.Duration, fmt.Stringer,
// []string, any JSON-able value or nil; value.go says how each is written.
type Column[T any] struct {
	Name  string // snake_case: the JSON key, the CSV header and the word for --fields
	Title string // the heading on a terminal; Name in capitals when empty
	Value func(T) any

	// Detail keeps the column out of tables and TSV unless --fields asks for it. JSON, YAML
	// and CSV always carry it.
	Detail bool

	// Drop says how early a terminal too narrow for all columns does without this one: the
	// highest number first. Columns of words with none follow, from the right to the left. A
	// time, a number or an amount goes only where it has a number, because another column
	// says the same.
	Drop int

	// Least is the width below which the column's words are not cut on a narrow terminal,
	// where the usual one would leave too little to read.
	Least int

	Right bool         // numbers line up on the right in a table
	Style func(T) role // colour in a table; may be nil
}

// List says how rows of one kind are printed. The first column must be what Key returns, so
// that TSV can be piped into a verb that takes ids.
type List[T any] struct {
	Columns []Column[T]

	// Key is what -o name prints: the human number, or else the permanent prefixed id.
	Key func(T) string

	// Empty is said on stderr when a terminal would show nothing, such as "no work orders match".
	Empty string
}

// columnInfo is a column without its row type.
type columnInfo struct {
	name, title string
	right       bool
	drop, least int
}

// Names lists the columns, for Verb.Fields.
func (l List[T]) Names() []string {
	names := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		names[i] = c.Name
	}
	return names
}

// Rows turns a slice into what Print takes.
func Rows[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Pages reads a long list page by page, so that the store is not held while a slow reader
// takes its time. next gets the cursor of the page before ("" at first) and returns the rows
// and the cursor of the page after, "" when there is none.
func Pages[T any](next func(cursor string) (rows []T, after string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for cursor := ""; ; {
			rows, after, err := next(cursor)
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if after == "" {
				return
			}
			cursor = after
		}
	}
}

// Print writes the rows in the chosen format. Nothing but a table holds more than one row
// in memory, and nothing is cut short.
func (l List[T]) Print(a *App, rows iter.Seq2[T, error]) error {
	left := ""
	err := a.page(func(w io.Writer) error {
		out, err := l.open(a, w)
		if err != nil {
			return err
		}
		n := 0
		for row, err := range rows {
			if err != nil {
				return err
			}
			if err := out.row(row); err != nil {
				return err
			}
			n++
		}
		if n == 0 && l.Empty != "" && a.errTTY && a.format() == formatTable {
			a.note("%s", l.Empty)
		}
		err = out.close()
		if t, ok := out.to.(*tableRows); ok {
			left = t.note()
		}
		return err
	})
	if err == nil && left != "" && a.errTTY && !a.outClosed {
		a.note("%s", left)
	}
	return err
}

// listWriter prints rows one by one.
type listWriter[T any] struct {
	cols  []Column[T]
	key   func(T) string
	to    rowWriter
	style styledWriter
	buf   *bufio.Writer
}

// styledWriter is a row writer that can show colours.
type styledWriter interface {
	writeStyled(cells []any, styles []role) error
}

// open begins a list on w.
func (l List[T]) open(a *App, w io.Writer) (*listWriter[T], error) {
	cols := make([]Column[T], 0, len(l.Columns))
	switch f := a.format(); {
	case len(a.shared.fields) > 0:
		chosen, err := pick(a.running, a.shared.fields, l.Names())
		if err != nil {
			return nil, err
		}
		for _, i := range chosen {
			cols = append(cols, l.Columns[i])
		}
	default:
		for _, c := range l.Columns {
			if !c.Detail || (f != formatTable && f != formatTSV) {
				cols = append(cols, c)
			}
		}
	}
	infos := make([]columnInfo, len(cols))
	for i, c := range cols {
		infos[i] = columnInfo{name: c.Name, title: c.Title, right: c.Right, drop: c.Drop, least: c.Least}
		if c.Title == "" {
			infos[i].title = strings.ToUpper(strings.ReplaceAll(c.Name, "_", " "))
		}
	}
	buf := bufio.NewWriterSize(w, 64<<10)
	to, err := a.rowsTo(buf, infos)
	if err != nil {
		return nil, err
	}
	style, _ := to.(styledWriter)
	return &listWriter[T]{cols: cols, key: l.Key, to: to, style: style, buf: buf}, nil
}

func (w *listWriter[T]) row(row T) error {
	cells := make([]any, len(w.cols))
	for i, c := range w.cols {
		cells[i] = c.Value(row)
	}
	if w.style != nil {
		styles := make([]role, len(w.cols))
		for i, c := range w.cols {
			if c.Style != nil {
				styles[i] = c.Style(row)
			}
		}
		return w.style.writeStyled(cells, styles)
	}
	return w.to.write(cells, w.key(row))
}

// flush hands on what has been written so far, for output that grows while work goes on.
func (w *listWriter[T]) flush() error {
	if f, ok := w.to.(interface{ flush() error }); ok {
		if err := f.flush(); err != nil {
			return err
		}
	}
	return w.buf.Flush()
}

func (w *listWriter[T]) close() error {
	if err := w.to.close(); err != nil {
		return err
	}
	return w.buf.Flush()
}
