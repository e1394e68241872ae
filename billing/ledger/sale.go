package ledger

import (
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
		s := sale{
			keyRevenue + ":" + string(l.Kind), c.revenue(l.Kind), l.On, l.Text, l.Qty, l.Price, l.Net, l.Category, l.Rate,
		}
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
	return out
}

// piece is an amount as one of something, or one given back: prices are never negative.
func piece(a money.Amount) (money.Quantity, money.Price) {
	qty, d := money.NewQuantity(1, 0), a.Abs().Decimal()
	if a.Sign() < 0 {
		qty = qty.Neg()
	}
	return qty, money.NewPrice(d.CoefficientInt64(), -d.Exponent())
}
