package billing

import (
	"fmt"
	"strings"
)

// empty reports whether there is nothing that could be billed, not even something that lacks a price.
func (sub *Subject) empty() bool { return len(sub.Invoice.Lines) == 0 && len(sub.Problems) == 0 }

func reqLines(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqLines, Title: "there is something to bill", Stage: ToPropose}
	if !sub.empty() {
		return q
	}
	for i := range s.Milestones {
		if s.Milestones[i].Status == MilestonePlanned {
			q.Status, q.Reason = NotApplicable, "a milestone is not reached yet"
			return q
		}
	}
	q.Reason, q.Fix = "nothing was recorded on "+s.Order.Number, "callout item add "+s.Order.Number+" …"
	if by, fix := s.leftOff(); by != "" {
		q.Reason, q.Fix = "everything on "+s.Order.Number+" is covered and left off invoices by "+by, fix
	}
	if len(sub.Invoice.Held) > 0 {
		_, tight := s.room(sub.Invoice.ID)
		q.Reason, q.Fix = "everything that is open is held by the cap of "+tight.number, tight.raise()
	} else if len(s.Live) > 0 {
		q.Reason = "everything on " + s.Order.Number + " is billed"
		q.Fix = "callout invoice list --order " + s.Order.Number
	} else if s.covered() {
		q.Reason, q.Fix = "time and items are covered by the agreed price, and no milestone is open", "callout milestone list "+s.Order.Number
	}
	for i := range s.Invoices {
		if inv := &s.Invoices[i]; inv.Open() && inv.ID != sub.Invoice.ID && inv.bills() {
			q.Reason, q.Fix = fmt.Sprintf("what is open stands on %s, which is %s", inv.Name(), inv.Status), "callout invoice gate "+inv.Name()
		}
	}
	return q
}

// fromProblems makes a requirement of the charges' problems with one code.
func fromProblems(sub *Subject, code, title string) Requirement {
	q := Requirement{Code: code, Title: title, Stage: ToPropose}
	var why []string
	for _, p := range sub.Problems {
		if p.code != code {
			continue
		}
		why = append(why, p.text)
		if q.Fix == "" {
			q.Fix = p.fix
		}
	}
	q.Reason = strings.Join(why, "; ")
	return q
}

func reqPrice(_ *Snapshot, sub *Subject) Requirement {
	return fromProblems(sub, ReqPrice, "everything has one price")
}

func reqTax(_ *Snapshot, sub *Subject) Requirement {
	return fromProblems(sub, ReqTax, "everything has a tax class with a rate on its date")
}

// reqTaxAlone asks that what is outside the scope of tax stands on a document by itself: beside a row of category O a document in the
// European Union has no other (EN 16931 BR-O-11 to BR-O-14). Where nobody knows the seller's country, it warns.
func reqTaxAlone(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqTaxAlone, Title: "what is outside the scope of tax stands by itself", Stage: ToPropose, Status: NotApplicable}
	country := sub.Invoice.Seller.Country
	outside, other := false, ""
	for _, t := range sub.Invoice.Taxes {
		if t.Category == outsideScope {
			outside = true
		} else if other == "" {
			other = t.Category
		}
	}
	if !outside || country != "" && !inUnion(country) {
		return q
	}
	q.Status = ""
	if country == "" {
		q.Severity = Warn
	}
	if other == "" {
		return q
	}
	q.Reason = "work outside the scope of tax stands beside category " + other + ", and a document of the European Union has it alone (BR-O-11)"
	q.Fix = "callout invoice propose " + s.Order.Number
	for _, l := range sub.Invoice.Lines {
		if l.Category == outsideScope {
			q.Fix += " --only " + string(l.Source)
			q.Evidence = append(q.Evidence, l.Source)
		}
	}
	q.Evidence = unique(q.Evidence)
	return q
}

// reqTaxIDs asks for the tax numbers that a category does not go without (EN 16931
// BR-AE-02, BR-IC-02, BR-G-02), and warns where tax is charged without the seller's (BR-S-02).
func reqTaxIDs(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqTaxIDs, Title: "the parties have the tax numbers that the invoice must name", Stage: ToApprove, Status: NotApplicable}
	charged := false
	for _, t := range sub.Invoice.Taxes {
		charged = charged || t.Category == "S"
		c, ok := categoryNamed(t.Category)
		if !ok || !c.seller && !c.buyer {
			continue
		}
		q.Status = ""
		switch {
		case c.seller && s.Company.TaxID == "":
			q.Reason, q.Fix = c.word+" needs the seller's tax number", "callout company edit --tax-id …"
			return q
		case c.buyer && s.Customer.TaxID == "":
			q.Reason = c.word + " needs the buyer's tax number"
			q.Fix = fmt.Sprintf("callout customer edit %q --tax-id …", s.Customer.Name)
			return q
		}
	}
	if charged {
		q.Status = ""
		if s.Company.TaxID == "" {
			q.Severity = Warn
			q.Reason, q.Fix = "tax is charged, and the seller's tax number is not known", "callout company edit --tax-id …"
		}
	}
	return q
}

// reqAddress asks for both parties' addresses where tax is charged, shifted or free at a border (Directive
// 2006/112/EC, article 226 (5)); elsewhere it only warns.
func reqAddress(_ *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqAddress, Title: "seller and buyer have addresses", Stage: ToApprove, Severity: Warn}
	for _, t := range sub.Invoice.Taxes {
		if c, _ := categoryNamed(t.Category); t.Category == "S" || c.seller {
			q.Severity = Block
		}
	}
	switch {
	case sub.Invoice.Seller.Address == "":
		q.Reason, q.Fix = "the company's address is not known", "callout company edit --address …"
	case sub.Invoice.Buyer.Address == "":
		q.Reason = fmt.Sprintf("neither %s nor the site has an address", sub.Invoice.Buyer.Name)
		q.Fix = fmt.Sprintf("callout customer edit %q --address …", sub.Invoice.Buyer.Name)
	}
	return q
}

// reqCost warns where a margin cannot be known.
func reqCost(s *Snapshot, _ *Subject) Requirement {
	q := Requirement{Code: ReqCost, Title: "what the work cost is known", Stage: ToPropose, Severity: Warn}
	var unknown []string
	for _, x := range s.sources() {
		for _, c := range s.worth[x.id] {
			if !c.Cost.Amount.IsKnown() {
				unknown = append(unknown, c.Text)
				q.Evidence = append(q.Evidence, x.id)
				break // one part's cost is as unknown as another's
			}
		}
	}
	if len(unknown) > 0 {
		q.Reason = "unknown: " + strings.Join(unknown, ", ")
		q.Fix = "callout item edit " + string(q.Evidence[0]) + " --cost …"
		if q.Evidence[0].Prefix() == TimeEntries.Prefix() {
			q.Fix = "callout technician edit … --cost-rate …"
		}
	}
	return q
}

// reqDup asks that nothing on the document is billed elsewhere.
func reqDup(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqDup, Title: "nothing on it is billed already", Stage: ToPropose}
	if sub.Invoice.Status == InvoiceReleased {
		return q // it is what bills them
	}
	var twice []string
	all := s.byID()
	for _, l := range sub.Invoice.Lines {
		u, ok := s.openPart(all, &l, sub.Invoice.ID)
		if !ok {
			continue // gone: INPUT.CURRENT says so
		}
		if !within(l.Qty, u.qty) {
			twice = append(twice, fmt.Sprintf("line %d (%s): of %s %s only %s is open", l.N, l.Text, u.charge.Qty, l.Unit, u.qty))
			q.Evidence = append(q.Evidence, l.Source)
		}
	}
	q.Reason, q.Fix = strings.Join(twice, "; "), "callout invoice propose "+s.Order.Number
	return q
}

// reqTotals computes the totals once more from the lines, and asks that they come to nothing or more. A
// credit on an order lessens what else is billed on it: alone it waits. What was billed and is to be given
// back is a credit note, which names what it takes back.
func reqTotals(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqTotals, Title: "lines, tax and total add up", Stage: ToPropose}
	if why := sub.Invoice.miscounted(s.Rules.Rounding); why != "" {
		q.Reason, q.Fix = why, "callout invoice propose "+s.Order.Number
	} else if sub.Invoice.Gross.Sign() < 0 {
		q.Reason = "it comes to " + sub.Invoice.Gross.Format(sub.Invoice.Currency) + ", and an invoice never asks for less than nothing"
		q.Fix = sub.Invoice.evenOut(s.Order.Number)
	}
	return q
}

// evenOut is what to type about a document that comes to less than nothing: what else is billed has to
// stand on it as well.
func (inv *Invoice) evenOut(order string) string {
	selected := len(inv.Only)+len(inv.Milestones) > 0
	switch {
	case inv.ProposedBy != "" && selected: // what is added now would not join it
		return "callout invoice discard " + inv.Name() + "   (then propose again, with what is billed besides)"
	case len(inv.Only) > 0:
		return "callout invoice propose " + order + "   (all that is open, not a part of it)"
	}
	return "callout item add " + order + " …   (what is billed besides; until then the credit waits)"
}

// reqCurrent asks that the proposal still says what the work says.
func reqCurrent(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqCurrent, Title: "what was proposed is still so", Stage: ToApprove}
	switch {
	case sub.Invoice.ID == "":
		q.Status = NotApplicable
	case sub.Drift != "":
		q.Reason = sub.Drift
	case sub.Invoice.Status == InvoiceDraft && sub.Invoice.Stale != "":
		q.Reason = sub.Invoice.Stale
	}
	q.Fix = "callout invoice propose " + sub.Invoice.Name()
	return q
}

// reqDate asks that dates of issue follow the numbers.
func reqDate(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqDate, Title: "its date follows that of the document before it", Stage: ToRelease}
	kind := sub.Invoice.Kind
	if last := s.LastIssued[kind]; !last.IsZero() && s.Today.Before(last) {
		q.Reason = fmt.Sprintf("the last %s is dated %s, and today is %s", strings.ReplaceAll(string(kind), "-", " "), last, s.Today)
		q.Fix = "callout doctor"
	} else if o := sub.Original; o != nil && s.Today.Before(o.Invoice.IssuedOn) {
		q.Reason = fmt.Sprintf("%s is dated %s, and today is %s", o.Invoice.Number, o.Invoice.IssuedOn, s.Today)
		q.Fix = "callout doctor"
	}
	return q
}
