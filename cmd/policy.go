package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"callout/approval"
	"callout/store"
)

func newPolicyCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "policy", Short: "How many people an approval takes, and how work is billed", Group: GroupMoney},
		newPolicyShowCmd(a), newPolicySetCmd(a), newPolicyBillingCmd(a), newPolicySetBillingCmd(a))
}

// policyView is the policy in force.
type policyView struct {
	Mode     approval.Mode `json:"mode"`
	Revision int           `json:"revision"` // 0: none was ever set
	ID       store.ID      `json:"id,omitempty"`
}

func newPolicyShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show",
		Short:   "Show the approval policy in force",
		Example: "callout policy show",
		Fields:  []string{"mode", "revision", "id"},
		Run: func(ctx context.Context, _ []string) error {
			var v policyView
			err := a.View(ctx, func(r store.Reader) error {
				p, pin, err := approval.Current(r)
				v = policyView{p.Mode, pin.Rev, pin.ID}
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.Mode), v, func(p *Page) {
				p.Field("Policy", string(v.Mode))
				p.Field("Revision", v.Revision)
				if v.Mode == approval.Single {
					p.Line("A maker may approve their own work; every such decision says so.")
				} else {
					p.Line("Whoever made or last edited something never approves it.")
				}
			})
		},
	})
}

func newPolicySetCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "set four-eyes|single",
		Short: "Change the approval policy",
		Long: `What was decided stays decided, under the policy of its day. Giving up four eyes needs a reason,
and the change itself cannot be undone.`,
		Example: `callout policy set four-eyes
callout policy set single --reason "on my own from now on"`,
		Writes: true,
		Fields: resultList().Names(),
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					return &approval.SetPolicy{Mode: approval.Mode(args[0])}, nil
				},
				Note: func(store.Receipt) string { return args[0] },
			})
		},
	})
}
