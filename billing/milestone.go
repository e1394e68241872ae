package billing

import (
	"fmt"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Milestone is a billing point of an order: an amount, a share of the agreed price, what the
// other milestones leave of it, or what was worked. On an order that has milestones with amounts or shares, and none
// for what was worked, time and items are covered by them: they cost, and are not billed.
type Milestone struct {
	store.Record
	Order store.ID `json:"order"`
	N     int      `json:"n"` // 1, 2, … within the order
	Title string   `json:"title"`
	// Amount is what it bills before tax.
	Amount *money.Amount `json:"amount,omitempty"`
	// Percent is the share of the agreed price; with neither, what was worked is billed.
	Percent *money.Percent `json:"percent,omitempty"`
	// Rest bills what the other milestones leave of the agreed price.
	Rest     bool            `json:"rest,omitempty"`
	TaxClass string          `json:"tax_class,omitempty"`
	Status   MilestoneStatus `json:"status"`
	// Change is the change order that brought it, on top of the agreed price.
	Change   store.ID  `json:"change_order,omitempty"`
	ReadyAt  time.Time `json:"ready_at,omitzero"` // when the work that it stands for was complete
	SetBy    store.ID  `json:"set_by"`
	Revision int       `json:"revision,omitempty"` // the amendment of the order that it bills
	// Needs is what makes it ready; the completion of the order when nil.
	Needs *MilestoneNeeds `json:"needs,omitempty"`
	Why   string          `json:"why,omitempty"` // why it was canceled, or fell back
}

// MilestoneStatus is where a milestone stands.
type MilestoneStatus string

// The statuses of a milestone.
const (
	MilestonePlanned  MilestoneStatus = "planned"
	MilestoneReady    MilestoneStatus = "ready"
	MilestoneReleased MilestoneStatus = "released"
	MilestoneCanceled MilestoneStatus = "canceled"
)

// MilestoneTransitions is what may happen to a milestone. Reach, fall back, release and
// credit follow from the work and from invoices; nobody does them by hand.
func MilestoneTransitions() map[MilestoneStatus]map[string]MilestoneStatus {
	return map[MilestoneStatus]map[string]MilestoneStatus{
		MilestonePlanned:  {"reach": MilestoneReady, "cancel": MilestoneCanceled},
		MilestoneReady:    {"fall-back": MilestonePlanned, "release": MilestoneReleased, "cancel": MilestoneCanceled},
		MilestoneReleased: {"credit": MilestoneReady},
		MilestoneCanceled: {},
	}
}

func (m *Milestone) move(action string) error {
	next, ok := MilestoneTransitions()[m.Status][action]
	if !ok {
		return fault.Refusedf("the milestone %s is %s", m.Title, m.Status).With("milestone.status").
			Hint("callout milestone list %s", m.Order)
	}
	m.Status = next
	return nil
}

// Basis says what a milestone bills.
type Basis string

// The bases.
const (
	ByAmount  Basis = "amount"
	ByPercent Basis = "percent"
	ByRest    Basis = "rest"
	ByActuals Basis = "actuals"
)

// Basis returns what the milestone bills.
func (m *Milestone) Basis() Basis {
	switch {
	case m.Amount != nil:
		return ByAmount
	case m.Percent != nil:
		return ByPercent
	case m.Rest:
		return ByRest
	}
	return ByActuals
}

// MilestoneRow is what a list of milestones shows.
type MilestoneRow struct {
	ID      store.ID        `json:"id"`
	Order   store.ID        `json:"order"`
	N       int             `json:"n"`
	Title   string          `json:"title"`
	Basis   Basis           `json:"basis"`
	Amount  *money.Amount   `json:"amount,omitempty"`
	Percent *money.Percent  `json:"percent,omitempty"`
	Status  MilestoneStatus `json:"status"`
	ReadyAt time.Time       `json:"ready_at,omitzero"`
	Change  store.ID        `json:"change_order,omitempty"`
}

// Milestones holds the milestones: by order and number, by status.
var Milestones = store.Define(store.Def[Milestone, MilestoneRow]{
	Name: "milestone", Prefix: "ms", Title: "milestone",
	Row: func(m *Milestone) MilestoneRow {
		return MilestoneRow{m.ID, m.Order, m.N, m.Title, m.Basis(), m.Amount, m.Percent, m.Status, m.ReadyAt, m.Change}
	},
	Indexes: []store.Index[Milestone]{
		{
			Name: "order", Unique: true,
			Keys: func(m *Milestone) []store.Key { return []store.Key{store.K(m.Order, m.N)} },
		},
		{Name: "status", Keys: func(m *Milestone) []store.Key { return []store.Key{store.K(string(m.Status), m.ReadyAt)} }},
	},
})

// AddMilestone plans a billing point.
type AddMilestone struct {
	Order     store.ID       `json:"order"`
	Milestone string         `json:"name"`
	Amount    *money.Amount  `json:"amount,omitempty"`
	Percent   *money.Percent `json:"percent,omitempty"`
	Rest      bool           `json:"rest,omitempty"` // what the others leave of the agreed price
	TaxClass  string         `json:"tax_class,omitempty"`
	// Needs is what makes it ready, where that is not the completion of the order.
	Needs *MilestoneNeeds `json:"needs,omitempty"`
	// Price agrees the price of the order in the same breath, see [SetTerms].
	Price *money.Amount `json:"price,omitempty"`
}

// Name implements store.Command.
func (c *AddMilestone) Name() string { return "milestone.add.v1" }

// Undoable implements store.Undoable.
func (c *AddMilestone) Undoable() {}

// Do implements store.Command.
func (c *AddMilestone) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	if c.Price != nil {
		if err := (&SetTerms{Price: c.Price}).apply(tx, o); err != nil {
			return err
		}
	}
	m := &Milestone{
		Order: o.ID, Title: c.Milestone, Amount: c.Amount, Percent: c.Percent, Rest: c.Rest, TaxClass: c.TaxClass, Needs: c.Needs,
		Status: MilestonePlanned, SetBy: tx.Env.Actor.ID,
	}
	if err := m.add(tx); err != nil {
		return err
	}
	tx.Returns(m.ID, "")
	return nil
}

// add numbers a new milestone, checks it and keeps it.
func (m *Milestone) add(tx *store.Tx) error {
	for row, err := range Milestones.Rows(tx, "order", store.Prefix(store.K(m.Order))) {
		if err != nil {
			return err
		}
		m.N = row.N
	}
	m.N++
	m.ID = Milestones.NewID(tx, fmt.Sprintf("%s/%d", m.Order, m.N))
	if err := m.check(tx); err != nil {
		return err
	}
	return Milestones.Put(tx, m)
}

// check holds a new milestone, which is not kept yet, to its rules; together the shares are 100 % at most.
func (m *Milestone) check(tx *store.Tx) (err error) {
	if m.Title, err = party.ParseName("name", "milestone", m.Title); err != nil {
		return err
	}
	if m.TaxClass, err = taxClass("tax", m.TaxClass); err != nil {
		return err
	}
	if m.Needs != nil {
		if err := m.Needs.check(tx, m.Order); err != nil {
			return err
		}
		if m.Basis() == ByActuals {
			return fault.Invalidf("needs", "what was worked is billed when the work is complete").With("milestone.needs").
				Hint("--amount … or --percent …")
		}
	}
	if m.Amount != nil && m.Percent != nil || m.Rest && (m.Amount != nil || m.Percent != nil) {
		return fault.Invalidf("amount", "a milestone has an amount, or a share of the agreed price, or what is left of it, not both").
			With("milestone.basis")
	}
	if m.Basis() != ByActuals {
		if err := oneWay(tx, m.Order, wayMilestones); err != nil {
			return err
		}
	}
	if m.Rest {
		for o, err := range Milestones.By(tx, "order", store.K(m.Order)) {
			if err != nil {
				return err
			}
			if o.Rest && o.Status != MilestoneCanceled {
				return fault.Refusedf("%s bills the rest already", o.Title).With("milestone.two-rests").
					Hint("callout milestone list %s", m.Order)
			}
		}
	}
	if m.Amount != nil {
		a, err := stated(tx, "amount", *m.Amount)
		if err != nil {
			return err
		}
		if a.Sign() <= 0 {
			return fault.Invalidf("amount", "a milestone bills more than nothing").With("milestone.amount")
		}
		m.Amount = &a
	}
	if m.Percent == nil {
		return nil
	}
	if err := m.Percent.Check("percent"); err != nil {
		return err
	}
	if m.Percent.Sign() <= 0 {
		return fault.Invalidf("percent", "a milestone bills more than nothing").With("milestone.amount")
	}
	sum := *m.Percent
	for o, err := range Milestones.By(tx, "order", store.K(m.Order)) {
		if err != nil {
			return err
		}
		if o.Percent != nil && o.Status != MilestoneCanceled {
			sum = sum.Add(*o.Percent)
		}
	}
	if sum.Cmp(money.NewPercent(100, 0)) > 0 {
		order, err := work.WorkOrders.Get(tx, m.Order)
		if err != nil {
			return err
		}
		return fault.Invalidf("percent", "the milestones' shares would come to %s", sum.Format()).With("milestone.over-100").
			Hint("callout milestone list %s", order.Number)
	}
	return nil
}

// CancelMilestone strikes a billing point that is not released. The reason is required.
type CancelMilestone struct {
	Milestone store.ID `json:"milestone"`
}

// Name implements store.Command.
func (c *CancelMilestone) Name() string { return "milestone.cancel.v1" }

// Undoable implements store.Undoable.
func (c *CancelMilestone) Undoable() {}

// Do implements store.Command.
func (c *CancelMilestone) Do(tx *store.Tx) error {
	m, err := Milestones.Get(tx, c.Milestone)
	if err != nil {
		return err
	}
	tx.Returns(m.ID, "")
	if err := m.move("cancel"); err != nil {
		return err
	}
	if m.Why, err = reason(tx.Env.Reason, "striking a milestone needs a reason"); err != nil {
		return err
	}
	return Milestones.Put(tx, m)
}

// fromTemplate is the derivation that gives a new order the milestones of its work type.
func fromTemplate(tx *store.Tx) error {
	changed, err := work.WorkOrders.Changed(tx, store.Created, func(_, o *work.WorkOrder) bool { return o != nil && o.Pins[work.PinWorkType].ID != "" })
	if err != nil {
		return err
	}
	for _, ch := range changed {
		kind, err := work.WorkTypes.At(tx, ch.After.Pins[work.PinWorkType])
		if err != nil {
			return err
		}
		for i, mt := range kind.Milestones {
			if err := planned(tx, ch.After, i+1, mt); err != nil {
				return err
			}
		}
	}
	return nil
}

// planned makes a milestone of a template.
func planned(tx *store.Tx, o *work.WorkOrder, n int, mt work.MilestoneTemplate) error {
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	m := &Milestone{Order: o.ID, N: n, Title: mt.Name, Status: MilestonePlanned, SetBy: tx.Env.Actor.ID}
	if mt.Amount != "" {
		a, err := money.ParseAmount("amount", mt.Amount, company.Currency)
		if err != nil {
			return err
		}
		m.Amount = &a
	}
	if mt.Percent != "" {
		p, err := money.ParsePercent("percent", mt.Percent)
		if err != nil {
			return err
		}
		m.Percent = &p
	}
	m.ID = Milestones.NewID(tx, fmt.Sprintf("%s/%d", o.ID, n))
	if err := m.check(tx); err != nil {
		return err
	}
	return Milestones.Put(tx, m)
}
