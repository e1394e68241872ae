package tui

import (
	"strings"
	"unicode"
)

// fuzzy reports whether every word of a pattern is in a text: as it is, or letter by letter within one word of the
// text. Case does not count unless the pattern has capitals; a word that begins with ! must not be there.
func fuzzy(pattern, text string) bool {
	if strings.ToLower(pattern) == pattern {
		text = strings.ToLower(text)
	}
	for _, word := range strings.Fields(pattern) {
		if not, ok := strings.CutPrefix(word, "!"); ok && not != "" {
			if strings.Contains(text, not) {
				return false
			}
			continue
		}
		if !strings.Contains(text, word) && !inOneWord(word, text) {
			return false
		}
	}
	return true
}

// inOneWord reports whether the letters of a pattern stand in this order in one word of a text that begins
// with the first of them.
func inOneWord(pattern, text string) bool {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		rest := []rune(pattern)
		for i, r := range word {
			if len(rest) > 0 && r == rest[0] {
				rest = rest[1:]
			} else if i == 0 {
				break
			}
		}
		if len(rest) == 0 {
			return true
		}
	}
	return false
}
