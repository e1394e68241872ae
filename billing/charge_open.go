package billing

import (
	"slices"

	"callout/money"
	"callout/store"
)

// unbilled is how much of a charge is not billed.
type unbilled struct {
	charge Charge // with an id where it is kept already
	qty    money.Quantity
}

// open says, for each part of a source, how much is neither billed nor on another open
// invoice.
func (s *Snapshot) open(x source, except store.ID) []unbilled {
	charges := s.counted(x)
	// Where an open invoice bills the source by another division, nothing of it is left
	// until that invoice is proposed again or given up.
	taken := slices.ContainsFunc(s.onOpen[x.id], func(v reservation) bool {
		return v.invoice != except && !slices.ContainsFunc(charges, func(c Charge) bool { return c.Part == v.part })
	})
	out := make([]unbilled, len(charges))
	for i, c := range charges {
		out[i].charge = c
		if (c.Covered == "" || c.Shown) && !taken {
			out[i].qty = c.Qty.Sub(s.Live[c.ID]).Sub(s.reserved(x.id, c.Part, except))
		}
	}
	return out
}

// openPart finds what is open of the charge that a line bills, among the sources by id. It is not
// found where the source is gone, or comes to other parts now.
func (s *Snapshot) openPart(all map[store.ID]source, l *InvoiceLine, except store.ID) (unbilled, bool) {
	src, ok := all[l.Source]
	if !ok {
		return unbilled{}, false
	}
	for _, u := range s.open(src, except) {
		if u.charge.Part == l.Part {
			return u, true
		}
	}
	return unbilled{}, false
}

// counted lists the charges that count for a source, by part. Once anything
// of the source is billed, those are the charges that were kept then, whatever was set since:
// the rest is billed at the same prices, and divided as it was. Otherwise they are
// computed, and are those that are kept already wherever they ask for the same.
func (s *Snapshot) counted(x source) []Charge {
	standing := s.Charges[x.id]
	if s.begun(x.id) {
		out := make([]Charge, len(standing))
		for i, c := range standing {
			out[i] = *c
		}
		return out
	}
	out := slices.Clone(s.worth[x.id])
	for i := range out {
		if c := s.standing(x.id, out[i].Part); c != nil && c.equal(&out[i]) {
			out[i] = *c
		}
	}
	return out
}

// begun reports whether any part of a source is billed.
func (s *Snapshot) begun(src store.ID) bool {
	return slices.ContainsFunc(s.Charges[src], func(c *Charge) bool { return !s.Live[c.ID].IsZero() })
}

// standing returns the charge that stands for a part of a source, or nil.
func (s *Snapshot) standing(src store.ID, part string) *Charge {
	for _, c := range s.Charges[src] {
		if c.Part == part {
			return c
		}
	}
	return nil
}

// keep writes the charges of a source that are not kept yet, as new versions. All of its
// parts are kept together, so that the division stays what it was when one of them is billed. What
// stood for the source and no longer counts is superseded.
func (s *Snapshot) keep(tx *store.Tx, x source) error {
	now := s.counted(x)
	var out store.ID // one that goes
	for _, c := range s.Charges[x.id] {
		if slices.ContainsFunc(now, func(n Charge) bool { return n.ID == c.ID }) {
			continue
		}
		if err := c.supersede(tx); err != nil {
			return err
		}
		out = c.ID
	}
	var kept []*Charge
	for i := range now {
		c := &now[i]
		if c.ID == "" {
			c.Supersedes = out
			if old := s.standing(x.id, c.Part); old != nil {
				c.Supersedes = old.ID
			}
			if err := c.keep(tx); err != nil {
				return err
			}
		}
		kept = append(kept, c)
	}
	s.Charges[x.id] = kept
	return nil
}
