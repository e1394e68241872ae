package billing

import (
	"callout/internal/fault"
	"callout/money"
)

// Retainage is what the customer may hold back of progress until the work is accepted: a
// percentage of what was earned before tax, which may fall once a share of the contract is
// done, and which never comes to more than Max. The zero value holds nothing back.
type Retainage struct {
	Percent money.Percent `json:"percent"`
	// Stored is the percentage of stored material, where it is another one.
	Stored *money.Percent `json:"stored,omitempty"`
	// After is the share of the contract from which on Then is held back of what is earned above it.
	// What was held back before stays: no rate works backwards.
	After *money.Percent `json:"after,omitempty"`
	Then  *money.Percent `json:"then,omitempty"`
	// Max is the most that is held back in all (FAR 52.232-7 knows such a limit).
	Max *money.Amount `json:"max,omitempty"`
}

// check holds the terms to what can be.
func (x *Retainage) check() error {
	hundred := money.NewPercent(100, 0)
	for _, f := range []struct {
		field string
		p     *money.Percent
	}{{"percent", &x.Percent}, {"stored", x.Stored}, {"after", x.After}, {"then", x.Then}} {
		if f.p == nil {
			continue
		}
		if err := f.p.Check(f.field); err != nil {
			return err
		}
		if f.p.Sign() < 0 || f.p.Cmp(hundred) > 0 {
			return fault.Invalidf(f.field, "%s is no share that can be held back", f.p.Format()).With("retainage.percent")
		}
	}
	if (x.After == nil) != (x.Then == nil) {
		return fault.Invalidf("after", "a rate that falls needs both from when on and to what").With("retainage.falls").
			Hint("callout progress retain … --percent 10 --after 50 --then 5")
	}
	if x.Max != nil && x.Max.Sign() <= 0 {
		return fault.Invalidf("max", "the most that is held back is more than nothing").With("retainage.max")
	}
	return nil
}

// rows is what is held back of each row, given the work and the stored material that each has
// come to and the sum of the contract. It is the one place that computes retainage: document, sheet and
// ledger ask here (two formulas gave 180.00 and 60.00 in Dolibarr/dolibarr#40378).
func (x *Retainage) rows(earned, stored []money.Amount, contract money.Amount, cur money.Currency, mode money.Rounding) []money.Amount {
	then, material := x.Percent, x.Percent
	var limit *money.Amount
	if x.After != nil { // and Then with it
		at := money.PercentOf(contract, *x.After, cur, mode)
		limit, then = &at, *x.Then
	}
	if x.Stored != nil {
		material = *x.Stored
	}
	held := money.Tiered(earned, x.Percent, then, limit, cur, mode)
	var sum money.Amount
	for i, s := range stored {
		held[i] = held[i].Add(money.PercentOf(s, material, cur, mode))
		if x.Max != nil {
			held[i] = smaller(held[i], x.Max.Sub(sum))
		}
		sum = sum.Add(held[i])
	}
	return held
}
