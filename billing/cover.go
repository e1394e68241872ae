package billing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// CoverDecision is what somebody decided by hand about time or an item: that it is not charged, out
// of goodwill or because it is the shop's own affair, or that it is charged although something
// covers it. It goes before warranties and agreements, and whoever took it does not approve the invoice.
type CoverDecision struct {
	store.Record
	Order  store.ID  `json:"order"`
	Source store.ID  `json:"source"` // the time entry or item, or the visit with what it bears by itself
	As     CoverKind `json:"as"`
	Hide   bool      `json:"hide,omitempty"` // left off invoices
	Reason string    `json:"reason"`
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"` // authority's time
	// Grant says how far it has come where the rules for exceptions ask several people.
	Grant approval.Grant `json:"grant,omitzero"`
}

// CoverKind says why something is not charged.
type CoverKind string

// The kinds of cover.
const (
	CoverGoodwill  CoverKind = "goodwill"
	CoverInternal  CoverKind = "internal"
	CoverNone      CoverKind = "billable" // by hand: nothing covers it
	CoverWarranty  CoverKind = "warranty"
	CoverAgreement CoverKind = "agreement"
)

// DecidedKinds lists what can be decided by hand.
func DecidedKinds() []CoverKind { return []CoverKind{CoverGoodwill, CoverInternal, CoverNone} }

// CoverDecisions holds the decisions, one for each source.
var CoverDecisions = store.Define(store.Def[CoverDecision, store.NoRow]{
	Name: "cover", Prefix: "cov", Title: "cover",
	Indexes: []store.Index[CoverDecision]{
		{Name: "source", Unique: true, Keys: func(d *CoverDecision) []store.Key { return []store.Key{store.K(d.Source)} }},
		{Name: "order", Keys: func(d *CoverDecision) []store.Key { return []store.Key{store.K(d.Order, d.Source)} }},
	},
})

// SetCover decides by hand whether time, an item, or a visit's call-out and way are charged.
type SetCover struct {
	Source store.ID  `json:"source"`
	As     CoverKind `json:"as,omitempty"` // "" takes the decision back
	Hide   bool      `json:"hide,omitempty"`
}

// Name implements store.Command.
func (c *SetCover) Name() string { return "cover.set.v1" }

// Undoable implements store.Undoable.
func (c *SetCover) Undoable() {}

// Do implements store.Command.
func (c *SetCover) Do(tx *store.Tx) error {
	order, err := c.order(tx)
	if err != nil {
		return err
	}
	tx.Returns(c.Source, "")
	if err := refuseBilled(tx, c.Source, "it"); err != nil {
		return err
	}
	if _, err := openOrder(tx, order); err != nil {
		return err
	}
	d := &CoverDecision{Order: order, Source: c.Source, As: c.As, Hide: c.Hide, By: tx.Env.Actor.ID, At: tx.Env.RecordedAt}
	for old, err := range CoverDecisions.By(tx, "source", store.K(c.Source)) {
		if err != nil {
			return err
		}
		d.ID = old.ID
		if err := approval.Drop(tx, old.Grant); err != nil {
			return err
		}
	}
	if c.As == "" {
		if d.ID == "" {
			return fault.Refusedf("nobody has decided by hand whether it is charged").With("cover.none")
		}
		tx.Emit("cover.dropped", c.Source, map[string]any{"order": order})
		return CoverDecisions.Delete(tx, d.ID)
	}
	if !slices.Contains(DecidedKinds(), c.As) {
		return fault.Invalidf("as", "%q is nothing that can be decided by hand; there are goodwill, internal and billable", c.As).With("cover.kind")
	}
	if d.Reason, err = reason(tx.Env.Reason, "say why it is not charged, or is"); err != nil {
		return err
	}
	if d.ID == "" {
		d.ID = CoverDecisions.NewID(tx, "")
	}
	if err := d.letGo(tx); err != nil {
		return err
	}
	tx.Emit("cover.set", c.Source, map[string]any{"order": order, "as": c.As})
	return CoverDecisions.Put(tx, d)
}

// order is the one that the source stands on.
func (c *SetCover) order(r store.Reader) (store.ID, error) {
	switch c.Source.Prefix() {
	case TimeEntries.Prefix():
		e, err := TimeEntries.Get(r, c.Source)
		if err != nil {
			return "", err
		}
		return e.Order, nil
	case LineItems.Prefix():
		i, err := LineItems.Get(r, c.Source)
		if err != nil {
			return "", err
		}
		switch {
		case i.Removed != nil:
			return "", fault.Refusedf("the item was removed").With("item.removed").Hint("callout log %s", i.ID)
		case i.Agreement != "":
			return "", fault.Refusedf("the fee of an agreement is not covered by anything").With("cover.fee").
				Hint("callout agreement show %s", i.Agreement)
		}
		return i.Order, nil
	}
	if c.Source.Prefix() == dispatch.Appointments.Prefix() {
		v, err := dispatch.Appointments.Get(r, c.Source)
		if err != nil {
			return "", err
		}
		return v.Order, nil
	}
	return "", fault.Invalidf("source", "%s is neither time nor an item nor a visit", c.Source).With("cover.source")
}

// cover is one thing that may cover a source.
type cover struct {
	kind  CoverKind
	title string // "the warranty manufacturer"
	rank  int
	hide  bool
	by    store.ID // who decided by hand
}

// coverQuestion asks what may cover something on an order.
type coverQuestion struct {
	order      *work.WorkOrder
	scope      work.CoverScope
	on         calendar.Date
	decision   *CoverDecision
	warranties []work.Warranty // of the order's asset
	agreement  *work.Agreement // that the order is under
	byVisit    bool            // it is what a visit bears by itself
	included   bool            // of what a visit bears: the visit is one that the agreement includes
}

// byAgreement reports whether the order's agreement may include it: time as long as something is left, and what a
// visit bears by itself with a visit that counts against it.
func (q *coverQuestion) byAgreement() bool {
	return q.agreement.Valid.Contains(q.on) && (q.included || q.scope == work.CoverLabour || q.scope == work.CoverTravel && !q.byVisit)
}

// covers lists what may cover it, the one that wins first: what was decided by hand, then by rank, then
// warranties, in the order in which the asset names them, before agreements.
func (q *coverQuestion) covers() []cover {
	var out []cover
	if d := q.decision; d != nil {
		title := "goodwill: " + d.Reason
		switch d.As {
		case CoverInternal:
			title = "the shop's own affair: " + d.Reason
		case CoverNone:
			title = "nothing: " + d.Reason
		}
		out = append(out, cover{d.As, title, 0, d.Hide, d.By})
	}
	for _, w := range q.warranties {
		if w.Valid.Contains(q.on) && slices.Contains(w.Covers, q.scope) {
			out = append(out, cover{CoverWarranty, "the warranty " + w.Title, w.Rank, w.Hide, ""})
		}
	}
	if a := q.agreement; a != nil && q.byAgreement() {
		out = append(out, agreed(a, a.Rank))
	}
	slices.SortStableFunc(out, func(a, b cover) int {
		return cmp.Or(first(a.by != "", b.by != ""), -cmp.Compare(a.rank, b.rank))
	})
	return out
}

// agreed is what an agreement covers.
func agreed(a *work.Agreement, rank int) cover {
	return cover{CoverAgreement, strings.TrimPrefix(coveredByAgreement, coveredBy) + a.Name, rank, a.Hide, ""}
}

// first orders what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// scope is what kind of work a part of a source is; milestones and the like are none, and the fee of an
// agreement is not covered by it.
func (x source) scope(part string) work.CoverScope {
	switch {
	case x.time != nil:
		return timeScope(x.time.Kind)
	case x.visit != nil && part == partCallOut:
		return work.CoverCallOut
	case x.visit != nil:
		return work.CoverTravel
	case x.item == nil || x.item.Agreement != "":
		return ""
	}
	return map[ItemKind]work.CoverScope{
		PartItem: work.CoverParts, ServiceItem: work.CoverServices, ExpenseItem: work.CoverExpenses,
	}[x.item.Kind]
}

func timeScope(k TimeKind) work.CoverScope {
	if k == Travel {
		return work.CoverTravel
	}
	return work.CoverLabour
}

// coverage is what an order has that may cover its work.
type coverage struct {
	decisions  map[store.ID]*CoverDecision
	asked      []*CoverDecision // that do not count, because not all have granted them
	warranties []work.Warranty
	agreement  *work.Agreement
	drawn      map[store.ID]int64                  // seconds of each time entry that the agreement includes
	visits     map[calendar.Date][]work.CoverScope // of the visits that it includes, by their days
}

// loadCoverage reads what may cover the work on an order.
func loadCoverage(r store.Reader, o *work.WorkOrder) (*coverage, error) {
	c := &coverage{decisions: map[store.ID]*CoverDecision{}, drawn: map[store.ID]int64{}, visits: map[calendar.Date][]work.CoverScope{}}
	for d, err := range CoverDecisions.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		if !d.Grant.Counts() {
			c.asked = append(c.asked, d)
			continue
		}
		c.decisions[d.Source] = d
	}
	if o.Asset != "" {
		a, ok, err := work.Assets.Try(r, o.Asset)
		if err != nil {
			return nil, err
		}
		if ok {
			c.warranties = a.Warranties
		}
	}
	if o.Agreement == "" {
		return c, nil
	}
	var err error
	if c.agreement, err = work.Agreements.Get(r, o.Agreement); err != nil {
		return nil, err
	}
	for d, err := range Draws.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
		}
		c.drawn[d.Entry] += d.Worked
		if d.Entitlement < len(c.agreement.Includes) {
			if e := &c.agreement.Includes[d.Entitlement]; e.Hours == nil {
				c.visits[d.On] = append(c.visits[d.On], e.Kinds...)
			}
		}
	}
	return c, nil
}

// includes reports whether an included visit of a day comes with what a visit bears: the way there where it includes
// travel, and the charge for coming at all where it includes all of the visit.
func (c *coverage) includes(scope work.CoverScope, on calendar.Date) bool {
	kinds := c.visits[on]
	if scope == work.CoverCallOut {
		return slices.Contains(kinds, work.CoverTravel) && slices.Contains(kinds, work.CoverLabour)
	}
	return slices.Contains(kinds, scope)
}

// question asks what may cover a source on a day.
func (c *coverage) question(o *work.WorkOrder, src store.ID, scope work.CoverScope, on calendar.Date) *coverQuestion {
	return &coverQuestion{order: o, scope: scope, on: on, decision: c.decisions[src], warranties: c.warranties, agreement: c.agreement}
}

func (s *Snapshot) loadCoverage(r store.Reader) (err error) {
	s.coverage, err = loadCoverage(r, &s.Order)
	return err
}
