package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

func newPolicyCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "policy", Short: "How many people an approval takes, and how work is billed", Group: GroupMoney},
		newPolicyShowCmd(a), newPolicySetCmd(a), newPolicyAddRuleCmd(a), newPolicyBillingCmd(a), newPolicySetBillingCmd(a),
		newPolicyMarginCmd(a), newPolicySetMarginCmd(a), newPolicyDispatchCmd(a), newPolicySetDispatchCmd(a))
}

// policyView is the policy in force.
type policyView struct {
	Mode     approval.Mode   `json:"mode"`
	Revision int             `json:"revision"` // 0: none was ever set
	ID       store.ID        `json:"id,omitempty"`
	Rules    []approval.Rule `json:"rules,omitempty"`

	people map[store.ID]string
}

func newPolicyShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show",
		Short:   "Show the approval policy in force",
		Long:    "Without rules of its own a shop works by a preset: one person's yes for whatever is asked.",
		Example: "callout policy show\ncallout policy show --jq '{mode, rules}' > policy.json",
		Fields:  []string{"mode", "revision", "id", "rules"},
		Run: func(ctx context.Context, _ []string) error {
			v := policyView{people: map[store.ID]string{}}
			err := a.View(ctx, func(r store.Reader) error {
				p, pin, err := approval.Current(r)
				v.Mode, v.Revision, v.ID, v.Rules = p.Mode, pin.Rev, pin.ID, p.Rules
				n := &names{r, v.people}
				for _, rule := range p.Rules {
					for _, s := range rule.Steps {
						for _, id := range s.People {
							n.of(id)
						}
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.Mode), v, func(p *Page) { v.draw(p) })
		},
	})
}

func (v *policyView) draw(p *Page) {
	p.Field("Policy", string(v.Mode))
	p.Field("Revision", v.Revision)
	if v.Mode == approval.Single {
		p.Line("A maker may approve their own work; every such decision says so.")
	} else {
		p.Line("Whoever made or last edited something never approves it.")
	}
	if len(v.Rules) == 0 {
		return
	}
	p.Line("What no rule is for is denied.")
	p.Section("Rules")
	var rows [][]any
	for _, rule := range v.Rules {
		for i, s := range rule.Steps {
			row := []any{rule.Kind, s.Words(func(id store.ID) string { return v.people[id] }), "always", "", ""}
			if s.From != nil {
				row[2] = "from " + s.From.String()
			}
			if i == 0 {
				if rule.Window > 0 {
					row[3] = windowWords(time.Duration(rule.Window))
				}
				if rule.Reason {
					row[4] = "required"
				}
			}
			rows = append(rows, row)
		}
	}
	p.Table([]string{"kind", "takes", "when", "sums over", "reason"}, rows)
}

// windowWords says a window as people set it: in days where it is whole days.
func windowWords(d time.Duration) string {
	if day := 24 * time.Hour; d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return calendar.FormatDuration(d)
}

func newPolicySetCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "set POLICY",
		Short: "Change the approval policy: four-eyes, single, or the rules in a file",
		Long: `What was decided stays decided, and what is asked already stays under the policy of its day. Asking for less than before
needs a reason, and the change itself cannot be undone. A file (or - for standard input) has a rule for each
kind of thing; what no rule is for is denied, unless there is one for any:

  mode: four-eyes
  rules:
    - kind: time
      steps: [{role: approver}]
    - kind: invoice
      window: 30d            # what one person asks for a customer within it counts as one sum
      steps:
        - {role: approver}
        - {role: manager, from: "1000.00"}
        - {need: 2, people: [Mia, Carl, Olga], from: "10000.00"}
    - kind: credit-note
      reason: true           # also a yes needs one
      steps: [{role: manager}]
    - kind: waiver           # who waives decides alone
      steps: [{role: manager}]`,
		Example: `callout policy set four-eyes
callout policy set policy.yaml
callout policy set single --reason "on my own from now on"`,
		Writes: true,
		Fields: resultList().Names(),
		Run: func(ctx context.Context, args []string) error {
			set, err := a.policyNamed(args[0])
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) { return set, nil },
				Note:  func(store.Receipt) string { return args[0] },
			})
		},
	})
}

// policyNamed is one of the presets, or what a file says. A word that is neither a preset nor looks like a file is
// meant as a preset.
func (a *App) policyNamed(word string) (*approval.SetPolicy, error) {
	set := &approval.SetPolicy{Mode: approval.Mode(word)}
	if slices.Contains(approval.Modes(), set.Mode) {
		return set, nil
	}
	text, err := a.readDefinition(word)
	if fault.Is(err, fault.NotFound) && !strings.ContainsAny(word, "./\\") {
		return nil, set.Validate()
	}
	if err != nil {
		return nil, err
	}
	return approval.ParsePolicy(text)
}

// completePolicies offers the presets; files are completed by their names.
func completePolicies(context.Context, string) ([]Completion, error) {
	return []Completion{
		{Value: string(approval.FourEyes), Help: "the maker never approves"},
		{Value: string(approval.Single), Help: "one person runs the shop"},
	}, nil
}

func newPolicyAddRuleCmd(a *App) *cobra.Command {
	var role, from string
	var people []string
	var need int
	var window time.Duration
	var reason bool
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "add-rule " + strings.Join(approval.Kinds(), "|"), Short: "Add a step to the approval rule for a kind of thing", Writes: true,
		Long: `Makes the rule where the kind has none; all steps of a rule have to be met, each by people of its own. A step with --from
that begins a rule keeps what held for the kind so far below that amount.`,
		Example: `callout policy add-rule invoice --role manager --from 1000.00 --window 30d
callout policy add-rule credit-note --people Mia,Carl,Olga --need 2 --with-reason`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			choiceVar(f, &role, "role", "", roleWords(party.Roles()), "people with this role")
			f.StringSliceVar(&people, "people", nil, "only out of these people: `USER`, with commas")
			f.IntVar(&need, "need", 1, "how many it takes: `N`")
			f.StringVar(&from, "from", "", "only from this `AMOUNT` on, credits without their sign")
			durationVar(f, &window, "window", 0, "add up what one person asks for a customer within this `DURATION`; 0m counts each by itself")
			f.BoolVar(&reason, "with-reason", false, "ask for a reason also with a yes")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					c := &approval.AddStep{Kind: args[0], Step: approval.Step{Need: need, Role: party.Role(role)}}
					for _, name := range people {
						id, err := findPerson(r, name)
						if err != nil {
							return nil, err
						}
						c.Step.People = append(c.Step.People, id)
					}
					if flags.Changed("window") {
						w := calendar.Duration(window)
						c.Window = &w
					}
					c.Reason = edited(flags, "with-reason", reason)
					var err error
					c.Step.From, err = amountFlag(r, "from", from)
					return c, err
				},
				Note: func(rec store.Receipt) string { return "a step for " + args[0] },
			})
		},
	})
}
