package billing

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// agreements are the contracts and books that one order may be priced by, with what they
// say of the keys that were asked for. They are read once; looking for a price in
// them reads nothing.
type agreements struct {
	contracts []*agreement // by name
	books     []*agreement // the most specific first: customer, site, branch, company
}

// agreement is one contract or book, as an order sees it.
type agreement struct {
	level   string // of a book
	title   string // "contract Hotel Post, revision 3"
	pin     store.Pin
	view    view
	terms   ContractTerms // of a contract
	entries map[string][]candidate
	loaded  map[string]bool // keys, by their folded form
}

// candidate is one rule that may give a price.
type candidate struct {
	from     *agreement
	id       store.ID
	key      string
	rule     string
	here     bool // for this very site
	valid    calendar.Validity
	price    *money.Price
	formula  *Formula
	unit     Unit
	text     string
	taxClass string
	by       PricingDate
	withTax  bool     // the price includes the tax
	namedBy  store.ID // by whom, where by hand
}

// agreementsOf opens what an order is priced by: what it pins, or, where asOf is not zero, what
// was known then of the same books and contracts.
func agreementsOf(r store.Reader, o *work.WorkOrder, v view) (*agreements, error) {
	a := &agreements{}
	for _, kind := range slices.Sorted(maps.Keys(o.Pins)) {
		if !strings.HasPrefix(kind, PinContract) {
			continue
		}
		if err := a.addContract(r, o, o.Pins[kind], v); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(a.contracts, func(x, y *agreement) int { return strings.Compare(x.pin.Name, y.pin.Name) })
	company, err := bookOf(r, o)
	if err != nil {
		return nil, err
	}
	for _, b := range []struct {
		level string
		pin   store.Pin
	}{
		{levelCustomerBook, o.Pins[PinCustomerBook]}, {levelBranchBook, o.Pins[PinSiteBook]},
		{levelBranchBook, o.Pins[PinBranchBook]}, {levelBook, company},
	} {
		if b.pin.ID != "" {
			a.books = append(a.books, newAgreement(b.level, "book", b.pin, v))
		}
	}
	return a, nil
}

func newAgreement(level, what string, pin store.Pin, v view) *agreement {
	title := what + " " + pin.Name
	if v.at.IsZero() {
		v.rev = pin.Rev
	}
	return &agreement{level: level, title: title, pin: pin, view: v, entries: map[string][]candidate{}, loaded: map[string]bool{}}
}

// addContract opens a contract that covers the order's site.
func (a *agreements) addContract(r store.Reader, o *work.WorkOrder, pin store.Pin, v view) error {
	g := newAgreement("", "contract", pin, v)
	terms, err := termsAt(r, pin.ID, g.view)
	if err != nil || terms == nil || !terms.Covers(o.Site) {
		return err
	}
	g.terms = *terms
	a.contracts = append(a.contracts, g)
	return nil
}

// load reads what all of them say of keys.
func (a *agreements) load(r store.Reader, site store.ID, keys ...string) error {
	for _, key := range keys {
		for _, g := range a.contracts {
			if err := g.loadClauses(r, site, key); err != nil {
				return err
			}
		}
		for _, g := range a.books {
			if err := g.loadPrices(r, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *agreement) loadClauses(r store.Reader, site store.ID, key string) error {
	if g.loaded[key] {
		return nil
	}
	g.loaded[key] = true
	for c, err := range ContractClauses.By(r, "key", store.K(g.pin.ID, foldKey(key))) {
		if err != nil {
			return err
		}
		if !g.view.sees(c.Span) || c.Site != "" && c.Site != site {
			continue
		}
		by := c.PricedBy
		if by == "" {
			by = g.terms.PricedBy
		}
		rule := c.rule()
		if by != "" && by != ByService {
			rule += ", by the day it was " + string(by)
		}
		g.entries[key] = append(g.entries[key], candidate{
			from: g, id: c.ID, key: c.Key, rule: rule, here: c.Site != "", valid: c.Valid, price: c.Price,
			formula: c.Formula, unit: c.Unit, text: c.Text, taxClass: c.TaxClass, withTax: c.WithTax, by: by,
		})
	}
	slices.SortStableFunc(g.entries[key], compareCandidates)
	return nil
}

func (g *agreement) loadPrices(r store.Reader, key string) error {
	if g.loaded[key] || strings.HasPrefix(key, keyGroup+":") {
		return nil
	}
	g.loaded[key] = true
	entries, err := pricesAt(r, g.pin.ID, g.view, key)
	for i := range entries {
		p := &entries[i]
		g.entries[key] = append(g.entries[key], candidate{
			from: g, id: p.ID, key: p.Key, rule: p.rule(), valid: p.Valid, price: &p.Price, unit: p.Unit, text: p.Text,
			taxClass: p.TaxClass, withTax: p.WithTax,
		})
	}
	return err
}

// compareCandidates puts those for the very site first, then goes by date and id.
func compareCandidates(a, b candidate) int {
	return cmp.Or(first(a.here, b.here), a.valid.From.Compare(b.valid.From), cmp.Compare(a.id, b.id))
}

// newestPins returns what an order pins that is created, or moved to the newest, on a day.
func newestPins(r store.Reader, o *work.WorkOrder, on calendar.Date) (map[string]store.Pin, error) {
	pins := map[string]store.Pin{}
	company, err := bookOf(r, &work.WorkOrder{})
	if err != nil {
		return nil, err
	}
	_, rules, err := CurrentRules(r)
	if err != nil {
		return nil, err
	}
	for _, b := range []struct {
		kind string
		whom store.ID
	}{{PinCustomerBook, o.Customer}, {PinSiteBook, o.Site}, {PinBranchBook, o.Branch}} {
		if pins[b.kind], err = bookFor(r, b.whom); err != nil {
			return nil, err
		}
	}
	for c, err := range Contracts.By(r, "customer", store.K(o.Customer)) {
		if err != nil {
			return nil, err
		}
		if !c.Terms.Covers(o.Site) {
			continue
		}
		pins[PinContract+string(c.ID)] = c.Pin()
		if c.Terms.Rules.ID != "" && c.Terms.Valid.Contains(on) {
			rules = c.Terms.Rules
		}
	}
	pins[PinPriceBook], pins[PinRules] = company, rules
	maps.DeleteFunc(pins, func(_ string, p store.Pin) bool { return p.ID == "" })
	return pins, nil
}

// dayAt is the day on which a command happens, at an order's place.
func dayAt(tx *store.Tx, o *work.WorkOrder) (calendar.Date, error) {
	zone, err := calendar.LoadZone("zone", o.Zone)
	return calendar.DateOf(tx.Env.OccurredAt, zone), err
}

// isPricePin reports whether a kind of pin is one of this room's.
func isPricePin(kind string) bool {
	return kind == PinRules || strings.HasPrefix(kind, PinPriceBook) || strings.HasPrefix(kind, PinContract)
}
