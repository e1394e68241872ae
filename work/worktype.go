package work

import (
	"fmt"

	"callout/internal/definition"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// WorkType is the template of a kind of work: an order made from it gets its tasks, checklists,
// deliverables and milestones, and pins its revision.
type WorkType struct {
	Tasks        []TaskTemplate        `json:"tasks,omitempty" yaml:"tasks,omitempty"`
	Deliverables []DeliverableTemplate `json:"deliverables,omitempty" yaml:"deliverables,omitempty"`
	Milestones   []MilestoneTemplate   `json:"milestones,omitempty" yaml:"milestones,omitempty"`
	Priority     Priority              `json:"priority,omitempty" yaml:"priority,omitempty"`
	SLA          string                `json:"sla,omitempty" yaml:"sla,omitempty"` // name of the SLA policy
}

// TaskTemplate becomes a task.
type TaskTemplate struct {
	Title      string         `json:"title" yaml:"title"`
	Skills     []SkillNeed    `json:"skills,omitempty" yaml:"skills,omitempty"`
	Minutes    int            `json:"estimate_minutes,omitempty" yaml:"estimate_minutes,omitempty"`
	Checklists []string       `json:"checklists,omitempty" yaml:"checklists,omitempty"` // template names
	Evidence   []EvidenceNeed `json:"evidence,omitempty" yaml:"evidence,omitempty"`
	Optional   bool           `json:"optional,omitempty" yaml:"optional,omitempty"`
}

// DeliverableTemplate becomes a deliverable.
type DeliverableTemplate struct {
	Title string `json:"title" yaml:"title"`
	Needs Needs  `json:"needs" yaml:"needs"`
}

// MilestoneTemplate becomes a billing milestone; room billing reads it. Amount and
// Percent are decimals as text; with neither, the milestone bills what was worked.
type MilestoneTemplate struct {
	Name    string `json:"name" yaml:"name"`
	Amount  string `json:"amount,omitempty" yaml:"amount,omitempty"`
	Percent string `json:"percent,omitempty" yaml:"percent,omitempty"`
}

// WorkTypes holds the revisions of the work types.
var WorkTypes = store.Revised[WorkType]{Kind: "work_type", Title: "work type"}

// Validate refuses what is no work type. Whether the checklists and the SLA policy that
// it names exist is checked when it is published.
func (w WorkType) Validate() error {
	if w.Priority != "" {
		if err := w.Priority.Validate(); err != nil {
			return err
		}
	}
	for i, t := range w.Tasks {
		field := fmt.Sprintf("tasks[%d]", i+1)
		if _, err := required(field, t.Title, "the task has no title"); err != nil {
			return err
		}
		if err := checkTaskNeeds(field, t.Skills, t.Minutes, t.Evidence); err != nil {
			return err
		}
	}
	for i, d := range w.Deliverables {
		if _, err := required(fmt.Sprintf("deliverables[%d]", i+1), d.Title, "the deliverable has no title"); err != nil {
			return err
		}
		if err := d.Needs.Validate(); err != nil {
			return err
		}
	}
	for i, m := range w.Milestones {
		if err := m.validate(fmt.Sprintf("milestones[%d]", i+1)); err != nil {
			return err
		}
	}
	return nil
}

func (m MilestoneTemplate) validate(field string) error {
	if _, err := required(field, m.Name, "the milestone has no name"); err != nil {
		return err
	}
	if m.Amount != "" && m.Percent != "" {
		return fault.Invalidf(field, "milestone %q has an amount and a percentage; one of them counts", m.Name).
			With("milestone.both")
	}
	for _, number := range []string{m.Amount, m.Percent} {
		if number == "" {
			continue
		}
		n, err := money.ParseQuantity(field, number)
		if err != nil {
			return err
		}
		if n.Sign() <= 0 {
			return fault.Invalidf(field, "milestone %q of %s bills nothing", m.Name, number).With("milestone.range")
		}
	}
	return nil
}

// ParseWorkType reads a work type and its name, which may be empty, from YAML.
func ParseWorkType(text []byte) (name string, w WorkType, err error) {
	var file struct {
		Name     string `yaml:"name"`
		WorkType `yaml:",inline"`
	}
	if err := definition.Parse("work type", text, &file); err != nil {
		return "", WorkType{}, err
	}
	return file.Name, file.WorkType, file.WorkType.Validate()
}

// AddWorkType publishes a revision of a work type. Orders keep the revision that they
// were made under, so publishing is never taken back.
type AddWorkType struct {
	WorkType string   `json:"name"`
	Body     WorkType `json:"body"`
}

// Name implements store.Command.
func (c *AddWorkType) Name() string { return "work_type.add.v1" }

// Do implements store.Command.
func (c *AddWorkType) Do(tx *store.Tx) error {
	name, err := required("name", c.WorkType, "a work type needs a name")
	if err != nil {
		return err
	}
	if err := c.Body.Validate(); err != nil {
		return err
	}
	if c.Body.SLA != "" {
		if err := defined(tx, SLAs, c.Body.SLA, "callout sla add FILE"); err != nil {
			return err
		}
	}
	for _, t := range c.Body.Tasks {
		for _, name := range t.Checklists {
			if err := defined(tx, Checklists, name, "callout checklist add FILE"); err != nil {
				return err
			}
		}
	}
	pin, err := WorkTypes.Publish(tx, name, c.Body)
	if err != nil {
		return err
	}
	tx.Emit("work_type.published", pin.ID, map[string]any{"name": pin.Name, "rev": pin.Rev})
	return nil
}

// defined refuses the name of a definition that nobody has published.
func defined[T any](r store.Reader, kind store.Revised[T], name, fix string) error {
	has, err := kind.Has(r, name)
	if err == nil && !has {
		err = fault.NotFoundf("no %s %q", kind.Title, name).With(kind.Kind+".unknown").Hint("%s", fix)
	}
	return err
}
