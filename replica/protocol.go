package replica

import (
	"context"
	"encoding/json"
	"time"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// The limits of one round trip.
const (
	MaxPush = 500
	MaxPull = 5000
)

// Request is what a device sends: where it stands, and what it has done since.
type Request struct {
	Tenant   string    `json:"tenant"`
	Device   string    `json:"device"` // its code
	Since    uint64    `json:"since"`  // entries that it has
	Root     string    `json:"root"`   // of the tree over them
	Commands []Command `json:"commands,omitempty"`
	Want     int       `json:"want,omitempty"` // entries at most
	// Recovery names the recovery of the authority that the device has been told of: what it says of itself, it says since then.
	Recovery string `json:"recovery,omitempty"`
}

// Command is a pending command on its way to the authority.
type Command struct {
	ID     uuid.UUID           `json:"id"`
	Name   string              `json:"name"`
	Args   json.RawMessage     `json:"args"`
	Actor  string              `json:"actor"` // who gave it, by name; the login must be theirs
	Made   time.Time           `json:"made"`  // when the device decided it
	At     time.Time           `json:"at,omitzero"`
	Reason string              `json:"reason,omitempty"`
	Shown  map[store.ID]string `json:"shown,omitempty"`
}

// Response is what comes back: the journal after Since, own commands among it.
type Response struct {
	Entries []string `json:"entries,omitempty"`
	Head    string   `json:"head"` // signed for the journal as it is after the last of Entries
	More    bool     `json:"more,omitempty"`
	// Unread are the commands that the authority cannot take in at all and has not journaled: those of a newer version, or
	// given by somebody whose login this is not. The device keeps them.
	Unread []Unread `json:"unread,omitempty"`
	// Recovery names the recovery of an authority that was put back from a backup and has not heard every device yet.
	Recovery string `json:"recovery,omitempty"`
}

// Unread is a command that was not taken in, with the reason.
type Unread struct {
	ID  uuid.UUID    `json:"id"`
	Why *fault.Error `json:"why"`
}

// Authority is what a request is answered from: a store, or one with a queue in front.
type Authority interface {
	View(ctx context.Context, fn func(store.Reader) error) error
	Do(ctx context.Context, intents ...store.Intent) ([]store.Receipt, error)
	Page(ctx context.Context, since uint64, limit int) (store.Page, bool, error)
	Decode(name string, args []byte) (store.Command, error)
}

// Who is the person that a login belongs to.
type Who struct {
	Actor store.Actor
	// May refuses the commands that the person's roles do not open; all are open where it is nil.
	May func(command string) error
}

// Answer is the authority's half of a round trip. Each command that can be read gets exactly one entry, accepted or
// refused, however often it is sent.
func Answer(ctx context.Context, s Authority, who Who, q Request) (*Response, error) {
	recovery, err := sameHistory(ctx, s, q)
	if err != nil {
		return nil, err
	}
	if len(q.Commands) > MaxPush {
		return nil, fault.Invalidf("commands", "there are %d commands; %d fit in one request", len(q.Commands), MaxPush).With("sync.many")
	}
	res := &Response{Recovery: recovery}
	var intents []store.Intent
	for _, c := range q.Commands {
		in, err := intent(s, who, q.Device, c)
		if err != nil {
			res.Unread = append(res.Unread, Unread{c.ID, plain(err)})
			continue
		}
		intents = append(intents, in)
	}
	if len(intents) > 0 {
		if _, err := s.Do(ctx, intents...); err != nil {
			return nil, err
		}
	}
	if q.Want <= 0 || q.Want > MaxPull {
		q.Want = MaxPull
	}
	page, more, err := s.Page(ctx, q.Since, q.Want)
	if err != nil {
		return nil, err
	}
	res.Head, res.More = page.Head, more
	for _, text := range page.Entries {
		res.Entries = append(res.Entries, string(text))
	}
	return res, nil
}

// sameHistory refuses a device that has seen another history than the authority has: before anything of it is taken in. It names
// the recovery of an authority that waits for its devices.
func sameHistory(ctx context.Context, s Authority, q Request) (recovery string, err error) {
	err = s.View(ctx, func(r store.Reader) error {
		m, err := store.ReadMeta(r)
		if err != nil {
			return err
		}
		if m.Tenant != q.Tenant {
			return fault.Refusedf("this is the server of another business").With("sync.tenant")
		}
		size, err := store.Size(r)
		if err != nil {
			return err
		}
		if q.Since > size {
			return fault.Conflictf("the server has %d entries, the device %d: the server has lost some", size, q.Since).With("sync.regressed")
		}
		if recovery, err = recoveryOf(r); err != nil || q.Since == 0 {
			return err
		}
		root, err := store.RootAt(r, q.Since)
		if err != nil {
			return err
		}
		if theirs, err := tlog.ParseHash(q.Root); err != nil || theirs != root {
			return fault.Conflictf("the device and the server have different entries among the first %d", q.Since).With("sync.diverged")
		}
		return nil
	})
	return recovery, err
}

func intent(s Authority, who Who, device string, c Command) (store.Intent, error) {
	if c.Actor != who.Actor.Name {
		return store.Intent{}, &fault.Error{Kind: fault.Login, Code: "sync.actor",
			Msg:   "the command was given by " + c.Actor + ", and the login is that of " + who.Actor.Name,
			Hints: []string{"callout login URL   (as " + c.Actor + ")"}}
	}
	cmd, err := s.Decode(c.Name, c.Args)
	if err != nil {
		return store.Intent{}, err
	}
	in := store.Intent{
		ID: c.ID, Cmd: cmd, Actor: who.Actor, At: c.At, Made: c.Made, Device: device, Reason: c.Reason, Shown: c.Shown,
	}
	if who.May != nil {
		in.Barred = who.May(c.Name)
	}
	return in, nil
}

func plain(err error) *fault.Error {
	return &fault.Error{Kind: fault.KindOf(err), Code: fault.CodeOf(err), Msg: err.Error()}
}
