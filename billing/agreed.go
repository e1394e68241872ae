package billing

import (
	"fmt"
	"slices"

	"callout/money"
	"callout/store"
)

// workCodes are the requirements about the work and its proof, which an invoice that is due before
// the end of the work cannot meet yet.
func workCodes() []string {
	return []string{
		ReqComplete, ReqTasks, ReqPhoto, ReqReading, ReqEvidence, ReqDelivered, ReqSignOff, ReqReceived, ReqTime, ReqOverlap, ReqMilestone,
	}
}

// notYet says why a requirement is not asked yet of a document, or "". A deposit comes before the
// work, and progress and measured units are billed while it goes on; what ends the schedule or
// the positions is asked everything.
func (s *Snapshot) notYet(sub *Subject, code string) string {
	if !slices.Contains(workCodes(), code) {
		if sub.Invoice.Kind == KindDeposit && (code == ReqCost || slices.Contains(agreedCodes(), code)) {
			return "a deposit is asked for before the work"
		}
		return ""
	}
	switch {
	case sub.Invoice.Kind == KindDeposit:
		return "a deposit is asked for before the work"
	case len(s.Schedule) > 0 && !s.earnedAll():
		return "progress is billed while the work goes on"
	case len(s.Positions) > 0 && !s.measuredAll() && !s.complete():
		return "measured units are billed while the work goes on"
	}
	return ""
}

// earnedAll reports whether every row of the schedule has come to its value.
func (s *Snapshot) earnedAll() bool {
	var scheduled, earned money.Amount
	for _, row := range s.Schedule {
		scheduled = scheduled.Add(row.Value)
		var last money.Amount
		for i := range s.Progress {
			if s.Progress[i].Row == row.ID {
				last = s.Progress[i].Total()
			}
		}
		earned = earned.Add(last)
	}
	return earned.Equal(scheduled)
}

// measuredAll reports whether of every position as much is done as was ordered.
func (s *Snapshot) measuredAll() bool {
	for _, p := range s.Positions {
		var done money.Quantity
		for _, m := range s.Measures {
			if m.Position == p.ID {
				done = done.Add(m.Qty)
			}
		}
		if done.Cmp(p.Ordered) < 0 {
			return false
		}
	}
	return true
}

// reqAgreed asks that what is billed of an agreed price comes to it in the end: milestones by
// amount and share, or the rows of the schedule, together with the rest that is named as not billed. What
// change orders brought counts apart. As long as a milestone is still to come it only warns.
func reqAgreed(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqAgreed, Title: "what is billed comes to the agreed price", Stage: ToPropose}
	if s.Terms.Price == nil {
		q.Status = NotApplicable
		return q
	}
	cur := s.Company.Currency
	var sum money.Amount
	some, last := false, true
	for _, row := range s.Schedule {
		if row.Change == "" {
			sum, some = sum.Add(row.Value), true
		}
	}
	for i := range s.Milestones {
		m := &s.Milestones[i]
		if m.Basis() == ByActuals || m.Change != "" {
			continue
		}
		if m.Status != MilestoneReleased && !slices.Contains(sub.Invoice.Milestones, m.ID) {
			last = false
		}
		a, why := s.milestoneAmount(m)
		if why != "" {
			continue // PRICE.RESOLVED says so
		}
		if billed, ok := s.Milestoned[m.ID]; ok && !billed.IsZero() {
			a = billed
		}
		sum, some = sum.Add(a), true
	}
	if !some {
		q.Status = NotApplicable
		return q
	}
	want := *s.Terms.Price
	if s.Terms.Unbilled != nil {
		want = want.Sub(*s.Terms.Unbilled)
	}
	switch sum.Cmp(want) {
	case 1:
		q.Reason = fmt.Sprintf("it comes to %s, and %s are agreed", sum.Format(cur), want.Format(cur))
		q.Fix = fmt.Sprintf(`callout change-order add %s "…" --sum … --by "…" --reason "…"`, s.Order.Number)
	case -1:
		q.Reason = fmt.Sprintf("it comes to %s of the agreed %s", sum.Format(cur), want.Format(cur))
		q.Fix = fmt.Sprintf(`callout milestone add %s "…" --rest`, s.Order.Number)
		if len(s.Schedule) > 0 {
			q.Fix = fmt.Sprintf("callout progress row %s … --value …", s.Order.Number)
		} else if !last {
			q.Severity = Warn
		}
	}
	return q
}

// agreedDrift says how what is taken off or held back of a proposal has changed, or "".
func (inv *Invoice) agreedDrift(fresh *Invoice) string {
	switch {
	case !fresh.deductedNet().Equal(inv.deductedNet()):
		return fmt.Sprintf("%s of deposits are to be deducted now, not %s", fresh.deductedNet().Fixed(inv.Currency), inv.deductedNet().Fixed(inv.Currency))
	case !fresh.retained().Equal(inv.retained()):
		return fmt.Sprintf("%s are held back now, not %s", fresh.retained().Fixed(inv.Currency), inv.retained().Fixed(inv.Currency))
	case !fresh.drawn().Equal(inv.drawn()):
		return fmt.Sprintf("%s are there on account now, not %s", fresh.drawn().Fixed(inv.Currency), inv.drawn().Fixed(inv.Currency))
	}
	return ""
}

// Ahead is what was asked for or paid before a document, and what is paid after it. Most
// documents have none of it.
type Ahead struct {
	// Deducted is what deposit invoices have asked for already; net, tax and gross are after it.
	Deducted []Deduction `json:"deducted,omitempty"`
	// Retained is held back of the gross, OnAccount is paid ahead, Releases ask for what was held back. See Payable.
	Retained  *Retained          `json:"retained,omitempty"`
	OnAccount []Drawn            `json:"on_account,omitempty"`
	Releases  []RetainageRelease `json:"releases,omitempty"`
}

// Payable is what has to be paid on the document now (EN 16931 BT-115): its claim, less what is held back and what
// was paid ahead, or what it asks back of what was held back.
func (inv *Invoice) Payable() money.Amount {
	due := inv.Claim().Sub(inv.retained()).Sub(inv.drawn())
	for _, x := range inv.Releases {
		due = due.Add(x.Amount)
	}
	return due
}

// retained is what is held back of the document.
func (inv *Invoice) retained() money.Amount {
	if inv.Retained == nil {
		return money.Amount{}
	}
	return inv.Retained.Amount
}

// drawn is what was paid ahead and is taken for the document.
func (inv *Invoice) drawn() money.Amount {
	var sum money.Amount
	for _, d := range inv.OnAccount {
		sum = sum.Add(d.Amount)
	}
	return sum
}

// mayGiveBack refuses to credit a deposit invoice that an invoice has taken off: the money
// would be given back twice.
func (inv *Invoice) mayGiveBack(r store.Reader) error {
	if inv.Kind != KindDeposit {
		return nil
	}
	s, err := invoicesOf(r, inv.Order)
	if err != nil {
		return err
	}
	for i := range s.Invoices {
		o := &s.Invoices[i]
		for _, d := range o.Deducted {
			if d.Invoice == inv.ID && o.Kind == KindInvoice && !s.credited(o) {
				return broken("deposit.deducted", "%s is deducted on %s: credit or discard that first", inv.Number, o.Name())
			}
		}
	}
	return nil
}

// credited reports whether a credit note takes an invoice back.
func (s *Snapshot) credited(inv *Invoice) bool {
	return slices.ContainsFunc(s.Invoices, func(o Invoice) bool {
		return o.Kind == KindCreditNote && o.Credits == inv.ID && o.Status == InvoiceReleased
	})
}

// agreedCodes are the requirements about what only some orders have: a cap, unit prices, an
// agreed price, deposits. Others do not list them.
func agreedCodes() []string { return []string{ReqCap, ReqCapCost, ReqOrdered, ReqAgreed, ReqDeposit} }
