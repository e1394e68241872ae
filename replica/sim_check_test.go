package replica_test

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"callout/store"
	"callout/store/storetest"

	"github.com/google/uuid"
)

// inView checks what must hold of a device at any moment: it shows no legal number that the authority has not given, and none that
// anybody was ever shown for something else.
func (w *world) inView(m *machine) {
	issued := map[string]store.ID{}
	sealed := func(at *machine, each func(t *storetest.Ticket)) {
		_ = at.View(context.Background(), func(r store.Reader) error {
			for t, err := range storetest.Tickets.All(r) {
				if err != nil {
					return err
				}
				if t.Legal != "" {
					each(t)
				}
			}
			return nil
		})
	}
	sealed(w.server, func(t *storetest.Ticket) { issued[t.Legal] = t.ID })
	lost := w.waiting() || w.size(m) > w.size(w.server)
	sealed(m, func(t *storetest.Ticket) {
		if issued[t.Legal] != t.ID && !lost {
			w.fail("%s shows legal number %s of %s, which the authority gave to %q", m.code, t.Legal, t.ID, issued[t.Legal])
		}
		if was, ok := w.legal[t.Legal]; ok && was != t.ID {
			w.fail("legal number %s was shown for %s, and is now that of %s", t.Legal, was, t.ID)
		}
		w.legal[t.Legal] = t.ID
	})
}

// settle ends the faults, lets everybody sync, and checks what must hold then.
func (w *world) settle() {
	w.quiet = true
	rounds := 2
	if w.waiting() {
		rounds = 4 // they are heard, the last of them, and push and pull then
	}
	for range rounds {
		for _, m := range w.devices {
			w.sync(m)
		}
	}
	if w.waiting() {
		w.fail("every device has synced, and the authority still waits for them")
	}
	server := w.dump(w.server)
	for _, m := range w.devices {
		if w.dump(m) != server {
			w.fail("%s and the authority differ", m.code)
		}
		w.sound(m)
		_ = m.View(context.Background(), func(r store.Reader) error {
			if n, err := store.CountPending(r); n != 0 || err != nil {
				w.fail("%d commands of %s are still pending, %v", n, m.code, err)
			}
			return nil
		})
	}
	w.sound(w.server)
	w.journal()
}

// journal checks the authority's entries: one for each command that a device has acknowledged, one for each refusal that
// its author was shown, legal numbers in one run, one for a ticket.
func (w *world) journal() {
	entries := map[uuid.UUID]*store.Entry{}
	numbered := map[store.ID]bool{}
	var legal []uint64
	sealed := map[store.ID]int{}
	err := w.server.View(context.Background(), func(r store.Reader) error {
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			if entries[e.Leaf.Cmd] != nil {
				w.fail("command %s has two entries", e.Leaf.Cmd)
			}
			entries[e.Leaf.Cmd] = e
			if e.Leaf.Refused != "" {
				if w.told[e.Leaf.Seq] != 1 && !w.isGone(e) {
					w.fail("entry %d refuses a command, which was shown %d times", e.Leaf.Seq, w.told[e.Leaf.Seq])
				}
				delete(w.told, e.Leaf.Seq)
			}
			for _, n := range e.Leaf.Numbers {
				numbered[n.ID] = true
				if n.Series == "L" {
					legal = append(legal, n.N)
					sealed[n.ID]++
				}
			}
		}
		return nil
	})
	if err != nil {
		w.fail("the journal: %v", err)
	}
	for seq := range w.told {
		w.fail("a refusal was shown that is not in the journal: entry %d", seq)
	}
	w.asGiven(entries)
	w.resolve(numbered)
	for i, n := range legal {
		if n != uint64(i)+1 {
			w.fail("legal numbers are not in one run: %v", legal)
			break
		}
	}
	for id, n := range sealed {
		if n > 1 {
			w.fail("%s was sealed %d times", id, n)
		}
	}
}

// asGiven checks that every acknowledged command is in the journal as it was given, in the order of its device, and has
// made what its author was shown.
func (w *world) asGiven(entries map[uuid.UUID]*store.Entry) {
	last := map[*machine]uint64{}
	for _, id := range w.order {
		g, e := w.given[id], entries[id]
		if e == nil && w.gone[g.by] && !w.entries[id] {
			continue // it was on a machine that nobody has any more, and nowhere else
		}
		if e == nil {
			w.fail("a command that %s was told is done has no entry", g.by.actor.Name)
			continue
		}
		if e.Leaf.Seq < last[g.by] {
			w.fail("entry %d of %s comes before an earlier command", e.Leaf.Seq, g.by.code)
		}
		last[g.by] = e.Leaf.Seq
		if _, args, err := e.Intent(); err != nil || string(args) != g.args {
			w.fail("entry %d is of %s; %s was given, %v", e.Leaf.Seq, args, g.args, err)
		}
		if e.Leaf.Refused == "" && g.subject != "" && e.Leaf.Subject != g.subject {
			w.fail("entry %d is about %s; %s was shown %s", e.Leaf.Seq, e.Leaf.Subject, g.by.code, g.subject)
		}
	}
}

// resolve checks that a number which somebody was shown leads to its record for ever: for everybody, once the
// authority has the record, and else on the device that showed it.
func (w *world) resolve(numbered map[store.ID]bool) {
	for _, m := range append([]*machine{w.server}, w.devices...) {
		_ = m.View(context.Background(), func(r store.Reader) error {
			for number, id := range w.shown {
				got, err := store.Resolve(r, number)
				if err != nil || got != id && (numbered[id] || strings.HasPrefix(number, m.code+"-")) {
					w.fail("%s leads to %q on %q, not to %s, %v", number, got, m.code, id, err)
				}
			}
			return nil
		})
	}
}

func (w *world) dump(m *machine) string {
	var b bytes.Buffer
	if err := m.View(context.Background(), func(r store.Reader) error { return m.Dump(r, &b) }); err != nil {
		w.fail("dump of %s: %v", m.code, err)
	}
	return b.String()
}

func (w *world) sound(m *machine) {
	rep, err := m.Verify(context.Background(), store.VerifyOptions{})
	if err != nil {
		w.fail("verify of %s: %v", m.code, err)
	} else if !rep.OK() {
		w.fail("verify of %s: %s", m.code, rep.Findings[0])
	}
}

// report is what a run found, in few words.
func (w *world) report() string {
	out := slices.Compact(slices.Clone(w.wrong))
	if len(out) > 5 {
		out = append(out[:5], "and "+strconv.Itoa(len(out)-5)+" more")
	}
	return strings.Join(out, "\n")
}
