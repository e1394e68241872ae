package billing

import "callout/money"

// allowed is what discounts and surcharges on the whole add to what a document bills before tax; discounts are less than nothing.
func (inv *Invoice) allowed() money.Amount {
	var sum money.Amount
	for i := range inv.Allowances {
		sum = sum.Add(inv.Allowances[i].effect())
	}
	return sum
}

// asksAhead reports whether a document is for a deposit, or takes one back.
func (inv *Invoice) asksAhead() bool { return len(inv.Lines) > 0 && inv.Lines[0].Kind == FromDeposit }

// AllowedByLine divides that among the document's lines by their nets, so that it may be reported by what the lines stand for:
// each part of a discount among the lines that bear its tax, to the smallest unit. It adds up to all of it. Where the lines of
// a tax come to nothing the first of them bears it.
func (inv *Invoice) AllowedByLine() map[int]money.Amount {
	out := map[int]money.Amount{}
	for i := range inv.Allowances {
		a := &inv.Allowances[i]
		for _, p := range a.Parts {
			var at []int
			var weights []money.Amount
			for j := range inv.Lines {
				if l := &inv.Lines[j]; l.Category == p.Category && l.Rate.Equal(p.Rate) {
					at, weights = append(at, l.N), append(weights, l.Net)
				}
			}
			if len(at) == 0 { // a document with an allowance under a tax has a line under it
				continue
			}
			parts, err := money.Allocate(p.Net, weights, inv.Currency)
			if err != nil {
				parts = make([]money.Amount, len(at))
				parts[0] = p.Net
			}
			for j, n := range at {
				out[n] = out[n].Add(a.signed(parts[j]))
			}
		}
	}
	return out
}
