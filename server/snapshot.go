package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"callout/internal/fault"
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

// inDatabase is how many snapshots a server keeps of a shop in a database, where each takes a connection.
const inDatabase = 12

// snapshots are states of the store that somebody without a store of their own reads from, in more than one request.
type snapshots struct {
	mu   sync.Mutex
	open map[string]*snapshot
	kept int // those that are being opened, too
}

// snapshot is one of them: a goroutine that keeps it, and answers.
type snapshot struct {
	who  *Identity
	asks chan func(*shop.Sight)
	gone chan struct{} // closed when it is kept no longer
	err  error         // why it could not be opened; read after gone
	drop context.CancelFunc
}

// keep opens a snapshot of what somebody may see, for as long as it is asked. Its id leads to it at the other servers of a shop, too.
func (s *Server) keep(who *Identity) (id string, snap *snapshot, err error) {
	name := make(chan string, 1)
	ctx := context.Background()
	snap, err = s.hold(who, func(ctx context.Context, fn func(store.Reader) error) error {
		return s.shop.Share(ctx, func(as string, r store.Reader) error {
			name <- as
			return fn(r)
		})
	})
	if err != nil {
		return "", nil, err
	}
	select {
	case as := <-name:
		if id, err = s.snapshotID(ctx, as, who); err != nil {
			snap.drop()
			return "", nil, err
		}
		return id, s.kept.add(id, snap), nil
	case <-snap.gone:
		return "", nil, cmp.Or(snap.err, snapshotGone())
	}
}

// hold keeps what view opens, until nobody asks any more.
func (s *Server) hold(who *Identity, view func(context.Context, func(store.Reader) error) error) (*snapshot, error) {
	most := mostSnapshots
	if s.shop.Path() == "" {
		most = inDatabase
	}
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if s.kept.kept >= most {
		return nil, fault.Busyf("too many are reading at the same time").With(codeFull)
	}
	if s.kept.open == nil {
		s.kept.open = map[string]*snapshot{}
	}
	s.kept.kept++
	ctx, drop := context.WithTimeout(context.Background(), snapshotWhole)
	snap := &snapshot{who: who, asks: make(chan func(*shop.Sight)), gone: make(chan struct{}), drop: drop}
	s.tasks.Go(func() {
		defer drop()
		snap.err = view(ctx, func(r store.Reader) error {
			s.answerFrom(ctx, snap, shop.See(r, who.Person, who.Roles))
			return nil
		})
		if snap.err != nil && !fault.Is(snap.err, fault.NotFound) {
			s.log.Warn("a snapshot broke off", "err", snap.err.Error())
		}
		s.kept.mu.Lock()
		s.kept.kept--
		for id, other := range s.kept.open {
			if other == snap {
				delete(s.kept.open, id)
			}
		}
		close(snap.gone)
		s.kept.mu.Unlock()
	})
	return snap, nil
}

// answerFrom answers whoever asks a snapshot.
func (s *Server) answerFrom(ctx context.Context, snap *snapshot, sight *shop.Sight) {
	idle := time.NewTimer(snapshotIdle)
	defer idle.Stop()
	for {
		select {
		case ask := <-snap.asks:
			ask(sight)
			idle.Reset(snapshotIdle)
		case <-idle.C:
			return
		case <-ctx.Done():
			return
		case <-s.leaving:
			return
		}
	}
}

// snapshotID is what somebody names a snapshot by: what the database calls it, and a mark by which the other servers see that one of them gave
// it to that person.
func (s *Server) snapshotID(ctx context.Context, name string, who *Identity) (string, error) {
	key, err := s.sessions.nonces.secret(ctx)
	if err != nil {
		return "", err
	}
	text := name + "." + rand.Text()
	return text + "." + hex.EncodeToString(mark(key, []byte(text+"/"+string(who.Person)))), nil
}

// nameOf returns what the database calls a snapshot whose id was given to somebody; "" where it was not.
func (s *Server) nameOf(ctx context.Context, id string, who *Identity) (string, error) {
	key, err := s.sessions.nonces.secret(ctx)
	if err != nil {
		return "", err
	}
	at := strings.LastIndexByte(id, '.')
	if at < 0 {
		return "", nil
	}
	given, err := hex.DecodeString(id[at+1:])
	if err != nil || !hmac.Equal(given, mark(key, []byte(id[:at]+"/"+string(who.Person)))) {
		return "", nil //nolint:nilerr // it is none of ours
	}
	name, _, _ := strings.Cut(id, ".")
	return name, nil
}

// find returns a snapshot of somebody's own, whichever server has opened it.
func (s *Server) find(ctx context.Context, id string, who *Identity) (*snapshot, error) {
	s.kept.mu.Lock()
	snap := s.kept.open[id]
	s.kept.mu.Unlock()
	if snap != nil && snap.who.Person == who.Person {
		return snap, nil
	}
	name, err := s.nameOf(ctx, id, who)
	if err != nil {
		return nil, err
	}
	if name == "" || snap != nil {
		return nil, snapshotGone()
	}
	snap, err = s.hold(who, func(ctx context.Context, fn func(store.Reader) error) error { return s.shop.Take(ctx, name, fn) })
	if err != nil {
		return nil, err
	}
	return s.kept.add(id, snap), nil
}

// add notes a snapshot under its id, unless it is gone already, and returns the one that is there: of two that were opened under one
// id at once, the first.
func (s *snapshots) add(id string, snap *snapshot) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-snap.gone:
		return snap
	default:
	}
	if other := s.open[id]; other != nil {
		snap.drop()
		return other
	}
	s.open[id] = snap
	return snap
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
		snap, err = s.find(c.Context(), id, c.who)
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
