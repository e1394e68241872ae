package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"callout/internal/fault"
)

// replayChunk is how many entries one engine transaction of a replay carries.
const replayChunk = 5000

// replay puts journal entries into an empty engine and derives everything else from
// them: nobody decides a journaled command again, its after-images count.
type replay struct {
	s    *Store
	want Head // where the entries must lead; its note becomes the stored head
	seen Head // what the entries must pass through, if it has a size
	done func(entries uint64)
	at   edge
}

// run takes every entry of the source. What it has written is no store until it has
// returned nil: size, edge and head come with the last transaction.
func (p *replay) run(ctx context.Context, source iter.Seq2[[]byte, error]) error {
	var chunk [][]byte
	for text, err := range source {
		if err != nil {
			return err
		}
		if chunk = append(chunk, text); len(chunk) == replayChunk {
			if err := p.commit(ctx, chunk, false); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return p.commit(ctx, chunk, true)
}

func (p *replay) commit(ctx context.Context, chunk [][]byte, last bool) error {
	var at edge
	err := p.s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		l := newLayer(r)
		t := &tree{edge: p.at.clone(), tiles: map[tileKey][]byte{}, r: l}
		ahead := p.s.schema.parse(chunk)
		defer ahead.stop()
		if err := ahead.each(func(e parsed) error { return p.entry(l, t, e) }); err != nil {
			return nil, err
		}
		for key, tile := range t.tiles {
			l.put(spaceTiles, key.bytes(), tile)
		}
		at = t.edge
		if last {
			return p.seal(l, t)
		}
		return l.batch(), nil
	})
	if err != nil {
		return err
	}
	p.at = at
	p.done(at.size)
	return nil
}

// entry derives what one entry did.
func (p *replay) entry(l *layer, t *tree, read parsed) error {
	e, err := read.entry, read.err
	if err == nil && e.Leaf.Seq != t.size+1 {
		err = fmt.Errorf("it says that it is entry %d", e.Leaf.Seq)
	}
	if err != nil {
		return fault.Internalf("journal entry %d is damaged", t.size+1).Because(err).With("store.damaged")
	}
	seq := e.Leaf.Seq
	if err := t.append(read.hash); err != nil {
		return err
	}
	if seq == p.seen.Size && t.root() != p.seen.Root {
		return regressed(Head{Size: seq, Root: t.root()}, p.seen)
	}
	l.put(spaceJournal, seqKey(seq), read.text)
	l.put(spaceCommands, e.Leaf.Cmd[:], binary.BigEndian.AppendUint64(nil, seq))
	for _, n := range e.Leaf.Numbers {
		l.put(spaceNumbers, []byte(n.Series), binary.BigEndian.AppendUint64(nil, n.N))
		l.put(spaceHuman, []byte(FoldNumber(n.Number)), []byte(n.ID))
		if n.Was != "" {
			l.put(spaceHuman, []byte(FoldNumber(n.Was)), []byte(n.ID))
		}
	}
	for _, img := range read.images {
		if err := p.image(l, seq, img); err != nil {
			return err
		}
	}
	return nil
}

func (p *replay) image(l *layer, seq uint64, img parsedImage) error {
	if img.coll == nil {
		return fault.Refusedf("entry %d writes a %s, which this version does not know", seq, img.Collection).
			With("store.newer").Hint("install a newer callout")
	}
	if img.Withheld {
		return fault.Refusedf("entry %d does not hold the state of %s any more", seq, img.ID).With("store.withheld")
	}
	space := recordSpace(img.Collection)
	env, err := l.Get(space, []byte(img.ID))
	if err != nil {
		return err
	}
	if env != nil {
		_, doc, err := unseal(space, []byte(img.ID), env)
		if err != nil {
			return err
		}
		old, err := img.coll.entries(doc)
		if err != nil {
			return err
		}
		for _, e := range old {
			l.put(e.space, e.key, nil)
		}
	}
	if img.Gone {
		l.put(space, []byte(img.ID), nil)
		return nil
	}
	if img.err != nil {
		return img.err
	}
	for _, e := range img.entries {
		l.put(e.space, e.key, e.value)
	}
	l.put(space, []byte(img.ID), seal(seq, img.Doc))
	return nil
}

// seal checks where the entries have led and makes the store a store.
func (p *replay) seal(l *layer, t *tree) (Batch, error) {
	if t.size != p.want.Size || t.root() != p.want.Root {
		return nil, fault.Internalf("the entries lead to %s, the signed head is %s",
			Head{Size: t.size, Root: t.root()}.Short(), p.want.Short()).With("store.damaged")
	}
	m, err := ReadMeta(l)
	if err != nil {
		return nil, err
	}
	if h, err := openHead(p.want.Note, m.Keys); err != nil || h.Origin != origin(m.Tenant) {
		return nil, fault.Internalf("the signed head cannot be trusted").Because(err).With("store.damaged")
	}
	t.save(l)
	l.put(spaceMeta, metaHead, []byte(p.want.Note))
	return l.batch(), nil
}

// regressed is the refusal of a store that is not what this machine has seen.
func regressed(now, seen Head) error {
	return fault.Refusedf("the store is at entry %s, but this machine has seen entry %s: it was put back or changed",
		now.Short(), seen.Short()).With("store.regressed").Hint("callout audit verify").
		Hint(`callout restore BACKUP --accept-regression --reason "..."   (gives up the newer entries)`).
		Hint(`callout restore BACKUP --recover   (a server: its devices give them back)`)
}
