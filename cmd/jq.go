package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/itchyny/gojq"

	"callout/internal/fault"
)

// filter is a compiled jq expression.
type filter struct{ code *gojq.Code }

func newFilter(expr string) (*filter, error) {
	q, err := gojq.Parse(expr)
	if err == nil {
		var code *gojq.Code
		if code, err = gojq.Compile(q); err == nil {
			return &filter{code: code}, nil
		}
	}
	return nil, fault.Invalidf("jq", "%v", err).With("usage").Hint("callout help formatting")
}

// run filters one JSON document. Strings come out raw, as scripts want them, anything else
// as compact JSON, one result per line.
func (f *filter) run(w io.Writer, doc []byte) error {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber() // a float64 would change long decimals
	var in any
	if err := dec.Decode(&in); err != nil {
		return fmt.Errorf("the output is no JSON: %w", err)
	}
	iter := f.code.Run(in)
	for {
		v, ok := iter.Next()
		if !ok {
			return nil
		}
		if err, ok := v.(error); ok {
			var halt *gojq.HaltError
			if errors.As(err, &halt) && halt.Value() == nil {
				return nil
			}
			return fault.Invalidf("jq", "%v", err).With("usage").Hint("callout help formatting")
		}
		line, err := gojq.Marshal(v)
		if err != nil {
			return err
		}
		if s, ok := v.(string); ok {
			line = []byte(s)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
}

// jqRows filters a list: the whole list at once, or with jsonl each row by itself, which
// needs no more memory than one row.
type jqRows struct {
	app    *App
	w      io.Writer
	cols   []columnInfo
	filter *filter
	whole  *jsonRows
	doc    bytes.Buffer
}

func newJQRows(a *App, w io.Writer, cols []columnInfo, single bool) (*jqRows, error) {
	f, err := newFilter(a.shared.jq)
	if err != nil {
		return nil, err
	}
	j := &jqRows{app: a, w: w, cols: cols, filter: f}
	if !single {
		j.whole = &jsonRows{app: a, w: &j.doc, cols: cols}
	}
	return j, nil
}

func (j *jqRows) write(cells []any, name string) error {
	if j.whole != nil {
		return j.whole.write(cells, name)
	}
	row, err := j.app.jsonObject(j.cols, cells)
	if err != nil {
		return err
	}
	return j.filter.run(j.w, row)
}

func (j *jqRows) close() error {
	if j.whole == nil {
		return nil
	}
	if err := j.whole.close(); err != nil {
		return err
	}
	return j.filter.run(j.w, j.doc.Bytes())
}
