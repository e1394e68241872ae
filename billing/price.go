package billing

import (
	"iter"
	"slices"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// BookPrice is one price of a book: for a key, on the service dates of its validity, as
// seen by the revisions of its span. A book of 10,000 parts is not copied when one price changes.
type BookPrice struct {
	store.Record
	Book     store.ID    `json:"book"`
	Key      string      `json:"key"`            // see [ParsePriceKey]
	Text     string      `json:"text,omitempty"` // what an invoice says
	Price    money.Price `json:"price"`
	Unit     Unit        `json:"unit"`
	TaxClass string      `json:"tax_class,omitempty"`
	WithTax  bool        `json:"with_tax,omitempty"` // the price includes the tax
	// Group is what a service belongs to, which contracts may price as one; parts have theirs
	// in the catalogue.
	Group string            `json:"group,omitempty"`
	Valid calendar.Validity `json:"valid,omitzero"`
	Span
}

// rule says an entry in a few words: "labour:fitter from 2026-07-01".
func (p *BookPrice) rule() string {
	if p.Valid == (calendar.Validity{}) {
		return p.Key
	}
	return p.Key + " " + p.Valid.String()
}

// BookPriceRow is what a list of prices shows.
type BookPriceRow struct {
	ID       store.ID          `json:"id"`
	Book     store.ID          `json:"book"`
	Key      string            `json:"key"`
	Text     string            `json:"text,omitempty"`
	Price    money.Price       `json:"price"`
	Unit     Unit              `json:"unit"`
	TaxClass string            `json:"tax_class,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
	Since    int               `json:"since_rev"`
	WithTax  bool              `json:"with_tax,omitempty"`
}

// BookPrices holds the entries of all books: all of a key's, and those that stand now.
var BookPrices = store.Define(store.Def[BookPrice, BookPriceRow]{
	Name: "price", Prefix: "price", Title: "price",
	Row: func(p *BookPrice) BookPriceRow {
		return BookPriceRow{p.ID, p.Book, p.Key, p.Text, p.Price, p.Unit, p.TaxClass, p.Valid, p.Since, p.WithTax}
	},
	Indexes: []store.Index[BookPrice]{
		{Name: "key", Keys: func(p *BookPrice) []store.Key { return []store.Key{store.K(p.Book, party.Fold(p.Key), p.Since)} }},
		{Name: "current", Keys: func(p *BookPrice) []store.Key {
			if p.Until != 0 {
				return nil
			}
			return []store.Key{store.K(p.Book, party.Fold(p.Key), p.Valid.From.String())}
		}},
	},
})

// ParsePriceKey reads what a price is for: "labour" or "travel", alone or for a role
// ("labour:fitter"), "part:CODE" or "service:CODE". The error names field.
func ParsePriceKey(field, s string) (string, error) {
	s, err := line(field, s)
	if err != nil {
		return "", err
	}
	kind, rest, has := strings.Cut(s, ":")
	kind = strings.ToLower(kind)
	switch kind {
	case string(Labour), string(Travel):
		if !has {
			return kind, nil
		}
		rest, err = code(field, "role", rest)
	case string(PartItem), string(ServiceItem):
		rest, err = code(field, kind, rest)
	default:
		return "", fault.Invalidf(field, "%q is nothing that has a price", s).With("price.key").
			Hint("write labour, labour:ROLE, travel, travel:ROLE, part:CODE or service:CODE")
	}
	return kind + ":" + rest, err
}

// SetPrice makes a new revision of a book in which a key costs so much on the service dates from
// From up to, but not including, To. What the book said for those dates ends with the
// revision before; what it said for other dates stays. It is not undone: orders may have pinned the
// revision. Setting the price back is another revision.
type SetPrice struct {
	Book     string            `json:"book,omitempty"` // name; the standard book when empty
	Key      string            `json:"key"`
	Price    money.Price       `json:"price"`
	Unit     Unit              `json:"unit,omitempty"` // hours for labour and travel, the part's, or pieces
	Text     string            `json:"text,omitempty"`
	TaxClass string            `json:"tax_class,omitempty"`
	WithTax  bool              `json:"with_tax,omitempty"` // the price includes the tax
	Group    string            `json:"group,omitempty"`    // of a service
	Valid    calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *SetPrice) Name() string { return "price.set.v1" }

// Do implements store.Command.
func (c *SetPrice) Do(tx *store.Tx) error {
	p, err := c.entry(tx)
	if err != nil {
		return err
	}
	book, err := bookNamed(tx, c.Book)
	if err != nil {
		return err
	}
	p.Book, p.Span = book.ID, begun(tx, book.Rev+1)
	var standing []*BookPrice
	for old, err := range BookPrices.By(tx, "current", store.K(book.ID, party.Fold(p.Key))) {
		if err != nil {
			return err
		}
		if old.says(p) {
			tx.Returns(old.ID, "")
			return nil
		}
		standing = append(standing, old)
	}
	for _, old := range standing {
		if err := old.giveWay(tx, p); err != nil {
			return err
		}
	}
	p.ID = BookPrices.NewID(tx, "")
	tx.Returns(p.ID, "")
	if err := BookPrices.Put(tx, p); err != nil {
		return err
	}
	book.Rev = p.Since
	return PriceBooks.Put(tx, book)
}

// entry checks the command's fields.
func (c *SetPrice) entry(tx *store.Tx) (*BookPrice, error) {
	p := &BookPrice{Price: c.Price, WithTax: c.WithTax, Valid: c.Valid}
	var err error
	if p.Key, err = ParsePriceKey("key", c.Key); err != nil {
		return nil, err
	}
	if err := positive("price", c.Price); err != nil {
		return nil, err
	}
	if err := c.Valid.Check("from"); err != nil {
		return nil, err
	}
	if p.Text, err = line("text", c.Text); err != nil {
		return nil, err
	}
	if p.TaxClass, err = taxClass("tax", c.TaxClass); err != nil {
		return nil, err
	}
	if p.Group, err = c.group(p.Key); err != nil {
		return nil, err
	}
	p.Unit, err = unitOf(tx, p.Key, c.Unit)
	return p, err
}

// group checks what a service belongs to.
func (c *SetPrice) group(key string) (string, error) {
	if c.Group == "" {
		return "", nil
	}
	if !strings.HasPrefix(key, string(ServiceItem)) {
		return "", fault.Invalidf("group", "only a service has its group in a price book").With("price.group").
			Hint("callout part edit … --group %s", c.Group)
	}
	return code("group", "group", c.Group)
}

// unitOf is what one of a key's price is for: hours for time, else what was said, else
// the part's own, else a piece.
func unitOf(r store.Reader, key string, given Unit) (Unit, error) {
	unit, err := ParseUnit("unit", string(given))
	if err != nil {
		return "", err
	}
	if timed(key) {
		if unit != "" && unit != Hour {
			return "", fault.Invalidf("unit", "time is priced by the hour").With("price.unit").
				Hint("for kilometres, set a service such as service:KM and add it as an item")
		}
		return Hour, nil
	}
	if unit != "" {
		return unit, nil
	}
	if ref, ok := strings.CutPrefix(key, string(PartItem)+":"); ok {
		part, err := Parts.Find(r, ref)
		if err == nil {
			return part.Unit, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return "", err
		}
	}
	return Piece, nil
}

// timed reports whether a key prices time.
func timed(key string) bool {
	kind, _, _ := strings.Cut(key, ":")
	return kind == string(Labour) || kind == string(Travel)
}

// says reports whether an entry says already what a new one would.
func (p *BookPrice) says(n *BookPrice) bool {
	return p.Key == n.Key && p.Price.Equal(n.Price) && p.Unit == n.Unit && p.Text == n.Text &&
		p.TaxClass == n.TaxClass && p.WithTax == n.WithTax && p.Group == n.Group && p.Valid == n.Valid
}

// giveWay ends an entry for the dates of a new one, and keeps it for the others.
func (p *BookPrice) giveWay(tx *store.Tx, n *BookPrice) error {
	if !p.Valid.Overlaps(n.Valid) {
		return nil
	}
	for i, rest := range cut(p.Valid, n.Valid) {
		piece := *p
		piece.Valid, piece.Span = rest, n.Span
		piece.ID = BookPrices.NewID(tx, string(p.ID)+"/"+string(rune('a'+i)))
		if err := BookPrices.Put(tx, &piece); err != nil {
			return err
		}
	}
	p.end(tx, n.Since)
	return BookPrices.Put(tx, p)
}

// cut returns what is left of a validity without another that overlaps it.
func cut(v, without calendar.Validity) []calendar.Validity {
	var out []calendar.Validity
	if !without.From.IsZero() && (v.From.IsZero() || v.From.Before(without.From)) {
		out = append(out, calendar.Validity{From: v.From, To: without.From})
	}
	if !without.To.IsZero() && (v.To.IsZero() || without.To.Before(v.To)) {
		out = append(out, calendar.Validity{From: without.To, To: v.To})
	}
	return out
}

// CurrentPrices yields what a book says now, by key and validity. No name is the
// standard book; a book that does not exist has no prices.
func CurrentPrices(r store.Reader, name string) iter.Seq2[BookPriceRow, error] {
	return func(yield func(BookPriceRow, error) bool) {
		if name == "" {
			name = StandardBook
		}
		id, err := PriceBooks.FindID(r, name)
		if err != nil {
			if name != StandardBook || !fault.Is(err, fault.NotFound) {
				yield(BookPriceRow{}, err)
			}
			return
		}
		for row, err := range BookPrices.Rows(r, "current", store.Prefix(store.K(id))) {
			if !yield(row, err) {
				return
			}
		}
	}
}

// pricesAt returns the entries of a key that a view of a book has, by date.
func pricesAt(r store.Reader, book store.ID, v view, key string) ([]BookPrice, error) {
	var out []BookPrice
	if book == "" {
		return nil, nil
	}
	for p, err := range BookPrices.By(r, "key", store.K(book, party.Fold(key))) {
		if err != nil {
			return nil, err
		}
		if v.sees(p.Span) {
			out = append(out, *p)
		}
	}
	slices.SortStableFunc(out, func(a, b BookPrice) int { return a.Valid.From.Compare(b.Valid.From) })
	return out, nil
}

// checkPrices holds that no two standing entries of a key are valid on one date.
func checkPrices(tx *store.Tx) error {
	changed, err := BookPrices.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil || ch.After.Until != 0 {
			continue
		}
		for row, err := range BookPrices.Rows(tx, "current", store.Prefix(store.K(ch.After.Book, party.Fold(ch.After.Key)))) {
			if err != nil {
				return err
			}
			if row.ID != ch.ID && row.Valid.Overlaps(ch.After.Valid) {
				ids := []store.ID{row.ID, ch.ID}
				slices.Sort(ids)
				return fault.Conflictf("%s would have two prices at once: %s and %s", row.Key, ids[0], ids[1]).
					With("price.overlap")
			}
		}
	}
	return nil
}
