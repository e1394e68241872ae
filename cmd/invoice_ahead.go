package cmd

import (
	"context"

	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newInvoiceDepositCmd(a *App) *cobra.Command {
	var amount, percent, title, tax string
	return a.Verb(Verb{
		Use: "deposit WO", Short: "Propose a deposit invoice: a taxed sum ahead of the work", Writes: true,
		Long: "Over an amount, or over a share of what the order comes to: its agreed price, its schedule, its positions, or what is recorded. The\n" +
			"invoices for the work deduct it exactly as it was invoiced, tax category by tax category. It has numbers of its own.",
		Example: "callout invoice deposit WO-1001 --percent 30\ncallout invoice deposit WO-1001 --amount 1500 --title \"Deposit for the boiler\"",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "what is asked for, before tax: `AMOUNT`")
			f.StringVar(&percent, "percent", "", "which share of what the order comes to: `PERCENT`")
			f.StringVar(&title, "title", "", "what it is called on the invoice, as `TEXT`")
			f.StringVar(&tax, "tax", "", "the `TAX-CLASS` of an amount")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.ProposeDeposit{Order: order, Title: title, TaxClass: tax}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					c.Percent, err = percentFlag("percent", percent)
					return c, err
				},
				Note: invoiceNote,
			})
		},
	})
}

func newInvoiceRetainageCmd(a *App) *cobra.Command {
	var amount string
	return a.Verb(Verb{
		Use: "retainage WO", Short: "Propose a bill of what was held back of an order's invoices", Writes: true,
		Long: "All of it, or an amount, of the oldest invoice first. The tax was on the invoices, so the bill has none. It has numbers of its\n" +
			"own.",
		Example: "callout invoice retainage WO-1001",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "how much of it: `AMOUNT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.ProposeRetainage{Order: order}
					c.Amount, err = amountFlag(r, "amount", amount)
					return c, err
				},
				Note: invoiceNote,
			})
		},
	})
}

// drawHeld lists what a cap left out of a document.
func drawHeld(p *Page, inv *billing.Invoice) {
	if len(inv.Held) == 0 {
		return
	}
	p.Section("Not on this document")
	var rows [][]any
	for _, h := range inv.Held {
		rows = append(rows, []any{h.State, h.Text, h.Qty.String() + " " + h.Unit.String(), h.Amount.Format(inv.Currency), "cap of " + h.Order})
	}
	p.Table([]string{"state", "", "quantity", "amount", "by"}, rows)
}
