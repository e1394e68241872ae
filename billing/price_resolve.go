package billing

import (
	"fmt"
	"strings"

	"callout/calendar"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// PriceStep is one rule that was considered on the way to a price.
type PriceStep struct {
	Level   string       `json:"level"` // "explicit", "book"
	Rule    string       `json:"rule"`
	Entry   store.ID     `json:"entry,omitempty"`
	Price   *money.Price `json:"price,omitempty"`
	Verdict string       `json:"verdict"`
}

// Verdicts on a rule.
const (
	verdictWon     = "taken"
	verdictNone    = "no entry"
	verdictInvalid = "not valid on "
	verdictTie     = "as good as another"
)

// question asks for the price of one thing on one service date.
type question struct {
	explicit *Override
	keys     []string // of the price book, the most specific first; none has no book price
	on       calendar.Date
	prices   func(key string) []BookPrice // of the book revision that counts
}

// answer is a price with the way to it. Price is nil where there is none; Problem says why.
type answer struct {
	Price    *money.Price
	Unit     Unit
	Text     string
	TaxClass string
	WithTax  bool // the price includes the tax
	Trace    []PriceStep
	Problem  string
}

// priceLevel is one kind of agreement that a price may come from.
type priceLevel struct {
	name string
	find func(q question) (found []BookPrice, considered []PriceStep)
}

// priceLevels lists where a price may come from; the first level that answers wins. A
// further kind of agreement (contract, customer book) is a further element.
func priceLevels() []priceLevel {
	return []priceLevel{
		{"explicit", explicitPrice},
		{"book", bookPrice},
	}
}

// resolve walks the levels. Two equal candidates are an error that names both; no
// candidate is no price, never 0.
func resolve(q question) answer {
	var a answer
	for _, level := range priceLevels() {
		found, steps := level.find(q)
		for i := range steps {
			steps[i].Level = level.name
		}
		a.Trace = append(a.Trace, steps...)
		switch len(found) {
		case 0:
		case 1:
			p := found[0]
			a.Price, a.Unit, a.Text, a.TaxClass, a.WithTax = &p.Price, p.Unit, p.Text, p.TaxClass, p.WithTax
			return a
		default:
			a.Problem = fmt.Sprintf("%s has two prices on %s: %s (%s) and %s (%s)", found[0].Key, q.on,
				found[0].Price, found[0].ID, found[1].Price, found[1].ID)
			return a
		}
	}
	switch {
	case len(q.keys) == 0:
		a.Problem = "nobody has named a price for it"
	default:
		a.Problem = fmt.Sprintf("the price book has no price for %s on %s", strings.Join(q.keys, " or "), q.on)
	}
	return a
}

// explicitPrice is the price that somebody named by hand.
func explicitPrice(q question) ([]BookPrice, []PriceStep) {
	if q.explicit == nil {
		return nil, nil
	}
	rule := "named by hand"
	if q.explicit.Reason != "" {
		rule += ": " + q.explicit.Reason
	}
	p := q.explicit.Price
	return []BookPrice{{Price: p}}, []PriceStep{{Rule: rule, Price: &p, Verdict: verdictWon}}
}

// bookPrice is the price book's, by the most specific key that has one on the date.
func bookPrice(q question) ([]BookPrice, []PriceStep) {
	var steps []PriceStep
	for _, key := range q.keys {
		var found []BookPrice
		entries := q.prices(key)
		if len(entries) == 0 {
			steps = append(steps, PriceStep{Rule: key, Verdict: verdictNone})
		}
		for _, p := range entries {
			price := p.Price
			s := PriceStep{Rule: p.rule(), Entry: p.ID, Price: &price, Verdict: verdictWon}
			if !p.Valid.Contains(q.on) {
				s.Verdict = verdictInvalid + q.on.String()
			} else if found = append(found, p); len(found) > 1 {
				s.Verdict = verdictTie
			}
			steps = append(steps, s)
		}
		if len(found) > 0 {
			return found, steps
		}
	}
	return nil, steps
}

// Explanation is how a price book answers for a key on a date.
type Explanation struct {
	Key     string       `json:"key"`
	On      string       `json:"on"`
	Book    store.Pin    `json:"book,omitzero"`
	Price   *money.Price `json:"price,omitempty"`
	Unit    Unit         `json:"unit,omitempty"`
	Problem string       `json:"problem,omitempty"`
	Trace   []PriceStep  `json:"trace"`
}

// Explain says what a key costs on a service date, as a work order sees it or, without
// one, by the newest revision of the standard book.
func Explain(r store.Reader, order store.ID, key string, on calendar.Date) (*Explanation, error) {
	key, err := ParsePriceKey("key", key)
	if err != nil {
		return nil, err
	}
	o := &work.WorkOrder{}
	if order != "" {
		if o, err = work.WorkOrders.Get(r, order); err != nil {
			return nil, err
		}
	}
	pin, err := bookOf(r, o)
	if err != nil {
		return nil, err
	}
	keys := []string{key}
	if kind, _, ok := strings.Cut(key, ":"); ok && (kind == string(Labour) || kind == string(Travel)) {
		keys = append(keys, kind)
	}
	found := map[string][]BookPrice{}
	for _, k := range keys {
		if found[k], err = pricesAt(r, pin, k); err != nil {
			return nil, err
		}
	}
	a := resolve(question{keys: keys, on: on, prices: func(k string) []BookPrice { return found[k] }})
	return &Explanation{
		Key: key, On: on.String(), Book: pin, Price: a.Price, Unit: a.Unit, Problem: a.Problem, Trace: a.Trace,
	}, nil
}

// timeKeys lists the keys that price a person's time, the most specific first.
func timeKeys(kind TimeKind, role string) []string {
	if role == "" {
		return []string{string(kind)}
	}
	return []string{string(kind) + ":" + role, string(kind)}
}

// itemKeys lists the keys that price an item.
func itemKeys(i *LineItem) []string {
	if i.Kind == ExpenseItem {
		return nil
	}
	return []string{string(i.Kind) + ":" + i.Ref}
}

// foldKey is how price keys are compared.
func foldKey(key string) string { return party.Fold(key) }
