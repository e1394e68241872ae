package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"sort"

	"callout/internal/fault"
)

// Inspector is implemented by engines that can say more about themselves than the
// Engine interface asks for. Verify uses what there is.
type Inspector interface {
	// Preload reads what is stored once, in the order in which that is quickest.
	Preload(ctx context.Context) error
	// Spaces lists every space that exists, sorted, known to the schema or not.
	Spaces(ctx context.Context) ([]string, error)
	// Check looks for damage in the engine's own structures and reports each problem.
	Check(ctx context.Context, report func(problem string)) error
}

// VerifyOptions say how a verification talks while it runs.
type VerifyOptions struct {
	// Progress is called with each thing as it is read. Damage below the store can hang
	// or kill the process that reads it, on the way to the next thing: whoever must
	// know where keeps the last step outside.
	Progress func(Step)
	// Found is called with each finding at once, for a process that may not live to
	// return its report. Subjects are ids there; the report has human numbers.
	Found func(Finding)
	// MaxFindings ends the list of findings, not the verification; 1,000 when zero.
	MaxFindings int
	// Chunk is how many entries are read before others may write again; 20,000 when zero.
	Chunk int
}

// Step is one step of a verification. Key is valid during the call only.
type Step struct {
	Space string // the space being read, or what else is done
	Key   []byte
	Done  uint64 // how many things of this space came before
}

// String names the thing for people.
func (s Step) String() string {
	switch {
	case s.Key == nil:
		return s.Space
	case s.Space == spaceJournal && len(s.Key) == 8:
		return fmt.Sprintf("journal entry %d", binary.BigEndian.Uint64(s.Key))
	default:
		return fmt.Sprintf("%s %q", s.Space, s.Key)
	}
}

// Report is what a verification has found. No findings means that every stored byte
// that matters follows from the signed journal.
type Report struct {
	Tenant       string    `json:"tenant"`
	Entries      uint64    `json:"entries"`
	Records      uint64    `json:"records"`
	IndexEntries uint64    `json:"index_entries"`
	Head         string    `json:"head"` // short form of the head recomputed from the entries
	Findings     []Finding `json:"findings"`
	More         int       `json:"more,omitempty"` // findings beyond the limit
}

// OK reports whether nothing was found.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Finding is one thing that is wrong.
type Finding struct {
	Space   string `json:"space,omitempty"`
	Subject string `json:"subject,omitempty"` // the record's human number, or else its id, or a key
	ID      ID     `json:"id,omitempty"`
	Seq     uint64 `json:"seq,omitempty"` // the journal entry concerned
	Message string `json:"message"`
}

// String is the finding as one line.
func (f Finding) String() string {
	switch {
	case f.Subject != "":
		return f.Subject + ": " + f.Message
	case f.Seq != 0:
		return fmt.Sprintf("journal entry %d: %s", f.Seq, f.Message)
	case f.Space != "":
		return f.Space + ": " + f.Message
	default:
		return f.Message
	}
}

// verifier is one verification while it runs.
type verifier struct {
	s       *Store
	o       VerifyOptions
	r       Reader
	rep     *Report
	keys    []string // public keys, from the journal
	seen    Head     // the newest head known outside the store
	head    edge     // of the entries read
	last    []byte   // the key of the last of them
	next    uint64   // the number of the one that must follow
	tile    *tileCheck
	state   map[recordKey]recordState // what the journal leaves of each record
	cmds    map[[16]byte]uint64
	human   map[string]Numbered // by folded number
	series  map[string]uint64
	indexed map[string]*tally // what the records' entries come to, by index space
	blind   bool              // no record digests: the negative control of the tests
}

// Verify reads everything that is stored and recomputes what follows from what: parts
// from leaves, the tree and the signed head from the entries, and every record, index
// entry, number and command id from the journal. It never fails for damage: damage is
// in the report. The error is for what keeps it from looking at all: a busy engine, an
// empty one, or a store that is too new.
func (s *Store) Verify(ctx context.Context, o VerifyOptions) (*Report, error) {
	return s.verify(ctx, o, false)
}

func (s *Store) verify(ctx context.Context, o VerifyOptions, blind bool) (*Report, error) {
	if o.MaxFindings == 0 {
		o.MaxFindings = 1000
	}
	if o.Chunk <= 0 {
		o.Chunk = 20000
	}
	if o.Progress == nil {
		o.Progress = func(Step) {}
	}
	if o.Found == nil {
		o.Found = func(Finding) {}
	}
	in, inspects := s.engine.(Inspector)
	if inspects {
		if err := in.Preload(ctx); err != nil {
			return nil, err
		}
	}
	v := newVerifier(s, o)
	v.blind = blind
	err := v.run(ctx)
	if fault.CodeOf(err) == "store.damaged" { // the engine cannot even open it
		v.find(Finding{Message: err.Error()})
		return v.rep, nil
	}
	if err != nil {
		return nil, err
	}
	if inspects {
		v.guard("the engine", func() error { return v.inspect(ctx, in) })
	}
	v.nameSubjects()
	return v.rep, nil
}

func newVerifier(s *Store, o VerifyOptions) *verifier {
	v := &verifier{
		s: s, o: o, rep: &Report{Findings: []Finding{}}, next: 1,
		state: map[recordKey]recordState{}, cmds: map[[16]byte]uint64{},
		human: map[string]Numbered{}, series: map[string]uint64{}, indexed: map[string]*tally{},
	}
	v.tile = &tileCheck{v: v, open: map[int][]byte{}}
	return v
}

// run reads the journal, which only grows, in short turns, and the end of it together
// with everything else in one.
func (v *verifier) run(ctx context.Context) error {
	if err := v.s.engine.View(ctx, func(r Reader) error { v.r = r; return v.begin() }); err != nil {
		return err
	}
	for more := true; more; {
		err := v.s.engine.View(ctx, func(r Reader) error {
			v.r, more = r, false
			v.guard("the journal", func() (err error) {
				more, err = v.journal(v.o.Chunk)
				return err
			})
			if more {
				return ctx.Err()
			}
			return v.rest(ctx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// begin finds out whose store this is and what has been seen of it.
func (v *verifier) begin() error {
	m, err := ReadMeta(v.r)
	switch {
	case fault.CodeOf(err) == "store.newer":
		return err
	case fault.CodeOf(err) == "store.empty":
		if empty, e := v.empty(); e != nil || empty {
			return err
		}
		v.find(Finding{Space: recordSpace(metas.Name()), Message: "the store's record of itself is missing"})
	case err != nil:
		v.find(Finding{Space: recordSpace(metas.Name()), Message: fmt.Sprintf("the store's record of itself cannot be read (%v)", err)})
	default:
		v.rep.Tenant, v.keys = m.Tenant, m.Keys
	}
	v.outside()
	return nil
}

// rest verifies what follows from the journal, all of which has been read.
func (v *verifier) rest(ctx context.Context) error {
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"the journal's end", v.end},
		{"the tree", v.tiles},
		{"the head", v.heads},
		{"the records", v.records},
		{"the indexes", v.indexes},
		{"the command ids", v.commands},
		{"the numbers", v.numbers},
		{"the audits", v.audits},
	} {
		if err := ctx.Err(); err != nil {
			return fault.Busyf("the verification was stopped").Because(err)
		}
		v.o.Progress(Step{Space: part.name})
		v.guard(part.name, part.run)
	}
	return nil
}

// empty reports whether nothing at all is stored.
func (v *verifier) empty() (bool, error) {
	for _, space := range v.s.Spaces() {
		found := false
		if err := v.r.Scan(space, Range{}, func(_, _ []byte) bool { found = true; return false }); err != nil {
			return false, err
		}
		if found {
			return false, nil
		}
	}
	return true, nil
}

// guard turns the error or the panic of a part into a finding: damaged bytes have
// reached code that did not expect them, which is a finding too.
func (v *verifier) guard(what string, run func() error) {
	defer func() {
		if p := recover(); p != nil {
			v.find(Finding{Message: fmt.Sprintf("%s cannot be checked (panic: %v)", what, p)})
		}
	}()
	if err := run(); err != nil {
		v.find(Finding{Message: fmt.Sprintf("%s cannot be read (%v)", what, err)})
	}
}

func (v *verifier) find(f Finding) {
	if len(v.rep.Findings) >= v.o.MaxFindings {
		v.rep.More++
		return
	}
	if f.Subject == "" {
		f.Subject = string(f.ID)
	}
	v.rep.Findings = append(v.rep.Findings, f)
	v.o.Found(f)
}

// nameSubjects puts the human numbers in place of ids, where the journal gave one.
func (v *verifier) nameSubjects() {
	if v.rep.OK() {
		return
	}
	numbers := map[ID]string{}
	for _, n := range v.human {
		numbers[n.ID] = n.Number
	}
	for i, f := range v.rep.Findings {
		if n := numbers[f.ID]; n != "" && f.Subject == string(f.ID) {
			v.rep.Findings[i].Subject = n
		}
	}
}

func (v *verifier) audits() error {
	if v.blind {
		return nil // they read through the digests
	}
	for _, a := range v.s.schema.Audits {
		v.o.Progress(Step{Space: "audit of " + a.Name})
		v.guard("the audit of "+a.Name, func() error {
			return a.Run(v.r, func(id ID, msg string) {
				v.find(Finding{Space: a.Name, ID: id, Message: msg})
			})
		})
	}
	return nil
}

// inspect asks the engine about itself.
func (v *verifier) inspect(ctx context.Context, in Inspector) error {
	v.o.Progress(Step{Space: "the engine's own structures"})
	spaces, err := in.Spaces(ctx)
	if err != nil {
		return err
	}
	known := v.s.Spaces()
	for _, space := range spaces {
		if i := sort.SearchStrings(known, space); i == len(known) || known[i] != space {
			v.find(Finding{Space: space, Message: "this version knows no such space"})
		}
	}
	return in.Check(ctx, func(problem string) {
		v.find(Finding{Message: "the file is damaged: " + problem})
	})
}
