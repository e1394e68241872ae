package money

import "callout/internal/fault"

// CumulativeShare is what is due when a contract's progress reaches upTo per cent and
// before has been billed already: round(total × upTo) − before. Billed so, a series
// that ends at 100 % ends at exactly the total, whatever was rounded on the way.
func CumulativeShare(total Amount, upTo Percent, before Amount, cur Currency, mode Rounding) Amount {
	return PercentOf(total, upTo, cur, mode).Sub(before)
}

// CumulativeShares divides total into shares of so many per cent each, by cumulative
// percentage. Shares of 100 % in all add up to total exactly; of less, they leave an
// unbilled rest. Refused are negative shares and more than 100 %.
func CumulativeShares(total Amount, shares []Percent, cur Currency, mode Rounding) ([]Amount, error) {
	var upTo Percent
	var before Amount
	out := make([]Amount, len(shares))
	for i, s := range shares {
		if s.Sign() < 0 {
			return nil, fault.Invalidf("percent", "a share of %s is negative", s.Format()).With("share.negative")
		}
		upTo = upTo.Add(s)
		if upTo.Cmp(NewPercent(100, 0)) > 0 {
			return nil, fault.Invalidf("percent", "the shares come to %s, more than 100 %%", upTo.Format()).With("share.over-100")
		}
		out[i] = CumulativeShare(total, upTo, before, cur, mode)
		before = before.Add(out[i])
	}
	return out, nil
}
