package billing

import (
	"fmt"

	"callout/calendar"
	"callout/store"
)

// series is the run of numbers of a kind of document in a year: gapless, because a number
// is taken in the same transaction as everything that the document does.
func series(kind InvoiceKind, year int) store.Series {
	prefix := map[InvoiceKind]string{
		KindInvoice: "INV", KindCreditNote: "CN", KindDeposit: "DEP", KindRetainage: "RET",
	}[kind]
	return store.Series{
		Name: fmt.Sprintf("%s-%04d", prefix, year), Format: fmt.Sprintf("%s-%04d-%%05d", prefix, year), First: 1,
	}
}

// ReleaseInvoice makes an approved document final: the gate is asked once more, the next
// number of the year is taken, the allocations are written, and the milestones on it are released. It
// all happens, or nothing does. Under the four-eyes policy the approver of an invoice may release it,
// because nothing can change in between; the approver of a credit note may not, because money leaves.
type ReleaseInvoice struct {
	Invoice store.ID `json:"invoice"`
}

// Name implements store.Command.
func (c *ReleaseInvoice) Name() string { return "invoice.release.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *ReleaseInvoice) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *ReleaseInvoice) DecidedByAuthority() {}

// Do implements store.Command.
func (c *ReleaseInvoice) Do(tx *store.Tx) error {
	inv, err := Invoices.Get(tx, c.Invoice)
	if err != nil {
		return err
	}
	tx.Returns(inv.ID, "")
	probe := *inv
	if err := probe.move("release"); err != nil {
		return err
	}
	s, g, err := gateOf(tx, inv, tx.Env.RecordedAt, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	if err := g.refuse(ToRelease); err != nil {
		return err
	}
	inv.Status = probe.Status
	if inv.Number, err = tx.TakeNumber(series(inv.Kind, s.Today.Year), inv.ID); err != nil {
		return err
	}
	tx.Returns(inv.ID, inv.Number)
	inv.OrderNumber = s.Order.Number
	inv.IssuedOn, inv.DueOn = s.Today, s.Today.AddDays(inv.PaymentDays)
	inv.ReleasedBy, inv.ReleasedAt = tx.Env.Actor.ID, tx.Env.RecordedAt
	if inv.Kind == KindCreditNote {
		inv.DueOn = calendar.Date{} // nobody owes it
		err = firstError(inv.reverse(tx), Invoices.Put(tx, inv), inv.payOriginal(tx), inv.undoApproval(tx))
	} else {
		err = inv.allocate(tx, s)
	}
	if err != nil {
		return err
	}
	if err := firstError(inv.moveMilestones(tx), inv.drawRetainers(tx)); err != nil {
		return err
	}
	tx.Emit(string(inv.Kind)+".released", inv.ID, map[string]any{
		"number": inv.Number, "order": inv.Order, "customer": inv.Customer, "gross": inv.Gross.String(), "issued_on": inv.IssuedOn.String(),
	})
	return Invoices.Put(tx, inv)
}

// allocate ties each line to its charge, with the cost of what it bills.
func (inv *Invoice) allocate(tx *store.Tx, s *Snapshot) error {
	for _, l := range inv.Lines {
		a := &Allocation{
			Charge: l.Charge, Source: l.Source, Part: l.Part, Kind: l.Kind, Order: inv.Order, Invoice: inv.ID, Line: l.N,
			Qty: l.Qty, Amount: l.Net, Sign: 1,
		}
		a.Cost.Amount = s.costShare(l.Source, l.Charge, l.Qty)
		a.ID = Allocations.NewID(tx, fmt.Sprintf("%s/%d", inv.ID, l.N))
		if err := Allocations.Put(tx, a); err != nil {
			return err
		}
	}
	return nil
}

// moveMilestones releases the milestones on an invoice; a credit note makes those ready again that are released. Once a part of one was
// taken back, it follows the work, or is struck: whatever became of it since stays when the rest is taken back as well.
func (inv *Invoice) moveMilestones(tx *store.Tx) error {
	credit := inv.Kind == KindCreditNote
	action := "release"
	if credit {
		action = "credit"
	}
	for _, id := range inv.Milestones {
		m, err := Milestones.Get(tx, id)
		if err != nil {
			return err
		}
		if (m.Status == MilestoneReleased) != credit {
			continue // a part of it went this way before
		}
		if err := m.move(action); err != nil {
			return err
		}
		if err := Milestones.Put(tx, m); err != nil {
			return err
		}
		if !credit {
			tx.Emit("milestone.released", m.ID, map[string]any{"order": m.Order, "invoice": inv.ID})
		}
	}
	return nil
}
