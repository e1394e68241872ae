package billing

// deducted prints what deposit invoices have asked for already, with the figures and the
// document that they were invoiced on.
func (p *page) deducted(inv *Invoice, sum func(label, amount string)) {
	if len(inv.Deducted) == 0 {
		return
	}
	sum("All lines", inv.linesNet().Fixed(inv.Currency))
	for _, d := range inv.Deducted {
		sum("less "+d.Number+" of "+d.IssuedOn.String()+" (tax "+taxWord(d.Category, d.Rate.String())+": "+d.VAT.Fixed(inv.Currency)+")",
			d.Net.Neg().Fixed(inv.Currency))
	}
}

// payable prints what is held back or paid ahead, and what that leaves to pay.
func (p *page) payable(inv *Invoice, sum func(label, amount string)) {
	if inv.Retained != nil {
		sum("Held back ("+inv.Retained.Rule+")", inv.Retained.Amount.Neg().Fixed(inv.Currency))
	}
	for _, d := range inv.OnAccount {
		sum("Paid ahead: "+d.Title, d.Amount.Neg().Fixed(inv.Currency))
	}
	if !inv.Payable().Equal(inv.Claim()) {
		sum("Payable now", inv.Payable().Format(inv.Currency))
	}
}
