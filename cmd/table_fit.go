package cmd

import (
	"cmp"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// leastWidth is the width below which a column of words is not cut, if its list says no other.
const leastWidth = 12

// fit finds the columns and their widths. A terminal that is too narrow for the first block
// makes, in this order: the headings name the zone of the times, where they all have the
// same; columns that are empty go; columns go by what their lists say about it, until the
// rest fits when it is cut down; and the widest columns of words are cut as far as needed.
// Whoever names --fields gets them all, and rows that wrap where they are too long.
func (t *tableRows) fit() {
	t.hidden = make([]bool, len(t.cols))
	t.measure()
	if !t.app.outTTY || t.app.width == 0 || t.total(t.widths) <= t.app.width {
		return
	}
	t.nameZone()
	if len(t.app.shared.fields) == 0 {
		t.hide()
	}
	for over := t.total(t.widths) - t.app.width; over > 0; over-- {
		widest := -1
		for i, w := range t.widths {
			if !t.hidden[i] && w > t.least(i) && (widest < 0 || w > t.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		t.widths[widest]--
	}
}

// measure finds the widths that the columns would like to have.
func (t *tableRows) measure() {
	t.widths = make([]int, len(t.cols))
	for i := range t.cols {
		t.widths[i] = twwidth.Width(t.title(i))
		for _, row := range t.cells {
			t.widths[i] = max(t.widths[i], twwidth.Width(t.clock(row[i], i)))
		}
	}
}

// title is a column's heading, with the zone of its times where that has moved there.
func (t *tableRows) title(i int) string {
	if t.timed[i] && t.zone != "" {
		return t.cols[i].title + " " + t.zone
	}
	return t.cols[i].title
}

// clock is a cell without the zone that its heading names.
func (t *tableRows) clock(cell string, column int) string {
	if t.timed[column] && t.zone != "" {
		return strings.TrimSuffix(cell, " "+t.zone)
	}
	return cell
}

// total is how wide a row of the columns that are not hidden is.
func (t *tableRows) total(widths []int) int {
	sum := -columnGap
	for i, w := range widths {
		if !t.hidden[i] {
			sum += w + columnGap
		}
	}
	return sum
}

// least is the width that a column may be cut down to.
func (t *tableRows) least(i int) int {
	if t.firm[i] {
		return t.widths[i]
	}
	return min(t.widths[i], cmp.Or(t.cols[i].least, leastWidth))
}

// nameZone moves the zone of the times into the headings, where all have the same.
func (t *tableRows) nameZone() {
	zone := ""
	for _, row := range t.cells {
		for i, cell := range row {
			at := strings.LastIndexByte(cell, ' ')
			if !t.timed[i] || at < 0 {
				continue
			}
			if zone != "" && zone != cell[at+1:] {
				return
			}
			zone = cell[at+1:]
		}
	}
	t.zone = zone
	t.measure()
}

// hide does without columns: those that are empty while the others would not fit as they are,
// more of them while they would not fit when cut; and takes back what fits after all.
func (t *tableRows) hide() {
	least := make([]int, len(t.cols))
	for i := range least {
		least[i] = t.least(i)
	}
	for i := len(t.cols) - 1; i > 0 && t.total(t.widths) > t.app.width; i-- {
		t.hidden[i] = t.empty(i)
	}
	var gone []int
	for _, i := range t.dispensable() {
		if t.total(least) <= t.app.width {
			break
		}
		t.hidden[i] = true
		gone = append(gone, i)
	}
	for _, i := range slices.Backward(gone) {
		t.hidden[i] = false
		t.hidden[i] = t.total(least) > t.app.width
	}
}

// dispensable lists the columns that may go, the first to go first.
func (t *tableRows) dispensable() []int {
	var found []int
	for i := len(t.cols) - 1; i > 0; i-- {
		if !t.hidden[i] && (t.cols[i].drop > 0 || !t.firm[i]) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(i, j int) int { return t.cols[j].drop - t.cols[i].drop })
	return found
}

// empty reports whether a column says nothing in the first block.
func (t *tableRows) empty(i int) bool {
	return !slices.ContainsFunc(t.cells, func(row []string) bool { return row[i] != "" })
}

// cut shortens a cell to its column, on a terminal only. What must not be cut and is longer
// than in the first block pushes the rest of its row aside.
func (t *tableRows) cut(cell string, column int) string {
	cell = t.clock(cell, column)
	if !t.app.outTTY || t.app.width == 0 || t.firm[column] || twwidth.Width(cell) <= t.widths[column] {
		return cell
	}
	return twwidth.Truncate(cell, t.widths[column], "…")
}

// note says which columns a narrow terminal does without, and how to see them; "" is nothing.
func (t *tableRows) note() string {
	var hidden []string
	for i, c := range t.cols {
		if t.hidden != nil && t.hidden[i] {
			hidden = append(hidden, c.name)
		}
	}
	if hidden == nil {
		return ""
	}
	return "hidden for want of room: " + strings.Join(hidden, ", ") + " (--fields " + t.cols[0].name + "," + strings.Join(hidden, ",") + " shows them)"
}
