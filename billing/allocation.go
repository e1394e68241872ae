package billing

import (
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Allocation ties a quantity of a charge to a line of a released document. An invoice
// writes positive ones; a credit note writes reversals of named allocations. They are
// never changed and never deleted, and what is billed is their sum and nothing else.
type Allocation struct {
	store.Record
	Charge  store.ID       `json:"charge"`
	Source  store.ID       `json:"source"`
	Part    string         `json:"part,omitempty"` // of the source, as its charge says
	Kind    SourceKind     `json:"kind"`
	Order   store.ID       `json:"order"`
	Invoice store.ID       `json:"invoice"`
	Line    int            `json:"line"`
	Qty     money.Quantity `json:"qty"` // as the line states it
	Amount  money.Amount   `json:"amount"`
	Sign    int            `json:"sign"` // +1 bills, −1 credits
	// Reverses is the allocation that a credit takes back.
	Reverses store.ID `json:"reverses,omitempty"`
	// Cost is frozen here at the release: what is found out about costs later is a variance, and
	// rewrites no margin that was reported.
	Cost AllocationCost `json:"cost,omitzero"`
}

// AllocationCost is what the billed quantity cost the shop; of a credit, what is work in hand again.
type AllocationCost struct {
	Amount money.Cost `json:"amount,omitzero"`
}

// TakeCost implements store.Costed.
func (a *Allocation) TakeCost() any {
	c := a.Cost
	a.Cost = AllocationCost{}
	if !c.Amount.IsKnown() {
		return nil
	}
	return c
}

// effect is what the allocation adds to the billed quantity of its charge.
func (a *Allocation) effect() money.Quantity {
	if a.Sign == -1 {
		return a.Qty.Neg()
	}
	return a.Qty
}

// worth is what the allocation adds to the billed amount.
func (a *Allocation) worth() money.Amount {
	if a.Sign == -1 {
		return a.Amount.Neg()
	}
	return a.Amount
}

// Allocations holds the allocations: by charge, by source, by order, by document, and
// the reversals of each.
var Allocations = store.Define(store.Def[Allocation, store.NoRow]{
	Name: "allocation", Prefix: "alc", Title: "allocation",
	Indexes: []store.Index[Allocation]{
		{Name: "charge", Keys: func(a *Allocation) []store.Key { return []store.Key{store.K(a.Charge)} }},
		{Name: "source", Keys: func(a *Allocation) []store.Key { return []store.Key{store.K(a.Source)} }},
		{Name: "order", Keys: func(a *Allocation) []store.Key { return []store.Key{store.K(a.Order)} }},
		{Name: "invoice", Keys: func(a *Allocation) []store.Key { return []store.Key{store.K(a.Invoice, a.Line)} }},
		{Name: "reverses", Keys: func(a *Allocation) []store.Key {
			if a.Reverses == "" {
				return nil
			}
			return []store.Key{store.K(a.Reverses)}
		}},
	},
})

// Billing says how far a source is billed. A time entry that is billed, or was and is
// credited, shows it by this and by no flag.
type Billing struct {
	Billed   money.Quantity `json:"billed"`   // on invoices
	Credited money.Quantity `json:"credited"` // taken back by credit notes
}

// Live is what stands on invoices and is not credited.
func (b Billing) Live() money.Quantity { return b.Billed.Sub(b.Credited) }

// State is the derived word: "", "billed" or "credited".
func (b Billing) State() string {
	switch {
	case !b.Live().IsZero():
		return "billed"
	case !b.Credited.IsZero():
		return "credited"
	}
	return ""
}

// Billed reads how far a time entry, item or milestone is billed.
func Billed(r store.Reader, src store.ID) (Billing, error) {
	var b Billing
	for a, err := range Allocations.By(r, "source", store.K(src)) {
		if err != nil {
			return b, err
		}
		if a.Sign == -1 {
			b.Credited = b.Credited.Add(a.Qty)
		} else {
			b.Billed = b.Billed.Add(a.Qty)
		}
	}
	return b, nil
}

// refuseBilled refuses to change what stands on a released invoice.
func refuseBilled(r store.Reader, src store.ID, what string) error {
	b, err := Billed(r, src)
	if err != nil || b.Live().IsZero() {
		return err
	}
	number := ""
	for a, err := range Allocations.By(r, "source", store.K(src)) {
		if err != nil {
			return err
		}
		if a.Sign == -1 {
			continue
		}
		inv, err := Invoices.Get(r, a.Invoice)
		if err != nil {
			return err
		}
		number = inv.Number // ids go by time, so the last one is the one that stands
	}
	return fault.Refusedf("%s is billed on %s and cannot change", what, number).With("source.billed").
		Hint(`callout invoice credit %s --reason "…"`, number)
}

// broken refuses what would break a promise that no command of the product breaks.
func broken(code, format string, args ...any) error {
	return fault.Refusedf(format, args...).With(code)
}

// checkAllocations holds the ledger: nothing is billed twice, credited more than billed, or moved.
func checkAllocations(tx *store.Tx) error {
	changed, err := Allocations.Changed(tx)
	if err != nil {
		return err
	}
	var charges, reversed []store.ID
	for _, ch := range changed {
		if ch.Before != nil {
			return broken("allocation.fixed", "an allocation never changes")
		}
		charges = append(charges, ch.After.Charge)
		if ch.After.Reverses != "" {
			reversed = append(reversed, ch.After.Reverses)
		}
	}
	for _, id := range unique(charges) {
		if err := chargeBalance(tx, id); err != nil {
			return err
		}
	}
	for _, id := range unique(reversed) {
		if err := reversalBalance(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// chargeBalance holds a charge: between nothing and all of it is billed.
func chargeBalance(r store.Reader, id store.ID) error {
	c, err := Charges.Get(r, id)
	if err != nil {
		return err
	}
	var live money.Quantity
	for a, err := range Allocations.By(r, "charge", store.K(id)) {
		if err != nil {
			return err
		}
		if a.Source != c.Source || a.Part != c.Part || a.Order != c.Order || a.Kind != c.Kind {
			return broken("allocation.charge", "an allocation of %s names another source than its charge", id)
		}
		live = live.Add(a.effect())
	}
	if !within(live, c.Qty) {
		return broken("allocation.overbilled", "%q would be billed %s of %s %s", c.Text, live, c.Qty, c.Unit)
	}
	if !live.IsZero() && c.State != ChargeApproved {
		return broken("allocation.unapproved", "%q would be billed, but its charge is %s", c.Text, c.State)
	}
	return nil
}

// reversalBalance holds one allocation: it is credited at most as far as it bills.
func reversalBalance(r store.Reader, id store.ID) error {
	orig, err := Allocations.Get(r, id)
	if err != nil {
		return err
	}
	var back money.Quantity
	left := orig.Amount
	for a, err := range Allocations.By(r, "reverses", store.K(id)) {
		if err != nil {
			return err
		}
		if orig.Sign == -1 || a.Sign == 1 || a.Charge != orig.Charge {
			return broken("allocation.reversal", "an allocation reverses what it does not fit")
		}
		back, left = back.Add(a.Qty), left.Sub(a.Amount)
	}
	if !within(back, orig.Qty) || left.Sign()*orig.Amount.Sign() < 0 || left.Abs().Cmp(orig.Amount.Abs()) > 0 {
		return broken("allocation.overcredited", "line %d would be credited %s of %s, and %s of %s", orig.Line, back, orig.Qty, orig.Amount.Sub(left), orig.Amount)
	}
	return nil
}

// within reports whether q lies between nothing and the whole, which may be negative.
func within(q, whole money.Quantity) bool {
	if whole.Sign() < 0 {
		q, whole = q.Neg(), whole.Neg()
	}
	return q.Sign() >= 0 && q.Cmp(whole) <= 0
}
