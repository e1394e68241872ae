package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"io"
	"strings"
	"time"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// ID is a record's permanent name: its collection's prefix, an underscore and 26
// characters of Crockford's base 32 for a UUIDv7-shaped value. Ids of one prefix
// sort by the time of the command that made them.
type ID string

// idChars is how many characters follow the underscore.
const idChars = 26

// crockford is Douglas Crockford's alphabet in lower case; it keeps byte order.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Prefix returns the part before the underscore, which names the collection.
func (id ID) Prefix() string {
	p, _, _ := strings.Cut(string(id), "_")
	return p
}

// Valid reports whether id has the shape of an id. It says nothing about existence.
func (id ID) Valid() bool {
	p, rest, ok := strings.Cut(string(id), "_")
	if !ok || p == "" || len(rest) != idChars {
		return false
	}
	_, err := crockford.DecodeString(rest)
	return err == nil
}

// makeID derives an id from a command, so that deciding the command again, here or on
// a server, gives the same id whatever else has changed in between: 48 bits of the
// time it happened, and a hash of command, prefix and natural key.
func makeID(cmd uuid.UUID, at time.Time, prefix, key string) ID {
	text := append(make([]byte, 0, 128), "callout id 1\x00"...)
	text = append(append(text, cmd[:]...), prefix...)
	sum := sha256.Sum256(append(append(text, 0), key...))
	b := uuid.UUID(sum[:16])
	stamp(&b, at)
	b[6] = b[6]&0x0f | 0x70 // version 7
	b[8] = b[8]&0x3f | 0x80 // RFC 9562 variant
	return ID(prefix + "_" + crockford.EncodeToString(b[:]))
}

// NewCommandID draws a fresh UUIDv7 for a command.
func NewCommandID() (uuid.UUID, error) { return commandID(time.Now(), rand.Reader) }

func commandID(now time.Time, random io.Reader) (id uuid.UUID, err error) {
	if _, err := io.ReadFull(random, id[6:]); err != nil {
		return id, fault.Internalf("no randomness for a command id").Because(err)
	}
	stamp(&id, now)
	id[6] = id[6]&0x0f | 0x70 // version 7
	id[8] = id[8]&0x3f | 0x80 // RFC 9562 variant
	return id, nil
}

// stamp puts 48 bits of Unix milliseconds at the front, as UUIDv7 has them.
func stamp(id *uuid.UUID, t time.Time) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(id[:6], ms[2:])
}

// CommandIDFrom derives a command id from content, for work that must not be done
// twice although nobody kept an id: the rows of an import, the ticks of a clock.
func CommandIDFrom(parts ...string) uuid.UUID {
	text := append(make([]byte, 0, 192), "callout command 1"...)
	for _, p := range parts {
		text = append(append(text, 0), p...)
	}
	h := sha256.Sum256(text)
	id, _ := uuid.FromBytes(h[:16])
	id[6] = id[6]&0x0f | 0x80 // version 8: custom
	id[8] = id[8]&0x3f | 0x80
	return id
}
