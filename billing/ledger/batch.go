package ledger

import (
	"slices"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Batch is a set of released documents, and of payments, that were handed on together. It never changes.
type Batch struct {
	store.Record
	Number    string        `json:"number"`
	To        calendar.Date `json:"to,omitzero"` // documents up to this date of issue; all, if zero
	Documents []store.ID    `json:"documents"`
	// Movements are payments, settlements and moves of retainers. Where Moves is not set they are left out, because the
	// books have them from elsewhere.
	Movements []store.ID `json:"movements,omitempty"`
	Moves     bool       `json:"moves,omitempty"`
	Chart     store.Pin  `json:"chart,omitzero"`
	CutBy     store.ID   `json:"cut_by"`
	CutAt     time.Time  `json:"cut_at"` // authority's time
}

// BatchRow is what a list of batches shows.
type BatchRow struct {
	ID        store.ID      `json:"id"`
	Number    string        `json:"number"`
	To        calendar.Date `json:"to,omitzero"`
	Documents int           `json:"documents"`
	Movements int           `json:"movements,omitempty"`
	Moves     bool          `json:"moves,omitempty"`
	CutBy     store.ID      `json:"cut_by"`
	CutAt     time.Time     `json:"cut_at"`
}

// Batches holds the batches, in the order in which they were cut. A document is in one at most.
var Batches = store.Define(store.Def[Batch, BatchRow]{
	Name: "ledger_batch", Prefix: "gl", Title: "ledger batch",
	Row: func(b *Batch) BatchRow {
		return BatchRow{b.ID, b.Number, b.To, len(b.Documents), len(b.Movements), b.Moves, b.CutBy, b.CutAt}
	},
	Indexes: []store.Index[Batch]{
		{Name: "cut", Keys: func(b *Batch) []store.Key { return []store.Key{store.K(b.CutAt)} }},
		{
			Name: "document", Unique: true,
			Keys: func(b *Batch) (keys []store.Key) {
				for _, id := range slices.Concat(b.Documents, b.Movements) {
					keys = append(keys, store.K(id))
				}
				return keys
			},
			Clash: func(*Batch) string { return "a document would be handed on twice" },
		},
	},
})

// batchNumbers is the series of the batches.
var batchNumbers = store.Series{Name: "GL", Format: "GL-%d", First: 1}

// CutBatch hands on every released document that is in no batch yet, up to a date of issue, with every payment up to
// then. It is not undone: the books may have it already.
type CutBatch struct {
	To calendar.Date `json:"to,omitzero"`
	// DocumentsOnly leaves payments out, for books that get them from the bank. All batches of a shop do, or none.
	DocumentsOnly bool `json:"documents_only,omitempty"`
}

// Name implements store.Command.
func (c *CutBatch) Name() string { return "ledger.cut_batch.v1" }

// DecidedByAuthority implements store.ForAuthority.
func (c *CutBatch) DecidedByAuthority() {}

// Do implements store.Command.
func (c *CutBatch) Do(tx *store.Tx) error {
	b := &Batch{To: c.To, Moves: !c.DocumentsOnly, CutBy: tx.Env.Actor.ID, CutAt: tx.Env.RecordedAt}
	if err := b.likeBefore(tx); err != nil {
		return err
	}
	for row, err := range billing.Invoices.Rows(tx, "issued", store.Range{}) {
		if err != nil {
			return err
		}
		if !c.To.IsZero() && row.IssuedOn.After(c.To) {
			continue
		}
		done, err := handedOn(tx, row.ID)
		if err != nil {
			return err
		}
		if !done {
			b.Documents = append(b.Documents, row.ID)
		}
	}
	if err := b.move(tx); err != nil {
		return err
	}
	if len(b.Documents)+len(b.Movements) == 0 {
		return c.nothing(tx)
	}
	chart, pin, err := CurrentChart(tx)
	if err != nil {
		return err
	}
	b.Chart = pin
	if _, err := bookOf(tx, b, chart); err != nil {
		return err
	}
	b.ID = Batches.NewID(tx, "")
	if b.Number, err = tx.TakeNumber(batchNumbers, b.ID); err != nil {
		return err
	}
	tx.Returns(b.ID, b.Number)
	tx.Emit("ledger.cut", b.ID, map[string]any{"documents": len(b.Documents), "movements": len(b.Movements)})
	return Batches.Put(tx, b)
}

// nothing is the refusal of a batch that would be empty: all is handed on, or there is nothing yet.
func (c *CutBatch) nothing(r store.Reader) error {
	for row, err := range billing.Invoices.Rows(r, "issued", store.Range{}) {
		switch {
		case err != nil:
			return err
		case c.To.IsZero() || !row.IssuedOn.After(c.To):
			return fault.Refusedf("every released document is in a batch already").With("ledger.nothing").Hint("callout ledger list")
		}
		return fault.Refusedf("the first document that is in no batch is dated %s", row.IssuedOn).With("ledger.nothing").
			Hint("callout ledger batch --to %s", row.IssuedOn)
	}
	return fault.Refusedf("nothing is released yet").With("ledger.nothing").Hint("callout invoice list --status approved")
}

// likeBefore refuses to begin to hand payments on, or to end it: half of an account would be in the books.
func (b *Batch) likeBefore(r store.Reader) error {
	for old, err := range Batches.Rows(r, "cut", store.Range{Reverse: true}) {
		switch {
		case err != nil:
			return err
		case old.Moves == b.Moves:
			return nil
		case old.Moves:
			return fault.Refusedf("%s was handed on with payments, and so are all that follow", old.Number).With("ledger.moves").
				Hint("callout ledger batch")
		}
		return fault.Refusedf("%s was handed on without payments, and so are all that follow", old.Number).With("ledger.moves").
			Hint("callout ledger batch --documents-only")
	}
	return nil
}

// move takes in what moved and was not handed on yet.
func (b *Batch) move(r store.Reader) error {
	if !b.Moves {
		return nil
	}
	all, err := movements(r, func(on calendar.Date) bool { return b.To.IsZero() || !on.After(b.To) })
	if err != nil {
		return err
	}
	for _, id := range all {
		done, err := handedOn(r, id)
		if err != nil {
			return err
		}
		if !done {
			b.Movements = append(b.Movements, id)
		}
	}
	return nil
}

// handedOn reports whether a document is in a batch.
func handedOn(r store.Reader, doc store.ID) (bool, error) {
	for _, err := range Batches.IDs(r, "document", store.K(doc)) {
		return true, err
	}
	return false, nil
}

// bookOf reads the documents of a batch and makes their entries.
func bookOf(r store.Reader, b *Batch, chart *Chart) (*Book, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	docs := make([]*billing.Invoice, len(b.Documents))
	for i, id := range b.Documents {
		if docs[i], err = billing.Invoices.Get(r, id); err != nil {
			return nil, err
		}
	}
	book, err := newBook(chart, b.Number, company.Currency, docs, b.Moves)
	if err != nil || !b.Moves {
		return book, err
	}
	return book, book.addMovements(r, b.Movements)
}

// OfBatch is what a batch hands on, as it was when it was cut.
func OfBatch(r store.Reader, id store.ID) (*Book, error) {
	b, err := Batches.Get(r, id)
	if err != nil {
		return nil, err
	}
	chart := &Chart{}
	if b.Chart.ID != "" {
		if chart, err = charts.At(r, b.Chart); err != nil {
			return nil, err
		}
	}
	return bookOf(r, b, chart)
}

// OfDates is what was released, and with moves what was paid, on the days of a validity, whether it is in a batch or not,
// under the newest chart.
func OfDates(r store.Reader, days calendar.Validity, moves bool) (*Book, error) {
	if err := days.Check("from"); err != nil {
		return nil, err
	}
	chart, _, err := CurrentChart(r)
	if err != nil {
		return nil, err
	}
	b := &Batch{Moves: moves}
	if moves {
		if b.Movements, err = movements(r, days.Contains); err != nil {
			return nil, err
		}
	}
	for row, err := range billing.Invoices.Rows(r, "issued", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if days.Contains(row.IssuedOn) {
			b.Documents = append(b.Documents, row.ID)
		}
	}
	return bookOf(r, b, chart)
}

// checkBatches holds that a batch never changes, and that only released documents are in one.
func checkBatches(tx *store.Tx) error {
	changed, err := Batches.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before != nil {
			return fault.Refusedf("%s was handed on and never changes", ch.Before.Number).With("ledger.fixed")
		}
		for _, id := range ch.After.Documents {
			inv, err := billing.Invoices.Get(tx, id)
			if err != nil {
				return err
			}
			if inv.Status != billing.InvoiceReleased {
				return fault.Refusedf("%s is %s: only what is released is handed on", inv.Name(), inv.Status).
					With("ledger.unreleased")
			}
		}
	}
	return nil
}
