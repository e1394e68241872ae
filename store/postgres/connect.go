package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// connect makes the pool. It does not wait for a server that is away.
func connect(ctx context.Context, url string, o Options) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, unreadable(err)
	}
	config.MaxConns = int32(min(o.Connections, 1000)) //nolint:gosec // it is small
	config.MinConns, config.MinIdleConns = 0, 0
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "callout"
	}
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error { return prepare(ctx, c, o.LockWait) }
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, failed(err)
	}
	return pool, nil
}

// prepare sets a connection up. There is one good way to every key, the primary key's; a planner that
// has not seen the table since it was empty, or does not know the values, would take others.
//
// A commit that is reported survives the death of the server's machine, whatever the server has been
// set to: synchronous_commit stays where it is, or is more.
func prepare(ctx context.Context, c *pgx.Conn, wait time.Duration) error {
	_, err := c.Exec(ctx, fmt.Sprintf(`
		set client_encoding = 'UTF8';
		set search_path = callout_store;
		set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off;
		set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
		set plan_cache_mode = force_generic_plan;
		set lock_timeout = %d;
		select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`,
		wait.Milliseconds()), pgx.QueryExecModeSimpleProtocol)
	return err
}
