package cmd

import (
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// narrow makes the table of a page fit the terminal: the widest columns become narrower, down to
// their longest word, and their cells go on below. Nothing is cut, as a page has no --fields to
// ask for the rest.
func (a *App) narrow(head []string, rows [][]string) [][]string {
	if !a.outTTY || a.width == 0 {
		return rows
	}
	widths, least := make([]int, len(head)), make([]int, len(head))
	total := columnGap * (len(head) - 1)
	for i, title := range head {
		widths[i] = twwidth.Width(title)
		least[i] = max(widths[i], leastWidth)
		for _, row := range rows {
			widths[i] = max(widths[i], twwidth.Width(row[i]))
			for word := range strings.FieldsSeq(row[i]) {
				least[i] = max(least[i], twwidth.Width(word))
			}
		}
		total += widths[i]
	}
	for ; total > a.width; total-- {
		widest := -1
		for i, w := range widths {
			if w > least[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	var out [][]string
	for _, row := range rows {
		lines := make([][]string, len(row))
		most := 1
		for i, cell := range row {
			lines[i] = wrapWords(cell, widths[i])
			most = max(most, len(lines[i]))
		}
		for n := range most {
			part := make([]string, len(row))
			for i := range row {
				if n < len(lines[i]) {
					part[i] = lines[i][n]
				}
			}
			out = append(out, part)
		}
	}
	return out
}

// wrapWords breaks a text into lines of at most so many columns, between words; a longer word
// stays whole. Blanks at the beginning, which show what belongs under what, stay on every line.
func wrapWords(text string, width int) []string {
	if twwidth.Width(text) <= width {
		return []string{text}
	}
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = indent + word
		case twwidth.Width(line)+1+twwidth.Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = indent + word
		}
	}
	return append(lines, line)
}

// wrapText breaks the lines of a text that are too long for the terminal when each is led by so
// many columns. Elsewhere it is left as it is.
func (a *App) wrapText(text string, led int) string {
	if !a.outTTY || a.width == 0 || a.width-led < leastWidth {
		return text
	}
	lines := slices.Collect(strings.SplitSeq(text, "\n"))
	for i, line := range lines {
		lines[i] = strings.Join(wrapWords(line, a.width-led), "\n")
	}
	return strings.Join(lines, "\n")
}
