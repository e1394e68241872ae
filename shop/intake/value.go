package intake

import (
	"maps"
	"slices"
	"strings"

	"callout/calendar"

	"go.yaml.in/yaml/v3"
)

// form is what kind of thing a field holds, and so which steps its value may take.
type form int

const (
	aText form = iota
	aTime      // an instant
	aDay       // a date without a time
	aNumber
	aList
)

// value says where a field's content comes from and what is done to it on the way:
// trimmed, replaced by the default when empty, looked up, prefixed.
type value struct {
	line int // of the mapping
	name string
	form form

	column   string // exactly one of these three
	constant *string
	template []piece

	trim      bool
	fallback  *string // in place of nothing
	lookup    map[string]string
	otherwise *string // for what the lookup does not know
	prefix    string
	required  bool

	layout             *layout
	zone               calendar.Zone
	twice              string // which reading counts when clocks show it twice
	decimal, thousands string
	cut                int // decimals kept, or -1 for all
	separator          string
}

// piece is a part of a template: some text, or a column.
type piece struct {
	text   string
	column bool
}

// readValue reads one value of the mapping.
func readValue(n *yaml.Node, f field) (*value, error) {
	v := &value{line: n.Line, name: f.name, form: f.form, trim: true, required: f.required, decimal: ".", cut: -1, separator: ","}
	if n.Kind == yaml.ScalarNode {
		return nil, wrong(n, "write {column: %s}, or {value: %s} if every row gets the same", orX(n.Value), orX(n.Value))
	}
	var tmpl, date, zone, cut *string
	required := false
	ks := keys{
		"column": text(&v.column), "value": optional(&v.constant), "template": optional(&tmpl),
		"trim": flag(&v.trim), "default": optional(&v.fallback), "map": table(&v.lookup),
		"otherwise": optional(&v.otherwise), "prefix": text(&v.prefix), "required": flag(&required),
	}
	switch f.form {
	case aTime:
		ks["date"], ks["zone"], ks["twice"] = optional(&date), optional(&zone), word(&v.twice, "first", "last")
	case aDay:
		ks["date"] = optional(&date)
	case aNumber:
		ks["decimal"], ks["thousands"] = word(&v.decimal, ".", ","), word(&v.thousands, ".", ",", "'", " ")
		ks["cut"] = optional(&cut)
	case aList:
		ks["separator"] = text(&v.separator)
	}
	if err := ks.read(n, "the value of "+f.name); err != nil {
		return nil, err
	}
	v.required = v.required || required
	if err := v.readSource(n, tmpl); err != nil {
		return nil, err
	}
	if v.otherwise != nil && v.lookup == nil {
		return nil, wrong(n, "otherwise says what becomes of words that map does not know, and there is no map")
	}
	return v, v.readForm(n, date, zone, cut)
}

func orX(s string) string {
	if s == "" {
		return "X"
	}
	return clip(s, 40)
}

// readSource checks that the value comes from one place.
func (v *value) readSource(n *yaml.Node, tmpl *string) error {
	sources := 0
	if v.column != "" {
		sources++
	}
	if v.constant != nil {
		sources++
	}
	if tmpl != nil {
		sources++
		var err error
		if v.template, err = parseTemplate(n, *tmpl); err != nil {
			return err
		}
	}
	if sources != 1 {
		return wrong(n, "%s comes from a column, a value or a template: one of them", v.name)
	}
	return nil
}

// readForm checks what only values of one form have.
func (v *value) readForm(n *yaml.Node, date, zone, cut *string) error {
	switch v.form {
	case aTime, aDay:
		written := "YYYY-MM-DD"
		if date != nil {
			written = *date
		}
		l, err := parseLayout(written)
		if err != nil {
			return wrong(n, "%v", err)
		}
		if v.form == aDay && l.clock {
			return wrong(n, "%s is a day, and %q reads a time as well", v.name, written)
		}
		v.layout = l
		if zone != nil {
			if l.offset {
				return wrong(n, "the offset in %q says which instant is meant; a zone besides would say it twice", written)
			}
			if v.zone, err = calendar.LoadZone("zone", *zone); err != nil {
				return wrong(n, "%v", err)
			}
		}
	case aNumber:
		if v.thousands == v.decimal {
			return wrong(n, "%q cannot separate both the decimals and the thousands", v.decimal)
		}
		if cut != nil {
			if len(*cut) != 1 || (*cut)[0] < '0' || (*cut)[0] > '9' {
				return wrong(n, "cut is the number of decimals that are kept, 0 to 9")
			}
			v.cut = int((*cut)[0] - '0')
		}
	case aList:
		if v.separator == "" {
			return wrong(n, "the separator of a list is at least one character")
		}
	}
	return nil
}

// parseTemplate reads "{Street} {No}"; {{ and }} are braces.
func parseTemplate(n *yaml.Node, s string) ([]piece, error) {
	var out []piece
	var plain strings.Builder
	for rest := s; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			plain.WriteByte(rest[0])
			rest = rest[2:]
		case rest[0] == '{':
			name, after, closed := strings.Cut(rest[1:], "}")
			if !closed || strings.TrimSpace(name) == "" {
				return nil, wrong(n, "the template %q has a { without a column and a }", s)
			}
			if plain.Len() > 0 {
				out = append(out, piece{text: plain.String()})
				plain.Reset()
			}
			out = append(out, piece{text: name, column: true})
			rest = after
		case rest[0] == '}':
			return nil, wrong(n, "the template %q has a } without a {; write }} for a brace", s)
		default:
			plain.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	if plain.Len() > 0 {
		out = append(out, piece{text: plain.String()})
	}
	if !slices.ContainsFunc(out, func(p piece) bool { return p.column }) {
		return nil, wrong(n, "the template %q names no column, such as {No}; write value for a fixed text", s)
	}
	return out, nil
}

// columns lists the columns that the value reads.
func (v *value) columns() []string {
	if v.column != "" {
		return []string{v.column}
	}
	var out []string
	for _, p := range v.template {
		if p.column {
			out = append(out, p.text)
		}
	}
	return out
}

// blame is the name that a person knows the value by: its column, where it has one.
func (v *value) blame() string {
	if v.column != "" {
		return v.column
	}
	return v.name
}

// text returns the value's text for a row. The second result says what is wrong, or "".
func (v *value) text(cell func(column string) string) (string, string) {
	var s string
	switch {
	case v.constant != nil:
		s = *v.constant
	case v.column != "":
		s = cell(v.column)
	default:
		s = v.fill(cell)
	}
	if v.trim {
		s = strings.TrimSpace(s)
	}
	if s == "" {
		if v.fallback != nil {
			s = *v.fallback
		}
		if s == "" && v.required {
			return "", "it is empty"
		}
		return s, ""
	}
	if v.lookup != nil {
		found, ok := v.lookup[s]
		switch {
		case ok:
			s = found
		case v.otherwise != nil:
			s = *v.otherwise
		default:
			known := slices.Sorted(maps.Keys(v.lookup))
			return "", `"` + clip(s, 40) + `" is none of ` + clip(strings.Join(known, ", "), 200)
		}
		if s == "" && v.required {
			return "", "it is empty"
		}
	}
	if s != "" {
		s = v.prefix + s
	}
	return s, ""
}

// fill puts a row's cells into the template. Of nothing but empty cells comes nothing.
func (v *value) fill(cell func(column string) string) string {
	var out strings.Builder
	some := false
	for _, p := range v.template {
		if !p.column {
			out.WriteString(p.text)
			continue
		}
		s := strings.TrimSpace(cell(p.text))
		some = some || s != ""
		out.WriteString(s)
	}
	if !some {
		return ""
	}
	return out.String()
}
