package billing

import (
	"cmp"
	"slices"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// balance counts what is drawn from one entitlement.
type balance struct {
	a      *work.Agreement
	e      *work.Entitlement
	used   map[calendar.Date]int64 // seconds or visits, by period
	visits map[visit]bool
}

// visit is one day on one order.
type visit struct {
	order store.ID
	on    calendar.Date
}

func newBalance(a *work.Agreement, i int) *balance {
	return &balance{a, &a.Includes[i], map[calendar.Date]int64{}, map[visit]bool{}}
}

// included is what a period comes with: seconds or visits.
func (b *balance) included() int64 {
	if b.e.Hours == nil {
		return int64(b.e.Visits)
	}
	return b.e.Hours.Mul(money.NewQuantity(3600, 0)).Round(0, money.Down).Decimal().IntPart()
}

// carried is what the periods before one left to it. Work that was billed when more was included may
// have used more than there is; that is not held against later periods.
func (b *balance) carried(period calendar.Date) int64 {
	if !b.e.Carry {
		return 0
	}
	var left int64
	for at := b.a.Valid.From; at.Before(period); {
		left = max(left+b.included()-b.used[at], 0)
		p, ok := b.e.Period(b.a.Valid, at)
		if !ok || p.To.IsZero() {
			break
		}
		at = p.To
	}
	return left
}

// free is what may still be taken from a period. Where what is left is carried over, later periods may have used it
// already, on work that is billed: that is not given away a second time.
func (b *balance) free(period calendar.Date) int64 {
	left := b.included() + b.carried(period) - b.used[period]
	if !b.e.Carry {
		return left
	}
	var last calendar.Date
	for at, n := range b.used {
		if n > 0 && last.Before(at) {
			last = at
		}
	}
	least := left
	for at := period; at.Before(last); {
		p, ok := b.e.Period(b.a.Valid, at)
		if !ok || p.To.IsZero() {
			break
		}
		at = p.To
		left += b.included() - b.used[at]
		least = min(least, left)
	}
	return least
}

// take notes a use and returns how many seconds of it are included.
func (b *balance) take(d *drawable, period calendar.Date, want int64) int64 {
	left := b.free(period)
	if b.e.Hours != nil {
		n := max(min(want, left), 0)
		b.used[period] += n
		return n
	}
	v := visit{d.order, d.on}
	if !b.visits[v] {
		if left < 1 {
			return 0
		}
		b.visits[v] = true
		b.used[period]++
	}
	return want
}

// note counts a draw that stands.
func (b *balance) note(d *Draw) {
	if b.e.Hours != nil {
		b.used[d.Period] += d.Worked
		return
	}
	if v := (visit{d.Order, d.On}); !b.visits[v] {
		b.visits[v] = true
		b.used[d.Period]++
	}
}

// allot says what of the time an agreement includes: in the order in which it was worked, and for each
// entitlement in the order in which the agreement names them. The draws of billed time stand as they are.
func allot(a *work.Agreement, list []drawable, standing []Draw) []Draw {
	fixed := map[store.ID]bool{}
	rest := map[store.ID]int64{}
	for _, d := range list {
		fixed[d.entry], rest[d.entry] = d.fixed, d.worked
		if d.fixed {
			rest[d.entry] = 0
		}
	}
	slices.SortFunc(list, func(x, y drawable) int { return cmp.Or(x.from.Compare(y.from), cmp.Compare(x.entry, y.entry)) })
	var out []Draw
	for i := range a.Includes {
		b := newBalance(a, i)
		for j := range standing {
			if d := &standing[j]; d.Entitlement == i && fixed[d.Entry] {
				b.note(d)
				out = append(out, *d)
			}
		}
		for j := range list {
			d := &list[j]
			period, ok := b.e.Period(a.Valid, d.on)
			if !ok || rest[d.entry] == 0 || !b.e.Fits(d.scope, d.role) {
				continue
			}
			n := b.take(d, period.From, rest[d.entry])
			if n == 0 {
				continue
			}
			rest[d.entry] -= n
			out = append(out, Draw{
				Agreement: a.ID, Entitlement: i, Period: period.From, Order: d.order, Entry: d.entry, On: d.on, Worked: n,
			})
		}
	}
	return out
}
