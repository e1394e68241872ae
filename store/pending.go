package store

import (
	"bytes"
	"encoding/binary"
	"time"

	"callout/internal/fault"
)

// Pending is a command that this device has decided, or only taken down, and that the authority has not answered.
type Pending struct {
	Seq   uint64 // its own count, see [IsPending]
	Entry *Entry // as it is here
	State PendingState
	// Refusal is why it does not hold here any more, where the state says so. The authority may see it otherwise.
	Refusal error
	Made    time.Time     // when the device decided it first
	At      time.Time     // when it happened, where somebody said so
	Shown   map[ID]string // the provisional numbers of what it made
	undo    []Write       // what was under each key that it wrote
}

// PendingState says what a pending command has done here.
type PendingState string

// The states of a pending command.
const (
	Decided   PendingState = "decided"   // its effects are here
	Requested PendingState = "requested" // only the authority decides it; nothing has changed
	Overtaken PendingState = "overtaken" // it held when it was given, and no longer after what came from the authority
)

// waiting is a Pending as stored, but for its entry.
type waiting struct {
	State   PendingState  `json:"state"`
	Refusal *fault.Error  `json:"refusal,omitempty"`
	Made    time.Time     `json:"made"`
	At      time.Time     `json:"at,omitzero"`
	Shown   map[ID]string `json:"shown,omitempty"`
	Undo    []before      `json:"undo,omitempty"`
}

// before is what was under a key; nothing was where Value is null.
type before struct {
	Space string `json:"s"`
	Key   []byte `json:"k"`
	Value []byte `json:"v"`
}

// pend keeps a decided command as pending: what it wrote, how to take that back, and its entry.
func (b *batch) pend(l *layer, tx *Tx, cmd Command) error {
	w := waiting{State: Decided, Made: tx.at, At: tx.dated, Shown: tx.shown}
	if tx.requested {
		w.State = Requested
	}
	return b.putPending(l, tx, cmd, w)
}

func (b *batch) putPending(l *layer, tx *Tx, cmd Command, w waiting) error {
	id := tx.Env.CommandID
	var failed error
	tx.layer.put(spaceCommands, id[:], binary.BigEndian.AppendUint64(nil, tx.seq))
	tx.layer.each(func(wr Write) {
		if wr.Space == spaceLocal || failed != nil {
			return // provisional numbers are never taken back
		}
		var old []byte
		if old, failed = l.Get(wr.Space, wr.Key); failed == nil {
			w.Undo = append(w.Undo, before{wr.Space, wr.Key, bytes.Clone(old)})
		}
	})
	if failed != nil {
		return failed
	}
	tx.layer.fold(l)
	e, err := newEntry(tx, cmd, make([]byte, saltBytes*partsOf(tx))) // in no tree: the authority's entry has salts
	if err != nil {
		return err
	}
	text, err := encodeJSON(w)
	if err != nil {
		return err
	}
	key := seqKey(tx.seq)
	l.put(spaceWaiting, key, e.encode())
	l.put(spacePending, key, text)
	if last, err := lastPending(l); err != nil || last >= tx.seq {
		return err
	}
	l.put(spaceLocal, localPending, binary.BigEndian.AppendUint64(nil, tx.seq-pendingBase))
	return nil
}

// request takes a command down for the authority, which alone decides it.
func (b *batch) request(rec Receipt, tx *Tx) (Receipt, *Tx, error) {
	tx.requested = true
	rec.Seq, rec.Queued = tx.seq, true
	return rec, tx, nil
}

// requested reports whether an entry only waits for the authority.
func requested(r Reader, seq uint64) (bool, error) {
	if !IsPending(seq) {
		return false, nil
	}
	p, err := readPending(r, seq)
	return err == nil && p.State == Requested, err
}

// ListPending returns what the authority has not answered, in the order in which it was done; all where limit is 0.
func ListPending(r Reader, limit int) ([]*Pending, error) {
	var seqs []uint64
	err := r.Scan(spacePending, Range{}, func(key, _ []byte) bool {
		seqs = append(seqs, binary.BigEndian.Uint64(key))
		return limit == 0 || len(seqs) < limit
	})
	if err != nil {
		return nil, err
	}
	out := make([]*Pending, len(seqs))
	for i, seq := range seqs {
		if out[i], err = readPending(r, seq); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Changes is a number that grows with whatever is decided here and with whatever comes from an authority.
func Changes(r Reader) (uint64, error) {
	size, err := Size(r)
	if err != nil {
		return 0, err
	}
	n, err := counter(r, localPending)
	return size + n, err
}

// CountPending counts what the authority has not answered.
func CountPending(r Reader) (n int, err error) {
	err = r.Scan(spacePending, Range{}, func(_, _ []byte) bool { n++; return true })
	return n, err
}

func readPending(r Reader, seq uint64) (*Pending, error) {
	text, err := r.Get(spacePending, seqKey(seq))
	if err != nil {
		return nil, err
	}
	var w waiting
	if text == nil || decodeJSON(text, &w) != nil {
		return nil, damaged(spacePending, seqKey(seq), "cannot be read")
	}
	p := &Pending{Seq: seq, State: w.State, Made: w.Made, At: w.At, Shown: w.Shown}
	if w.Refusal != nil {
		p.Refusal = w.Refusal
	}
	for _, u := range w.Undo {
		p.undo = append(p.undo, Write(u))
	}
	p.Entry, err = ReadEntry(r, seq)
	return p, err
}

// takeBack puts back what was there before a pending command, and forgets the command.
func (p *Pending) takeBack(l *layer) {
	for _, w := range p.undo {
		l.put(w.Space, w.Key, w.Value)
	}
	l.put(spacePending, seqKey(p.Seq), nil)
	l.put(spaceWaiting, seqKey(p.Seq), nil)
}

// Confirmed returns the state without what is pending: the authority's, as far as it is here.
func Confirmed(r Reader) (Reader, error) {
	l := newLayer(r)
	if err := takeAllBack(l, nil); err != nil {
		return nil, err
	}
	return l, nil
}

// takeAllBack takes back what is pending, last first, and hands each over.
func takeAllBack(l *layer, each func(*Pending)) error {
	all, err := ListPending(l, 0)
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- {
		all[i].takeBack(l)
	}
	if each != nil {
		for _, p := range all {
			each(p)
		}
	}
	return nil
}
