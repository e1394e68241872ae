package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/tlog"
)

// Page is a run of the authority's journal, with a head signed for the journal as it is at the page's end. Who has
// what comes before it can tell from the page alone that the journal only ever grew.
type Page struct {
	After   uint64   // the entry before the first
	Entries [][]byte // as stored
	Head    string   // signed note
	// Growth proves, where the head is of a later journal, that it begins with that at the page's end. Only an authority that is given
	// back what it has lost takes such a page.
	Growth tlog.TreeProof
}

// pageBytes bounds a page, whatever number of entries is asked for: about what one transaction should carry.
const pageBytes = 4 << 20

// Page returns the journal after an entry, up to a limit. An authority that is asked for what it does not have has
// lost entries: the fault says "sync.regressed".
func (s *Store) Page(ctx context.Context, since uint64, limit int) (page Page, more bool, err error) {
	err = s.View(ctx, func(r Reader) error {
		page, more = Page{After: since}, false
		m, err := ReadMeta(r)
		if err != nil {
			return err
		}
		now, err := CurrentHead(r)
		if err != nil {
			return err
		}
		if since > now.Size {
			return fault.Conflictf("the journal has %d entries; entry %d was asked for", now.Size, since+1).With("sync.regressed")
		}
		size := 0
		err = r.Scan(spaceJournal, Range{Lo: seqKey(since + 1)}, func(_, text []byte) bool {
			if len(page.Entries) == limit || size > pageBytes {
				return false
			}
			size += len(text)
			page.Entries = append(page.Entries, append([]byte{}, text...))
			return true
		})
		if err != nil {
			return err
		}
		upTo := since + uint64(len(page.Entries))
		if more = upTo < now.Size; !more {
			page.Head = now.Note
			return nil
		}
		page.Head, err = s.headAt(r, m, upTo)
		return err
	})
	return page, more, err
}

// headAt signs the journal as it was when it had n entries.
func (s *Store) headAt(r Reader, m *Meta, n uint64) (string, error) {
	root, err := RootAt(r, n)
	if err != nil {
		return "", err
	}
	signer, _, err := s.keys.Signer(m.Tenant, false)
	if err != nil {
		return "", err
	}
	if signer == nil {
		return "", fault.Internalf("this machine has no key of %s", m.Tenant)
	}
	return signHead(m.Tenant, n, root, signer)
}

// PullReport says what a page has changed on a device.
type PullReport struct {
	Entries   int         // taken from the authority
	Answered  int         // own commands that came back done
	Conflicts []*Conflict // own commands that came back refused
	Pending   int         // what still waits
	Overtaken int         // of these, what does not hold here any more
	Size      uint64      // of the journal now
}

// Pull takes a page of the authority's journal: everything pending is taken back, the entries are applied as they
// are, and what is still unanswered is decided again on top, all in one transaction. A page that does not lead from the
// journal here to its signed head is refused with "sync.rewritten", and nothing is changed.
func (s *Store) Pull(ctx context.Context, page Page) (*PullReport, error) {
	var rep *PullReport
	var tenant string
	err := s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		rep = &PullReport{}
		link, err := readLink(r)
		if err != nil {
			return nil, err
		}
		if link == nil {
			return nil, unlinked()
		}
		tenant = link.Tenant
		p := &rebase{s: s, l: newLayer(r), link: link, rep: rep}
		if err := p.run(page); err != nil {
			return nil, err
		}
		return p.l.batch(), nil
	})
	if err != nil {
		return nil, err
	}
	return rep, s.keys.See(tenant, page.Head)
}

// rebase is one Pull while it runs.
type rebase struct {
	s       *Store
	l       *layer
	link    *Link
	rep     *PullReport
	pending []*Pending
	back    bool // the entries are given back to the authority whose they are
}

func (p *rebase) run(page Page) error {
	ahead := p.s.schema.parse(page.Entries)
	defer ahead.stop()
	err := takeAllBack(p.l, func(q *Pending) { p.pending = append(p.pending, q) })
	if err != nil {
		return err
	}
	if err := p.apply(page, ahead); err != nil {
		return err
	}
	b := &batch{s: p.s, prelude: true, link: p.link, memo: newMemo()}
	for _, q := range p.pending {
		if err := p.settle(b, q); err != nil {
			return err
		}
	}
	return nil
}

// apply adds the authority's entries, and checks that they lead to its head.
func (p *rebase) apply(page Page, ahead *parsing) error {
	head, err := parseHead(page.Head, page.Head)
	if err != nil {
		return fault.Internalf("the authority's head cannot be read").Because(err).With("sync.head")
	}
	t, err := loadTree(p.l)
	if err != nil {
		return err
	}
	from := t.size
	if from != page.After {
		return fault.Conflictf("the journal has %d entries; the page begins after %d", from, page.After).With("sync.moved")
	}
	re := &replay{s: p.s}
	if err := ahead.each(func(e parsed) error { return re.entry(p.l, t, e) }); err != nil {
		return err
	}
	p.rep.Entries, p.rep.Size = len(page.Entries), t.size
	partly := p.back && t.size < head.Size && tlog.CheckTree(page.Growth, int64(head.Size), head.Root, int64(t.size), t.root()) == nil //nolint:gosec // sizes are those of a journal
	if !partly && (t.size != head.Size || t.root() != head.Root) {
		return rewritten(Head{Size: from}, head)
	}
	m, err := ReadMeta(p.l)
	if err != nil {
		return err
	}
	if err := p.trusted(m, head, from); err != nil {
		return err
	}
	t.save(p.l)
	note := page.Head
	if partly {
		if note, err = p.s.headAt(p.l, m, t.size); err != nil {
			return err
		}
		if _, err := openHead(note, m.Keys); err != nil {
			return fault.Refusedf("entry %d has to come with all that follow: this machine's key is named by a later one", t.size).With("sync.whole").Because(err)
		}
	}
	p.l.put(spaceMeta, metaHead, []byte(note))
	return nil
}

// trusted refuses a head that is not of this tenant, or not signed by a key that the journal names. The first page
// must name the key that the device was told of when it was linked.
func (p *rebase) trusted(m *Meta, head Head, from uint64) error {
	if m.Tenant != p.link.Tenant {
		return fault.Refusedf("the journal is that of another tenant, %s", m.Tenant).With("sync.tenant")
	}
	if _, err := openHead(head.Note, m.Keys); err != nil || head.Origin != origin(m.Tenant) {
		return fault.Refusedf("the authority's head is not signed by a key that this device knows").Because(err).With("sync.head")
	}
	if from > 0 || p.link.Key == "" {
		return nil
	}
	for _, k := range m.Keys {
		if k == p.link.Key {
			return nil
		}
	}
	return fault.Refusedf("the journal does not name the key that the server showed when this device was linked").With("sync.head")
}

func rewritten(had, head Head) error {
	return fault.Refusedf("the server's journal is not the one that this device has seen: its entries after %d do not lead to its head %s",
		had.Size, head.Short()).With("sync.rewritten").
		Hint("ask the administrator; keep this store as it is: it can prove what was there").
		Hint("callout audit verify")
}

// settle ends a pending command that the authority has answered, and decides the others again.
func (p *rebase) settle(b *batch, q *Pending) error {
	cmdID := q.Entry.Leaf.Cmd
	seq, err := seqOf(p.l, cmdID)
	if err != nil {
		return err
	}
	if seq != 0 {
		return p.answered(q, seq)
	}
	in, err := p.s.intentOf(q)
	if err != nil {
		return err
	}
	w := waiting{State: q.State, Made: q.Made, At: q.At, Shown: q.Shown}
	tx := b.tx(p.l, in, q.Seq)
	tx.args = in.args
	if q.State != Requested {
		w.State = Decided
		if err := b.decided(tx, in); err != nil {
			k := fault.KindOf(err)
			if k == fault.Internal || k == fault.Busy || k == fault.Unknown {
				return err
			}
			w.State, w.Refusal = Overtaken, refusalOf(err)
			tx = b.tx(p.l, in, q.Seq)
			tx.args = in.args
			p.rep.Overtaken++
		}
	}
	if len(tx.shown) > 0 {
		w.Shown = tx.shown
	}
	p.rep.Pending++
	return b.putPending(p.l, tx, in.Cmd, w)
}

// decided runs a command again under the rules of a first time.
func (b *batch) decided(tx *Tx, in Intent) error {
	if err := dated(in, tx.Env); err != nil {
		return err
	}
	return b.run(tx, in.Cmd)
}

// answered ends a command whose entry has come: done, or refused, which becomes a conflict for the person to look at.
func (p *rebase) answered(q *Pending, seq uint64) error {
	e, err := ReadEntry(p.l, seq)
	if err != nil {
		return err
	}
	if e.Leaf.Refused == "" {
		p.rep.Answered++
		return nil
	}
	c := &Conflict{Seq: seq, Mine: q.Entry, Shown: q.Shown, Made: q.Made, At: q.At, Requested: q.State == Requested}
	p.rep.Conflicts = append(p.rep.Conflicts, c)
	text, err := c.encode()
	if err != nil {
		return err
	}
	p.l.put(spaceConflicts, binary.BigEndian.AppendUint64(nil, seq), text)
	return nil
}

// intentOf turns a pending command back into what it was given as.
func (s *Store) intentOf(q *Pending) (in Intent, err error) {
	in = Intent{
		ID: q.Entry.Leaf.Cmd, At: q.At, Made: q.Made, Device: q.Entry.Leaf.Device, Shown: q.Shown,
	}
	if in.Actor, err = q.Entry.Actor(); err != nil {
		return in, err
	}
	if in.Reason, err = q.Entry.Reason(); err != nil {
		return in, err
	}
	if _, in.args, err = q.Entry.Intent(); err != nil {
		return in, err
	}
	if in.Cmd, err = s.Decode(q.Entry.Leaf.Type, in.args); err != nil {
		return in, fmt.Errorf("pending command %s: %w", SeqText(q.Seq), err)
	}
	return in, nil
}
