package billing

import (
	"time"

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
}

// TimeRounding is how long an entry counts. The entry itself is never rounded. What it
// counts becomes hours with two decimals, and those hours are what is printed and
// multiplied: no longer number is kept behind them (kimai/kimai#3282).
type TimeRounding struct {
	Increment int      `json:"increment_minutes,omitempty"` // 0 is exact
	Minimum   int      `json:"minimum_minutes,omitempty"`   // of an entry in which work was done
	Mode      StepMode `json:"mode,omitempty"`              // up when empty
}

// StepMode is which way time between two steps goes.
type StepMode string

// The modes.
const (
	StepUp      StepMode = "up"
	StepNearest StepMode = "nearest" // the middle goes up
	StepDown    StepMode = "down"
)

// hourDecimals is how exactly billed hours are stated.
const hourDecimals = 2

// Count applies the minimum, then the steps. No work is no minimum.
func (t TimeRounding) Count(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	d = max(d, time.Duration(t.Minimum)*time.Minute)
	step := time.Duration(t.Increment) * time.Minute
	if step == 0 {
		return d
	}
	switch t.Mode {
	case StepDown:
		return d / step * step
	case StepNearest:
		return (d + step/2) / step * step
	default:
		return (d + step - 1) / step * step
	}
}

// Hours is what an entry of that length bills.
func (t TimeRounding) Hours(d time.Duration, mode money.Rounding) money.Quantity {
	return money.HoursOf(t.Count(d), hourDecimals, mode)
}

func (t TimeRounding) check(field string) error {
	const most = 24 * 60
	if t.Increment < 0 || t.Increment > most || t.Minimum < 0 || t.Minimum > most {
		return fault.Invalidf(field, "steps and minimums lie between 0 and %d minutes", most).With("rules.minutes")
	}
	switch t.Mode {
	case "", StepUp, StepNearest, StepDown:
		return nil
	}
	return fault.Invalidf(field, "%q is no way to round time; there are up, nearest and down", t.Mode).With("rules.mode")
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

// check holds rules to what they may say.
func (r *Rules) check() error {
	if r.PaymentDays < 0 || r.PaymentDays > 366 {
		return fault.Invalidf("payment_days", "%d is no number of days to pay in", r.PaymentDays).With("rules.days")
	}
	return firstError(r.Labour.check("labour"), r.Travel.check("travel"), r.Markup.check("markup"))
}
