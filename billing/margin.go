package billing

import (
	"fmt"
	"strings"

	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// shortfall is work that brings in less than its floor asks for, or whose margin cannot be known.
type shortfall struct {
	floor Floor
	what  string
	ref   store.ID
	text  string // why, with the numbers
}

// below holds a margin to its floor. An unknown cost is under every floor that blocks: it is never taken for a
// margin of 100 %.
func (s *Snapshot) below(kind FloorKind, what string, ref store.ID, m money.Margin) (shortfall, bool) {
	f, ok := s.Floors.find(kind, s.Customer.ID)
	if !ok {
		return shortfall{}, false
	}
	fall := shortfall{floor: f, what: what, ref: ref}
	under, known := m.Below(f.Percent)
	switch {
	case !known && f.Action == FloorBlock:
		fall.text = fmt.Sprintf("what %s costs is unknown, and its margin must be %s", what, f.Percent.Format())
	case !known || !under:
		return shortfall{}, false
	default:
		const places = 1
		margin := "none"
		if p, ok := m.Percent(places, money.HalfEven); ok {
			margin = p.Format()
		}
		fall.text = fmt.Sprintf("%s brings %s and costs %s: its margin is %s, and must be %s", what,
			m.Revenue.Format(s.Company.Currency), m.Cost.Format(s.Company.Currency), margin, f.Percent.Format())
	}
	return fall, true
}

// floorKind says which floor a charge is held to. Milestones have none of their own: what they cost is in the time and
// items that they cover, which the floor of the order looks at.
func (x source) floorKind() (FloorKind, bool) {
	switch {
	case x.time != nil && x.time.Kind == Travel:
		return FloorTravel, true
	case x.time != nil:
		return FloorLabour, true
	case x.item != nil:
		return FloorKind(x.item.Kind), true
	}
	return "", false
}

// shortOf is what a source falls short of its floor; covered work has no price to hold against one.
func (s *Snapshot) shortOf(x source) (shortfall, bool) {
	kind, ok := x.floorKind()
	if !ok {
		return shortfall{}, false
	}
	m := money.Margin{Cost: money.SumCosts()}
	var text string
	for _, c := range s.worth[x.id] {
		if c.Covered != "" || c.Price == nil {
			return shortfall{}, false // PRICE.RESOLVED says so
		}
		m.Revenue, m.Cost, text = m.Revenue.Add(c.Amount), m.Cost.Add(c.Cost.Amount), c.Text
	}
	return s.below(kind, text, x.id, m)
}

// shortfalls lists what on a document falls short, and the order as a whole.
func (s *Snapshot) shortfalls(inv *Invoice) []shortfall {
	var out []shortfall
	seen := map[store.ID]bool{}
	all := s.byID()
	for _, l := range inv.Lines {
		x, ok := all[l.Source]
		if !ok || seen[l.Source] {
			continue
		}
		seen[l.Source] = true
		if fall, short := s.shortOf(x); short {
			out = append(out, fall)
		}
	}
	if _, ok := s.Floors.find(FloorOrder, s.Customer.ID); ok {
		p := s.rollup()
		if fall, short := s.below(FloorOrder, s.Order.Number+" as a whole", s.Order.ID, money.Margin{Revenue: p.Revenue(), Cost: p.Cost}); short {
			out = append(out, fall)
		}
	}
	return out
}

// reqMargin asks that margins reach their floors, before the document is proposed and again at each step. Below a
// floor that blocks, somebody else than the proposer may let it go with a reason.
func reqMargin(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqMargin, Title: "margins reach their floors", Stage: ToPropose, Severity: Warn}
	if len(s.Floors.List) == 0 {
		q.Status = NotApplicable
		return q
	}
	var why []string
	for _, fall := range s.shortfalls(sub.Invoice) {
		why = append(why, fall.text)
		q.Evidence = append(q.Evidence, fall.ref)
		if fall.floor.Action == FloorBlock {
			q.Severity = Block
		}
	}
	q.Reason = strings.Join(why, "; ")
	q.facts = q.Reason // whoever lets a margin go does not let a worse one go
	q.Fix = fmt.Sprintf(`callout invoice waive %s %s --reason "…" --as NAME   (somebody else)`, s.Order.Number, ReqMargin)
	return q
}

// shortItems finds what the touched items fall short of their floors.
func shortItems(tx *store.Tx, each func(i *LineItem, fall shortfall) error) error {
	changed, err := LineItems.Changed(tx)
	if err != nil || len(changed) == 0 {
		return err
	}
	floors, _, err := CurrentFloors(tx)
	if err != nil || len(floors.List) == 0 {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil || ch.After.Removed != nil {
			continue
		}
		s, err := Load(tx, ch.After.Order, tx.Env.RecordedAt)
		if err != nil {
			return err
		}
		if fall, short := s.shortOf(source{id: ch.ID, at: ch.After.At, item: ch.After}); short {
			if err := each(ch.After, fall); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkMargin refuses an item whose price is under its floor, before anything is committed to it. Who
// knows why it is sold so cheaply accepts it with a reason; the gate then asks somebody else.
func checkMargin(tx *store.Tx) error {
	return shortItems(tx, func(i *LineItem, fall shortfall) error {
		if i.Imported != "" || i.BelowFloor != nil || fall.floor.Action != FloorBlock {
			return nil // what is imported has happened; the gate looks at it
		}
		return fault.Refusedf("%s", fall.text).With("margin.floor").
			Hint(`--price … or --cost …, or accept it: --accept margin --reason "…"`)
	})
}

// warnMargin is the derivation that names items below a floor, as an event.
func warnMargin(tx *store.Tx) error {
	return shortItems(tx, func(i *LineItem, fall shortfall) error {
		tx.Emit("margin.below_floor", i.ID, map[string]any{
			"order": i.Order, "what": fall.what, "floor": fall.floor.Percent.String(), "action": string(fall.floor.Action),
		})
		return nil
	})
}
