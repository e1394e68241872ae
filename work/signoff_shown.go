package work

import (
	"cmp"
	"slices"

	"callout/internal/fault"
	"callout/store"
)

// shown is what this room puts before a person who signs: what was to be done, what was
// done, what was found. It holds no human numbers, revision counters or authority's
// times, which change when commands are decided again; records are named by their ids.
type shown struct {
	Order       store.ID        `json:"order"`
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Site        store.ID        `json:"site"`
	Asset       store.ID        `json:"asset,omitempty"`
	Tasks       []shownTask     `json:"tasks,omitempty"`
	Evidence    []shownEvidence `json:"evidence,omitempty"`
}

type shownTask struct {
	Task       store.ID         `json:"task"`
	Title      string           `json:"title"`
	Status     TaskStatus       `json:"status"`
	Checklists []shownChecklist `json:"checklists,omitempty"`
}

type shownChecklist struct {
	Checklist    string        `json:"checklist"`
	Answers      []shownAnswer `json:"answers,omitempty"`
	Acknowledged string        `json:"acknowledged,omitempty"` // by whom
	TextHash     string        `json:"text_hash,omitempty"`
}

type shownAnswer struct {
	Question string     `json:"question"`
	Value    string     `json:"value"`
	Result   Result     `json:"result,omitempty"`
	Note     string     `json:"note,omitempty"`
	Evidence []store.ID `json:"evidence,omitempty"`
}

type shownEvidence struct {
	Evidence store.ID     `json:"evidence"`
	Kind     EvidenceKind `json:"kind"`
	Title    string       `json:"title,omitempty"`
	SHA256   string       `json:"sha256,omitempty"`
	Value    string       `json:"value,omitempty"`
	Unit     string       `json:"unit,omitempty"`
}

// shownWork gathers this room's part of what a sign-off on an order shows. Signatures
// are left out: they are the answer, not the question.
func shownWork(r store.Reader, w *WorkOrder) (*shown, error) {
	out := &shown{Order: w.ID, Title: w.Title, Description: w.Description, Site: w.Site, Asset: w.Asset}
	lists := map[store.ID][]shownChecklist{}
	for run, err := range ChecklistRuns.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		body, err := Checklists.At(r, run.Template)
		if err != nil {
			return nil, err
		}
		lists[run.Task] = append(lists[run.Task], run.shown(body))
	}
	for t, err := range Tasks.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		slices.SortFunc(lists[t.ID], func(a, b shownChecklist) int { return cmp.Compare(a.Checklist, b.Checklist) })
		out.Tasks = append(out.Tasks, shownTask{t.ID, t.Title, t.Status, lists[t.ID]})
	}
	for e, err := range EvidenceItems.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		if e.Kind != Signature {
			out.Evidence = append(out.Evidence, shownEvidence{e.ID, e.Kind, e.Title, e.SHA256, e.Value, e.Unit})
		}
	}
	slices.SortFunc(out.Tasks, func(a, b shownTask) int { return cmp.Compare(a.Task, b.Task) })
	slices.SortFunc(out.Evidence, func(a, b shownEvidence) int { return cmp.Compare(a.Evidence, b.Evidence) })
	return out, nil
}

// shown are the answers that count to the questions that are asked. What was answered before a
// correction took the question away stays in the record, and is not shown.
func (c *ChecklistRun) shown(body *Checklist) shownChecklist {
	s := shownChecklist{Checklist: c.Template.Name}
	for _, q := range c.Asked(body) {
		if a, ok := c.Answer(q.Key); ok {
			s.Answers = append(s.Answers, shownAnswer{q.Key, a.Value, a.Result, a.Note, a.Evidence})
		}
	}
	slices.SortFunc(s.Answers, func(a, b shownAnswer) int { return cmp.Compare(a.Question, b.Question) })
	if c.Acknowledged != nil {
		s.Acknowledged, s.TextHash = c.Acknowledged.Name, c.Acknowledged.TextHash
	}
	return s
}

// supersedeEdited is the derivation that work edited after it was signed, or after a
// signature was asked for, is open again.
func supersedeEdited(tx *store.Tx) error {
	for _, id := range touchedOrders(tx) {
		err := SupersedeChanged(tx, id, ShownWork, "the work was edited afterwards", func() (any, error) {
			w, err := WorkOrders.Get(tx, id)
			if err != nil {
				return nil, err
			}
			return shownWork(tx, w)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// signedStands refuses what would leave a sign-off that counts untrue. Edits supersede
// it before this runs; what is left is taking back something from before the signature.
func signedStands(tx *store.Tx, orders []store.ID) error {
	for _, id := range orders {
		s, err := CurrentSignOff(tx, id)
		if err != nil {
			return err
		}
		if s == nil {
			continue
		}
		w, err := WorkOrders.Get(tx, id)
		if err != nil {
			return err
		}
		content, err := shownWork(tx, w)
		if err != nil {
			return err
		}
		differs, err := s.Differs(ShownWork, content)
		if err != nil {
			return err
		}
		if differs {
			return fault.Refusedf("%s has signed the work on %s as it is; it is changed by editing, which asks for a new signature, not by taking back", s.Name, w.Number).
				With("signoff.stands").Hint("callout signoff show %s", w.Number)
		}
	}
	return nil
}

// touchedOrders lists the orders whose shown content the command may have changed.
func touchedOrders(tx *store.Tx) []store.ID {
	var out []store.ID
	add := func(id store.ID) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	WorkOrders.Look(tx, func(id store.ID, before, after *WorkOrder) {
		if store.Edited(before, after) {
			add(id)
		}
	})
	touchedVia(tx, Tasks, func(t *Task) store.ID { return t.Order }, add)
	touchedVia(tx, ChecklistRuns, func(c *ChecklistRun) store.ID { return c.Order }, add)
	touchedVia(tx, EvidenceItems, func(e *Evidence) store.ID { return e.Order }, add)
	return out
}

func touchedVia[T, R any](tx *store.Tx, c *store.Collection[T, R], order func(*T) store.ID, add func(store.ID)) {
	c.Look(tx, func(_ store.ID, before, after *T) {
		if before != nil {
			add(order(before))
		}
		if after != nil {
			add(order(after))
		}
	})
}
