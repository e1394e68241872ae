package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one journal entry: a leaf, which is what the Merkle tree commits to, and
// the parts that the leaf commits to. Each part is salted and hashed by itself, so
// that any of them can be withheld or erased while every proof still holds.
//
// As stored, an entry is text: the leaf as one line of JSON, then one line a part,
// with the salt, a space and the part's JSON, in the order in which the leaf names them.
type Entry struct {
	Leaf  Leaf
	Parts []Part
	raw   []byte // the leaf's line, which is what is hashed
}

// Part is a part's salt and body. A withheld part has neither.
type Part struct {
	Salt []byte
	Body json.RawMessage
}

// saltBytes is the length of a salt: 128 bits make guessing a short body hopeless.
const (
	saltBytes = 16
	saltChars = 22 // in base64url
)

func commitTo(salt, body []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(body)
	var sum [sha256.Size]byte
	return base64.RawURLEncoding.EncodeToString(h.Sum(sum[:0]))
}

// intentBody is the body of the intent part.
type intentBody struct {
	At   time.Time       `json:"at"` // when it happened
	Args json.RawMessage `json:"args"`
}

// encodeIntent is encodeJSON of an intentBody whose args are JSON already.
func encodeIntent(at time.Time, args []byte) []byte {
	out := append(make([]byte, 0, len(args)+64), `{"at":"`...)
	out = at.AppendFormat(out, time.RFC3339Nano)
	out = append(out, `","args":`...)
	return append(append(out, args...), '}')
}

// partsOf is how many parts the entry of a decided command has.
func partsOf(tx *Tx) int {
	n := 2 // intent and actor
	if tx.Env.Reason != "" {
		n++
	}
	if tx.refusal != nil {
		n++
	}
	if len(tx.events) > 0 {
		n++
	}
	for _, t := range tx.touched {
		n++
		if t.doc != nil && t.cost != nil {
			n++
		}
	}
	return n
}

// newEntry builds the entry of a decided command. The salts of all its parts are given:
// they are drawn at commit, outside Do.
func newEntry(tx *Tx, cmd Command, salts []byte) (*Entry, error) {
	var err error
	e := &Entry{Leaf: Leaf{
		V: 1, Seq: tx.seq, Cmd: tx.Env.CommandID, Type: cmd.Name(), At: tx.Env.RecordedAt,
		Device: tx.Env.Device, Subject: tx.subject, Number: tx.number, Numbers: tx.numbers,
	}}
	e.Leaf.Undoes = tx.undoes
	room := len(salts) / saltBytes
	e.Leaf.Parts, e.Parts = make([]PartHead, 0, room), make([]Part, 0, room)
	add := func(h PartHead, v any) error {
		body, raw := v.([]byte)
		if !raw {
			if body, err = encodeJSON(v); err != nil {
				return err
			}
		}
		salt := salts[:saltBytes:saltBytes]
		salts = salts[saltBytes:]
		h.Commit = commitTo(salt, body)
		e.Leaf.Parts = append(e.Leaf.Parts, h)
		e.Parts = append(e.Parts, Part{Salt: salt, Body: body})
		return nil
	}
	if err := add(PartHead{Kind: PartIntent}, encodeIntent(tx.Env.OccurredAt, tx.args)); err != nil {
		return nil, err
	}
	if err := add(PartHead{Kind: PartActor}, tx.Env.Actor); err != nil {
		return nil, err
	}
	if tx.Env.Reason != "" {
		if err := add(PartHead{Kind: PartReason}, tx.Env.Reason); err != nil {
			return nil, err
		}
	}
	if tx.refusal != nil {
		e.Leaf.Refused = tx.refusal.Kind
		if err := add(PartHead{Kind: PartRefusal}, tx.refusal); err != nil {
			return nil, err
		}
	}
	if len(tx.events) > 0 {
		if err := add(PartHead{Kind: PartEvents}, tx.events); err != nil {
			return nil, err
		}
	}
	for _, t := range tx.touched {
		h := PartHead{Kind: PartAfter, Collection: t.coll.Name(), ID: t.id, Prev: t.prev}
		if t.doc == nil {
			h.Kind = PartGone
			if err := add(h, []byte("null")); err != nil {
				return nil, err
			}
			continue
		}
		if err := add(h, t.doc); err != nil {
			return nil, err
		}
		if t.cost != nil {
			h.Kind = PartCost
			if err := add(h, t.cost); err != nil {
				return nil, err
			}
		}
	}
	e.raw, err = encodeLeaf(&e.Leaf)
	return e, err
}

// encode returns the entry as stored.
func (e *Entry) encode() []byte {
	size := len(e.raw) + 1
	for _, p := range e.Parts {
		size += saltChars + len(p.Body) + 2
	}
	out := append(make([]byte, 0, size), e.raw...)
	out = append(out, '\n')
	for _, p := range e.Parts {
		out = base64.RawURLEncoding.AppendEncode(out, p.Salt)
		out = append(out, ' ')
		out = append(out, p.Body...)
		out = append(out, '\n')
	}
	return out
}

// ParseEntry reads an entry as stored and checks every part that is there against the
// leaf's commitment.
func ParseEntry(text []byte) (*Entry, error) {
	line, rest, ok := bytes.Cut(bytes.Clone(text), []byte("\n"))
	if !ok {
		return nil, fmt.Errorf("the entry has no leaf")
	}
	e := &Entry{raw: line}
	if err := parseLeaf(line, &e.Leaf); err != nil {
		return nil, fmt.Errorf("the leaf cannot be read: %w", err)
	}
	e.Parts = make([]Part, 0, min(len(e.Leaf.Parts), len(rest)))
	for i, h := range e.Leaf.Parts {
		line, rest, ok = bytes.Cut(rest, []byte("\n"))
		if !ok {
			return nil, fmt.Errorf("part %d (%s) is missing", i+1, h.Kind)
		}
		p, err := parsePart(line)
		if err != nil {
			return nil, fmt.Errorf("part %d (%s): %w", i+1, h.Kind, err)
		}
		if p.Salt != nil && commitTo(p.Salt, p.Body) != h.Commit {
			return nil, fmt.Errorf("part %d (%s %s) does not match the leaf", i+1, h.Kind, h.ID)
		}
		e.Parts = append(e.Parts, p)
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("the entry has more parts than its leaf names")
	}
	if err := e.wellFormed(); err != nil {
		return nil, err
	}
	return e, nil
}

// parsePart reads a part's line; the body stays where it is.
func parsePart(line []byte) (Part, error) {
	salt64, body, ok := bytes.Cut(line, []byte(" "))
	if !ok {
		return Part{}, fmt.Errorf("no salt")
	}
	if len(salt64) == 0 && len(body) == 0 {
		return Part{}, nil
	}
	// Strict, and of the one right length: nothing that reads the same may look different.
	salt := make([]byte, saltBytes+2)
	n, err := base64.RawURLEncoding.Strict().Decode(salt, salt64[:min(len(salt64), saltChars)])
	if err != nil || len(salt64) != saltChars || n != saltBytes {
		return Part{}, fmt.Errorf("the salt cannot be read")
	}
	return Part{Salt: salt[:n:n], Body: json.RawMessage(body[:len(body):len(body)])}, nil
}

// part decodes the first part of a kind into v and reports whether it is there.
func (e *Entry) part(k PartKind, v any) (bool, error) {
	for i, h := range e.Leaf.Parts {
		if h.Kind == k && e.Parts[i].Salt != nil {
			return true, decodeJSON(e.Parts[i].Body, v)
		}
	}
	return false, nil
}

// Actor returns who intended the entry's command.
func (e *Entry) Actor() (a Actor, err error) {
	_, err = e.part(PartActor, &a)
	return a, err
}

// Reason returns the reason that was given, or "".
func (e *Entry) Reason() (s string, err error) {
	_, err = e.part(PartReason, &s)
	return s, err
}

// Events returns what the entry told the world.
func (e *Entry) Events() (evs []Event, err error) {
	_, err = e.part(PartEvents, &evs)
	return evs, err
}

// Intent returns when the thing happened and the command's arguments.
func (e *Entry) Intent() (at time.Time, args json.RawMessage, err error) {
	var b intentBody
	_, err = e.part(PartIntent, &b)
	return b.At, b.Args, err
}

// Image is the state of one record after an entry.
type Image struct {
	Collection string
	ID         ID
	Prev       uint64
	Doc        []byte // whole document; nil when the record was deleted or its state is withheld
	Gone       bool   // the entry deleted the record
	Withheld   bool   // the state, or its cost block, was withheld or erased
	doc, cost  []byte
}

// Images returns the state of each touched record after the entry.
func (e *Entry) Images() []Image {
	var out []Image
	for i, h := range e.Leaf.Parts {
		if h.Kind != PartAfter && h.Kind != PartGone {
			continue
		}
		img := Image{Collection: h.Collection, ID: h.ID, Prev: h.Prev}
		p := e.Parts[i]
		switch {
		case h.Kind == PartGone:
			img.Gone = true
		case p.Salt == nil:
			img.Withheld = true
		default:
			img.doc, img.Doc = p.Body, p.Body
		}
		if i+1 < len(e.Parts) && e.Leaf.Parts[i+1].Kind == PartCost {
			if cost := e.Parts[i+1]; cost.Salt == nil {
				img.Withheld = true
			} else if img.doc != nil {
				img.cost = cost.Body
				img.Doc = join(img.doc, img.cost)
			}
		}
		if img.Withheld {
			img.Doc, img.doc, img.cost = nil, nil, nil
		}
		out = append(out, img)
	}
	return out
}

// wellFormed checks what the rest of the package relies on: that it will not be led
// into a panic or an endless loop by an entry that somebody else has written.
func (e *Entry) wellFormed() error {
	if e.Leaf.V != 1 {
		return fmt.Errorf("the entry has version %d; a newer callout is needed", e.Leaf.V)
	}
	if e.Leaf.Undoes != 0 && e.Leaf.Undoes >= e.Leaf.Seq {
		return fmt.Errorf("entry %d takes back entry %d", e.Leaf.Seq, e.Leaf.Undoes)
	}
	for i, h := range e.Leaf.Parts {
		body := e.Parts[i].Body
		switch h.Kind {
		case PartCost:
			if i == 0 || e.Leaf.Parts[i-1].Kind != PartAfter || e.Leaf.Parts[i-1].ID != h.ID {
				return fmt.Errorf("part %d is a cost block of no record", i+1)
			}
		case PartAfter:
			if body != nil && (len(body) < 2 || body[0] != '{' || body[len(body)-1] != '}') {
				return fmt.Errorf("part %d (%s %s) is no document", i+1, h.Kind, h.ID)
			}
			if h.Prev >= e.Leaf.Seq {
				return fmt.Errorf("part %d (%s %s) follows a later entry", i+1, h.Kind, h.ID)
			}
		}
	}
	return nil
}
