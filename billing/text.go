package billing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"callout/internal/fault"
)

// maxLine bounds what people write about one entry or item; it is printed on an invoice.
const maxLine = 500

// line checks one line that a person wrote and tidies its spaces. It may be empty.
func line(field, s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.Invalidf(field, "it is not UTF-8 text").With("text.syntax")
	}
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > maxLine {
		return "", fault.Invalidf(field, "it is longer than %d characters", maxLine).With("text.long")
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.Invalidf(field, "it contains control characters").With("text.syntax")
	}
	return s, nil
}

// code checks the name by which people and other systems call a part, a service or a
// role. It is kept as typed and compared without regard to case.
func code(field, what, s string) (string, error) {
	s, err := line(field, s)
	if err != nil {
		return "", err
	}
	switch {
	case s == "" || s == "-":
		return "", fault.Invalidf(field, "a %s needs a code", what).With("code.missing")
	case utf8.RuneCountInString(s) > maxCode:
		return "", fault.Invalidf(field, "the code of a %s has more than %d characters", what, maxCode).With("code.long")
	}
	return s, nil
}

const maxCode = 64

// reason returns the command's reason, where an action does not go without one.
func reason(given, why string) (string, error) {
	s, err := line("reason", given)
	if err == nil && s == "" {
		err = fault.Invalidf("reason", "%s", why).With("reason.missing").Hint(`--reason "…"`)
	}
	return s, err
}
