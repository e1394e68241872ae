package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// GateWaiver is one person's word that a requirement may stay unmet. For a document or an
// order it is bound to what was unmet when it was given: what comes up later is not waived. For
// a customer it holds on every order, and so only until a day. It is never taken back; meeting
// the requirement makes it pointless.
type GateWaiver struct {
	store.Record
	Order    store.ID      `json:"order"`
	Code     string        `json:"code"`
	Scope    WaiverScope   `json:"scope,omitempty"` // the order when empty
	Invoice  store.ID      `json:"invoice,omitempty"`
	Customer store.ID      `json:"customer,omitempty"`
	Until    calendar.Date `json:"until,omitzero"` // the last day on which it holds
	Hash     string        `json:"hash,omitempty"` // of the records that were found wanting
	By       store.ID      `json:"by"`
	At       time.Time     `json:"at"` // authority's time
	Reason   string        `json:"reason"`
	// State and With are set where the policy asks for several people: whoever is By has asked, and those
	// in With have granted it.
	State WaiverState `json:"state,omitempty"`
	With  []store.ID  `json:"with,omitempty"`
}

// WaiverState is where a waiver stands that takes several people.
type WaiverState string

// The states. A waiver that one person gives is granted at once.
const (
	WaiverGranted WaiverState = ""
	WaiverAsked   WaiverState = "asked"
	WaiverRefused WaiverState = "refused"
)

// people are all who let something go together.
func (w *GateWaiver) people() []store.ID { return append([]store.ID{w.By}, w.With...) }

// WaiverScope says for what a requirement is let go.
type WaiverScope string

// The scopes, the narrowest first.
const (
	ForDocument WaiverScope = "document"
	ForOrder    WaiverScope = "order"
	ForCustomer WaiverScope = "customer"
)

// WaiverScopes lists the scopes, the narrowest first.
func WaiverScopes() []WaiverScope { return []WaiverScope{ForDocument, ForOrder, ForCustomer} }

// within reports whether a scope is no wider than another.
func (w WaiverScope) within(o WaiverScope) bool {
	return slices.Index(WaiverScopes(), w) <= slices.Index(WaiverScopes(), o)
}

// widest is how far a requirement may be let go: what is a matter of one order's work is not
// let go for all orders of a customer.
func widest(code string) WaiverScope {
	switch code {
	case ReqSignOff, ReqAddress, ReqPO:
		return ForCustomer
	}
	return ForOrder
}

// maxWaiver is for how many days a waiver may hold.
const maxWaiver = 366

// GateWaivers holds the waivers: by order, and those that count for a customer.
var GateWaivers = store.Define(store.Def[GateWaiver, store.NoRow]{
	Name: "gate_waiver", Prefix: "wvr", Title: "waiver",
	Indexes: []store.Index[GateWaiver]{
		{Name: "order", Keys: func(w *GateWaiver) []store.Key { return []store.Key{store.K(w.Order, w.Code, w.At)} }},
		{Name: "customer", Keys: func(w *GateWaiver) []store.Key {
			if w.Scope != ForCustomer {
				return nil
			}
			return []store.Key{store.K(w.Customer, w.Code, w.At)}
		}},
	},
})

// wanting is the hash of what a requirement found wanting.
func (q *Requirement) wanting() (string, error) {
	ids := slices.Clone(q.Evidence)
	is := map[string]any{"code": q.Code, "refs": unique(ids)}
	if q.facts != "" {
		is["facts"] = q.facts
	}
	return approval.Hash(is)
}

// waive marks a requirement as let go, where somebody has done so for this document, its
// order or its customer. Where four eyes are needed, whoever proposes the invoice cannot have
// waived its requirements. One that has run out says so.
func (s *Snapshot) waive(q *Requirement, sub *Subject) {
	if !slices.Contains(Waivable(), q.Code) {
		return
	}
	hash, err := q.wanting()
	if err != nil {
		return
	}
	why := ""
	for _, w := range s.Waivers {
		switch {
		case w.Code != q.Code || w.Scope != ForCustomer && w.Hash != hash || w.State == WaiverRefused:
		case w.Scope == ForDocument && w.Invoice != sub.Invoice.ID:
		case !w.Until.IsZero() && s.Today.After(w.Until):
			why = fmt.Sprintf("; it was waived until %s, and that has run out", w.Until)
		case w.State == WaiverAsked:
			why = "; letting it go is asked for, and waits for others: callout approval explain " + string(w.ID)
		case slices.Contains(w.people(), sub.Proposer) && s.Policy.Mode != approval.Single:
			why = "; whoever proposes the invoice may not have waived it"
		default:
			q.Status, q.Fix = WaivedStatus, ""
			q.Waiver = &Waived{ID: w.ID, By: w.By, At: w.At, Reason: w.Reason, Scope: w.Scope, Until: w.Until, With: w.With}
		}
	}
	if q.Status != WaivedStatus {
		q.Reason += why
	}
}

// WaiveRequirement lets an unmet requirement go, for a document, its order or its customer. The
// reason is required, and for a customer a day until which it holds.
type WaiveRequirement struct {
	Order   store.ID      `json:"order,omitempty"`
	Invoice store.ID      `json:"invoice,omitempty"` // instead of its order
	Code    string        `json:"code"`
	Scope   WaiverScope   `json:"scope,omitempty"` // the order when empty
	Until   calendar.Date `json:"until,omitzero"`
}

// Name implements store.Command.
func (c *WaiveRequirement) Name() string { return "gate.waive.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *WaiveRequirement) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *WaiveRequirement) Do(tx *store.Tx) error {
	w := &GateWaiver{
		Order: c.Order, Code: strings.ToUpper(strings.TrimSpace(c.Code)), Scope: c.Scope, Until: c.Until,
		By: tx.Env.Actor.ID, At: tx.Env.RecordedAt,
	}
	g, err := c.gate(tx, w)
	if err != nil {
		return err
	}
	if w.Reason, err = reason(tx.Env.Reason, "waiving a requirement needs a reason"); err != nil {
		return err
	}
	if err := w.check(tx); err != nil {
		return err
	}
	several, err := approval.TakesSeveral(tx, approval.ForWaiver, nil)
	if err != nil {
		return err
	}
	if !several {
		if err := approval.MayGrant(tx, approval.ForWaiver, w.Code+" of "+g.Name, nil); err != nil {
			return err
		}
	}
	if err := refuseApprover(tx, w.Order); err != nil {
		return err
	}
	q, _ := g.Get(w.Code)
	if q.Status != Unsatisfied {
		return fault.Conflictf("%s of %s is %s", w.Code, g.Name, q.Status).With("gate.settled").
			Hint("callout invoice gate %s", g.Name)
	}
	if w.Scope != ForCustomer {
		if w.Hash, err = q.wanting(); err != nil {
			return err
		}
	}
	w.ID = GateWaivers.NewID(tx, w.Code)
	tx.Returns(w.ID, "")
	if several {
		return w.ask(tx, g.Name)
	}
	tx.Emit("gate.waived", w.Order, map[string]any{"code": w.Code, "reason": w.Reason, "scope": string(w.Scope), "until": w.Until.String()})
	return GateWaivers.Put(tx, w)
}

// gate evaluates the gate that the requirement is looked up in, of the document or of the order.
func (c *WaiveRequirement) gate(tx *store.Tx, w *GateWaiver) (*Gate, error) {
	if c.Invoice != "" {
		inv, err := Invoices.Get(tx, c.Invoice)
		if err != nil {
			return nil, err
		}
		w.Order, w.Customer = inv.Order, inv.Customer
		if w.Scope == ForDocument {
			w.Invoice = inv.ID
		}
		return InvoiceGate(tx, inv.ID, tx.Env.RecordedAt)
	}
	o, err := work.WorkOrders.Get(tx, c.Order)
	if err != nil {
		return nil, err
	}
	w.Customer = o.Customer
	return OrderGate(tx, o.ID, tx.Env.RecordedAt)
}

// check holds a waiver to what may be waived, how far and for how long.
func (w *GateWaiver) check(tx *store.Tx) error {
	if w.Scope == ForOrder {
		w.Scope = "" // what it is where nothing is said
	}
	scope := cmp.Or(w.Scope, ForOrder)
	if scope != ForCustomer {
		w.Customer = ""
	}
	today, err := companyDate(tx, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(Waivable(), w.Code):
		return fault.Invalidf("code", "%q cannot be waived", w.Code).With("gate.unwaivable").
			Hint("these can: %s", strings.Join(Waivable(), ", "))
	case !slices.Contains(WaiverScopes(), scope):
		return fault.Invalidf("scope", "%q is no scope of a waiver", w.Scope).With("gate.scope").Hint("--scope %s", joined(WaiverScopes(), "|"))
	case !scope.within(widest(w.Code)):
		return fault.Refusedf("%s is waived for one order at most, not for a %s", w.Code, scope).With("gate.scope").Hint("--scope order")
	case scope == ForDocument && w.Invoice == "":
		return fault.Invalidf("scope", "there is no document yet that it could be waived for").With("gate.scope").
			Hint("callout invoice waive INV … --scope document")
	case scope == ForCustomer && w.Until.IsZero():
		return fault.Invalidf("until", "for a customer a requirement is waived until a day").With("gate.until").Hint("--until %s", today.AddDays(maxWaiver/4))
	case !w.Until.IsZero() && (w.Until.Before(today) || today.AddDays(maxWaiver).Before(w.Until)):
		return fault.Invalidf("until", "a waiver holds for %d days at most, from today, %s", maxWaiver, today).With("gate.until")
	}
	return nil
}
