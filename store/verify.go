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

// Copier is implemented by engines that can copy what they hold, damage and all, into a file.
type Copier interface {
	// CopyTo keeps writers out while it copies. The engine it returns only reads, and its errors
	// speak of the original. A disk without room is a fault with the code "store.room".
	CopyTo(ctx context.Context, path string) (Engine, error)
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
	// Copy names a file for a copy of what is stored, which is then read in its stead: others
	// wait while it is made, and no longer. Without it, or with an engine that makes none, they
	// wait while everything but the journal is read. Removing the file is the caller's
	// business, who outlives a process that the damage kills.
	Copy string
	// Uncopied is called when no copy could be made, with the reason.
	Uncopied func(why error)
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

// verifier is one verification while it runs.
type verifier struct {
	s       *Store
	engine  Engine // that is read: the store's, or one on its copy
	o       VerifyOptions
	r       Reader
	rep     *Report
	keys    []string // public keys, from the journal
	seen    Head     // the newest head known outside the store
	glanced bool     // seen was taken before the copy was made
	head    edge     // of the entries read
	last    []byte   // the key of the last of them
	next    uint64   // the number of the one that must follow
	tile    *tileCheck
	state   map[recordKey]recordState // what the journal leaves of each record
	cmds    map[[16]byte]uint64
	human   map[string]Numbered // by folded number
	series  map[string]uint64
	indexed map[string]*tally // what the records' entries come to, by index space
	causes  map[string]int    // where in the findings a reason stands, for what cannot be read
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
	v := newVerifier(s, o)
	v.blind = blind
	done, err := v.settle(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	in, inspects := v.engine.(Inspector)
	if inspects {
		if err := in.Preload(ctx); err != nil {
			return nil, err
		}
	}
	err = v.run(ctx)
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
		s: s, engine: s.engine, o: o, rep: &Report{Findings: []Finding{}}, next: 1,
		state: map[recordKey]recordState{}, cmds: map[[16]byte]uint64{},
		human: map[string]Numbered{}, series: map[string]uint64{}, indexed: map[string]*tally{},
		causes: map[string]int{},
	}
	v.tile = &tileCheck{v: v, open: map[int][]byte{}}
	return v
}

// run reads the journal, which only grows, in short turns, and the end of it together
// with everything else in one.
func (v *verifier) run(ctx context.Context) error {
	if err := v.engine.View(ctx, func(r Reader) error { v.r = r; return v.begin() }); err != nil {
		return err
	}
	for more := true; more; {
		err := v.engine.View(ctx, func(r Reader) error {
			v.r, more = r, false
			v.guard("the journal", func() (err error) {
				more, err = v.journal(v.o.Chunk)
				return err
			})
			if more {
				return ctx.Err()
			}
			// What is pending is no part of what the journal says.
			if confirmed, err := Confirmed(r); err != nil {
				v.unreadable("what is pending", "cannot be read", err)
			} else {
				v.r = confirmed
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
		v.unreadable("the store's record of itself", "cannot be read", err)
	default:
		v.rep.Tenant, v.keys = m.Tenant, m.Keys
	}
	if !v.glanced {
		v.outside(v.rep.Tenant, v.keys)
	}
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
			v.unreadable(what, "cannot be checked", fmt.Errorf("panic: %v", p))
		}
	}()
	if err := run(); err != nil {
		v.unreadable(what, "cannot be read", err)
	}
}

// unreadable finds that a part could not be looked at. Whatever fails for the same reason is
// counted with the first: a file that is cut short would be as many findings as it has parts.
func (v *verifier) unreadable(what, how string, because error) {
	reason := how + " (" + because.Error() + ")"
	if at, known := v.causes[reason]; known {
		f := &v.rep.Findings[at]
		f.Count = max(f.Count, 1) + 1
		f.Parts = append(f.Parts, what)
		return
	}
	if at := len(v.rep.Findings); at < v.o.MaxFindings {
		v.causes[reason] = at
	}
	v.find(Finding{Message: what + " " + reason})
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
		if n.Series != "" { // not one that a device showed before
			numbers[n.ID] = n.Number
		}
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
	known := append(v.s.Spaces(), LocalSpaces()...)
	sort.Strings(known)
	for _, space := range spaces {
		if i := sort.SearchStrings(known, space); i == len(known) || known[i] != space {
			v.find(Finding{Space: space, Message: "this version knows no such space"})
		}
	}
	return in.Check(ctx, func(problem string) {
		v.find(Finding{Message: "the file is damaged: " + problem})
	})
}
