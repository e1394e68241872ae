package cmd

import (
	"cmp"
	"context"

	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
)

// eachTime builds a verb that does one thing to each of many entries.
func (a *App) eachTime(v Verb, note string, command func(entry store.ID) store.Command) *cobra.Command {
	v.Writes = true
	v.Each = func(ctx context.Context, ids []string) []Result {
		return a.ActEach(ctx, ids, Action{
			Build: func(r store.Reader, ref string) (store.Command, error) {
				id, err := findTime(r, ref)
				return command(id), err
			},
			Note: func(rec store.Receipt) string { return cmp.Or(halfway(rec), note) },
		})
	}
	return a.Verb(v)
}

// findTime resolves a time entry by its id.
func findTime(r store.Reader, ref string) (store.ID, error) {
	return hinted(billing.TimeEntries.FindID, "callout time list")(r, ref)
}

func newTimeSubmitCmd(a *App) *cobra.Command {
	return a.eachTime(Verb{
		Use: "submit TIME-ENTRY...", Able: ableTime("submit"), Short: "Ask for approval of entries",
		Example: "callout time list --technician ana --status new -o name | callout time submit -",
		Danger:  Bulk,
	}, "submitted", func(id store.ID) store.Command { return &billing.SubmitTime{Entry: id} })
}

func newTimeApproveCmd(a *App) *cobra.Command {
	return a.eachTime(Verb{
		Use: "approve TIME-ENTRY...", Able: ableTime("approve"), Short: "Approve entries that somebody else made",
		Long: "Neither the technician nor whoever entered or last edited an entry may approve it, unless the shop runs under the\n" +
			"single-person policy. An approval counts from when it is recorded, so --at is refused.",
		Example: "callout time list --status submitted -o name | callout time approve -",
		Danger:  Bulk,
	}, "approved", func(id store.ID) store.Command { return &billing.ApproveTime{Entry: id} })
}

func newTimeRejectCmd(a *App) *cobra.Command {
	return a.eachTime(Verb{
		Use: "reject TIME-ENTRY...", Able: ableTime("reject"), Short: "Send entries back, with a reason",
		Example: `callout time reject time_06h0kz801xydv834z1614e7bzg --reason "the site was closed that day"`,
		Danger:  Bulk,
	}, "rejected", func(id store.ID) store.Command { return &billing.RejectTime{Entry: id} })
}

func newTimeWithdrawCmd(a *App) *cobra.Command {
	return a.eachTime(Verb{
		Use: "withdraw TIME-ENTRY...", Able: ableTime("withdraw"), Short: "Take submitted entries back, to correct them",
		Example: "callout time withdraw time_06h0kz801xydv834z1614e7bzg",
		Danger:  Bulk,
	}, "withdrawn", func(id store.ID) store.Command { return &billing.WithdrawTime{Entry: id} })
}
