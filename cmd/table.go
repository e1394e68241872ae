package cmd

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// tableRows draws a table without lines. The widths follow the first block of rows; on a
// terminal the widest columns of words give way, down to a readable minimum, until a row
// fits. What people copy or read off (the first column, times, numbers) is never cut. Rows
// after the first block stream through with the same widths.
type tableRows struct {
	app    *App
	w      io.Writer
	cols   []columnInfo
	widths []int // known once the first block is out
	firm   []bool
	cells  [][]string
	roles  [][]role
}

// What a table looks at before it begins, and how it is laid out: the blanks between two
// columns, and the width below which a column is not cut.
const (
	tableBlock   = 500
	columnGap    = 2
	columnAtMost = 12
)

func (t *tableRows) write(cells []any, _ string) error { return t.writeStyled(cells, nil) }

func (t *tableRows) writeStyled(cells []any, styles []role) error {
	row := make([]string, len(cells))
	if t.firm == nil {
		t.firm = make([]bool, len(cells))
		t.firm[0] = true
	}
	for i, c := range cells {
		row[i] = printable(t.app.text(c), false)
		if at, ok := c.(time.Time); t.cols[i].right || ok && !at.IsZero() {
			t.firm[i] = true
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
	if t.widths != nil || len(t.cells) == 0 {
		return nil
	}
	return t.begin()
}

// begin draws the heading and the first block.
func (t *tableRows) begin() error {
	head := make([]string, len(t.cols))
	align := make([]tw.Align, len(t.cols))
	for i, c := range t.cols {
		head[i], align[i] = c.title, tw.AlignLeft
		if c.right {
			align[i] = tw.AlignRight
		}
	}
	t.measure(head)
	for r, row := range t.cells {
		for i := range row {
			row[i] = t.paint(t.cut(row[i], i), i, t.roles[r])
		}
	}
	err := t.app.renderTable(t.w, head, t.cells, align)
	t.cells, t.roles = nil, nil
	return err
}

// measure finds the columns' widths.
func (t *tableRows) measure(head []string) {
	t.widths = make([]int, len(head))
	total := columnGap * (len(head) - 1)
	for i, h := range head {
		t.widths[i] = twwidth.Width(h)
		for _, row := range t.cells {
			t.widths[i] = max(t.widths[i], twwidth.Width(row[i]))
		}
		total += t.widths[i]
	}
	for t.app.outTTY && t.app.width > 0 && total > t.app.width {
		widest := -1
		for i, w := range t.widths {
			if !t.firm[i] && (widest < 0 || w > t.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 || t.widths[widest] <= columnAtMost {
			break
		}
		t.widths[widest]--
		total--
	}
}

// cut shortens a cell to its column, on a terminal only.
func (t *tableRows) cut(cell string, column int) string {
	if !t.app.outTTY || t.app.width == 0 || twwidth.Width(cell) <= t.widths[column] {
		return cell
	}
	return twwidth.Truncate(cell, t.widths[column], "…")
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
	for i, cell := range row {
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
