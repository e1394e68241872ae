package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"callout/billing"
	"callout/money"
)

func billingBindings() []binding {
	here := []scope{onBilling}
	of := func(m *Model) lister { return &m.bills.list }
	act := func(id, key, title string, hint int, may func(billRow) string, do func(b *bills, rows []billRow) tea.Cmd) binding {
		return binding{id: "billing." + id, keys: []string{key}, title: title, scopes: here, hint: hint, writes: true,
			why: func(m *Model) string { return m.bills.stuck(may) },
			do:  func(m *Model) tea.Cmd { return do(m.bills, m.bills.able(may)) }}
	}
	return followed(slices.Concat([]binding{
		act("propose", "p", "propose", 1, mayPropose, (*bills).propose),
		act("approve", "a", "approve", 1, mayApprove, (*bills).approve),
		act("release", "r", "release", 1, mayRelease, (*bills).release),
		{id: "billing.open", keys: []string{"enter"}, title: "lines and gate", scopes: here, hint: 2,
			why: func(m *Model) string { return m.bills.stuck(func(billRow) string { return "" }) }, do: func(m *Model) tea.Cmd { return m.bills.open() }},
		act("reject", "x", "reject", 3, mayReject, (*bills).reject),
		act("discard", "d", "discard", 6, mayDiscard, (*bills).discard),
		act("credit", "c", "credit", 3, mayCredit, (*bills).credit),
	}, listBindings(onBilling, of)))
}

// stands says how a row stands, where that is why something cannot be done with it.
func (b billRow) stands() string {
	if b.state == milestoneReady || b.state == workToBill {
		return b.what + " is not proposed yet"
	}
	return b.what + " is " + string(b.state)
}

func mayPropose(b billRow) string {
	if b.state == milestoneReady || b.state == workToBill || b.is(billing.InvoiceDraft) {
		return ""
	}
	return b.stands()
}

func mayApprove(b billRow) string {
	if !b.is(billing.InvoiceProposed) {
		return b.stands()
	}
	return b.against
}

func mayReject(b billRow) string {
	if !b.is(billing.InvoiceProposed) {
		return b.stands()
	}
	return ""
}

func mayRelease(b billRow) string {
	if !b.is(billing.InvoiceApproved) {
		return b.stands()
	}
	return ""
}

func mayDiscard(b billRow) string {
	if !b.is(billing.InvoiceDraft, billing.InvoiceProposed, billing.InvoiceApproved) {
		return b.stands()
	}
	return ""
}

func mayCredit(b billRow) string {
	if !b.is(billing.InvoiceReleased) || b.kind == billing.KindCreditNote {
		return b.stands()
	}
	return ""
}

// able are the chosen rows that something can be done with.
func (b *bills) able(may func(billRow) string) []billRow {
	return slices.DeleteFunc(b.list.chosen(), func(r billRow) bool { return may(r) != "" })
}

// stuck says why something can be done with none of the chosen rows, or "".
func (b *bills) stuck(may func(billRow) string) string {
	why := "there is nothing under the cursor"
	for i, r := range b.list.chosen() {
		w := may(r)
		if w == "" {
			return ""
		}
		if i == 0 {
			why = w
		}
	}
	return why
}

// propose asks for approval of what is to be billed, a document for each row.
func (b *bills) propose(rows []billRow) tea.Cmd {
	var cmds []tea.Cmd
	for _, r := range rows {
		line := []string{"invoice", "propose", r.number}
		switch r.state {
		case milestoneReady:
			line = append(line, "--milestone", strconv.Itoa(r.n))
		case workToBill:
		default:
			line[2] = string(r.id)
		}
		cmds = append(cmds, b.m.do(&job{line: line, said: r.number + " is proposed"}))
	}
	return tea.Batch(cmds...)
}

// verb is a verb of invoices for rows.
func (b *bills) verb(verb, done string, rows []billRow) *bulk {
	c := &bulk{verb: []string{"invoice", verb}, done: done}
	names := map[string]string{}
	for _, r := range rows {
		c.ids = append(c.ids, string(r.id))
		names[string(r.id)] = string(r.kind) + " of " + r.number
	}
	c.called = func(id string) string { return cmp.Or(names[id], id) }
	return c
}

func (b *bills) approve(rows []billRow) tea.Cmd {
	c := b.verb("approve", "approved", rows)
	c.withReason = func(ids []string) tea.Cmd {
		again := slices.DeleteFunc(slices.Clone(rows), func(r billRow) bool { return !slices.Contains(ids, string(r.id)) })
		return b.m.askWhy("The policy asks for a reason to approve", func(_ *Model, reason string) tea.Cmd {
			c := b.verb("approve", "approved", again)
			c.reason = reason
			return b.m.doEach(c)
		})
	}
	return b.unlessMany(c, "a")
}

func (b *bills) reject(rows []billRow) tea.Cmd  { return b.reasoned("reject", "rejected", "x", rows) }
func (b *bills) discard(rows []billRow) tea.Cmd { return b.reasoned("discard", "discarded", "d", rows) }
func (b *bills) credit(rows []billRow) tea.Cmd {
	return b.reasoned("credit", "taken back by a credit note that is proposed now", "c", rows)
}

// reasoned does what takes a reason.
func (b *bills) reasoned(verb, done, asked string, rows []billRow) tea.Cmd {
	c := b.verb(verb, done, rows)
	return b.m.askWhy(fmt.Sprintf("%s %s", verb, b.named(rows)), func(_ *Model, reason string) tea.Cmd {
		c.reason = reason
		return b.unlessMany(c, asked)
	})
}

// unlessMany asks before many are touched at once.
func (b *bills) unlessMany(c *bulk, asked string) tea.Cmd {
	if len(c.ids) <= many {
		return b.m.doEach(c)
	}
	b.m.confirm(fmt.Sprintf("%s %d?", c.verb[1], len(c.ids)), nil, asked, func(m *Model) tea.Cmd { return m.doEach(c) })
	return nil
}

// named says which documents are meant.
func (b *bills) named(rows []billRow) string {
	if len(rows) == 1 {
		return rows[0].what + " of " + rows[0].number
	}
	return fmt.Sprintf("%d documents", len(rows))
}

// release makes documents final, once the sum that they ask for was typed.
func (b *bills) release(rows []billRow) tea.Cmd {
	var sum money.Amount
	for _, r := range rows {
		sum = sum.Add(*r.amount)
	}
	c := b.verb("release", "released", rows)
	c.sure = true
	to := ""
	if len(rows) == 1 {
		to = " to " + rows[0].customer
	}
	b.m.confirmByWord("Release "+b.named(rows)+to, b.m.money(sum)+", for good: only a credit note takes it back", sum.Fixed(b.m.currency),
		func(m *Model) tea.Cmd { return m.doEach(c) })
	return nil
}
