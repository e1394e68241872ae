// Package remote works on a server's shop without keeping a copy: what is read is asked for when it is
// needed, and commands are decided there.
//
// It is not for devices that work without a network: those are linked, and sync.
package remote

import (
	"context"
	"encoding/json"
	"time"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
)

// Engine is a store.Engine on a server's store, for somebody who keeps none: what is read comes over the network
// when it is asked for, from one snapshot for each View. Nothing is committed through it; commands go by Decide.
type Engine struct{ way *Server }

// Open reads a server's store. Nothing is asked yet.
func Open(way *Server) *Engine { return &Engine{way} }

// View implements store.Engine.
func (m *Engine) View(ctx context.Context, fn func(store.Reader) error) error {
	r := &reader{ctx: ctx, way: m.way, values: map[string][]byte{}}
	defer r.close()
	return fn(r)
}

// Commit implements store.Engine: whoever reads a server's store writes it through the server.
func (m *Engine) Commit(context.Context, func(store.Reader) (store.Batch, error)) error {
	return fault.Refusedf("this works on the store's own file only").With("remote.own").
		Hint("run it on the machine of the server, while that is stopped")
}

// Close implements store.Engine.
func (m *Engine) Close() error { return nil }

// reader reads one snapshot.
type reader struct {
	ctx      context.Context //nolint:containedctx // a reader lives as long as its View
	way      *Server
	snapshot string
	values   map[string][]byte // what was read, by space and key
}

// ask reads parts of the snapshot.
func (r *reader) ask(q Reading) (*Reads, error) {
	q.Snapshot = r.snapshot
	out := &Reads{}
	if err := r.way.Post(r.ctx, "/v1/read", q, out); err != nil {
		return nil, err
	}
	r.snapshot = out.Snapshot
	return out, nil
}

func (r *reader) close() {
	if r.snapshot != "" {
		_, _ = r.ask(Reading{Close: true}) // it would end by itself
	}
}

// Get implements store.Reader.
func (r *reader) Get(space string, key []byte) ([]byte, error) {
	at := space + "\x00" + string(key)
	if v, known := r.values[at]; known {
		return v, nil
	}
	out, err := r.ask(Reading{Gets: []ReadingGet{{space, key}}})
	if err != nil {
		return nil, err
	}
	if len(out.Values) != 1 {
		return nil, oddAnswer(r.way)
	}
	r.values[at] = out.Values[0]
	return out.Values[0], nil
}

// The first page of a scan is small, because many look for one thing only.
const (
	firstScan = 16
	mostScan  = 2000
)

// Scan implements store.Reader.
func (r *reader) Scan(space string, rng store.Range, yield func(key, value []byte) bool) error {
	for limit := firstScan; ; limit = min(4*limit, mostScan) {
		out, err := r.ask(Reading{Scans: []ReadingScan{{Space: space, Lo: rng.Lo, Hi: rng.Hi, Reverse: rng.Reverse, Limit: limit}}})
		if err != nil {
			return err
		}
		if len(out.Ranges) != 1 || len(out.Ranges[0].Keys) != len(out.Ranges[0].Values) {
			return oddAnswer(r.way)
		}
		page := out.Ranges[0]
		for i, key := range page.Keys {
			if !yield(key, page.Values[i]) {
				return nil
			}
		}
		if !page.More || len(page.Keys) == 0 {
			return nil
		}
		if last := page.Keys[len(page.Keys)-1]; rng.Reverse {
			rng.Hi = last
		} else {
			rng.Lo = append(append([]byte(nil), last...), 0)
		}
	}
}

func oddAnswer(way *Server) error {
	return fault.Loginf("%s answers something that is no answer of callout", way.URL).With("server.answer").
		Hint("install the version of callout that the server has")
}

// command is a command on its way to a server.
type command struct {
	ID     uuid.UUID     `json:"id"`
	Name   string        `json:"name"`
	Args   store.Command `json:"args"`
	At     *time.Time    `json:"at,omitempty"`
	Reason string        `json:"reason,omitempty"`
}

// result is what became of one.
type result struct {
	ID      uuid.UUID     `json:"id"`
	Name    string        `json:"name"`
	Status  string        `json:"status"`
	Entry   uint64        `json:"entry"`
	Subject store.ID      `json:"subject"`
	Number  string        `json:"number"`
	Events  []store.Event `json:"events"`
	Changes []struct {
		Collection string          `json:"collection"`
		ID         store.ID        `json:"id"`
		Before     json.RawMessage `json:"before"`
		After      json.RawMessage `json:"after"`
	} `json:"changes"`
	Error *problem `json:"error"`
}

// batch is how many commands go to a server in one request.
const batch = 500

// Decide has the server decide commands, in their order, as whoever is logged in. The error is about the server; the
// receipts that come with it are of the commands that it has answered for.
func (m *Engine) Decide(ctx context.Context, dry bool, intents []store.Intent) ([]store.Receipt, error) {
	var recs []store.Receipt
	for len(intents) > 0 {
		n := min(len(intents), batch)
		req := struct {
			Commands []command `json:"commands"`
			DryRun   bool      `json:"dry_run,omitempty"`
			Changes  bool      `json:"changes"`
		}{DryRun: dry, Changes: true}
		for _, in := range intents[:n] {
			c := command{ID: in.ID, Name: in.Cmd.Name(), Args: in.Cmd, Reason: in.Reason}
			if !in.At.IsZero() {
				c.At = &in.At
			}
			req.Commands = append(req.Commands, c)
		}
		var out struct {
			Results []result `json:"results"`
		}
		if err := m.way.Post(ctx, "/v1/commands", req, &out); err != nil {
			return recs, err
		}
		if len(out.Results) != n {
			return recs, oddAnswer(m.way)
		}
		for _, r := range out.Results {
			recs = append(recs, r.receipt())
		}
		intents = intents[n:]
	}
	return recs, nil
}

func (r result) receipt() store.Receipt {
	out := store.Receipt{
		CommandID: r.ID, Name: r.Name, Seq: r.Entry, Again: r.Status == "again", Subject: r.Subject, Number: r.Number, Events: r.Events,
	}
	for _, c := range r.Changes {
		out.Changes = append(out.Changes, store.Change{Collection: c.Collection, ID: c.ID, Before: c.Before, After: c.After})
	}
	if p := r.Error; p != nil {
		out.Err = p.fault()
	}
	return out
}
