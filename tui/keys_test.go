package tui

import (
	"slices"
	"strings"
	"testing"
)

// Every key is in the list of keys, under the place where it works.
func TestEveryKeyIsListed(t *testing.T) {
	text := KeysText()
	for _, b := range bindings() {
		if !slices.Contains(allScopes(), b.scopes[0]) || !strings.Contains(text, " "+b.id+"\n") {
			t.Errorf("%s (%s) is not in the list of keys", b.id, b.scopes[0])
		}
	}
}
