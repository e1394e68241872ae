package intake

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"callout/internal/fault"
)

// maxLine is how long one line of a file may be, with all the lines of its quoted texts.
const maxLine = 4 << 20

// Reader reads a file row by row and holds one row at a time. What is wrong with a row
// is said with it; the next one is read all the same.
type Reader struct {
	csv    *csv.Reader
	limit  *limited
	format Format
	header []string
	last   int // line of the last row that came
}

// Row is one line of the file: its cells, one for each column.
type Row struct {
	Line     int
	Cells    []string
	Problems []Problem
}

// NewReader begins to read a file and reads its header, where it has one.
func NewReader(r io.Reader, f Format) (*Reader, error) {
	in, err := decoded(r, f.Encoding)
	if err != nil {
		return nil, err
	}
	limit := &limited{r: in}
	c := csv.NewReader(limit)
	c.Comma, c.LazyQuotes, c.FieldsPerRecord = f.Delimiter, f.Lazy, -1
	rd := &Reader{csv: c, limit: limit, format: f, header: f.Columns}
	if f.Columns != nil {
		return rd, nil
	}
	rec, err := rd.record()
	if errors.Is(err, io.EOF) {
		return nil, fault.Invalidf("file", "it is empty").With("import.empty")
	}
	if err != nil {
		return nil, fault.Invalidf("file", "the header cannot be read: %s", plainly(err)).With("import.header")
	}
	for _, name := range rec {
		name = strings.TrimSpace(name)
		if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			return nil, fault.Invalidf("file", "the header is not written in UTF-8").With("import.encoding").
				Hint("if it comes from an older Windows program, say csv: {encoding: windows-1252} in the mapping")
		}
		rd.header = append(rd.header, name)
	}
	return rd, nil
}

// Header returns the names of the columns.
func (r *Reader) Header() []string { return r.header }

// Next returns the next row, or io.EOF. Another error ends the reading: the file itself
// cannot be read. Lines without any content are passed over.
func (r *Reader) Next() (Row, error) {
	for {
		rec, err := r.record()
		var syntax *csv.ParseError
		switch {
		case err == nil:
		case errors.As(err, &syntax):
			return Row{Line: syntax.StartLine, Problems: []Problem{syntaxProblem(syntax)}}, nil
		case errors.Is(err, io.EOF), fault.KindOf(err) == fault.Invalid:
			return Row{}, err
		case errors.Is(err, errTooLong):
			return Row{}, fault.Invalidf("file", "the row after line %d is longer than %d MiB; a quotation mark may lack its other half",
				r.last, maxLine>>20).With("import.long")
		default:
			return Row{}, fault.Invalidf("file", "it cannot be read").Because(err)
		}
		if strings.TrimSpace(strings.Join(rec, "")) == "" {
			continue
		}
		line, _ := r.csv.FieldPos(0)
		r.last = line
		row := Row{Line: line, Cells: rec}
		r.check(&row)
		return row, nil
	}
}

func (r *Reader) record() ([]string, error) {
	r.limit.left = maxLine
	return r.csv.Read()
}

// check looks for what no cell may hold, and for cells that no column stands for.
func (r *Reader) check(row *Row) {
	for i, cell := range row.Cells {
		var msg string
		switch {
		case strings.IndexByte(cell, 0) >= 0:
			msg = "it holds a NUL byte"
		case !utf8.ValidString(cell):
			msg = "it is not written in UTF-8"
		default:
			continue
		}
		row.Problems = append(row.Problems, Problem{Line: row.Line, Field: r.column(i), Message: msg, Code: "import.encoding"})
	}
	n := len(row.Cells)
	for n > len(r.header) && strings.TrimSpace(row.Cells[n-1]) == "" {
		n-- // a delimiter at the end of every line
	}
	switch {
	case n > len(r.header):
		row.Problems = append(row.Problems, Problem{
			Line: row.Line, Code: "import.columns",
			Message: "the line has " + count(n, "field") + " where there are " + count(len(r.header), "column"),
			Hint:    "a text that holds the delimiter stands in quotation marks",
		})
	case n < len(r.header) && !r.format.Short:
		row.Problems = append(row.Problems, Problem{
			Line: row.Line, Field: r.column(n), Code: "import.columns",
			Message: "it is missing: the line has " + count(n, "field") + " where there are " + count(len(r.header), "column"),
			Hint:    "if lines may end early, say csv: {short_lines: true} in the mapping",
		})
	}
	row.Cells = row.Cells[:min(n, len(r.header))]
}

// column names the i-th column.
func (r *Reader) column(i int) string {
	if i < len(r.header) && r.header[i] != "" {
		return r.header[i]
	}
	return "column " + itoa(i+1)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}

func syntaxProblem(e *csv.ParseError) Problem {
	p := Problem{Line: e.StartLine, Message: plainly(e), Code: "import.quotes"}
	if errors.Is(e, csv.ErrBareQuote) {
		p.Hint = "if quotation marks are part of the texts, say csv: {quotes: lazy} in the mapping"
	}
	return p
}

// plainly says an error of the reading in plain words.
func plainly(err error) string {
	var syntax *csv.ParseError
	switch {
	case errors.Is(err, csv.ErrBareQuote):
		return "there is a quotation mark within a text that does not begin with one"
	case errors.Is(err, csv.ErrQuote) && errors.As(err, &syntax) && syntax.Line > syntax.StartLine:
		return "a quotation mark opens here and is not closed properly by line " + itoa(syntax.Line)
	case errors.Is(err, csv.ErrQuote):
		return "a quotation mark is not closed, or is followed by more text"
	}
	return err.Error()
}

// limited reads no further than its limit, which is set anew for every row, so that a
// quotation mark without its other half cannot fill the memory.
type limited struct {
	r    io.Reader
	left int
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}
