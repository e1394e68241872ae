package postgres

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"callout/internal/fault"
	"callout/store"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A page of a scan: how many rows the first one asks for, by how much they grow, how much a
// page may hold about, and how many rows of a scan are remembered. What goes through a whole space
// would push out everything else.
const (
	firstPage  = 32
	growth     = 4
	pageBytes  = 2 << 20
	largest    = 8192
	remembered = 512
)

// reader reads one state over one connection. A page is read whole before any of it is handed
// out, so that reads may nest.
type reader struct {
	ctx    context.Context //nolint:containedctx // store.Reader has none: it is the transaction's
	conn   *pgxpool.Conn
	tenant int32
	of     state
	memory *known
	err    error // the first error of the database
	asked  int   // how often the server was
}

// leave ends the transaction without a change, and gives the connection back. One that cannot be
// ended in a moment is closed by that.
func (r *reader) leave() {
	if r.conn.Conn().PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), time.Second)
		defer cancel()
		_, _ = r.conn.Exec(ctx, "rollback")
	}
	r.conn.Release()
}

// fail keeps the first error, and turns it into one that a person can use.
func (r *reader) fail(err error) error {
	if r.err == nil {
		r.err = err
	}
	switch {
	case errors.Is(r.ctx.Err(), context.DeadlineExceeded):
		return fault.Busyf("the deadline passed while the database was read").With("store.busy").Because(r.ctx.Err())
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case lost(err):
		return interrupted(err)
	}
	return failed(err)
}

// Get implements store.Reader. Where there is nothing it learns up to which key there is nothing: the
// next new command id, or new record, will not be asked for.
func (r *reader) Get(space string, key []byte) ([]byte, error) {
	if value, ok := r.memory.get(r.of, space, key); ok {
		return value, nil
	}
	r.asked++
	rows, err := r.conn.Query(r.ctx, `select key, case when key = $3 then value end from kv
		where tenant = $1 and space = $2 and key >= $3 order by key limit 1`, r.tenant, space, key)
	if err != nil {
		return nil, r.fail(err)
	}
	found, err := pgx.CollectRows(rows, toPair)
	if err != nil {
		return nil, r.fail(err)
	}
	s := &span{space: space, lo: bytes.Clone(key)}
	if len(found) > 0 {
		s.hi = found[0].key
		if bytes.Equal(s.hi, key) {
			s.pairs, s.hi = found, after(key)
		}
	}
	r.learn(s)
	if len(s.pairs) == 0 {
		return nil, nil
	}
	return found[0].value, nil
}

func toPair(row pgx.CollectableRow) (p pair, err error) {
	err = row.Scan(&p.key, &p.value)
	return p, err
}

// after is the least key that is greater.
func after(key []byte) []byte { return append(slices.Clip(bytes.Clone(key)), 0) }

// learn remembers what the server said. The engine's memory may have gone on to another state
// meanwhile; then this reader keeps one of its own.
func (r *reader) learn(s *span) {
	if r.memory.state() != r.of {
		r.memory = newKnown(ownMemory, r.of)
	}
	own := *s
	r.memory.learn(r.of, &own)
}

// ownMemory is the room for what a reader remembers of a state that is not the engine's.
const ownMemory = 8 << 20

// Scan implements store.Reader.
func (r *reader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	if rg.Lo == nil {
		rg.Lo = []byte{}
	}
	want, seen := firstPage, 0
	for rg.Hi == nil || bytes.Compare(rg.Lo, rg.Hi) < 0 {
		s, ok := r.memory.page(r.of, space, rg)
		if !ok {
			var err error
			if s, err = r.fetch(space, around(rg, want), want); err != nil {
				return err
			}
			if seen += len(s.pairs); seen <= remembered {
				r.learn(&s)
			}
			want = next(want, s)
		}
		if !deliver(s.within(rg.Lo, rg.Hi), rg.Reverse, yield) {
			return nil
		}
		if rg.Reverse {
			rg.Hi = s.lo
			if len(rg.Hi) == 0 {
				return nil
			}
		} else if rg.Lo = s.hi; rg.Lo == nil {
			return nil
		}
	}
	return nil
}

// around is the range to ask for when a page of one is wanted. The first page of a short range goes on beyond it: who looks whether a
// name is taken learns what its neighbours are, and so that the next names are free.
func around(rg store.Range, want int) store.Range {
	switch {
	case want > firstPage:
	case rg.Reverse:
		rg.Lo = []byte{}
	default:
		rg.Hi = nil
	}
	return rg
}

// next is how many rows to ask for after a page.
func next(want int, s span) int {
	weight := 0
	for _, p := range s.pairs {
		weight += len(p.key) + len(p.value)
	}
	fit := pageBytes / max(1, weight/max(1, len(s.pairs)))
	return max(1, min(want*growth, fit, largest))
}

func deliver(pairs []pair, reverse bool, yield func(key, value []byte) bool) bool {
	for i := range pairs {
		p := pairs[i]
		if reverse {
			p = pairs[len(pairs)-1-i]
		}
		if !yield(p.key, p.value) {
			return false
		}
	}
	return true
}

// fetch asks the server for the beginning of a range, and says how far it reaches.
func (r *reader) fetch(space string, rg store.Range, want int) (s span, err error) {
	r.asked++
	q := `select key, value from kv where tenant = $1 and space = $2 and key >= $3`
	args := []any{r.tenant, space, rg.Lo, want}
	if rg.Hi != nil {
		q += ` and key < $5`
		args = append(args, rg.Hi)
	}
	if rg.Reverse {
		q += ` order by key desc limit $4`
	} else {
		q += ` order by key limit $4`
	}
	rows, err := r.conn.Query(r.ctx, q, args...)
	if err != nil {
		return s, r.fail(err)
	}
	s = span{space: space, lo: bytes.Clone(rg.Lo), hi: bytes.Clone(rg.Hi)}
	if s.pairs, err = pgx.CollectRows(rows, toPair); err != nil {
		return s, r.fail(err)
	}
	full := len(s.pairs) == want
	switch last := len(s.pairs) - 1; {
	case rg.Reverse && full:
		s.lo = s.pairs[last].key
	case full:
		s.hi = after(s.pairs[last].key)
	}
	if rg.Reverse {
		slices.Reverse(s.pairs)
	}
	return s, nil
}
