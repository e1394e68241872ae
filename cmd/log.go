package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"time"

	"callout/billing"
	"callout/internal/fault"
	"callout/shop"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// logRow is one journal entry as `log` lists it.
type logRow struct {
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Command string    `json:"command"`
	Subject string    `json:"subject"`
	Number  string    `json:"number"`
	Reason  string    `json:"reason"`
	Events  []string  `json:"events"`
	ID      string    `json:"command_id"`
	Undoes  uint64    `json:"undoes,omitempty"`
	Refused string    `json:"refused,omitempty"` // why the command was refused

	called string // what people call the subject today
}

func logList() List[logRow] {
	return List[logRow]{
		Key:   func(r logRow) string { return strconv.FormatUint(r.Seq, 10) },
		Empty: "the journal has no such entries",
		Columns: []Column[logRow]{
			{Name: "seq", Title: "ENTRY", Right: true, Value: func(r logRow) any { return entryNumber{r.Seq} }},
			{Name: "at", Value: func(r logRow) any { return r.At }},
			{Name: "actor", Value: func(r logRow) any { return r.Actor }},
			{Name: "command", Least: 40, Value: func(r logRow) any { return r.Command }},
			{Name: "subject", Least: 16, Value: func(r logRow) any { return spoken{cmp.Or(r.Number, r.Subject), r.called} }},
			{Name: "reason", Drop: 1, Value: func(r logRow) any { return r.Reason }},
			{Name: "refused", Detail: true, Value: func(r logRow) any { return r.Refused }},
			{Name: "events", Detail: true, Value: func(r logRow) any { return r.Events }},
			{Name: "subject_id", Detail: true, Value: func(r logRow) any { return r.Subject }},
			{Name: "command_id", Detail: true, Value: func(r logRow) any { return r.ID }},
			{Name: "undoes", Detail: true, Value: func(r logRow) any { return r.Undoes }},
		},
	}
}

func newLogCmd(a *App) *cobra.Command {
	var limit int
	var oldest bool
	return GroupData.In(a.Verb(Verb{
		Use:   "log [ID]",
		Short: "Show who did what, when and why",
		Long: "Lists the journal, newest first. With a number or an id, the entries that touched that thing;\n" +
			"with an entry's sequence number, everything that the entry holds.",
		Example: "callout log --limit 20\n" +
			"callout log WO-1001\n" +
			"callout log 12 -o json",
		Fields: logList().Names(),
		Flags: func(f *pflag.FlagSet) {
			limitVar(f, &limit, "at most `N` entries")
			f.BoolVar(&oldest, "oldest-first", false, "begin with the oldest entry")
		},
		Run: func(ctx context.Context, args []string) error {
			if len(args) == 1 {
				if seq, err := strconv.ParseUint(args[0], 10, 63); err == nil {
					return a.showEntry(ctx, seq)
				}
			}
			return a.listLog(ctx, args, limit, oldest)
		},
	}))
}

// listLog prints the journal or the entries of one thing. The rows are read page by
// page, so that the store is not held while somebody scrolls.
func (a *App) listLog(ctx context.Context, args []string, limit int, oldest bool) error {
	return a.WithShop(func(s *shop.Shop) error {
		if len(args) == 1 {
			return a.listHistory(ctx, s, args[0], limit, oldest)
		}
		return logList().Print(a, first(limit, a.pagedLog(ctx, s, oldest)))
	})
}

// entryNumber is an entry's number in a list. People see that one is pending.
type entryNumber struct{ seq uint64 }

// MarshalJSON implements json.Marshaler.
func (n entryNumber) MarshalJSON() ([]byte, error) { return strconv.AppendUint(nil, n.seq, 10), nil }

func (n entryNumber) String() string { return store.SeqText(n.seq) }

func (a *App) pagedLog(ctx context.Context, s *shop.Shop, oldest bool) iter.Seq2[logRow, error] {
	const page = 500
	return Pages(func(cursor string) (rows []logRow, after string, err error) {
		err = s.View(ctx, func(r store.Reader) error {
			from, err := logStart(r, cursor, oldest)
			if err != nil || from == 0 {
				return err
			}
			place, called := logPlace(r), a.logNames(r)
			for e, err := range store.Entries(r, from, !oldest) {
				if err != nil {
					return err
				}
				row, err := logRowOf(e, place)
				if err != nil {
					return err
				}
				row.called = called(row)
				rows = append(rows, row)
				if len(rows) == page {
					after = strconv.FormatUint(e.Leaf.Seq, 10)
					break
				}
			}
			return nil
		})
		return rows, after, err
	})
}

// logStart is the entry a page begins with; the cursor is the last one of the page before. 0 is none.
func logStart(r store.Reader, cursor string, oldest bool) (uint64, error) {
	if cursor == "" {
		if oldest {
			return 1, nil
		}
		return 1<<64 - 1, nil
	}
	at, err := strconv.ParseUint(cursor, 10, 63)
	if err != nil {
		return 0, fault.Internalf("the cursor %q is none", cursor)
	}
	if oldest {
		return at + 1, nil
	}
	return at - 1, nil
}

// first cuts a list off after n rows; 0 leaves it whole.
func first[T any](n int, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	if n <= 0 {
		return rows
	}
	return func(yield func(T, error) bool) {
		left := n
		for row, err := range rows {
			if !yield(row, err) {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

func (a *App) listHistory(ctx context.Context, s *shop.Shop, ref string, limit int, oldest bool) error {
	var rows []logRow
	err := s.View(ctx, func(r store.Reader) error {
		id, err := shop.Find(r, ref)
		if err != nil {
			return err
		}
		history, err := s.History(r, id)
		if err != nil {
			return err
		}
		place, called := logPlace(r), a.logNames(r)
		for _, e := range history {
			row, err := logRowOf(e, place)
			if err != nil {
				return err
			}
			row.called = called(row)
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if oldest {
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	return logList().Print(a, first(limit, Rows(rows)))
}

// logPlace is whose clock the journal is shown on: the company's, as entries belong to no place of
// their own. A journal must be readable in any state of the store, so a company that cannot be read is no error.
func logPlace(r store.Reader) *time.Location {
	zone, err := companyZone(r)
	if err != nil {
		return time.UTC
	}
	return zone.Location()
}

// logNames finds what the subjects of entries are called, for a list that people read: a number if
// they have one by now, or a name.
func (a *App) logNames(r store.Reader) func(logRow) string {
	if !a.people() {
		return func(logRow) string { return "" }
	}
	n := namesOf(r)
	return func(row logRow) string {
		if row.Number != "" {
			return ""
		}
		id := store.ID(row.Subject)
		switch id.Prefix() {
		case billing.TimeEntries.Prefix():
			if t, ok, err := billing.TimeEntries.Try(r, id); ok && err == nil {
				return n.of(t.Technician) + " on " + n.of(t.Order)
			}
		case billing.LineItems.Prefix():
			if i, ok, err := billing.LineItems.Try(r, id); ok && err == nil {
				return i.Text + " on " + n.of(i.Order)
			}
		}
		return n.of(id)
	}
}

func logRowOf(e *store.Entry, place *time.Location) (logRow, error) {
	row := logRow{
		Seq: e.Leaf.Seq, At: e.Leaf.At.In(place), Command: e.Leaf.Type, Subject: string(e.Leaf.Subject),
		Number: e.Leaf.Number, ID: e.Leaf.Cmd.String(), Undoes: e.Leaf.Undoes, Events: []string{},
	}
	who, err := e.Actor()
	if err != nil {
		return row, err
	}
	row.Actor = who.Name
	if row.Reason, err = e.Reason(); err != nil {
		return row, err
	}
	if why := e.Refusal(); why != nil {
		row.Refused = sentence(why)
	}
	events, err := e.Events()
	for _, ev := range events {
		row.Events = append(row.Events, ev.Name)
	}
	return row, err
}

// entryView is one whole entry, for -o json.
type entryView struct {
	logRow
	Occurred time.Time       `json:"occurred_at"`
	How      store.How       `json:"actor_established"`
	Args     json.RawMessage `json:"arguments"`
	Records  []imageView     `json:"records"`
}

type imageView struct {
	Collection string          `json:"collection"`
	ID         store.ID        `json:"id"`
	Previous   uint64          `json:"previous_entry,omitempty"`
	After      json.RawMessage `json:"after"`
}

func (a *App) showEntry(ctx context.Context, seq uint64) error {
	var v entryView
	var place *time.Location
	err := a.View(ctx, func(r store.Reader) error {
		e, err := store.ReadEntry(r, seq)
		if err != nil {
			return err
		}
		if v.logRow, err = logRowOf(e, time.UTC); err != nil {
			return err
		}
		who, err := e.Actor()
		if err != nil {
			return err
		}
		v.How = who.How
		if v.Occurred, v.Args, err = e.Intent(); err != nil {
			return err
		}
		place = logPlace(r)
		for _, img := range e.Images() {
			after := json.RawMessage("null")
			if img.Doc != nil {
				after = img.Doc
			}
			v.Records = append(v.Records, imageView{img.Collection, img.ID, img.Prev, after})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.Show(strconv.FormatUint(seq, 10), v, func(p *Page) {
		p.Title("Entry %s  %s", store.SeqText(v.Seq), v.Command)
		p.Field("Recorded", v.At.In(place))
		p.Field("Occurred", v.Occurred.In(place))
		p.Field("By", fmt.Sprintf("%s (%s)", v.Actor, v.How))
		p.Field("Reason", v.Reason)
		p.Field("Refused", v.Refused)
		p.Field("Subject", cmp.Or(v.Number, v.Subject))
		p.Field("Command id", v.ID)
		p.Field("Events", v.Events)
		p.Section("Records")
		rows := make([][]any, len(v.Records))
		for i, rec := range v.Records {
			op := "changed"
			switch {
			case string(rec.After) == "null":
				op = "deleted"
			case rec.Previous == 0:
				op = "created"
			}
			rows[i] = []any{rec.Collection, rec.ID, op, rec.Previous}
		}
		p.Table([]string{"collection", "id", "", "entry before"}, rows)
	})
}
