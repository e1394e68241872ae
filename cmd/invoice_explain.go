package cmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// invoiceExplained is a document with the charges behind its lines.
type invoiceExplained struct {
	ID      store.ID         `json:"id"`
	Number  string           `json:"number,omitempty"`
	Charges []billing.Charge `json:"charges"` // by line
}

func newInvoiceExplainCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "explain INVOICE", Short: "Tell for every line by which rules it came about",
		Long: "How the quantity was found and the price resolved, as it was kept when the document was proposed. Takes a work order as\n" +
			"well: what everything on it comes to now, billed or not.",
		Example: "callout invoice explain INV-2026-00001\ncallout invoice explain WO-1001",
		Fields:  []string{"id", "number", "charges"},
		Run: func(ctx context.Context, args []string) error {
			var x invoiceExplained
			var cur money.Currency
			err := a.View(ctx, func(r store.Reader) (err error) {
				if cur, err = companyCurrency(r); err != nil {
					return err
				}
				order, err := work.WorkOrders.FindID(r, args[0])
				if err == nil {
					x.ID, x.Number = order, args[0]
					x.Charges, err = billing.ChargesOf(r, order, a.Now())
					return err
				}
				if !fault.Is(err, fault.NotFound) {
					return err
				}
				return x.load(r, args[0])
			})
			if err != nil {
				return err
			}
			name := cmp.Or(x.Number, string(x.ID))
			return a.Show(name, x, func(p *Page) {
				p.Title("%s", name)
				drawCharges(p, x.Charges, cur)
			})
		},
	})
}

// load reads the charges behind a document's lines.
func (x *invoiceExplained) load(r store.Reader, ref string) error {
	id, err := findInvoice(r, ref)
	if err != nil {
		return err
	}
	inv, err := billing.Invoices.Get(r, id)
	if err != nil {
		return err
	}
	x.ID, x.Number = inv.ID, inv.Number
	for _, l := range inv.Lines {
		if l.Charge == "" {
			continue
		}
		c, err := billing.Charges.Get(r, l.Charge)
		if err != nil {
			return err
		}
		x.Charges = append(x.Charges, *c)
	}
	return nil
}
