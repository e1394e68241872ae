package party

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"hash/crc32"
	"io"
	"strings"

	"callout/internal/fault"
)

// A token's text is cout_HANDLE_SECRET_CHECK: 8, 52 and 7 characters of Crockford's base 32. The
// prefix and the check let programs that look for leaked secrets recognise one without asking anybody,
// and tell a slip of the hand from a wrong token.
const (
	tokenPrefix  = "cout"
	handleBytes  = 5
	secretBytes  = 32
	tokenLetters = "0123456789abcdefghjkmnpqrstvwxyz"
)

var tokenCode = base32.NewEncoding(tokenLetters).WithPadding(base32.NoPadding)

// TokenText is a token as its owner keeps it. It is shown once and stored nowhere.
type TokenText struct{ Handle, secret string }

// DrawToken makes a token from a source of randomness.
func DrawToken(random io.Reader) (TokenText, error) {
	var b [handleBytes + secretBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return TokenText{}, fault.Internalf("no randomness for a token").Because(err)
	}
	return TokenText{tokenCode.EncodeToString(b[:handleBytes]), tokenCode.EncodeToString(b[handleBytes:])}, nil
}

// Text is the whole token.
func (t TokenText) Text() string {
	body := tokenPrefix + "_" + t.Handle + "_" + t.secret
	return body + "_" + checkOf(body)
}

// Digest is what is stored of the secret: its SHA-256 in hex.
func (t TokenText) Digest() string {
	sum := sha256.Sum256([]byte(t.secret))
	return hex.EncodeToString(sum[:])
}

// Matches compares with what is stored, in a time that says nothing about either.
func (t TokenText) Matches(digest string) bool {
	return subtle.ConstantTimeCompare([]byte(t.Digest()), []byte(digest)) == 1
}

// String hides the secret from whatever prints values.
func (t TokenText) String() string { return tokenPrefix + "_" + t.Handle + "_…" }

func checkOf(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	return tokenCode.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// ParseToken reads a token's text. That it can be read says nothing of whether it counts.
func ParseToken(text string) (TokenText, error) {
	parts := strings.Split(text, "_")
	wrong := fault.Invalidf("token", "this is no token of callout, or not a whole one").With("token.syntax").
		Hint("a token begins with cout_ and is copied as a whole")
	if len(parts) != 4 || parts[0] != tokenPrefix || !validHandle(parts[1]) || !coded(parts[2], secretBytes) {
		return TokenText{}, wrong
	}
	t := TokenText{parts[1], parts[2]}
	if t.Text() != text {
		return TokenText{}, wrong
	}
	return t, nil
}

func validHandle(s string) bool { return coded(s, handleBytes) }

// coded reports whether s is the one way in which n bytes are written.
func coded(s string, n int) bool {
	b, err := tokenCode.DecodeString(s)
	return err == nil && len(b) == n && tokenCode.EncodeToString(b) == s
}
