package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"callout/calendar"
	"callout/dispatch"
)

// tellBindings is the key that tells everything about what is under the board's cursor.
func tellBindings() []binding {
	return []binding{{
		id: "board.tell", keys: []string{"I"}, title: "tell all about it", scopes: []scope{onBoard},
		why: func(m *Model) string {
			if m.board.current() == nil {
				return "there is nothing under the cursor"
			}
			return ""
		},
		do: func(m *Model) tea.Cmd { m.board.tell(); return nil },
	}}
}

// tell opens everything that is known about the visit under the cursor, or else about the lane, a thing a line.
func (b *board) tell() {
	l := b.current()
	d := &leaflet{title: l.Name + "  " + b.moment(b.at)}
	if v := l.at(b.at); v != nil {
		d.title = v.Number + "  " + v.Title
		d.lines = append(b.facts(v, l), slices.DeleteFunc([]string{b.onTheWay(v, l)}, untold)...)
	} else {
		d.lines = b.idle(l)
	}
	b.m.open(d, false)
}

// facts tell a visit in full, as it stands in a lane, the most needed first. A lane of nil is none.
func (b *board) facts(v *Visit, l *Lane) []string {
	words := []string{v.Number, string(v.Status), b.clocks(v.Time()), v.OrderNumber, v.Title, v.Customer, v.Site}
	if p, ok := v.Clock.Pressing(b.m.now); ok {
		words = append(words, b.m.pressing(p))
	}
	for _, c := range v.Against {
		words = append(words, conflictWords(c))
	}
	words = append(words, b.company(v, l))
	for _, t := range v.Ties {
		words = append(words, b.tied(t))
	}
	if v.Priority != "" {
		words = append(words, string(v.Priority))
	}
	if v.Lock != dispatch.Unlocked {
		words = append(words, "locked: "+string(v.Lock))
	}
	return slices.DeleteFunc(words, untold)
}

func untold(text string) bool { return text == "" }

// idle tells what there is at the cursor where there is no visit.
func (b *board) idle(l *Lane) []string {
	words := []string{l.Name, b.moment(b.at)}
	for _, a := range l.Away {
		if a.Contains(b.at) {
			return append(words, strings.TrimSpace(a.Kind+" "+a.Note))
		}
	}
	within := func(iv calendar.Interval) bool { return iv.Contains(b.at) }
	if i := slices.IndexFunc(l.Breaks, within); i >= 0 {
		words = append(words, "break "+b.clocks(l.Breaks[i]))
	} else if !l.Always && !slices.ContainsFunc(l.Work, within) {
		words = append(words, "off shift")
	}
	if leg := l.legAt(b.at); leg != nil {
		words = append(words, leg.Detail)
	}
	if l.Skills != "" {
		words = append(words, l.Skills)
	}
	return words
}
