package billing

import (
	"fmt"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Retained is what is held back of an invoice, and by which terms. Tax is on the full
// amount: holding back changes when the customer pays, and not what was earned.
type Retained struct {
	Amount money.Amount `json:"amount"`
	Rule   string       `json:"rule"`
}

// RetainageRelease is what a bill of retainage asks for of what one invoice held back.
type RetainageRelease struct {
	Invoice store.ID     `json:"invoice"`
	Number  string       `json:"number"`
	Amount  money.Amount `json:"amount"`
}

// rule says the terms in words.
func (x *Retainage) rule() string {
	out := x.Percent.Format()
	if x.Stored != nil {
		out += ", " + x.Stored.Format() + " of stored material"
	}
	if x.After != nil { // and Then with it
		out += ", " + x.Then.Format() + " of what is earned above " + x.After.Format() + " of the contract"
	}
	if x.Max != nil {
		out += ", at most " + x.Max.String()
	}
	return out
}

// retain holds back of an invoice for progress what the sheet says is held in all, less what
// other invoices hold. Nobody can hold back what was paid ahead: where deposits have left less than
// that to pay, the rest is held back of the next invoice. No other kind of document bills progress.
func (s *Snapshot) retain(inv *Invoice) {
	inv.Retained = nil
	if s.Terms.Retainage == nil {
		return
	}
	last, some := 0, false
	for i := range s.Progress {
		p := &s.Progress[i]
		on := false
		for _, l := range inv.Lines {
			on = on || l.Source == p.ID
		}
		some = some || on
		if on || s.begun(p.ID) {
			last = max(last, p.Application)
		}
	}
	if !some {
		return
	}
	sheet := s.sheet(last)
	amount := sheet.Sum.Retained.Sub(s.withheld(inv.ID))
	if amount.Sign() > 0 {
		amount = smaller(amount, inv.Claim())
	}
	if !amount.IsZero() {
		inv.Retained = &Retained{amount, s.Terms.Retainage.rule()}
	}
}

// sheet is where the order's schedule stood at an application.
func (s *Snapshot) sheet(n int) ProgressSheet {
	var ret Retainage
	if s.Terms.Retainage != nil {
		ret = *s.Terms.Retainage
	}
	return Sheet(s.Schedule, s.Progress, n, ret, s.Company.Currency, s.Rules.Rounding)
}

// SheetOf reads where an order's schedule stood at an application; 0 is the newest.
func SheetOf(r store.Reader, order store.ID, n int) (*ProgressSheet, error) {
	o, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	company, err := party.TheCompany(r)
	if err != nil {
		return nil, err
	}
	t, err := termsOf(r, order)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{Delivery: Delivery{Order: *o}, Company: *company, Terms: *t}
	if pin, ok := o.Pins[PinRules]; ok {
		rules, err := RuleBook.At(r, pin)
		if err != nil {
			return nil, err
		}
		s.Rules = *rules
	}
	if err := s.loadAgreed(r); err != nil {
		return nil, err
	}
	last, err := lastApplication(r, order)
	if err != nil {
		return nil, err
	}
	if n > last {
		return nil, fault.NotFoundf("%s has no application %d", o.Number, n).Hint("callout progress show %s", o.Number)
	}
	if n <= 0 {
		n = last
	}
	sheet := s.sheet(n)
	sheet.Order = order
	return &sheet, nil
}

// withheld is what invoices hold back, but for one: on open and released ones, less what
// credit notes took back.
func (s *Snapshot) withheld(except store.ID) money.Amount {
	var sum money.Amount
	for i := range s.Invoices {
		switch inv := &s.Invoices[i]; {
		case inv.ID == except:
		case inv.Kind == KindInvoice:
			sum = sum.Add(inv.retained())
		case inv.Kind == KindCreditNote && inv.Status == InvoiceReleased:
			sum = sum.Sub(inv.retained())
		}
	}
	return sum
}

// RetainageState is what is held back on an order: by released invoices, how much of that
// was asked for since, and what is left.
type RetainageState struct {
	Withheld money.Amount       `json:"withheld"`
	Asked    money.Amount       `json:"asked"` // on bills of retainage, open ones included
	Held     money.Amount       `json:"held"`
	Of       []RetainageRelease `json:"of,omitempty"` // what is left, by invoice
}

// invoicesOf is a snapshot that knows an order's documents and nothing else.
func invoicesOf(r store.Reader, order store.ID) (*Snapshot, error) {
	s := &Snapshot{}
	for inv, err := range Invoices.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		if inv.Status != InvoiceDiscarded {
			s.Invoices = append(s.Invoices, *inv)
		}
	}
	return s, nil
}

// RetainageOf reads what is held back on an order.
func RetainageOf(r store.Reader, order store.ID) (*RetainageState, error) {
	s, err := invoicesOf(r, order)
	if err != nil {
		return nil, err
	}
	st := s.heldBack("")
	return &st, nil
}

// heldBack is what is held back and not asked for yet, but for one bill of retainage.
func (s *Snapshot) heldBack(except store.ID) RetainageState {
	var st RetainageState
	at := map[store.ID]int{}
	add := func(inv store.ID, number string, a money.Amount) {
		i, ok := at[inv]
		if !ok {
			i = len(st.Of)
			at[inv], st.Of = i, append(st.Of, RetainageRelease{Invoice: inv, Number: number})
		}
		st.Of[i].Amount = st.Of[i].Amount.Add(a)
	}
	for i := range s.Invoices { // invoices first: what asks for them comes after
		if inv := &s.Invoices[i]; inv.Kind == KindInvoice && inv.Status == InvoiceReleased && !inv.retained().IsZero() {
			st.Withheld = st.Withheld.Add(inv.retained())
			add(inv.ID, inv.Number, inv.retained())
		}
	}
	for i := range s.Invoices {
		inv := &s.Invoices[i]
		if inv.ID == except || inv.Kind == KindCreditNote && inv.Status != InvoiceReleased {
			continue
		}
		if inv.Kind == KindCreditNote && !inv.retained().IsZero() {
			st.Withheld = st.Withheld.Sub(inv.retained())
			add(inv.Credits, inv.CreditsNumber, inv.retained().Neg())
		}
		for _, x := range inv.Releases {
			a := x.Amount
			if inv.Kind == KindCreditNote {
				a = a.Neg()
			}
			st.Asked = st.Asked.Add(a)
			add(x.Invoice, x.Number, a.Neg())
		}
	}
	st.Held = st.Withheld.Sub(st.Asked)
	return st
}

// ProposeRetainage proposes a bill of what was held back on an order, of the oldest invoice first:
// all of it, or an amount.
type ProposeRetainage struct {
	Order  store.ID      `json:"order"`
	Amount *money.Amount `json:"amount,omitempty"`
}

// Name implements store.Command.
func (c *ProposeRetainage) Name() string { return "invoice.propose_retainage.v1" }

// Do implements store.Command.
func (c *ProposeRetainage) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	st, err := RetainageOf(tx, o.ID)
	if err != nil {
		return err
	}
	want := st.Held
	if c.Amount != nil {
		if want, err = c.Amount.In("amount", company.Currency); err != nil {
			return err
		}
	}
	if want.Sign() <= 0 || want.Cmp(st.Held) > 0 {
		return fault.Refusedf("%s cannot be asked for: %s are held back on %s", want.Format(company.Currency), st.Held.Format(company.Currency), o.Number).
			With("retainage.held").Hint("callout progress show %s", o.Number)
	}
	inv := &Invoice{Kind: KindRetainage, Order: o.ID, Status: InvoiceDraft}
	inv.ID = Invoices.NewID(tx, "retainage")
	for _, x := range st.Of {
		x.Amount = smaller(x.Amount, want)
		if want = want.Sub(x.Amount); !x.Amount.IsZero() {
			inv.Releases = append(inv.Releases, x)
		}
	}
	tx.Returns(inv.ID, "")
	return inv.proposeRetainage(tx)
}

// proposeRetainage asks for approval of a bill of retainage, new or taken up again.
func (inv *Invoice) proposeRetainage(tx *store.Tx) error {
	if err := inv.move("propose"); err != nil {
		return err
	}
	s, err := Load(tx, inv.Order, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	if err := s.compose(inv, nil); err != nil {
		return err
	}
	g := Evaluate(s, Subject{Invoice: inv, Proposer: tx.Env.Actor.ID})
	if err := g.refuse(ToPropose); err != nil {
		return err
	}
	if err := inv.ask(tx, s.Order.Number, []store.ID{tx.Env.Actor.ID}); err != nil {
		return err
	}
	tx.Emit("invoice.proposed", inv.ID, map[string]any{"order": inv.Order, "payable": inv.Payable().String()})
	return Invoices.Put(tx, inv)
}

// retainageRequirements lists what a bill of retainage has to meet.
func retainageRequirements() []requirement {
	return []requirement{reqComplete, reqSignOff, reqHeldBack, reqTotals, reqApproved, reqDate}
}

// reqHeldBack asks that no more is asked for than is held back, of each invoice.
func reqHeldBack(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqHeldBack, Title: "what it asks for is held back", Stage: ToPropose}
	if sub.Invoice.Status == InvoiceReleased {
		return q
	}
	st := s.heldBack(sub.Invoice.ID)
	for _, x := range sub.Invoice.Releases {
		var left money.Amount
		for _, o := range st.Of {
			if o.Invoice == x.Invoice {
				left = o.Amount
			}
		}
		if x.Amount.Cmp(left) > 0 {
			q.Reason = fmt.Sprintf("%s asks for %s of %s, and %s are held", sub.Invoice.Name(), x.Amount, x.Number, left)
			q.Fix = "callout invoice discard " + sub.Invoice.Name()
		}
	}
	return q
}
