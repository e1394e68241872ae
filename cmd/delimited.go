package cmd

import (
	"encoding/csv"
	"io"
	"strings"
)

// tsvRows writes cells with tabs between them and no header, for cut, awk and the next
// callout in the pipe. A tab or a line break inside a cell becomes a blank: whoever needs it
// takes CSV or JSON.
type tsvRows struct {
	app *App
	w   io.Writer
}

func (t *tsvRows) write(cells []any, _ string) error {
	var line strings.Builder
	for i, c := range cells {
		if i > 0 {
			line.WriteByte('\t')
		}
		line.WriteString(printable(t.app.flat(c), false))
	}
	line.WriteByte('\n')
	_, err := io.WriteString(t.w, line.String())
	return err
}

func (t *tsvRows) close() error { return nil }

// csvRows writes RFC 4180 with a header, for spreadsheets.
type csvRows struct {
	app    *App
	w      *csv.Writer
	cols   []columnInfo
	headed bool
}

func (c *csvRows) write(cells []any, _ string) error {
	if err := c.head(); err != nil {
		return err
	}
	record := make([]string, len(cells))
	for i, v := range cells {
		record[i] = guardCell(c.app.flat(v))
	}
	return c.w.Write(record)
}

func (c *csvRows) head() error {
	if c.headed {
		return nil
	}
	c.headed = true
	names := make([]string, len(c.cols))
	for i, col := range c.cols {
		names[i] = col.name
	}
	return c.w.Write(names)
}

func (c *csvRows) close() error {
	if err := c.head(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

// guardCell keeps a spreadsheet from taking text for a formula, which could fetch or run
// something (OWASP, "CSV Injection"): a leading apostrophe makes it text. Plain numbers stay
// numbers.
func guardCell(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r\n", rune(s[0])) || isNumber(s) {
		return s
	}
	return "'" + s
}

// isNumber reports whether s is an optional minus, digits, and an optional fraction.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, dot := strings.Cut(s, ".")
	return digits(whole) && (!dot || digits(fraction))
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
