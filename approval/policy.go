package approval

import (
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

// Policy is the shop's rule for approvals. Its revisions are kept; decisions name theirs.
type Policy struct {
	Mode Mode `json:"mode"`
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

// SetPolicy changes the shop's rule. It is never undone: what was decided under it stands.
type SetPolicy struct {
	Mode Mode `json:"mode"`
}

// Name implements store.Command.
func (c *SetPolicy) Name() string { return "approval.set_policy.v1" }

// Validate checks the mode.
func (c *SetPolicy) Validate() error {
	if c.Mode != FourEyes && c.Mode != Single {
		return fault.Invalidf("policy", "%q is no policy; there are four-eyes and single", c.Mode)
	}
	return nil
}

// Do implements store.Command.
func (c *SetPolicy) Do(tx *store.Tx) error {
	if err := c.Validate(); err != nil {
		return err
	}
	_, err := Policies.Publish(tx, policyName, Policy{Mode: c.Mode})
	return err
}
