package billing

import (
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Rules are how the shop turns work into charges, where nothing else is agreed. They
// have revisions, and a work order pins the one it was created under. The zero value
// is what counts before any were set: time by the exact minute, as hours with two
// decimals, money rounded half away from zero, payable on receipt.
type Rules struct {
	Labour      TimeRounding   `json:"labour,omitzero"`
	Travel      TimeRounding   `json:"travel,omitzero"`
	PaymentDays int            `json:"payment_days,omitempty"` // from issue to due
	Rounding    money.Rounding `json:"rounding,omitzero"`
	// Markup prices a part that has a cost and no price.
	Markup Markup `json:"markup,omitempty"`
	// PriceReason asks for a reason where somebody names a price by hand.
	PriceReason bool `json:"price_reason,omitempty"`
	Surcharges
	CallOut *CallOut `json:"call_out,omitempty"`
	Driving Driving  `json:"driving,omitzero"` // what travel is billed by
}

// check holds rules to what can be, whoever sets them.
func (r *Rules) check() error {
	if err := r.Labour.check("labour"); err != nil {
		return err
	}
	if err := r.Travel.check("travel"); err != nil {
		return err
	}
	if r.PaymentDays < 0 || r.PaymentDays > 366 {
		return fault.Invalidf("payment_days", "%d is no number of days to pay in", r.PaymentDays).With("rules.days")
	}
	if err := r.Surcharges.check(); err != nil {
		return err
	}
	if r.CallOut != nil {
		if err := r.CallOut.check(); err != nil {
			return err
		}
	}
	return firstError(r.Driving.check(), r.Markup.check("markup"))
}

// RuleBook holds the revisions of the rules.
var RuleBook = store.Revised[Rules]{Kind: "billing_rules", Title: "billing rules"}

// PinRules is the kind of pin by which an order holds to a revision of the rules.
const PinRules = "billing_rules"

const rulesName = "billing"

// CurrentRules returns the newest rules.
func CurrentRules(r store.Reader) (Rules, store.Pin, error) {
	has, err := RuleBook.Has(r, rulesName)
	if err != nil || !has {
		return Rules{}, store.Pin{}, err
	}
	rules, pin, err := RuleBook.Newest(r, rulesName)
	if err != nil {
		return Rules{}, pin, err
	}
	return *rules, pin, nil
}

// SetRules makes a new revision of the rules. It is not undone: orders may have pinned it.
type SetRules struct {
	Rules Rules `json:"rules"`
}

// Name implements store.Command.
func (c *SetRules) Name() string { return "billing.set_rules.v1" }

// Do implements store.Command.
func (c *SetRules) Do(tx *store.Tx) error {
	if err := c.Rules.check(); err != nil {
		return err
	}
	_, err := RuleBook.Publish(tx, rulesName, c.Rules)
	return err
}
