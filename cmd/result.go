package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"callout/internal/fault"
)

// Result is what came of one item of a writing verb.
type Result struct {
	// ID is what -o name prints: the human number, or else the permanent prefixed id. For an
	// item that failed it is the word that was given.
	ID string

	// Note says what happened, for people: "created", "approved, 95.00 EUR".
	Note string

	// Err is why it was not done. A fault of kind Queued means that it waits for the authority.
	Err error

	// Changes is what a dry run would have written.
	Changes []Change
}

// Change is one write to one record.
type Change struct {
	Collection string          `json:"collection"`
	ID         string          `json:"id"`
	Op         string          `json:"op"`               // create, update or delete
	Before     json.RawMessage `json:"before,omitempty"` // absent for create
	After      json.RawMessage `json:"after,omitempty"`  // absent for delete
}

// failed reports whether the item was neither done nor queued.
func (r Result) failed() bool { return r.Err != nil && !fault.Is(r.Err, fault.Queued) }

// status is the word for what came of it: done, dry-run, or the kind of its error.
func (a *App) status(r Result) string {
	switch {
	case r.Err != nil:
		return kindWord(r.Err)
	case a.write.dryRun:
		return "dry-run"
	}
	return "done"
}

// resultRow is a result with its status word and what to type next.
type resultRow struct {
	Result
	status, hint string
}

// resultList is how the results of every writing verb are printed.
func resultList() List[resultRow] {
	return List[resultRow]{
		Key: func(r resultRow) string { return r.ID },
		Columns: []Column[resultRow]{
			{Name: "id", Value: func(r resultRow) any { return r.ID }},
			{Name: "status", Value: func(r resultRow) any { return r.status }},
			{Name: "note", Value: func(r resultRow) any { return r.Note }},
			{Name: "code", Value: func(r resultRow) any { return fault.CodeOf(r.Err) }},
			{Name: "error", Value: func(r resultRow) any {
				if r.Err == nil {
					return ""
				}
				return sentence(r.Err)
			}},
			{Name: "hint", Value: func(r resultRow) any { return r.hint }},
			{Name: "changes", Detail: true, Value: func(r resultRow) any {
				if r.Changes == nil {
					return []Change{}
				}
				return r.Changes
			}},
		},
	}
}

// results prints results as they come and keeps count of them.
type results struct {
	app   *App
	list  *listWriter[resultRow] // nil for text
	only  bool                   // there is exactly one item
	total int
	fails []error // of the items that failed
	queue []error // of the items that wait for the authority
}

// newResults begins the results of a writing verb. only says that there is a single item,
// whose error is then the run's own and need not be printed as a row of text.
func (a *App) newResults(only bool) (*results, error) {
	r := &results{app: a, only: only}
	if a.format() == formatTable && len(a.shared.fields) == 0 {
		return r, nil
	}
	var err error
	r.list, err = resultList().open(a, a.Out)
	return r, err
}

// add prints one result. That nobody reads the results any more does not stop the work.
func (r *results) add(res Result) error {
	r.total++
	switch {
	case res.failed():
		r.fails = append(r.fails, res.Err)
	case res.Err != nil:
		r.queue = append(r.queue, res.Err)
	}
	var err error
	switch {
	case r.list == nil:
		err = r.text(res)
	case r.app.format() == formatName && res.failed():
		// The next command of the pipe gets only what was done.
	default:
		err = r.list.row(resultRow{Result: res, status: r.app.status(res), hint: r.app.firstHint(res.Err)})
	}
	return ignoreBrokenPipe(err)
}

// flush shows what has been added so far.
func (r *results) flush() error {
	if r.list == nil {
		return nil
	}
	return ignoreBrokenPipe(r.list.flush())
}

// close ends the output and sums up: nil when all was done, the common error when all
// failed alike, and otherwise a partlyError.
func (r *results) close() error {
	if r.list != nil {
		if err := ignoreBrokenPipe(r.list.close()); err != nil {
			return err
		}
	}
	switch {
	case len(r.fails) == 0 && len(r.queue) == 0:
		return nil
	case len(r.fails) == 0:
		if r.total == 1 {
			return r.queue[0]
		}
		return &fault.Error{Kind: fault.Queued, Code: "queued", Msg: fmt.Sprintf("%d of %d wait for the authority", len(r.queue), r.total)}
	case len(r.fails) < r.total:
		return &partlyError{failed: len(r.fails), total: r.total}
	case r.total == 1:
		return r.fails[0]
	}
	kind := fault.KindOf(r.fails[0])
	for _, err := range r.fails {
		if fault.KindOf(err) != kind {
			kind = fault.Internal
		}
	}
	return &fault.Error{Kind: kind, Code: "all-failed", Msg: fmt.Sprintf("none of %d was done", r.total)}
}

// text prints a result for people: the word, the item, what came of it.
func (r *results) text(res Result) error {
	if res.failed() && r.only {
		return nil
	}
	a := r.app
	status, style, rest := a.status(res), good, res.Note
	if res.Err != nil {
		style, rest = bad, a.oneByOne(res.Err, a.outTTY, strings.Repeat(" ", 10))
		if !res.failed() {
			style = caution
		}
	}
	var out strings.Builder
	pad := strings.Repeat(" ", max(9-len(status), 0))
	out.WriteString(a.paint(style, status) + pad + " " + strings.TrimRight(printable(res.ID+"  "+rest, a.outTTY), " ") + "\n")
	if hint := a.firstHint(res.Err); hint != "" {
		out.WriteString(strings.Repeat(" ", 10) + a.paint(caution, "hint:") + " " + printable(hint, false) + "\n")
	}
	for _, c := range res.Changes {
		out.WriteString(printable(describeChange(c), true))
	}
	_, err := io.WriteString(a.Out, out.String())
	return err
}

// Report prints the results of a verb that acts once and returns what the run comes to.
func (a *App) Report(all ...Result) error {
	r, err := a.newResults(len(all) == 1)
	if err != nil {
		return err
	}
	for _, res := range all {
		if err := r.add(res); err != nil {
			return err
		}
	}
	return r.close()
}

func ignoreBrokenPipe(err error) error {
	if isBrokenPipe(err) {
		return nil
	}
	return err
}
