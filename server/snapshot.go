package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/replica/remote"
	"callout/shop"
	"callout/store"
)

// Limits of snapshots that others read from, and of what one request reads.
const (
	mostSnapshots  = 64
	snapshotIdle   = 15 * time.Second
	snapshotWhole  = 2 * time.Minute
	mostReads      = 2000
	mostPairs      = 2000
	mostReadsBytes = 4 << 20
)

// snapshots are states of the store that somebody without a store of their own reads from, in more than one request.
type snapshots struct {
	mu   sync.Mutex
	open map[string]*snapshot
}

// snapshot is one of them: a goroutine that keeps it, and answers.
type snapshot struct {
	person store.ID
	asks   chan func(*shop.Sight)
	gone   chan struct{} // closed when it is kept no longer
	drop   context.CancelFunc
}

// keep opens a snapshot of what somebody may see, for as long as it is asked.
func (s *Server) keep(who *Identity) (string, *snapshot, error) {
	text, err := party.DrawToken(rand.Reader)
	if err != nil {
		return "", nil, err
	}
	ctx, drop := context.WithTimeout(context.Background(), snapshotWhole)
	snap := &snapshot{person: who.Person, asks: make(chan func(*shop.Sight)), gone: make(chan struct{}), drop: drop}
	id := text.Digest()
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if len(s.kept.open) >= mostSnapshots {
		drop()
		return "", nil, fault.Busyf("too many are reading at the same time").With(codeFull)
	}
	if s.kept.open == nil {
		s.kept.open = map[string]*snapshot{}
	}
	s.kept.open[id] = snap
	s.tasks.Go(func() {
		defer drop()
		err := s.shop.View(ctx, func(r store.Reader) error {
			sight := shop.See(r, who.Person, who.Roles)
			idle := time.NewTimer(snapshotIdle)
			defer idle.Stop()
			for {
				select {
				case ask := <-snap.asks:
					ask(sight)
					idle.Reset(snapshotIdle)
				case <-idle.C:
					return nil
				case <-ctx.Done():
					return nil
				case <-s.leaving:
					return nil
				}
			}
		})
		if err != nil {
			s.log.Warn("a snapshot broke off", "err", err.Error())
		}
		s.kept.mu.Lock()
		delete(s.kept.open, id)
		s.kept.mu.Unlock()
		close(snap.gone)
	})
	return id, snap, nil
}

// find returns a snapshot of somebody's own.
func (s *snapshots) find(id string, who *Identity) (*snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	snap := s.open[id]
	if snap == nil || snap.person != who.Person {
		return nil, snapshotGone()
	}
	return snap, nil
}

func snapshotGone() error {
	return fault.Conflictf("the snapshot is not kept any more: it is for reading at once").With("snapshot.gone").Hint("run it again")
}

// readSnapshot answers with parts of a snapshot.
func readSnapshot(s *Server, w http.ResponseWriter, c *call) error {
	var in remote.Reading
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if len(in.Gets)+len(in.Scans) > mostReads {
		return fault.Invalidf("gets", "a request reads %d things at most", mostReads).With("read.many")
	}
	id := in.Snapshot
	var snap *snapshot
	var err error
	if id == "" {
		id, snap, err = s.keep(c.who)
	} else {
		snap, err = s.kept.find(id, c.who)
	}
	if err != nil {
		return err
	}
	out := remote.Reads{Snapshot: id, Person: c.who.Name}
	done := make(chan struct{})
	ask := func(r *shop.Sight) {
		defer close(done)
		err = readParts(r, in, &out)
	}
	select {
	case snap.asks <- ask:
		<-done
	case <-snap.gone:
		return snapshotGone()
	case <-c.Context().Done():
		return c.Context().Err()
	}
	if in.Close {
		snap.drop()
		out.Snapshot = ""
	}
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// readParts reads what is asked for, as far as it fits into one answer.
func readParts(r *shop.Sight, in remote.Reading, out *remote.Reads) error {
	room := mostReadsBytes
	for _, g := range in.Gets {
		v, err := r.Get(g.Space, g.Key)
		if err != nil {
			return err
		}
		out.Values = append(out.Values, bytes.Clone(v))
	}
	for _, q := range in.Scans {
		page := remote.ReadPage{Keys: [][]byte{}, Values: [][]byte{}}
		limit := min(max(q.Limit, 1), mostPairs)
		err := r.Scan(q.Space, store.Range{Lo: q.Lo, Hi: q.Hi, Reverse: q.Reverse}, func(key, value []byte) bool {
			if len(page.Keys) == limit || room < 0 {
				page.More = true
				return false
			}
			room -= len(key) + len(value)
			page.Keys, page.Values = append(page.Keys, bytes.Clone(key)), append(page.Values, bytes.Clone(value))
			return true
		})
		if err != nil {
			return err
		}
		out.Ranges = append(out.Ranges, page)
	}
	return nil
}
