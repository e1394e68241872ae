package approval

import (
	"slices"

	"callout/internal/fault"
	"callout/store"
)

// Mode is how many people an approval takes.
type Mode string

// The modes.
const (
	FourEyes Mode = "four-eyes" // the maker never approves
	Single   Mode = "single"    // one person runs the shop; each decision says so
)

// Modes lists the modes in the order in which people should see them.
func Modes() []Mode { return []Mode{FourEyes, Single} }

// Policy is the shop's rule for approvals. Its revisions are kept; decisions name theirs.
type Policy struct {
	Mode Mode `json:"mode"`
}

// Allows reports whether a person may approve what the makers made. It is the one
// place where the separation of duties is decided. Nobody (an empty id) may approve nothing.
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

// SetPolicy changes the shop's rule. It is never undone: what was decided under it
// stands. Loosening it takes a reason, which the journal keeps.
type SetPolicy struct {
	Mode Mode `json:"mode"`
}

// Name implements store.Command.
func (c *SetPolicy) Name() string { return "approval.set_policy.v1" }

// Validate checks the mode.
func (c *SetPolicy) Validate() error {
	if !slices.Contains(Modes(), c.Mode) {
		return fault.Invalidf("policy", "%q is no policy; there are four-eyes and single", c.Mode).With("policy.unknown")
	}
	return nil
}

// Do implements store.Command.
func (c *SetPolicy) Do(tx *store.Tx) error {
	if err := c.Validate(); err != nil {
		return err
	}
	now, pin, err := Current(tx)
	if err != nil {
		return err
	}
	if pin.Rev > 0 && now.Mode == FourEyes && c.Mode == Single && tx.Env.Reason == "" {
		return fault.Invalidf("reason", "giving up the four-eyes policy needs a reason").With("reason.missing").
			Hint(`callout policy set single --reason "why"`)
	}
	_, err = Policies.Publish(tx, policyName, Policy{Mode: c.Mode})
	return err
}
