package cmd

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"callout/internal/fault"
)

// hints is what to type next about an error, best first. Rules know what helps against them; for
// what says nothing itself, such as a wrong value, it is the help of the command that runs.
func (a *App) hints(err error) []string {
	var f *fault.Error
	if err == nil || errors.As(err, &f) && len(f.Hints) > 0 {
		return hintsOf(f)
	}
	var sig *signalError
	var partly *partlyError
	kind := fault.KindOf(err)
	switch {
	case errors.As(err, &sig):
		return nil
	case errors.As(err, &partly) && partly.hint != "":
		return []string{partly.hint}
	case errors.As(err, &partly), f != nil && f.Code == "all-failed":
		return []string{"callout help scripting   (each item has a result of its own, with what helps)"}
	case kind == fault.Internal:
		return []string{"callout doctor"}
	case (kind == fault.NotFound || kind == fault.Conflict || kind == fault.Refused) && a.listing != "": // it shows what there is, and how it stands
		return []string{a.listing}
	case a.running != "":
		return []string{a.running + " --help"}
	}
	return []string{"callout --help"}
}

// hintsOf is what an error says itself. Rules do not know what was typed; where a flag would help,
// it is to be added to that.
func hintsOf(f *fault.Error) (hints []string) {
	if f == nil {
		return nil
	}
	for _, h := range f.Hints {
		if strings.HasPrefix(h, "--") {
			h = "add " + h
		}
		hints = append(hints, h)
	}
	return hints
}

// firstHint is the best thing to type next, or "".
func (a *App) firstHint(err error) string {
	if hints := a.hints(err); len(hints) > 0 {
		return hints[0]
	}
	return ""
}

// How much of what somebody typed an error repeats, and how long a sentence is at the most.
const (
	quotedMost   = 80
	sentenceMost = 600
)

var longQuote = regexp.MustCompile(`"[^"]{81,}"`)

// sentence is an error's message, without most of what was quoted, so that nobody has to scroll back
// through a file that was given for a name. Reasons of rules are never shortened.
func sentence(err error) string {
	message := err.Error()
	if len(message) <= quotedMost {
		return message
	}
	message = longQuote.ReplaceAllStringFunc(message, func(quote string) string { return cutAt(quote, quotedMost) + "…\"" })
	var f *fault.Error
	if len(message) > sentenceMost && !(errors.As(err, &f) && len(f.Reasons) > 0) {
		return cutAt(message, sentenceMost) + "…"
	}
	return message
}

// cutAt is a text's beginning, up to so many bytes and not within a letter.
func cutAt(text string, n int) string {
	for !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
