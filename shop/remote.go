package shop

import (
	"context"

	"callout/store"
)

// Remote is the shop of a server, read through an engine that asks it, and changed by commands that it decides.
// It has no files: evidence is with the server.
func Remote(e store.Engine, o Options, decide func(ctx context.Context, dry bool, intents []store.Intent) ([]store.Receipt, error)) (*Shop, error) {
	s, err := store.Open(e, Schema(o.Version), store.Options{Keys: store.DirKeyring(o.StateDir), Now: o.Now, Elsewhere: decide})
	if err != nil {
		return nil, err
	}
	return &Shop{Store: s}, nil
}
