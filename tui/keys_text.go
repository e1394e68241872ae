package tui

import (
	"fmt"
	"slices"
	"strings"

	"callout/internal/fault"
)

// ParseKeys reads the keys that a user chose, such as "visit.pick-up=m,M redo=Z": for the thing that a key
// does, by its id, the keys that do it instead of the usual ones. It refuses ids that there are not, and keys
// that would mean two things in one place.
func ParseKeys(text string) (map[string][]string, error) {
	chosen := map[string][]string{}
	for _, part := range strings.Fields(text) {
		id, keys, ok := strings.Cut(part, "=")
		if !ok || id == "" || keys == "" {
			return nil, fault.Invalidf("keys", "%q does not say ID=KEY", part).With("board.keys").Hint("callout help keys")
		}
		chosen[id] = strings.Split(keys, ",")
		for i, k := range chosen[id] {
			if k == "comma" {
				chosen[id][i] = ","
			}
		}
	}
	if _, err := newKeymap(bindings(), chosen); err != nil {
		return nil, fault.Invalidf("keys", "%v", err).With("board.keys").Hint("callout help keys")
	}
	return chosen, nil
}

// KeysText is the table of all keys as text: where each works, what it does, and the id to name it by.
func KeysText() string {
	var b strings.Builder
	all := bindings()
	for _, s := range allScopes() {
		rows := slices.DeleteFunc(slices.Clone(all), func(x binding) bool { return x.scopes[0] != s })
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s\n", scopeTitle(s))
		for _, x := range rows {
			fmt.Fprintf(&b, "  %-18s %-44s %s\n", keyNames(x.keys), x.title, x.id)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// allScopes lists the scopes as the documentation does.
func allScopes() []scope {
	return []scope{anywhere, onBoard, onHeld, onSuggest, onQueue, onDetail, onPlan, onPlanList, onApprove, onBilling, onPaper, onMap}
}

// scopeTitle is a scope as a heading.
func scopeTitle(s scope) string {
	switch s {
	case anywhere:
		return "Everywhere"
	case onHeld:
		return "While something is picked up"
	}
	return "On: " + string(s)
}
