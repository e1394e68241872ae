package billing

import (
	"slices"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Gate is the list of requirements that stand between work and its invoice, each with
// where it stands, why, and what to type about it.
type Gate struct {
	Subject store.ID      `json:"subject"` // the invoice, or the order before there is one
	Name    string        `json:"name"`
	Order   store.ID      `json:"order"`
	Items   []Requirement `json:"requirements"`
	// InputHash is of the priced content that was looked at.
	InputHash string `json:"input_hash,omitempty"`

	strict   bool // the policy has rules of its own
	granters []Granter
}

// Requirement is one condition.
type Requirement struct {
	Code     string     `json:"code"`
	Title    string     `json:"title"`
	Severity Severity   `json:"severity"`
	Stage    Stage      `json:"stage"` // the first step that waits for it
	Status   ReqStatus  `json:"status"`
	Reason   string     `json:"reason,omitempty"`
	Evidence []store.ID `json:"evidence,omitempty"` // the records that it was read off
	Waiver   *Waived    `json:"waiver,omitempty"`
	Fix      string     `json:"fix,omitempty"` // the command that would satisfy it
	// Changes are how the document differs from what was approved or put up before.
	Changes []approval.Difference `json:"changes,omitempty"`

	facts string // what a waiver is bound to beside the records
}

// Waived is who let a requirement go, and why.
type Waived struct {
	ID     store.ID  `json:"id"`
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// Scope is empty for the order; Until is the last day on which it holds.
	Scope WaiverScope   `json:"scope,omitempty"`
	Until calendar.Date `json:"until,omitzero"`
	// With are those who granted it, where By has asked for it.
	With []store.ID `json:"with,omitempty"`
}

// Severity says whether a requirement holds things up.
type Severity string

// The severities.
const (
	Block Severity = "block"
	Warn  Severity = "warn"
)

// ReqStatus is where a requirement stands.
type ReqStatus string

// The statuses of a requirement.
const (
	Satisfied     ReqStatus = "satisfied"
	Unsatisfied   ReqStatus = "unsatisfied"
	WaivedStatus  ReqStatus = "waived"
	NotApplicable ReqStatus = "not-applicable"
)

// Stage is a step on the way to a released invoice.
type Stage string

// The stages, in order.
const (
	ToPropose Stage = "propose"
	ToApprove Stage = "approve"
	ToRelease Stage = "release"
)

// Stages lists the stages in order.
func Stages() []Stage { return []Stage{ToPropose, ToApprove, ToRelease} }

// upTo reports whether a stage comes no later than another.
func (s Stage) upTo(other Stage) bool {
	return slices.Index(Stages(), s) <= slices.Index(Stages(), other)
}

// The codes of requirements. They are stable.
const (
	ReqComplete  = "WO.COMPLETE"
	ReqTasks     = "TASK.REQUIRED_DONE"
	ReqEvidence  = "EVIDENCE.COMPLETE"
	ReqChecklist = "EVIDENCE.CHECKLIST"
	ReqPhoto     = "EVIDENCE.PHOTO"
	ReqReading   = "EVIDENCE.READING"
	ReqContract  = "PRICE.CONTRACT_VALID"
	ReqDelivered = "DELIVERABLE.PRESENT"
	ReqSignOff   = "SIGNOFF.CUSTOMER"
	ReqTime      = "TIME.APPROVED"
	ReqOverlap   = "TIME.NO_OVERLAP"
	ReqPrice     = "PRICE.RESOLVED"
	ReqTax       = "TAX.CLASSIFIED"
	ReqTaxIDs    = "TAX.PARTY_IDS"
	ReqTaxAlone  = "TAX.OUTSIDE_ALONE"
	ReqAddress   = "ADDRESS.COMPLETE"
	ReqCost      = "COST.KNOWN"
	ReqMargin    = "MARGIN.FLOOR"
	ReqException = "EXCEPTION.GRANTED"
	ReqMilestone = "MILESTONE.REACHED"
	ReqLines     = "LINES.PRESENT"
	ReqDup       = "DUP.NONE"
	ReqTwin      = "DUP.AMOUNT"
	ReqPO        = "PO.PRESENT"
	ReqPOLeft    = "PO.REMAINING"
	ReqTotals    = "TOTALS.EXACT"
	ReqCurrent   = "INPUT.CURRENT"
	ReqApproved  = "APPROVED"
	ReqDate      = "DATE.SEQUENCE"
	ReqPeriod    = "PERIOD.OPEN"
	ReqLate      = "PERIOD.LATE"
	ReqReceived  = "EVIDENCE.RECEIVED"
	ReqReleaser  = "RELEASER.OTHER"
	ReqOriginal  = "CREDIT.ORIGINAL"
	ReqCap       = "NTE.WITHIN"
	ReqCapCost   = "NTE.COST"
	ReqOrdered   = "UNIT.ORDERED"
	ReqAgreed    = "AGREED.TOTAL"
	ReqDeposit   = "DEPOSIT.APPLIED"
	ReqHeldBack  = "RETAINAGE.HELD"
)

// Waivable lists the requirements that somebody may let go with a reason. Prices, tax,
// approval and order of numbers are not among them.
func Waivable() []string {
	return []string{ReqTasks, ReqChecklist, ReqPhoto, ReqReading, ReqEvidence, ReqSignOff, ReqTime, ReqAddress, ReqReceived, ReqPO, ReqPOLeft, ReqMargin}
}

// Blocking lists the requirements that hold a stage up.
func (g *Gate) Blocking(stage Stage) []Requirement {
	var out []Requirement
	for _, q := range g.Items {
		if q.Severity == Block && q.Status == Unsatisfied && q.Stage.upTo(stage) {
			out = append(out, q)
		}
	}
	return out
}

// Warnings lists what does not hold anything up, but ought to be seen.
func (g *Gate) Warnings() []Requirement {
	var out []Requirement
	for _, q := range g.Items {
		if q.Severity == Warn && q.Status == Unsatisfied {
			out = append(out, q)
		}
	}
	return out
}

// Get returns a requirement by code.
func (g *Gate) Get(code string) (Requirement, bool) {
	for _, q := range g.Items {
		if q.Code == code {
			return q, true
		}
	}
	return Requirement{}, false
}

// refuse makes an error of what holds a stage up, or nil.
func (g *Gate) refuse(stage Stage) error {
	blocking := g.Blocking(stage)
	if len(blocking) == 0 {
		return nil
	}
	var why []string
	for _, q := range blocking {
		why = append(why, q.Code+": "+q.Reason)
	}
	f := fault.Refusedf("%s cannot be %s", g.Name, participle(string(stage))).For(why).With("gate." + string(stage))
	for _, q := range blocking {
		if q.Fix == "" || slices.Contains(f.Hints, q.Fix) {
			continue
		}
		if q.Code == ReqCurrent { // the document speaks of what was: the rest may be settled by now
			f.Hints = slices.Insert(f.Hints, 0, q.Fix)
			continue
		}
		f.Hints = append(f.Hints, q.Fix)
	}
	f.Hints = append(f.Hints, "callout invoice gate "+g.Name)
	return f
}

// Subject is what a gate is evaluated for: a document, or what would be one.
type Subject struct {
	Invoice  *Invoice
	Problems []problem         // of its charges
	Drift    string            // how the work has changed since the proposal
	Proposer store.ID          // who proposes, or did
	Releaser store.ID          // who would release; nobody is asked where it is empty
	Granted  *approval.Request // the approval of the document as it is
	Original *Original         // of a credit note
	Asked    *asked            // the newest request for its approval; nil where nobody was asked
	Granters []Granter         // who let something go for it; filled in while the gate is evaluated
}

// Original is what a credit note takes back.
type Original struct {
	Invoice  Invoice
	Before   []Invoice // the credit notes of it that were released earlier
	Rounding money.Rounding
}

// Evaluate checks every requirement. It is pure: the same snapshot gives the same gate.
func Evaluate(s *Snapshot, sub Subject) Gate {
	sub.Granters = s.granters(sub.Invoice)
	g := Gate{
		Subject: s.Order.ID, Name: s.Order.Number, Order: s.Order.ID, InputHash: sub.Invoice.Hash,
	}
	if sub.Invoice.ID != "" {
		g.Subject, g.Name = sub.Invoice.ID, sub.Invoice.Name()
	}
	checks := invoiceRequirements()
	switch sub.Invoice.Kind {
	case KindCreditNote:
		checks = creditRequirements()
	case KindRetainage:
		checks = retainageRequirements()
	}
	for _, check := range checks {
		q := check(s, &sub)
		if why := s.notYet(&sub, q.Code); why != "" {
			q = Requirement{Code: q.Code, Title: q.Title, Stage: q.Stage, Status: NotApplicable, Reason: why}
		}
		if q.Status == "" {
			q.Status = Unsatisfied
			if q.Reason == "" {
				q.Status = Satisfied
			}
		}
		if q.Severity == "" {
			q.Severity = Block
		}
		if q.Status != Unsatisfied {
			q.Fix = ""
		} else {
			s.waive(&q, &sub)
		}
		if q.Status == NotApplicable && (slices.Contains(agreedCodes(), q.Code) || slices.Contains(seldom(), q.Code)) {
			continue // nothing of the kind is agreed for the order, or on it
		}
		if q.Waiver != nil {
			for _, id := range append([]store.ID{q.Waiver.By}, q.Waiver.With...) {
				sub.Granters = append(sub.Granters, Granter{id, s.names[id], "waived " + q.Code})
			}
		}
		g.Items = append(g.Items, q)
	}
	g.strict, g.granters = s.Policy.Mode != approval.Single && !s.Policy.Preset(), sub.Granters
	return g
}

// OrderGate evaluates what an order would meet on its way to an invoice that is proposed
// now. Who would propose it is not known yet.
func OrderGate(r store.Reader, order store.ID, now time.Time) (*Gate, error) {
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	inv := &Invoice{}
	_, problems, err := s.trial(inv)
	if err != nil {
		return nil, err
	}
	g := Evaluate(s, Subject{Invoice: inv, Problems: problems})
	return &g, nil
}

// InvoiceGate evaluates a document as it stands.
func InvoiceGate(r store.Reader, invoice store.ID, now time.Time) (*Gate, error) {
	inv, err := Invoices.Get(r, invoice)
	if err != nil {
		return nil, err
	}
	_, g, err := gateOf(r, inv, now, "")
	return g, err
}

// gateOf loads what a document's gate looks at and evaluates it.
func gateOf(r store.Reader, inv *Invoice, now time.Time, releaser store.ID) (*Snapshot, *Gate, error) {
	s, err := Load(r, inv.Order, now)
	if err != nil {
		return nil, nil, err
	}
	sub := Subject{Invoice: inv, Proposer: inv.ProposedBy, Releaser: releaser}
	switch {
	case inv.Kind == KindCreditNote:
		sub.Original, err = loadOriginal(r, inv)
	case inv.Kind == KindRetainage:
	case inv.Open():
		sub.Drift, sub.Problems, err = s.rebuild(inv)
	}
	if err != nil {
		return nil, nil, err
	}
	if sub.Granted, err = approval.Granted(r, ApprovalInvoice, inv.ID, inv.Hash); err != nil {
		return nil, nil, err
	}
	if sub.Asked, err = askedOf(r, inv); err != nil {
		return nil, nil, err
	}
	g := Evaluate(s, sub)
	return s, &g, nil
}
