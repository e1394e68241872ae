package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/tw"

	"callout/internal/fault"
)

// Page is the text view of a single thing: aligned "Key: value" lines, sections, small
// tables. It looks the same in a pipe, without colours and with RFC 3339 times.
type Page struct {
	app    *App
	blocks []func(io.Writer) error
	fields [][2]string
}

// Title is the first line.
func (p *Page) Title(format string, args ...any) {
	p.add(p.app.paint(strong, printable(fmt.Sprintf(format, args...), false)) + "\n")
}

// Field adds a line "key: value", aligned with its neighbours. An empty value is left out.
func (p *Page) Field(key string, value any) {
	if v := printable(p.app.text(value), true); v != "" {
		p.fields = append(p.fields, [2]string{key, v})
	}
}

// Section begins a part of the page under a heading.
func (p *Page) Section(title string) { p.add("\n" + p.app.paint(strong, title) + "\n") }

// Line adds one line of text.
func (p *Page) Line(format string, args ...any) {
	p.add(printable(fmt.Sprintf(format, args...), true) + "\n")
}

// raw adds text of callout's own as it is.
func (p *Page) raw(text string) { p.add(text) }

// Table adds rows in aligned columns. Without rows it adds nothing.
func (p *Page) Table(head []string, rows [][]any) {
	if len(rows) == 0 {
		return
	}
	cells := make([][]string, len(rows))
	for r, row := range rows {
		cells[r] = make([]string, len(row))
		for i, v := range row {
			cells[r][i] = printable(p.app.text(v), false)
		}
	}
	if p.app.accessible {
		p.linear(head, cells)
		return
	}
	p.flush()
	align := make([]tw.Align, len(head))
	titles := make([]string, len(head))
	for i, h := range head {
		align[i], titles[i] = tw.AlignLeft, strings.ToUpper(h)
	}
	p.blocks = append(p.blocks, func(w io.Writer) error { return p.app.renderTable(w, titles, p.app.narrow(titles, cells), align) })
}

// linear writes a table's rows one value after the other, with their headings.
func (p *Page) linear(head []string, cells [][]string) {
	for _, row := range cells {
		var parts []string
		for i, v := range row {
			if v != "" {
				parts = append(parts, strings.ToLower(head[i])+": "+v)
			}
		}
		p.add(strings.Join(parts, "; ") + "\n")
	}
}

// add appends text after the fields that are waiting.
func (p *Page) add(text string) {
	p.flush()
	p.blocks = append(p.blocks, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// flush aligns the fields that have gathered.
func (p *Page) flush() {
	if len(p.fields) == 0 {
		return
	}
	widest := 0
	for _, f := range p.fields {
		widest = max(widest, twwidth.Width(f[0]))
	}
	var out strings.Builder
	for _, f := range p.fields {
		key := f[0] + ":"
		pad := strings.Repeat(" ", widest+2-twwidth.Width(f[0])-1)
		if p.app.accessible {
			pad = " "
		}
		indent := "\n" + strings.Repeat(" ", widest+2)
		out.WriteString(p.app.paint(faint, key) + pad + strings.ReplaceAll(p.app.wrapText(f[1], widest+2), "\n", indent) + "\n")
	}
	p.fields = nil
	p.add(out.String())
}

// print writes what has been put on the page.
func (p *Page) print(w io.Writer) error {
	p.flush()
	for _, block := range p.blocks {
		if err := block(w); err != nil {
			return err
		}
	}
	return nil
}

// Show prints one thing: as text drawn by draw, or as the JSON of value in the chosen
// format. value must marshal to a JSON object; name is what -o name prints.
func (a *App) Show(name string, value any, draw func(*Page)) error {
	return a.page(func(w io.Writer) error {
		if a.format() == formatName {
			_, err := io.WriteString(w, printable(name, false)+"\n")
			return err
		}
		if a.textual() && len(a.shared.fields) == 0 {
			p := &Page{app: a}
			draw(p)
			return p.print(w)
		}
		ms, err := members(value)
		if err != nil {
			return fault.Internalf("%v", err)
		}
		if ms, err = a.pickMembers(ms); err != nil {
			return err
		}
		return a.showMembers(w, ms)
	})
}

// pickMembers keeps the fields that --fields names.
func (a *App) pickMembers(ms []member) ([]member, error) {
	if len(a.shared.fields) == 0 {
		return ms, nil
	}
	names := make([]string, len(ms))
	for i, m := range ms {
		names[i] = m.key
	}
	chosen, err := pick(a.running, a.shared.fields, names)
	if err != nil {
		return nil, err
	}
	out := make([]member, len(chosen))
	for i, at := range chosen {
		out[i] = ms[at]
	}
	return out, nil
}

// showMembers prints one object in a machine format, or its chosen fields as text.
func (a *App) showMembers(w io.Writer, ms []member) error {
	switch f := a.format(); f {
	case formatTable:
		p := &Page{app: a}
		for _, m := range ms {
			p.Field(m.key, jsonCell(m.value))
		}
		return p.print(w)
	case formatCSV, formatTSV:
		return showRecord(w, ms, f == formatCSV)
	default:
		head := member{key: "schema", value: json.RawMessage(`"` + schemaVersion + `"`)}
		doc, err := joinMembers(append([]member{head}, ms...))
		if err != nil {
			return err
		}
		return a.writeDocument(w, doc)
	}
}

// writeDocument prints a JSON object as JSON, one line of JSON, YAML or through --jq.
func (a *App) writeDocument(w io.Writer, doc []byte) error {
	if a.shared.jq != "" {
		f, err := newFilter(a.shared.jq)
		if err != nil {
			return err
		}
		return f.run(w, doc)
	}
	var out bytes.Buffer
	switch a.format() {
	case formatYAML:
		b, err := toYAML(doc)
		if err != nil {
			return err
		}
		out.Write(b)
	case formatJSONL:
		out.Write(append(doc, '\n'))
	default:
		if err := json.Indent(&out, doc, "", "  "); err != nil {
			return err
		}
		out.WriteByte('\n')
	}
	_, err := w.Write(out.Bytes())
	return err
}

// showRecord prints one object as a single row; nested values stay JSON.
func showRecord(w io.Writer, ms []member, header bool) error {
	names, cells := make([]string, len(ms)), make([]string, len(ms))
	for i, m := range ms {
		names[i], cells[i] = m.key, jsonCell(m.value)
	}
	if !header {
		for i := range cells {
			cells[i] = printable(cells[i], false)
		}
		_, err := io.WriteString(w, strings.Join(cells, "\t")+"\n")
		return err
	}
	for i := range cells {
		cells[i] = guardCell(cells[i])
	}
	out := csv.NewWriter(w)
	if err := out.WriteAll([][]string{names, cells}); err != nil {
		return err
	}
	return out.Error()
}
