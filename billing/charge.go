package billing

import (
	"cmp"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/money"
	"callout/store"
)

// Charge is what one time entry, item or milestone comes to, or a part of it: raw and billed quantity,
// price with its trace, amount, tax and cost. It is computed afresh as long as nothing is decided on
// it, kept once an invoice is proposed, and immutable once that invoice is approved. What changes
// afterwards makes a new version, which supersedes it.
type Charge struct {
	store.Record
	Order  store.ID `json:"order"`
	Source store.ID `json:"source"` // the time entry, visit, item or milestone
	// Part tells the charges of one source apart, such as its regular hours and those
	// after hours; "" is all of it. The parts' worked time adds up to the source's.
	Part     string         `json:"part,omitempty"`
	Kind     SourceKind     `json:"kind"`
	Version  int            `json:"version"`
	State    ChargeState    `json:"state"`
	On       calendar.Date  `json:"on"` // service date; prices and tax go by it
	Text     string         `json:"text"`
	Worked   int64          `json:"worked_seconds,omitempty"` // raw time
	Qty      money.Quantity `json:"qty"`                      // billed: what is printed and multiplied
	Unit     Unit           `json:"unit"`
	Price    *money.Price   `json:"price,omitempty"` // nil is unpriced, never 0
	Amount   money.Amount   `json:"amount"`
	TaxClass string         `json:"tax_class,omitempty"`
	Category string         `json:"category,omitempty"` // UNTDID 5305
	Rate     money.Percent  `json:"rate"`
	Legend   string         `json:"legend,omitempty"`
	Treatment
	// Covered says why this costs but is not billed by itself, e.g. "covered by the agreed price".
	Covered string `json:"covered,omitempty"`
	// Shown says that a document shows it all the same, at nothing.
	Shown bool `json:"shown,omitempty"`
	// CoverBy is who decided by hand whether it is charged.
	CoverBy store.ID `json:"cover_by,omitempty"`
	Named   store.ID `json:"price_named_by,omitempty"` // who named the price by hand, or accepted one below its floor
	// DiscountBy is who gave the discount.
	DiscountBy store.ID    `json:"discount_by,omitempty"`
	Trace      []PriceStep `json:"trace,omitempty"`
	Book       store.Pin   `json:"book,omitzero"`
	// Contract is the one that gave the price, if one did.
	Contract store.Pin `json:"contract,omitzero"`
	Rules    store.Pin `json:"rules,omitzero"`
	Tax      store.Pin `json:"tax,omitzero"`
	Hash     string    `json:"hash"` // of the declared content
	// Supersedes is the version before.
	Supersedes store.ID   `json:"supersedes,omitempty"`
	Cost       ChargeCost `json:"cost,omitzero"`
	// problems are why the charge cannot be billed as it is; a kept charge has none.
	problems []problem
	// ownClass is the tax class that the item, its part or its price has, before anything else counts.
	ownClass string
}

// ChargeCost is what the source cost the shop.
type ChargeCost struct {
	Amount money.Cost `json:"amount,omitzero"` // unknown is not zero
}

// TakeCost implements store.Costed.
func (c *Charge) TakeCost() any {
	cost := c.Cost
	c.Cost = ChargeCost{}
	if !cost.Amount.IsKnown() {
		return nil
	}
	return cost
}

// problem is one reason why a charge cannot be billed.
type problem struct {
	code string // of the requirement that it breaks
	text string
	fix  string
}

// SourceKind says what a charge stands for.
type SourceKind string

// The kinds of sources.
const (
	FromTime      SourceKind = "time"
	FromVisit     SourceKind = "visit" // what a visit bears by itself: a call-out charge, the way there
	FromItem      SourceKind = "item"
	FromMilestone SourceKind = "milestone"
	FromProgress  SourceKind = "progress"
	FromMeasure   SourceKind = "measure"
	FromDeposit   SourceKind = "deposit"
)

// ChargeState is where a charge stands.
type ChargeState string

// The states of a charge. An approved charge is never written again, but for being superseded
// while no part of it is billed.
const (
	ChargeProposed   ChargeState = "proposed"
	ChargeApproved   ChargeState = "approved"
	ChargeSuperseded ChargeState = "superseded"
)

// ChargeTransitions is what may happen to a charge.
func ChargeTransitions() map[ChargeState]map[string]ChargeState {
	return map[ChargeState]map[string]ChargeState{
		ChargeProposed:   {"approve": ChargeApproved, "supersede": ChargeSuperseded},
		ChargeApproved:   {"supersede": ChargeSuperseded},
		ChargeSuperseded: {},
	}
}

// partKey is a key by source, and by part where the source has several: what was kept
// before sources had parts is found under the keys of then.
func partKey(src store.ID, part string, rest ...any) store.Key {
	fields := []any{src}
	if part != "" {
		fields = append(fields, part)
	}
	return store.K(append(fields, rest...)...)
}

// PartRegular is the part of a source that nothing was added to, where others are.
const PartRegular = "regular"

// comparePart orders the parts of a source: what is regular first.
func comparePart(a, b string) int {
	return cmp.Or(first(a == PartRegular, b == PartRegular), cmp.Compare(a, b))
}

// Charges holds the charges, by source, part and version, and by order.
var Charges = store.Define(store.Def[Charge, store.NoRow]{
	Name: "charge", Prefix: "chg", Title: "charge",
	Indexes: []store.Index[Charge]{
		{Name: "source", Unique: true, Keys: func(c *Charge) []store.Key { return []store.Key{partKey(c.Source, c.Part, c.Version)} }},
		{Name: "order", Keys: func(c *Charge) []store.Key {
			return []store.Key{append(store.K(c.Order), partKey(c.Source, c.Part, c.Version)...)}
		}},
		{
			Name: "standing", Unique: true,
			Keys: func(c *Charge) []store.Key {
				if c.State == ChargeSuperseded {
					return nil
				}
				return []store.Key{partKey(c.Source, c.Part)}
			},
			Clash: func(*Charge) string { return "the work stands on a charge already" },
		},
	},
})

// chargeContent is what a charge's hash is over. Costs, traces and the revisions behind
// them explain it; they are not what is asked for.
type chargeContent struct {
	Source   store.ID       `json:"source"`
	Part     string         `json:"part,omitempty"`
	Kind     SourceKind     `json:"kind"`
	On       calendar.Date  `json:"on"`
	Text     string         `json:"text"`
	Worked   int64          `json:"worked_seconds"`
	Qty      money.Quantity `json:"qty"`
	Unit     Unit           `json:"unit"`
	Price    *money.Price   `json:"price"`
	Amount   money.Amount   `json:"amount"`
	TaxClass string         `json:"tax_class"`
	Category string         `json:"category"`
	Rate     money.Percent  `json:"rate"`
	Legend   string         `json:"legend"`
	Treatment
}

// seal computes the hash of the declared content.
func (c *Charge) seal() error {
	h, err := approval.Hash(chargeContent{
		c.Source, c.Part, c.Kind, c.On, c.Text, c.Worked, c.Qty, c.Unit, c.Price, c.Amount, c.TaxClass, c.Category, c.Rate, c.Legend, c.Treatment,
	})
	c.Hash = h
	return err
}

// equal reports whether two charges ask for the same. It spares computing hashes where
// both are at hand.
func (c *Charge) equal(o *Charge) bool {
	if (c.Price == nil) != (o.Price == nil) || c.Price != nil && !c.Price.Equal(*o.Price) {
		return false
	}
	return c.Source == o.Source && c.Part == o.Part && c.Kind == o.Kind && c.On == o.On && c.Text == o.Text && c.Worked == o.Worked &&
		c.Qty.Equal(o.Qty) && c.Unit == o.Unit && c.Amount.Equal(o.Amount) && c.TaxClass == o.TaxClass &&
		c.Category == o.Category && c.Rate.Equal(o.Rate) && c.Legend == o.Legend && c.Treatment.same(&o.Treatment) && c.Covered == o.Covered && c.Shown == o.Shown && c.CoverBy == o.CoverBy
}

// costOf is worked time × rate per hour, rounded once. The hours are carried to twelve
// decimals, the last one up, so that a product which lies exactly between two cents,
// such as 20 minutes at 30.015, is not lost below the middle.
func costOf(worked time.Duration, rate money.Price, cur money.Currency, mode money.Rounding) money.Cost {
	const decimals = 12
	return money.KnownCost(money.LineAmount(money.HoursOf(worked, decimals, money.Up), rate, cur, mode))
}

// checkCharges holds that an approved charge stands still, that none disappears, and that no source
// is charged as a whole and in parts.
func checkCharges(tx *store.Tx) error {
	changed, err := Charges.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After != nil && ch.After.Part != "" && ch.After.State != ChargeSuperseded {
			for c, err := range Charges.By(tx, "standing", store.K(ch.After.Source)) {
				if err != nil {
					return err
				}
				if c.Part == "" {
					return broken("charge.twice", "%q is charged as a whole and in parts", c.Text)
				}
			}
		}
		if ch.Before == nil {
			continue
		}
		if ch.After == nil || ch.Before.State == ChargeSuperseded {
			return broken("charge.fixed", "a charge that was made stays as it is")
		}
		if ch.Before.State == ChargeApproved && (!ch.Before.equal(ch.After) || ch.Before.Hash != ch.After.Hash) {
			return broken("charge.fixed", "an approved charge cannot change")
		}
	}
	return nil
}
