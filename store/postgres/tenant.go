package postgres

import (
	"context"
	"net/url"
	"strconv"

	"callout/internal/fault"

	"github.com/jackc/pgx/v5"
)

// Place says which database a URL leads to, for people and logs: without a password, and without what else the URL
// has, which may be secret as well.
func Place(database string) string {
	c, err := pgx.ParseConfig(database)
	if err != nil {
		return "a database whose URL cannot be read"
	}
	out := url.URL{Scheme: "postgres", Path: "/" + c.Database}
	if c.User != "" {
		out.User = url.User(c.User)
	}
	out.Host = c.Host + ":" + strconv.Itoa(int(c.Port))
	if len(c.Host) > 0 && c.Host[0] == '/' { // the folder of a socket
		out.Host, out.RawQuery = "", "host="+c.Host
	}
	return out.String()
}

// Check refuses a URL that cannot be read.
func Check(database string) error {
	if _, err := pgx.ParseConfig(database); err != nil {
		return unreadable(err)
	}
	return nil
}

func unreadable(because error) error {
	return fault.Invalidf("database", "the URL of the database cannot be read").With("database.url").
		Hint("--database postgres://USER@HOST/DATABASE").Because(because)
}

// Supplant gives this tenant another's name, and the other one, if it is there, the name aside, in one transaction.
// Engines on either of them find out at their next transaction, which fails. It reports whether there was another.
func (e *Engine) Supplant(ctx context.Context, name, aside string) (was bool, err error) {
	err = e.insist(ctx, func() error {
		c, err := e.acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		return pgx.BeginFunc(ctx, c.Conn(), func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, `update head set name = $2 where name = $1`, name, aside)
			if err != nil {
				return err
			}
			was = tag.RowsAffected() > 0
			_, err = tx.Exec(ctx, `update head set name = $2 where tenant = $1`, e.tenant, name)
			return err
		})
	})
	return was, err
}

// Erase removes the tenant and all that it has stored. No other call may follow it but Close.
func (e *Engine) Erase(ctx context.Context) error {
	return e.insist(ctx, func() error {
		c, err := e.acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		return pgx.BeginFunc(ctx, c.Conn(), func(tx pgx.Tx) error {
			for _, table := range []string{"head", "recent", "kv"} {
				if _, err := tx.Exec(ctx, `delete from `+table+` where tenant = $1`, e.tenant); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
