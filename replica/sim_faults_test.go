package replica_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"callout/replica"
	"callout/store"
	"callout/store/storetest"

	"github.com/google/uuid"
)

// The faults that the simulation is given to find, one at a time. Each is a mistake that a system of this kind has made
// or could make; a simulation that misses one proves nothing about it.
var faults = []planted{
	"acknowledged before it is durable",
	"a repeated command is done again",
	"pending is dropped when it was sent",
	"pending is dropped when the answer is lost",
	"the rebase forgets what was before",
	"refusals are not journaled",
	"a refusal is not shown",
	"a refusal is shown again after the next sync",
	"legal numbers are given on the device",
	"a ticket is sealed twice",
	"provisional numbers are given twice",
	"provisional numbers are not kept by the authority",
	"an entry is left out of a page",
	"two entries of a page change places",
	"an entry's cost is changed on the way",
	"the head is that of another length",
	"a command is taken in with other arguments",
	"commands of one device are taken in backwards",
	"the actor is whoever the command says",
	"the time of the device is not carried",
}

// plantIn puts a fault into the rules, which are the same everywhere.
func (w *world) plantIn(s *store.Schema) {
	s.Commands = append(s.Commands, func() store.Command { return &sealAnywhere{} }, func() store.Command { return &sealAgain{} })
}

// sealAnywhere is a release that does not wait for the authority.
type sealAnywhere struct {
	ID store.ID `json:"id"`
}

func (c *sealAnywhere) Name() string { return "ticket.seal_anywhere.v1" }

func (c *sealAnywhere) Do(tx *store.Tx) error { return (&storetest.SealTicket{ID: c.ID}).Do(tx) }

// sealAgain is a release that forgets to look whether there was one.
type sealAgain struct {
	ID store.ID `json:"id"`
}

func (c *sealAgain) Name() string { return "ticket.seal_again.v1" }

func (c *sealAgain) DecidedByAuthority() {}

func (c *sealAgain) Do(tx *store.Tx) error {
	t, err := storetest.Tickets.Get(tx, c.ID)
	if err != nil {
		return err
	}
	t.Legal = ""
	if t.Status = "closed"; storetest.Tickets.Put(tx, t) != nil {
		return err
	}
	return (&storetest.SealTicket{ID: c.ID}).Do(tx)
}

func (w *world) seal(id store.ID) store.Command {
	switch w.fault {
	case "legal numbers are given on the device":
		return &sealAnywhere{ID: id}
	case "a ticket is sealed twice":
		return &sealAgain{ID: id}
	}
	return &storetest.SealTicket{ID: id}
}

// mangled is a request as a faulty server reads it.
func (w *world) mangled(q replica.Request) replica.Request {
	q.Commands = slices.Clone(q.Commands)
	switch w.fault {
	case "a repeated command is done again":
		for i := range q.Commands {
			if w.chance(2) {
				q.Commands[i].ID = uuid.UUID{7, byte(w.rng.Uint32()), byte(w.rng.Uint32()), byte(w.rng.Uint32()), 6: 0x70, 8: 0x80}
			}
		}
	case "provisional numbers are not kept by the authority":
		for i := range q.Commands {
			q.Commands[i].Shown = nil
		}
	case "a command is taken in with other arguments":
		for i, c := range q.Commands {
			if c.Name == "account.create.v1" {
				q.Commands[i].Args = bytes.Replace(c.Args, []byte("Vienna"), []byte("Graz"), 1)
			}
		}
	case "commands of one device are taken in backwards":
		slices.Reverse(q.Commands)
	case "the time of the device is not carried":
		for i := range q.Commands {
			q.Commands[i].Made = w.now
		}
	case "the actor is whoever the command says":
		for i := range q.Commands {
			q.Commands[i].Actor = w.devices[0].actor.Name
		}
	}
	return q
}

// tampered is an answer as a faulty server gives it.
func (w *world) tampered(res *replica.Response) *replica.Response {
	n := len(res.Entries)
	switch {
	case n == 0 || w.quiet && w.fault != "an entry's cost is changed on the way":
	case w.fault == "an entry is left out of a page":
		res.Entries = slices.Delete(slices.Clone(res.Entries), n/2, n/2+1)
	case w.fault == "two entries of a page change places" && n > 1:
		res.Entries = slices.Clone(res.Entries)
		res.Entries[0], res.Entries[n-1] = res.Entries[n-1], res.Entries[0]
	case w.fault == "an entry's cost is changed on the way":
		text := []byte(res.Entries[n-1])
		text[len(text)-2] ^= 1
		res.Entries = append(slices.Clone(res.Entries[:n-1]), string(text))
	case w.fault == "the head is that of another length" && n > 1:
		res.Entries = slices.Clone(res.Entries[:n-1])
	}
	return res
}

// lost is what a faulty device does when it has sent its commands and heard nothing.
func (w *world) lost(m *machine) {
	if w.fault == "pending is dropped when the answer is lost" {
		w.erase(m, "q", "qe")
	}
}

// afterPull is what a faulty device does to its own notes after a sync.
func (w *world) afterPull(m *machine) {
	switch w.fault {
	case "pending is dropped when it was sent":
		w.erase(m, "q", "qe")
	case "a refusal is not shown":
		w.erase(m, "qk")
	case "provisional numbers are given twice":
		w.erase(m, "l:shown")
	case "a refusal is shown again after the next sync":
		for seq, n := range w.told {
			w.told[seq] = n + 1
			break
		}
	case "the rebase forgets what was before":
		w.rewrite(m, "q", func(text []byte) []byte {
			var v map[string]json.RawMessage
			if json.Unmarshal(text, &v) != nil {
				return text
			}
			delete(v, "undo")
			out, _ := json.Marshal(v)
			return out
		})
	}
}

// erase deletes a device's own notes behind its back.
func (w *world) erase(m *machine, spaces ...string) {
	_ = m.engine.Engine.Commit(context.Background(), func(r store.Reader) (batch store.Batch, err error) {
		for _, space := range spaces {
			if space == "l:shown" {
				batch = append(batch, store.Write{Space: "l", Key: []byte("shown")})
				continue
			}
			err = r.Scan(space, store.Range{}, func(key, _ []byte) bool {
				batch = append(batch, store.Write{Space: space, Key: slices.Clone(key)})
				return true
			})
			if err != nil {
				return nil, err
			}
		}
		return batch, nil
	})
}

// rewrite changes a device's own notes behind its back.
func (w *world) rewrite(m *machine, space string, change func([]byte) []byte) {
	_ = m.engine.Engine.Commit(context.Background(), func(r store.Reader) (batch store.Batch, err error) {
		err = r.Scan(space, store.Range{}, func(key, text []byte) bool {
			batch = append(batch, store.Write{Space: space, Key: slices.Clone(key), Value: change(slices.Clone(text))})
			return true
		})
		return batch, err
	})
}
