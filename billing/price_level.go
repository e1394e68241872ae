package billing

import (
	"strings"

	"callout/calendar"
	"callout/money"
	"callout/store"
)

// The levels, in the order in which they are asked.
const (
	levelExplicit     = "explicit"
	levelContract     = "contract"
	levelGroup        = "contract-group"
	levelFormula      = "contract-formula"
	levelCustomerBook = "customer-book"
	levelBranchBook   = "branch-book"
	levelBook         = "book"
	levelMarkup       = "markup"
)

// question asks for the price of one thing.
type question struct {
	explicit *Override    // of the item
	byHand   []OrderPrice // of the order
	withTax  bool         // what is named by hand includes the tax
	kind     string       // labour, travel, part, service, expense: what formulas may be for all of
	exact    string       // "labour:fitter", "part:PUMP-25"; an expense has none
	general  string       // "labour", "group:pumps", or none
	days     pricingDays
	cost     *money.Price // of one unit, where it is known
	unit     Unit         // in which it is counted
	markup   Markup       // the shop's, for parts
	in       *agreements
	currency money.Currency
	rounding money.Rounding
}

// pricingDays are the days by which something may be priced.
type pricingDays struct{ performed, ordered, issued calendar.Date }

func (d pricingDays) by(p PricingDate) calendar.Date {
	switch p {
	case ByOrder:
		return d.ordered
	case ByIssue:
		return d.issued
	}
	return d.performed
}

// keys lists the keys to load for the question.
func (q *question) keys() []string {
	var keys []string
	for _, key := range []string{q.exact, q.general, q.kind, keyAll} {
		if key != "" && (len(keys) == 0 || key != keys[len(keys)-1]) {
			keys = append(keys, key)
		}
	}
	return keys
}

// hit is a rule that gives a price. What a formula does not say itself, it has from the price
// that it follows from.
type hit struct {
	*candidate
	price          money.Price
	unit           Unit
	text, taxClass string
	withTax        bool
}

// gives is a rule with a price that it states itself.
func (c *candidate) gives(price money.Price) hit {
	return hit{candidate: c, price: price, unit: c.unit, text: c.text, taxClass: c.taxClass, withTax: c.withTax}
}

// priceLevel is one kind of agreement that a price may come from.
type priceLevel struct {
	name string
	find func(q *question, w *walk) []hit
}

// priceLevels lists where a price may come from; the first level that answers wins.
var priceLevels = [...]priceLevel{
	{levelExplicit, explicitPrice},
	{levelContract, contractRate},
	{levelGroup, groupRate},
	{levelFormula, contractFormula},
	{levelCustomerBook, bookPrice},
	{levelBranchBook, bookPrice},
	{levelBook, bookPrice},
	{levelMarkup, markedUp},
}

// bookPrice is what the books of a level say, by the most specific key that has a price.
func bookPrice(q *question, w *walk) []hit {
	for _, g := range q.in.books {
		if g.level != w.level {
			continue
		}
		if found := q.inBook(g, w); len(found) > 0 {
			return found
		}
	}
	return nil
}

func (q *question) inBook(g *agreement, w *walk) []hit {
	var found []hit
	for _, key := range [...]string{q.exact, q.general} {
		if key == "" || strings.HasPrefix(key, keyGroup+":") {
			continue
		}
		settled := len(found) > 0
		entries := g.entries[key]
		if len(entries) == 0 && !settled {
			w.step(&candidate{from: g, rule: key}, nil, verdictNone)
		}
		for i := range entries {
			c := &entries[i]
			verdict := verdictWon
			switch {
			case q.days.performed.IsZero():
				verdict = verdictUndated
			case !c.valid.Contains(q.days.performed):
				verdict = verdictInvalid + q.days.performed.String()
			case settled:
				verdict = verdictOutranked
			default:
				if found = append(found, c.gives(*c.price)); len(found) > 1 {
					verdict = verdictTie
				}
			}
			if settled && verdict != verdictOutranked {
				continue // it would not have counted anyway
			}
			w.step(c, c.price, verdict)
		}
	}
	return found
}

// markedUp is the shop's cost-plus for a part that has a cost and no price.
func markedUp(q *question, w *walk) []hit {
	if q.kind != string(PartItem) || len(q.markup) == 0 {
		return nil
	}
	c := &candidate{rule: "cost plus " + q.markup.String() + " %", unit: q.unit}
	price, tier, why := q.costPlus(q.markup)
	if why != "" {
		w.step(c, nil, why)
		return nil
	}
	c.rule = tier.String()
	w.step(c, &price, verdictWon)
	return []hit{c.gives(price)}
}

// pinned is the pin of the agreement that a rule stands in.
func (c *candidate) pinned() store.Pin {
	if c.from == nil {
		return store.Pin{}
	}
	return c.from.pin
}
