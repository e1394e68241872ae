package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"time"

	"callout/internal/fault"
)

// Conflict is a command of this device that the authority has refused: it was decided here when the device did not
// know what others had done. It stays until the person has looked at it, and says so.
type Conflict struct {
	Seq       uint64        // the authority's entry, which says why
	Mine      *Entry        // as it was decided here
	Made      time.Time     // when
	At        time.Time     // when it happened, where somebody said so
	Shown     map[ID]string // the provisional numbers of what it made
	Requested bool          // it was never decided here
}

// refusedHere is a Conflict as stored under its Seq.
type refusedHere struct {
	Mine      []byte        `json:"mine"`
	Made      time.Time     `json:"made"`
	At        time.Time     `json:"at,omitzero"`
	Shown     map[ID]string `json:"shown,omitempty"`
	Requested bool          `json:"requested,omitempty"`
}

func (c *Conflict) encode() ([]byte, error) {
	return encodeJSON(refusedHere{c.Mine.encode(), c.Made, c.At, c.Shown, c.Requested})
}

func parseConflict(key, text []byte) (*Conflict, error) {
	var s refusedHere
	if len(key) != 8 || decodeJSON(text, &s) != nil {
		return nil, damaged(spaceConflicts, key, "cannot be read")
	}
	mine, err := ParseEntry(s.Mine)
	if err != nil {
		return nil, damaged(spaceConflicts, key, "holds no entry")
	}
	return &Conflict{
		Seq: binary.BigEndian.Uint64(key), Mine: mine, Made: s.Made, At: s.At, Shown: s.Shown, Requested: s.Requested,
	}, nil
}

// ListConflicts returns the conflicts that nobody has dealt with, oldest first.
func ListConflicts(r Reader) (out []*Conflict, err error) {
	var bad error
	err = r.Scan(spaceConflicts, Range{}, func(key, text []byte) bool {
		c, err := parseConflict(bytes.Clone(key), text)
		if err != nil {
			bad = err
			return false
		}
		out = append(out, c)
		return true
	})
	if err == nil {
		err = bad
	}
	return out, err
}

// CountConflicts counts them.
func CountConflicts(r Reader) (n int, err error) {
	err = r.Scan(spaceConflicts, Range{}, func(_, _ []byte) bool { n++; return true })
	return n, err
}

// GetConflict returns the conflict of an entry.
func GetConflict(r Reader, seq uint64) (*Conflict, error) {
	text, err := r.Get(spaceConflicts, seqKey(seq))
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fault.NotFoundf("there is no conflict %d", seq).With("conflict.missing").Hint("callout conflict list")
	}
	return parseConflict(seqKey(seq), text)
}

// Refusal returns what the authority said.
func (c *Conflict) Refusal(r Reader) error {
	e, err := ReadEntry(r, c.Seq)
	if err != nil {
		return err
	}
	return e.Refusal()
}

// Rival is a record that the refused command was about, with who has it as it is now.
type Rival struct {
	Collection string
	ID         ID
	Mine       json.RawMessage // as the command would have left it; null where it would have deleted it
	Now        json.RawMessage // as it is; null where it is gone, or never was
	Entry      *Entry          // that wrote it last; nil where it never was, or is gone
}

// Rivals returns the records that the refused command wrote on this device, as it left them and as they are now,
// with the entries that were first.
func (c *Conflict) Rivals(r Reader) ([]Rival, error) {
	var out []Rival
	for _, img := range c.Mine.Images() {
		v := Rival{Collection: img.Collection, ID: img.ID, Mine: img.Doc}
		space := recordSpace(img.Collection)
		env, err := r.Get(space, []byte(img.ID))
		if err != nil {
			return nil, err
		}
		if env != nil {
			seq, doc, err := unseal(space, []byte(img.ID), env)
			if err != nil {
				return nil, err
			}
			v.Now = bytes.Clone(doc)
			if v.Entry, err = ReadEntry(r, seq); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// Again returns the refused command to be given once more: as it was, or with other arguments where they are not
// nil. However often it is given, it is one command.
func (s *Store) Again(c *Conflict, args json.RawMessage) (in Intent, err error) {
	_, was, err := c.Mine.Intent()
	if err != nil {
		return in, err
	}
	in = Intent{At: c.At, Device: c.Mine.Leaf.Device}
	if args == nil {
		args = was
	}
	in.ID = CommandIDFrom("conflict", c.Mine.Leaf.Cmd.String(), string(args))
	if in.Reason, err = c.Mine.Reason(); err != nil {
		return in, err
	}
	if in.Actor, err = c.Mine.Actor(); err != nil {
		return in, err
	}
	in.Cmd, err = s.Decode(c.Mine.Leaf.Type, args)
	return in, err
}

// Settle forgets a conflict: it was given again, or given up. The authority's journal keeps the refusal.
func (s *Store) Settle(ctx context.Context, seq uint64) error {
	return s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		if _, err := GetConflict(r, seq); err != nil {
			return nil, err
		}
		return Batch{{Space: spaceConflicts, Key: seqKey(seq)}}, nil
	})
}
