package cmd

import (
	"callout/approval"
	"callout/store"
)

// asksFor says what a command has asked several people to let go, whichever verb it was; "" where it asked nothing of the kind.
func asksFor(rec store.Receipt) string {
	note := ""
	for _, ch := range rec.Changes {
		var e approval.Exception
		if ch.Collection != approval.Exceptions.Name() || ch.Before != nil || !decodeJSON(ch.After, &e) {
			continue
		}
		note += "; " + e.Title + " is asked for and does not count yet"
	}
	return note
}
