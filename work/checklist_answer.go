package work

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// inOrder are the given answers in the order of the questions, so that what is asked only
// after another answer may be given in the same breath.
func (c *AnswerChecklist) inOrder(body *Checklist) ([]Given, error) {
	at := func(key string) int {
		return slices.IndexFunc(body.Questions, func(q Question) bool { return party.Fold(q.Key) == party.Fold(key) })
	}
	for _, g := range c.Answers {
		if _, err := body.question(g.Question); err != nil {
			return nil, err
		}
	}
	out := slices.Clone(c.Answers)
	slices.SortStableFunc(out, func(a, b Given) int { return cmp.Compare(at(a.Question), at(b.Question)) })
	return out, nil
}

// answer takes one answer in. Another value than before is a correction, which needs a reason;
// photos add to those that are there; the same again changes nothing.
func (c *ChecklistRun) answer(tx *store.Tx, body *Checklist, g Given) error {
	q, err := body.question(g.Question)
	if err != nil {
		return err
	}
	if err := c.mustBeAsked(body, q); err != nil {
		return err
	}
	a := Answer{Question: q.Key, By: tx.Env.Actor.ID, At: tx.Env.OccurredAt}
	earlier, again := c.Answer(q.Key)
	if a.Evidence, err = c.photos(tx, q, g, earlier.Evidence); err != nil {
		return err
	}
	if a.Note, err = prose(q.Key, g.Note); err != nil {
		return err
	}
	a.Note = cmp.Or(a.Note, earlier.Note)
	switch {
	case q.Type == AnswerPhoto && g.Value == "" && len(a.Evidence) > 0:
		var ids []string
		for _, id := range a.Evidence {
			ids = append(ids, string(id))
		}
		a.Value = strings.Join(ids, " ")
	case g.Value == "" && again: // only a note or photos are added
		a.Value = earlier.Value
	default:
		if a.Value, err = q.read(g.Value); err != nil {
			return err
		}
	}
	a.Result = q.Result(a.Value)
	if again {
		if earlier.Value == a.Value && earlier.Note == a.Note && slices.Equal(earlier.Evidence, a.Evidence) {
			return nil
		}
		if earlier.Value != a.Value && q.Type != AnswerPhoto {
			if a.Note == earlier.Note {
				a.Note = g.Note // what was said of another value does not go over
			}
			if g.Attach == nil && g.Evidence == nil {
				a.Evidence = nil
			}
			why := fmt.Sprintf("%s was answered %q before; say why that is corrected", q.Key, earlier.Value)
			if a.Reason, err = reasonFor(tx.Env.Reason, why); err != nil {
				return err
			}
		}
	}
	c.Answers = append(c.Answers, a)
	return nil
}

// photos are the photos of an answer: those that were there, those that are named, and those
// that come with it.
func (c *ChecklistRun) photos(tx *store.Tx, q Question, g Given, out []store.ID) ([]store.ID, error) {
	out = slices.Clone(out)
	add := func(id store.ID) {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, id := range g.Evidence {
		e, err := EvidenceItems.Get(tx, id)
		if err != nil {
			return nil, err
		}
		if e.Order != c.Order || e.Kind != Photo {
			return nil, fault.Invalidf(q.Key, "%s is no photo on this order", id).With("answer.photo").
				Hint("callout evidence list %s", c.Order)
		}
		add(id)
	}
	for i, attach := range g.Attach {
		cmd := *attach
		cmd.Order, cmd.Task, cmd.Deliverable, cmd.Kind = c.Order, c.Task, "", Photo
		cmd.Title = cmp.Or(cmd.Title, q.Text)
		id, _, err := tx.Sub(uuid.NewSHA1(tx.Env.CommandID, fmt.Appendf(nil, "%s/%d", q.Key, i)), &cmd)
		if err != nil {
			return nil, err
		}
		add(id)
	}
	return out, nil
}

// unproved lists what an answer lacks: photos that the question asks for, and what the
// template asks for with an answer that fails.
func (c *ChecklistRun) unproved(q Question, a Answer, w *WorkOrder, t *Task) []Blocker {
	var out []Blocker
	add := func(code, text, fix string) {
		out = append(out, Blocker{
			Code: code, Text: fmt.Sprintf("task %d (%s): %s of the checklist %s %s", t.N, t.Title, q.Key, c.Template.Name, text),
			Fix:  fmt.Sprintf("callout checklist answer %s --checklist %q %s", t.Ref(w), c.Template.Name, fix),
			Refs: []store.ID{c.ID, t.ID},
		})
	}
	if n := max(1, q.Count); q.Type == AnswerPhoto && q.Required && len(a.Evidence) < n {
		add("checklist.photos", fmt.Sprintf("has %d of %d photos", len(a.Evidence), n), q.Key+"=@FILE")
	}
	if q.Result(a.Value) != ResultFail || q.OnFail == nil {
		return out
	}
	said := a.Value
	if q.Unit != "" {
		said += " " + q.Unit
	}
	if q.OnFail.Blocks {
		add("checklist.failed", "fails ("+said+") and has to be put right", q.Key+`=… --reason "…"`)
	}
	if q.OnFail.Note && a.Note == "" {
		add("checklist.note", "fails ("+said+"), which needs a note", fmt.Sprintf(`--note %s="…"`, q.Key))
	}
	if q.OnFail.Photo && len(a.Evidence) == 0 {
		add("checklist.photo", "fails ("+said+"), which needs a photo", fmt.Sprintf("--photo %s=FILE", q.Key))
	}
	return out
}
