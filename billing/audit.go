package billing

import (
	"cmp"
	"fmt"
	"slices"

	"callout/approval"
	"callout/money"
	"callout/store"
)

// Audits lists this room's own checks of everything that is stored.
func Audits() []store.Audit {
	return []store.Audit{
		{Name: "invoice numbers", Run: auditNumbers},
		{Name: "invoices", Run: auditInvoices},
		{Name: "allocations", Run: auditAllocations},
		{Name: "charges", Run: auditCharges},
		{Name: "time entries", Run: auditTime},
		{Name: "draws on agreements", Run: auditDraws},
		{Name: "contracts", Run: auditContracts},
		{Name: "payments", Run: auditLedger},
		{Name: "closed periods", Run: auditPeriods},
	}
}

// auditNumbers looks for gaps, repetitions and dates out of order in each series.
func auditNumbers(r store.Reader, report func(store.ID, string)) error {
	for _, kind := range InvoiceKinds() {
		byYear := map[int][]*Invoice{}
		for inv, err := range Invoices.All(r) {
			if err != nil {
				return err
			}
			if inv.Kind == kind && inv.Number != "" {
				byYear[inv.IssuedOn.Year] = append(byYear[inv.IssuedOn.Year], inv)
			}
		}
		for year := firstYear; year < lastYear; year++ { // also those whose documents are all gone
			if err := auditSeries(r, series(kind, year), byYear[year], report); err != nil {
				return err
			}
		}
	}
	return nil
}

// The years in which an instant can lie that anybody stated.
const (
	firstYear = 1970
	lastYear  = 2200
)

func auditSeries(r store.Reader, s store.Series, list []*Invoice, report func(store.ID, string)) error {
	last, err := store.LastNumber(r, s.Name)
	if err != nil {
		return err
	}
	if last != uint64(len(list)) {
		report("", fmt.Sprintf("series %s has given %d numbers, but %d documents carry one", s.Name, last, len(list)))
	}
	slices.SortFunc(list, func(a, b *Invoice) int { // 99,999 is followed by a longer number
		return cmp.Or(cmp.Compare(len(a.Number), len(b.Number)), cmp.Compare(a.Number, b.Number))
	})
	for i, inv := range list {
		if want := fmt.Sprintf(s.Format, i+1); inv.Number != want {
			report(inv.ID, fmt.Sprintf("%s stands where %s should be", inv.Number, want))
		}
		if i > 0 && inv.IssuedOn.Before(list[i-1].IssuedOn) {
			report(inv.ID, fmt.Sprintf("%s is dated %s, before %s", inv.Number, inv.IssuedOn, list[i-1].Number))
		}
	}
	return nil
}

// auditInvoices recomputes every document's totals and hash, and looks for released ones
// that nobody approved.
func auditInvoices(r store.Reader, report func(store.ID, string)) error {
	for inv, err := range Invoices.All(r) {
		if err != nil {
			return err
		}
		if _, ok := InvoiceTransitions()[inv.Status]; !ok {
			report(inv.ID, inv.Name()+" has the unknown status "+string(inv.Status))
		}
		hash, err := inv.contentHash()
		if err != nil {
			return err
		}
		if hash != inv.Hash {
			report(inv.ID, inv.Name()+" does not say what its hash was taken over")
		}
		why, err := inv.unsound(r)
		if err != nil {
			return err
		}
		if why != "" {
			report(inv.ID, inv.Name()+" does not add up: "+why)
		}
		if (inv.Status == InvoiceReleased) != (inv.Number != "") {
			report(inv.ID, fmt.Sprintf("%s is %s", inv.Name(), inv.Status))
		}
		if inv.Status != InvoiceReleased {
			continue
		}
		q, err := approval.Granted(r, ApprovalInvoice, inv.ID, inv.Hash)
		if err != nil {
			return err
		}
		if q == nil {
			report(inv.ID, inv.Number+" is released, but nobody approved it as it is")
		} else {
			for _, d := range q.Decisions() {
				if d.Mode != approval.Single && slices.Contains(q.Makers, d.By) {
					report(inv.ID, inv.Number+" was approved by somebody who made it")
				}
			}
		}
		if err := auditLines(r, inv, report); err != nil {
			return err
		}
	}
	return nil
}

// unsound computes a document's figures once more and says how they differ: an invoice's from
// its lines, a credit note's from its invoice.
func (inv *Invoice) unsound(r store.Reader) (string, error) {
	if inv.Kind != KindCreditNote {
		mode, err := roundingOf(r, inv)
		if err != nil {
			return "", err
		}
		return inv.miscounted(mode), nil
	}
	o, err := loadOriginal(r, inv)
	if err != nil || inv.Status == InvoiceDiscarded { // what was given up is compared with nothing
		return "", err
	}
	return o.unlike(inv), nil
}

// roundingOf is how a document's figures were rounded: the charges name the rules.
func roundingOf(r store.Reader, inv *Invoice) (money.Rounding, error) {
	for _, l := range inv.Lines {
		c, ok, err := Charges.Try(r, l.Charge)
		if err != nil {
			return money.HalfAway, err
		}
		if !ok || c.Rules.ID == "" {
			continue
		}
		rules, err := RuleBook.At(r, c.Rules)
		if err != nil {
			return money.HalfAway, err
		}
		return rules.Rounding, nil
	}
	return money.HalfAway, nil
}

// auditLines holds each line of a released document against its allocations.
func auditLines(r store.Reader, inv *Invoice, report func(store.ID, string)) error {
	qty := map[int]money.Quantity{}
	net := map[int]money.Amount{}
	for a, err := range Allocations.By(r, "invoice", store.K(inv.ID)) {
		if err != nil {
			return err
		}
		if (a.Sign == -1) != (inv.Kind == KindCreditNote) {
			report(a.ID, "it has the wrong sign for "+inv.Number)
		}
		qty[a.Line], net[a.Line] = qty[a.Line].Add(a.Qty), net[a.Line].Add(a.Amount)
	}
	for _, l := range inv.Lines {
		if !qty[l.N].Equal(l.freed()) || !net[l.N].Equal(l.Net) {
			report(inv.ID, fmt.Sprintf("line %d of %s states %s for %s, its allocations %s for %s", l.N, inv.Number, l.freed(), l.Net, qty[l.N], net[l.N]))
		}
		delete(qty, l.N)
	}
	for n := range qty {
		report(inv.ID, fmt.Sprintf("%s has an allocation for line %d, which it does not have", inv.Number, n))
	}
	return nil
}

// auditAllocations recomputes what is billed of every charge, and what is reversed of every allocation.
func auditAllocations(r store.Reader, report func(store.ID, string)) error {
	var charges, reversed []store.ID
	for a, err := range Allocations.All(r) {
		if err != nil {
			return err
		}
		charges = append(charges, a.Charge)
		if a.Reverses != "" {
			reversed = append(reversed, a.Reverses)
		}
		inv, ok, err := Invoices.Try(r, a.Invoice)
		if err != nil {
			return err
		}
		if !ok || inv.Status != InvoiceReleased {
			report(a.ID, "it belongs to no released document")
		}
	}
	for _, id := range unique(charges) {
		if err := chargeBalance(r, id); err != nil {
			report(id, err.Error())
		}
	}
	for _, id := range unique(reversed) {
		if err := reversalBalance(r, id); err != nil {
			report(id, err.Error())
		}
	}
	return nil
}

// auditCharges recomputes the hash of every charge.
func auditCharges(r store.Reader, report func(store.ID, string)) error {
	for c, err := range Charges.All(r) {
		if err != nil {
			return err
		}
		had := c.Hash
		if err := c.seal(); err != nil {
			return err
		}
		if c.Hash != had {
			report(c.ID, "the charge does not say what its hash was taken over")
		}
	}
	return nil
}

// auditTime looks for approved time that nobody approved as it is, or that its own
// technician approved.
func auditTime(r store.Reader, report func(store.ID, string)) error {
	for e, err := range TimeEntries.All(r) {
		if err != nil {
			return err
		}
		if e.Status != TimeApproved {
			continue
		}
		hash, err := approval.Hash(e.Content())
		if err != nil {
			return err
		}
		q, err := approval.Granted(r, ApprovalTime, e.ID, hash)
		if err != nil {
			return err
		}
		if q == nil {
			report(e.ID, "the time is approved, but nobody approved it as it is")
			continue
		}
		for _, d := range q.Decisions() {
			if (d.By == e.Person || d.For == e.Person) && d.Mode != approval.Single {
				report(e.ID, "the time was approved by the person who worked it")
			}
		}
	}
	return nil
}
