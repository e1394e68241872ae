package store

// Changed is a typed change: nil Before means created, nil After deleted.
type Changed[T any] struct {
	ID            ID
	Before, After *T
}

// Created picks the records that the transaction has made.
func Created[T any](before, _ *T) bool { return before == nil }

// Edited picks the records that were there and still are.
func Edited[T any](before, after *T) bool { return before != nil && after != nil }

// Deleted picks the records that are there no more.
func Deleted[T any](before, after *T) bool { return before != nil && after == nil }

// Changed lists the records of this collection that the transaction has touched so
// far, in the order of first touch, as they were and as they are. Of those, only the ones are listed that
// every one of which picks. Each time a list is made of new copies, which its caller may change; picking is
// done on what is not copied, so that a rule which looks at few changes is quickly through with the others.
func (c *Collection[T, R]) Changed(tx *Tx, which ...func(before, after *T) bool) ([]Changed[T], error) {
	var out []Changed[T]
	c.Look(tx, func(id ID, before, after *T) {
		for _, picks := range which {
			if !picks(before, after) {
				return
			}
		}
		ch := Changed[T]{ID: id}
		if before != nil {
			ch.Before = clone(before)
		}
		if after != nil {
			ch.After = clone(after)
		}
		out = append(out, ch)
	})
	return out, nil
}

// Look shows fn the records of this collection that the transaction has touched so far, as Changed lists them, but
// not copies: fn looks at them, changes nothing and keeps nothing that they point to.
func (c *Collection[T, R]) Look(tx *Tx, fn func(id ID, before, after *T)) {
	for _, t := range tx.touched {
		if t.coll != AnyCollection(c) {
			continue
		}
		var before, after *T
		if t.was != nil {
			before = t.was.(*T)
		}
		if t.is != nil {
			after = t.is.(*T)
		}
		fn(t.id, before, after)
	}
}
