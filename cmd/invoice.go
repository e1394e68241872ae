package cmd

import (
	"cmp"
	"context"
	"strings"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newInvoiceCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "invoice", Short: "Invoices and credit notes: proposed, approved, released", Group: GroupMoney},
		newInvoiceProposeCmd(a), newInvoiceDepositCmd(a), newInvoiceRetainageCmd(a), newInvoiceGateCmd(a), newInvoiceExplainCmd(a), newInvoiceWaiveCmd(a), newInvoiceApproveCmd(a), newInvoiceRejectCmd(a),
		newInvoiceReleaseCmd(a), newInvoiceCreditCmd(a), newInvoiceRebillCmd(a), newInvoiceDiscardCmd(a), newInvoiceShowCmd(a), newInvoiceListCmd(a))
}

// findInvoice resolves a document by number or id.
func findInvoice(r store.Reader, ref string) (store.ID, error) {
	return hinted(billing.Invoices.FindID, "callout invoice list")(r, ref)
}

// eachInvoice builds a verb that does one thing to each of many documents.
func (a *App) eachInvoice(v Verb, command func(invoice store.ID) store.Command) *cobra.Command {
	v.Writes = true
	v.Each = func(ctx context.Context, ids []string) []Result {
		return a.ActEach(ctx, ids, Action{
			Build: func(r store.Reader, ref string) (store.Command, error) {
				id, err := findInvoice(r, ref)
				return command(id), err
			},
			Note: invoiceNote,
		})
	}
	return a.Verb(v)
}

// invoiceNote says where a document has come to, and over how much.
func invoiceNote(rec store.Receipt) string {
	var inv billing.Invoice
	for _, c := range rec.Changes {
		if c.ID == rec.Subject && c.After != nil && decodeJSON(c.After, &inv) {
			return string(inv.Kind) + " " + string(inv.Status) + ", " + inv.Payable().Format(inv.Currency)
		}
	}
	return cmp.Or(halfway(rec), outcome(rec))
}

func newInvoiceProposeCmd(a *App) *cobra.Command {
	var milestones, only []string
	var j adjustFlags
	return a.Verb(Verb{
		Use: "propose WO", Short: "Price what is open on an order and ask for approval", Writes: true,
		Long: "Makes a draft with every unbilled charge, or with the milestones named, and asks somebody else to approve it. What is\n" +
			"missing is refused with its reasons and the commands that help. A draft that was rejected, or whose work\n" +
			"has changed, is proposed again: by its order, or by its id.",
		Example: "callout invoice propose WO-1001\ncallout invoice propose WO-1001 --milestone Deposit\n" +
			`callout invoice propose WO-1001 --discount 20.00 --reason "late by a day"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringSliceVar(&milestones, "milestone", nil, "bill this `MILESTONE`, by number or name; repeat it for several")
			f.StringSliceVar(&only, "only", nil, "bill only this time entry, visit or item: `ID`, ID=QTY for some of it, or ID/PART for one of its charges; repeat it for several")
			j.add(f, false)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					c, err := proposal(r, args[0], milestones, only)
					if err != nil {
						return nil, err
					}
					c.Adjustments, err = j.read(r)
					return c, err
				},
				Note: invoiceNote,
			})
		},
	})
}

// proposal makes the command for an order or a draft.
func proposal(r store.Reader, ref string, milestones, only []string) (*billing.ProposeInvoice, error) {
	id, err := store.Resolve(r, ref)
	if err != nil {
		return nil, err
	}
	c := &billing.ProposeInvoice{}
	if id.Prefix() == billing.Invoices.Prefix() {
		c.Invoice = id
		inv, err := billing.Invoices.Get(r, id)
		if err != nil {
			return nil, err
		}
		id = inv.Order
	} else if c.Order, err = findOrder(r, ref); err != nil {
		return nil, err
	} else {
		id = c.Order
	}
	for _, m := range milestones {
		found, err := findMilestone(r, id, m)
		if err != nil {
			return nil, err
		}
		c.Milestones = append(c.Milestones, found)
	}
	for _, word := range only {
		s, err := selection(word)
		if err != nil {
			return nil, err
		}
		c.Only = append(c.Only, s)
	}
	return c, nil
}

// selection reads ID or ID=QTY; a part of it is ID/PART.
func selection(word string) (billing.Selection, error) {
	id, qty, some := cutLast(word, "=")
	id, part, _ := strings.Cut(id, "/")
	s := billing.Selection{Source: store.ID(id), Part: part}
	if !s.Source.Valid() {
		return s, fault.Invalidf("only", "%q is no id of a time entry or an item", id).Hint("callout time list --order WO -o name")
	}
	if some {
		q, err := money.ParseQuantity("only", qty)
		if err != nil {
			return s, err
		}
		s.Qty = &q
	}
	return s, nil
}

func newInvoiceApproveCmd(a *App) *cobra.Command {
	return a.eachInvoice(Verb{
		Use: "approve INVOICE...", Able: ableInvoice("approve"), Short: "Say yes to proposed documents, as they are",
		Long: "Whoever proposed a document, or named a price on it by hand, may not approve it, unless the shop runs under the\n" +
			"single-person policy. Work that changes afterwards makes the approval void.",
		Example: "callout invoice list --status proposed -o name | callout invoice approve -",
		Danger:  Bulk,
	}, func(id store.ID) store.Command { return &billing.ApproveInvoice{Invoice: id} })
}

func newInvoiceRejectCmd(a *App) *cobra.Command {
	return a.eachInvoice(Verb{
		Use: "reject INVOICE...", Able: ableInvoice("reject"), Short: "Say no to proposed documents, with a reason",
		Example: `callout invoice reject inv_06h0kz801xydv834z1614e7bzg --reason "the travel was agreed as free"`,
		Danger:  Bulk,
	}, func(id store.ID) store.Command { return &billing.RejectInvoice{Invoice: id} })
}

func newInvoiceDiscardCmd(a *App) *cobra.Command {
	return a.eachInvoice(Verb{
		Use: "discard INVOICE...", Able: ableInvoice("discard"), Short: "Throw documents away that are not released",
		Example: `callout invoice discard inv_06h0kz801xydv834z1614e7bzg --reason "billed together with the next visit"`,
		Danger:  Bulk,
	}, func(id store.ID) store.Command { return &billing.DiscardInvoice{Invoice: id} })
}
