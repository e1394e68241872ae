package cmd

import (
	"context"
	"iter"
	"strings"

	"callout/store"
)

// belongings yields the rows of a collection that is indexed by person: those of one, or of everybody where none is named.
func belongings[T, R any](r store.Reader, c *store.Collection[T, R], person store.ID) iter.Seq2[R, error] {
	rng := store.Range{}
	if person != "" {
		rng = store.Prefix(store.K(person))
	}
	return c.Rows(r, "person", rng)
}

// printBelongings prints a list of what belongs to the person that the arguments name, or to everybody where they name nobody.
func printBelongings[Row any](ctx context.Context, a *App, args []string, list List[Row], find func(r store.Reader, person store.ID) ([]Row, error)) error {
	var rows []Row
	err := a.View(ctx, func(r store.Reader) error {
		id, err := optional(findPerson, r, strings.Join(args, ""))
		if err != nil {
			return err
		}
		rows, err = find(r, id)
		return err
	})
	if err != nil {
		return err
	}
	return list.Print(a, Rows(rows))
}
