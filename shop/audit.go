package shop

import (
	"context"
	"maps"
	"slices"

	"callout/store"
	"callout/work"
)

// VerifyEvidence reads every evidence file that the records know, compares its bytes with
// the digest, and reports what is missing or changed, in order of digest. It returns how
// many files it read. The store is not held while it reads.
func (s *Shop) VerifyEvidence(ctx context.Context, report func(store.Finding)) (int, error) {
	known, err := s.knownEvidence(ctx)
	if err != nil {
		return 0, err
	}
	for _, sha := range slices.Sorted(maps.Keys(known)) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		if err := s.Evidence.Check(sha); err != nil {
			report(store.Finding{Space: "evidence", Subject: string(known[sha]), ID: known[sha], Message: err.Error()})
		}
	}
	return len(known), nil
}

// knownEvidence maps the digests whose bytes the authority has received to a record that names them.
func (s *Shop) knownEvidence(ctx context.Context) (map[string]store.ID, error) {
	known := map[string]store.ID{}
	err := s.View(ctx, func(r store.Reader) error {
		for ev, err := range work.EvidenceItems.All(r) {
			if err != nil {
				return err
			}
			if ev.SHA256 != "" && !ev.Received.IsZero() {
				known[ev.SHA256] = ev.ID
			}
		}
		return nil
	})
	return known, err
}
