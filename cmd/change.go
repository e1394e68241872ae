package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// describeChange tells a change field by field, as a dry run shows it:
//
//	update task T-4
//	  status: "new" -> "done"
func describeChange(c Change) string {
	var out strings.Builder
	fmt.Fprintf(&out, "  %s %s %s\n", c.Op, c.Collection, c.ID)
	before, after := fieldsOf(c.Before), fieldsOf(c.After)
	var keys []string
	for _, side := range [][]member{after, before} {
		for _, m := range side {
			if !slices.Contains(keys, m.key) {
				keys = append(keys, m.key)
			}
		}
	}
	for _, key := range keys {
		old, was := valueOf(before, key)
		now, is := valueOf(after, key)
		switch {
		case c.Op == "delete" || was && is && bytes.Equal(old, now):
			continue
		case !was:
			fmt.Fprintf(&out, "    %s: %s\n", key, now)
		case !is:
			fmt.Fprintf(&out, "    %s: %s -> nothing\n", key, old)
		default:
			fmt.Fprintf(&out, "    %s: %s -> %s\n", key, old, now)
		}
	}
	return out.String()
}

// fieldsOf is a record's top-level fields; a record that is no object has none.
func fieldsOf(doc json.RawMessage) []member {
	if len(doc) == 0 {
		return nil
	}
	ms, err := members(doc)
	if err != nil {
		return nil
	}
	return ms
}

func valueOf(ms []member, key string) (json.RawMessage, bool) {
	for _, m := range ms {
		if m.key == key {
			return m.value, true
		}
	}
	return nil, false
}
