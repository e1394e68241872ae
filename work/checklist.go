package work

import (
	"slices"
	"strings"
	"unicode"

	"callout/approval"
	"callout/calendar"
	"callout/internal/definition"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Checklist is a template of typed questions.
type Checklist struct {
	Title string `json:"title" yaml:"title"`
	// Safety makes the checklist block the start of work until its required questions are
	// answered and somebody has acknowledged it.
	Safety bool `json:"safety,omitempty" yaml:"safety,omitempty"`
	// Text is what is acknowledged, for safety checklists.
	Text      string     `json:"text,omitempty" yaml:"text,omitempty"`
	Questions []Question `json:"questions,omitempty" yaml:"questions,omitempty"`
}

// Question is one typed question of a checklist.
type Question struct {
	Key      string     `json:"key" yaml:"key"` // short, unique within the checklist
	Text     string     `json:"text" yaml:"text"`
	Type     AnswerType `json:"type" yaml:"type"`
	Required bool       `json:"required,omitempty" yaml:"required,omitempty"`
	Choices  []string   `json:"choices,omitempty" yaml:"choices,omitempty"`
	Unit     string     `json:"unit,omitempty" yaml:"unit,omitempty"`
	// If says when it is asked at all; without it, always.
	If *Condition `json:"if,omitempty" yaml:"if,omitempty"`
	// Min and Max are the limits of a number: an answer beyond them fails.
	Min string `json:"min,omitempty" yaml:"min,omitempty"`
	Max string `json:"max,omitempty" yaml:"max,omitempty"`
	// FailIf are the answers of a yes-no question or a choice that fail.
	FailIf []string `json:"fail_if,omitempty" yaml:"fail_if,omitempty"`
	// OnFail is what an answer that fails needs.
	OnFail *FailNeeds `json:"on_fail,omitempty" yaml:"on_fail,omitempty"`
	// NA lets "n/a" be an answer.
	NA bool `json:"allow_na,omitempty" yaml:"allow_na,omitempty"`
	// Count is how many photos a photo question needs; 0 counts as 1.
	Count int `json:"count,omitempty" yaml:"count,omitempty"`
}

// FailNeeds is what an answer that fails needs before the task can be done.
type FailNeeds struct {
	Note   bool `json:"note,omitempty" yaml:"note,omitempty"`
	Photo  bool `json:"photo,omitempty" yaml:"photo,omitempty"`
	Blocks bool `json:"blocks,omitempty" yaml:"blocks,omitempty"` // it must be put right first
}

// AnswerType says what an answer must look like.
type AnswerType string

// The answer types.
const (
	AnswerBool   AnswerType = "yes-no"
	AnswerText   AnswerType = "text"
	AnswerNumber AnswerType = "number" // a decimal, in the question's unit
	AnswerChoice AnswerType = "choice"
	AnswerDate   AnswerType = "date"
	AnswerPhoto  AnswerType = "photo"  // evidence of kind photo
	AnswerResult AnswerType = "result" // pass, fail, partial or n/a
)

// AnswerTypes lists all answer types.
func AnswerTypes() []AnswerType {
	return []AnswerType{AnswerBool, AnswerText, AnswerNumber, AnswerChoice, AnswerDate, AnswerPhoto, AnswerResult}
}

// Checklists holds the revisions of the templates.
var Checklists = store.Revised[Checklist]{Kind: "checklist", Title: "checklist"}

// Validate refuses what is no checklist.
func (c Checklist) Validate() error {
	if _, err := required("title", c.Title, "a checklist needs a title"); err != nil {
		return err
	}
	if c.Safety && strings.TrimSpace(c.Text) == "" {
		return fault.Invalidf("text", "a safety checklist needs the text that is acknowledged").With("checklist.text")
	}
	if !c.Safety && len(c.Questions) == 0 {
		return fault.Invalidf("questions", "a checklist without questions asks nothing").With("checklist.empty")
	}
	if _, err := prose("text", c.Text); err != nil {
		return err
	}
	var keys []string
	for i, q := range c.Questions {
		if err := q.validate(i + 1); err != nil {
			return err
		}
		if q.If != nil {
			if err := q.If.check(q.Key, c.Questions[:i]); err != nil {
				return err
			}
		}
		if slices.Contains(keys, party.Fold(q.Key)) {
			return fault.Invalidf("questions", "the key %q is given to two questions", q.Key).With("checklist.twice")
		}
		keys = append(keys, party.Fold(q.Key))
	}
	return nil
}

func (q Question) validate(n int) error {
	if q.Key == "" || strings.ContainsFunc(q.Key, notKey) {
		return fault.Invalidf("questions", "the key %q of question %d is not made of letters, digits, dots and dashes", q.Key, n).
			With("checklist.key")
	}
	if _, err := required("questions", q.Text, "question "+q.Key+" has no text"); err != nil {
		return err
	}
	if !slices.Contains(AnswerTypes(), q.Type) {
		return fault.Invalidf("questions", "question %s has type %q; there are yes-no, text, number, choice, date, photo and result", q.Key, q.Type).
			With("checklist.type")
	}
	if (q.Type == AnswerChoice) != (len(q.Choices) > 0) {
		return fault.Invalidf("questions", "question %s: choices belong to type choice, and a choice needs them", q.Key).
			With("checklist.choices")
	}
	for i, choice := range q.Choices {
		again := slices.ContainsFunc(q.Choices[:i], func(c string) bool { return party.Fold(c) == party.Fold(choice) })
		if again || strings.TrimSpace(choice) == "" {
			return fault.Invalidf("questions", "question %s has an empty choice, or one twice", q.Key).With("checklist.choices")
		}
	}
	if q.Unit != "" && q.Type != AnswerNumber {
		return fault.Invalidf("questions", "question %s has a unit but asks for no number", q.Key).With("checklist.unit")
	}
	return q.validateResult()
}

// validateResult checks what makes an answer fail.
func (q Question) validateResult() error {
	bad := func(format string, args ...any) error {
		return fault.Invalidf("questions", "question "+q.Key+" "+format, args...).With("checklist.result")
	}
	if (q.Min != "" || q.Max != "") && q.Type != AnswerNumber {
		return bad("has limits but asks for no number")
	}
	for _, s := range []string{q.Min, q.Max} {
		if _, err := money.ParseQuantity("questions", s); s != "" && err != nil {
			return bad("has the limit %q, which is no number", s)
		}
	}
	if q.Min != "" && q.Max != "" && limit(q.Min).Cmp(limit(q.Max)) > 0 {
		return bad("has limits that no number keeps")
	}
	if len(q.FailIf) > 0 && q.Type != AnswerBool && q.Type != AnswerChoice {
		return bad("names answers that fail, but is neither yes-no nor a choice")
	}
	for _, s := range q.FailIf {
		if _, err := q.read(s); err != nil {
			return bad("fails with the answer %q, which nobody can give", s)
		}
	}
	canFail := q.Type == AnswerResult || q.Min != "" || q.Max != "" || len(q.FailIf) > 0
	if q.OnFail != nil && !canFail {
		return bad("says what a failure needs, but no answer to it fails")
	}
	if q.Count < 0 || q.Count > 1000 || q.Count > 0 && q.Type != AnswerPhoto {
		return bad("counts photos but asks for none, or for more than 1000")
	}
	if q.NA && (q.Type == AnswerText || q.Type == AnswerPhoto) {
		return bad("lets n/a be an answer, which for a %s cannot be told from others", q.Type)
	}
	return nil
}

func notKey(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && r != '.'
}

// Hash is what an acknowledgement is bound to: the text and the questions as they were read.
func (c Checklist) Hash() (string, error) { return approval.Hash(c) }

// Asks reports whether the checklist has a question with a key.
func (c Checklist) Asks(key string) bool {
	_, err := c.question(key)
	return err == nil
}

// question returns the question with a key.
func (c Checklist) question(key string) (Question, error) {
	var keys []string
	for _, q := range c.Questions {
		if party.Fold(q.Key) == party.Fold(key) {
			return q, nil
		}
		keys = append(keys, q.Key)
	}
	if len(keys) == 0 {
		return Question{}, fault.Invalidf("question", "%q asks nothing", c.Title).With("checklist.question")
	}
	return Question{}, fault.Invalidf("question", "%q has no question %q; it has %s", c.Title, key, strings.Join(keys, ", ")).
		With("checklist.question")
}

// read checks an answer against the question's type and returns it in the one form in
// which it is stored: yes or no, a plain decimal, the choice as the template spells it, a date.
func (q Question) read(answer string) (string, error) {
	answer = strings.TrimSpace(answer)
	if answer == "" {
		return "", fault.Invalidf(q.Key, "the answer is empty").With("answer.empty")
	}
	if isNotApplicable(answer) && (q.NA || q.Type == AnswerResult) {
		return notApplicable, nil
	}
	switch q.Type {
	case AnswerResult:
		switch r := Result(strings.ToLower(answer)); r {
		case ResultPass, ResultFail, ResultPartial:
			return string(r), nil
		}
		return "", fault.Invalidf(q.Key, "%q is no result; there are pass, fail, partial and n/a", answer).With("answer.type")
	case AnswerPhoto:
		return "", fault.Invalidf(q.Key, "%s asks for a photo", q.Key).With("answer.type").Hint("%s=@FILE", q.Key)
	case AnswerBool:
		switch strings.ToLower(answer) {
		case "yes", "y", "true":
			return "yes", nil
		case "no", "n", "false":
			return "no", nil
		}
		return "", fault.Invalidf(q.Key, "%q is neither yes nor no", answer).With("answer.type")
	case AnswerNumber:
		n, err := money.ParseQuantity(q.Key, answer)
		return n.String(), err
	case AnswerChoice:
		for _, c := range q.Choices {
			if party.Fold(c) == party.Fold(answer) {
				return c, nil
			}
		}
		return "", fault.Invalidf(q.Key, "%q is no choice; there are %s", answer, strings.Join(q.Choices, ", ")).With("answer.type")
	case AnswerDate:
		d, err := calendar.ParseDate(q.Key, answer)
		return d.String(), err
	default:
		return prose(q.Key, answer)
	}
}

// ParseChecklist reads a template and its name, which may be empty, from YAML.
func ParseChecklist(text []byte) (name string, c Checklist, err error) {
	var file struct {
		Name      string `yaml:"name"`
		Checklist `yaml:",inline"`
	}
	if err := definition.Parse("checklist", text, &file); err != nil {
		return "", Checklist{}, err
	}
	return file.Name, file.Checklist, file.Checklist.Validate()
}

// AddChecklist publishes a revision of a template. Checklists on tasks keep the revision
// that they were made under, so publishing is never taken back.
type AddChecklist struct {
	Checklist string    `json:"name"`
	Body      Checklist `json:"body"`
}

// Name implements store.Command.
func (c *AddChecklist) Name() string { return "checklist.add.v1" }

// Do implements store.Command.
func (c *AddChecklist) Do(tx *store.Tx) error {
	name, err := required("name", c.Checklist, "a checklist needs a name")
	if err != nil {
		return err
	}
	if err := c.Body.Validate(); err != nil {
		return err
	}
	pin, err := Checklists.Publish(tx, name, c.Body)
	if err != nil {
		return err
	}
	tx.Emit("checklist.published", pin.ID, map[string]any{"name": pin.Name, "rev": pin.Rev})
	return nil
}
