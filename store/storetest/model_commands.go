package storetest

import (
	"fmt"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"
)

// decide does what each command says, on plain maps.
func (m *model) decide(next map[string]any, cmd store.Command, rec store.Receipt, e *logged) verdict {
	switch c := cmd.(type) {
	case *CreateAccount:
		if strings.TrimSpace(c.Called) == "" {
			return verdict{fault.Invalid, ""}
		}
		a := Account{Record: store.Record{ID: rec.Subject}, Name: c.Called, City: c.City, Tags: c.Tags, Balance: c.Balance}
		return putAccount(next, a, c.Margin)
	case *EditAccount:
		return editAccount(next, c)
	case *DeleteAccount:
		if _, ok := get[Account](next, c.ID); !ok {
			return verdict{fault.NotFound, ""}
		}
		for _, t := range every[Ticket](next) {
			if t.Account == c.ID {
				return verdict{fault.Refused, "account.tickets"}
			}
		}
		delete(next, key[Account](c.ID))
	case *SwapNames:
		a, okA := get[Account](next, c.A)
		b, okB := get[Account](next, c.B)
		if !okA || !okB {
			return verdict{fault.NotFound, ""}
		}
		if c.A != c.B {
			a.Name, b.Name = b.Name, a.Name
			next[key[Account](c.A)], next[key[Account](c.B)] = a, b
		}
	case *OpenTicket:
		return m.openTicket(next, c, rec, e)
	case *CloseTicket:
		t, ok := get[Ticket](next, c.ID)
		switch {
		case !ok:
			return verdict{fault.NotFound, ""}
		case t.Status == "closed":
			return verdict{fault.Refused, "ticket.closed"}
		}
		t.Status = "closed"
		next[key[Ticket](c.ID)] = t
	case *PublishPolicy:
		publish(next, c, rec.Subject)
	case *store.Undo:
		return m.undo(next, c, rec, e)
	}
	return verdict{}
}

func putAccount(next map[string]any, a Account, margin string) verdict {
	a.Cost = nil
	if margin != "" {
		a.Cost = &Cost{margin}
	}
	if len(a.Tags) == 0 {
		a.Tags = nil
	}
	for _, other := range every[Account](next) {
		if other.ID != a.ID && foldName(other.Name) == foldName(a.Name) {
			return verdict{fault.Conflict, "account.exists"}
		}
	}
	next[key[Account](a.ID)] = a
	return verdict{}
}

func editAccount(next map[string]any, c *EditAccount) verdict {
	a, ok := get[Account](next, c.ID)
	if !ok {
		return verdict{fault.NotFound, ""}
	}
	set(&a.Name, c.Called)
	set(&a.City, c.City)
	set(&a.Tags, c.Tags)
	set(&a.Balance, c.Balance)
	margin := ""
	if a.Cost != nil {
		margin = a.Cost.Margin
	}
	set(&margin, c.Margin)
	return putAccount(next, a, margin)
}

func (m *model) openTicket(next map[string]any, c *OpenTicket, rec store.Receipt, e *logged) verdict {
	if _, ok := get[Account](next, c.Account); !ok {
		return verdict{fault.NotFound, ""}
	}
	t := Ticket{store.Record{ID: rec.Subject}, "", c.Account, "open", nil, ""}
	if c.Policy != "" {
		p, ok := newestPolicy(next, c.Policy)
		if !ok {
			return verdict{fault.NotFound, ""}
		}
		t.Policy = &store.Pin{Name: p.Name, Rev: p.Rev, ID: p.ID}
	}
	t.Number = fmt.Sprintf("TK-%d", max(m.tickets, 1000)+1)
	if m.tickets == 0 {
		m.tickets = 1000
	}
	e.number = t.Number
	next[key[Ticket](t.ID)] = t
	return verdict{}
}

func newestPolicy(next map[string]any, name string) (best published, ok bool) {
	for _, p := range every[published](next) {
		if strings.EqualFold(p.Name, name) && p.Rev > best.Rev {
			best, ok = p, true
		}
	}
	return best, ok
}

func publish(next map[string]any, c *PublishPolicy, id store.ID) {
	p, ok := newestPolicy(next, c.Of)
	if ok && p.Hours == c.Hours {
		return
	}
	if !ok {
		p.Name = c.Of
	}
	next[key[published](id)] = published{id, p.Name, p.Rev + 1, c.Hours}
}

// undo puts back what an entry touched. Where the model allows it the store may still be
// stricter: it looks back along one line of undos only. It is never laxer.
func (m *model) undo(next map[string]any, c *store.Undo, rec store.Receipt, e *logged) verdict {
	if c.Entry == 0 || c.Entry > uint64(len(m.log)) {
		return verdict{fault.NotFound, ""}
	}
	was := m.log[c.Entry-1]
	if _, ok := was.cmd.(store.Undoable); !ok {
		return verdict{fault.Refused, "undo.never"}
	}
	if !m.mayUndo(c.Entry) || rec.Err != nil && fault.CodeOf(rec.Err) == "undo.later" {
		return verdict{fault.Refused, "undo.later"}
	}
	for k, before := range was.before {
		if _, person := next[k].(Person); person {
			continue
		}
		if before == nil {
			delete(next, k)
		} else {
			next[k] = before
		}
	}
	names := map[string]bool{}
	for _, a := range every[Account](next) {
		if names[foldName(a.Name)] {
			return verdict{fault.Conflict, "account.exists"}
		}
		names[foldName(a.Name)] = true
	}
	for _, p := range every[published](next) {
		name := fmt.Sprint(strings.ToLower(p.Name), " ", p.Rev)
		if names[name] {
			return verdict{fault.Conflict, "revision.exists"}
		}
		names[name] = true
	}
	e.undoes = c.Entry
	return verdict{}
}

// dump is the state as the store should have it: documents, indexes and numbers,
// encoded here by other code than the store's.
func (m *model) dump() string {
	var out []string
	add := func(space, key string, value string) { out = append(out, fmt.Sprintf("%s %q %s", space, key, value)) }
	for _, a := range every[Account](m.records) {
		add("r/account", string(a.ID), plainJSON(a))
		row := plainJSON(AccountRow{a.ID, a.Name, a.Balance})
		add("x/account.name", foldName(a.Name)+"\x00\x01"+string(a.ID), row)
		if a.City != "" {
			add("x/account.city", a.City+"\x00\x01"+bigEndian(a.Balance)+string(a.ID), row)
		}
		for _, tag := range slices.Compact(slices.Sorted(slices.Values(a.Tags))) {
			add("x/account.tag", tag+"\x00\x01"+string(a.ID), row)
		}
	}
	for _, t := range every[Ticket](m.records) {
		add("r/ticket", string(t.ID), plainJSON(t))
		add("x/ticket.account", string(t.Account)+"\x00\x01"+t.Status+"\x00\x01"+string(t.ID), "")
	}
	for _, p := range every[Person](m.records) {
		add("r/person", string(p.ID), plainJSON(p))
		add("x/person.name", p.Name+"\x00\x01"+string(p.ID), "")
	}
	for _, p := range every[published](m.records) {
		add("r/revision", string(p.ID), fmt.Sprintf(`{"id":%q,"kind":"policy","name":%q,"rev":%d,"body":{"hours":%d}}`, p.ID, p.Name, p.Rev, p.Hours))
		add("x/revision.name", "policy\x00\x01"+strings.ToLower(p.Name)+"\x00\x01"+bigEndian(p.Rev)+string(p.ID),
			plainJSON(store.Pin{Name: p.Name, Rev: p.Rev, ID: p.ID}))
	}
	for number, id := range m.numbers {
		add("h", number, string(id))
	}
	if m.tickets > 0 {
		add("n", "TK", fmt.Sprint(m.tickets))
	}
	for id, seq := range m.done {
		add("c", string(id[:]), fmt.Sprint(seq))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
