package ledger

import "callout/store"

// Collections lists what is kept here.
func Collections() []store.AnyCollection { return []store.AnyCollection{Batches} }

// Commands lists how it changes.
func Commands() []func() store.Command {
	return []func() store.Command{
		func() store.Command { return &SetAccount{} },
		func() store.Command { return &CutBatch{} },
	}
}

// Checks lists what is never allowed.
func Checks() []func(*store.Tx) error { return []func(*store.Tx) error{checkBatches} }
