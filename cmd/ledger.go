package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing/ledger"
	"callout/calendar"
	"callout/money"
	"callout/party"
	"callout/store"
)

func newLedgerCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "ledger", Short: "What the books get: double entries of what was released", Group: GroupMoney},
		newLedgerShowCmd(a), newLedgerBatchCmd(a), newLedgerListCmd(a), newLedgerExportCmd(a),
		newLedgerAccountsCmd(a), newLedgerAccountCmd(a))
}

// ledgerFlags say which documents are meant.
type ledgerFlags struct {
	days      validFlags
	batch     string
	documents bool
}

func (l *ledgerFlags) add(f *pflag.FlagSet) {
	f.StringVar(&l.batch, "batch", "", "the documents of this `LEDGER-BATCH`, as they were handed on")
	f.StringVar(&l.days.from, "from", "", "documents dated from this `DAY` on")
	f.StringVar(&l.days.to, "to", "", "documents dated before this `DAY`")
	f.BoolVar(&l.documents, "documents-only", false, "leave payments out, for books that get them from the bank")
}

// read returns the book that is meant.
func (l *ledgerFlags) read(ctx context.Context, a *App) (*ledger.Book, error) {
	days, err := l.days.read(a)
	if err != nil {
		return nil, err
	}
	if l.batch != "" && (days != (calendar.Validity{}) || l.documents) {
		return nil, usagef("a batch has its documents; --from, --to and --documents-only go without it")
	}
	var book *ledger.Book
	err = a.View(ctx, func(r store.Reader) error {
		if l.batch == "" {
			book, err = ledger.OfDates(r, days, !l.documents)
			return err
		}
		id, err := findBatch(r, l.batch)
		if err != nil {
			return err
		}
		book, err = ledger.OfBatch(r, id)
		return err
	})
	return book, err
}

func findBatch(r store.Reader, ref string) (store.ID, error) {
	return hinted(ledger.Batches.FindID, "callout ledger list")(r, ref)
}

// postingRow is one posting with the entry that it is of.
type postingRow struct {
	ledger.Posting
	entry *ledger.Entry
}

func postingList() List[postingRow] {
	return List[postingRow]{
		Key:   func(p postingRow) string { return p.entry.Number },
		Empty: "nothing was released on these days",
		Columns: []Column[postingRow]{
			{Name: "number", Value: func(p postingRow) any { return p.entry.Number }},
			{Name: "date", Value: func(p postingRow) any { return p.entry.On }},
			{Name: "code", Value: func(p postingRow) any { return p.Account.Code }},
			{Name: "account", Value: func(p postingRow) any { return p.Account.Name }},
			{Name: "debit", Right: true, Value: func(p postingRow) any { return sideOf(p.Debit(), p.entry) }},
			{Name: "credit", Right: true, Value: func(p postingRow) any { return sideOf(p.Credit(), p.entry) }},
			{Name: "tax", Value: func(p postingRow) any { return p.TaxCode }},
			{Name: "customer", Value: func(p postingRow) any { return p.entry.Customer }},
			{Name: "work_order", Detail: true, Value: func(p postingRow) any { return p.entry.Order }},
			{Name: "text", Detail: true, Value: func(p postingRow) any { return p.entry.Text }},
			{Name: "kind", Detail: true, Value: func(p postingRow) any { return p.entry.Kind }},
			{Name: "key", Detail: true, Value: func(p postingRow) any { return p.Key }},
		},
	}
}

// sideOf leaves the side of a journal empty on which nothing stands.
func sideOf(a money.Amount, e *ledger.Entry) any {
	if a.IsZero() {
		return nil
	}
	return a.Fixed(e.Currency)
}

func newLedgerShowCmd(a *App) *cobra.Command {
	var which ledgerFlags
	return a.Verb(Verb{
		Use: "show", Short: "Show released documents and payments as postings to accounts",
		Example: "callout ledger show --from 2026-03-01 --to 2026-04-01\ncallout ledger show --batch GL-1 -o csv",
		Fields:  postingList().Names(),
		Flags:   which.add,
		Run: func(ctx context.Context, _ []string) error {
			book, err := which.read(ctx, a)
			if err != nil {
				return err
			}
			var rows []postingRow
			for i := range book.Entries {
				for _, p := range book.Entries[i].Postings {
					rows = append(rows, postingRow{p, &book.Entries[i]})
				}
			}
			return postingList().Print(a, Rows(rows))
		},
	})
}

func newLedgerBatchCmd(a *App) *cobra.Command {
	var to string
	var documents bool
	return a.Verb(Verb{
		Use: "batch", Short: "Freeze what is handed on to the books", Writes: true,
		Long: "Takes every released document and every payment that is in no batch yet. A batch can be written again at any time, byte for\n" +
			"byte the same, and nothing is ever in two. Books that get payments from the bank take --documents-only, from the first batch on.",
		Example: "callout ledger batch --to 2026-03-31\ncallout ledger batch --documents-only",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&to, "to", "", "only documents dated up to this `DAY`, which counts")
			f.BoolVar(&documents, "documents-only", false, "leave payments out, for books that get them from the bank")
		},
		Run: func(ctx context.Context, _ []string) error {
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					cmd := &ledger.CutBatch{DocumentsOnly: documents}
					var err error
					if to != "" {
						cmd.To, err = a.Date("to", to)
					}
					return cmd, err
				},
				Note: func(rec store.Receipt) string {
					var b ledger.Batch
					for _, c := range rec.Changes {
						if c.ID == rec.Subject && decodeJSON(c.After, &b) {
							if b.Movements != nil {
								return fmt.Sprintf("handed on %s and %s of money", howMany(len(b.Documents), "document"), howMany(len(b.Movements), "movement"))
							}
							return "handed on " + howMany(len(b.Documents), "document")
						}
					}
					return outcome(rec)
				},
			})
		},
	})
}

// batchRow is a batch with the name of who cut it.
type batchRow struct {
	ledger.BatchRow
	by string
}

func batchList() List[batchRow] {
	return List[batchRow]{
		Key:   func(b batchRow) string { return b.Number },
		Empty: "nothing was handed on yet",
		Columns: []Column[batchRow]{
			{Name: "number", Value: func(b batchRow) any { return b.Number }},
			{Name: "documents", Right: true, Value: func(b batchRow) any { return b.Documents }},
			{Name: "movements", Right: true, Value: func(b batchRow) any { return b.Movements }},
			{Name: "to", Value: func(b batchRow) any { return dateOrNothing(b.To) }},
			{Name: "cut_at", Title: "CUT", Value: func(b batchRow) any { return b.CutAt }},
			{Name: "cut_by", Title: "BY", Value: func(b batchRow) any { return b.by }},
			{Name: "id", Detail: true, Value: func(b batchRow) any { return string(b.ID) }},
		},
	}
}

func newLedgerListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List the batches that were handed on",
		Example: "callout ledger list",
		Fields:  batchList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []batchRow
			err := a.View(ctx, func(r store.Reader) error {
				place, err := companyZone(r)
				if err != nil {
					return err
				}
				for b, err := range ledger.Batches.Rows(r, "cut", store.Range{}) {
					if err != nil {
						return err
					}
					who, err := party.People.Get(r, b.CutBy)
					if err != nil {
						return err
					}
					b.CutAt = b.CutAt.In(place.Location())
					rows = append(rows, batchRow{b, who.Name})
				}
				return nil
			})
			if err != nil {
				return err
			}
			return batchList().Print(a, Rows(rows))
		},
	})
}
