package postgres

import (
	"context"
	"slices"

	"callout/store"

	"github.com/jackc/pgx/v5"
)

// recall returns a memory of a state: the engine's own, brought up to it by what other processes have
// told of their commits, or an empty one. Only who holds the lock knows that the state is the newest, and
// may turn the engine's memory to it where the two do not follow one another.
func (e *Engine) recall(ctx context.Context, c *pgx.Conn, now state, newest bool) (*known, error) {
	if e.memory.reach(now) {
		return e.memory, nil
	}
	was := e.memory.state()
	seen, unseen, told, err := e.since(ctx, c, was, now)
	if err != nil {
		return nil, err
	}
	if !told {
		if !newest && was.version >= now.version {
			return newKnown(ownMemory, now), nil
		}
		e.memory.restart(was, now)
		return e.memory, nil
	}
	// What has replaced something that is known is asked for at once; what is new becomes unknown.
	met, ok := e.memory.stored(was, unseen)
	if ok && len(met) > 0 {
		if met, err = e.values(ctx, c, met); err != nil {
			return nil, err
		}
		unseen = without(unseen, met)
		seen = append(seen, met...)
		slices.SortFunc(seen, inBatch)
	}
	e.memory.move(was, now, seen, unseen)
	return e.memory, nil
}

// since lists what was written between two states, and of which keys it is not known what. It reports false where that is not known: one does not
// follow from the other, too many commits lie between them, or one wrote too much.
func (e *Engine) since(ctx context.Context, c *pgx.Conn, was, now state) (seen, unseen []store.Write, told bool, err error) {
	if was.version >= now.version || now.version-was.version >= keptCommits {
		return nil, nil, false, nil
	}
	rows, err := c.Query(ctx, `select version, stamp, case when version > $2 then told end from recent
		where tenant = $1 and version >= $2 and version <= $3 order by version`, e.tenant, was.version, now.version)
	if err != nil {
		return nil, nil, false, err
	}
	defer rows.Close()
	at := state{version: was.version - 1}
	var all []heard
	for rows.Next() {
		var s state
		var text []byte
		if err := rows.Scan(&s.version, &s.stamp, &text); err != nil {
			return nil, nil, false, err
		}
		follows := s.version == at.version+1 && (s.version != was.version || s == was)
		if at = s; s == was {
			continue
		}
		these, ok := hear(text)
		if !follows || !ok || len(all)+len(these) > recallKeys {
			rows.Close()
			return nil, nil, false, rows.Err()
		}
		all = append(all, these...)
	}
	seen, unseen = newest(all)
	return seen, unseen, at == now, rows.Err()
}

// values reads what stands under some keys now.
func (e *Engine) values(ctx context.Context, c *pgx.Conn, keys []store.Write) ([]store.Write, error) {
	var asked columns
	for _, w := range keys {
		asked.add(w)
	}
	rows, err := c.Query(ctx, `select u.nr, kv.value from unnest($2::text[], $3::bytea[]) with ordinality as u (space, key, nr)
		join kv on kv.tenant = $1 and kv.space = u.space and kv.key = u.key`, e.tenant, asked.spaces, asked.keys)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var nr int
		var value []byte
		if err := rows.Scan(&nr, &value); err != nil {
			return nil, err
		}
		keys[nr-1].Value = value
	}
	return keys, rows.Err()
}

// without lists the keys that are not among others, which are a part of them in the same order.
func without(keys, part []store.Write) (rest []store.Write) {
	for _, w := range keys {
		if len(part) > 0 && part[0].Space == w.Space && string(part[0].Key) == string(w.Key) {
			part = part[1:]
			continue
		}
		rest = append(rest, w)
	}
	return rest
}
