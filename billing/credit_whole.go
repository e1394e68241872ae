package billing

import (
	"callout/approval"
	"callout/money"
	"callout/store"
)

// undoApproval tells the approvals that an invoice was credited as a whole: what was approved of it counts no more
// when it is summed up what one person asks for. A part that is credited changes nothing, because the whole was approved
// at once; and whoever credits and bills again is held to the new invoice, and to the credit itself.
func (inv *Invoice) undoApproval(tx *store.Tx) error {
	orig, err := Invoices.Get(tx, inv.Credits)
	if err != nil {
		return err
	}
	var net, gross money.Amount
	for cn, err := range Invoices.By(tx, "credits", store.K(orig.ID)) {
		if err != nil {
			return err
		}
		if cn.Status == InvoiceReleased {
			net, gross = net.Add(cn.Net), gross.Add(cn.Gross)
		}
	}
	if !net.Equal(orig.Net) || !gross.Equal(orig.Gross) {
		return nil
	}
	return approval.TakenBack(tx, ApprovalInvoice, orig.ID)
}
