package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"callout/approval"
	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

func newApprovalApproveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "approve APPROVAL...",
		Short: "Say yes to what others made",
		Long: `Names requests, or the things that they are about. Under the four-eyes policy, whoever made or last edited
a thing is refused; a thing that has changed since it was put up is refused as stale. A decision
cannot be undone.`,
		Example: `callout approval approve apr_06h0kzy3q9s4b2kpfx48dc4r1w
callout approval list --mine --kind time -o name | callout approval approve -`,
		Writes: true,
		Danger: Bulk,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, a.decision(true))
		},
	})
}

func newApprovalRejectCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "reject APPROVAL...",
		Short:   "Say no, with the reason",
		Long:    "Whoever made the thing sees the reason, and can put it up again once it is right.",
		Example: `callout approval reject INV-2026-00017 --reason "the travel is charged twice"`,
		Writes:  true,
		Danger:  Bulk,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, a.decision(false))
		},
	})
}

// decision makes the command of the room that owns what a request is about.
func (a *App) decision(yes bool) Action {
	word := "approved"
	if !yes {
		word = "rejected"
	}
	return Action{
		Build: func(r store.Reader, item string) (store.Command, error) {
			q, err := requestNamed(r, item)
			if err != nil {
				return nil, err
			}
			if q.State != approval.Pending {
				return nil, fault.Refusedf("%s is already %s", q.Title, q.State).With("approval.settled").
					Hint("callout approval show %s", q.ID)
			}
			return shop.Decision(q, yes)
		},
		Note: func(store.Receipt) string { return word },
	}
}
