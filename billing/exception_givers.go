package billing

import (
	"cmp"
	"maps"
	"slices"

	"callout/store"
)

// givers are those who gave discounts and goodwill on what a document bills. Where the shop has rules of its own they let
// something go like whoever names a price by hand. Under a preset nobody is asked about either.
func (s *Snapshot) givers(inv *Invoice, billed map[store.ID]bool) []Granter {
	var out []Granter
	if s.Policy.Preset() {
		return nil
	}
	add := func(what string, people []store.ID) {
		for _, id := range people {
			out = append(out, Granter{id, s.names[id], what})
		}
	}
	for i := range s.Items {
		if d := s.Items[i].Discount; d != nil && billed[s.Items[i].ID] {
			add("gave "+d.words()+" off "+s.Items[i].Text, d.Grant.People(d.By))
		}
	}
	for _, a := range s.Terms.Adjustments {
		if a.lets() && (a.On == "" || s.takenOff(billed, &a)) {
			add("gave "+a.words()+" off "+cmp.Or(a.On, "the invoices"), a.Grant.People(a.By))
		}
	}
	for _, a := range inv.Own {
		if a.lets() {
			add("gave "+a.words()+" off the invoice", a.Grant.People(a.By))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.coverage.decisions)) {
		d := s.coverage.decisions[id]
		if d.As != CoverNone {
			add("decided on "+string(d.As), d.Grant.People(d.By))
		}
	}
	return out
}

// lets reports whether an adjustment lets something go: what is added does not.
func (a *Adjustment) lets() bool { return !a.Surcharge && !a.none() }

// takenOff reports whether a discount on a kind of work is that of anything billed.
func (s *Snapshot) takenOff(billed map[store.ID]bool, a *Adjustment) bool {
	for id := range billed {
		for _, c := range s.worth[id] {
			if c.DiscountBy == a.By && c.Discount.same(&a.Discount) {
				return true
			}
		}
	}
	return false
}

// giving are all who gave discounts and goodwill on the order.
func (s *Snapshot) giving() []store.ID {
	var out []store.ID
	for i := range s.Items {
		if d := s.Items[i].Discount; d != nil {
			out = append(out, d.Grant.People(d.By)...)
		}
	}
	for _, a := range s.Terms.Adjustments {
		out = append(out, a.Grant.People(a.By)...)
	}
	for i := range s.Invoices {
		for _, a := range s.Invoices[i].Own {
			out = append(out, a.By)
		}
	}
	for _, d := range s.coverage.decisions {
		out = append(out, d.Grant.People(d.By)...)
	}
	return out
}
