package store

import (
	"context"
	"encoding/hex"
	"io"
	"slices"
	"strconv"

	"callout/internal/fault"
)

// An authority that was put back from a backup has lost what came after it. The devices have not: each holds the journal as
// far as it has seen it, with heads that the authority itself has signed. While it recovers, an authority decides
// nothing, or it would give the lost numbers once more; it takes its own entries back, until every device has reported or
// somebody says that no more will come.

var localRecovery = []byte("recovery")

// Recovery is the state of an authority that was put back.
type Recovery struct {
	ID       string   `json:"id,omitempty"` // drawn when it began
	From     uint64   `json:"from"`         // entries that the backup had
	Reported []string `json:"reported"`     // codes of the devices that have been heard
}

// Name is what devices are told of it, and name in turn.
func (rec *Recovery) Name() string {
	if rec.ID == "" { // begun by an earlier version
		return "from-" + strconv.FormatUint(rec.From, 10)
	}
	return rec.ID
}

// RecoveryOf returns the state of recovery, or nil where there is none.
func RecoveryOf(r Reader) (*Recovery, error) {
	text, err := r.Get(spaceLocal, localRecovery)
	if err != nil || text == nil {
		return nil, err
	}
	rec := &Recovery{}
	if err := decodeJSON(text, rec); err != nil {
		return nil, damaged(spaceLocal, localRecovery, "cannot be read")
	}
	return rec, nil
}

// BeginRecovery makes an authority decide nothing until [Store.EndRecovery].
func (s *Store) BeginRecovery(ctx context.Context) error {
	return s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		if rec, err := RecoveryOf(r); err != nil || rec != nil {
			return nil, err
		}
		size, err := Size(r)
		if err != nil {
			return nil, err
		}
		id := make([]byte, 12)
		if _, err := io.ReadFull(s.random, id); err != nil {
			return nil, fault.Internalf("no random number").Because(err)
		}
		return putRecovery(&Recovery{ID: hex.EncodeToString(id), From: size})
	})
}

// Reported notes that a device has been heard, and ends the recovery when it was the last of those that are expected.
// It reports whether the recovery goes on.
func (s *Store) Reported(ctx context.Context, device string, expected []string) (still bool, err error) {
	last := false
	err = s.View(ctx, func(r Reader) error {
		rec, err := RecoveryOf(r)
		last = err == nil && rec != nil && rec.complete(device, expected)
		return err
	})
	if last {
		err = s.goOn(ctx, "every device has reported, and none has more")
	}
	if err != nil {
		return true, err
	}
	err = s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		rec, err := RecoveryOf(r)
		if err != nil || rec == nil {
			still = false
			return nil, err
		}
		if !slices.Contains(rec.Reported, device) {
			rec.Reported = append(rec.Reported, device)
			slices.Sort(rec.Reported)
		}
		if still = !rec.complete(device, expected); !still {
			return Batch{{Space: spaceLocal, Key: localRecovery}}, nil
		}
		return putRecovery(rec)
	})
	return still, err
}

// complete reports whether every device that is expected has been heard, with one more.
func (rec *Recovery) complete(device string, expected []string) bool {
	for _, code := range expected {
		if code != device && !slices.Contains(rec.Reported, code) {
			return false
		}
	}
	return true
}

// goOn accepts that what this machine has seen of the journal after the backup, and nobody has, is lost: the journal says so.
func (s *Store) goOn(ctx context.Context, why string) error {
	_, err := s.AcceptRegression(ctx, Actor{Name: "callout", How: Process}, why)
	return err
}

// Recovered lets an authority decide again, because somebody says that no more will come, and why.
func (s *Store) Recovered(ctx context.Context, why string) error {
	if err := s.goOn(ctx, why); err != nil {
		return err
	}
	return s.EndRecovery(ctx)
}

// EndRecovery lets an authority decide again, whoever has not been heard.
func (s *Store) EndRecovery(ctx context.Context) error {
	return s.engine.Commit(ctx, func(Reader) (Batch, error) {
		return Batch{{Space: spaceLocal, Key: localRecovery}}, nil
	})
}

func putRecovery(rec *Recovery) (Batch, error) {
	text, err := encodeJSON(rec)
	return Batch{{Space: spaceLocal, Key: localRecovery, Value: text}}, err
}

// recovering refuses to decide while entries are missing.
func recovering(r Reader) error {
	rec, err := RecoveryOf(r)
	if err != nil || rec == nil {
		return err
	}
	return fault.Busyf("the shop was put back at entry %d and waits for what its devices know; nothing is decided meanwhile", rec.From).
		With("store.recovering").Hint("callout device list   (each of them has to sync)").
		Hint("callout serve --recovered   (an administrator: no more will come)")
}

// Readmit takes back entries of this authority that it has lost: those that lead from its journal to a head under one of
// its own keys. What does not is refused, and nothing is changed.
func (s *Store) Readmit(ctx context.Context, page Page) error {
	var tenant string
	err := s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		m, err := ReadMeta(r)
		if err != nil {
			return nil, err
		}
		if rec, err := RecoveryOf(r); err != nil {
			return nil, err
		} else if rec == nil {
			return nil, fault.Refusedf("this authority is not being recovered").With("store.whole")
		}
		tenant = m.Tenant
		p := &rebase{s: s, l: newLayer(r), link: &Link{Tenant: m.Tenant}, rep: &PullReport{}, back: true}
		ahead := s.schema.parse(page.Entries)
		defer ahead.stop()
		if err := p.apply(page, ahead); err != nil {
			return nil, err
		}
		return p.l.batch(), nil
	})
	if err != nil || len(page.Growth) > 0 { // what this machine has seen may be newer than a part of it
		return err
	}
	return s.keys.See(tenant, page.Head)
}

// Tail returns what a device holds of the journal after an entry, with the head that it has seen: what an authority that was put
// back may have lost. Of more than so many bytes it is the beginning, with the proof that it leads to the head; 0 is everything.
func (s *Store) Tail(ctx context.Context, after uint64, most int) (page Page, err error) {
	err = s.Device(ctx, func(r Reader, _ *Link) error {
		page = Page{After: after}
		head, err := r.Get(spaceMeta, metaHead)
		if err != nil {
			return err
		}
		page.Head = string(head)
		left := most
		err = r.Scan(spaceJournal, Range{Lo: seqKey(after + 1)}, func(_, text []byte) bool {
			if left -= len(text); most > 0 && left < 0 && len(page.Entries) > 0 {
				return false
			}
			page.Entries = append(page.Entries, append([]byte{}, text...))
			return true
		})
		if err != nil {
			return err
		}
		size, err := Size(r)
		if upTo := after + uint64(len(page.Entries)); err == nil && upTo > 0 && upTo < size {
			page.Growth, err = ProveGrowth(r, upTo, size)
		}
		return err
	})
	return page, err
}
