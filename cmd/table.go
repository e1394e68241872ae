package cmd

import (
	"bytes"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// tableRows collects rows for a table without lines. On a terminal the widest columns give
// way, down to a readable minimum, until a row fits.
type tableRows struct {
	app   *App
	w     io.Writer
	cols  []columnInfo
	cells [][]string
	roles [][]role
}

func (t *tableRows) write(cells []any, _ string) error { return t.writeStyled(cells, nil) }

func (t *tableRows) writeStyled(cells []any, styles []role) error {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = printable(t.app.text(c), false)
	}
	t.cells = append(t.cells, row)
	t.roles = append(t.roles, styles)
	return nil
}

func (t *tableRows) close() error {
	if len(t.cells) == 0 {
		return nil
	}
	head := make([]string, len(t.cols))
	align := make([]tw.Align, len(t.cols))
	for i, c := range t.cols {
		head[i], align[i] = c.title, tw.AlignLeft
		if c.right {
			align[i] = tw.AlignRight
		}
	}
	if t.app.outTTY && t.app.width > 0 {
		t.fit(head, t.app.width)
	}
	for r, row := range t.cells {
		for i := range row {
			if t.roles[r] != nil {
				row[i] = t.app.paint(t.roles[r][i], row[i])
			}
		}
	}
	return t.app.renderTable(t.w, head, t.cells, align)
}

// The blanks between two columns, and the width below which a column is not cut.
const (
	columnGap    = 2
	columnAtMost = 12
)

// fit shortens cells, always in the column that is widest, until the table fits.
func (t *tableRows) fit(head []string, width int) {
	widths := make([]int, len(head))
	total := columnGap * (len(head) - 1)
	for i, h := range head {
		widths[i] = twwidth.Width(h)
		for _, row := range t.cells {
			widths[i] = max(widths[i], twwidth.Width(row[i]))
		}
		total += widths[i]
	}
	for total > width {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= columnAtMost {
			break
		}
		widths[widest]--
		total--
	}
	for _, row := range t.cells {
		for i, cell := range row {
			if twwidth.Width(cell) > widths[i] {
				row[i] = twwidth.Truncate(cell, widths[i], "…")
			}
		}
	}
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
