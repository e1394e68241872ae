package billing

import (
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Asking is a question about a price that nothing has been charged for yet. A work order is asked
// by what it pins; a customer, or nobody in particular, by the newest revisions.
type Asking struct {
	Order    store.ID
	Customer store.ID
	Site     store.ID
	Branch   store.ID
	Key      string        // see [ParsePriceKey]
	On       calendar.Date // the service date
	// Known asks what the shop knew at an instant, instead of what revisions say.
	Known time.Time
}

// Explanation is how contracts and price books answer for a key on a date.
type Explanation struct {
	Key       string       `json:"key"`
	On        string       `json:"on"`
	Known     time.Time    `json:"known_at,omitzero"`
	Contracts []store.Pin  `json:"contracts,omitempty"`
	Books     []store.Pin  `json:"books,omitempty"` // the most specific first
	Book      store.Pin    `json:"book,omitzero"`   // the company's
	Price     *money.Price `json:"price,omitempty"`
	Level     string       `json:"level,omitempty"`
	Unit      Unit         `json:"unit,omitempty"`
	Problem   string       `json:"problem,omitempty"`
	Trace     []PriceStep  `json:"trace"`
}

// Explain says what a key costs on a service date, as a work order sees it or, without
// one, by the newest revision of the standard book.
func Explain(r store.Reader, order store.ID, key string, on calendar.Date) (*Explanation, error) {
	return ExplainPrice(r, Asking{Order: order, Key: key, On: on})
}

// ExplainPrice says what a key costs, and by which rules. Where no order says when the
// customer asked or when the document is made, the service date stands for those days.
func ExplainPrice(r store.Reader, ask Asking) (*Explanation, error) {
	key, err := ParsePriceKey("key", ask.Key)
	if err != nil {
		return nil, err
	}
	if ask.On.IsZero() {
		return nil, fault.Invalidf("on", "say on which day: a price without a day is none").With("price.undated").
			Hint("callout price explain %s --on …", key)
	}
	o, err := ask.order(r)
	if err != nil {
		return nil, err
	}
	in, err := agreementsOf(r, o, view{at: ask.Known})
	if err != nil {
		return nil, err
	}
	q, err := ask.question(r, key, o)
	if err != nil {
		return nil, err
	}
	q.in = in
	if q.byHand, err = byHandOn(r, ask.Order); err != nil {
		return nil, err
	}
	if err := in.load(r, o.Site, q.keys()...); err != nil {
		return nil, err
	}
	x := &Explanation{Key: key, On: ask.On.String(), Known: ask.Known}
	for _, g := range in.contracts {
		x.Contracts = append(x.Contracts, g.pin)
	}
	for _, g := range in.books {
		x.Books = append(x.Books, g.pin)
		if g.level == levelBook {
			x.Book = g.pin
		}
	}
	a := resolve(q)
	x.Price, x.Level, x.Unit, x.Problem, x.Trace = a.Price, a.Level, a.Unit, a.Problem, a.Trace
	return x, nil
}

// order is the order that is asked about, or one as it would be created now.
func (ask *Asking) order(r store.Reader) (*work.WorkOrder, error) {
	if ask.Order != "" {
		return work.WorkOrders.Get(r, ask.Order)
	}
	o := &work.WorkOrder{Customer: ask.Customer, Site: ask.Site, Branch: ask.Branch}
	if ask.Site != "" {
		if err := siteOf(r, ask.Customer, ask.Site); err != nil {
			return nil, err
		}
	}
	var err error
	if o.Pins, err = newestPins(r, o, ask.On); err != nil {
		return nil, err
	}
	if ask.Known.IsZero() {
		return o, nil
	}
	// What the contracts were about then is found when they are opened.
	for row, err := range Contracts.Rows(r, "customer", store.Prefix(store.K(ask.Customer))) {
		if err != nil {
			return nil, err
		}
		o.Pins[PinContract+string(row.ID)] = store.Pin{Name: row.Name, Rev: row.Rev, ID: row.ID}
	}
	return o, nil
}

// question makes the question that an item or an entry of time for the key would ask.
func (ask *Asking) question(r store.Reader, key string, o *work.WorkOrder) (*question, error) {
	q := &question{exact: key, days: pricingDays{ask.On, ask.On, ask.On}}
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	q.currency = company.Currency
	rules := Rules{}
	if pin, ok := o.Pins[PinRules]; ok {
		found, err := RuleBook.At(r, pin)
		if err != nil {
			return nil, err
		}
		rules = *found
	}
	q.rounding, q.markup = rules.Rounding, rules.Markup
	kind, ref, has := strings.Cut(key, ":")
	q.kind = kind
	switch {
	case timed(key):
		q.unit = Hour
		if has {
			q.general = kind
		}
	case kind == string(PartItem):
		part, err := Parts.Find(r, ref)
		if fault.Is(err, fault.NotFound) {
			return q, nil
		}
		if err != nil {
			return nil, err
		}
		q.cost, q.unit, q.general = part.Cost.Unit, part.Unit, groupKey(part.Group)
	default:
		group, err := groupOfService(r, o, key)
		if err != nil {
			return nil, err
		}
		q.unit, q.general = Piece, groupKey(group)
	}
	if !o.OpenedAt.IsZero() {
		zone, err := calendar.LoadZone("zone", o.Zone)
		if err != nil {
			return nil, err
		}
		q.days.ordered = calendar.DateOf(o.OpenedAt, zone)
	}
	return q, nil
}

// groupKey is the key of a group, or none.
func groupKey(group string) string {
	if group == "" {
		return ""
	}
	return keyGroup + ":" + group
}

// groupOfService is what a service belongs to by the first of an order's books that knows it.
func groupOfService(r store.Reader, o *work.WorkOrder, key string) (string, error) {
	in, err := agreementsOf(r, &work.WorkOrder{Pins: o.Pins}, view{})
	if err != nil {
		return "", err
	}
	for _, g := range in.books {
		entries, err := pricesAt(r, g.pin.ID, g.view, key)
		if err != nil {
			return "", err
		}
		for _, p := range entries {
			if p.Group != "" {
				return p.Group, nil
			}
		}
	}
	return "", nil
}

// timeKeys are the keys that price a person's time: the role's own, and that of whatever
// role.
func timeKeys(kind TimeKind, role string) (exact, general string) {
	if role == "" {
		return string(kind), ""
	}
	return string(kind) + ":" + role, string(kind)
}

// itemKey is the key that prices an item; an expense has none.
func itemKey(i *LineItem) string {
	if i.Kind == ExpenseItem {
		return ""
	}
	return string(i.Kind) + ":" + i.Ref
}
