package billing

import (
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// ContractClause is one price that a contract agrees: a rate, or a formula by which one
// follows, for a key, at one site or at all that the contract covers.
type ContractClause struct {
	store.Record
	Contract store.ID          `json:"contract"`
	Key      string            `json:"key"` // see [ParseClauseKey]
	Site     store.ID          `json:"site,omitempty"`
	Price    *money.Price      `json:"price,omitempty"`
	Formula  *Formula          `json:"formula,omitempty"`
	Unit     Unit              `json:"unit,omitempty"` // of a rate; a formula has that of what it follows from
	Text     string            `json:"text,omitempty"`
	TaxClass string            `json:"tax_class,omitempty"`
	WithTax  bool              `json:"with_tax,omitempty"`  // the rate includes the tax
	PricedBy PricingDate       `json:"priced_by,omitempty"` // the contract's when empty
	Valid    calendar.Validity `json:"valid,omitzero"`
	Span
}

// ClauseRow is what a list of clauses shows.
type ClauseRow struct {
	ID       store.ID          `json:"id"`
	Contract store.ID          `json:"contract"`
	Key      string            `json:"key"`
	Site     store.ID          `json:"site,omitempty"`
	Price    *money.Price      `json:"price,omitempty"`
	Formula  *Formula          `json:"formula,omitempty"`
	Unit     Unit              `json:"unit,omitempty"`
	Text     string            `json:"text,omitempty"`
	TaxClass string            `json:"tax_class,omitempty"`
	WithTax  bool              `json:"with_tax,omitempty"` // the rate includes the tax
	PricedBy PricingDate       `json:"priced_by,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
	Since    int               `json:"since_rev"`
}

// ContractClauses holds the clauses of all contracts: all of a key's, and those that stand now.
var ContractClauses = store.Define(store.Def[ContractClause, ClauseRow]{
	Name: "contract_clause", Prefix: "cls", Title: "clause",
	Row: func(c *ContractClause) ClauseRow {
		return ClauseRow{
			c.ID, c.Contract, c.Key, c.Site, c.Price, c.Formula, c.Unit, c.Text, c.TaxClass, c.WithTax, c.PricedBy, c.Valid, c.Since,
		}
	},
	Indexes: []store.Index[ContractClause]{
		{Name: "key", Keys: func(c *ContractClause) []store.Key {
			return []store.Key{store.K(c.Contract, party.Fold(c.Key), c.Since)}
		}},
		{Name: "current", Keys: func(c *ContractClause) []store.Key {
			if c.Until != 0 {
				return nil
			}
			return []store.Key{store.K(c.Contract, party.Fold(c.Key), c.Site, c.Formula != nil, c.Valid.From.String())}
		}},
		{Name: "site", Keys: func(c *ContractClause) []store.Key {
			if c.Site == "" {
				return nil
			}
			return []store.Key{store.K(c.Site)}
		}},
	},
})

// keyGroup begins the keys of groups of parts and services.
const keyGroup = "group"

// keyAll is the key of a formula for whatever has a price.
const keyAll = "all"

// ParseClauseKey reads what a clause of a contract is for: what has a price in a book (see
// [ParsePriceKey]), or a group of parts and services, "group:NAME". A formula may also be for
// all of a kind: "part", "service", "expense", or for "all".
func ParseClauseKey(field, s string, formula bool) (string, error) {
	kind, rest, has := strings.Cut(strings.TrimSpace(s), ":")
	kind = strings.ToLower(kind)
	switch {
	case kind == keyGroup:
		name, err := code(field, "group", rest)
		return keyGroup + ":" + name, err
	case formula && !has && (kind == string(PartItem) || kind == string(ServiceItem) || kind == string(ExpenseItem) || kind == keyAll):
		return kind, nil
	}
	key, err := ParsePriceKey(field, s)
	if fault.CodeOf(err) == "price.key" {
		hint := "write labour, labour:ROLE, travel, travel:ROLE, part:CODE, service:CODE or group:NAME"
		if formula {
			hint += "; or part, service, expense or all"
		}
		err = fault.Invalidf(field, "%q is nothing that a contract prices", s).With("price.key").Hint("%s", hint)
	}
	return key, err
}

// rule says a clause in a few words.
func (c *ContractClause) rule() string {
	rule := c.Key
	if c.Formula != nil {
		rule += ": " + c.Formula.String()
	}
	if c.Site != "" {
		rule += ", at this site"
	}
	if c.Valid != (calendar.Validity{}) {
		rule += ", " + c.Valid.String()
	}
	return rule
}

// SetClause makes a new revision of a contract in which a key has a rate, or a formula, on
// the days from From up to, but not including, To. What the contract said of the same key at
// the same site for those days ends with the revision before; rates and formulas stand
// beside each other. It is not undone: orders may have pinned the revision.
type SetClause struct {
	Contract store.ID          `json:"contract"`
	Key      string            `json:"key"`
	Site     store.ID          `json:"site,omitempty"`
	Price    *money.Price      `json:"price,omitempty"`
	Formula  *Formula          `json:"formula,omitempty"`
	Unit     Unit              `json:"unit,omitempty"`
	Text     string            `json:"text,omitempty"`
	TaxClass string            `json:"tax_class,omitempty"`
	WithTax  bool              `json:"with_tax,omitempty"` // the rate includes the tax
	PricedBy PricingDate       `json:"priced_by,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *SetClause) Name() string { return "contract.set_clause.v1" }

// Do implements store.Command.
func (c *SetClause) Do(tx *store.Tx) error {
	k, err := Contracts.Get(tx, c.Contract)
	if err != nil {
		return err
	}
	n, err := c.clause(tx, k)
	if err != nil {
		return err
	}
	for old, err := range ContractClauses.By(tx, "current", store.K(k.ID, party.Fold(n.Key))) {
		if err != nil {
			return err
		}
		if old.says(n) {
			tx.Returns(k.ID, k.Name)
			return nil
		}
	}
	n.Span = begun(tx, k.Rev+1)
	if err := k.giveWay(tx, n); err != nil {
		return err
	}
	n.ID = ContractClauses.NewID(tx, "")
	if err := ContractClauses.Put(tx, n); err != nil {
		return err
	}
	return k.revise(tx)
}

// clause checks the command's fields.
func (c *SetClause) clause(tx *store.Tx, k *Contract) (*ContractClause, error) {
	n := &ContractClause{
		Contract: k.ID, Site: c.Site, Price: c.Price, Formula: c.Formula, PricedBy: c.PricedBy, Valid: c.Valid,
		WithTax: c.WithTax && c.Price != nil, // what a formula gives is as what it follows from
	}
	if (c.Price == nil) == (c.Formula == nil) {
		return nil, fault.Invalidf("price", "a clause agrees a rate or a formula").With("contract.clause").
			Hint("callout contract rate %q KEY AMOUNT", k.Name).Hint("callout contract formula %q KEY --book-times 0.9", k.Name)
	}
	var err error
	if n.Key, err = ParseClauseKey("key", c.Key, c.Formula != nil); err != nil {
		return nil, err
	}
	if c.Site != "" {
		if err := siteOf(tx, k.Customer, c.Site); err != nil {
			return nil, err
		}
		if !k.Terms.Covers(c.Site) {
			return nil, fault.Invalidf("site", "%s is not about that site", k.Name).With("contract.site").
				Hint("callout contract edit %q --site …", k.Name)
		}
	}
	if n.Text, err = line("text", c.Text); err != nil {
		return nil, err
	}
	if n.TaxClass, err = taxClass("tax", c.TaxClass); err != nil {
		return nil, err
	}
	if err := firstError(c.Valid.Check("from"), c.PricedBy.check("priced-by")); err != nil {
		return nil, err
	}
	if c.Formula != nil {
		return n, c.Formula.check(n.Key)
	}
	if err := positive("price", *c.Price); err != nil {
		return nil, err
	}
	n.Unit, err = unitOf(tx, n.Key, c.Unit)
	return n, err
}

// says reports whether a clause says already what a new one would.
func (c *ContractClause) says(n *ContractClause) bool {
	if (c.Price == nil) != (n.Price == nil) || c.Price != nil && !c.Price.Equal(*n.Price) {
		return false
	}
	if (c.Formula == nil) != (n.Formula == nil) || c.Formula != nil && c.Formula.String() != n.Formula.String() {
		return false
	}
	return c.Key == n.Key && c.Site == n.Site && c.Unit == n.Unit && c.Text == n.Text && c.TaxClass == n.TaxClass &&
		c.WithTax == n.WithTax && c.PricedBy == n.PricedBy && c.Valid == n.Valid
}

// giveWay ends the clauses of the same kind, key and site for the days of a new one, and keeps them
// for the others. Without a price and a formula the new one only ends what there is, of
// both kinds.
func (c *Contract) giveWay(tx *store.Tx, n *ContractClause) error {
	var standing []*ContractClause
	for old, err := range ContractClauses.By(tx, "current", store.K(c.ID, party.Fold(n.Key))) {
		if err != nil {
			return err
		}
		sameKind := (old.Formula != nil) == (n.Formula != nil) || n.Price == nil && n.Formula == nil
		if old.Site == n.Site && sameKind && old.Valid.Overlaps(n.Valid) {
			standing = append(standing, old)
		}
	}
	if len(standing) == 0 && n.Price == nil && n.Formula == nil {
		return fault.NotFoundf("%s agrees nothing for %s then", c.Name, n.Key).With("contract.no-clause").
			Hint("callout contract show %q", c.Name)
	}
	for _, old := range standing {
		for i, rest := range cut(old.Valid, n.Valid) {
			piece := *old
			piece.Valid, piece.Span = rest, n.Span
			piece.ID = ContractClauses.NewID(tx, string(old.ID)+"/"+string(rune('a'+i)))
			if err := ContractClauses.Put(tx, &piece); err != nil {
				return err
			}
		}
		old.end(tx, n.Since)
		if err := ContractClauses.Put(tx, old); err != nil {
			return err
		}
	}
	return nil
}

// DropClause makes a new revision of a contract that agrees nothing for a key on the
// given days.
type DropClause struct {
	Contract store.ID          `json:"contract"`
	Key      string            `json:"key"`
	Site     store.ID          `json:"site,omitempty"`
	Valid    calendar.Validity `json:"valid,omitzero"`
}

// Name implements store.Command.
func (c *DropClause) Name() string { return "contract.drop_clause.v1" }

// Do implements store.Command.
func (c *DropClause) Do(tx *store.Tx) error {
	k, err := Contracts.Get(tx, c.Contract)
	if err != nil {
		return err
	}
	key, err := ParseClauseKey("key", c.Key, true)
	if err != nil {
		return err
	}
	if err := c.Valid.Check("from"); err != nil {
		return err
	}
	gone := &ContractClause{Key: key, Site: c.Site, Valid: c.Valid, Span: begun(tx, k.Rev+1)}
	if err := k.giveWay(tx, gone); err != nil {
		return err
	}
	return k.revise(tx)
}

// ClausesOf yields what a contract agrees now, by key, site and date.
func ClausesOf(r store.Reader, contract store.ID) ([]ClauseRow, error) {
	var out []ClauseRow
	for row, err := range ContractClauses.Rows(r, "current", store.Prefix(store.K(contract))) {
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}
