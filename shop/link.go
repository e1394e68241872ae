package shop

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"callout/internal/fault"
	"callout/store"
)

// Link makes a device's store in an empty place, or opens the one that is there already. A shop that stands alone is
// never made a device: it would have to give its journal up.
func Link(ctx context.Context, o Options, link store.Link) (*Shop, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fault.Internalf("cannot make the folder of %s", o.Path).Because(err)
	}
	s, err := open(o, true)
	if err != nil {
		return nil, err
	}
	if err := s.Store.Link(ctx, link); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Linked returns whose device the store at a place is; nil where there is none yet, and a refusal where there is a shop
// that stands alone.
func Linked(ctx context.Context, o Options) (*store.Link, error) {
	if st, err := os.Stat(o.Path); err != nil || st.Size() == 0 {
		return nil, nil //nolint:nilerr // what keeps it from being made says so then
	}
	s, err := Open(o)
	if err != nil {
		return nil, err
	}
	var link *store.Link
	err = s.Device(ctx, func(_ store.Reader, l *store.Link) error {
		link = l
		return nil
	})
	if fault.CodeOf(err) == "link.none" {
		err = fault.Conflictf("there is a shop that stands alone at %s", o.Path).With("store.exists").
			Hint("--store PATH   (another place, for the copy of the server's shop)").
			Hint("callout serve   (makes this shop the one that others link to)")
	}
	return link, errors.Join(err, s.Close())
}
