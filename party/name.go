package party

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"callout/internal/fault"
)

// maxName is how many characters a name may have.
const maxName = 200

// Fold is how names are compared: without regard to case and runs of spaces.
func Fold(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// ParseName tidies a name that is shown in lists and typed on command lines: one line,
// single spaces, no control characters. The error names field.
func ParseName(field, title, s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.Invalidf(field, "the name of a %s is not valid UTF-8", title).With("name.encoding")
	}
	name := strings.Join(strings.Fields(s), " ")
	switch {
	case name == "":
		return "", fault.Invalidf(field, "a %s needs a name", title).With("name.missing")
	case name == "-":
		return "", fault.Invalidf(field, `"-" means standard input and is no name`).With("name.dash")
	case utf8.RuneCountInString(name) > maxName:
		return "", fault.Invalidf(field, "the name of a %s has more than %d characters", title, maxName).With("name.long")
	case strings.ContainsFunc(name, unprintable):
		return "", fault.Invalidf(field, "%q has characters that cannot be seen", name).With("name.control")
	}
	return name, nil
}

// unprintable characters would let one name look like another, or steer a terminal:
// controls, and the marks that turn the direction of writing.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
}
