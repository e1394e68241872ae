package postgres

import (
	"context"

	"callout/store"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Limits of a commit: how many rows and bytes go into one statement, how many commits others may fall behind, and how
// often what is older is removed.
const (
	statementRows  = 10_000
	statementBytes = 16 << 20
	keptCommits    = 256
	trimEvery      = 64
)

const (
	newRows = `insert into kv as t (tenant, space, key, value)
		select $1, u.space, u.key, u.value from unnest($2::text[], $3::bytea[], $4::bytea[]) as u (space, key, value)`
	putRows    = newRows + ` on conflict (tenant, space, key) do update set value = excluded.value`
	deleteRows = `delete from kv using unnest($2::text[], $3::bytea[]) as u (space, key)
		where kv.tenant = $1 and kv.space = u.space and kv.key = u.key`
	moveHead = `update head set version = $2, stamp = $3 where tenant = $1`
	tell     = `insert into recent (tenant, version, stamp, told) values ($1, $2, $3, $4)`
	trim     = `delete from recent where tenant = $1 and version <= $2`
	notify   = `select pg_notify('callout_head', $1)`
)

// write sends a batch, what is told of it, and the commit in one round trip. Those rows that are known to be free are apart: they need not be
// looked for. It is not called off once it is sent: who asked would not know what has become of it. It waits as long as for a turn.
func (e *Engine) write(ctx context.Context, c *pgxpool.Conn, free, others store.Batch, said []byte, to state) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.o.LockWait)
	defer cancel()
	b := &pgx.Batch{}
	e.queueRows(b, newRows, free)
	e.queueRows(b, putRows, others)
	b.Queue(tell, e.tenant, to.version, to.stamp, said)
	if to.version%trimEvery == 0 {
		b.Queue(trim, e.tenant, to.version-keptCommits)
	}
	b.Queue(moveHead, e.tenant, to.version, to.stamp)
	b.Queue(notify, e.channel)
	b.Queue(`commit`)
	res := c.SendBatch(ctx, b)
	for range b.Len() {
		if _, err := res.Exec(); err != nil {
			_ = res.Close()
			return err
		}
	}
	return res.Close()
}

// queueRows queues the statements for some writes, of which those that set a key go by one statement and those that delete one by
// another.
func (e *Engine) queueRows(b *pgx.Batch, set string, writes store.Batch) {
	var put, gone columns
	flush := func() {
		if len(put.keys) > 0 {
			b.Queue(set, e.tenant, put.spaces, put.keys, put.values)
		}
		if len(gone.keys) > 0 {
			b.Queue(deleteRows, e.tenant, gone.spaces, gone.keys)
		}
		put, gone = columns{}, columns{}
	}
	for _, w := range writes {
		to := &put
		if w.Value == nil {
			to = &gone
		}
		to.add(w)
		if len(to.keys) == statementRows || to.bytes > statementBytes {
			flush()
		}
	}
	flush()
}

// columns are writes as arrays.
type columns struct {
	spaces       []string
	keys, values [][]byte
	bytes        int
}

func (c *columns) add(w store.Write) {
	c.spaces, c.keys, c.values = append(c.spaces, w.Space), append(c.keys, w.Key), append(c.values, w.Value)
	c.bytes += len(w.Key) + len(w.Value)
}
