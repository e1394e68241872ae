package approval

import (
	"slices"
	"time"

	"callout/party"
	"callout/store"
)

// Explanation says by which rule a request is decided, how far that is, who could go on and who could not, and why.
type Explanation struct {
	Request *Request `json:"request"`
	// Rule is the kind whose rule was taken, or "four-eyes" or "single" where the shop has none of its own.
	Rule string `json:"rule"`
	// Revision is the policy's that it was asked under, InForce the one of today. They may differ: what is
	// asked stays under the policy of its day.
	Revision int            `json:"revision"`
	InForce  int            `json:"in_force"`
	Changed  bool           `json:"policy_changed"`
	Counted  []*Request     `json:"-"` // the requests whose amounts count with it
	Steps    []ExplainStep  `json:"steps"`
	People   []ExplainedOne `json:"people"`
}

// ExplainStep is one step and where it stands.
type ExplainStep struct {
	N     int    `json:"n"`
	Takes string `json:"takes"`
	From  string `json:"from,omitempty"` // the amount from which it is needed
	Need  int    `json:"need"`
	Given int    `json:"given"`
	// By are who took it, by name, with whose place they took.
	By []string `json:"by,omitempty"`
}

// ExplainedOne is one person, and whether they could decide now.
type ExplainedOne struct {
	Person store.ID     `json:"person"`
	Name   string       `json:"name"`
	Roles  []party.Role `json:"roles,omitempty"`
	May    bool         `json:"may"`
	Step   int          `json:"step,omitempty"`
	For    string       `json:"for,omitempty"` // in whose place, by name
	Code   string       `json:"code,omitempty"`
	Why    string       `json:"why,omitempty"` // why not
}

// Explain explains a request as things stand at an instant of the authority's.
func Explain(r store.Reader, q *Request, now time.Time) (*Explanation, error) {
	x := &Explanation{Request: q, Rule: string(q.Mode), Revision: q.Policy.Rev, Steps: []ExplainStep{}, People: []ExplainedOne{}}
	policy, pin, err := Current(r)
	if err != nil {
		return nil, err
	}
	x.InForce, x.Changed = pin.Rev, q.State == Pending && pin.ID != q.Policy.ID
	if q.Policy.ID != "" {
		then, err := Policies.At(r, q.Policy)
		if err != nil {
			return nil, err
		}
		policy = *then
	}
	row := q.row()
	if rule := policy.RuleFor(row.RuleKind()); rule != nil && !policy.Preset() {
		x.Rule = rule.Kind
	}
	for _, id := range q.With {
		o, err := Requests.Get(r, id)
		if err != nil {
			return nil, err
		}
		x.Counted = append(x.Counted, o)
	}
	people := map[store.ID]*party.Person{}
	var order []*party.Person
	for p, err := range party.People.By(r, "name", nil) {
		if err != nil {
			return nil, err
		}
		people[p.ID] = p
		order = append(order, p)
	}
	name := func(id store.ID) string {
		if p := people[id]; p != nil {
			return p.Name
		}
		return string(id)
	}
	x.steps(q, name)
	for _, p := range order {
		one, err := explainOne(r, &row, p, now, name)
		if err != nil {
			return nil, err
		}
		x.People = append(x.People, one)
	}
	return x, nil
}

func (x *Explanation) steps(q *Request, name func(store.ID) string) {
	steps := q.Steps
	if len(steps) == 0 {
		steps = []Step{{Need: 1}}
	}
	for i := range steps {
		s := ExplainStep{N: i + 1, Takes: steps[i].Words(name), Need: steps[i].Need}
		if f := steps[i].From; f != nil {
			s.From = f.String()
		}
		for _, d := range q.yes() {
			if max(1, d.Step) != i+1 { // what has no steps is decided in one
				continue
			}
			s.Given++
			by := name(d.By)
			if d.For != "" {
				by += " for " + name(d.For)
			}
			s.By = append(s.By, by)
		}
		x.Steps = append(x.Steps, s)
	}
}

func explainOne(r store.Reader, row *Row, p *party.Person, now time.Time, name func(store.ID) string) (ExplainedOne, error) {
	one := ExplainedOne{Person: p.ID, Name: p.Name, Roles: slices.Clone(p.Roles)}
	if row.State != Pending {
		one.Code, one.Why = "approval.settled", "it is "+string(row.State)
		return one, nil
	}
	s, err := StandingOf(r, p.ID, now)
	if err != nil {
		return one, err
	}
	c, no := row.Capacity(s)
	if no == nil {
		one.May, one.Step = true, c.Step
		if c.For != "" {
			one.For = name(c.For)
		}
		return one, nil
	}
	one.Code, one.Why = no.Code, no.Why
	if no.Place != "" {
		one.Why = "would act for " + name(no.Place) + ", who " + no.Why
	}
	return one, nil
}
