package work

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
)

// Condition says when a question is asked: when an earlier one is itself asked, is answered,
// and its answer is as everything here says.
type Condition struct {
	Question string   `json:"question" yaml:"question"`
	Is       []string `json:"is,omitempty" yaml:"is,omitempty"`       // one of these
	Not      []string `json:"not,omitempty" yaml:"not,omitempty"`     // none of these
	Above    string   `json:"above,omitempty" yaml:"above,omitempty"` // for numbers
	Below    string   `json:"below,omitempty" yaml:"below,omitempty"`
	Failed   bool     `json:"failed,omitempty" yaml:"failed,omitempty"` // it fails
}

// check refuses a condition that makes no sense after the questions before it.
func (c *Condition) check(key string, before []Question) error {
	i := slices.IndexFunc(before, func(q Question) bool { return party.Fold(q.Key) == party.Fold(c.Question) })
	if i < 0 {
		return fault.Invalidf("questions", "question %s depends on %q, which is not asked before it", key, c.Question).
			With("checklist.branch")
	}
	q := before[i]
	if len(c.Is)+len(c.Not) == 0 && c.Above == "" && c.Below == "" && !c.Failed {
		return fault.Invalidf("questions", "question %s does not say which answer to %s it depends on", key, q.Key).With("checklist.branch")
	}
	if (c.Above != "" || c.Below != "") && q.Type != AnswerNumber {
		return fault.Invalidf("questions", "question %s compares the answer to %s, which is no number", key, q.Key).With("checklist.branch")
	}
	for _, text := range slices.Concat(c.Is, c.Not, []string{c.Above, c.Below}) {
		if text == "" {
			continue
		}
		if _, err := q.read(text); err != nil || q.Type == AnswerPhoto {
			return fault.Invalidf("questions", "question %s waits for the answer %q to %s, which nobody can give", key, text, q.Key).
				With("checklist.branch")
		}
	}
	return nil
}

// holds reports whether an answer to the question is as the condition says.
func (c *Condition) holds(q Question, value string) bool {
	same := func(text string) bool {
		want, err := q.read(text)
		return err == nil && want == value
	}
	if len(c.Is) > 0 && !slices.ContainsFunc(c.Is, same) || slices.ContainsFunc(c.Not, same) {
		return false
	}
	if c.Failed && q.Result(value) != ResultFail {
		return false
	}
	if c.Above == "" && c.Below == "" {
		return true
	}
	n, err := money.ParseQuantity("answer", value)
	if err != nil {
		return false // it does not apply
	}
	return (c.Above == "" || n.Cmp(limit(c.Above)) > 0) && (c.Below == "" || n.Cmp(limit(c.Below)) < 0)
}

// limit reads a number of a template, which was checked when it was published.
func limit(s string) money.Quantity {
	n, _ := money.ParseQuantity("limit", s)
	return n
}

// Asked lists the questions that are asked after the answers given so far, in their order.
func (c *ChecklistRun) Asked(body *Checklist) []Question {
	var out []Question
	for _, q := range body.Questions {
		if q.If == nil {
			out = append(out, q)
			continue
		}
		i := slices.IndexFunc(out, func(o Question) bool { return party.Fold(o.Key) == party.Fold(q.If.Question) })
		if i < 0 {
			continue
		}
		if a, ok := c.Answer(out[i].Key); ok && q.If.holds(out[i], a.Value) {
			out = append(out, q)
		}
	}
	return out
}

// mustBeAsked refuses the answer to a question that is not asked.
func (c *ChecklistRun) mustBeAsked(body *Checklist, q Question) error {
	if slices.ContainsFunc(c.Asked(body), func(o Question) bool { return o.Key == q.Key }) {
		return nil
	}
	said := "is not answered"
	if a, ok := c.Answer(q.If.Question); ok {
		said = "was answered " + a.Value
	}
	return fault.Refusedf("%s is not asked: %s %s", q.Key, q.If.Question, said).With("answer.hidden").
		Hint("callout checklist show %s", c.Task)
}

// Result is how an answer, or a whole checklist, came out.
type Result string

// The results; none is for what cannot fail.
const (
	ResultPass    Result = "pass"
	ResultFail    Result = "fail"
	ResultPartial Result = "partial"
	ResultNA      Result = "n/a"
)

// notApplicable is the stored answer to a question that does not apply.
const notApplicable = "n/a"

// isNotApplicable reports whether an answer says that the question does not apply.
func isNotApplicable(answer string) bool {
	return slices.Contains([]string{"n/a", "na", "not applicable"}, strings.ToLower(answer))
}

// Result says how an answer, in its stored form, came out: a number by its limits, a choice
// by the answers that fail.
func (q Question) Result(value string) Result {
	switch {
	case value == notApplicable && (q.NA || q.Type == AnswerResult):
		return ResultNA
	case q.Type == AnswerResult:
		return Result(value)
	case q.Type == AnswerNumber && (q.Min != "" || q.Max != ""):
		n, err := money.ParseQuantity(q.Key, value)
		if err != nil || q.Min != "" && n.Cmp(limit(q.Min)) < 0 || q.Max != "" && n.Cmp(limit(q.Max)) > 0 {
			return ResultFail
		}
		return ResultPass
	case len(q.FailIf) > 0:
		fails := slices.ContainsFunc(q.FailIf, func(s string) bool { return party.Fold(s) == party.Fold(value) })
		if fails {
			return ResultFail
		}
		return ResultPass
	}
	return ""
}

// Result says how the checklist came out so far: failed if any answer that counts did, else
// partly if any did, else passed, else not applicable. It is none while a required question
// is open or where nothing can fail.
func (c *ChecklistRun) Result(body *Checklist) Result {
	seen := map[Result]bool{}
	open := false
	for _, q := range c.Asked(body) {
		a, ok := c.Answer(q.Key)
		open = open || !ok && q.Required
		if ok {
			seen[q.Result(a.Value)] = true
		}
	}
	switch {
	case seen[ResultFail]:
		return ResultFail
	case open:
		return ""
	case seen[ResultPartial]:
		return ResultPartial
	case seen[ResultPass]:
		return ResultPass
	case seen[ResultNA]:
		return ResultNA
	}
	return ""
}
