package file

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// write puts one technician, visit, link, assignment and row of ways on a line, so that two files can be compared.
func (d *document) write(out io.Writer) error {
	w := &writer{Writer: bufio.NewWriter(out)}
	w.text("{\n")
	w.field("schema", d.Schema)
	if d.Clock != nil {
		w.field("clock", d.Clock)
	}
	w.field("weights", d.Weights)
	lines(w, "technicians", d.Technicians, ",")
	lines(w, "visits", d.Visits, ",")
	if len(d.Links) > 0 {
		lines(w, "links", d.Links, ",")
	}
	if len(d.Current) > 0 {
		lines(w, "current", d.Current, ",")
	}
	if d.Travel.GreatCircle != nil {
		w.text("\"travel\": ")
		w.value(d.Travel)
		w.text("\n}\n")
	} else {
		w.text("\"travel\": {\n")
		lines(w, "matrix", d.Travel.Matrix, "")
		w.text("}\n}\n")
	}
	if w.err != nil {
		return w.err
	}
	return w.Flush()
}

// writer keeps the first error.
type writer struct {
	*bufio.Writer
	err error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = w.WriteString(s)
	}
}

func (w *writer) value(v any) {
	text, err := json.Marshal(v)
	if w.err == nil {
		w.err = err
	}
	w.text(string(text))
}

func (w *writer) field(name string, v any) {
	w.text("\"" + name + "\": ")
	w.value(v)
	w.text(",\n")
}

// lines writes a list with each of it on a line.
func lines[T any](w *writer, name string, list []T, after string) {
	w.text("\"" + name + "\": [")
	for i, v := range list {
		if i > 0 {
			w.text(",")
		}
		w.text("\n  ")
		w.value(v)
	}
	w.text("\n]" + after + "\n")
}
