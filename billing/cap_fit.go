package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callout/money"
	"callout/store"
)

// HeldNTE is the state of work that is done and approved, and not billed because a cap leaves no room.
const HeldNTE = "held:nte"

// Held is what of a charge a proposal left out, with the state that it is in. It stays
// open on the order, and is billed as soon as the cap is raised.
type Held struct {
	Source store.ID       `json:"source"`
	Text   string         `json:"text"`
	Qty    money.Quantity `json:"qty"`
	Unit   Unit           `json:"unit"`
	Amount money.Amount   `json:"amount"`
	State  string         `json:"state"`
	Cap    store.ID       `json:"cap"` // the one that leaves the least
	Order  string         `json:"order"`
}

// fit cuts what a proposal would bill to what the caps leave. Charges are taken in the
// order of their dates, credits first. The one that crosses is split by quantity, to the last
// whole unit of the scale that is printed, so that the cap is never exceeded (kimai/kimai#1236);
// what does not fit is held and named. What costs nothing passes (kimai/kimai#6015).
// An agreed sum is not cut: one that does not fit is a problem of the proposal.
func (s *Snapshot) fit(inv *Invoice, picks []pick) ([]pick, []problem) {
	inv.Held = nil
	if len(s.caps) == 0 {
		return picks, nil
	}
	order := make([]int, len(picks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := &picks[i], &picks[j]
		return cmp.Or(first(s.net(a).Sign() < 0, s.net(b).Sign() < 0),
			a.src.at.Compare(b.src.at), cmp.Compare(a.src.id, b.src.id))
	})
	left, tight := s.room(inv.ID)
	var problems []problem
	cut := map[int]money.Quantity{}
	for _, i := range order {
		p := &picks[i]
		net := s.net(p)
		if net.Sign() <= 0 || net.Cmp(left) <= 0 {
			left = left.Sub(net)
			continue
		}
		if !p.src.divisible() {
			problems = append(problems, problem{ReqCap, fmt.Sprintf("%q comes to %s, and the cap of %s leaves %s",
				p.charge.Text, net, tight.number, left), tight.raise()})
			left = left.Sub(net)
			continue
		}
		part := *p
		part.qty = money.UnitsWithin(left, *p.charge.Price, p.charge.Unit.scale(p.qty)) // less than p has: that comes to more
		fits := s.net(&part)
		cut[i] = part.qty
		left = left.Sub(fits)
		inv.Held = append(inv.Held, Held{
			Source: p.src.id, Text: p.charge.Text, Qty: p.qty.Sub(part.qty), Unit: p.charge.Unit, Amount: net.Sub(fits),
			State: HeldNTE, Cap: tight.ID, Order: tight.number,
		})
	}
	var kept []pick
	for i, p := range picks {
		if q, ok := cut[i]; ok {
			if p.qty = q; q.IsZero() {
				continue
			}
		}
		kept = append(kept, p)
	}
	return kept, problems
}

// room is what the caps leave for one invoice, and the cap that leaves the least.
func (s *Snapshot) room(except store.ID) (money.Amount, *capState) {
	var tight *capState
	var least money.Amount
	for i := range s.caps {
		c := &s.caps[i]
		if left := c.room(except); tight == nil || left.Cmp(least) < 0 {
			least, tight = left, c
		}
	}
	return least, tight
}

// raise is the command that asks for more.
func (c *capState) raise() string {
	return fmt.Sprintf(`callout change-order cap %s --amount … --by "…" --reason "…"`, c.number)
}

// scale is how many decimals a quantity of a unit is printed with: what is measured has
// two, what is counted has none, and a quantity that was stated more exactly keeps its own.
func (u Unit) scale(q money.Quantity) int32 {
	places := int32(2)
	if u == Piece || u == Minute {
		places = 0
	}
	return max(places, q.Places())
}

// reqCap asks that what is billed stays within the caps, and shows what they hold.
func reqCap(s *Snapshot, sub *Subject) Requirement {
	q := fromProblems(sub, ReqCap, "what is billed stays within the cap")
	if len(s.caps) == 0 {
		q.Status = NotApplicable
		return q
	}
	for i := range s.caps {
		q.Evidence = append(q.Evidence, s.caps[i].ID)
	}
	if q.Reason != "" || sub.Invoice.Status == InvoiceReleased {
		return q
	}
	left, tight := s.room(sub.Invoice.ID)
	if net := sub.Invoice.asks(); net.Cmp(left) > 0 && net.Sign() > 0 {
		q.Reason = fmt.Sprintf("%s are asked for, and the cap of %s leaves %s", net, tight.number, left)
		q.Fix = "callout invoice propose " + s.Order.Number
		return q
	}
	if len(sub.Invoice.Held) == 0 {
		return q
	}
	q.Severity, q.Fix = Warn, tight.raise()
	var held []string
	var sum money.Amount
	for _, h := range sub.Invoice.Held {
		held = append(held, fmt.Sprintf("%s %s of %s", h.Qty, h.Unit, h.Text))
		sum = sum.Add(h.Amount)
	}
	q.Reason = fmt.Sprintf("%s are held (%s): %s; the cap of %s is %s", sum.Format(s.Company.Currency), HeldNTE,
		strings.Join(held, ", "), tight.number, tight.Limit.Format(s.Company.Currency))
	return q
}
