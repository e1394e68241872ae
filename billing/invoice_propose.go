package billing

import (
	"fmt"
	"slices"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// ApprovalInvoice is the kind of an approval request for an invoice or a credit note.
const ApprovalInvoice = approval.ForInvoice

// ProposeInvoice composes what an order has open into a priced document, freezes the
// charges behind it and asks for approval. Without a selection it bills the milestones
// that are ready or, on an order without milestones, all open time and items.
type ProposeInvoice struct {
	Order store.ID `json:"order,omitempty"`
	// Invoice is a draft to propose again instead.
	Invoice    store.ID    `json:"invoice,omitempty"`
	Milestones []store.ID  `json:"milestones,omitempty"`
	Only       []Selection `json:"only,omitempty"`
	// Adjustments are discounts and surcharges on this document alone; one of nothing takes
	// it back.
	Adjustments []Adjustment `json:"adjustments,omitempty"`
	// PricedOn is the day to price by, where it is not the service dates.
	PricedOn calendar.Date `json:"priced_on,omitzero"`
	Fresh    bool          `json:"-"` // whatever drafts there are
}

// Name implements store.Command.
func (c *ProposeInvoice) Name() string { return "invoice.propose.v1" }

// Do implements store.Command.
func (c *ProposeInvoice) Do(tx *store.Tx) error {
	inv, err := c.draft(tx)
	if err != nil {
		return err
	}
	tx.Returns(inv.ID, "")
	if inv.Kind != KindInvoice && len(c.Adjustments) > 0 {
		return fault.Refusedf("%s is a %s, and has no discounts of its own", inv.Name(), inv.word()).With("credit.mirror").
			Hint("callout invoice propose %s", inv.ID)
	}
	switch inv.Kind {
	case KindCreditNote:
		return inv.proposeCredit(tx)
	case KindRetainage:
		return inv.proposeRetainage(tx)
	case KindInvoice:
		if len(c.Milestones)+len(c.Only) > 0 || inv.ProposedBy == "" {
			inv.Milestones, inv.Only, inv.PricedOn = c.Milestones, c.Only, c.PricedOn
		}
	}
	if err := c.adjust(tx, inv); err != nil {
		return err
	}
	return inv.propose(tx)
}

// propose prices what the document bills, freezes the charges and asks for approval.
func (inv *Invoice) propose(tx *store.Tx) error {
	if err := inv.move("propose"); err != nil {
		return err
	}
	s, err := Load(tx, inv.Order, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	s = s.pricedFor(inv)
	picks, problems, err := s.trial(inv)
	if err != nil {
		return err
	}
	g := Evaluate(s, Subject{Invoice: inv, Problems: problems, Proposer: tx.Env.Actor.ID})
	g.Name = s.Order.Number
	if err := g.refuse(ToPropose); err != nil {
		return err
	}
	makers := append(s.coverMakers(), tx.Env.Actor.ID)
	for i := range picks {
		c := &picks[i].charge
		if c.ID == "" {
			if err := s.keep(tx, picks[i].src); err != nil {
				return err
			}
			*c = *s.standing(c.Source, c.Part)
		}
		inv.Lines[i].Charge = c.ID // lines are in the order of picks; no content changes
		makers = append(makers, picks[i].charge.makers()...)
	}
	for _, a := range s.Terms.Adjustments {
		if a.On == "" {
			makers = append(makers, a.By)
		}
	}
	for _, a := range inv.Own {
		makers = append(makers, a.By)
	}
	if err := inv.ask(tx, s.Order.Number, makers); err != nil {
		return err
	}
	tx.Emit("invoice.proposed", inv.ID, map[string]any{"order": inv.Order, "gross": inv.Gross.String()})
	return Invoices.Put(tx, inv)
}

// makers lists who decided by hand what a charge comes to.
func (c *Charge) makers() []store.ID {
	var out []store.ID
	for _, by := range []store.ID{c.Named, c.DiscountBy} {
		if by != "" {
			out = append(out, by)
		}
	}
	return out
}

// adjust takes over what is taken off this document, or added. A proposal that is changed so
// is made again, and whoever approved it is asked again.
func (c *ProposeInvoice) adjust(tx *store.Tx, inv *Invoice) error {
	if len(c.Adjustments) == 0 {
		return nil
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	for _, a := range c.Adjustments {
		if a.On != "" {
			return fault.Invalidf("on", "what is taken off a kind of work is agreed for the order").With("discount.on").
				Hint("callout milestone terms WO --discount … --on %s", a.On)
		}
		if err := a.check(tx, company.Currency); err != nil {
			return err
		}
		if err := a.mayGive(tx, inv); err != nil {
			return err
		}
		inv.Own = agree(inv.Own, a)
	}
	if inv.Status == InvoiceProposed || inv.Status == InvoiceApproved {
		return inv.fallBack(tx, "change", "what is taken off it, or added, has changed")
	}
	return nil
}

// draft returns the draft to propose: the one that is named, the order's own, or a new
// one. A proposal that what lies behind it has overtaken counts as a draft.
func (c *ProposeInvoice) draft(tx *store.Tx) (*Invoice, error) {
	if c.Invoice != "" {
		inv, err := Invoices.Get(tx, c.Invoice)
		if err != nil {
			return nil, err
		}
		_, err = inv.overtaken(tx)
		return inv, err
	}
	o, err := work.WorkOrders.Get(tx, c.Order)
	if err != nil {
		return nil, err
	}
	for inv, err := range Invoices.By(tx, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		if c.Fresh || inv.Kind != KindInvoice || len(c.Milestones)+len(c.Only) > 0 && !slices.Equal(c.Milestones, inv.Milestones) {
			continue
		}
		again, err := inv.overtaken(tx)
		if again || err != nil {
			return inv, err
		}
	}
	inv := &Invoice{Kind: KindInvoice, Order: o.ID, Status: InvoiceDraft}
	inv.ID = Invoices.NewID(tx, "")
	return inv, nil
}

// overtaken reports whether a document is a draft, and makes one of a proposal that has drifted
// from what lies behind it.
func (inv *Invoice) overtaken(tx *store.Tx) (bool, error) {
	if inv.Status == InvoiceDraft {
		return true, nil
	}
	if !inv.bills() || !inv.Open() {
		return false, nil
	}
	s, err := Load(tx, inv.Order, tx.Env.RecordedAt)
	if err != nil {
		return false, err
	}
	drift, _, err := s.rebuild(inv)
	if err != nil || drift == "" {
		return false, err
	}
	return true, inv.fallBackTo(tx, "change", drift, s.anew(inv))
}

// ask records the proposal and opens the request for its approval. Nobody who made it, or named a
// price on it by hand, may give it.
func (inv *Invoice) ask(tx *store.Tx, order string, makers []store.ID) error {
	inv.ProposedBy, inv.ProposedAt, inv.Stale = tx.Env.Actor.ID, tx.Env.RecordedAt, ""
	title := fmt.Sprintf("%s · %s to %s", order, inv.Gross.Format(inv.Currency), inv.Buyer.Name)
	switch inv.Kind {
	case KindDeposit:
		title = fmt.Sprintf("%s · deposit of %s from %s", order, inv.Gross.Format(inv.Currency), inv.Buyer.Name)
	case KindRetainage:
		title = fmt.Sprintf("%s · retainage of %s from %s", order, inv.Payable().Format(inv.Currency), inv.Buyer.Name)
	case KindCreditNote:
		title = fmt.Sprintf("%s · credit of %s, %s to %s", order, inv.CreditsNumber, inv.Gross.Format(inv.Currency), inv.Buyer.Name)
	}
	amount := inv.Gross
	if len(inv.Releases) > 0 {
		amount = inv.Payable()
	}
	x := approval.Question{
		Kind: ApprovalInvoice, Subject: inv.ID, Title: title, Hash: inv.Hash, Makers: makers, Amount: &amount, Customer: inv.Customer,
		Content: inv.shown(),
	}
	if inv.Kind == KindCreditNote {
		x.As = approval.ForCreditNote
	}
	_, err := approval.AskFor(tx, x)
	return err
}

// keep writes a new version of a charge.
func (c *Charge) keep(tx *store.Tx) error {
	for prev, err := range Charges.By(tx, "source", partKey(c.Source, c.Part)) {
		if err != nil {
			return err
		}
		if prev.Part == c.Part {
			c.Version = max(c.Version, prev.Version)
		}
	}
	c.Version++
	c.State = ChargeProposed
	if err := c.seal(); err != nil {
		return err
	}
	label := fmt.Sprintf("%s/%d", c.Source, c.Version)
	if c.Part != "" {
		label = fmt.Sprintf("%s/%s/%d", c.Source, c.Part, c.Version)
	}
	c.ID = Charges.NewID(tx, label)
	return Charges.Put(tx, c)
}

// move takes a charge through its table.
func (c *Charge) move(action string) error {
	next, ok := ChargeTransitions()[c.State][action]
	if !ok {
		return broken("charge.state", "the charge for %q is %s and cannot be %s", c.Text, c.State, participle(action))
	}
	c.State = next
	return nil
}

// supersede takes a charge out, of which nothing may be billed.
func (c *Charge) supersede(tx *store.Tx) error {
	for a, err := range Allocations.By(tx, "charge", store.K(c.ID)) {
		if err != nil {
			return err
		}
		b, err := Billed(tx, a.Source)
		if err != nil {
			return err
		}
		if !b.Live().IsZero() {
			return broken("charge.billed", "the charge for %q is billed", c.Text)
		}
		break
	}
	if err := c.move("supersede"); err != nil {
		return err
	}
	return Charges.Put(tx, c)
}

// DiscardInvoice gives a document up that is not released. Its charges are open again.
type DiscardInvoice struct {
	Invoice store.ID `json:"invoice"`
}

// Name implements store.Command.
func (c *DiscardInvoice) Name() string { return "invoice.discard.v1" }

// Do implements store.Command.
func (c *DiscardInvoice) Do(tx *store.Tx) error {
	inv, err := Invoices.Get(tx, c.Invoice)
	if err != nil {
		return err
	}
	tx.Returns(inv.ID, "")
	if err := inv.move("discard"); err != nil {
		return err
	}
	if inv.Kind != KindCreditNote { // a credit note's reason is part of what it declares
		inv.Reason = tx.Env.Reason
	}
	if err := approval.Withdraw(tx, ApprovalInvoice, inv.ID, "discarded"); err != nil {
		return err
	}
	if err := Invoices.Put(tx, inv); err != nil {
		return err
	}
	tx.Emit("invoice.discarded", inv.ID, map[string]any{"order": inv.Order})
	if !inv.bills() {
		return nil
	}
	s, err := Load(tx, inv.Order, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	for _, l := range inv.Lines {
		if err := s.drop(tx, l.Source, inv.ID); err != nil {
			return err
		}
	}
	return nil
}

// drop supersedes the charges of a source that are on no document but one which is given
// up. They go together or not at all, as they came.
func (s *Snapshot) drop(tx *store.Tx, src, given store.ID) error {
	if s.begun(src) || slices.ContainsFunc(s.onOpen[src], func(v reservation) bool { return v.invoice != given }) {
		return nil
	}
	for _, c := range s.Charges[src] {
		if err := c.supersede(tx); err != nil {
			return err
		}
	}
	delete(s.Charges, src)
	return nil
}

// stale is the derivation by which a proposal becomes a draft again, and its approval
// void, when the work behind it changes.
func stale(tx *store.Tx) error {
	orders := touchedOrders(tx)
	covered := coveredOrders(tx)
	worked := workedOrders(tx)
	touched(tx, dispatch.Appointments, &worked, func(v *dispatch.Appointment) store.ID { return v.Order })
	touched(tx, Trips, &worked, func(t *Trip) store.ID { return t.Order })
	for _, id := range unique(slices.Concat(orders, worked, covered)) {
		if err := staleOf(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// staleOf looks at the proposals of one order.
func staleOf(tx *store.Tx, order store.ID) error {
	var s *Snapshot
	for inv, err := range Invoices.By(tx, "order", store.K(order)) {
		if err != nil {
			return err
		}
		if !inv.bills() || inv.Status != InvoiceProposed && inv.Status != InvoiceApproved {
			continue
		}
		if s == nil {
			if s, err = Load(tx, order, tx.Env.RecordedAt); err != nil {
				return err
			}
		}
		drift, _, err := s.rebuild(inv)
		if err != nil {
			return err
		}
		if drift == "" {
			continue
		}
		if err := inv.fallBackTo(tx, "change", drift, s.anew(inv)); err != nil {
			return err
		}
		tx.Emit("invoice.stale", inv.ID, map[string]any{"order": inv.Order, "why": drift})
	}
	return nil
}

// fallBack makes a draft of a document again.
func (inv *Invoice) fallBack(tx *store.Tx, action, why string) error {
	return inv.fallBackTo(tx, action, why, nil)
}

// fallBackTo is fallBack with what would be proposed now, or nil: whoever approved the document is shown the
// difference.
func (inv *Invoice) fallBackTo(tx *store.Tx, action, why string, now *Invoice) error {
	if err := inv.move(action); err != nil {
		return err
	}
	inv.Stale, inv.ApprovedBy, inv.ApprovedAt, inv.Mode = why, "", time.Time{}, ""
	var content any
	if now != nil {
		content = now.content()
	}
	return firstError(approval.WithdrawFrom(tx, ApprovalInvoice, inv.ID, content, why), Invoices.Put(tx, inv))
}

// mustBe is the refusal of a document of the wrong kind.
func (inv *Invoice) mustBe(kind InvoiceKind) error {
	if inv.Kind == kind {
		return nil
	}
	return fault.Refusedf("%s is a %s", inv.Name(), inv.word()).With("invoice.kind").Hint("callout invoice show %s", inv.Name())
}
