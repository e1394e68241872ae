package billing

import (
	"fmt"
	"slices"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// CreditInvoice proposes a credit note that takes a released invoice back in full, with a
// reason. It mirrors the invoice's figures, tax included, and once it is approved and
// released it reverses the invoice's allocations, so that the work is open to be billed again.
type CreditInvoice struct {
	Invoice store.ID `json:"invoice"`
}

// Name implements store.Command.
func (c *CreditInvoice) Name() string { return "invoice.credit.v1" }

// Do implements store.Command.
func (c *CreditInvoice) Do(tx *store.Tx) error {
	orig, err := Invoices.Get(tx, c.Invoice)
	if err != nil {
		return err
	}
	if orig.Kind == KindCreditNote {
		return orig.mustBe(KindInvoice)
	}
	if orig.Status != InvoiceReleased {
		return fault.Refusedf("the invoice %s is %s; only a released one is credited", orig.Name(), orig.Status).
			With("credit.unreleased").Hint("callout invoice discard %s", orig.ID)
	}
	why, err := reason(tx.Env.Reason, "a credit note needs a reason")
	if err != nil {
		return err
	}
	for other, err := range Invoices.By(tx, "credits", store.K(orig.ID)) {
		if err != nil {
			return err
		}
		if other.Status != InvoiceDiscarded {
			return fault.Conflictf("%s takes %s back already; it is %s", other.Name(), orig.Number, other.Status).
				With("credit.twice").Hint("callout invoice show %s", other.Name())
		}
	}
	if err := orig.mayGiveBack(tx); err != nil {
		return err
	}
	cn := orig.mirror()
	cn.ID = Invoices.NewID(tx, string(orig.ID))
	cn.Reason = why
	tx.Returns(cn.ID, "")
	if err := cn.seal(); err != nil {
		return err
	}
	return cn.proposeCredit(tx)
}

// mirror makes the credit note of an invoice: the same figures, to the cent, whatever
// rates and rules say now.
func (inv *Invoice) mirror() *Invoice {
	return &Invoice{
		Kind: KindCreditNote, Status: InvoiceDraft, Order: inv.Order, Customer: inv.Customer,
		Milestones: slices.Clone(inv.Milestones), Currency: inv.Currency, Seller: inv.Seller, Buyer: inv.Buyer,
		Reference: inv.Reference, Title: inv.Title, Site: inv.Site, Lines: slices.Clone(inv.Lines),
		Net: inv.Net, VAT: inv.VAT, Gross: inv.Gross, Taxes: slices.Clone(inv.Taxes), Adjusted: inv.Adjusted, From: inv.From, To: inv.To,
		Ahead:   inv.Ahead,
		Credits: inv.ID, CreditsNumber: inv.Number, CreditsIssued: inv.IssuedOn,
	}
}

// proposeCredit asks for approval of a credit note, new or taken up again.
func (inv *Invoice) proposeCredit(tx *store.Tx) error {
	if err := inv.move("propose"); err != nil {
		return err
	}
	o, err := work.WorkOrders.Get(tx, inv.Order)
	if err != nil {
		return err
	}
	if err := inv.ask(tx, o.Number, []store.ID{tx.Env.Actor.ID}); err != nil {
		return err
	}
	tx.Emit("credit-note.proposed", inv.ID, map[string]any{"order": inv.Order, "credits": inv.Credits, "reason": inv.Reason})
	return Invoices.Put(tx, inv)
}

// reverse takes the original's allocations back, one by one and by name.
func (inv *Invoice) reverse(tx *store.Tx) error {
	for orig, err := range Allocations.By(tx, "invoice", store.K(inv.Credits)) {
		if err != nil {
			return err
		}
		a := *orig
		a.Record = store.Record{ID: Allocations.NewID(tx, string(orig.ID))}
		a.Invoice, a.Sign, a.Reverses = inv.ID, -1, orig.ID
		if err := Allocations.Put(tx, &a); err != nil {
			return err
		}
	}
	return nil
}

// loadOriginal reads what a credit note takes back.
func loadOriginal(r store.Reader, cn *Invoice) (*Original, error) {
	inv, err := Invoices.Get(r, cn.Credits)
	if err != nil {
		return nil, err
	}
	o := &Original{Invoice: *inv}
	for a, err := range Allocations.By(r, "invoice", store.K(inv.ID)) {
		if err != nil {
			return nil, err
		}
		o.Allocations = append(o.Allocations, *a)
		for back, err := range Allocations.By(r, "reverses", store.K(a.ID)) {
			if err != nil {
				return nil, err
			}
			o.Credited = o.Credited || back.Invoice != cn.ID
		}
	}
	return o, nil
}

// creditRequirements lists what a credit note has to meet.
func creditRequirements() []requirement {
	return []requirement{reqOriginal, reqMirror, reqApproved, reqReleaser, reqDate}
}

func reqOriginal(_ *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqOriginal, Title: "the invoice is released and not credited yet", Stage: ToPropose}
	o := sub.Original
	q.Evidence = []store.ID{o.Invoice.ID}
	switch {
	case o.Invoice.Status != InvoiceReleased:
		q.Reason = fmt.Sprintf("%s is %s", o.Invoice.Name(), o.Invoice.Status)
	case o.Credited && sub.Invoice.Status != InvoiceReleased:
		q.Reason = o.Invoice.Number + " is credited already"
		q.Fix = "callout invoice discard " + string(sub.Invoice.ID)
	}
	return q
}

// reqMirror compares the credit note with the invoice, figure by figure.
func reqMirror(_ *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqTotals, Title: "it mirrors the invoice to the cent", Stage: ToApprove}
	want := sub.Original.Invoice.mirror()
	want.Reason = sub.Invoice.Reason
	hash, err := want.contentHash()
	have, err2 := sub.Invoice.contentHash()
	if err != nil || err2 != nil || hash != have || have != sub.Invoice.Hash {
		q.Reason = "its figures are not those of " + sub.Original.Invoice.Number
		q.Fix = "callout invoice discard " + string(sub.Invoice.ID)
	}
	return q
}
