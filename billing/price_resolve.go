package billing

import (
	"fmt"
	"strings"

	"callout/money"
	"callout/party"
	"callout/store"
)

// PriceStep is one rule that was considered on the way to a price.
type PriceStep struct {
	Level   string       `json:"level"`          // see [PriceLevels]
	From    string       `json:"from,omitempty"` // the contract or book, by name
	Rev     int          `json:"rev,omitempty"`
	Rule    string       `json:"rule"`
	Entry   store.ID     `json:"entry,omitempty"`
	Price   *money.Price `json:"price,omitempty"`
	Verdict string       `json:"verdict"`
}

// Verdicts on a rule.
const (
	verdictWon       = "taken"
	verdictNone      = "no entry"
	verdictInvalid   = "not valid on "
	verdictUndated   = "nobody knows the day to price by"
	verdictTie       = "as good as another"
	verdictOutranked = "outranked"
)

// PriceLevels lists where prices come from, the first that answers wins.
func PriceLevels() []string {
	var names []string
	for _, l := range priceLevels {
		names = append(names, l.name)
	}
	return names
}

// walk is the way through the levels, as it is told afterwards.
type walk struct {
	level string
	won   bool // by a level before
	steps []PriceStep
}

// step tells of one rule. Once a level has answered, only those are told of that would have
// given a price: they are outranked.
func (w *walk) step(c *candidate, price *money.Price, verdict string) {
	if w.won {
		if price == nil || verdict != verdictWon && verdict != verdictTie && verdict != verdictOutranked {
			return
		}
		verdict = verdictOutranked
	}
	s := PriceStep{Level: w.level, Rule: c.rule, Entry: c.id, Price: price, Verdict: verdict}
	if c.from != nil {
		s.From, s.Rev = c.from.title, c.from.view.rev
	}
	w.steps = append(w.steps, s)
}

// tried tells of a clause. A formula that could not be computed has no price to show.
func (w *walk) tried(t *attempt) {
	price := t.candidate.price
	if t.verdict == verdictWon || t.verdict == verdictTie || t.verdict == verdictOutranked {
		price = &t.hit.price
	}
	w.step(t.candidate, price, t.verdict)
}

// answer is a price with the way to it. Price is nil where there is none; Problem says why.
type answer struct {
	Price    *money.Price
	Level    string
	Unit     Unit
	Text     string
	TaxClass string
	WithTax  bool      // the price includes the tax
	From     store.Pin // the contract or book
	Named    store.ID  // who named it by hand
	Trace    []PriceStep
	Problem  string
}

// resolve walks the levels. Two equal candidates are an error that names both; no
// candidate is no price, never 0. What the levels below the winner would have said is told
// as well, because everything was read anyway.
func resolve(q *question) answer {
	var a answer
	w := walk{steps: make([]PriceStep, 0, 4)}
	for _, level := range priceLevels {
		w.level = level.name
		found := level.find(q, &w)
		if w.won || len(found) == 0 {
			continue
		}
		w.won = true
		if len(found) > 1 {
			a.Problem = q.tie(found)
			continue
		}
		h := &found[0]
		if level.name == levelExplicit {
			// Nothing was read for what somebody has named by hand.
			a.Price, a.Level, a.Unit, a.Named = &h.price, level.name, h.unit, h.namedBy
			a.WithTax, a.Trace = h.withTax, w.steps
			return a
		}
		a.Price, a.Level, a.Unit, a.Text, a.TaxClass, a.From = &h.price, level.name, h.unit, h.text, h.taxClass, h.pinned()
		a.WithTax = h.withTax
	}
	a.Trace = w.steps
	if !w.won {
		a.Problem = q.unpriced()
	}
	return a
}

// tie names both of two rules that are as good as one another.
func (q *question) tie(found []hit) string {
	x, y := &found[0], &found[1]
	words := fmt.Sprintf("%s has two prices on %s: %s (%s) and %s (%s)", x.key, q.days.by(x.by), x.price, x.id, y.price, y.id)
	if x.from != y.from {
		words += ", by " + x.from.title + " and " + y.from.title
	}
	return words
}

// unpriced says why there is no price.
func (q *question) unpriced() string {
	if q.days.performed.IsZero() {
		return "nobody knows the day to price it by"
	}
	if q.exact == "" {
		return "nobody has named a price for it"
	}
	keys := q.exact
	if q.general != "" && !strings.HasPrefix(q.general, keyGroup+":") {
		keys += " or " + q.general
	}
	where := "the price book has no"
	switch {
	case len(q.in.contracts) > 0:
		where = "no contract and no price book has a"
	case len(q.in.books) > 1:
		where = "none of the price books has a"
	}
	return fmt.Sprintf("%s price for %s on %s", where, keys, q.days.performed)
}

// foldKey is how price keys are compared.
func foldKey(key string) string { return party.Fold(key) }
