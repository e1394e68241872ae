package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/approval"
	"callout/billing"
	"callout/money"
	"callout/store"
	"callout/work"
)

// How much is read: documents of each state, released ones for a look back, completed orders that may have work to
// bill, and how much is looked at in one snapshot, so that nobody who writes has to wait for all of it.
const (
	maxDocuments = 200
	lookBack     = 12
	maxCompleted = 150
	atOnce       = 20
)

// billRun is one looking through documents and orders, a few at a time.
type billRun struct {
	docs   []store.ID // whose margins are not known yet
	orders []store.ID
	found  []billRow
}

func (b *bills) reader() reading {
	now, actor := b.m.opts.Now(), b.m.opts.Actor
	return func(r store.Reader) (func() tea.Cmd, error) {
		docs, err := readDocuments(r, actor, now)
		if err != nil {
			return nil, err
		}
		orders, more, err := ordersToLookAt(r)
		if err != nil {
			return nil, err
		}
		cur, err := currencyOf(r)
		return func() tea.Cmd {
			b.m.currency, b.known, b.more = cur, true, more
			run := &billRun{orders: orders}
			for i := range docs {
				run.docs = append(run.docs, docs[i].id)
				if j := slices.IndexFunc(b.docs, func(old billRow) bool { return old.id == docs[i].id }); j >= 0 {
					docs[i].margin = b.docs[j].margin
				}
			}
			b.docs, b.run = docs, run
			b.show()
			return tea.Batch(b.m.follow(), b.look(run, now))
		}, err
	}
}

// readDocuments reads the documents that are on their way, and the newest that are out.
func readDocuments(r store.Reader, actor string, now time.Time) ([]billRow, error) {
	person, err := personOf(r, actor)
	if err != nil {
		return nil, err
	}
	me, err := approval.StandingOf(r, person, now)
	if err != nil {
		return nil, err
	}
	rd := newReader(r)
	var out []billRow
	for _, status := range []billing.InvoiceStatus{billing.InvoiceApproved, billing.InvoiceProposed, billing.InvoiceDraft, billing.InvoiceReleased} {
		rng, most := store.Prefix(store.K(string(status))), maxDocuments
		if status == billing.InvoiceReleased {
			rng.Reverse, most = true, lookBack
		}
		n := 0
		for row, err := range billing.Invoices.Rows(r, "status", rng) {
			if err != nil {
				return nil, err
			}
			if n++; n > most {
				break
			}
			b, err := rd.document(row, me)
			if err != nil {
				return nil, err
			}
			out = append(out, b)
		}
	}
	return out, nil
}

// document puts names to a document, and says what stands against approving it.
func (rd *reader) document(row billing.InvoiceRow, me approval.Standing) (billRow, error) {
	payable := row.Payable
	b := billRow{
		id: row.ID, order: row.Order, state: billState(row.Status), kind: row.Kind, amount: &payable, since: row.Proposed,
		what: cmp.Or(row.Number, string(row.Kind)),
	}
	if row.Stale != "" {
		b.what += ": " + row.Stale
	}
	if err := rd.about(&b, row.Order); err != nil || row.Status != billing.InvoiceProposed {
		return b, err
	}
	for q, err := range approval.Requests.Rows(rd.r, "subject", store.Prefix(store.K(row.ID))) {
		if err != nil {
			return b, err
		}
		if q.State != approval.Pending {
			continue
		}
		ask, err := rd.ask(q, me)
		if err != nil {
			return b, err
		}
		b.against = ask.against
	}
	return b, nil
}

// about fills in whose order it is.
func (rd *reader) about(b *billRow, order store.ID) error {
	w, err := rd.order(order)
	if err != nil {
		return err
	}
	b.order, b.number = order, w.Number
	b.customer, err = rd.customer(w.Customer)
	return err
}

// ordersToLookAt lists the orders that may have something to bill: those with a milestone that is reached, and the
// completed ones, the newest first. More is how many completed ones are left out.
func ordersToLookAt(r store.Reader) (orders []store.ID, more int, err error) {
	seen := map[store.ID]bool{}
	add := func(id store.ID) {
		if !seen[id] {
			seen[id] = true
			orders = append(orders, id)
		}
	}
	n := 0
	for ms, err := range billing.Milestones.Rows(r, "status", store.Prefix(store.K(string(billing.MilestoneReady)))) {
		if err != nil {
			return nil, 0, err
		}
		if n++; n > maxDocuments {
			break
		}
		add(ms.Order)
	}
	rng := store.Prefix(store.K(string(work.Completed)))
	rng.Reverse = true
	n = 0
	for w, err := range work.WorkOrders.Rows(r, "status", rng) {
		if err != nil {
			return nil, 0, err
		}
		if n++; n > maxCompleted {
			more++
			if more == manyMore {
				break
			}
			continue
		}
		add(w.ID)
	}
	return orders, more, nil
}

// manyMore is as far as orders are counted that are not looked at.
const manyMore = 1000

// look looks at the next few, and goes on until all were looked at or something has changed.
func (b *bills) look(run *billRun, now time.Time) tea.Cmd {
	docs, orders := run.docs[:min(atOnce, len(run.docs))], []store.ID(nil)
	if len(docs) == 0 {
		orders = run.orders[:min(atOnce, len(run.orders))]
	}
	if len(docs)+len(orders) == 0 {
		b.work, b.run, b.done = run.found, nil, true
		b.show()
		return nil
	}
	return b.m.view(func(r store.Reader) (func() tea.Cmd, error) {
		margins := map[store.ID]money.Margin{}
		for _, id := range docs {
			m, err := billing.MarginOf(r, id, now)
			if err != nil {
				return nil, err
			}
			margins[id] = m
		}
		var found []billRow
		for _, id := range orders {
			rows, err := toBill(r, id, now)
			if err != nil {
				return nil, err
			}
			found = append(found, rows...)
		}
		return func() tea.Cmd {
			if b.run != run {
				return nil
			}
			run.docs, run.orders, run.found = run.docs[len(docs):], run.orders[len(orders):], append(run.found, found...)
			for i := range b.docs {
				if m, ok := margins[b.docs[i].id]; ok && b.docs[i].kind == billing.KindInvoice {
					b.docs[i].margin = &m
				}
			}
			if !b.done {
				b.work = run.found
			}
			b.show()
			return b.look(run, now)
		}, nil
	})
}

// toBill is what of an order is on no document: a row for each milestone that is reached, and one for the rest.
func toBill(r store.Reader, order store.ID, now time.Time) ([]billRow, error) {
	open, err := billing.OpenWorkOf(r, order, now)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	rollup, err := billing.RollupOf(r, order, now)
	if err != nil {
		return nil, err
	}
	margin := money.Margin{Revenue: rollup.Revenue(), Cost: rollup.Cost}
	base := billRow{margin: &margin}
	if err := newReader(r).about(&base, order); err != nil {
		return nil, err
	}
	rest := base
	rest.id, rest.state = order, workToBill
	pieces := 0
	var out []billRow
	for _, o := range open {
		if o.Charge.Kind == billing.FromMilestone {
			ms, err := billing.Milestones.Get(r, o.Charge.Source)
			if err != nil {
				return nil, err
			}
			row := base
			row.id, row.state, row.what, row.amount, row.n, row.since = ms.ID, milestoneReady, "milestone "+ms.Title, o.Worth, ms.N, ms.ReadyAt
			out = append(out, row)
			continue
		}
		if o.Charge.Covered != "" {
			continue
		}
		pieces++
		if o.Worth == nil {
			rest.unpriced++
			continue
		}
		sum := *o.Worth
		if rest.amount != nil {
			sum = sum.Add(*rest.amount)
		}
		rest.amount = &sum
	}
	if pieces == 0 {
		return out, nil
	}
	w, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	rest.what, rest.since = fmt.Sprintf("%s, %d on no invoice", w.Title, pieces), w.CompletedAt
	return append(out, rest), nil
}
