package intake

import (
	"context"
	"errors"
	"io"
	"slices"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
)

// pending is a row that has become a command and is not in yet.
type pending struct {
	line   int
	id     uuid.UUID // of its command
	row    store.ID  // of the note that it is in
	cmd    rowCommand
	digest string
	intent store.Intent // to do the command, without who, when and why
}

// feed reads a file through a mapping, row by row.
type feed struct {
	m      *Mapping
	at     map[string]int
	reader *Reader
	ids    *identify
	lines  map[uuid.UUID]int // of rows with key columns, to find keys that come twice
	rows   int
}

func newFeed(m *Mapping, file io.Reader) (*feed, error) {
	r, err := NewReader(file, m.Format)
	if err != nil {
		return nil, err
	}
	at, err := m.bind(r.Header())
	if err != nil {
		return nil, err
	}
	return &feed{m: m, at: at, reader: r, ids: newIdentify(m, at), lines: map[uuid.UUID]int{}}, nil
}

// next returns the next row as a command, or what is wrong with it; io.EOF ends.
func (f *feed) next() (*pending, []Problem, error) {
	row, err := f.reader.Next()
	if err != nil {
		return nil, nil, err
	}
	f.rows++
	if row.Cells == nil { // it could not even be cut into cells
		return nil, row.Problems, nil
	}
	from, wrong := f.ids.of(row)
	c := &cells{m: f.m, at: f.at, row: row}
	cmd := f.m.kind.command(c, from)
	problems := combine(row.Problems, c.problems)
	if wrong != "" {
		problems = append(problems, Problem{Line: row.Line, Field: f.m.Key[0], Message: wrong, Code: "import.key"})
	}
	if len(problems) > 0 {
		return nil, problems, nil
	}
	p := &pending{line: row.Line, id: from.commandID(cmd), cmd: cmd}
	if p.intent, err = (store.Intent{Cmd: cmd}).Encoded(); err != nil {
		return nil, nil, err
	}
	p.row, p.digest = rowID(p.id), digestOfJSON(p.intent.Args())
	cmd.from().note, cmd.from().digest = p.row, p.digest
	if len(f.m.Key) > 0 {
		if first := f.lines[p.id]; first != 0 {
			return nil, []Problem{{
				Line: row.Line, Field: f.m.Key[0], Code: "import.key",
				Message: "the row has the key of line " + itoa(first) + " (" + clip(from.Row, 60) + ")",
			}}, nil
		}
		f.lines[p.id] = row.Line
	}
	return p, nil, nil
}

// combine joins what is wrong with the line as such to what is wrong with its cells: a
// line with a comma too many has a cell that is no number, and both together tell why.
func combine(line, cells []Problem) []Problem {
	i := slices.IndexFunc(line, func(p Problem) bool { return p.Code == "import.columns" })
	if i < 0 || len(cells) == 0 {
		return append(line, cells...)
	}
	shape := line[i]
	out := slices.Delete(line, i, i+1)
	for _, p := range cells {
		p.Message += "; " + shape.Message
		p.Hint = shape.Hint
		out = append(out, p)
	}
	return out
}

// load is a run of rows as they were read.
type load struct {
	rows     []*pending  // that can come in
	problems [][]Problem // of each row that cannot
	read     int         // how many rows, of either kind
	more     bool        // whether the file goes on
	err      error       // what ended the reading before its time
}

// load reads until there are n rows that can come in.
func (f *feed) load(n int) (l load) {
	before := f.rows
	defer func() { l.read = f.rows - before }()
	for len(l.rows) < n {
		p, problems, err := f.next()
		switch {
		case errors.Is(err, io.EOF):
			return l
		case err != nil:
			l.err = err
			return l
		case p == nil:
			l.problems = append(l.problems, problems)
		default:
			l.rows = append(l.rows, p)
		}
	}
	l.more = true
	return l
}

// ahead reads the file in loads of n rows, on another goroutine: one load further than was asked for, so
// that there is something to go on with. It ends with the file or the context; nobody else may use the feed.
func (f *feed) ahead(ctx context.Context, n int) <-chan load {
	out := make(chan load)
	go func() {
		defer close(out)
		for more := true; more; {
			l := f.load(n)
			more = l.more
			select {
			case out <- l:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// problem tells why a row was refused, in terms of its file.
func (m *Mapping) problem(line int, err error) Problem {
	p := Problem{Line: line, Message: err.Error(), Err: err}
	var f *fault.Error
	if errors.As(err, &f) {
		p.Code, p.Message = f.Code, f.Msg
		p.Field = m.column(f.Field)
		if len(f.Hints) > 0 {
			p.Hint = f.Hints[0]
		}
	}
	return p
}

// column returns what a person calls a field of a room's command: the column that it is
// read from, where there is one.
func (m *Mapping) column(field string) string {
	for _, prefix := range []string{"", "site_", "customer_", "asset_"} {
		name := prefix + underscored(field)
		if v := m.fields[name]; v != nil && field != "" {
			return v.blame()
		}
	}
	for _, it := range m.items {
		for _, v := range it.values() {
			if v.name == field {
				return v.blame()
			}
		}
	}
	return field
}

func underscored(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] == '-' {
			b[i] = '_'
		}
	}
	return string(b)
}
