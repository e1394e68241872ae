package approval

import (
	"slices"
	"strings"

	"callout/calendar"
	"callout/internal/definition"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Mode is whether the duties are separated.
type Mode string

// The modes.
const (
	FourEyes Mode = "four-eyes" // the maker never approves
	Single   Mode = "single"    // one person runs the shop; each decision says so
)

// Modes lists the modes in the order in which people should see them.
func Modes() []Mode { return []Mode{FourEyes, Single} }

// Policy is the shop's rule for approvals. Its revisions are kept; requests name theirs.
type Policy struct {
	Mode Mode `json:"mode"`
	// Rules are those that the shop has written down. A policy without any is a preset: one
	// person's yes for whatever is asked. With them, what no rule is for is denied.
	Rules []Rule `json:"rules,omitempty"`
}

// Preset reports whether the shop has no rules of its own.
func (p *Policy) Preset() bool { return len(p.Rules) == 0 }

// Effective returns the rules, those of a preset spelled out.
func (p *Policy) Effective() []Rule {
	if p.Preset() {
		return []Rule{{Kind: ForAny, Steps: []Step{{Need: 1}}}}
	}
	return p.Rules
}

// RuleFor returns the rule for a kind: its own, or else that for any; nil is denied.
func (p *Policy) RuleFor(kind string) *Rule {
	var found *Rule
	rules := p.Effective()
	for i := range rules {
		switch rules[i].Kind {
		case kind:
			return &rules[i]
		case ForAny:
			found = &rules[i]
		}
	}
	return found
}

// Allows reports whether a person may approve what the makers made, as far as the separation of
// duties goes. Nobody (an empty id) may approve nothing.
func (p Policy) Allows(makers []store.ID, person store.ID) bool {
	return person != "" && (p.Mode == Single || !slices.Contains(makers, person))
}

// Policies holds the revisions of the shop's policy.
var Policies = store.Revised[Policy]{Kind: "approval", Title: "approval policy"}

const policyName = "approval"

// Current returns the policy in force. Where none was set, four eyes are needed.
func Current(r store.Reader) (Policy, store.Pin, error) {
	has, err := Policies.Has(r, policyName)
	if err != nil || !has {
		return Policy{Mode: FourEyes}, store.Pin{}, err
	}
	p, pin, err := Policies.Newest(r, policyName)
	if err != nil {
		return Policy{}, pin, err
	}
	return *p, pin, nil
}

// ParsePolicy reads a policy from YAML or JSON. Four eyes are meant where it names no mode. The amounts
// and people in it are checked by the command.
func ParsePolicy(text []byte) (*SetPolicy, error) {
	var file struct {
		Mode  Mode   `yaml:"mode"`
		Rules []Rule `yaml:"rules"`
	}
	if err := definition.Parse("approval policy", text, &file); err != nil {
		return nil, err
	}
	if file.Mode == "" {
		file.Mode = FourEyes
	}
	c := &SetPolicy{Mode: file.Mode, Rules: file.Rules}
	return c, c.Validate()
}

// SetPolicy changes the shop's rule. It is never undone: what was decided under it
// stands, and what is asked already stays under the policy it was asked under. Loosening it takes
// a reason, which the journal keeps. Where the shop has administrators, only they do so.
type SetPolicy struct {
	Mode  Mode   `json:"mode"`
	Rules []Rule `json:"rules,omitempty"`
}

// Name implements store.Command.
func (c *SetPolicy) Name() string { return "approval.set_policy.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *SetPolicy) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *SetPolicy) DecidedByAuthority() {}

// Validate checks what can be checked without the shop: the mode, and that no kind has two rules.
func (c *SetPolicy) Validate() error {
	if !slices.Contains(Modes(), c.Mode) {
		return fault.Invalidf("policy", "%q is no policy; there are four-eyes and single", c.Mode).With("policy.unknown")
	}
	var seen []string
	for _, r := range c.Rules {
		if slices.Contains(seen, r.Kind) {
			return fault.Invalidf("rules", "there are two rules for %s; make them one with several steps", r.Kind).With("policy.twice")
		}
		seen = append(seen, r.Kind)
	}
	return nil
}

// Do implements store.Command.
func (c *SetPolicy) Do(tx *store.Tx) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := party.MustAdmin(tx, "changes the approval policy"); err != nil {
		return err
	}
	next, err := c.policy(tx)
	if err != nil {
		return err
	}
	now, pin, err := Current(tx)
	if err != nil {
		return err
	}
	if how := next.weaker(&now); pin.Rev > 0 && how != "" && strings.TrimSpace(tx.Env.Reason) == "" {
		e := fault.Invalidf("reason", "%s needs a reason", how).With("reason.missing")
		if now.Mode == FourEyes && c.Mode == Single {
			return e.Hint(`callout policy set single --reason "why"`)
		}
		return e.Hint(`add --reason "why"`)
	}
	_, err = Policies.Publish(tx, policyName, *next)
	return err
}

// policy is what the command asks for, with names turned into people.
func (c *SetPolicy) policy(tx *store.Tx) (*Policy, error) {
	p := &Policy{Mode: c.Mode}
	if len(c.Rules) == 0 {
		return p, nil
	}
	company, err := party.TheCompany(tx)
	if err != nil {
		return nil, err
	}
	for _, given := range c.Rules {
		r := given
		r.Steps = slices.Clone(given.Steps)
		for i := range r.Steps {
			if r.Steps[i].People, err = named(tx, r.Steps[i].People); err != nil {
				return nil, err
			}
		}
		if err := r.validate(company.Currency); err != nil {
			return nil, err
		}
		p.Rules = append(p.Rules, r)
	}
	return p, nil
}

// named finds people by name or id. A policy never makes a person of a typing mistake.
func named(r store.Reader, refs []store.ID) ([]store.ID, error) {
	var out []store.ID
	for _, ref := range refs {
		id, err := party.People.FindID(r, string(ref))
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err != nil {
			return nil, fault.Invalidf("people", "nobody here is called %q", ref).With("policy.people").Hint("callout user list")
		}
		out = append(out, id)
	}
	return out, nil
}

// weaker says how a policy asks for less than the one in force, or "".
func (p *Policy) weaker(old *Policy) string {
	if old.Mode == FourEyes && p.Mode == Single {
		return "giving up the four-eyes policy"
	}
	for _, kind := range Kinds() {
		was := old.RuleFor(kind)
		if was == nil {
			if p.RuleFor(kind) != nil {
				return "allowing what was denied (" + kind + ")"
			}
			continue
		}
		now := p.RuleFor(kind)
		if now == nil {
			continue // denied from now on
		}
		if how := now.weaker(was); how != "" {
			return "loosening the rule for " + kind + " (" + how + ")"
		}
	}
	return ""
}

// AddStep adds a step to the rule for a kind, which it makes where there is none.
type AddStep struct {
	Kind   string             `json:"kind"`
	Step   Step               `json:"step"`
	Window *calendar.Duration `json:"window,omitempty"` // of the rule; nil leaves it
	Reason *bool              `json:"reason,omitempty"` // of the rule; nil leaves it
}

// Name implements store.Command.
func (c *AddStep) Name() string { return "approval.add_step.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *AddStep) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *AddStep) DecidedByAuthority() {}

// Do implements store.Command.
func (c *AddStep) Do(tx *store.Tx) error {
	now, _, err := Current(tx)
	if err != nil {
		return err
	}
	set := &SetPolicy{Mode: now.Mode}
	for _, r := range now.Effective() {
		r.Steps = slices.Clone(r.Steps)
		set.Rules = append(set.Rules, r)
	}
	at := slices.IndexFunc(set.Rules, func(r Rule) bool { return r.Kind == c.Kind })
	if at < 0 {
		at = len(set.Rules)
		set.Rules = append(set.Rules, Rule{Kind: c.Kind})
		if c.Step.From != nil { // below it, what held for the kind goes on holding
			if was := now.RuleFor(c.Kind); was != nil {
				set.Rules[at] = Rule{Kind: c.Kind, Window: was.Window, Reason: was.Reason, Steps: slices.Clone(was.Steps)}
			}
		}
	}
	rule := &set.Rules[at]
	rule.Steps = append(rule.Steps, c.Step)
	if c.Window != nil {
		rule.Window = *c.Window
	}
	if c.Reason != nil {
		rule.Reason = *c.Reason
	}
	return set.Do(tx)
}
