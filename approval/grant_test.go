package approval_test

import (
	"testing"

	"callout/approval"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
)

// grant is a command that lets something go in one act.
type grant struct {
	Kind   string        `json:"kind"`
	Amount *money.Amount `json:"amount,omitempty"`
}

func (c *grant) Name() string { return "paper.grant.v1" }
func (c *grant) Do(tx *store.Tx) error {
	return approval.MayGrant(tx, c.Kind, "an exception", c.Amount)
}

// Reference billing 6.6: deny by default, and no rule is met by fewer people than it asks for.
func TestWhoMayGrant(t *testing.T) {
	two := []approval.Step{{Role: party.Approver}, {Role: party.Manager, From: euros("100")}}
	for name, c := range storetest.InOrder(map[string]struct {
		rules  []approval.Rule
		who    string
		kind   string
		amount *money.Amount
		reason string
		code   string
	}{
		"without rules anybody does, and needs no reason": {nil, "clara", approval.ForException, nil, "", ""},
		"no rule is a no":                       {[]approval.Rule{{Kind: approval.ForInvoice, Steps: two}}, "mia", approval.ForException, nil, "x", "policy.no-rule"},
		"the last step that is reached decides": {[]approval.Rule{{Kind: approval.ForException, Steps: two}}, "bert", approval.ForException, euros("99.99"), "x", ""},
		"from its amount on it takes a manager": {[]approval.Rule{{Kind: approval.ForException, Steps: two}}, "bert", approval.ForException, euros("100"), "x", "approval.role"},
		"what has no amount reaches all steps":  {[]approval.Rule{{Kind: approval.ForException, Steps: two}}, "bert", approval.ForException, nil, "x", "approval.role"},
		"a manager may":                         {[]approval.Rule{{Kind: approval.ForException, Steps: two}}, "mia", approval.ForException, nil, "x", ""},
		"but says why":                          {[]approval.Rule{{Kind: approval.ForException, Steps: two}}, "mia", approval.ForException, nil, " ", "reason.missing"},
		"the rule for anything else takes two":  {[]approval.Rule{{Kind: approval.ForAny, Steps: two}}, "mia", approval.ForException, nil, "x", "policy.several"},
		"and one below its amount":              {[]approval.Rule{{Kind: approval.ForAny, Steps: two}}, "bert", approval.ForException, euros("1"), "x", ""},
		"two steps of an exception that are needed alike": {
			[]approval.Rule{{Kind: approval.ForException, Steps: []approval.Step{{Role: party.Approver}, {Role: party.Manager}}}},
			"mia", approval.ForException, nil, "x", "policy.several",
		},
	}) {
		t.Run(name, func(t *testing.T) {
			o := company(t)
			if c.rules != nil {
				o.rules(c.rules...)
			}
			_, err := o.do(c.who, &grant{Kind: c.kind, Amount: c.amount}, c.reason)
			if fault.CodeOf(err) != c.code {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

// A step is said as people would: how many, of whom, as what.
func TestStepsInWords(t *testing.T) {
	name := func(id store.ID) string { return map[store.ID]string{"per_1": "mia", "per_2": "carl"}[id] }
	for want, s := range storetest.InOrder(map[string]approval.Step{
		"1 person":                  {Need: 1},
		"2 people":                  {Need: 2},
		"3 people":                  {Need: 3},
		"1 manager":                 {Need: 1, Role: party.Manager},
		"2 managers":                {Need: 2, Role: party.Manager},
		"1 of mia":                  {Need: 1, People: []store.ID{"per_1"}},
		"2 of mia, carl":            {Need: 2, People: []store.ID{"per_1", "per_2"}},
		"1 of mia, carl as manager": {Need: 1, People: []store.ID{"per_1", "per_2"}, Role: party.Manager},
	}) {
		if got := s.Words(name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
