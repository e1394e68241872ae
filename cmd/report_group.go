package cmd

import (
	"cmp"
	"slices"

	"callout/shop/report"
	"callout/store"
)

// groupWords are the groups of a report as a flag lists them.
func groupWords(groups []report.By) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = string(g)
	}
	return out
}

// groupName is what people know a group of a report by.
func groupName(n *names, by, group string) string {
	if by == string(report.ByWorkType) || by == string(report.ByShop) {
		return group
	}
	return n.of(store.ID(group))
}

// groupRows puts the names that people know to the lines of a report, and sorts by them.
func groupRows[L, R any](r store.Reader, by string, lines []L, group func(L) string, row func(L, string) R) []R {
	type named struct {
		line L
		name string
	}
	n := namesOf(r)
	list := make([]named, len(lines))
	for i, l := range lines {
		list[i] = named{l, groupName(n, by, group(l))}
	}
	slices.SortStableFunc(list, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	var rows []R
	for _, l := range list {
		rows = append(rows, row(l.line, l.name))
	}
	return rows
}
