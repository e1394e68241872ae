package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// jsonRows writes a list as one object, one row per line, so that it streams, diffs and
// greps well:
//
//	{"schema":"callout/v1","items":[
//	{"number":"WO-1","title":"..."},
//	{"number":"WO-2","title":"..."}
//	]}
type jsonRows struct {
	app  *App
	w    io.Writer
	cols []columnInfo
	n    int
}

func (j *jsonRows) write(cells []any, _ string) error {
	row, err := j.app.jsonObject(j.cols, cells)
	if err != nil {
		return err
	}
	lead := ",\n"
	if j.n == 0 {
		lead = j.open() + "\n"
	}
	j.n++
	if _, err := io.WriteString(j.w, lead); err != nil {
		return err
	}
	_, err = j.w.Write(row)
	return err
}

func (j *jsonRows) open() string { return `{"schema":"` + schemaVersion + `","items":[` }

func (j *jsonRows) close() error {
	end := "\n]}\n"
	if j.n == 0 {
		end = j.open() + "]}\n"
	}
	_, err := io.WriteString(j.w, end)
	return err
}

// jsonlRows writes one object per line and nothing around them.
type jsonlRows struct {
	app  *App
	w    io.Writer
	cols []columnInfo
}

func (j *jsonlRows) write(cells []any, _ string) error {
	row, err := j.app.jsonObject(j.cols, cells)
	if err != nil {
		return err
	}
	_, err = j.w.Write(append(row, '\n'))
	return err
}

func (j *jsonlRows) close() error { return nil }

// nameRows writes the key of each row.
type nameRows struct{ w io.Writer }

func (n *nameRows) write(_ []any, name string) error {
	_, err := io.WriteString(n.w, printable(name, false)+"\n")
	return err
}

func (n *nameRows) close() error { return nil }

// jsonObject writes one row as an object whose keys stand in column order.
func (a *App) jsonObject(cols []columnInfo, cells []any) ([]byte, error) {
	row := make([]byte, 0, 32*len(cells))
	row = append(row, '{')
	for i, c := range cols {
		if i > 0 {
			row = append(row, ',')
		}
		row = append(append(append(row, '"'), c.name...), `":`...)
		v := a.machine(cells[i])
		if s, ok := v.(string); ok && plainJSON(s) {
			row = append(append(append(row, '"'), s...), '"')
			continue
		}
		b, err := marshal(v)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", c.name, err)
		}
		row = append(row, b...)
	}
	return append(row, '}'), nil
}

// plainJSON reports whether a string is its own JSON but for the quotes. Most cells are, and
// this is what a list of a million rows spends its time on.
func plainJSON(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// member is one key of a JSON object, in the order of the document.
type member struct {
	key   string
	value json.RawMessage
}

// members takes a value apart that marshals to a JSON object.
func members(v any) ([]member, error) {
	doc, err := marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("%T is not an object in JSON", v)
	}
	var out []member
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{key: fmt.Sprint(key)}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// joinMembers puts members together again.
func joinMembers(ms []member) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteByte('{')
	for i, m := range ms {
		if i > 0 {
			buf.WriteByte(',')
		}
		key, err := marshal(m.key)
		if err != nil {
			return nil, err
		}
		buf.Write(key)
		buf.WriteByte(':')
		buf.Write(m.value)
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}
