package billing

import (
	"fmt"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Deposit is a sum that is asked for before the work, with its tax, on an invoice of its own
// kind and series. The invoices for the work deduct exactly what was invoiced, per tax
// category: computing it anew leaves a cent (odoo/odoo#278984).
type Deposit struct {
	store.Record
	Order    store.ID      `json:"order"`
	N        int           `json:"n"` // 1, 2, … within the order
	Title    string        `json:"title"`
	Amount   money.Amount  `json:"amount"` // before tax
	On       calendar.Date `json:"on"`     // when it was asked for; its tax goes by it
	TaxClass string        `json:"tax_class,omitempty"`
	SetBy    store.ID      `json:"set_by"`
}

// Deposits holds what was asked for ahead, by order and number.
var Deposits = store.Define(store.Def[Deposit, store.NoRow]{
	Name: "deposit", Prefix: "dep", Title: "deposit",
	Indexes: []store.Index[Deposit]{{
		Name: "order", Unique: true,
		Keys: func(d *Deposit) []store.Key { return []store.Key{store.K(d.Order, d.N)} },
	}},
})

// ProposeDeposit proposes a deposit invoice for an order: over an amount, or over a share of
// what the order comes to. A share of work that is taxed in several ways becomes one sum for each.
type ProposeDeposit struct {
	Order    store.ID       `json:"order"`
	Amount   *money.Amount  `json:"amount,omitempty"`
	Percent  *money.Percent `json:"percent,omitempty"`
	Title    string         `json:"title,omitempty"`
	TaxClass string         `json:"tax_class,omitempty"` // of an amount
}

// Name implements store.Command.
func (c *ProposeDeposit) Name() string { return "invoice.propose_deposit.v1" }

// Do implements store.Command.
func (c *ProposeDeposit) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	inv := &Invoice{Kind: KindDeposit, Order: o.ID, Status: InvoiceDraft}
	inv.ID = Invoices.NewID(tx, "deposit")
	sums, err := c.sums(tx, o)
	if err != nil {
		return err
	}
	n := 0
	for d, err := range Deposits.By(tx, "order", store.K(o.ID)) {
		if err != nil {
			return err
		}
		n = d.N
	}
	for i := range sums {
		d := &sums[i]
		d.N = n + 1 + i
		d.ID = Deposits.NewID(tx, fmt.Sprintf("%s/%d", o.ID, d.N))
		if err := Deposits.Put(tx, d); err != nil {
			return err
		}
		inv.Only = append(inv.Only, Selection{Source: d.ID})
	}
	tx.Returns(inv.ID, "")
	return inv.propose(tx)
}

// sums is what is asked for, one sum for each tax class.
func (c *ProposeDeposit) sums(tx *store.Tx, o *work.WorkOrder) ([]Deposit, error) {
	title, err := line("title", c.Title)
	if err != nil {
		return nil, err
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return nil, err
	}
	class, err := taxClass("tax", c.TaxClass)
	if err != nil {
		return nil, err
	}
	if (c.Amount == nil) == (c.Percent == nil) {
		return nil, fault.Invalidf("deposit", "a deposit is an amount, or a share of what the order comes to").With("deposit.basis").
			Hint("callout invoice deposit %s --percent 30", o.Number)
	}
	zone, err := calendar.LoadZone("zone", company.Zone)
	if err != nil {
		return nil, err
	}
	one := func(class string, a money.Amount) Deposit {
		return Deposit{On: calendar.DateOf(tx.Env.OccurredAt, zone), Order: o.ID, Title: title, Amount: a, TaxClass: class, SetBy: tx.Env.Actor.ID}
	}
	if c.Amount != nil {
		a, err := c.Amount.In("amount", company.Currency)
		if err != nil {
			return nil, err
		}
		if a.Sign() <= 0 {
			return nil, fault.Invalidf("amount", "a deposit asks for more than nothing").With("deposit.amount")
		}
		if title == "" {
			title = "Deposit"
		}
		return []Deposit{one(class, a)}, nil
	}
	if err := c.Percent.Check("percent"); err != nil {
		return nil, err
	}
	if c.Percent.Sign() <= 0 || c.Percent.Cmp(money.NewPercent(100, 0)) > 0 {
		return nil, fault.Invalidf("percent", "a deposit is more than nothing and at most all of it").With("deposit.amount")
	}
	if title == "" {
		title = "Deposit, " + c.Percent.Format()
	}
	s, err := Load(tx, o.ID, tx.Env.RecordedAt)
	if err != nil {
		return nil, err
	}
	var out []Deposit
	classes, nets, err := s.worthByClass(class)
	if err != nil {
		return nil, err
	}
	for i, class := range classes {
		if a := money.PercentOf(nets[i], *c.Percent, s.Company.Currency, s.Rules.Rounding); a.Sign() > 0 {
			out = append(out, one(class, a))
		}
	}
	if len(out) == 0 {
		return nil, fault.Refusedf("%s has no price yet that a deposit could be a share of", o.Number).With("deposit.base").
			Hint("callout invoice deposit %s --amount …", o.Number)
	}
	return out, nil
}

// worthByClass is what the order comes to in each tax class: the agreed price, the
// schedule or the ordered positions, or what is recorded so far. Work without a price is refused.
func (s *Snapshot) worthByClass(class string) (classes []string, nets []money.Amount, err error) {
	add := func(class string, a money.Amount) {
		if s.Terms.TaxClass != "" {
			class = s.Terms.TaxClass
		}
		if class == "" {
			class = s.Tax.Default
		}
		for i, c := range classes {
			if c == class {
				nets[i] = nets[i].Add(a)
				return
			}
		}
		classes, nets = append(classes, class), append(nets, a)
	}
	switch {
	case s.Terms.Price != nil:
		add(class, *s.Terms.Price)
	case len(s.Schedule) > 0:
		for _, row := range s.Schedule {
			add(row.TaxClass, row.Value)
		}
	case len(s.Positions) > 0:
		for _, p := range s.Positions {
			add(p.TaxClass, money.LineAmount(p.Ordered, p.Price, s.Company.Currency, s.Rules.Rounding))
		}
	default:
		for _, x := range s.sources() {
			for _, c := range s.worth[x.id] {
				if x.deposit != nil || c.Covered != "" {
					continue
				}
				if len(c.problems) > 0 {
					return nil, nil, fault.Refusedf("a deposit cannot be a share of what has no price: %s", c.problems[0].text).
						With("deposit.unpriced").Hint("callout invoice deposit %s --amount …", s.Order.Number)
				}
				add(c.TaxClass, c.Amount)
			}
		}
	}
	return classes, nets, nil
}
