package work

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"callout/internal/fault"
)

// Limits of what people write. They keep a row short enough for lists and a record small
// enough for the journal; nobody types more on purpose.
const (
	maxLine = 200
	maxText = 10_000
)

// line checks one line that a person wrote and returns it with its spaces tidied. An
// empty line is allowed; see [required].
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

// required is line for what must not be empty; missing says so.
func required(field, s, missing string) (string, error) {
	s, err := line(field, s)
	if err == nil && s == "" {
		err = fault.Invalidf(field, "%s", missing).With("text.missing")
	}
	return s, err
}

// prose checks a text that may have several lines.
func prose(field, s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fault.Invalidf(field, "it is not UTF-8 text").With("text.syntax")
	}
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if utf8.RuneCountInString(s) > maxText {
		return "", fault.Invalidf(field, "it is longer than %d characters", maxText).With("text.long")
	}
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if strings.ContainsFunc(s, control) {
		return "", fault.Invalidf(field, "it contains control characters").With("text.syntax")
	}
	return s, nil
}

// reasonFor returns the command's reason, which some actions do not go without.
func reasonFor(reason, why string) (string, error) {
	s, err := prose("reason", reason)
	if err == nil && s == "" {
		err = fault.Invalidf("reason", "%s", why).With("reason.missing").Hint(`--reason "…"`)
	}
	return s, err
}

// lines checks several lines in place, for commands with many of them.
func lines(fields ...lineField) error {
	for _, f := range fields {
		s, err := line(f.name, *f.text)
		if err != nil {
			return err
		}
		*f.text = s
	}
	return nil
}

type lineField struct {
	name string
	text *string
}

// set puts an edited field over the old one, where one is given.
func set[T any](old, edited *T) {
	if edited != nil {
		*old = *edited
	}
}
