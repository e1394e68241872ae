package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// scope is where a key has its meaning: in a pane of that name, or in a state of it that takes keys
// for itself.
type scope string

// The scopes. Keys of anywhere work in every pane, unless the pane gives the key a meaning of its own.
const (
	anywhere   scope = "anywhere"
	onBoard    scope = "board"
	onQueue    scope = "queue"
	onHeld     scope = "held" // a visit or an order is picked up
	onDetail   scope = "detail"
	onApprove  scope = "approvals"
	onBilling  scope = "billing"
	onMap      scope = "map"
	onPlan     scope = "plan" // a plan lies open for review
	onPlanList scope = "plan list"
	onPaper    scope = "paper" // what a row of a list is about in full
)

// A binding is one thing that a key does.
type binding struct {
	id     string   // what a user's keys name, such as "visit.move"
	keys   []string // by default; the first is the one that is shown
	title  string   // what it does, as help says it
	scopes []scope
	// hint ranks it for the footer: 1 is shown first, 0 not at all.
	hint int
	// writes marks what changes the shop: with --readonly it is refused.
	writes bool
	// why says why it does not work now; "" says that it does. Nil is always.
	why func(m *Model) string
	do  func(m *Model) tea.Cmd
}

// bindings is the whole table. Each part of the board adds its own.
func bindings() []binding {
	return slices.Concat(generalBindings(), tabBindings(), boardBindings(), queueBindings(), detailBindings(), approvalBindings(), billingBindings(), mapBindings(),
		planBindings(), paperBindings(), actBindings(), markBindings(), lineBindings(), tellBindings(), suggestBindings())
}

// keymap finds bindings by key.
type keymap struct {
	all  []binding
	find map[scope]map[string]*binding
}

// newKeymap lays the user's keys over the defaults. A key that means two things in one place is an error
// that names both.
func newKeymap(all []binding, chosen map[string][]string) (*keymap, error) {
	k := &keymap{all: all, find: map[scope]map[string]*binding{}}
	known := map[string]bool{}
	usual := slices.Clone(all)
	for i := range k.all {
		b := &k.all[i]
		known[b.id] = true
		if keys, ok := chosen[b.id]; ok {
			b.keys = keys
		}
		for _, s := range b.scopes {
			for _, key := range b.keys {
				if other := k.find[s][key]; other != nil {
					return nil, fmt.Errorf("the key %s means both %s and %s (%s)", key, other.id, b.id, s)
				}
				if k.find[s] == nil {
					k.find[s] = map[string]*binding{}
				}
				k.find[s][key] = b
			}
		}
	}
	for id := range chosen {
		if !known[id] {
			return nil, fmt.Errorf("there is nothing called %s that a key could do", id)
		}
	}
	return k, k.noneHidden(usual, chosen)
}

// noneHidden refuses a key that a user chose where it would hide another binding, or be hidden: keys of anywhere work
// only where a pane leaves them alone. What hides one another in the table itself is meant to.
func (k *keymap) noneHidden(usual []binding, chosen map[string][]string) error {
	for i := range k.all {
		b := &k.all[i]
		if _, ok := chosen[b.id]; !ok {
			continue
		}
		for n := range k.all {
			o := &k.all[n]
			for _, key := range b.keys {
				if n == i || !slices.Contains(o.keys, key) || slices.Contains(usual[i].keys, key) && slices.Contains(usual[n].keys, key) {
					continue
				}
				if over, under, ok := stacked(b.scopes, o.scopes); ok {
					return fmt.Errorf("the key %s means both %s (%s) and %s (%s), and one would hide the other", key, b.id, over, o.id, under)
				}
			}
		}
	}
	return nil
}

// stacked finds two scopes that hold at once, in either order.
func stacked(a, b []scope) (scope, scope, bool) {
	beneath := map[scope][]scope{onHeld: {onBoard}, onPaper: {onApprove, onBilling}}
	for _, s := range a {
		for _, t := range b {
			if s == anywhere != (t == anywhere) || slices.Contains(beneath[s], t) || slices.Contains(beneath[t], s) {
				return s, t, true
			}
		}
	}
	return "", "", false
}

// of finds what a key means where the scopes hold, the nearest first.
func (k *keymap) of(key string, scopes ...scope) *binding {
	for _, s := range scopes {
		if b := k.find[s][key]; b != nil {
			return b
		}
	}
	return nil
}

// in lists the bindings of the scopes, without those whose keys mean something nearer.
func (k *keymap) in(scopes ...scope) []*binding {
	var out []*binding
	for _, s := range scopes {
		for i := range k.all {
			b := &k.all[i]
			if slices.Contains(b.scopes, s) && !slices.Contains(out, b) && len(b.keys) > 0 && k.of(b.keys[0], scopes...) == b {
				out = append(out, b)
			}
		}
	}
	return out
}

// refusal says why a binding does not work now, or "".
func (m *Model) refusal(b *binding) string {
	if b.writes && m.opts.ReadOnly {
		return "the board is read-only"
	}
	if b.why == nil {
		return ""
	}
	return b.why(m)
}

// keyName is a key as hints write it.
func keyName(key string) string {
	switch key {
	case "space", " ":
		return "space"
	case "left":
		return "←"
	case "right":
		return "→"
	case "up":
		return "↑"
	case "down":
		return "↓"
	}
	return strings.Replace(key, "ctrl+", "^", 1)
}
