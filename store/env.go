package store

import (
	"time"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// Env is everything outside the store that a command may know. It is fixed before
// the command runs and travels with it.
type Env struct {
	CommandID uuid.UUID
	// OccurredAt is when the thing happened, in UTC: prices and worked time use it.
	OccurredAt time.Time
	// RecordedAt is the authority's time: roles, waivers, periods, approvals and
	// release use it.
	RecordedAt time.Time
	Actor      Actor
	Device     string
	Reason     string
}

// NotAhead refuses to take for a fact what the authority's clock has not reached. Every
// command is asked it of its own time; one that takes a fact's time from elsewhere asks it of that.
func (e Env) NotAhead(field string, at time.Time) error {
	if !at.After(e.RecordedAt) {
		return nil
	}
	return fault.Invalidf(field, "%s is in the future", at.UTC().Format(time.RFC3339)).With("at.future")
}

// Actor is who intends a command.
type Actor struct {
	ID   ID     `json:"id,omitempty"` // the person's record, filled in by the schema's prelude
	Name string `json:"name"`
	How  How    `json:"how"`
}

// How says by what means an actor was established.
type How string

// The ways in which an actor is established.
const (
	Asserted How = "asserted" // a name that nobody checked, in a shop that stands alone
	Token    How = "token"
	SSHKey   How = "key"
	OIDC     How = "oidc"    // an identity provider vouched for them
	Process  How = "process" // the product itself: a clock tick, a migration
)
