package billing

import (
	"callout/calendar"
	"callout/money"
)

// contractRate is what a contract agrees for the very thing or role.
func contractRate(q *question, w *walk) []hit { return inContracts(q, w, false, q.exact) }

// groupRate is what a contract agrees for the group of a part or service, or for time of whatever role.
func groupRate(q *question, w *walk) []hit { return inContracts(q, w, false, q.general) }

// contractFormula is the price that follows from a contract's formula, by the most specific
// key that has one.
func contractFormula(q *question, w *walk) []hit {
	keys := [...]string{q.exact, q.general, q.kind, keyAll}
	if q.kind == q.exact || q.kind == q.general {
		keys[2] = ""
	}
	return inContracts(q, w, true, keys[:]...)
}

// inContracts looks through all contracts for one key after the other. What is agreed for
// the very site goes before what is agreed for all.
func inContracts(q *question, w *walk, formula bool, keys ...string) []hit {
	var found []hit
	for _, key := range keys {
		settled := len(found) > 0 // by a more specific key
		tried, here := q.tryAll(key, formula)
		for i := range tried {
			t := &tried[i]
			switch {
			case t.verdict != verdictWon:
			case settled || here && !t.here:
				t.verdict = verdictOutranked
			default:
				if found = append(found, t.hit); len(found) > 1 {
					t.verdict = verdictTie
				}
			}
			w.tried(t)
		}
	}
	return found
}

// attempt is a clause with what it gives, or why it counts for nothing.
type attempt struct {
	hit
	verdict string
}

// tryAll computes what all contracts' clauses for a key give, and whether one of those that
// count is for the very site.
func (q *question) tryAll(key string, formula bool) (tried []attempt, here bool) {
	for _, g := range q.in.contracts {
		entries := g.entries[key]
		for i := range entries {
			c := &entries[i]
			if (c.formula != nil) != formula {
				continue
			}
			t := attempt{verdict: verdictWon}
			var why string
			if t.hit, why = q.try(c); why != "" {
				t.verdict = why
			}
			here = here || c.here && t.verdict == verdictWon
			tried = append(tried, t)
		}
	}
	return tried, here
}

// try computes what a clause gives, or says why it counts for nothing.
func (q *question) try(c *candidate) (hit, string) {
	on := q.days.by(c.by)
	switch {
	case on.IsZero():
		return c.gives(money.Price{}), verdictUndated
	case !c.from.terms.Valid.Contains(on):
		return c.gives(money.Price{}), "the contract is " + verdictInvalid + on.String()
	case !c.valid.Contains(on):
		return c.gives(money.Price{}), verdictInvalid + on.String()
	case c.formula == nil:
		return c.gives(*c.price), ""
	case c.formula.BookTimes != nil:
		base, why := q.booked(on)
		h := c.gives(money.RateTimes(base.price, *c.formula.BookTimes, scale(base.price, q.currency), q.rounding))
		h.inherit(base.unit, base.text, base.taxClass)
		h.withTax = base.withTax
		return h, why
	}
	price, _, why := q.costPlus(c.formula.CostPlus)
	h := c.gives(price)
	h.inherit(q.unit, "", "")
	return h, why
}

// inherit takes over what a formula does not say.
func (h *hit) inherit(unit Unit, text, taxClass string) {
	if h.unit == "" {
		h.unit = unit
	}
	if h.text == "" {
		h.text = text
	}
	if h.taxClass == "" {
		h.taxClass = taxClass
	}
}

// booked is what the books say on a day, by the first that answers.
func (q *question) booked(on calendar.Date) (hit, string) {
	for _, g := range q.in.books {
		for _, key := range [...]string{q.exact, q.general} {
			entries := g.entries[key]
			var found *candidate
			for i := range entries {
				if !entries[i].valid.Contains(on) {
					continue
				}
				if found != nil {
					return hit{}, "the book has two prices to begin with"
				}
				found = &entries[i]
			}
			if found != nil {
				return found.gives(*found.price), ""
			}
		}
	}
	return hit{}, "no book has a price to begin with on " + on.String()
}

// costPlus adds a table's percentage to the cost. Neither the cost nor what was added is among what is
// told of it: a price's trace may be seen by those who may not see costs.
func (q *question) costPlus(m Markup) (money.Price, *MarkupTier, string) {
	if q.cost == nil {
		return money.Price{}, nil, "the cost is not known"
	}
	t := m.tier(*q.cost)
	if t == nil {
		return money.Price{}, nil, "no tier for such a cost"
	}
	return money.RateTimes(*q.cost, t.Percent.Markup(), scale(*q.cost, q.currency), q.rounding), t, ""
}
