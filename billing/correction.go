package billing

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Correction says that something which is billed was not so, and what it should have been. It
// changes nothing: what is billed never changes. It stands for a credit and a new line, and
// [CorrectionsOf] tells which step is next until both are there.
type Correction struct {
	store.Record
	Order    store.ID `json:"order"`
	Source   store.ID `json:"source"`             // a time entry or an item
	Revision int      `json:"revision,omitempty"` // the amendment of the order that it was noticed in
	// Qty is what an item should have been; nothing takes it off.
	Qty *money.Quantity `json:"qty,omitempty"`
	// From and To are what a time entry should have been; without them it should not count.
	From   time.Time `json:"from,omitzero"`
	To     time.Time `json:"to,omitzero"`
	Reason string    `json:"reason"`
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"` // authority's time
}

// Corrections holds the corrections, by order and by what they are about. Of several about
// one thing the last counts.
var Corrections = store.Define(store.Def[Correction, store.NoRow]{
	Name: "correction", Prefix: "cor", Title: "correction",
	Indexes: []store.Index[Correction]{
		{Name: "order", Keys: func(c *Correction) []store.Key { return []store.Key{store.K(c.Order, c.At)} }},
		{Name: "source", Keys: func(c *Correction) []store.Key { return []store.Key{store.K(c.Source, c.At)} }},
	},
})

// CorrectBilled records that an item or a time entry that is billed should have been another
// one. The reason is required. What is not billed is edited instead.
type CorrectBilled struct {
	Source store.ID        `json:"source"`
	Qty    *money.Quantity `json:"qty,omitempty"`
	From   time.Time       `json:"from,omitzero"`
	To     time.Time       `json:"to,omitzero"`
}

// Name implements store.Command.
func (c *CorrectBilled) Name() string { return "billing.correct.v1" }

// Undoable implements store.Undoable.
func (c *CorrectBilled) Undoable() {}

// Do implements store.Command.
func (c *CorrectBilled) Do(tx *store.Tx) error {
	rec := &Correction{Source: c.Source, Qty: c.Qty, From: c.From, To: c.To, By: tx.Env.Actor.ID, At: tx.Env.RecordedAt}
	var fix string
	switch c.Source.Prefix() {
	case LineItems.Prefix():
		i, err := LineItems.Get(tx, c.Source)
		if err != nil {
			return err
		}
		if !c.From.IsZero() || !c.To.IsZero() {
			return fault.Invalidf("from", "an item has a quantity, not a beginning and an end").With("correction.kind")
		}
		rec.Order, fix = i.Order, fmt.Sprintf("callout item edit %s", i.ID)
	case TimeEntries.Prefix():
		e, err := TimeEntries.Get(tx, c.Source)
		if err != nil {
			return err
		}
		if c.Qty != nil {
			return fault.Invalidf("qty", "time has a beginning and an end, not a quantity").With("correction.kind")
		}
		if c.From.IsZero() != c.To.IsZero() || !c.From.IsZero() && !c.To.After(c.From) {
			return fault.Invalidf("to", "the end is not after the beginning").With("interval.empty")
		}
		rec.Order, fix = e.Order, fmt.Sprintf(`callout time reject %s --reason "…"`, e.ID)
	default:
		return fault.Invalidf("source", "%s is neither an item nor a time entry", c.Source).With("correction.source")
	}
	o, err := openOrder(tx, rec.Order)
	if err != nil {
		return err
	}
	b, err := Billed(tx, c.Source)
	if err != nil {
		return err
	}
	if b.Live().IsZero() {
		return fault.Refusedf("it is not billed, and can be changed itself").With("correction.unbilled").Hint("%s", fix)
	}
	if rec.Reason, err = reason(tx.Env.Reason, "say what was wrong with what is billed"); err != nil {
		return err
	}
	rec.Revision = o.Amending()
	rec.ID = Corrections.NewID(tx, "")
	tx.Returns(rec.ID, "")
	tx.Emit("billing.corrected", rec.ID, map[string]any{"order": rec.Order, "source": rec.Source})
	return Corrections.Put(tx, rec)
}

// CorrectionStep is what is to be done next about a correction.
type CorrectionStep string

// The steps, in their order.
const (
	StepCredit CorrectionStep = "credit" // what is billed has to be taken back
	StepChange CorrectionStep = "change" // it is free, and has to be made what it should be
	StepRebill CorrectionStep = "rebill" // it is what it should be, and open
	StepDone   CorrectionStep = "done"
)

// CorrectionProposal is a correction as it stands: the credit and the new line that it asks for.
type CorrectionProposal struct {
	*Correction
	What    string         `json:"what"` // what is billed, in words
	Should  string         `json:"should"`
	Step    CorrectionStep `json:"step"`
	Fix     string         `json:"fix,omitempty"` // the command that takes the step
	Invoice string         `json:"invoice,omitempty"`
	// Credit is what is billed for it and would be credited, before tax.
	Credit money.Amount `json:"credit"`

	live  bool     // whether anything of it stands on invoices
	lines []string // of the invoice that are about it
}

// CorrectionsOf lists an order's corrections, the oldest first, with the next step of each.
func CorrectionsOf(r store.Reader, order store.ID) ([]CorrectionProposal, error) {
	last := map[store.ID]store.ID{}
	var all []*Correction
	for c, err := range Corrections.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
		last[c.Source] = c.ID
	}
	o, ok, err := work.WorkOrders.Try(r, order)
	if err != nil || !ok {
		return nil, err
	}
	out := []CorrectionProposal{}
	for _, c := range all {
		if last[c.Source] != c.ID {
			continue
		}
		p := CorrectionProposal{Correction: c, Credit: money.Amount{}}
		if err := p.billed(r); err != nil {
			return nil, err
		}
		if err := p.next(r, o); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// billed reads what stands on invoices for the source, and on which.
func (p *CorrectionProposal) billed(r store.Reader) error {
	b, err := Billed(r, p.Source)
	if err != nil {
		return err
	}
	p.live = !b.Live().IsZero()
	for a, err := range Allocations.By(r, "source", store.K(p.Source)) {
		if err != nil {
			return err
		}
		p.Credit = p.Credit.Add(a.worth())
		if a.Sign == -1 {
			continue
		}
		inv, err := Invoices.Get(r, a.Invoice)
		if err != nil {
			return err
		}
		if p.Invoice != inv.Number { // ids go by time, so the last one is the one that stands
			p.Invoice, p.lines = inv.Number, nil
		}
		p.lines = append(p.lines, strconv.Itoa(a.Line))
	}
	return nil
}

// next finds the step that the correction is at.
func (p *CorrectionProposal) next(r store.Reader, o *work.WorkOrder) error {
	var asItShould bool
	var change string
	if p.Source.Prefix() == LineItems.Prefix() {
		i, err := LineItems.Get(r, p.Source)
		if err != nil {
			return err
		}
		p.What = fmt.Sprintf("%s %s, %s", i.Qty, i.Unit, i.Text)
		p.Should, change = "nothing", fmt.Sprintf("callout item remove %s", i.ID)
		asItShould = i.Removed != nil
		if p.Qty != nil && !p.Qty.IsZero() {
			p.Should, change = fmt.Sprintf("%s %s", p.Qty, i.Unit), fmt.Sprintf("callout item edit %s --qty %s", i.ID, p.Qty)
			asItShould = i.Removed == nil && i.Qty.Equal(*p.Qty)
		}
	} else {
		e, err := TimeEntries.Get(r, p.Source)
		if err != nil {
			return err
		}
		zone, err := calendar.LoadZone("zone", e.Zone)
		if err != nil {
			return err
		}
		clock := func(t time.Time) string { return t.In(zone.Location()).Format("2006-01-02 15:04") }
		p.What = fmt.Sprintf("%s to %s", clock(e.From), clock(e.To))
		p.Should, change = "nothing", fmt.Sprintf(`callout time reject %s --reason %q`, e.ID, p.Reason)
		asItShould = e.Status == TimeRejected
		if !p.From.IsZero() {
			p.Should = fmt.Sprintf("%s to %s", clock(p.From), clock(p.To))
			asItShould = e.From.Equal(p.From) && e.To.Equal(p.To) && e.Status != TimeRejected
			if e.Status == TimeNew || e.Status == TimeRejected {
				change = fmt.Sprintf("callout time edit %s --from %q --to %q --reason %q", e.ID, clock(p.From), clock(p.To), p.Reason)
			}
		}
	}
	switch {
	case asItShould && (p.live || p.Should == "nothing"):
		p.Step = StepDone
	case p.live:
		p.Step, p.Fix = StepCredit, fmt.Sprintf("callout invoice credit %s --line %s --reason %q",
			p.Invoice, strings.Join(p.lines, ","), p.Reason)
	case !asItShould:
		p.Step, p.Fix = StepChange, change
	default:
		p.Step, p.Fix = StepRebill, "callout invoice propose "+o.Number
	}
	return nil
}
