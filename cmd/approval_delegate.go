package cmd

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/approval"
	"callout/store"
)

func newApprovalDelegateCmd(a *App) *cobra.Command {
	var from, to, upTo string
	var kinds []string
	return a.Verb(Verb{
		Use: "delegate USER", Short: "Let somebody approve in your place for a while", Writes: true,
		Long: `They get your rights and all your conflicts: what you made they cannot approve for you, and a step that one of you
has taken the other cannot take. It holds from --from, or now, up to but not at --to. It cannot be passed
on. Roles and delegations count as they stand when a decision is recorded, so --at is refused.`,
		Example: `callout approval delegate Carl --to "2026-07-20 00:00" --kind invoice --up-to 2000.00 --reason "on holiday" --as Mia`,
		Fields:  resultList().Names(), Required: []string{"to"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&from, "from", "", "from this `TIME` on, if not from now")
			f.StringVar(&to, "to", "", "until this `TIME`, which is not part of it")
			choicesVar(f, &kinds, "kind", delegable(), "only these kinds of things")
			f.StringVar(&upTo, "up-to", "", "only what comes to at most this `AMOUNT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findPerson(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &approval.Delegate{To: id, Kinds: kinds}
					if c.UpTo, err = amountFlag(r, "up-to", upTo); err != nil {
						return nil, err
					}
					zone, err := companyZone(r)
					if err != nil {
						return nil, err
					}
					if from != "" {
						if c.Start, err = a.Time("from", from, zone); err != nil {
							return nil, err
						}
					}
					c.End, err = a.Time("to", to, zone)
					return c, err
				},
				Note: func(store.Receipt) string { return "delegated to " + args[0] },
			})
		},
	})
}

// delegable are the kinds of things that a delegation may be limited to.
func delegable() []string {
	return slices.DeleteFunc(approval.Kinds(), func(k string) bool { return k == approval.ForAny })
}

// delegationRow is a delegation with names.
type delegationRow struct {
	approval.DelegationRow
	from, to, state string
}

func delegationList() List[delegationRow] {
	return List[delegationRow]{
		Key:   func(d delegationRow) string { return string(d.ID) },
		Empty: "nobody has delegated anything",
		Columns: []Column[delegationRow]{
			{Name: "id", Value: func(d delegationRow) any { return string(d.ID) }},
			{Name: "from", Value: func(d delegationRow) any { return d.from }},
			{Name: "to", Value: func(d delegationRow) any { return d.to }},
			{Name: "start", Value: func(d delegationRow) any { return d.Start }},
			{Name: "end", Value: func(d delegationRow) any { return d.End }},
			{Name: "kinds", Value: func(d delegationRow) any { return d.Kinds }},
			{Name: "up_to", Right: true, Value: func(d delegationRow) any {
				if d.UpTo == nil {
					return nil
				}
				return *d.UpTo
			}},
			{Name: "state", Value: func(d delegationRow) any { return d.state }},
			{Name: "reason", Detail: true, Value: func(d delegationRow) any { return d.Reason }},
		},
	}
}

func newApprovalDelegationsCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "delegations", Short: "List who may approve in whose place, by when it begins",
		Example: "callout approval delegations",
		Fields:  delegationList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			called := map[store.ID]string{}
			rows := paged(ctx, a, approval.Delegations, "start", store.Range{},
				func(d approval.DelegationRow) store.Key { return indexKey(d.ID, d.Start) },
				func(r store.Reader, d *approval.DelegationRow) (bool, error) {
					n := &names{r, called}
					n.of(d.From)
					n.of(d.To)
					return true, nil
				})
			return delegationList().Print(a, mapRows(rows, func(d approval.DelegationRow) delegationRow {
				return delegationRow{d, called[d.From], called[d.To], delegationState(d, a.Now())}
			}))
		},
	})
}

func delegationState(d approval.DelegationRow, now time.Time) string {
	switch {
	case !d.Revoked.IsZero():
		return "revoked"
	case now.Before(d.Start):
		return "coming"
	case now.Before(d.End):
		return "in force"
	}
	return "over"
}

func newApprovalRevokeCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "revoke DELEGATION...", Short: "Take delegations back before their end", Writes: true, Danger: Bulk,
		Long:    "It counts at once. What was decided by them stands.",
		Example: `callout approval revoke dlg_06h0kzy3q9s4b2kpfx48dc4r1w --reason "back early"`,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := hinted(approval.Delegations.FindID, "callout approval delegations")(r, ref)
					return &approval.RevokeDelegation{Delegation: id}, err
				},
				Note: func(store.Receipt) string { return "revoked" },
			})
		},
	})
}
