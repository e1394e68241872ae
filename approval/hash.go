package approval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"

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
	hash, _, err := Seal(content)
	return hash, err
}

// Canonical is declared content that has its canonical form already. Where both its hash and its text are needed, it
// spares making it twice.
type Canonical []byte

// Seal returns the hash of declared content, and its canonical form.
func Seal(content any) (string, Canonical, error) {
	canonical, err := canonicalOf(content)
	if err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), canonical, nil
}

// canonicalOf is the canonical JSON of declared content.
func canonicalOf(content any) ([]byte, error) {
	if c, ok := content.(Canonical); ok {
		return c, nil
	}
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

// exact refuses JSON whose numbers canonical JSON would round. It looks at the text itself, which an encoder has
// just written: whatever begins with a digit or a minus outside of a string is a number.
func exact(raw []byte) error {
	inString := false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case inString && c == '\\':
			i++ // what is escaped ends no string
		case c == '"':
			inString = !inString
		case !inString && (c == '-' || '0' <= c && c <= '9'):
			end := i + 1
			for end < len(raw) && bytes.IndexByte([]byte("0123456789+-.eE"), raw[end]) >= 0 {
				end++
			}
			n := string(raw[i:end])
			if v, err := strconv.ParseInt(n, 10, 64); err != nil || v > maxExact || v < -maxExact {
				return errors.New("the number " + n + " is not kept exactly; write it as a string")
			}
			i = end - 1
		}
	}
	return nil
}
