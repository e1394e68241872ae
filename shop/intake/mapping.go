package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"callout/calendar"
	"callout/internal/fault"

	"go.yaml.in/yaml/v3"
)

// Mapping says how the columns of a file become the fields of one kind of record. Its
// written form is YAML; docs/import.md describes it.
type Mapping struct {
	Kind string // what each row becomes, e.g. "work-orders"
	// Source names where the rows come from. With the row's key it is the row's
	// identity: two files of one source and kind are one file, continued.
	Source string
	Format Format
	// Key are the columns that tell one row from all others. Without any, a row is told
	// by all of its content and by how often that has come before in the file.
	Key []string
	// Create lists what is made when a row names it and it is missing.
	Create []string

	kind   *kind
	fields map[string]*value
	items  []*itemMap
}

// Format is how the file is written.
type Format struct {
	Delimiter rune
	Columns   []string // names of the columns of a file that has no header
	Encoding  string   // utf-8 or windows-1252
	Lazy      bool     // a quotation mark within a text is part of it
	Short     bool     // a line may end before its last columns
}

// source is what the name of a source looks like: it becomes part of command ids.
var source = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,59}$`)

// ParseMapping reads a mapping. What is wrong is told with its line.
func ParseMapping(doc []byte) (*Mapping, error) {
	root, err := parseYAML(doc)
	if err != nil {
		return nil, err
	}
	m := &Mapping{Format: Format{Delimiter: ',', Encoding: "utf-8"}, fields: map[string]*value{}}
	var zone string
	var fields, items, create *yaml.Node
	top := keys{
		"kind": word(&m.Kind, Kinds()...), "source": text(&m.Source), "zone": text(&zone),
		"csv": m.Format.read, "key": list(&m.Key),
		"create": later(&create), "fields": later(&fields), "items": later(&items),
	}
	if err := top.read(root, "the mapping"); err != nil {
		return nil, err
	}
	switch {
	case m.Kind == "":
		return nil, wrong(root, "kind is missing; it is one of %s", strings.Join(Kinds(), ", "))
	case m.Source == "":
		return nil, wrong(root, "source is missing: a name for where the rows come from, so that nothing comes in twice")
	case !source.MatchString(m.Source):
		return nil, wrong(root, "source %.40q is not written in small letters, digits, dots and hyphens (up to 60)", m.Source)
	case fields == nil:
		return nil, wrong(root, "fields is missing")
	}
	m.kind = kindOf(m.Kind)
	if create != nil {
		if err := m.readCreate(create); err != nil {
			return nil, err
		}
	}
	if err := m.readFields(fields); err != nil {
		return nil, err
	}
	if items != nil {
		if err := m.readItems(items); err != nil {
			return nil, err
		}
	}
	return m, m.setZones(zone)
}

// later keeps a node until what it depends on has been read.
func later(to **yaml.Node) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = n
		return nil
	}
}

func (f *Format) read(n *yaml.Node) error {
	delimiter, quotes, short := ",", "strict", false
	header := true
	ks := keys{
		"delimiter": text(&delimiter), "header": flag(&header), "columns": list(&f.Columns),
		"encoding": word(&f.Encoding, "utf-8", "windows-1252"),
		"quotes":   word(&quotes, "strict", "lazy"), "short_lines": flag(&short),
	}
	if err := ks.read(n, "csv"); err != nil {
		return err
	}
	if delimiter == "tab" {
		delimiter = "\t"
	}
	if r := []rune(delimiter); len(r) != 1 || !strings.ContainsAny(delimiter, ",;\t|:^~") {
		return wrong(n, `delimiter %q is none of , ; | : ^ ~ and tab`, delimiter)
	}
	switch {
	case !header && f.Columns == nil:
		return wrong(n, "a file without a header needs columns: the names of its columns in order")
	case header && f.Columns != nil:
		return wrong(n, "columns names the columns of a file without a header: write header: false, or leave them out")
	}
	f.Delimiter, f.Lazy, f.Short = []rune(delimiter)[0], quotes == "lazy", short
	return nil
}

func (m *Mapping) readCreate(n *yaml.Node) error {
	var words []string
	if err := list(&words)(n); err != nil {
		return err
	}
	for _, w := range words {
		if !slices.Contains(m.kind.creates, w) {
			if len(m.kind.creates) == 0 {
				return wrong(n, "an import of %s creates nothing else", m.Kind)
			}
			return wrong(n, "%q cannot be created by an import of %s; what can is %s",
				w, m.Kind, strings.Join(m.kind.creates, ", "))
		}
	}
	m.Create = words
	return nil
}

func (m *Mapping) readFields(n *yaml.Node) error {
	ks := keys{}
	for _, f := range m.kind.fields {
		ks[f.name] = func(n *yaml.Node) error {
			v, err := readValue(n, f)
			m.fields[f.name] = v
			return err
		}
	}
	if err := ks.read(n, "fields of "+m.Kind); err != nil {
		return err
	}
	for _, f := range m.kind.fields {
		if f.required && m.fields[f.name] == nil {
			return wrong(n, "the fields of %s lack %s", m.Kind, f.name)
		}
	}
	return nil
}

// setZones gives the mapping's zone to the times that have none of their own.
func (m *Mapping) setZones(name string) error {
	var zone calendar.Zone
	if name != "" {
		var err error
		if zone, err = calendar.LoadZone("zone", name); err != nil {
			return err
		}
	}
	for _, v := range m.values() {
		if v.form != aTime || v.layout.offset || !v.zone.IsZero() {
			continue
		}
		if zone.IsZero() {
			return wrongLine(v.line, "the times of %s need a zone, here or for the whole mapping, such as zone: Europe/Vienna", v.name)
		}
		v.zone = zone
	}
	return nil
}

// values lists every value of the mapping, in an order that does not change.
func (m *Mapping) values() []*value {
	var out []*value
	for _, f := range m.kind.fields {
		if v := m.fields[f.name]; v != nil {
			out = append(out, v)
		}
	}
	for _, it := range m.items {
		out = append(out, it.values()...)
	}
	return out
}

// creates reports whether the mapping lets rows create such a thing.
func (m *Mapping) creates(what string) bool { return slices.Contains(m.Create, what) }

// bind checks that the file has every column that the mapping reads, once.
func (m *Mapping) bind(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range header {
		if _, twice := at[name]; twice {
			at[name] = -1
			continue
		}
		at[name] = i
	}
	check := func(line int, name string) error {
		i, ok := at[name]
		where := ""
		if line > 0 {
			where = " that line " + itoa(line) + " of the mapping reads"
		}
		if !ok {
			return fault.Invalidf("file", "there is no column %q%s; there are %s", name, where, quoted(header)).
				With("import.no-column").Hint("correct the mapping, or csv: delimiter in it")
		}
		if i < 0 {
			return fault.Invalidf("file", "the column %q%s stands in the header twice", name, where).With("import.two-columns")
		}
		return nil
	}
	for _, v := range m.values() {
		for _, name := range v.columns() {
			if err := check(v.line, name); err != nil {
				return nil, err
			}
		}
	}
	for _, it := range m.items {
		if it.when != "" {
			if err := check(it.line, it.when); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range m.Key {
		if err := check(0, name); err != nil {
			return nil, err
		}
	}
	return at, nil
}

// quoted lists names for a message, of which there may be many.
func quoted(names []string) string {
	const most = 12
	var out []string
	for i, n := range names {
		if i == most {
			out = append(out, "… ("+itoa(len(names))+" in all)")
			break
		}
		out = append(out, strconv.Quote(clip(n, 40)))
	}
	return strings.Join(out, ", ")
}

// clip cuts a text for a message.
func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func itoa(n int) string { return strconv.Itoa(n) }
