package cmd

import (
	"cmp"
	"context"
	"fmt"

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
a thing is refused; a thing that has changed since it was put up is refused as stale. Where the policy asks for several people, the
last one's yes settles it; one person takes one step. A decision counts from when it is recorded, so --at
is refused, and cannot be undone.`,
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
		Note: func(rec store.Receipt) string { return cmp.Or(halfway(rec), word) },
	}
}

// halfway says how far an approval is that takes more people, or "".
func halfway(rec store.Receipt) string {
	for _, ch := range rec.Changes {
		var q approval.Request
		if ch.Collection != approval.Requests.Name() || !decodeJSON(ch.After, &q) || q.State != approval.Pending {
			continue
		}
		if given, needed := q.Progress(); given > 0 {
			return fmt.Sprintf("approved, %d of %d", given, needed)
		}
	}
	return ""
}

func newApprovalRenewCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "renew APPROVAL...", Short: "Ask again under the policy in force", Writes: true, Danger: Bulk,
		Long: `What is asked stays under the policy that it was asked under. This makes the old request void, with whatever was
said on it, and asks the same under today's.`,
		Example: "callout approval list -o name | callout approval renew -",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					q, err := requestNamed(r, ref)
					if err != nil {
						return nil, err
					}
					return &approval.Renew{Request: q.ID}, nil
				},
				Note: func(store.Receipt) string { return "asked again" },
			})
		},
	})
}
