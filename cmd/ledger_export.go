package cmd

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing/ledger"
	"callout/store"
)

func newLedgerExportCmd(a *App) *cobra.Command {
	var which ledgerFlags
	return a.Verb(Verb{
		Use: "export LEDGER-FORM", Short: "Write released documents for a bookkeeping program",
		Long:    ledgerFormsHelp(),
		Example: "callout ledger export hledger --batch GL-1 > 2026-03.journal\ncallout ledger export xero --from 2026-03-01 --to 2026-04-01 > march.csv",
		Fields:  []string{"text"},
		Flags:   which.add,
		Run: func(ctx context.Context, args []string) error {
			if err := a.whole(); err != nil {
				return err
			}
			if f := a.config.Output; f != "auto" && f != "" {
				return usagef("a ledger is written in its own form, not as %s", f).Hint("callout ledger show -o %s", f)
			}
			book, err := which.read(ctx, a)
			if err != nil {
				return err
			}
			var out bytes.Buffer
			notes, err := ledger.Write(&out, args[0], book)
			if err != nil {
				return err
			}
			for _, n := range notes {
				a.note("note: %s", n)
			}
			_, err = a.Out.Write(out.Bytes())
			return err
		},
	})
}

func ledgerFormsHelp() string {
	text := "The forms:\n"
	for _, f := range ledger.Forms() {
		text += "  " + f.Name + ": " + f.Short + "\n"
	}
	return text + "Which account takes what is said by callout ledger account."
}

func accountList() List[ledger.Row] {
	return List[ledger.Row]{
		Key: func(r ledger.Row) string { return r.Key },
		Columns: []Column[ledger.Row]{
			{Name: "key", Value: func(r ledger.Row) any { return r.Key }},
			{Name: "account", Value: func(r ledger.Row) any { return r.Name }},
			{Name: "code", Value: func(r ledger.Row) any { return r.Code }},
			{Name: "tax_type", Value: func(r ledger.Row) any { return r.TaxType }},
			{Name: "set", Drop: 1, Value: func(r ledger.Row) any { return r.Set }},
			{Name: "for", Least: 33, Value: func(r ledger.Row) any { return ledger.Keys()[r.Key] }},
		},
	}
}

func newLedgerAccountsCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "accounts", Short: "List which account takes what",
		Example: "callout ledger accounts",
		Fields:  accountList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []ledger.Row
			err := a.View(ctx, func(r store.Reader) error {
				chart, _, err := ledger.CurrentChart(r)
				rows = chart.Rows()
				return err
			})
			if err != nil {
				return err
			}
			return accountList().Print(a, Rows(rows))
		},
	})
}

func newLedgerAccountCmd(a *App) *cobra.Command {
	var c ledger.SetAccount
	return a.Verb(Verb{
		Use: "account LEDGER-KEY", Short: "Say which account takes something", Writes: true,
		Long: "The keys are receivable, credit, bank, retainage, deposit, retainer, discount, surcharge, rounding, write-off and out-of-band;\n" +
			"revenue, or revenue:time, revenue:item, revenue:milestone; tax, or tax:CATEGORY, or tax:CATEGORY:RATE such as tax:S:20.\n" +
			"The longest key that is set counts. Batches that were cut keep their accounts.",
		Example: "callout ledger account revenue:time --name Income:Labour --code 4000\n" +
			`callout ledger account tax:S:20 --name Liabilities:Vat20 --code 3520 --tax-type "20% (VAT on Income)"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&c.Account, "name", "", "the `ACCOUNT`, in parts, such as Income:Labour")
			f.StringVar(&c.Code, "code", "", "the number that the books know it by: `CODE`")
			f.StringVar(&c.TaxType, "tax-type", "", "what Xero or QuickBooks call the tax: `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			if c.Account == "" && c.Code == "" && c.TaxType == "" {
				return usagef("nothing was said of %s", args[0]).Hint("callout ledger account %s --name Income:Services", args[0])
			}
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					cmd := c
					cmd.Key = args[0]
					return &cmd, nil
				},
				Note: func(store.Receipt) string { return args[0] + " has its account" },
			})
		},
	})
}

// completeLedgerForms offers the forms.
func completeLedgerForms(context.Context, string) ([]Completion, error) {
	var found []Completion
	for _, f := range ledger.Forms() {
		found = append(found, Completion{Value: f.Name, Help: f.Short})
	}
	return found, nil
}

// completeLedgerKeys offers what may have an account.
func completeLedgerKeys(context.Context, string) ([]Completion, error) {
	var found []Completion
	for _, key := range slices.Sorted(maps.Keys(ledger.Keys())) {
		found = append(found, Completion{Value: key, Help: ledger.Keys()[key]})
	}
	return found, nil
}

// completeBatches offers the batches.
func (a *App) completeBatches(ctx context.Context, _ string) ([]Completion, error) {
	var found []Completion
	err := a.View(ctx, func(r store.Reader) error {
		for b, err := range ledger.Batches.Rows(r, "cut", store.Range{Reverse: true}) {
			if err != nil {
				return err
			}
			found = append(found, Completion{Value: b.Number, Help: strconv.Itoa(b.Documents) + " documents"})
		}
		return nil
	})
	return found, err
}
