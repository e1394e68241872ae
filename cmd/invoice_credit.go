package cmd

import (
	"context"
	"strconv"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// creditFlags say what of an invoice goes back.
type creditFlags struct {
	lines       []string
	qty, amount string
}

// ask reads the flags. A sum without a line is over the whole invoice, tax included.
func (c *creditFlags) ask(r store.Reader) (ask billing.CreditAsk, err error) {
	var amount *money.Amount
	if amount, err = amountFlag(r, "amount", c.amount); err != nil {
		return ask, err
	}
	if len(c.lines) == 0 {
		if c.qty != "" {
			return ask, fault.Invalidf("qty", "nobody has said of which line").Hint("--line 3 --qty %s", c.qty)
		}
		ask.Sum = amount
		return ask, nil
	}
	for _, word := range c.lines {
		n, qty, some := cutLast(word, "=")
		if !some && len(c.lines) == 1 {
			qty = c.qty
		} else if c.qty != "" || c.amount != "" {
			return ask, fault.Invalidf("line", "with several lines each says its own quantity").Hint("--line 3=0.5 --line 4")
		}
		p := billing.CreditPart{Amount: amount}
		if p.Line, err = strconv.Atoi(n); err != nil {
			return ask, fault.Invalidf("line", "%q is no number of a line", n).Hint("callout invoice show INV-…")
		}
		if qty != "" {
			q, err := money.ParseQuantity("qty", qty)
			if err != nil {
				return ask, err
			}
			p.Qty = &q
		}
		ask.Parts = append(ask.Parts, p)
	}
	return ask, nil
}

func newInvoiceCreditCmd(a *App) *cobra.Command {
	var c creditFlags
	return a.Verb(Verb{
		Use: "credit INVOICE...", Able: ableOwed, Short: "Propose credit notes that take released invoices back, in full or in parts",
		Long: "The credit note mirrors the invoice to the cent and is approved and released like any document. Then its work is open to be\n" +
			"billed again. --line takes one line back, or a part of its quantity; with --amount it takes a sum before tax off the line,\n" +
			"which frees no work. --amount alone is a sum with tax, spread over all lines. Several credits of one invoice add up to it exactly,\n" +
			"line by line and tax by tax, and never to more.",
		Example: `callout invoice credit INV-2026-00001 --reason "billed to the wrong house"` + "\n" +
			`callout invoice credit INV-2026-00001 --line 3 --qty 0.5 --reason "half an hour was our mistake"` + "\n" +
			`callout invoice credit INV-2026-00001 --line 3 --amount 20 --reason "scratches"`,
		Writes: true, Danger: Bulk,
		Flags: func(f *pflag.FlagSet) {
			f.StringSliceVar(&c.lines, "line", nil, "only line `N`, or N=QTY for a part of it; repeat it for several")
			f.StringVar(&c.qty, "qty", "", "only this part of the line's quantity: `QTY`")
			f.StringVar(&c.amount, "amount", "", "only this sum, `AMOUNT`: before tax off one line, or with tax off the whole")
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := findInvoice(r, ref)
					if err != nil {
						return nil, err
					}
					ask, err := c.ask(r)
					return &billing.CreditInvoice{Invoice: id, CreditAsk: ask}, err
				},
				Note: invoiceNote,
			})
		},
	})
}

func newInvoiceRebillCmd(a *App) *cobra.Command {
	var on string
	return a.Verb(Verb{
		Use: "rebill INVOICE...", Short: "Propose new invoices over exactly what credit notes gave back",
		Long: "Takes a credit note, or an invoice for all credit notes of it. What is billed again already, or on its way, is left out.\n" +
			"Prices go by the service dates unless --priced-on names another day; the rest of a charge of which a part is still billed\n" +
			"keeps its price.",
		Example: "callout invoice rebill CN-2026-00001\ncallout invoice rebill CN-2026-00001 --priced-on 2026-04-01",
		Writes:  true, Danger: Bulk,
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&on, "priced-on", "", "take the prices of this `DAY`")
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := findInvoice(r, ref)
					if err != nil {
						return nil, err
					}
					c := &billing.RebillInvoice{Of: id}
					if on != "" {
						c.PricedOn, err = a.Date("priced-on", on)
					}
					return c, err
				},
				Note: invoiceNote,
			})
		},
	})
}
