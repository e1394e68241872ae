package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/shop"
	"callout/store"

	"github.com/google/uuid"
)

// CommandItem is one command that somebody wants done.
type CommandItem struct {
	// ID makes repeating it harmless: the same id takes effect once, and gets the same answer.
	ID   string          `json:"id,omitempty"`
	Name string          `json:"name,omitempty"` // its wire name, e.g. "customer.add.v1"
	Args json.RawMessage `json:"args,omitempty"` // an object with the command's fields
	// At is when it happened, in RFC 3339; now when left out.
	At     *time.Time `json:"at,omitempty"`
	Reason string     `json:"reason,omitempty"`
	// After names commands without which this one makes no sense: if one of them was not done, it is not tried.
	After []string `json:"after,omitempty"`
}

// CommandRequest is one command, or many under "commands", and never both.
type CommandRequest struct {
	CommandItem
	Commands []CommandItem `json:"commands,omitempty"`
	DryRun   bool          `json:"dry_run,omitempty"` // only say what would happen
	Changes  bool          `json:"changes,omitempty"` // tell every record before and after; a dry run does
}

// CommandAnswer has a result for each command, in their order.
type CommandAnswer struct {
	DryRun  bool            `json:"dry_run,omitempty"`
	Journal uint64          `json:"journal"` // the newest entry among the results: what at-least takes
	Results []CommandResult `json:"results"`
}

// CommandResult is what became of one command.
type CommandResult struct {
	ID      uuid.UUID       `json:"id"`
	Name    string          `json:"name"`
	Status  string          `json:"status"` // done, again, unchanged, dry-run, or the kind of its error
	Entry   uint64          `json:"entry,omitempty"`
	Subject store.ID        `json:"subject,omitempty"`
	Number  string          `json:"number,omitempty"`
	Events  []store.Event   `json:"events,omitempty"`
	Changes []CommandChange `json:"changes,omitempty"`
	Error   *Problem        `json:"error,omitempty"`
}

// CommandChange is one record before and after a command.
type CommandChange struct {
	Collection string          `json:"collection"`
	ID         store.ID        `json:"id"`
	Op         string          `json:"op"` // create, update or delete
	Before     json.RawMessage `json:"before,omitempty"`
	After      json.RawMessage `json:"after,omitempty"`
}

// maxCommands is how many commands one request may carry.
const maxCommands = 500

// maxReason is how long a reason may be.
const maxReason = 2000

// doCommands runs what a request wants done, as whoever is logged in.
func doCommands(s *Server, w http.ResponseWriter, c *call) error {
	var req CommandRequest
	if err := readJSON(c, &req); err != nil {
		return err
	}
	items := req.Commands
	single := len(items) == 0
	if single {
		items = []CommandItem{req.CommandItem}
		if items[0].ID == "" {
			items[0].ID = c.Header.Get("Idempotency-Key")
		}
	} else if req.Name != "" || req.ID != "" || req.Args != nil {
		return fault.Invalidf("commands", "a request has one command, or many under commands, and not both").With("command.both")
	}
	if len(items) > maxCommands {
		return fault.Invalidf("commands", "a request has %d commands at most", maxCommands).With("command.many")
	}
	recs, err := s.perform(c, items, req.DryRun)
	if err != nil {
		return err
	}
	if single && recs[0].Err != nil {
		return recs[0].Err
	}
	if err := s.conceal(c, recs); err != nil {
		return err
	}
	out := CommandAnswer{DryRun: req.DryRun, Results: make([]CommandResult, len(recs))}
	status := http.StatusOK
	for i, rec := range recs {
		out.Results[i] = resultOf(rec, req.DryRun, req.Changes || req.DryRun, c.id)
		out.Journal = max(out.Journal, rec.Seq)
		s.metrics.commands.WithLabelValues(out.Results[i].Status).Inc()
		if rec.Err != nil {
			status = http.StatusMultiStatus
		}
	}
	return sendJSON(w, status, out)
}

// perform decodes, asks the roles, and runs. Every item has its receipt; the error is about all of them.
func (s *Server) perform(c *call, items []CommandItem, dry bool) ([]store.Receipt, error) {
	recs := make([]store.Receipt, len(items))
	intents := make([]store.Intent, len(items))
	for i, it := range items {
		in, err := s.intent(c, it)
		recs[i] = store.Receipt{CommandID: in.ID, Name: it.Name, Err: err}
		intents[i] = in
	}
	if dry {
		return recs, s.preview(c, intents, recs)
	}
	done := map[uuid.UUID]bool{}
	for from := 0; from < len(items); {
		var round []int
		open := map[uuid.UUID]bool{}
		for ; from < len(items); from++ {
			if recs[from].Err != nil {
				continue
			}
			waits := false
			for _, id := range afterOf(items[from]) {
				waits = waits || open[id]
			}
			if waits {
				break // what it comes after has to be decided first
			}
			if recs[from].Err = s.dependent(c, items[from], done); recs[from].Err != nil {
				continue
			}
			open[intents[from].ID] = true
			round = append(round, from)
		}
		if err := s.submitRound(c, intents, round, recs); err != nil {
			return nil, err
		}
		for _, i := range round {
			done[intents[i].ID] = recs[i].Err == nil
		}
	}
	return recs, s.sameActor(c, recs)
}

// submitRound queues some of the intents, and keeps what became of each.
func (s *Server) submitRound(c *call, intents []store.Intent, round []int, recs []store.Receipt) error {
	these := make([]store.Intent, len(round))
	for k, i := range round {
		these[k] = intents[i]
	}
	got, err := s.queue.submit(c.Context(), these)
	if len(got) == 0 && err != nil {
		return err
	}
	for k, i := range round {
		if k < len(got) {
			recs[i] = got[k]
		} else {
			recs[i].Err = err
		}
	}
	return nil
}

// intent makes one item a command of whoever asks.
func (s *Server) intent(c *call, it CommandItem) (store.Intent, error) {
	in := store.Intent{Actor: c.who.Actor(), Reason: strings.TrimSpace(it.Reason)}
	var err error
	if in.ID, err = commandID(it.ID, c.who); err != nil {
		return in, err
	}
	if it.Name == "" {
		return in, fault.Invalidf("name", "the command is not named").With("command.name").Hint(`{"name": "customer.add.v1", "args": {…}}`)
	}
	args := it.Args
	if args == nil {
		args = json.RawMessage("{}")
	}
	if in.Cmd, err = s.shop.DecodeStrict(it.Name, args); err != nil {
		return in, err
	}
	if err := c.who.needs(scopeOf(it.Name)); err != nil {
		return in, err
	}
	if err := s.allowed(c.who, it.Name); err != nil {
		return in, err
	}
	if it.At != nil {
		in.At = *it.At
	}
	if len(in.Reason) > maxReason {
		return in, fault.Invalidf("reason", "a reason has %d bytes at most", maxReason).With("command.reason")
	}
	for _, id := range it.After {
		if _, err := uuid.Parse(id); err != nil {
			return in, fault.Invalidf("after", "%.50q is no command id", id).With("command.after")
		}
	}
	return in, nil
}

// scopeOf is what a token needs for a command.
func scopeOf(name string) party.Scope {
	switch noun, _, _ := strings.Cut(name, "."); noun {
	case "user", "person", "token", "ssh_key", "identity":
		return party.Accounts
	case "device":
		return party.Sync
	}
	return party.Write
}

// commandID reads an item's id, or draws one. An id that is no UUID counts for the one who gave it alone.
func commandID(given string, who *Identity) (uuid.UUID, error) {
	if given == "" {
		return store.NewCommandID()
	}
	if len(given) > 200 {
		return uuid.Nil, fault.Invalidf("id", "a command id has 200 characters at most").With("command.id")
	}
	if id, err := uuid.Parse(given); err == nil && id != uuid.Nil {
		return id, nil
	}
	return store.CommandIDFrom("idempotency-key", string(who.Person), given), nil
}

func afterOf(it CommandItem) []uuid.UUID {
	var out []uuid.UUID
	for _, text := range it.After {
		if id, err := uuid.Parse(text); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// dependent refuses an item one of whose predecessors was not done.
func (s *Server) dependent(c *call, it CommandItem, done map[uuid.UUID]bool) error {
	for _, id := range afterOf(it) {
		ok, here := done[id]
		if !here {
			err := s.shop.View(c.Context(), func(r store.Reader) error {
				n, err := store.EntryOf(r, id)
				if err != nil || n == 0 {
					return err
				}
				e, err := store.ReadEntry(r, n)
				ok = err == nil && e.Leaf.Refused == ""
				return err
			})
			if err != nil {
				return err
			}
		}
		if !ok {
			return fault.Conflictf("it depends on the command %s, which was not done", id).With("command.depends")
		}
	}
	return nil
}

// preview says of the items that can be read what they would do.
func (s *Server) preview(c *call, intents []store.Intent, recs []store.Receipt) error {
	var these []store.Intent
	var at []int
	for i := range intents {
		if recs[i].Err == nil {
			these, at = append(these, intents[i]), append(at, i)
		}
	}
	if len(these) == 0 {
		return nil
	}
	got, err := s.shop.Preview(c.Context(), these...)
	for k, rec := range got {
		recs[at[k]] = rec
	}
	return err
}

// sameActor refuses to show somebody what came of a command that was another's: its id was only guessed.
func (s *Server) sameActor(c *call, recs []store.Receipt) error {
	if !slices.ContainsFunc(recs, func(r store.Receipt) bool { return r.Again }) {
		return nil
	}
	return s.shop.View(c.Context(), func(r store.Reader) error {
		for i, rec := range recs {
			if !rec.Again {
				continue
			}
			e, err := store.ReadEntry(r, rec.Seq)
			if err != nil {
				return err
			}
			who, err := e.Actor()
			if err != nil {
				return err
			}
			if who.ID != c.who.Person {
				recs[i] = store.Receipt{CommandID: rec.CommandID, Name: rec.Name, Err: fault.Conflictf(
					"the command id %s was used by somebody else", rec.CommandID).With("command.reused")}
			}
		}
		return nil
	})
}

// conceal takes out of receipts what whoever asks may not see: a command may do more than they see of it.
func (s *Server) conceal(c *call, recs []store.Receipt) error {
	if c.who.seesEverything() {
		return nil
	}
	return s.look(c, func(r *shop.Sight) error {
		if r.Full() {
			return nil
		}
		for i := range recs {
			recs[i].Events = nil
			var seen []store.Change
			for _, ch := range recs[i].Changes {
				before, err := r.Show(ch.Collection, ch.Before)
				if err != nil {
					return err
				}
				after, err := r.Show(ch.Collection, ch.After)
				if err != nil {
					return err
				}
				if before != nil || after != nil {
					seen = append(seen, store.Change{Collection: ch.Collection, ID: ch.ID, Before: before, After: after})
				}
			}
			recs[i].Changes = seen
		}
		return nil
	})
}

func resultOf(rec store.Receipt, dry, changes bool, request string) CommandResult {
	out := CommandResult{ID: rec.CommandID, Name: rec.Name, Entry: rec.Seq}
	if rec.Err != nil {
		p := problemOf(rec.Err, request)
		out.Status, out.Error = p.Kind, &p
		return out
	}
	out.Subject, out.Number, out.Events = rec.Subject, rec.Number, rec.Events
	if changes {
		for _, ch := range rec.Changes {
			out.Changes = append(out.Changes, CommandChange{ch.Collection, ch.ID, ch.Op(), ch.Before, ch.After})
		}
	}
	switch {
	case dry:
		out.Status = "dry-run"
	case rec.Again:
		out.Status = "again"
	case rec.Seq == 0:
		out.Status = "unchanged"
	default:
		out.Status = "done"
	}
	return out
}
