package replica_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"
)

// command lets the person at a device do something that they might do, knowing what the device shows.
func (w *world) command(m *machine) {
	cmd := w.draw(m)
	if cmd == nil {
		return
	}
	id, err := m.id(w)
	if err != nil {
		w.fail("%v", err)
		return
	}
	rec, err := m.One(context.Background(), store.Intent{ID: id, Cmd: cmd, Actor: m.actor, Device: m.code})
	w.again(m)
	if errors.Is(err, errCut) || fault.Is(err, fault.Unknown) {
		return // nobody was told that it is done
	}
	if err != nil {
		return // refused at the keyboard
	}
	if rec.Seq == 0 {
		return
	}
	args, err := json.Marshal(cmd)
	if err != nil {
		w.fail("%v", err)
	}
	w.given[id] = given{m, string(args), rec.Subject}
	w.order = append(w.order, id)
	if rec.Subject != "" && rec.Subject.Prefix() != "rev" {
		w.ids = append(w.ids, rec.Subject)
	}
	if rec.Number != "" && store.IsPending(rec.Seq) {
		if was, ok := w.shown[rec.Number]; ok && was != rec.Subject && rec.Name == "ticket.open.v1" {
			w.fail("%s was shown as %s and as %s", rec.Number, was, rec.Subject)
		}
		if rec.Name == "ticket.open.v1" {
			w.shown[rec.Number] = rec.Subject
		}
	}
}

func (m *machine) id(w *world) (id [16]byte, err error) {
	_, err = seeded{w.rng}.Read(id[:])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id, err
}

// draw picks a command. Sealing is drawn often: it is where most can go wrong.
func (w *world) draw(m *machine) store.Command {
	name := fmt.Sprintf("Account %d", w.rng.IntN(12))
	balance := w.rng.IntN(20) - 4
	switch w.rng.IntN(12) {
	case 0, 1:
		return &storetest.CreateAccount{Called: name, Balance: max(balance, 0), City: []string{"Vienna", "Graz"}[w.rng.IntN(2)]}
	case 2:
		return &storetest.EditAccount{ID: w.some("ac"), Balance: &balance}
	case 3:
		return &storetest.EditAccount{ID: w.some("ac"), Called: &name}
	case 4:
		return &storetest.DeleteAccount{ID: w.some("ac")}
	case 5, 6:
		return &storetest.OpenTicket{Account: w.some("ac")}
	case 7, 8:
		return &storetest.CloseTicket{ID: w.some("tk")}
	case 9, 10:
		return w.seal(w.some("tk"))
	}
	return w.undo(m)
}

func (w *world) some(prefix string) store.ID {
	for range 20 {
		if len(w.ids) == 0 {
			break
		}
		if id := w.ids[w.rng.IntN(len(w.ids))]; id.Prefix() == prefix {
			return id
		}
	}
	return ""
}

// undo takes back what was done last on a device, as far as it can be.
func (w *world) undo(m *machine) (cmd store.Command) {
	_ = m.View(context.Background(), func(r store.Reader) error {
		seq, err := m.LastUndoable(r, m.actor.Name, m.code, false)
		if err != nil {
			return err
		}
		e, err := store.ReadEntry(r, seq)
		if err == nil {
			cmd = store.UndoOf(e)
		}
		return err
	})
	return cmd
}
