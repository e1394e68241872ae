package billing

import (
	"iter"
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// PriceBook is a list of prices with revisions. Every change makes a new one; a work
// order pins the revision that it was created under, so that changing a price never
// silently changes an order.
type PriceBook struct {
	store.Record
	Name string `json:"name"`
	Rev  int    `json:"rev"` // the newest revision
}

// StandardBook is the shop's own book, which orders pin when nothing else is agreed.
const StandardBook = "standard"

// PinPriceBook is the kind of pin by which an order holds to a revision of a price book.
const PinPriceBook = "price_book"

// Pin returns the pin of the newest revision.
func (b *PriceBook) Pin() store.Pin { return store.Pin{Name: b.Name, Rev: b.Rev, ID: b.ID} }

// PriceBooks holds the books, by unique name.
var PriceBooks = store.Define(store.Def[PriceBook, store.Pin]{
	Name: "price_book", Prefix: "book", Title: "price book", Lookup: "name", Fold: party.Fold,
	Row: (*PriceBook).Pin,
	Indexes: []store.Index[PriceBook]{{
		Name: "name", Unique: true,
		Keys:  func(b *PriceBook) []store.Key { return []store.Key{store.K(party.Fold(b.Name))} },
		Clash: func(b *PriceBook) string { return "there is already a price book " + b.Name },
	}},
})

// BookPrice is one price of a book: for a key, on the service dates of its validity, as
// seen by the revisions from Since up to, but not including, Until. Entries are never rewritten
// but for Until, so a book of 10,000 parts is not copied when one price changes.
type BookPrice struct {
	store.Record
	Book     store.ID          `json:"book"`
	Key      string            `json:"key"`            // see [ParsePriceKey]
	Text     string            `json:"text,omitempty"` // what an invoice says
	Price    money.Price       `json:"price"`
	Unit     Unit              `json:"unit"`
	TaxClass string            `json:"tax_class,omitempty"`
	WithTax  bool              `json:"with_tax,omitempty"` // the price includes the tax
	Valid    calendar.Validity `json:"valid,omitzero"`
	Since    int               `json:"since_rev"`
	Until    int               `json:"until_rev,omitempty"` // 0 while it stands
	SetBy    store.ID          `json:"set_by"`
	SetAt    time.Time         `json:"set_at"` // authority's time
}

// Sees reports whether a revision of the book has this entry.
func (p *BookPrice) Sees(rev int) bool { return p.Since <= rev && (p.Until == 0 || rev < p.Until) }

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
	p.Book, p.Since = book.ID, book.Rev+1
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
	p := &BookPrice{Price: c.Price, WithTax: c.WithTax, Valid: c.Valid, SetBy: tx.Env.Actor.ID, SetAt: tx.Env.RecordedAt}
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
	if p.Unit, err = ParseUnit("unit", string(c.Unit)); err != nil {
		return nil, err
	}
	timed := strings.HasPrefix(p.Key, string(Labour)) || strings.HasPrefix(p.Key, string(Travel))
	switch {
	case timed && p.Unit != "" && p.Unit != Hour:
		return nil, fault.Invalidf("unit", "time is priced by the hour").With("price.unit").
			Hint("for kilometres, set a service such as service:KM and add it as an item")
	case timed:
		p.Unit = Hour
	case p.Unit == "":
		p.Unit = Piece
		if ref, ok := strings.CutPrefix(p.Key, string(PartItem)+":"); ok {
			part, err := Parts.Find(tx, ref)
			if err == nil {
				p.Unit = part.Unit
			} else if !fault.Is(err, fault.NotFound) {
				return nil, err
			}
		}
	}
	return p, nil
}

// says reports whether an entry says already what a new one would.
func (p *BookPrice) says(n *BookPrice) bool {
	return p.Key == n.Key && p.Price.Equal(n.Price) && p.Unit == n.Unit && p.Text == n.Text &&
		p.TaxClass == n.TaxClass && p.WithTax == n.WithTax && p.Valid == n.Valid
}

// giveWay ends an entry for the dates of a new one, and keeps it for the others.
func (p *BookPrice) giveWay(tx *store.Tx, n *BookPrice) error {
	if !p.Valid.Overlaps(n.Valid) {
		return nil
	}
	for i, rest := range cut(p.Valid, n.Valid) {
		piece := *p
		piece.Valid, piece.Since = rest, n.Since
		piece.ID = BookPrices.NewID(tx, string(p.ID)+"/"+string(rune('a'+i)))
		if err := BookPrices.Put(tx, &piece); err != nil {
			return err
		}
	}
	p.Until = n.Since
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

// bookNamed returns a book, making it where nobody has heard of it.
func bookNamed(tx *store.Tx, name string) (*PriceBook, error) {
	if name == "" {
		name = StandardBook
	}
	book, err := PriceBooks.Find(tx, name)
	if err == nil || !fault.Is(err, fault.NotFound) {
		return book, err
	}
	book = &PriceBook{}
	if book.Name, err = party.ParseName("book", "price book", name); err != nil {
		return nil, err
	}
	book.ID = PriceBooks.NewID(tx, party.Fold(name))
	return book, PriceBooks.Put(tx, book)
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

// pricesAt returns the entries of a key that a revision sees, by date.
func pricesAt(r store.Reader, pin store.Pin, key string) ([]BookPrice, error) {
	var out []BookPrice
	if pin.ID == "" {
		return nil, nil
	}
	for p, err := range BookPrices.By(r, "key", store.K(pin.ID, party.Fold(key))) {
		if err != nil {
			return nil, err
		}
		if p.Sees(pin.Rev) {
			out = append(out, *p)
		}
	}
	slices.SortStableFunc(out, func(a, b BookPrice) int { return a.Valid.From.Compare(b.Valid.From) })
	return out, nil
}

// bookOf returns the revision of the book that an order's prices come from: the pinned one, or
// the newest standard book for an order that is older than the first price.
func bookOf(r store.Reader, o *work.WorkOrder) (store.Pin, error) {
	if pin, ok := o.Pins[PinPriceBook]; ok {
		return pin, nil
	}
	book, err := PriceBooks.Find(r, StandardBook)
	if fault.Is(err, fault.NotFound) {
		return store.Pin{}, nil
	}
	if err != nil {
		return store.Pin{}, err
	}
	return book.Pin(), nil
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
