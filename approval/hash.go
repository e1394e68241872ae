package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"callout/internal/fault"

	"github.com/gowebpki/jcs"
)

// Hash returns the SHA-256, in hex, of the canonical JSON (RFC 8785) of declared
// content: what a person saw and agreed to. Human numbers, entry sequences and the authority's
// times never belong into it: they change when commands are decided again.
func Hash(content any) (string, error) {
	raw, err := json.Marshal(content)
	if err != nil {
		return "", fault.Internalf("%T cannot be hashed", content).Because(err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return "", fault.Internalf("%T has no canonical form", content).Because(err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}
