package billing

import (
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// PriceBook is a list of prices with revisions. Every change makes a new one; a work
// order pins the revisions that it was created under, so that changing a price never
// silently changes an order.
type PriceBook struct {
	store.Record
	Name  string    `json:"name"`
	Scope BookScope `json:"scope,omitzero"`
	Rev   int       `json:"rev"` // the newest revision
}

// BookScope says for whom a book goes before the company's own: a customer, a site or a
// branch. A scope of nothing is the company's.
type BookScope struct {
	Customer store.ID `json:"customer,omitempty"`
	Site     store.ID `json:"site,omitempty"`
	Branch   store.ID `json:"branch,omitempty"`
}

// key is what the scope is of, or "".
func (s BookScope) key() store.ID {
	switch {
	case s.Customer != "":
		return s.Customer
	case s.Site != "":
		return s.Site
	}
	return s.Branch
}

// check holds a scope to one thing that exists.
func (s BookScope) check(r store.Reader) error {
	var found []error
	if s.Customer != "" {
		_, err := work.Customers.Get(r, s.Customer)
		found = append(found, err)
	}
	if s.Site != "" {
		_, err := work.Sites.Get(r, s.Site)
		found = append(found, err)
	}
	if s.Branch != "" {
		_, err := party.Branches.Get(r, s.Branch)
		found = append(found, err)
	}
	if len(found) != 1 {
		return fault.Invalidf("customer", "a book is for one customer, one site or one branch").With("book.scope").
			Hint("callout price add-book NAME --customer …")
	}
	return found[0]
}

// StandardBook is the shop's own book, which orders pin when nothing else is agreed.
const StandardBook = "standard"

// The kinds of pins by which an order holds to revisions of the books it may need.
const (
	PinPriceBook    = "price_book" // the company's
	PinCustomerBook = "price_book.customer"
	PinSiteBook     = "price_book.site"
	PinBranchBook   = "price_book.branch"
)

// Pin returns the pin of the newest revision.
func (b *PriceBook) Pin() store.Pin { return store.Pin{Name: b.Name, Rev: b.Rev, ID: b.ID} }

// PriceBookRow is what a list of books shows.
type PriceBookRow struct {
	ID    store.ID  `json:"id"`
	Name  string    `json:"name"`
	Rev   int       `json:"rev"`
	Scope BookScope `json:"scope,omitzero"`
}

// PriceBooks holds the books, by unique name, and by whom they are for.
var PriceBooks = store.Define(store.Def[PriceBook, PriceBookRow]{
	Name: "price_book", Prefix: "book", Title: "price book", Lookup: "name", Fold: party.Fold,
	Row: func(b *PriceBook) PriceBookRow { return PriceBookRow{b.ID, b.Name, b.Rev, b.Scope} },
	Indexes: []store.Index[PriceBook]{
		{
			Name: "name", Unique: true,
			Keys:  func(b *PriceBook) []store.Key { return []store.Key{store.K(party.Fold(b.Name))} },
			Clash: func(b *PriceBook) string { return "there is already a price book " + b.Name },
		},
		{
			Name: "scope", Unique: true,
			Keys: func(b *PriceBook) []store.Key {
				if b.Scope == (BookScope{}) {
					return nil
				}
				return []store.Key{store.K(b.Scope.key())}
			},
			Clash: func(*PriceBook) string { return "somebody else's price book is for them already" },
		},
	},
})

// AddBook opens a price book for a customer, a site or a branch. Orders that are created
// from then on, or repinned, look into it before the company's own. The standard book
// needs no opening.
type AddBook struct {
	Book     string   `json:"name"`
	Customer store.ID `json:"customer,omitempty"`
	Site     store.ID `json:"site,omitempty"`
	Branch   store.ID `json:"branch,omitempty"`
}

// Name implements store.Command.
func (c *AddBook) Name() string { return "price.add_book.v1" }

// Undoable implements store.Undoable.
func (c *AddBook) Undoable() {}

// Do implements store.Command.
func (c *AddBook) Do(tx *store.Tx) error {
	b := &PriceBook{Scope: BookScope{c.Customer, c.Site, c.Branch}}
	var err error
	if b.Name, err = party.ParseName("name", "price book", c.Book); err != nil {
		return err
	}
	if party.Fold(b.Name) == StandardBook {
		return fault.Invalidf("name", "the book %s is the company's own", StandardBook).With("book.standard")
	}
	if err := b.Scope.check(tx); err != nil {
		return err
	}
	b.ID = PriceBooks.NewID(tx, party.Fold(b.Name))
	for other, err := range PriceBooks.By(tx, "scope", store.K(b.Scope.key())) {
		if err != nil {
			return err
		}
		return fault.Conflictf("%s is their price book already", other.Name).With("book.taken").
			Hint("callout price set … --book %q", other.Name)
	}
	tx.Returns(b.ID, b.Name)
	return PriceBooks.Put(tx, b)
}

// bookNamed returns a book. The standard one is made with its first price; others are opened for somebody, as
// nobody would be charged by one that was made by mistyping a name.
func bookNamed(tx *store.Tx, name string) (*PriceBook, error) {
	if name == "" {
		name = StandardBook
	}
	book, err := PriceBooks.Find(tx, name)
	if err == nil || !fault.Is(err, fault.NotFound) || party.Fold(name) != party.Fold(StandardBook) {
		return book, err
	}
	book = &PriceBook{Name: StandardBook}
	book.ID = PriceBooks.NewID(tx, party.Fold(StandardBook))
	return book, PriceBooks.Put(tx, book)
}

// bookOf returns the revision of the company's book that an order's prices come from: the pinned one, or
// the newest standard book for an order that is older than the first price.
func bookOf(r store.Reader, o *work.WorkOrder) (store.Pin, error) {
	if pin, ok := o.Pins[PinPriceBook]; ok {
		return pin, nil
	}
	return bookUnder(r, "name", store.K(party.Fold(StandardBook)))
}

// bookFor returns the pin of the book that is for a customer, a site or a branch; none
// is an empty pin.
func bookFor(r store.Reader, whom store.ID) (store.Pin, error) {
	if whom == "" {
		return store.Pin{}, nil
	}
	return bookUnder(r, "scope", store.K(whom))
}

// bookUnder returns the pin of the book that stands under a key of an index; none is an empty pin.
func bookUnder(r store.Reader, ix string, key store.Key) (store.Pin, error) {
	for row, err := range PriceBooks.Rows(r, ix, store.Prefix(key)) {
		return store.Pin{Name: row.Name, Rev: row.Rev, ID: row.ID}, err
	}
	return store.Pin{}, nil
}
