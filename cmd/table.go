package cmd

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"callout/money"
)

// tableRows draws a table without lines. The widths follow the first block of rows. On a
// terminal that is too narrow for them columns give way, see table_fit.go: what people copy
// or read off (the first column, times, numbers) is never cut. Rows after the first block
// stream through with the same columns and widths.
type tableRows struct {
	app    *App
	w      io.Writer
	cols   []columnInfo
	widths []int  // known once the first block is out
	hidden []bool // the same
	zone   string // of every time in the first block where the headings name it; else ""
	firm   []bool
	timed  []bool // the columns that hold times
	sums   []bool // the columns that hold amounts
	cents  int    // the most decimals of an amount in the first block
	cells  [][]string
	roles  [][]role
}

// What a table looks at before it begins, and the blanks between two columns.
const (
	tableBlock = 500
	columnGap  = 2
)

func (t *tableRows) write(cells []any, _ string) error { return t.writeStyled(cells, nil) }

func (t *tableRows) writeStyled(cells []any, styles []role) error {
	row := make([]string, len(cells))
	if t.firm == nil {
		t.firm, t.timed = make([]bool, len(cells)), make([]bool, len(cells))
		t.sums = make([]bool, len(cells))
		t.firm[0] = true
	}
	for i, c := range cells {
		row[i] = printable(t.app.text(c), false)
		at, ok := c.(time.Time)
		t.timed[i] = t.timed[i] || ok && !at.IsZero()
		t.firm[i] = t.firm[i] || t.cols[i].right || t.timed[i]
	}
	for i, c := range cells {
		switch c.(type) {
		case money.Amount, money.Cost:
			t.sums[i] = true
		}
	}
	if t.widths != nil {
		return t.stream(row, styles)
	}
	t.cells = append(t.cells, row)
	t.roles = append(t.roles, styles)
	if len(t.cells) == tableBlock {
		return t.begin()
	}
	return nil
}

func (t *tableRows) close() error {
	if t.widths == nil && len(t.cells) > 0 {
		return t.begin()
	}
	return nil
}

// begin draws the heading and the first block.
func (t *tableRows) begin() error {
	for _, row := range t.cells {
		for i, cell := range row {
			if _, cents, ok := strings.Cut(cell, "."); ok && t.sums[i] {
				t.cents = max(t.cents, len(cents))
			}
		}
	}
	for _, row := range t.cells {
		t.lineUp(row)
	}
	t.fit()
	var head []string
	var align []tw.Align
	for i, c := range t.cols {
		if t.hidden[i] {
			continue
		}
		head = append(head, t.title(i))
		if c.right {
			align = append(align, tw.AlignRight)
		} else {
			align = append(align, tw.AlignLeft)
		}
	}
	rows := make([][]string, len(t.cells))
	for r, row := range t.cells {
		for i := range row {
			if !t.hidden[i] {
				rows[r] = append(rows[r], t.paint(t.cut(row[i], i), i, t.roles[r]))
			}
		}
	}
	err := t.app.renderTable(t.w, head, rows, align)
	t.cells, t.roles = nil, nil
	return err
}

// lineUp writes a row's amounts with the decimals that others in the table have: 0.00 below 84.00.
func (t *tableRows) lineUp(row []string) {
	for i, cell := range row {
		whole, cents, _ := strings.Cut(cell, ".")
		if _, err := strconv.Atoi(whole); err != nil || !t.sums[i] || len(cents) >= t.cents {
			continue
		}
		row[i] = whole + "." + cents + strings.Repeat("0", t.cents-len(cents))
	}
}

func (t *tableRows) paint(cell string, column int, styles []role) string {
	if styles == nil {
		return cell
	}
	return t.app.paint(styles[column], cell)
}

// stream draws one row with the widths of the first block.
func (t *tableRows) stream(row []string, styles []role) error {
	var line strings.Builder
	t.lineUp(row)
	for i, cell := range row {
		if t.hidden[i] {
			continue
		}
		cell = t.cut(cell, i)
		pad := strings.Repeat(" ", max(t.widths[i]-twwidth.Width(cell), 0))
		cell = t.paint(cell, i, styles)
		if t.cols[i].right {
			cell = pad + cell
			pad = ""
		}
		line.WriteString(cell + pad + strings.Repeat(" ", columnGap))
	}
	_, err := io.WriteString(t.w, strings.TrimRight(line.String(), " ")+"\n")
	return err
}

// renderTable draws aligned columns and no lines; blanks at the end of a line are dropped.
func (a *App) renderTable(w io.Writer, head []string, rows [][]string, align []tw.Align) error {
	var buf bytes.Buffer
	section := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Alignment:  tw.CellAlignment{PerColumn: align},
		Padding:    tw.CellPadding{Global: tw.Padding{Right: strings.Repeat(" ", columnGap), Overwrite: true}},
	}
	table := tablewriter.NewTable(&buf,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Settings: tw.Settings{
				Separators: tw.SeparatorsNone,
				Lines:      tw.LinesNone,
			},
		})),
		tablewriter.WithConfig(tablewriter.Config{
			Header:   section,
			Row:      section,
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimLine: tw.Off},
		}),
	)
	table.Header(head)
	if err := table.Bulk(rows); err != nil {
		return err
	}
	if err := table.Render(); err != nil {
		return err
	}
	style := faint
	for line := range strings.Lines(buf.String()) {
		line = a.paint(style, strings.TrimRight(line, " \n")) + "\n"
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
		style = plain
	}
	return nil
}

// linearRows writes each row as a block of "name: value" lines, which a screen reader reads
// in order.
type linearRows struct {
	app  *App
	w    io.Writer
	cols []columnInfo
	n    int
}

func (l *linearRows) write(cells []any, _ string) error {
	var block strings.Builder
	if l.n > 0 {
		block.WriteByte('\n')
	}
	l.n++
	for i, c := range l.cols {
		if v := printable(l.app.text(cells[i]), false); v != "" {
			block.WriteString(strings.ReplaceAll(c.name, "_", " ") + ": " + v + "\n")
		}
	}
	_, err := io.WriteString(l.w, block.String())
	return err
}

func (l *linearRows) close() error { return nil }
