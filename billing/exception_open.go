package billing

import (
	"slices"
	"strings"

	"callout/approval"
	"callout/store"
)

// openException is something that was let go on an order and does not count, since not all have granted it.
type openException struct {
	on    store.ID // the item; empty for what is agreed about the order
	grant approval.Grant
	// holds says that its refusal stands in the way as well: what is sold below its floor is not sold at another price by itself.
	holds bool
	why   string
}

// withhold takes off an order what was let go on it and does not count, or not yet. What is sold below a floor stays
// as it is: there is no other price to fall back on.
func (s *Snapshot) withhold() {
	for n := range s.Items {
		i := &s.Items[n]
		if p := i.Price; p != nil && !p.Grant.Counts() {
			s.ungranted, i.Price = append(s.ungranted, openException{on: i.ID, grant: p.Grant}), nil
		}
		if d := i.Discount; d != nil && !d.Grant.Counts() {
			s.ungranted, i.Discount = append(s.ungranted, openException{on: i.ID, grant: d.Grant}), nil
		}
		if b := i.BelowFloor; b != nil && !b.Grant.Counts() {
			s.ungranted = append(s.ungranted, openException{on: i.ID, grant: b.Grant, holds: true})
		}
	}
	s.Terms.Adjustments = slices.DeleteFunc(slices.Clone(s.Terms.Adjustments), func(a Adjustment) bool {
		if !a.Grant.Counts() {
			s.ungranted = append(s.ungranted, openException{grant: a.Grant})
		}
		return !a.Grant.Counts()
	})
	s.Terms.Prices = slices.DeleteFunc(slices.Clone(s.Terms.Prices), func(p OrderPrice) bool {
		if !p.Grant.Counts() {
			s.ungranted = append(s.ungranted, openException{grant: p.Grant})
		}
		return !p.Grant.Counts()
	})
}

// loadOpenExceptions reads for whom what does not count yet waits.
func (s *Snapshot) loadOpenExceptions(r store.Reader) error {
	for _, d := range s.coverage.asked {
		s.ungranted = append(s.ungranted, openException{grant: d.Grant})
	}
	for i := range s.ungranted {
		why, err := s.ungranted[i].grant.Open(r)
		if err != nil {
			return err
		}
		s.ungranted[i].why = why
	}
	return nil
}

// reqExceptions asks that whatever was let go is granted by all whom the rules ask, or refused. Until then nobody knows
// what is to be billed. What was refused does not count, and stands in no one's way but where there is nothing to fall back on.
func reqExceptions(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqException, Title: "whatever was let go is granted", Stage: ToPropose, Status: NotApplicable}
	billed := map[store.ID]bool{}
	for _, l := range sub.Invoice.Lines {
		billed[l.Source] = true
	}
	var why []string
	for _, x := range s.ungranted {
		waits := x.grant.State == approval.ExceptionAsked
		if x.on != "" && !billed[x.on] || !waits && !x.holds {
			continue
		}
		why = append(why, x.why)
		q.Evidence = append(q.Evidence, x.grant.Exception)
		if q.Fix = "callout approval explain " + string(x.grant.Exception); !waits {
			q.Fix = "callout item edit " + string(x.on) + " --price …"
		}
	}
	if len(why) > 0 {
		q.Status, q.Reason = Unsatisfied, strings.Join(why, "; ")
	}
	return q
}

// followExceptions is the derivation by which items, agreed discounts and prices, and what is covered know what became of
// what was asked for them.
func followExceptions(tx *store.Tx) error {
	changed, err := approval.Exceptions.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil {
			continue
		}
		if err := followException(tx, ch.After); err != nil {
			return err
		}
	}
	return nil
}

func followException(tx *store.Tx, e *approval.Exception) error {
	switch e.Subject.Prefix() {
	case LineItems.Prefix():
		i, ok, err := LineItems.Try(tx, e.Subject)
		if err != nil || !ok {
			return err
		}
		for _, g := range i.grants() {
			if g.Follows(e) {
				return LineItems.Put(tx, i)
			}
		}
	case OrderTerms.Prefix():
		t, ok, err := OrderTerms.Try(tx, e.Subject)
		if err != nil || !ok {
			return err
		}
		for _, g := range t.grants() {
			if g.Follows(e) {
				return OrderTerms.Put(tx, t)
			}
		}
	case CoverDecisions.Prefix():
		d, ok, err := CoverDecisions.Try(tx, e.Subject)
		if err == nil && ok && d.Grant.Follows(e) {
			return CoverDecisions.Put(tx, d)
		}
		return err
	}
	return nil
}

// grants are those of whatever was let go for the order as a whole.
func (t *Terms) grants() []*approval.Grant {
	var out []*approval.Grant
	for i := range t.Adjustments {
		out = append(out, &t.Adjustments[i].Grant)
	}
	for i := range t.Prices {
		out = append(out, &t.Prices[i].Grant)
	}
	return out
}
