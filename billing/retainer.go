package billing

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Retainer is money that a customer has paid ahead, without tax: what the shop owes until
// work is billed against it. Its balance is the sum of its entries and nothing else, and
// never falls below what its rules keep. It lowers what is payable of an invoice
// (EN 16931 BT-113), and neither its net nor its tax: a taxed sum ahead is a [Deposit].
type Retainer struct {
	store.Record
	Customer store.ID `json:"customer"`
	Order    store.ID `json:"order,omitempty"` // for one order only
	Title    string   `json:"title"`
	// Share is how much of an invoice may be drawn, Keep what stays until the retainer is given back.
	Share    *money.Percent `json:"share,omitempty"`
	Keep     *money.Amount  `json:"keep,omitempty"`
	OpenedBy store.ID       `json:"opened_by"`
}

// Retainers holds the retainers, by customer.
var Retainers = store.Define(store.Def[Retainer, store.NoRow]{
	Name: "retainer", Prefix: "rtn", Title: "retainer",
	Indexes: []store.Index[Retainer]{{
		Name: "customer", Keys: func(x *Retainer) []store.Key { return []store.Key{store.K(x.Customer)} },
	}},
})

// RetainerEntry moves the balance of a retainer. Entries are never changed and never deleted.
type RetainerEntry struct {
	store.Record
	Retainer  store.ID     `json:"retainer"`
	Kind      RetainerMove `json:"kind"`
	Amount    money.Amount `json:"amount"` // signed: what it adds to the balance
	Invoice   store.ID     `json:"invoice,omitempty"`
	Reference string       `json:"reference,omitempty"` // of the payment
	By        store.ID     `json:"by"`
	At        time.Time    `json:"at"`
}

// RetainerMove says why a balance moved.
type RetainerMove string

// The moves.
const (
	RetainerPaid     RetainerMove = "paid-in"
	RetainerDrawn    RetainerMove = "drawn"     // for a released invoice
	RetainerReturned RetainerMove = "returned"  // by the credit note of one
	RetainerRefunded RetainerMove = "paid-back" // to the customer
)

// RetainerEntries holds the entries, by retainer and time.
var RetainerEntries = store.Define(store.Def[RetainerEntry, store.NoRow]{
	Name: "retainer_entry", Prefix: "rte", Title: "entry of a retainer",
	Indexes: []store.Index[RetainerEntry]{{
		Name: "retainer", Keys: func(e *RetainerEntry) []store.Key { return []store.Key{store.K(e.Retainer, e.At)} },
	}},
})

// Drawn is what an invoice takes of a retainer.
type Drawn struct {
	Retainer store.ID     `json:"retainer"`
	Title    string       `json:"title"`
	Amount   money.Amount `json:"amount"`
}

// RetainerBalance adds a retainer's entries up.
func RetainerBalance(r store.Reader, retainer store.ID) (money.Amount, error) {
	var sum money.Amount
	for e, err := range RetainerEntries.By(r, "retainer", store.K(retainer)) {
		if err != nil {
			return sum, err
		}
		sum = sum.Add(e.Amount)
	}
	return sum, nil
}

// OpenRetainer records money that a customer paid ahead, under rules for drawing it.
type OpenRetainer struct {
	Customer  store.ID       `json:"customer"`
	Order     store.ID       `json:"order,omitempty"`
	Title     string         `json:"title"`
	Amount    money.Amount   `json:"amount"`
	Share     *money.Percent `json:"share,omitempty"`
	Keep      *money.Amount  `json:"keep,omitempty"`
	Reference string         `json:"reference,omitempty"`
}

// Name implements store.Command.
func (c *OpenRetainer) Name() string { return "retainer.open.v1" }

// Do implements store.Command.
func (c *OpenRetainer) Do(tx *store.Tx) error {
	customer, err := work.Customers.Get(tx, c.Customer)
	if err != nil {
		return err
	}
	x := &Retainer{Customer: customer.ID, Order: c.Order, Share: c.Share, OpenedBy: tx.Env.Actor.ID}
	if x.Title, err = party.ParseName("title", "retainer", c.Title); err != nil {
		return err
	}
	if c.Order != "" {
		o, err := openOrder(tx, c.Order)
		if err != nil {
			return err
		}
		if o.Customer != customer.ID {
			return fault.Invalidf("order", "%s is not an order of %s", o.Number, customer.Name).With("retainer.order")
		}
	}
	if c.Share != nil {
		if err := c.Share.Check("share"); err != nil {
			return err
		}
		if c.Share.Sign() <= 0 || c.Share.Cmp(money.NewPercent(100, 0)) > 0 {
			return fault.Invalidf("share", "%s is no share of an invoice", c.Share.Format()).With("retainer.share")
		}
	}
	if c.Keep != nil {
		keep, err := stated(tx, "keep", *c.Keep)
		if err != nil {
			return err
		}
		if keep.Sign() < 0 {
			return fault.Invalidf("keep", "%s cannot be kept", keep).With("retainer.keep")
		}
		x.Keep = &keep
	}
	x.ID = Retainers.NewID(tx, x.Title)
	if err := Retainers.Put(tx, x); err != nil {
		return err
	}
	tx.Returns(x.ID, "")
	return (&PayRetainer{Retainer: x.ID, Amount: c.Amount, Reference: c.Reference}).Do(tx)
}

// PayRetainer pays more into a retainer, or with less than nothing gives money back to
// the customer, for which a reason is required. What open invoices are to draw is not given back.
type PayRetainer struct {
	Retainer  store.ID     `json:"retainer"`
	Amount    money.Amount `json:"amount"`
	Reference string       `json:"reference,omitempty"`
}

// Name implements store.Command.
func (c *PayRetainer) Name() string { return "retainer.pay.v1" }

// Do implements store.Command.
func (c *PayRetainer) Do(tx *store.Tx) error {
	x, err := Retainers.Get(tx, c.Retainer)
	if err != nil {
		return err
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	a, err := c.Amount.In("amount", company.Currency)
	if err != nil {
		return err
	}
	if a.IsZero() {
		return fault.Invalidf("amount", "nothing was paid").With("retainer.amount")
	}
	tx.Returns(x.ID, "")
	kind := RetainerPaid
	ref, err := line("reference", c.Reference)
	if err != nil {
		return err
	}
	if a.Sign() < 0 {
		kind = RetainerRefunded
		if ref, err = reason(tx.Env.Reason, "giving money back needs a reason"); err != nil {
			return err
		}
		balance, err := RetainerBalance(tx, x.ID)
		if err != nil {
			return err
		}
		open, err := x.draws(tx)
		if err != nil {
			return err
		}
		free := balance
		for _, o := range open {
			free = free.Sub(o.net)
		}
		if a.Neg().Cmp(free) > 0 {
			return fault.Refusedf("%s cannot be given back: %s of %q are free", a.Neg().Format(company.Currency), free.Format(company.Currency), x.Title).
				With("retainer.balance").Hint("callout retainer show %s", x.ID)
		}
	}
	return x.enter(tx, kind, a, "", ref)
}

// enter writes an entry.
func (x *Retainer) enter(tx *store.Tx, kind RetainerMove, a money.Amount, invoice store.ID, ref string) error {
	e := &RetainerEntry{
		Retainer: x.ID, Kind: kind, Amount: a, Invoice: invoice, Reference: ref, By: tx.Env.Actor.ID, At: tx.Env.RecordedAt,
	}
	e.ID = RetainerEntries.NewID(tx, fmt.Sprintf("%s/%s/%s", x.ID, kind, invoice))
	tx.Emit("retainer."+string(kind), x.ID, map[string]any{"amount": a.String()})
	return RetainerEntries.Put(tx, e)
}

// draws lists what open invoices are to draw of a retainer.
func (x *Retainer) draws(r store.Reader) ([]capped, error) {
	var open []capped
	for row, err := range Invoices.Rows(r, "customer", store.Prefix(store.K(x.Customer))) {
		if err != nil {
			return nil, err
		}
		if row.Status == InvoiceReleased || row.Status == InvoiceDiscarded || row.Kind != KindInvoice {
			continue
		}
		inv, err := Invoices.Get(r, row.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range inv.OnAccount {
			if d.Retainer == x.ID {
				open = append(open, capped{inv.ID, d.Amount})
			}
		}
	}
	return open, nil
}

// retainerState is a retainer with what an invoice of the order could draw.
type retainerState struct {
	Retainer
	balance money.Amount
	open    []capped // what open invoices take
}

// loadRetainers reads the customer's retainers that count for the order, those of the order first.
func (s *Snapshot) loadRetainers(r store.Reader) error {
	for x, err := range Retainers.By(r, "customer", store.K(s.Customer.ID)) {
		if err != nil {
			return err
		}
		if x.Order != "" && x.Order != s.Order.ID {
			continue
		}
		st := retainerState{Retainer: *x}
		if st.balance, err = RetainerBalance(r, x.ID); err != nil {
			return err
		}
		if st.open, err = x.draws(r); err != nil {
			return err
		}
		s.retainers = append(s.retainers, st)
	}
	slices.SortStableFunc(s.retainers, func(a, b retainerState) int {
		return cmp.Or(-cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

// draw takes of the retainers what the rules allow and the invoice needs. A proposal that is composed
// afresh draws no more than it was approved with: what was paid in since is for the next one.
func (s *Snapshot) draw(inv *Invoice) {
	had := inv.OnAccount
	inv.OnAccount = nil
	if inv.Kind != KindInvoice {
		return
	}
	left := inv.Payable()
	for i := range s.retainers {
		x := &s.retainers[i]
		free := x.balance
		for _, o := range x.open {
			if o.invoice != inv.ID {
				free = free.Sub(o.net)
			}
		}
		if x.Keep != nil {
			free = free.Sub(*x.Keep)
		}
		take := left
		if x.Share != nil {
			take = smaller(take, money.PercentOf(inv.Gross, *x.Share, s.Company.Currency, s.Rules.Rounding))
		}
		take = smaller(take, free)
		if inv.again {
			var was money.Amount
			for _, d := range had {
				if d.Retainer == x.ID {
					was = d.Amount
				}
			}
			take = smaller(take, was)
		}
		if take.Sign() <= 0 {
			continue
		}
		left = left.Sub(take)
		inv.OnAccount = append(inv.OnAccount, Drawn{x.ID, x.Title, take})
	}
}

func smaller(a, b money.Amount) money.Amount {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

// drawRetainers books what a released invoice takes, or what its credit note gives back.
func (inv *Invoice) drawRetainers(tx *store.Tx) error {
	for _, d := range inv.OnAccount {
		x, err := Retainers.Get(tx, d.Retainer)
		if err != nil {
			return err
		}
		kind, a := RetainerDrawn, d.Amount.Neg()
		if inv.Kind == KindCreditNote {
			kind, a = RetainerReturned, d.Amount
		}
		if err := x.enter(tx, kind, a, inv.ID, inv.Number); err != nil {
			return err
		}
	}
	return nil
}

// checkRetainers holds that entries stand, and that no balance falls below nothing.
func checkRetainers(tx *store.Tx) error {
	changed, err := RetainerEntries.Changed(tx)
	if err != nil {
		return err
	}
	var ids []store.ID
	for _, ch := range changed {
		if ch.Before != nil || ch.After == nil {
			return broken("retainer.fixed", "an entry of a retainer never changes")
		}
		ids = append(ids, ch.After.Retainer)
	}
	for _, id := range unique(ids) {
		balance, err := RetainerBalance(tx, id)
		if err != nil {
			return err
		}
		if balance.Sign() < 0 {
			return broken("retainer.overdrawn", "more would be drawn of %s than was paid in", id)
		}
	}
	return nil
}
