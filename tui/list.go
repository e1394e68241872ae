package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/tui/screen"
)

// list is rows of text with a cursor, marks and a filter. Panes that are lists hold one.
type list[T any] struct {
	columns []column[T]
	key     func(T) string // tells rows apart, whatever happens to the rest of them
	empty   string         // what is said where there is nothing
	// less orders the rows; nil keeps the order in which they came.
	less func(a, b T) int

	rows   []T // as they were read
	shown  []T // those that the filter leaves, in order
	cursor int
	top    int
	height int         // in rows, when it was drawn last
	at     screen.Rect // where the rows are, when it was drawn last
	marks  map[string]bool
	anchor int // where a range of marks began, or -1
	filter string
}

// column is one thing that a list says of each row.
type column[T any] struct {
	title string
	width int // 0 takes what the others leave
	right bool
	text  func(T) string
	role  func(T) screen.Role // nil is normal
	// least is how wide the list must be for the column to be shown.
	least int
	// most is how wide the list may be for it to be shown; 0 is any width.
	most int
}

// set shows other rows. The cursor stays on the row that it was on, and marks on what is still there.
func (l *list[T]) set(rows []T) {
	l.rows = rows
	l.arrange()
	marks := map[string]bool{}
	for _, r := range rows {
		if k := l.key(r); l.marks[k] {
			marks[k] = true
		}
	}
	l.marks = marks
}

// arrange filters and orders the rows anew.
func (l *list[T]) arrange() {
	was, had := l.current()
	l.shown = l.shown[:0:0]
	for _, r := range l.rows {
		if l.filter == "" || l.matches(r) {
			l.shown = append(l.shown, r)
		}
	}
	if l.less != nil {
		slices.SortStableFunc(l.shown, l.less)
	}
	if had {
		if i := slices.IndexFunc(l.shown, func(r T) bool { return l.key(r) == l.key(was) }); i >= 0 {
			l.cursor = i
		}
	}
	l.cursor = max(min(l.cursor, len(l.shown)-1), 0)
	l.anchor = -1
}

// matches reports whether every word of the filter is found somewhere in the row.
func (l *list[T]) matches(r T) bool {
	var all strings.Builder
	for _, c := range l.columns {
		all.WriteString(c.text(r))
		all.WriteByte(' ')
	}
	return fuzzy(l.filter, all.String())
}

// current is the row under the cursor.
func (l *list[T]) current() (row T, ok bool) {
	if l.cursor < len(l.shown) {
		return l.shown[l.cursor], true
	}
	return row, false
}

// chosen is what an action is about: the marked rows, or else the one under the cursor.
func (l *list[T]) chosen() []T {
	if len(l.marks) > 0 {
		return slices.DeleteFunc(slices.Clone(l.shown), func(r T) bool { return !l.marks[l.key(r)] })
	}
	if r, ok := l.current(); ok {
		return []T{r}
	}
	return nil
}

// move moves the cursor by rows. While a range is open, it marks what it passes.
func (l *list[T]) move(by int) {
	l.cursor = max(min(l.cursor+by, len(l.shown)-1), 0)
	if l.anchor < 0 {
		return
	}
	for i := min(l.anchor, l.cursor); i <= max(l.anchor, l.cursor) && i < len(l.shown); i++ {
		l.marks[l.key(l.shown[i])] = true
	}
}

// mark marks the row under the cursor, or takes its mark away, and goes on to the next.
func (l *list[T]) mark() {
	r, ok := l.current()
	if !ok {
		return
	}
	if k := l.key(r); l.marks[k] {
		delete(l.marks, k)
	} else {
		l.marks[k] = true
	}
	l.move(1)
}

// told tells of the row under the cursor, after how many are marked. Words that are empty are left out.
func (l *list[T]) told(words ...string) string {
	if n := len(l.marks); n > 0 {
		words = append([]string{fmt.Sprintf("%d marked", n)}, words...)
	}
	return strings.Join(slices.DeleteFunc(words, untold), "  ")
}

// sought moves the cursor of a list that is narrowed by typing, where only some keys are free for that.
func (l *list[T]) sought(key string) bool {
	switch key {
	case "down", "ctrl+n":
		l.move(1)
	case "up", "ctrl+p":
		l.move(-1)
	case "pgdown":
		l.move(l.page())
	case "pgup":
		l.move(-l.page())
	default:
		return false
	}
	return true
}

// markRange begins a range of marks at the cursor, or ends it.
func (l *list[T]) markRange() {
	if l.anchor >= 0 {
		l.anchor = -1
		return
	}
	if r, ok := l.current(); ok {
		l.anchor = l.cursor
		l.marks[l.key(r)] = true
	}
}

// unmark takes all marks away, and then the filter.
func (l *list[T]) unmark() {
	if len(l.marks) == 0 {
		l.narrow("")
		return
	}
	l.marks, l.anchor = map[string]bool{}, -1
}

// narrow shows only the rows that a filter finds.
func (l *list[T]) narrow(filter string) {
	l.filter = filter
	l.arrange()
}

func (l *list[T]) filtered() string { return l.filter }

func (l *list[T]) page() int { return max(l.height-1, 1) }

func (l *list[T]) draw(s *screen.Screen, area screen.Rect, focused bool) {
	head, body := area.Top(1)
	l.height, l.at = body.H, body
	if l.marks == nil {
		l.marks = map[string]bool{}
	}
	columns := slices.DeleteFunc(slices.Clone(l.columns), func(c column[T]) bool { return area.W < c.least || c.most > 0 && area.W > c.most })
	widths := l.widths(columns, area.W-2)
	x := head.X + 2
	for i, c := range columns {
		place(s, x, head.Y, widths[i], screen.Dim, c.title, c.right)
		x += widths[i] + 1
	}
	if len(l.shown) == 0 {
		text := l.empty
		if l.filter != "" {
			text = "nothing matches " + l.filter
		}
		s.Text(body.X+2, body.Y, body.W-2, screen.Dim, text)
		return
	}
	l.top = max(min(l.top, l.cursor), l.cursor-body.H+1)
	l.top = max(min(l.top, len(l.shown)-body.H), 0)
	for i := range min(body.H, len(l.shown)-l.top) {
		l.drawRow(s, columns, widths, screen.Rect{X: body.X, Y: body.Y + i, W: body.W, H: 1}, l.top+i, focused)
	}
	if more := len(l.shown) - l.top - body.H; more > 0 {
		s.Right(body.X, body.Y+body.H-1, body.W, screen.Dim, fmt.Sprintf(" %s%d", s.Glyphs().Down, more))
	}
}

func (l *list[T]) drawRow(s *screen.Screen, columns []column[T], widths []int, at screen.Rect, i int, focused bool) {
	r := l.shown[i]
	marked := l.marks[l.key(r)]
	if marked {
		s.Put(at.X+1, at.Y, screen.Marked, s.Glyphs().Mark)
	}
	x := at.X + 2
	for n, c := range columns {
		role := screen.Normal
		if c.role != nil {
			role = c.role(r)
		}
		if marked && role == screen.Normal {
			role = screen.Marked
		}
		place(s, x, at.Y, widths[n], role, c.text(r), c.right)
		x += widths[n] + 1
	}
	if i != l.cursor {
		return
	}
	s.Put(at.X, at.Y, screen.Strong, s.Glyphs().Pointer)
	if focused {
		s.Dress(screen.Rect{X: at.X + 1, Y: at.Y, W: at.W - 1, H: 1}, screen.Selected)
	}
}

// widths gives each column its width; the first without one gets what is left.
func (l *list[T]) widths(columns []column[T], all int) []int {
	out := make([]int, len(columns))
	left := all - len(columns) + 1
	for i, c := range columns {
		out[i] = c.width
		left -= c.width
	}
	for i, c := range columns {
		if c.width == 0 {
			out[i] = max(left, 4)
			break
		}
	}
	return out
}

func place(s *screen.Screen, x, y, width int, role screen.Role, text string, right bool) {
	if right {
		s.Right(x, y, width, role, text)
		return
	}
	s.Text(x, y, width, role, text)
}

// lister is a list whatever its rows are.
type lister interface {
	move(by int)
	page() int
	mark()
	markRange()
	unmark()
	narrow(filter string)
	filtered() string
}

// listBindings are the keys of a pane that is a list. After is what follows a move of the cursor, or nil.
func listBindings(where scope, of func(m *Model) lister) []binding {
	here := []scope{where}
	id := func(s string) string { return string(where) + "." + s }
	by := func(n func(l lister) int) func(m *Model) tea.Cmd {
		return func(m *Model) tea.Cmd { l := of(m); l.move(n(l)); return nil }
	}
	far := 1 << 20
	return []binding{
		{id: id("down"), keys: []string{"j", "down"}, title: "down", scopes: here, do: by(func(lister) int { return 1 })},
		{id: id("up"), keys: []string{"k", "up"}, title: "up", scopes: here, do: by(func(lister) int { return -1 })},
		{id: id("page-down"), keys: []string{"pgdown", "ctrl+d"}, title: "a page down", scopes: here, do: by(lister.page)},
		{id: id("page-up"), keys: []string{"pgup", "ctrl+u"}, title: "a page up", scopes: here, do: by(func(l lister) int { return -l.page() })},
		{id: id("first"), keys: []string{"g", "home"}, title: "to the top", scopes: here, do: by(func(lister) int { return -far })},
		{id: id("last"), keys: []string{"G", "end"}, title: "to the end", scopes: here, do: by(func(lister) int { return far })},
		{id: id("mark"), keys: []string{"v"}, title: "mark", scopes: here, hint: 4, do: func(m *Model) tea.Cmd { of(m).mark(); return nil }},
		{id: id("mark-range"), keys: []string{"V"}, title: "mark a range", scopes: here, do: func(m *Model) tea.Cmd { of(m).markRange(); return nil }},
		{id: id("unmark"), keys: []string{"esc"}, title: "no marks, no filter", scopes: here, do: func(m *Model) tea.Cmd { of(m).unmark(); return nil }},
		{id: id("filter"), keys: []string{"/"}, title: "filter", scopes: here, hint: 5, do: func(m *Model) tea.Cmd { return m.filter(of(m)) }},
	}
}

// filter asks for a filter, and narrows the list while it is typed.
func (m *Model) filter(l lister) tea.Cmd {
	was := l.filtered()
	p := newPrompt("Filter", "", was)
	p.typed = func(text string) { l.narrow(text) }
	p.left = func(*Model) tea.Cmd { l.narrow(was); return nil }
	m.open(p, false)
	return nil
}
