package store

import (
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
)

// TickID is the command id of what time itself makes happen: that a target of a subject fell due
// at an instant. Whoever notices first journals it; the id makes repeating harmless, so
// it is journaled once, on whichever device and however often it is noticed.
func TickID(subject ID, target string, due time.Time) uuid.UUID {
	sum := sha256.Sum256([]byte("clock.tick\x00" + string(subject) + "\x00" + target + "\x00" + due.UTC().Format(time.RFC3339Nano)))
	var id uuid.UUID
	copy(id[:], sum[:])
	id[6] = id[6]&0x0f | 0x80 // version 8: made of our own data (RFC 9562)
	id[8] = id[8]&0x3f | 0x80
	return id
}
