package intake

import (
	"context"
	"io"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Store is what an import needs of the shop's store.
type Store interface {
	View(ctx context.Context, fn func(store.Reader) error) error
	Do(ctx context.Context, intents ...store.Intent) ([]store.Receipt, error)
	DoEach(ctx context.Context, more func() []store.Intent, settled func([]store.Receipt)) error
	Preview(ctx context.Context, intents ...store.Intent) ([]store.Receipt, error)
}

// Options say how a file is brought in, and who hears of it.
type Options struct {
	Actor  store.Actor
	At     time.Time // when it happened; now, if zero
	Device string
	Reason string

	DryRun       bool // decide everything, write nothing
	AllOrNothing bool // one bad row keeps all others out

	// Problem hears of everything that is wrong, by line; a row may have several problems.
	Problem func(Problem)
	// Row hears of every row that came in, or would have. Only the receipts of a dry run hold changes.
	Row func(line int, rec store.Receipt)
	// Progress hears how many rows have been dealt with.
	Progress func(rows int)
	// Phase hears what is done with all rows at once, which takes a while where there are many.
	Phase func(what string)
}

// Summary says what became of a file.
type Summary struct {
	Kind     string `json:"kind"`
	Source   string `json:"source"`
	Rows     int    `json:"rows"` // read, blank lines aside
	Imported int    `json:"imported"`
	Before   int    `json:"done_before"` // in already
	Refused  int    `json:"refused"`
	DryRun   bool   `json:"dry_run,omitempty"`
	First    string `json:"first,omitempty"` // number or name of the first that came in
	Last     string `json:"last,omitempty"`
	// Kept says that a bad row kept all others out; then Imported is zero.
	Kept bool `json:"kept_out,omitempty"`

	reasons map[fault.Kind]int // of refused rows
}

// batchRows is how many rows are handed to the store at once, which is the most that a transaction carries. More
// rows would take more memory, fewer would write more pages of the file more often.
const batchRows = 1000

// intake is one run.
type intake struct {
	s     Store
	m     *Mapping
	loads <-chan load
	o     Options
	sum   Summary
	shown int // rows told to Progress
}

// Run brings a file in. The error is about the file as a whole, the mapping or the store;
// what is wrong with single rows is in the summary and told to o.Problem. What the summary
// counts as imported has been committed, also when there is an error.
func Run(ctx context.Context, s Store, m *Mapping, file io.Reader, o Options) (Summary, error) {
	in := &intake{s: s, m: m, o: o}
	in.sum = Summary{Kind: m.Kind, Source: m.Source, DryRun: o.DryRun, reasons: map[fault.Kind]int{}}
	f, err := newFeed(m, file)
	if err != nil {
		return in.sum, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in.loads = f.ahead(ctx, batchRows)
	switch {
	case o.AllOrNothing:
		err = in.whole(ctx)
	case o.DryRun:
		err = in.try(ctx)
	default:
		err = in.each(ctx)
	}
	return in.sum, err
}

// take returns the next rows that can come in, and tells of those that cannot. The second result says
// whether there is more.
func (in *intake) take(ctx context.Context) ([]*pending, bool, error) {
	l, err := in.wait(ctx)
	if err != nil {
		return nil, false, err
	}
	in.tellOf(l)
	return l.rows, l.more, nil
}

// wait returns the next load. What is wrong with its rows is told before the error that ends the reading.
func (in *intake) wait(ctx context.Context) (load, error) {
	l, ok := <-in.loads
	if !ok {
		return l, context.Cause(ctx)
	}
	if l.err != nil {
		in.tellOf(l)
	}
	return l, l.err
}

// tellOf tells of the rows of a load that cannot come in, and counts all.
func (in *intake) tellOf(l load) {
	in.sum.Rows += l.read
	for _, problems := range l.problems {
		in.bad(problems...)
	}
}

// sift leaves out the rows that are in already.
func (in *intake) sift(ctx context.Context, batch []*pending) ([]*pending, error) {
	var out []*pending
	if len(batch) == 0 {
		return nil, nil
	}
	err := in.s.View(ctx, func(r store.Reader) error {
		out = out[:0]
		for _, p := range batch {
			switch err := lookUp(r, p.row, p.digest); {
			case err == nil:
				out = append(out, p)
			case fault.CodeOf(err) == codeAgain:
				in.sum.Before++
			case fault.CodeOf(err) == codeDiffers:
				in.refuse(p.line, err)
			default:
				return err
			}
		}
		return nil
	})
	return out, err
}

// intents wraps rows for the store.
func (in *intake) intents(batch []*pending) []store.Intent {
	out := make([]store.Intent, len(batch))
	for i, p := range batch {
		out[i] = in.intent(p.intent)
		out[i].ID = p.id
	}
	return out
}

// intent adds who, when and why.
func (in *intake) intent(i store.Intent) store.Intent {
	i.Actor, i.At, i.Device, i.Reason = in.o.Actor, in.o.At, in.o.Device, in.o.Reason
	return i
}

// settle counts what became of rows, and returns those to be tried once more.
func (in *intake) settle(batch []*pending, recs []store.Receipt) (again []*pending) {
	for i, rec := range recs {
		p := batch[i]
		switch {
		case takenBack(rec):
			p.id = store.CommandIDFrom("import again", p.id.String())
			again = append(again, p)
		case rec.Err == nil:
			in.came(p.line, rec)
		case fault.CodeOf(rec.Err) == codeAgain:
			in.sum.Before++
		default:
			in.refuse(p.line, rec.Err)
		}
	}
	return again
}

// takenBack reports that the row's command was done although the row is not in: somebody
// has undone it. It may come in again, as another command.
func takenBack(rec store.Receipt) bool {
	return rec.Again || fault.CodeOf(rec.Err) == "command.reused"
}

func (in *intake) came(line int, rec store.Receipt) {
	in.sum.Imported++
	if in.sum.First == "" {
		in.sum.First = rec.Number
	}
	in.sum.Last = rec.Number
	if in.o.Row != nil {
		in.o.Row(line, rec)
	}
}

// refuse notes that the shop refused a row.
func (in *intake) refuse(line int, err error) {
	in.sum.Refused++
	in.sum.reasons[fault.KindOf(err)]++
	in.tell(in.m.problem(line, err))
}

// bad notes that a row makes no sense; all its problems come at once.
func (in *intake) bad(problems ...Problem) {
	in.sum.Refused++
	in.sum.reasons[fault.Invalid]++
	for _, p := range problems {
		p.Err = fault.Invalidf(p.Field, "%s", p.Message).With(p.Code)
		in.tell(p)
	}
}

func (in *intake) tell(p Problem) {
	if in.o.Problem != nil {
		in.o.Problem(p)
	}
}

// phase says what begins now, for n rows.
func (in *intake) phase(what string, n int) {
	if in.o.Phase != nil && n >= batchRows {
		in.o.Phase(what + " " + itoa(n) + " rows")
	}
}

func (in *intake) progress() {
	if in.o.Progress != nil {
		in.o.Progress(in.sum.Rows - in.shown)
	}
	in.shown = in.sum.Rows
}

// Fault is the kind of what was wrong with the refused rows: of all of them, or Invalid
// where they were refused for different kinds of reasons.
func (s Summary) Fault() fault.Kind {
	if len(s.reasons) == 1 {
		for k := range s.reasons {
			return k
		}
	}
	return fault.Invalid
}
