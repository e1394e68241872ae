package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/billing"
	"callout/money"
	"callout/store"
	"callout/tui/screen"
)

// bills is the pane of money on its way: what can be billed, what is proposed, and what waits for its release.
type bills struct {
	m     *Model
	list  list[billRow]
	known bool
	docs  []billRow // the documents as they were read last
	work  []billRow // orders and milestones that can be billed
	run   *billRun  // the looking that is under way
	done  bool      // it came to its end once
	more  int       // completed orders that were not looked at
}

// billState is how far a row is on its way to the money.
type billState string

// The states beside those of documents: a milestone that is reached, and work that is on no document.
const (
	milestoneReady billState = "ready"
	workToBill     billState = "to bill"
)

// billRow is a document, a milestone or an order.
type billRow struct {
	id       store.ID // of the document, the milestone or the order
	order    store.ID
	number   string // of the order
	customer string
	what     string
	state    billState
	amount   *money.Amount
	unpriced int // how much of it has no price
	since    time.Time
	margin   *money.Margin // nil until it was looked at, and where there is none
	n        int           // the milestone's number
	kind     billing.InvoiceKind
	against  string // why whoever acts may not approve it
}

// marginWords is a margin in few words. Over a cost that nobody knows it is unknown.
func (b billRow) marginWords(cur money.Currency) string {
	if b.margin == nil {
		return ""
	}
	amount, ok := b.margin.Amount()
	if !ok {
		return "cost unknown"
	}
	const places = 1
	if p, ok := b.margin.Percent(places, money.HalfEven); ok {
		return amount.Fixed(cur) + " " + p.Format()
	}
	return amount.Fixed(cur)
}

// amountWords is what a row comes to.
func (b billRow) amountWords(cur money.Currency) string {
	switch {
	case b.amount == nil:
		return "no price"
	case b.unpriced > 0:
		return fmt.Sprintf("%s +%d unpriced", b.amount.Fixed(cur), b.unpriced)
	}
	return b.amount.Fixed(cur)
}

func (b billRow) is(states ...billing.InvoiceStatus) bool {
	return slices.Contains(states, billing.InvoiceStatus(b.state))
}

// stages are the states in the order in which they are shown: what is nearest to the money first.
func stages() []billState {
	return []billState{
		billState(billing.InvoiceApproved), billState(billing.InvoiceProposed), billState(billing.InvoiceDraft), milestoneReady, workToBill,
		billState(billing.InvoiceReleased),
	}
}

func newBills(m *Model) *bills {
	b := &bills{m: m}
	state := func(r billRow) screen.Role {
		switch {
		case r.is(billing.InvoiceApproved):
			return screen.Good
		case r.is(billing.InvoiceReleased):
			return screen.Dim
		case r.is(billing.InvoiceDraft):
			return screen.Warn
		}
		return screen.Normal
	}
	margin := func(r billRow) screen.Role {
		if r.margin == nil {
			return screen.Dim
		}
		if a, ok := r.margin.Amount(); !ok || a.Sign() < 0 {
			return screen.Warn
		}
		return screen.Normal
	}
	b.list = list[billRow]{
		key: func(r billRow) string { return string(r.id) }, empty: "nothing is to be billed", anchor: -1,
		less: func(x, y billRow) int {
			return cmp.Or(cmp.Compare(slices.Index(stages(), x.state), slices.Index(stages(), y.state)), x.since.Compare(y.since))
		},
		columns: []column[billRow]{
			{title: "STATE", width: 8, text: func(r billRow) string { return string(r.state) }, role: state},
			{title: "ORDER", width: 8, text: func(r billRow) string { return r.number }},
			{title: "WHAT", text: func(r billRow) string { return r.what }},
			{title: "CUSTOMER", width: 20, text: func(r billRow) string { return r.customer }, least: 90},
			{title: "AMOUNT", width: 20, right: true, text: func(r billRow) string { return r.amountWords(m.currency) }},
			{title: "MARGIN", width: 16, right: true, text: func(r billRow) string { return r.marginWords(m.currency) }, role: margin, least: 76},
			{title: "SINCE", width: 12, text: func(r billRow) string { return m.moment(r.since) }, least: 110},
		},
	}
	return b
}

func (b *bills) title() string   { return "Billing" }
func (b *bills) scopes() []scope { return []scope{onBilling} }

func (b *bills) draw(s *screen.Screen, area screen.Rect, focused bool) {
	if !b.known {
		s.Text(area.X+2, area.Y, area.W-2, screen.Dim, "reading what is to be billed")
		return
	}
	b.list.draw(s, area, focused)
}

// line tells the row under the cursor in full.
func (b *bills) line() string {
	r, ok := b.list.current()
	if !ok {
		return ""
	}
	cur := b.m.currency
	words := []string{string(r.state), r.number, r.what, r.customer, r.amountWords(cur) + " " + cur.Code()}
	if w := r.marginWords(cur); w != "" {
		words = append(words, "margin "+w)
	}
	words = append(words, r.against)
	if b.run != nil {
		words = append(words, "looking for work to bill")
	} else if b.more > 0 {
		words = append(words, fmt.Sprintf("%d older completed orders were not looked at; : report unbilled", b.more))
	}
	return b.list.told(words...)
}

// show lays documents and work together.
func (b *bills) show() { b.list.set(slices.Concat(b.docs, b.work)) }

// open shows the lines and the gate of the row under the cursor, at the side.
func (b *bills) open() tea.Cmd {
	return b.m.show(&paper{m: b.m, where: onBilling, list: &b.list,
		of: func() string {
			if r, ok := b.list.current(); ok {
				return string(r.id)
			}
			return ""
		},
		read: func(of string) func(r store.Reader) ([]inkLine, error) {
			i := slices.IndexFunc(b.list.rows, func(r billRow) bool { return string(r.id) == of })
			return b.m.billLines(b.list.rows[i])
		},
	})
}
