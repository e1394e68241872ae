package store

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// A Command is one intention of one person. Do reads and decides inside a transaction
// and writes to its buffer. It uses no clock, no randomness and no I/O beyond the
// transaction: equal input gives equal output, on every machine. Its exported fields
// are its JSON wire form.
type Command interface {
	// Name is the stable wire name with a version, e.g. "work_order.create.v1".
	Name() string
	// Do decides. An error refuses the command and leaves nothing behind.
	Do(tx *Tx) error
}

// Undoable is implemented by the commands that undo may take back. The inverse of a
// command is the state of every record it touched as it was before; a command that
// must never be taken back (sign-off, approval, release, credit, erasure) lacks the method.
type Undoable interface {
	Undoable()
}

// Undated is implemented by commands that count from when the authority records them, whatever
// anybody says of when they happened: approvals, releases, waivers, delegations, roles, policies.
// An intent that dates one is refused.
type Undated interface {
	CountsWhenRecorded()
}

// Repeatable is implemented by commands that may find done already what they are to do. One that
// leaves every record as it was and names no event is not journaled then: its receipt has no entry.
type Repeatable interface {
	QuietWhenDone()
}

// ForAuthority is implemented by commands that only the authority decides: those that give a legal number, and
// those that say who may do what. On a linked device they are queued, and nothing is changed until the
// authority's answer comes back.
type ForAuthority interface {
	DecidedByAuthority()
}

// Intent is a command with who, when and why around it.
type Intent struct {
	ID     uuid.UUID // the idempotency key; drawn when zero
	Cmd    Command
	Actor  Actor
	At     time.Time // when it happened; the time of recording when zero
	Device string
	Reason string
	// Made is when the device decided the command, by its own clock. Ids carry it, and it is when the thing happened
	// where At says nothing; a clock that is ahead of the authority's counts as the authority's.
	Made time.Time
	// Barred is why whoever gives the command may not give it at all. It is refused with that, without being decided.
	Barred error
	// Shown are the provisional numbers under which the device showed what the command made.
	Shown map[ID]string

	args []byte // the command as JSON, where that is made already
}

// Encoded returns the intent with its command put into JSON, which else is done when it is decided: whoever
// makes many may do that on another goroutine. The command must not be changed afterwards.
func (in Intent) Encoded() (Intent, error) {
	var err error
	in.args, err = encodeJSON(in.Cmd)
	return in, err
}

// Args is the command as JSON, where the intent was encoded.
func (in Intent) Args() json.RawMessage { return in.args }

// Receipt says what became of one intent.
type Receipt struct {
	CommandID uuid.UUID
	Name      string
	Seq       uint64 // the journal entry; 0 when refused, only previewed, or done before by another command
	Again     bool   // this command id was done before; the receipt is that of the first time
	Queued    bool   // it waits for the authority, which alone decides it; nothing has changed yet
	Subject   ID     // the record that the command was mainly about
	Number    string // its human number, where it has one
	Changes   []Change
	Events    []Event
	Err       error // why it was refused, or nil
}

// Change is one record before and after a command. A nil side means absence.
type Change struct {
	Collection string
	ID         ID
	Before     json.RawMessage
	After      json.RawMessage
}

// Op names the change: create, update or delete.
func (c Change) Op() string {
	switch {
	case c.Before == nil:
		return "create"
	case c.After == nil:
		return "delete"
	default:
		return "update"
	}
}

// Event is something that other systems may want to hear of, named by a command or a
// derivation and kept in the journal entry.
type Event struct {
	Name    string         `json:"name"` // e.g. "invoice.released"
	Subject ID             `json:"subject"`
	Data    map[string]any `json:"data,omitempty"`
}
