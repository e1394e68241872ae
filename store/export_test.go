package store

import "context"

// VerifyBlind is Verify without record digests: what the flips of a bit must get past.
func (s *Store) VerifyBlind(ctx context.Context, o VerifyOptions) (*Report, error) {
	return s.verify(ctx, o, true)
}

// Raw is View of a store in whatever state.
func (s *Store) Raw(ctx context.Context, fn func(Reader) error) error { return s.engine.View(ctx, fn) }
