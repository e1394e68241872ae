package billing_test

import (
	"strconv"
	"strings"
	"testing"

	. "callout/billing"
	"callout/store"
)

// forge is a command that no product has: it writes what it likes.
type forge struct {
	What string   `json:"what"`
	ID   store.ID `json:"id"`
	do   func(tx *store.Tx) error
}

func (c *forge) Name() string { return "test.forge.v1" }

func (c *forge) Do(tx *store.Tx) error { return c.do(tx) }

// change is a forgery of one record.
func change[T, R any](c *store.Collection[T, R], id store.ID, edit func(tx *store.Tx, rec *T)) *forge {
	return &forge{What: c.Name(), ID: id, do: func(tx *store.Tx) error {
		rec, err := c.Get(tx, id)
		if err != nil {
			return err
		}
		edit(tx, rec)
		return c.Put(tx, rec)
	}}
}

// TestForgeriesAreRefusedAndFound breaks one promise after the other. With the checks in place
// nobody can; where they are missing, the audit finds what was done.
func TestForgeriesAreRefusedAndFound(t *testing.T) {
	type scene struct {
		k     *shop
		inv   *Invoice
		item  store.ID
		entry store.ID
		alloc store.ID
	}
	for _, c := range []struct {
		name, code, audit string
		forge             func(s *scene) *forge
	}{
		{"bill a charge twice", "allocation.overbilled", "would be billed", func(s *scene) *forge {
			return change(Allocations, s.alloc, func(tx *store.Tx, a *Allocation) { a.ID = Allocations.NewID(tx, "again") })
		}},
		{"bill more than there is", "allocation.fixed", "its allocations", func(s *scene) *forge {
			return change(Allocations, s.alloc, func(_ *store.Tx, a *Allocation) { a.Qty = qty("0.5") })
		}},
		{"credit without a credit note", "", "wrong sign", func(s *scene) *forge {
			return change(Allocations, s.alloc, func(tx *store.Tx, a *Allocation) {
				a.Reverses, a.Sign, a.ID = a.ID, -1, Allocations.NewID(tx, "back")
			})
		}},
		{"credit more than was billed", "allocation.overbilled", "would be", func(s *scene) *forge {
			return change(Allocations, s.alloc, func(tx *store.Tx, a *Allocation) {
				a.Reverses, a.Sign, a.Qty, a.ID = a.ID, -1, qty("99"), Allocations.NewID(tx, "back")
			})
		}},
		{"reverse somebody else's allocation", "allocation.charge", "another source", func(s *scene) *forge {
			return change(Allocations, s.alloc, func(tx *store.Tx, a *Allocation) {
				a.Source, a.Sign, a.ID = s.entry, -1, Allocations.NewID(tx, "back")
			})
		}},
		{"credit one of two halves twice", "allocation.overcredited", "would be credited", func(s *scene) *forge {
			return &forge{What: "credit", ID: s.alloc, do: func(tx *store.Tx) error {
				a, err := Allocations.Get(tx, s.alloc)
				if err != nil {
					return err
				}
				// The item is billed once more as far as it is credited, so that its charge is in balance.
				for i, sign := range []int{-1, -1, 1} {
					b := *a
					if b.ID, b.Sign = Allocations.NewID(tx, strconv.Itoa(i)), sign; sign < 0 {
						b.Reverses = a.ID
					} else {
						b.Qty = qty("4")
					}
					if err := Allocations.Put(tx, &b); err != nil {
						return err
					}
				}
				return nil
			}}
		}},
		{"edit a released invoice", "invoice.fixed", "hash was taken over", func(s *scene) *forge {
			return change(Invoices, s.inv.ID, func(_ *store.Tx, i *Invoice) { i.Buyer.Name = "Somebody else" })
		}},
		{"change its total", "invoice.fixed", "does not add up", func(s *scene) *forge {
			return change(Invoices, s.inv.ID, func(_ *store.Tx, i *Invoice) { i.Gross = amount("1") })
		}},
		{"give it another number", "invoice.fixed", "should be", func(s *scene) *forge {
			return change(Invoices, s.inv.ID, func(_ *store.Tx, i *Invoice) { i.Number = "INV-2026-00009" })
		}},
		{"delete it", "invoice.fixed", "documents carry one", func(s *scene) *forge {
			return &forge{What: "delete", ID: s.inv.ID, do: func(tx *store.Tx) error { return Invoices.Delete(tx, s.inv.ID) }}
		}},
		{"reprice an approved charge", "charge.fixed", "hash was taken over", func(s *scene) *forge {
			return change(Charges, s.inv.Lines[0].Charge, func(_ *store.Tx, c *Charge) { c.Price = pricep("1") })
		}},
		{"edit approved time", "time.fixed", "nobody approved it as it is", func(s *scene) *forge {
			return change(TimeEntries, s.entry, func(_ *store.Tx, e *TimeEntry) { e.To = e.To.Add(3600e9) })
		}},
		{"edit a billed item", "source.billed", "", func(s *scene) *forge {
			return change(LineItems, s.item, func(_ *store.Tx, i *LineItem) { i.Qty = qty("9") })
		}},
		{"edit a payment", "payment.fixed", "", func(s *scene) *forge {
			return change(Payments, s.k.paid("5", s.inv.ID).ID, func(_ *store.Tx, p *Payment) { p.Amount = amount("500") })
		}},
		{"pay with more than came in", "settlement.over", "would be settled", func(s *scene) *forge {
			p := s.k.paid("5", s.inv.ID)
			return &forge{What: "pay twice", ID: p.ID, do: func(tx *store.Tx) error {
				for x, err := range Settlements.By(tx, "from", store.K(p.ID)) {
					if err != nil {
						return err
					}
					x.ID = Settlements.NewID(tx, "again")
					return Settlements.Put(tx, x)
				}
				return nil
			}}
		}},
		{"give a key two prices", "price.overlap", "", func(s *scene) *forge {
			return &forge{What: "two prices", do: func(tx *store.Tx) error {
				for p, err := range BookPrices.All(tx) {
					if err != nil {
						return err
					}
					p.ID = BookPrices.NewID(tx, "other")
					return BookPrices.Put(tx, p)
				}
				return nil
			}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, checked := range []bool{true, false} {
				checks := Checks()
				if !checked {
					checks = nil
				}
				s := &scene{k: openShop(t, checks)}
				s.k.invoiced("7") // with which everything is as it should be
				o := s.k.order()
				s.item = s.k.item(o, "2", "50")
				s.entry = s.k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
				s.k.complete(o)
				s.inv = s.k.released(o)
				s.k.read(func(r store.Reader) error {
					for id, err := range Allocations.IDs(r, "source", store.K(s.item)) {
						s.alloc = id
						return err
					}
					return nil
				})
				if checked && c.code != "" {
					s.k.refused(c.code, as{cmd: c.forge(s)})
					s.k.audited()
					continue
				}
				s.k.must(c.forge(s))
				if c.audit != "" {
					contains(t, strings.Join(s.k.findings(), "\n"), c.audit)
				}
			}
		})
	}
}

// findings runs the room's audits and returns what they say.
func (k *shop) findings() []string {
	k.tb.Helper()
	var out []string
	k.read(func(r store.Reader) error {
		for _, a := range Audits() {
			if err := a.Run(r, func(_ store.ID, msg string) { out = append(out, msg) }); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// TestTwoPricesAtOnceAreNoPrice looks at what pricing makes of a book that the checks
// never let come about: an error that names both, and no choice between them.
func TestTwoPricesAtOnceAreNoPrice(t *testing.T) {
	k := openShop(t, nil)
	k.must(&forge{What: "two prices", do: func(tx *store.Tx) error {
		for p, err := range BookPrices.All(tx) {
			if err != nil {
				return err
			}
			if p.Key != "labour" {
				continue
			}
			p.ID, p.Price = BookPrices.NewID(tx, "other"), price("91")
			return BookPrices.Put(tx, p)
		}
		return nil
	}})
	x := k.explain("", "labour", "2026-03-01")
	if x.Price != nil {
		t.Errorf("it chose %s", x.Price)
	}
	contains(t, x.Problem, "two prices")
	contains(t, x.Problem, "90")
	contains(t, x.Problem, "91")
}
