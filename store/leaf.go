package store

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"callout/internal/fault"

	"github.com/google/uuid"
)

// Leaf is the part of an entry that is never withheld. It names records by id only.
type Leaf struct {
	V       int        `json:"v"`
	Seq     uint64     `json:"seq"`
	Cmd     uuid.UUID  `json:"cmd"`
	Type    string     `json:"type"`
	At      time.Time  `json:"at"` // the authority's time
	Device  string     `json:"device,omitempty"`
	Subject ID         `json:"subject,omitempty"`
	Number  string     `json:"number,omitempty"`
	Numbers []Numbered `json:"numbers,omitempty"`
	Undoes  uint64     `json:"undoes,omitempty"`
	// Refused is the kind of the refusal, where the command was refused; see [Options.Refusals].
	Refused fault.Kind `json:"refused,omitempty"`
	Parts   []PartHead `json:"parts"`
}

// PartKind says what a part holds.
type PartKind string

// The kinds of parts. After and Cost come one per touched record; Gone stands for a
// record that the command deleted.
const (
	PartIntent PartKind = "intent"
	PartActor  PartKind = "actor"
	PartReason PartKind = "reason"
	PartEvents PartKind = "events"
	PartAfter  PartKind = "after"
	PartCost   PartKind = "cost"
	PartGone   PartKind = "gone"
	// PartRefusal holds why the command was refused.
	PartRefusal PartKind = "refusal"
)

// PartHead is what the leaf says of a part.
type PartHead struct {
	Kind       PartKind `json:"k"`
	Collection string   `json:"c,omitempty"`
	ID         ID       `json:"id,omitempty"`
	Prev       uint64   `json:"prev,omitempty"` // the entry that wrote the record before
	Commit     string   `json:"h"`              // base64url of SHA-256(salt, body)
}

// encodeLeaf is encodeJSON of a leaf, without reflection where nothing needs escaping.
func encodeLeaf(l *Leaf) ([]byte, error) {
	w := leafWriter{out: make([]byte, 0, 256+128*len(l.Parts))}
	w.leaf(l)
	if w.other {
		return encodeJSON(l)
	}
	return w.out, nil
}

// leafWriter writes the canonical form of a leaf. What it cannot write sets other.
type leafWriter struct {
	out   []byte
	other bool
}

func (w *leafWriter) leaf(l *Leaf) {
	w.number(`{"v":`, uint64(l.V))
	w.number(`,"seq":`, l.Seq)
	w.text(`,"cmd":`, l.Cmd.String())
	w.text(`,"type":`, l.Type)
	at, err := l.At.MarshalText()
	w.other = w.other || err != nil
	w.text(`,"at":`, string(at))
	w.optional(`,"device":`, l.Device)
	w.optional(`,"subject":`, string(l.Subject))
	w.optional(`,"number":`, l.Number)
	for i, n := range l.Numbers {
		w.out = append(w.out, first(i, `,"numbers":[`, `,`)...)
		w.text(`{"series":`, n.Series)
		w.number(`,"n":`, n.N)
		w.text(`,"number":`, n.Number)
		w.text(`,"id":`, string(n.ID))
		w.optional(`,"was":`, n.Was)
		w.out = append(w.out, '}')
	}
	if len(l.Numbers) > 0 {
		w.out = append(w.out, ']')
	}
	if l.Undoes != 0 {
		w.number(`,"undoes":`, l.Undoes)
	}
	w.optional(`,"refused":`, string(l.Refused))
	w.other = w.other || len(l.Parts) == 0
	for i, p := range l.Parts {
		w.out = append(w.out, first(i, `,"parts":[`, `,`)...)
		w.text(`{"k":`, string(p.Kind))
		w.optional(`,"c":`, p.Collection)
		w.optional(`,"id":`, string(p.ID))
		if p.Prev != 0 {
			w.number(`,"prev":`, p.Prev)
		}
		w.text(`,"h":`, p.Commit)
		w.out = append(w.out, '}')
	}
	w.out = append(w.out, ']', '}')
}

func first(i int, yes, no string) string {
	if i == 0 {
		return yes
	}
	return no
}

func (w *leafWriter) number(field string, n uint64) {
	w.out = strconv.AppendUint(append(w.out, field...), n, 10)
}

func (w *leafWriter) text(field, s string) {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			w.other = true
		}
	}
	w.out = append(append(append(append(w.out, field...), '"'), s...), '"')
}

func (w *leafWriter) optional(field, s string) {
	if s != "" {
		w.text(field, s)
	}
}

// parseLeaf reads a leaf. Leaves are read by the hundred thousand, and all but a few
// are exactly as this package writes them: those are read without reflection, ten
// times as fast. encoding/json decides about everything else.
func parseLeaf(line []byte, l *Leaf) error {
	s := leafScanner{rest: string(line)}
	if s.leaf(l); !s.other && s.rest == "" {
		return nil
	}
	*l = Leaf{}
	return decodeJSON(line, l)
}

// leafScanner reads the canonical form of a leaf. What is not that sets other.
type leafScanner struct {
	rest  string
	other bool
}

func (s *leafScanner) leaf(l *Leaf) {
	s.need(`{"v":`)
	l.V = int(s.number())
	s.need(`,"seq":`)
	l.Seq = s.number()
	s.need(`,"cmd":`)
	s.parsed(l.Cmd.UnmarshalText([]byte(s.text())))
	s.need(`,"type":`)
	l.Type = s.text()
	s.need(`,"at":`)
	s.parsed(l.At.UnmarshalText([]byte(s.text())))
	if s.has(`,"device":`) {
		l.Device = s.text()
	}
	if s.has(`,"subject":`) {
		l.Subject = ID(s.text())
	}
	if s.has(`,"number":`) {
		l.Number = s.text()
	}
	if s.has(`,"numbers":[`) {
		for more := true; more && !s.other; more = s.has(`,`) {
			l.Numbers = append(l.Numbers, s.numbered())
		}
		s.need(`]`)
	}
	if s.has(`,"undoes":`) {
		l.Undoes = s.number()
	}
	if s.has(`,"refused":`) {
		l.Refused = fault.Kind(s.text())
	}
	s.need(`,"parts":[`)
	l.Parts = make([]PartHead, 0, strings.Count(s.rest, `{"k":`))
	for more := true; more && !s.other; more = s.has(`,`) {
		l.Parts = append(l.Parts, s.part())
	}
	s.need(`]}`)
}

func (s *leafScanner) numbered() (n Numbered) {
	s.need(`{"series":`)
	n.Series = s.text()
	s.need(`,"n":`)
	n.N = s.number()
	s.need(`,"number":`)
	n.Number = s.text()
	s.need(`,"id":`)
	n.ID = ID(s.text())
	if s.has(`,"was":`) {
		n.Was = s.text()
	}
	s.need(`}`)
	return n
}

func (s *leafScanner) part() (p PartHead) {
	s.need(`{"k":`)
	p.Kind = PartKind(s.text())
	if s.has(`,"c":`) {
		p.Collection = s.text()
	}
	if s.has(`,"id":`) {
		p.ID = ID(s.text())
	}
	if s.has(`,"prev":`) {
		p.Prev = s.number()
	}
	s.need(`,"h":`)
	p.Commit = s.text()
	s.need(`}`)
	return p
}

func (s *leafScanner) has(lit string) bool {
	rest, ok := strings.CutPrefix(s.rest, lit)
	s.rest = rest
	return ok
}

func (s *leafScanner) need(lit string) {
	if !s.has(lit) {
		s.other = true
	}
}

func (s *leafScanner) parsed(err error) {
	if err != nil {
		s.other = true
	}
}

// number reads digits that fit, without a leading zero.
func (s *leafScanner) number() (n uint64) {
	i := 0
	for i < len(s.rest) && i < 18 && s.rest[i] >= '0' && s.rest[i] <= '9' {
		n = n*10 + uint64(s.rest[i]-'0')
		i++
	}
	if i == 0 || i > 1 && s.rest[0] == '0' {
		s.other = true
	}
	s.rest = s.rest[i:]
	return n
}

// text reads a string that stands for itself: nothing escaped, valid UTF-8.
func (s *leafScanner) text() string {
	if !s.has(`"`) {
		s.other = true
		return ""
	}
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			out := s.rest[:i]
			s.rest = s.rest[i+1:]
			if !utf8.ValidString(out) {
				s.other = true
			}
			return out
		case c == '\\' || c < 0x20:
			s.other = true
			return ""
		}
	}
	s.other = true
	return ""
}
