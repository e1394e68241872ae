package billing

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// CoverDecision is what somebody decided by hand about time or an item: that it is not charged, out
// of goodwill or because it is the shop's own affair, or that it is charged although something
// covers it. It goes before warranties and agreements, and whoever took it does not approve the invoice.
type CoverDecision struct {
	store.Record
	Order  store.ID  `json:"order"`
	Source store.ID  `json:"source"` // the time entry or item
	As     CoverKind `json:"as"`
	Hide   bool      `json:"hide,omitempty"` // left off invoices
	Reason string    `json:"reason"`
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"` // authority's time
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

// SetCover decides by hand whether time or an item is charged.
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
	return "", fault.Invalidf("source", "%s is neither time nor an item", c.Source).With("cover.source")
}

// cover is one thing that may cover a source.
type cover struct {
	kind  CoverKind
	title string // "the warranty manufacturer"
	rank  int
	near  int // how specific it is
	hide  bool
	by    store.ID // who decided by hand
}

// How specific covers are: what was decided about the very thing goes before its asset, and
// that before its site.
const (
	nearSite = iota
	nearAsset
	nearThing
)

// coverQuestion asks what may cover something on an order.
type coverQuestion struct {
	order      *work.WorkOrder
	scope      work.CoverScope
	on         calendar.Date
	decision   *CoverDecision
	warranties []work.Warranty // of the order's asset
	agreement  *work.Agreement // that the order is under
}

// covers lists what may cover it, the one that wins first: what was decided by hand, then by rank, then
// the more specific, then in the order in which the asset names them, warranties before agreements.
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
		out = append(out, cover{d.As, title, 0, nearThing, d.Hide, d.By})
	}
	for _, w := range q.warranties {
		if w.Valid.Contains(q.on) && slices.Contains(w.Covers, q.scope) {
			out = append(out, cover{CoverWarranty, "the warranty " + w.Title, w.Rank, nearAsset, w.Hide, ""})
		}
	}
	if a := q.agreement; a != nil && a.Valid.Contains(q.on) && (q.scope == work.CoverLabour || q.scope == work.CoverTravel) {
		near := nearSite
		if slices.ContainsFunc(a.Places, func(p work.Place) bool { return p.Asset != "" && p.Asset == q.order.Asset }) {
			near = nearAsset
		}
		out = append(out, cover{CoverAgreement, "the agreement " + a.Name, a.Rank, near, a.Hide, ""})
	}
	slices.SortStableFunc(out, func(a, b cover) int {
		return cmp.Or(-cmp.Compare(btoi(a.near == nearThing), btoi(b.near == nearThing)), -cmp.Compare(a.rank, b.rank), -cmp.Compare(a.near, b.near))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// scopeOf is what kind of work a source is; milestones and the like are none, and the fee of an
// agreement is not covered by it.
func (x source) scope() work.CoverScope {
	switch {
	case x.time != nil:
		return timeScope(x.time.Kind)
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
	warranties []work.Warranty
	agreement  *work.Agreement
	drawn      map[store.ID]int64 // seconds of each time entry that the agreement includes
}

// loadCoverage reads what may cover the work on an order.
func loadCoverage(r store.Reader, o *work.WorkOrder) (*coverage, error) {
	c := &coverage{decisions: map[store.ID]*CoverDecision{}, drawn: map[store.ID]int64{}}
	for d, err := range CoverDecisions.By(r, "order", store.K(o.ID)) {
		if err != nil {
			return nil, err
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
	}
	return c, nil
}

// question asks what may cover a source on a day.
func (c *coverage) question(o *work.WorkOrder, src store.ID, scope work.CoverScope, on calendar.Date) *coverQuestion {
	return &coverQuestion{order: o, scope: scope, on: on, decision: c.decisions[src], warranties: c.warranties, agreement: c.agreement}
}

func (s *Snapshot) loadCoverage(r store.Reader) (err error) {
	s.coverage, err = loadCoverage(r, &s.Order)
	return err
}

// covering applies what covers a source to what it comes to. What an agreed price covers already
// is left as it is.
func (s *Snapshot) covering(x source, charges []Charge) []Charge {
	scope := x.scope()
	if scope == "" || s.coverage == nil {
		return charges
	}
	var out []Charge
	left := s.coverage.drawn[x.id]
	for _, c := range charges {
		list := s.coverage.question(&s.Order, x.id, scope, c.On).covers()
		if c.Covered != "" || len(list) == 0 {
			out = append(out, c)
			continue
		}
		switch win := list[0]; win.kind {
		case CoverNone:
			c.CoverBy = win.by
			c.Trace = append(c.Trace, coverSteps(list)...)
			out = append(out, c)
		case CoverAgreement:
			take := min(left, c.Worked)
			left -= take
			out = append(out, s.drawing(c, list, take)...)
		default:
			c.coverBy(list)
			out = append(out, c)
		}
	}
	return out
}

// coverSteps tells what was considered, the winner first.
func coverSteps(list []cover) []PriceStep {
	var out []PriceStep
	for i, k := range list {
		step := PriceStep{Level: "cover", Rule: k.title, Verdict: verdictOutranked}
		if i == 0 {
			step.Verdict = verdictWon
		}
		out = append(out, step)
	}
	return out
}

// coverBy sets the price of a charge to nothing and leaves its cost.
func (c *Charge) coverBy(list []cover) {
	win, zero := list[0], money.Price{}
	steps := coverSteps(list)
	steps[0].Price = &zero
	for i := range c.Trace { // the price that it would have had counts no longer
		if c.Trace[i].Verdict == verdictWon {
			c.Trace[i].Verdict = verdictOutranked
		}
	}
	c.Trace = append(c.Trace, steps...)
	c.Covered, c.Shown, c.CoverBy = "covered by "+win.title, !win.hide, win.by
	c.Text += " (" + c.Covered + ")"
	c.Price, c.Amount, c.Named, c.DiscountBy = &zero, money.Amount{}, "", ""
	c.Discount, c.Off, c.WithTax = nil, money.Amount{}, false
	c.problems = slices.DeleteFunc(c.problems, func(p problem) bool { return p.code == ReqPrice || !c.Shown })
}

// PartCovered is the part of a source that is covered, where the rest of it is billed.
const PartCovered = "covered"

// drawing divides a charge into what an agreement includes and the rest. Cost goes with the time worked; the
// rounding of the hours stays with what is billed.
func (s *Snapshot) drawing(c Charge, list []cover, take int64) []Charge {
	if take == 0 {
		steps := coverSteps(list)
		steps[0].Verdict = "nothing of it is left"
		c.Trace = append(c.Trace, steps...)
		return []Charge{c}
	}
	in := c
	in.Trace = slices.Clone(c.Trace)
	in.problems = slices.Clone(c.problems)
	const decimals = 4
	q := money.HoursOf(time.Duration(take)*time.Second, decimals, money.Down)
	if take == c.Worked || q.Cmp(c.Qty) >= 0 {
		in.coverBy(list)
		return []Charge{in}
	}
	if q.IsZero() {
		return []Charge{c}
	}
	in.Part, in.Worked, in.Qty = PartCovered, take, q
	if c.Part != "" {
		in.Part = c.Part + " " + PartCovered
	} else {
		c.Part = PartRegular
	}
	if cost, ok := c.Cost.Amount.Amount(); ok {
		share, err := money.Share(cost, money.NewQuantity(take, 0), money.NewQuantity(c.Worked, 0), s.Company.Currency, s.Rules.Rounding)
		if err == nil {
			in.Cost.Amount, c.Cost.Amount = money.KnownCost(share), money.KnownCost(cost.Sub(share))
		}
	}
	in.coverBy(list)
	c.Worked, c.Qty = c.Worked-take, c.Qty.Sub(q)
	c.Trace = append(c.Trace, PriceStep{Level: "cover", Rule: list[0].title, Verdict: "used up: the rest is billed"})
	if err := c.value(s.Company.Currency, s.Rules.Rounding); err != nil {
		c.problems = append(c.problems, problem{ReqTax, err.Error(), "callout tax set " + c.TaxClass + " …"})
	}
	return []Charge{c, in}
}

// coverMakers lists who decided by hand what is charged on an order.
func (s *Snapshot) coverMakers() []store.ID {
	var out []store.ID
	for _, x := range s.sources() {
		for i := range s.worth[x.id] {
			if by := s.worth[x.id][i].CoverBy; by != "" {
				out = append(out, by)
			}
		}
	}
	return out
}
