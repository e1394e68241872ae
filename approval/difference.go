package approval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"callout/internal/fault"
)

// Difference is one field of declared content that is not what it was.
type Difference struct {
	Field string `json:"field"` // where it stands, for people: "line 3 (Labour, ana), qty"
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// String says the difference in one line: "line 3 (Labour, ana), qty: 2 → 2.5".
func (d Difference) String() string {
	switch {
	case d.Old == "":
		return fmt.Sprintf("%s: %s is new", d.Field, d.New)
	case d.New == "":
		return fmt.Sprintf("%s: %s is gone", d.Field, d.Old)
	}
	return fmt.Sprintf("%s: %s → %s", d.Field, d.Old, d.New)
}

// Differences compares two JSON documents field by field, in order of field. Members of lists are held
// against each other by what identifies them, so that an inserted line does not make the
// others look changed.
func Differences(was, now []byte) ([]Difference, error) {
	if was == nil || now == nil {
		return nil, nil
	}
	a, err := tree(was)
	if err != nil {
		return nil, err
	}
	b, err := tree(now)
	if err != nil {
		return nil, err
	}
	var out []Difference
	compare("", a, b, &out)
	return out, nil
}

func tree(doc []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, fault.Internalf("content that is kept cannot be read").Because(err)
	}
	return v, nil
}

// compare adds how b differs from a, which stand at a place.
func compare(place string, a, b any, out *[]Difference) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			compareObjects(place, x, y, out)
			return
		}
	case []any:
		if y, ok := b.([]any); ok && identified(x) && identified(y) {
			compareLists(place, x, y, out)
			return
		}
	}
	if old, next := words(a), words(b); old != next {
		*out = append(*out, Difference{Field: place, Old: old, New: next})
	}
}

func compareObjects(place string, a, b map[string]any, out *[]Difference) {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		at := strings.ReplaceAll(k, "_", " ")
		if place != "" {
			at = place + ", " + at
		}
		compare(at, a[k], b[k], out)
	}
}

// compareLists holds members against each other by their identity, in the order of the old list.
func compareLists(place string, a, b []any, out *[]Difference) {
	one := strings.TrimSuffix(place, "s") // a list of lines is called lines
	if strings.HasSuffix(place, "xes") {
		one = strings.TrimSuffix(place, "es")
	}
	used := make([]bool, len(b))
next:
	for i, m := range a {
		at := fmt.Sprintf("%s %d%s", one, i+1, title(m))
		for j, o := range b {
			if !used[j] && identity(o) == identity(m) {
				used[j] = true
				compare(at, m, o, out)
				continue next
			}
		}
		*out = append(*out, Difference{Field: at, Old: words(m)})
	}
	for j, m := range b {
		if !used[j] {
			*out = append(*out, Difference{Field: fmt.Sprintf("%s %d%s", one, j+1, title(m)), New: words(m)})
		}
	}
}

// identified reports whether all members of a list are objects.
func identified(list []any) bool {
	return !slices.ContainsFunc(list, func(m any) bool { _, ok := m.(map[string]any); return !ok })
}

// identity is what a member of a list is known by: what it stands for, an id, a name, or for tax a category and rate.
func identity(m any) string {
	o, _ := m.(map[string]any)
	for _, fields := range [][]string{{"source", "part"}, {"id"}, {"key"}, {"n"}, {"category", "rate"}} {
		if _, ok := o[fields[0]]; !ok {
			continue
		}
		var parts []string
		for _, f := range fields {
			parts = append(parts, words(o[f]))
		}
		return strings.Join(parts, "/")
	}
	return ""
}

// title is what a member of a list calls itself, in brackets.
func title(m any) string {
	o, _ := m.(map[string]any)
	for _, f := range []string{"text", "title", "name"} {
		if s, ok := o[f].(string); ok && s != "" {
			return " (" + s + ")"
		}
	}
	return ""
}

// words is a value on one line.
func words(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if w := words(x[k]); w != "" {
				parts = append(parts, k+" "+w)
			}
		}
		return strings.Join(parts, ", ")
	case []any:
		var parts []string
		for _, m := range x {
			parts = append(parts, words(m))
		}
		return strings.Join(parts, "; ")
	default:
		return fmt.Sprint(x)
	}
}
