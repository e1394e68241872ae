package approval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"callout/internal/fault"

	"github.com/gowebpki/jcs"
)

// maxExact is the greatest integer that RFC 8785 can write without loss: its numbers
// are IEEE 754 doubles.
const maxExact = 1<<53 - 1

// Hash returns the SHA-256, in hex, of the canonical JSON (RFC 8785) of declared
// content, an object or a list: what a person saw and agreed to. Human numbers, entry
// sequences and the authority's times never belong into it: they change when commands
// are decided again. Nor do bare fractions or integers beyond 2^53: two of them may
// have one canonical form, so they are refused; amounts are strings anyway.
func Hash(content any) (string, error) {
	canonical, err := canonicalOf(content)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// canonicalOf is the canonical JSON of declared content.
func canonicalOf(content any) ([]byte, error) {
	raw, err := json.Marshal(content)
	if err != nil {
		return nil, fault.Internalf("%T cannot be hashed", content).Because(err)
	}
	if err := exact(raw); err != nil {
		return nil, fault.Internalf("%T cannot be hashed", content).Because(err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return nil, fault.Internalf("%T has no canonical form", content).Because(err)
	}
	return canonical, nil
}

// exact refuses JSON whose numbers canonical JSON would round.
func exact(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n, ok := tok.(json.Number); ok {
			if v, err := n.Int64(); err != nil || v > maxExact || v < -maxExact {
				return errors.New("the number " + n.String() + " is not kept exactly; write it as a string")
			}
		}
	}
}
