package intake

import (
	"context"
	"encoding/json"

	"callout/internal/fault"
	"callout/store"
)

// maxWhole is how many rows can be looked at as one: what they come to is held in memory,
// and is one journal entry.
const maxWhole = 25_000

// collect reads the file to its end and returns the rows that are not in yet.
func (in *intake) collect(ctx context.Context, what string) ([]*pending, error) {
	var all []*pending
	for more := true; more; {
		var batch []*pending
		var err error
		if batch, more, err = in.take(ctx); err != nil {
			return nil, err
		}
		if batch, err = in.sift(ctx, batch); err != nil {
			return nil, err
		}
		if all = append(all, batch...); len(all) > maxWhole {
			return nil, fault.Invalidf("file", "%s takes up to %d rows, and there are more", what, maxWhole).
				With("import.many").Hint("cut the file into smaller ones; the same mapping serves them all")
		}
		in.progress()
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// try decides all rows on one buffer and throws it away.
func (in *intake) try(ctx context.Context) error {
	all, err := in.collect(ctx, "--dry-run")
	if err != nil || len(all) == 0 {
		in.progress()
		return err
	}
	in.phase("checking", len(all))
	recs, err := in.s.Preview(ctx, in.intents(all)...)
	if err != nil {
		return err
	}
	for i, rec := range recs {
		if rec.Err != nil && !takenBack(rec) {
			in.refuse(all[i].line, rec.Err)
			continue
		}
		rec.Err = nil
		in.came(all[i].line, rec)
	}
	in.progress()
	return nil
}

// whole brings all rows in, or none: they are checked on one buffer, staged where nobody
// looks, and made visible by one last command. A crash in between leaves staged rows that
// the next run goes on with, or throws away.
func (in *intake) whole(ctx context.Context) error {
	all, err := in.check(ctx)
	if err != nil || in.o.DryRun || len(all) == 0 {
		return err
	}
	batch := batchOf(all)
	if err := in.discardStale(ctx, batch); err != nil {
		return err
	}
	if err := in.stage(ctx, all, batch); err != nil {
		return err
	}
	in.phase("publishing", len(all))
	waiting := Waiting{Source: in.m.Source, Kind: in.m.Kind, Batch: batch, Rows: len(all)}
	if err := in.one(ctx, waiting.command()); err != nil {
		return err
	}
	return in.published(ctx, all)
}

// check finds out whether every row can come in.
func (in *intake) check(ctx context.Context) ([]*pending, error) {
	all, err := in.collect(ctx, "--all-or-nothing")
	if err != nil {
		return nil, err
	}
	var recs []store.Receipt
	if len(all) > 0 {
		in.phase("checking", len(all))
		if recs, err = in.s.Preview(ctx, in.intents(all)...); err != nil {
			return nil, err
		}
	}
	for i, rec := range recs {
		switch {
		case rec.Err != nil && !takenBack(rec):
			in.refuse(all[i].line, rec.Err)
		case in.o.DryRun && in.sum.Refused == 0:
			in.came(all[i].line, rec)
		}
	}
	in.progress()
	if in.sum.Refused > 0 {
		in.sum.Kept = true
		in.sum.Imported, in.sum.First, in.sum.Last = 0, "", ""
		return nil, nil
	}
	return all, nil
}

// stage writes the rows where nobody looks; what is there already stays.
func (in *intake) stage(ctx context.Context, all []*pending, batch string) error {
	in.phase("staging", len(all))
	there := map[int]bool{}
	err := in.s.View(ctx, func(r store.Reader) error {
		clear(there)
		for row, err := range chunks.Rows(r, "source", store.Prefix(store.K(in.m.Source, in.m.Kind, batch))) {
			if err != nil {
				return err
			}
			there[row.N] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	for n := 0; n*chunkRows < len(all); n++ {
		if there[n] {
			continue
		}
		part := &Stage{Source: in.m.Source, Kind: in.m.Kind, Batch: batch, N: n}
		for _, p := range all[n*chunkRows : min(len(all), (n+1)*chunkRows)] {
			doc, err := json.Marshal(p.cmd)
			if err != nil {
				return fault.Internalf("a row cannot be written as a command").Because(err)
			}
			part.Rows = append(part.Rows, doc)
		}
		if err := in.one(ctx, part); err != nil {
			return err
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
	}
	return nil
}

// discardStale throws away what earlier runs of this source staged and never published.
func (in *intake) discardStale(ctx context.Context, keep string) error {
	stale := false
	err := in.s.View(ctx, func(r store.Reader) error {
		stale = false
		for row, err := range chunks.Rows(r, "source", store.Prefix(store.K(in.m.Source, in.m.Kind))) {
			if err != nil {
				return err
			}
			stale = stale || row.Batch != keep
		}
		return nil
	})
	if err != nil || !stale {
		return err
	}
	return in.one(ctx, &Discard{Source: in.m.Source, Kind: in.m.Kind, Keep: keep})
}

// one runs one command of the import itself.
func (in *intake) one(ctx context.Context, cmd store.Command) error {
	recs, err := in.s.Do(ctx, in.intent(store.Intent{Cmd: cmd}))
	if err != nil {
		return err
	}
	return recs[0].Err
}

// published tells of the rows that have become visible.
func (in *intake) published(ctx context.Context, all []*pending) error {
	return in.s.View(ctx, func(r store.Reader) error {
		for _, p := range all {
			note, err := rows.Get(r, p.row)
			if err != nil {
				return err
			}
			in.came(p.line, store.Receipt{CommandID: p.id, Subject: note.Subject, Number: note.Number})
		}
		return nil
	})
}
