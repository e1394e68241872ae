package cmd

import (
	"context"
	"fmt"

	"callout/billing"
	"callout/internal/fault"
	"callout/party"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newInvoiceReleaseCmd(a *App) *cobra.Command {
	var ready bool
	return a.Verb(Verb{
		Use: "release [INVOICE...]", Able: ableInvoice("release"), Short: "Make approved documents final and give them their numbers", Writes: true, Danger: Severe,
		Long: "The gate is asked once more. A released document never changes again: it can only be taken back by a credit note.\n" +
			"--ready takes every approved document, each through its gate: what is ready is released, the others say why they are not.",
		Example: "callout invoice release inv_06h0kz801xydv834z1614e7bzg\n" +
			"callout invoice list --status approved -o name | callout invoice release - --yes\n" +
			"callout invoice release --ready --dry-run",
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&ready, "ready", false, "every approved document instead of named ones")
		},
		Typed: releaseAsked,
		Select: func(ctx context.Context) ([]string, error) {
			if !ready {
				return nil, nil
			}
			return a.approvedInvoices(ctx)
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := findInvoice(r, ref)
					return &billing.ReleaseInvoice{Invoice: id}, err
				},
				Note: invoiceNote,
			})
		},
	})
}

// releaseAsked tells whoever releases a document what it is. They type what has to be paid on it, which they
// have to have read, and which can be typed.
func releaseAsked(dry Result) (about, word string) {
	for _, c := range dry.Changes {
		var inv billing.Invoice
		if decodeJSON(c.After, &inv) && (inv.Number == dry.ID || string(inv.ID) == dry.ID) {
			due := inv.Payable()
			return fmt.Sprintf("%s over %s to %s: %s", inv.Kind, due.Format(inv.Currency), inv.Buyer.Name, inv.Title), due.Fixed(inv.Currency)
		}
	}
	return dry.Note, dry.ID
}

// approvedInvoices lists the documents that are approved, oldest first. There is always a list,
// if an empty one.
func (a *App) approvedInvoices(ctx context.Context) ([]string, error) {
	ids := []string{}
	err := a.View(ctx, func(r store.Reader) error {
		for i, err := range billing.Invoices.Rows(r, "status", store.Prefix(store.K(string(billing.InvoiceApproved)))) {
			if err != nil {
				return err
			}
			ids = append(ids, string(i.ID))
		}
		return nil
	})
	return ids, err
}

// releasable reports whether a document's gate is open for the person who acts.
func (a *App) releasable(r store.Reader, i *billing.InvoiceRow) (bool, error) {
	if i.Status != billing.InvoiceApproved {
		return false, nil
	}
	who, err := party.People.FindID(r, a.config.As)
	if err != nil && !fault.Is(err, fault.NotFound) && a.config.As != "" {
		return false, err
	}
	return billing.ReadyToRelease(r, i.ID, a.Now(), who)
}
