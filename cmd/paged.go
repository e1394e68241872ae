package cmd

import (
	"context"
	"iter"

	"callout/party"
	"callout/store"
)

// How many rows of a list are read at a time, so that nobody waits for the store while
// somebody scrolls. The first page is small: most lists are looked at, not read through.
const (
	firstPage = 100
	lastPage  = 2000
)

// paged yields the rows under a range of an index, page by page. key says under which key
// a row stands in the index, so that the next page begins behind it; keep leaves rows
// out, and may look names up through the reader. Each page is consistent in itself.
func paged[T, R any](
	ctx context.Context, a *App, c *store.Collection[T, R], index string, rng store.Range,
	key func(R) store.Key, keep func(store.Reader, *R) (bool, error),
) iter.Seq2[R, error] {
	var last store.Key
	size := firstPage
	return Pages(func(string) (rows []R, after string, err error) {
		err = a.View(ctx, func(r store.Reader) error {
			seen := 0
			for row, err := range c.Rows(r, index, behind(rng, last)) {
				if err != nil {
					return err
				}
				seen++
				last = key(row)
				ok := true
				if keep != nil {
					if ok, err = keep(r, &row); err != nil {
						return err
					}
				}
				if ok {
					rows = append(rows, row)
				}
				if seen == size {
					after = "more"
					break
				}
			}
			return nil
		})
		size = min(2*size, lastPage)
		return rows, after, err
	})
}

// behind is the part of a range that comes after a key, in the range's direction.
func behind(rng store.Range, last store.Key) store.Range {
	switch {
	case last == nil:
	case rng.Reverse:
		rng.Hi = last
	default:
		rng.Lo = append(append([]byte(nil), last...), 0)
	}
	return rng
}

// indexKey is the key under which a record stands in an index: the index's own fields,
// then the id.
func indexKey(id store.ID, fields ...any) store.Key {
	return append(store.K(fields...), id...)
}

// foldName is how names stand in indexes.
func foldName(name string) string { return party.Fold(name) }

// mapRows turns the rows of a list into others.
func mapRows[R, S any](rows iter.Seq2[R, error], to func(R) S) iter.Seq2[S, error] {
	return func(yield func(S, error) bool) {
		for row, err := range rows {
			if !yield(to(row), err) {
				return
			}
		}
	}
}

// resolve finds what a flag names before a list begins; "" names nothing.
func (a *App) resolve(ctx context.Context, find func(store.Reader, string) (store.ID, error), ref string) (id store.ID, err error) {
	if ref == "" {
		return "", nil
	}
	err = a.View(ctx, func(r store.Reader) error {
		id, err = find(r, ref)
		return err
	})
	return id, err
}
