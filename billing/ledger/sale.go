package ledger

import (
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/money"
)

// sale is a row of a document as bookkeeping programs import it: a quantity at a price
// before tax, which come to the amount.
type sale struct {
	key      string // of the chart
	account  Account
	on       calendar.Date
	text     string
	qty      money.Quantity
	price    money.Price
	amount   money.Amount
	category string
	rate     money.Percent
}

// sales lists a document's rows: its lines, and what is taken off the whole or added, tax by
// tax. Programs multiply again, and know neither our discounts nor prices with tax: such a line is one
// piece at what it comes to.
func sales(c *Chart, inv *billing.Invoice) []sale {
	var out []sale
	for _, l := range inv.Lines {
		key, account := c.revenue(l.Kind)
		s := sale{key, account, l.On, l.Text, l.Qty, l.Price, l.Net, l.Category, l.Rate}
		if l.WithTax || !l.Off.IsZero() {
			s.text = l.Qty.String() + " " + l.Unit.String() + " " + l.Text
			if l.Discount != nil {
				s.text += ", " + l.Discount.Reason
			}
			s.qty, s.price = piece(l.Net)
		}
		out = append(out, s)
	}
	for i := range inv.Allowances {
		a := &inv.Allowances[i]
		key := keyDiscount
		if a.Surcharge {
			key = keySurcharge
		}
		for _, p := range a.Parts {
			amount := p.Net
			if !a.Surcharge {
				amount = amount.Neg()
			}
			qty, price := piece(amount)
			out = append(out, sale{key, c.only(key), inv.To, a.Reason, qty, price, amount, p.Category, p.Rate})
		}
	}
	for _, d := range inv.Deducted {
		if d.Net.IsZero() { // another tax on a sum that is taken off already
			continue
		}
		qty, price := piece(d.Net.Neg())
		out = append(out, sale{keyDeposit, c.only(keyDeposit), inv.To, "less deposit " + d.Number, qty, price, d.Net.Neg(), d.Category, d.Rate})
	}
	return out
}

// otherwise says what the documents ask for beside their sum, which programs that import rows do not know: what is held back,
// or was paid ahead, and bills of what was held back, which have no rows.
func otherwise(program string, docs []*billing.Invoice) []string {
	var bills, less []string
	for _, inv := range docs {
		switch {
		case len(inv.Lines) == 0 && len(inv.Releases) > 0:
			bills = append(bills, inv.Number)
		case !inv.Payable().Equal(inv.Claim()):
			less = append(less, inv.Number+" ("+inv.Payable().Fixed(inv.Currency)+" of "+inv.Claim().Fixed(inv.Currency)+")")
		}
	}
	var notes []string
	if len(less) > 0 {
		notes = append(notes, program+" takes the whole as owed, where a part is held back or was paid ahead: "+strings.Join(less, ", "))
	}
	return append(notes, leftOut(bills, program+" has no rows for what was held back")...)
}

// piece is an amount as one of something, or one given back: prices are never negative.
func piece(a money.Amount) (money.Quantity, money.Price) {
	qty, d := money.NewQuantity(1, 0), a.Abs().Decimal()
	if a.Sign() < 0 {
		qty = qty.Neg()
	}
	return qty, money.NewPrice(d.CoefficientInt64(), -d.Exponent())
}
