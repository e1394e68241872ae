package billing

import (
	"cmp"
	"fmt"
	"slices"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// CreditInvoice proposes a credit note that takes a released invoice back, in full or in
// parts, with a reason. It mirrors the invoice's figures, tax included, and once it is approved and
// released it reverses the invoice's allocations by name, so that the work is open to be billed
// again. One credit note of an invoice is on its way at a time.
type CreditInvoice struct {
	Invoice store.ID `json:"invoice"`
	CreditAsk
}

// Owable reports whether a customer may owe a document, so that it is paid or taken back: it was
// released, and is no credit note itself.
func Owable(kind InvoiceKind, status InvoiceStatus) bool {
	return kind != KindCreditNote && status == InvoiceReleased
}

// Name implements store.Command.
func (c *CreditInvoice) Name() string { return "invoice.credit.v1" }

// Do implements store.Command.
func (c *CreditInvoice) Do(tx *store.Tx) error {
	orig, err := Invoices.Get(tx, c.Invoice)
	if err != nil {
		return err
	}
	switch {
	case Owable(orig.Kind, orig.Status):
	case orig.Kind == KindCreditNote:
		return orig.mustBe(KindInvoice)
	default:
		return fault.Refusedf("the invoice %s is %s; only a released one is credited", orig.Name(), orig.Status).
			With("credit.unreleased").Hint("callout invoice discard %s", orig.ID)
	}
	why, err := reason(tx.Env.Reason, "a credit note needs a reason")
	if err != nil {
		return err
	}
	before, err := creditsOf(tx, orig.ID)
	if err != nil {
		return err
	}
	for i := range before {
		if other := &before[i]; other.Open() {
			return fault.Conflictf("%s takes of %s back already; it is %s", other.Name(), orig.Number, other.Status).
				With("credit.twice").Hint("callout invoice show %s", other.Name())
		}
	}
	if err := orig.mayGiveBack(tx); err != nil {
		return err
	}
	mode, err := roundingOf(tx, orig)
	if err != nil {
		return err
	}
	cn, err := creditNote(orig, before, c.CreditAsk, mode)
	if err != nil {
		return err
	}
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

// reverse takes the original's allocations back, by name: those of each line as far as the credit
// note's line says.
func (inv *Invoice) reverse(tx *store.Tx) error {
	mode, err := roundingOf(tx, inv)
	if err != nil {
		return err
	}
	for i := range inv.Lines {
		l := &inv.Lines[i]
		for orig, err := range Allocations.By(tx, "invoice", store.K(inv.Credits, l.original())) {
			if err != nil {
				return err
			}
			a := *orig
			a.Record = store.Record{ID: Allocations.NewID(tx, string(orig.ID))}
			a.Invoice, a.Line, a.Sign, a.Reverses = inv.ID, l.N, -1, orig.ID
			a.Qty, a.Amount = l.freed(), l.Net
			if a.Cost.Amount, err = orig.costBack(tx, a.Qty, inv.Currency, mode); err != nil {
				return err
			}
			if err := Allocations.Put(tx, &a); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadOriginal reads what a credit note takes back, and the credit notes before it.
func loadOriginal(r store.Reader, cn *Invoice) (*Original, error) {
	inv, err := Invoices.Get(r, cn.Credits)
	if err != nil {
		return nil, err
	}
	mode, err := roundingOf(r, inv)
	if err != nil {
		return nil, err
	}
	o := &Original{Invoice: *inv, Rounding: mode}
	all, err := creditsOf(r, inv.ID)
	for i := range all {
		if c := &all[i]; c.Status == InvoiceReleased && (cn.Status != InvoiceReleased || c.before(cn)) {
			o.Before = append(o.Before, *c)
		}
	}
	return o, err
}

// before reports whether a released document was numbered before another of its kind.
func (inv *Invoice) before(o *Invoice) bool {
	return cmp.Or(inv.IssuedOn.Compare(o.IssuedOn), cmp.Compare(len(inv.Number), len(o.Number)), cmp.Compare(inv.Number, o.Number)) < 0
}

// creditRequirements lists what a credit note has to meet.
func creditRequirements() []requirement {
	return []requirement{reqOriginal, reqMirror, reqApproved, reqReleaser, reqPeriod, reqDate}
}

func reqOriginal(_ *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqOriginal, Title: "the invoice is released and not credited further than it goes", Stage: ToPropose}
	o := sub.Original
	q.Evidence = []store.ID{o.Invoice.ID}
	if o.Invoice.Status != InvoiceReleased {
		q.Reason = fmt.Sprintf("%s is %s", o.Invoice.Name(), o.Invoice.Status)
	}
	left, _ := leftOf(&o.Invoice, o.Before)
	for i := range sub.Invoice.Lines {
		l := &sub.Invoice.Lines[i]
		if c := left[l.original()]; c == nil || !within(l.freed(), c.qty) || c.net.Sub(l.Net).Sign()*c.net.Sign() < 0 {
			q.Reason = fmt.Sprintf("line %d of %s is credited already", l.original(), o.Invoice.Number)
			q.Fix = "callout invoice discard " + string(sub.Invoice.ID)
		}
	}
	return q
}

// reqMirror composes the credit note once more and compares it, figure by figure.
func reqMirror(_ *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqTotals, Title: "it mirrors the invoice to the cent", Stage: ToApprove}
	if q.Reason = sub.Original.unlike(sub.Invoice); q.Reason != "" {
		q.Fix = "callout invoice discard " + string(sub.Invoice.ID)
	}
	return q
}
