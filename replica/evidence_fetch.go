package replica

import (
	"context"

	"callout/internal/fault"
	"callout/shop"
)

// fetched is how much of an evidence file one request asks for.
const fetched = 4 << 20

// FetchEvidence gets the bytes of a digest that are with the server and not on this device, from where an earlier try was cut off. They are
// kept when they have the digest.
func FetchEvidence(ctx context.Context, d shop.EvidenceDir, h *HTTP, sha string, size int64, progress func(got int64)) error {
	release, err := d.Hold(sha)
	if err != nil {
		return err
	}
	defer release()
	for {
		at, whole := d.Arrived(sha)
		if whole {
			return nil
		}
		n := min(fetched, size-at)
		if n <= 0 {
			return fault.Conflictf("%d bytes of the evidence file %.12s… are here, which has %d", at, sha, size).With("evidence.bytes").
				Hint("callout sync --evidence   (again)")
		}
		piece, err := h.Piece(ctx, "/v1/files/"+sha, at, n)
		if err != nil {
			return kept(err)
		}
		if _, err := d.Append(sha, at, size, piece); err != nil {
			return err
		}
		progress(n)
	}
}
