package shop

import (
	"context"
	"maps"
	"slices"

	"callout/internal/fault"
	"callout/store"
	"callout/store/bolt"
	"callout/work"
)

// ReserveCopy makes a place in a folder for the copy that a verification reads, and removes what
// those have left there that were killed. Whoever reserves it removes it.
func ReserveCopy(dir string) (*bolt.Place, error) { return bolt.Reserve(dir) }

// VerifyEvidence reads every evidence file that the records know, compares its bytes with
// the digest, and reports what is missing or changed, in order of digest. It returns how
// many files it read. A record that cannot be read is a finding, and keeps no other file from being
// read. The store is not held meanwhile.
func (s *Shop) VerifyEvidence(ctx context.Context, report func(store.Finding)) (int, error) {
	known, err := s.knownEvidence(ctx)
	if fault.CodeOf(err) == "store.damaged" {
		report(store.Finding{Space: "evidence", Message: "not every file could be checked (" + err.Error() + ")"})
	} else if err != nil {
		return 0, err
	}
	elsewhere := s.Device(ctx, func(store.Reader, *store.Link) error { return nil }) == nil
	for _, sha := range slices.Sorted(maps.Keys(known)) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		err := s.Evidence.Check(sha)
		if elsewhere && fault.Is(err, fault.NotFound) {
			continue // a device has the files that somebody has looked at
		}
		if err != nil {
			report(store.Finding{Space: "evidence", Subject: string(known[sha]), ID: known[sha], Message: err.Error()})
		}
	}
	return len(known), nil
}

// knownEvidence maps the digests whose bytes the authority has received to a record that names them.
// A record that cannot be read does not keep it from going on: the map is there beside the error.
func (s *Shop) knownEvidence(ctx context.Context) (map[string]store.ID, error) {
	known := map[string]store.ID{}
	err := s.View(ctx, func(r store.Reader) error {
		var unread error
		for ev, err := range work.EvidenceItems.All(r) {
			if err != nil {
				unread = err
				continue
			}
			if ev.SHA256 != "" && !ev.Received.IsZero() {
				known[ev.SHA256] = ev.ID
			}
		}
		return unread
	})
	return known, err
}
