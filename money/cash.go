package money

import "callout/internal/fault"

// CashStep is the smallest coin in which a sum is paid where small coins are out of
// use: 0.05 for francs. What a document asks for is rounded to it beside the total
// (EN 16931 BT-114), never in lines or taxes. Zero is no such rounding.
type CashStep struct{ Amount }

// Check refuses a step that is negative, finer than the currency, or so coarse that it
// would round away money that people notice: more than a hundred of the smallest unit.
func (s CashStep) Check(field string, cur Currency) error {
	a, err := s.In(field, cur)
	if err != nil {
		return err
	}
	if a.Sign() < 0 || a.Cmp(Minor(100, cur)) > 0 {
		return fault.Invalidf(field, "%s is no smallest coin", a.Format(cur)).With("cash.step").
			Hint("write a sum such as 0.05, or 0 where all coins are in use")
	}
	return nil
}

// Round returns what has to be added to a sum so that it can be paid, the nearer way;
// a sum in the middle of two steps goes away from zero.
func (s CashStep) Round(a Amount) Amount {
	if s.IsZero() {
		return Amount{}
	}
	return amountOf(HalfAway.quo(a.d, s.d, 0).Mul(s.d)).Sub(a)
}
