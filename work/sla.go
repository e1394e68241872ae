package work

import (
	"slices"

	"callout/calendar"
	"callout/internal/definition"
	"callout/internal/fault"
	"callout/store"
)

// SLA is a policy of how soon an order must be answered and resolved, by priority.
type SLA struct {
	// Hours are the working hours in which the clock runs, in the site's local time; empty means always.
	Hours calendar.Hours `json:"hours,omitzero" yaml:"hours"`
	// BranchHours lets the clock run in the opening hours of the order's branch, in its zone.
	BranchHours bool `json:"branch_hours,omitempty" yaml:"branch_hours"`
	// IgnoreHolidays lets it run on the branch's holidays too. One without hours never stops.
	IgnoreHolidays bool `json:"ignore_holidays,omitempty" yaml:"ignore_holidays"`
	// Warn is the share of a target, in percent, after which an order is at risk; 0 is never.
	Warn    int         `json:"warn_percent,omitempty" yaml:"warn_percent"`
	Targets []SLATarget `json:"targets" yaml:"targets"`
}

// SLATarget gives the targets of one priority, in minutes of the policy's hours; 0 is none.
type SLATarget struct {
	Priority Priority `json:"priority" yaml:"priority"`
	Respond  int      `json:"respond_minutes,omitempty" yaml:"respond_minutes"` // until somebody starts work
	Resolve  int      `json:"resolve_minutes,omitempty" yaml:"resolve_minutes"` // until the order is completed
}

// SLAs holds the revisions of the SLA policies.
var SLAs = store.Revised[SLA]{Kind: "sla", Title: "SLA policy"}

// maxTargetMinutes is a year: a later target is a typing mistake.
const maxTargetMinutes = 366 * 24 * 60

// Validate refuses what is no policy.
func (p SLA) Validate() error {
	if len(p.Targets) == 0 {
		return fault.Invalidf("targets", "an SLA policy needs targets for at least one priority").With("sla.empty")
	}
	if p.BranchHours && !p.Hours.IsZero() {
		return fault.Invalidf("hours", "a policy counts its own hours or the branch's, not both").With("sla.hours")
	}
	if p.Warn < 0 || p.Warn > 99 {
		return fault.Invalidf("warn", "a warning after %d percent of a target is not between 0 and 99", p.Warn).With("sla.range")
	}
	var seen []Priority
	for _, t := range p.Targets {
		if err := t.Priority.Validate(); err != nil {
			return err
		}
		if slices.Contains(seen, t.Priority) {
			return fault.Invalidf("targets", "there are two targets for priority %s", t.Priority).With("sla.twice")
		}
		seen = append(seen, t.Priority)
		if t.Respond < 0 || t.Resolve < 0 || t.Respond > maxTargetMinutes || t.Resolve > maxTargetMinutes {
			return fault.Invalidf("targets", "the targets for priority %s are not between 0 and %d minutes", t.Priority, maxTargetMinutes).
				With("sla.range")
		}
		if t.Respond == 0 && t.Resolve == 0 {
			return fault.Invalidf("targets", "the target for priority %s says neither when to respond nor when to resolve", t.Priority).
				With("sla.empty")
		}
		if t.Respond > 0 && t.Resolve > 0 && t.Resolve < t.Respond {
			return fault.Invalidf("targets", "priority %s is to be resolved before it is responded to", t.Priority).With("sla.order")
		}
	}
	return nil
}

// ParseSLA reads a policy and its name, which may be empty, from YAML.
func ParseSLA(text []byte) (name string, p SLA, err error) {
	var file struct {
		Name string `yaml:"name"`
		SLA  `yaml:",inline"`
	}
	if err := definition.Parse("SLA policy", text, &file); err != nil {
		return "", SLA{}, err
	}
	return file.Name, file.SLA, file.SLA.Validate()
}

// AddSLA publishes a revision of a policy. Orders keep the revision that they were made
// under, so publishing is never taken back; publish the older text again instead.
type AddSLA struct {
	SLA  string `json:"name"`
	Body SLA    `json:"body"`
}

// Name implements store.Command.
func (c *AddSLA) Name() string { return "sla.add.v1" }

// Do implements store.Command.
func (c *AddSLA) Do(tx *store.Tx) error {
	name, err := required("name", c.SLA, "an SLA policy needs a name")
	if err != nil {
		return err
	}
	if err := c.Body.Validate(); err != nil {
		return err
	}
	pin, err := SLAs.Publish(tx, name, c.Body)
	if err != nil {
		return err
	}
	tx.Emit("sla.published", pin.ID, map[string]any{"name": pin.Name, "rev": pin.Rev})
	return nil
}
