package billing

import (
	"cmp"
	"maps"
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// RebillInvoice proposes a new invoice over exactly what a credit note gave back, or all
// credit notes of an invoice, as far as it is not billed again yet. It is priced by the
// service dates, or by another day.
type RebillInvoice struct {
	Of       store.ID      `json:"of"` // a credit note, or an invoice that was credited
	PricedOn calendar.Date `json:"priced_on,omitzero"`
}

// Name implements store.Command.
func (c *RebillInvoice) Name() string { return "invoice.rebill.v1" }

// Do implements store.Command.
func (c *RebillInvoice) Do(tx *store.Tx) error {
	of, err := Invoices.Get(tx, c.Of)
	if err != nil {
		return err
	}
	notes := []Invoice{*of}
	if of.Kind != KindCreditNote {
		if notes, err = creditsOf(tx, of.ID); err != nil {
			return err
		}
	}
	freed := map[freedKey]money.Quantity{}
	for i := range notes {
		if notes[i].Status == InvoiceReleased {
			notes[i].freeInto(freed)
		}
	}
	if len(freed) == 0 {
		return fault.Refusedf("nothing of %s was given back", of.Name()).With("rebill.nothing").
			Hint(`callout invoice credit %s --line 1 --qty … --reason "…"`, of.Name())
	}
	s, err := Load(tx, of.Order, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	only := s.reopened(freed)
	if len(only) == 0 {
		return fault.Refusedf("what was given back of %s is billed again, or on its way", of.Name()).With("rebill.nothing").
			Hint("callout invoice list --order %s", s.Order.Number)
	}
	return (&ProposeInvoice{Order: of.Order, Only: only, PricedOn: c.PricedOn, Fresh: true}).Do(tx)
}

// freedKey is a source, or one part of it.
type freedKey struct {
	source store.ID
	part   string
}

// freeInto adds what a credit note gives back, by source and part.
func (inv *Invoice) freeInto(freed map[freedKey]money.Quantity) {
	for i := range inv.Lines {
		l := &inv.Lines[i]
		if q := l.freed(); !q.IsZero() {
			k := freedKey{l.Source, l.Part}
			freed[k] = freed[k].Add(q)
		}
	}
}

// reopened selects of what was given back all that is open. What comes to other parts by now
// than it did then is taken as a whole: only all of it can have been given back.
func (s *Snapshot) reopened(freed map[freedKey]money.Quantity) []Selection {
	var out []Selection
	all := s.byID()
	keys := slices.SortedFunc(maps.Keys(freed), func(a, b freedKey) int {
		return cmp.Or(cmp.Compare(a.source, b.source), comparePart(a.part, b.part))
	})
	whole := map[store.ID]bool{}
	for _, k := range keys {
		src, ok := all[k.source]
		if !ok || whole[k.source] {
			continue
		}
		open := s.open(src, "")
		i := slices.IndexFunc(open, func(u unbilled) bool { return u.charge.Part == k.part })
		if i < 0 {
			whole[k.source] = true
			out = slices.DeleteFunc(out, func(o Selection) bool { return o.Source == k.source })
			out = append(out, Selection{Source: k.source})
			continue
		}
		u := &open[i]
		if u.qty.IsZero() {
			continue
		}
		sel := Selection{Source: k.source, Part: k.part}
		if qty := freed[k]; within(qty, u.qty) && !qty.Equal(u.qty) {
			sel.Qty = &qty
		}
		out = append(out, sel)
	}
	return out
}

// pricedFor is the snapshot with what an invoice picks priced by the day that was chosen for it.
func (s *Snapshot) pricedFor(inv *Invoice) *Snapshot {
	if inv.PricedOn.IsZero() {
		return s
	}
	t := *s
	t.priceOn, t.worth = inv.PricedOn, maps.Clone(s.worth)
	all := s.byID()
	for _, sel := range inv.Only {
		if x, ok := all[sel.Source]; ok {
			t.worth[sel.Source] = t.charges(x)
		}
	}
	return &t
}
