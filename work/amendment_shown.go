package work

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"callout/internal/fault"
	"callout/store"
)

// ShownAmendment is the key of what the sign-off of an amendment says about it; the difference
// of each room stands under the room's key and [changesOf].
const ShownAmendment = "amendment"

// changesOf is the key of a room's difference.
func changesOf(room string) string { return room + ".changes" }

// shownAmendment is what an amendment is, as it is put before the person who signs.
type shownAmendment struct {
	Revision int    `json:"revision"`
	Reason   string `json:"reason"` // why the order was opened again
	// Base is the sign-off of an earlier revision that the differences start from, with
	// the hash of what was signed then. Without one they start from nothing.
	Base     store.ID `json:"base,omitempty"`
	BaseHash string   `json:"base_hash,omitempty"`
}

// Difference is one thing that is not as it was signed before. A side that is missing was, or
// is, not there.
type Difference struct {
	What string          `json:"what"` // a path such as tasks[task_…].status
	Was  json.RawMessage `json:"was,omitempty"`
	Is   json.RawMessage `json:"is,omitempty"`
}

// showAmendment puts before the signer that this is an amendment, and what this room has
// that differs from what was signed before.
func (s *SignOff) showAmendment(r store.Reader, w *WorkOrder) error {
	if w.Amending() == 0 {
		return nil
	}
	base, err := w.base(r)
	if err != nil {
		return err
	}
	a := shownAmendment{Revision: w.Revision}
	for _, o := range w.Reopened {
		if o.Amendment == w.Revision {
			a.Reason = o.Reason
		}
	}
	if base != nil {
		a.Base, a.BaseHash = base.ID, base.Hash
	}
	if err := s.Show(ShownAmendment, a); err != nil {
		return err
	}
	return s.ShowChanges(r, ShownWork)
}

// ShowChanges puts what a room shows that differs from the sign-off that an amendment starts
// from before the person who signs, beside all that the room shows. It does nothing in the
// first revision. Rooms above call it after [SignOff.Show].
func (s *SignOff) ShowChanges(r store.Reader, room string) error {
	raw, ok := s.Shown[ShownAmendment]
	if !ok {
		return nil
	}
	var a shownAmendment
	if err := json.Unmarshal(raw, &a); err != nil {
		return fault.Internalf("what %s shows cannot be read", s.ID).Because(err)
	}
	var was json.RawMessage
	if a.Base != "" {
		base, err := SignOffs.Get(r, a.Base)
		if err != nil {
			return err
		}
		was = base.Shown[room]
	}
	changes, err := Differences(was, s.Shown[room])
	if err != nil {
		return err
	}
	return s.Show(changesOf(room), changes)
}

// Changes lists what a sign-off showed of a room as different from before.
func (s *SignOff) Changes(room string) ([]Difference, error) {
	raw, ok := s.Shown[changesOf(room)]
	if !ok {
		return nil, nil
	}
	var out []Difference
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fault.Internalf("what %s shows cannot be read", s.ID).Because(err)
	}
	return out, nil
}

// Differences compares two JSON documents leaf by leaf and lists what differs, by path. Elements
// of a list are told apart by the id or key that they carry, not by their place, so that
// their order changes nothing. A missing document is an empty one.
func Differences(was, is json.RawMessage) ([]Difference, error) {
	before, after := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := leaves(before, "", was); err != nil {
		return nil, err
	}
	if err := leaves(after, "", is); err != nil {
		return nil, err
	}
	paths := maps.Clone(before)
	maps.Copy(paths, after)
	out := []Difference{}
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		if !bytes.Equal(before[p], after[p]) {
			out = append(out, Difference{p, before[p], after[p]})
		}
	}
	return out, nil
}

// idFields are the fields by which elements of shown lists are told apart.
var idFields = []string{"task", "checklist", "question", "evidence", "entry", "item"}

func leaves(into map[string]json.RawMessage, path string, doc json.RawMessage) error {
	doc = bytes.TrimSpace(doc)
	if len(doc) == 0 {
		return nil
	}
	unreadable := func(err error) error { return fault.Internalf("%s cannot be compared", path).Because(err) }
	switch doc[0] {
	case '{':
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(doc, &fields); err != nil {
			return unreadable(err)
		}
		for name, value := range fields {
			at := name
			if path != "" {
				at = path + "." + name
			}
			if err := leaves(into, at, value); err != nil {
				return err
			}
		}
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(doc, &list); err != nil {
			return unreadable(err)
		}
		for i, value := range list {
			key := fmt.Sprint(i + 1)
			var fields map[string]json.RawMessage
			if json.Unmarshal(value, &fields) == nil {
				for _, f := range idFields {
					var id string
					if json.Unmarshal(fields[f], &id) == nil {
						key = id
						break
					}
				}
			}
			if err := leaves(into, path+"["+key+"]", value); err != nil {
				return err
			}
		}
	default:
		var tidy bytes.Buffer
		if err := json.Compact(&tidy, doc); err != nil {
			return unreadable(err)
		}
		into[path] = tidy.Bytes()
	}
	return nil
}
