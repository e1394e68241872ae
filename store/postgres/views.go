package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"

	"github.com/jackc/pgx/v5"
)

// The schemas of the views: what everybody who reports may read, and what things cost.
const (
	viewSchema = "callout"
	costSchema = "callout_costs"
)

// mark ends the comment of every view that is made here, with the digest of its definition.
const mark = " (made by callout, "

// Show makes or renews the views for reporting tools: in the schema callout one for each collection, with a row for each record
// of each tenant and a column for each plain field, and the whole document as jsonb; without costs, which
// are in views of the same names in the schema callout_costs. Who may read a view may read no table for that. What was granted on
// a view stays granted. It does nothing where all are as they should be.
func (e *Engine) Show(ctx context.Context, tables []store.Table) error {
	var views []view
	for _, t := range tables {
		views = append(views, reportView(t))
		if t.Costed {
			views = append(views, costView(t))
		}
	}
	return e.insist(ctx, func() error {
		c, err := e.acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		have, err := shown(ctx, c.Conn())
		if err != nil || same(have, views) {
			return err
		}
		return pgx.BeginFunc(ctx, c.Conn(), func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, lockOfLayout); err != nil {
				return err
			}
			return renew(ctx, tx, views)
		})
	})
}

// view is one view's definition.
type view struct{ schema, name, title, query string }

func (v view) full() string { return pgx.Identifier{v.schema, v.name}.Sanitize() }

func (v view) comment() string {
	sum := sha256.Sum256([]byte(v.title + "\x00" + v.query))
	return v.title + mark + hex.EncodeToString(sum[:8]) + ")"
}

// documents are the rows of a collection. The documents are made once for each row, however many
// columns are read from it. jsonb has no character zero, which JSON has: U+FFFD stands for it.
const documents = `
from callout_store.head h
join callout_store.kv on kv.tenant = h.tenant and kv.space = %s
cross join lateral (select convert_from(substring(kv.value from %d), 'UTF8') as text offset 0) t
cross join lateral (select case when strpos(t.text, '\u0000') = 0 then t.text
	else regexp_replace(t.text, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') end::jsonb as doc offset 0) d`

func from(t store.Table) string {
	return fmt.Sprintf(documents, literal(t.Space), store.DocumentAt+1)
}

func reportView(t store.Table) view {
	columns := []string{"h.name as tenant", "convert_from(kv.key, 'UTF8') as id"}
	taken := []string{"tenant", "id", "document", "cost"}
	for _, c := range t.Columns {
		if slices.Contains(taken, c.Name) {
			continue
		}
		taken = append(taken, c.Name)
		columns = append(columns, expression(c)+" as "+pgx.Identifier{c.Name}.Sanitize())
	}
	document := "d.doc"
	hidden := t.Hidden
	if t.Costed {
		hidden = append([]string{"cost"}, hidden...)
	}
	for _, name := range hidden {
		document += " - " + literal(name)
	}
	columns = append(columns, document+" as document")
	return view{viewSchema, t.Name, t.Title, "select " + strings.Join(columns, ",\n\t") + from(t)}
}

func costView(t store.Table) view {
	query := "select h.name as tenant, convert_from(kv.key, 'UTF8') as id, d.doc -> 'cost' as cost" + from(t) + "\nwhere d.doc ? 'cost'"
	return view{costSchema, t.Name, "costs of a " + t.Title, query}
}

// expression is a column's value, or null where the document has none.
func expression(c store.Column) string {
	text := "d.doc ->> " + literal(c.Name)
	switch c.Type {
	case store.Whole:
		return "(" + text + ")::bigint"
	case store.Decimal:
		return "nullif(" + text + ", '')::numeric"
	case store.Truth:
		return "(" + text + ")::boolean"
	case store.Instant:
		return "(" + text + ")::timestamptz"
	}
	return text
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// shown lists the views that were made here, with their comments.
func shown(ctx context.Context, c interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}) (map[string]string, error) {
	rows, err := c.Query(ctx, `select n.nspname, c.relname, d.description
		from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		join pg_catalog.pg_description d on d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0
		where n.nspname in ($1, $2) and c.relkind = 'v' and strpos(d.description, $3) > 0`, viewSchema, costSchema, mark)
	if err != nil {
		return nil, err
	}
	have := map[string]string{}
	var schema, name, comment string
	_, err = pgx.ForEachRow(rows, []any{&schema, &name, &comment}, func() error {
		have[pgx.Identifier{schema, name}.Sanitize()] = comment
		return nil
	})
	return have, err
}

func same(have map[string]string, want []view) bool {
	for _, v := range want {
		if have[v.full()] != v.comment() {
			return false
		}
	}
	return len(have) == len(want)
}

// renew replaces the views that are not as they should be, and removes those of collections that are no more.
func renew(ctx context.Context, tx pgx.Tx, views []view) error {
	for _, schema := range []string{viewSchema, costSchema} {
		if _, err := tx.Exec(ctx, `create schema if not exists `+schema); err != nil {
			return err
		}
	}
	have, err := shown(ctx, tx)
	if err != nil {
		return err
	}
	for _, v := range views {
		if have[v.full()] != v.comment() {
			if err := v.make(ctx, tx); err != nil {
				return err
			}
		}
		delete(have, v.full())
	}
	for name := range have {
		if err := drop(ctx, tx, name); err != nil {
			return err
		}
	}
	return nil
}

// make puts a view in the place of the one before it, and grants what was granted on that.
func (v view) make(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select format('grant %s on `+strings.ReplaceAll(v.full(), "%", "%%")+` to %s%s', a.privilege_type,
			case when a.grantee = 0 then 'public' else a.grantee::regrole::text end, case when a.is_grantable then ' with grant option' else '' end)
		from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
		where n.nspname = $1 and c.relname = $2 and a.grantee <> c.relowner`, v.schema, v.name)
	if err != nil {
		return err
	}
	grants, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if err := drop(ctx, tx, v.full()); err != nil {
		return err
	}
	sql := append([]string{
		`create view ` + v.full() + ` as ` + v.query,
		`comment on view ` + v.full() + ` is ` + literal(v.comment()),
	}, grants...)
	_, err = tx.Exec(ctx, strings.Join(sql, ";\n"), pgx.QueryExecModeSimpleProtocol)
	return err
}

// drop removes a view. Somebody else's view that is made of it keeps it from going.
func drop(ctx context.Context, tx pgx.Tx, name string) error {
	_, err := tx.Exec(ctx, `drop view if exists `+name, pgx.QueryExecModeSimpleProtocol)
	if code(err) == dependentObjects {
		return fault.Conflictf("the view %s has to change, and other views are made of it", name).With("database.view").
			Hint("psql URL -c 'drop view %s cascade'   (and make them again afterwards)", name).Because(err)
	}
	return err
}
