package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newBranchCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "branch", Short: "Places of business, each with its own zone and hours", Group: GroupData},
		newBranchAddCmd(a), newBranchListCmd(a), newBranchShowCmd(a), newBranchEditCmd(a),
		newHolidayCmd(a))
}

func newBranchAddCmd(a *App) *cobra.Command {
	var c party.AddBranch
	return a.Verb(Verb{
		Use:   "add NAME",
		Short: "Open a branch",
		Long:  "Without --tz the branch is in the company's zone.",
		Example: `callout branch add Graz --hours "Mon-Fri 08:00-17:00"
callout branch add Lisbon --tz Europe/Lisbon`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&c.Hours, "hours", "", "opening `HOURS`, such as \"Mon-Fri 08:00-17:00, Sat 09:00-12:00\"")
			f.StringVar(&c.Address, "address", "", "the branch's `ADDRESS`")
		},
		Run: func(ctx context.Context, args []string) error {
			c.Branch, c.Zone = args[0], a.shared.tz
			return a.Act(ctx, Action{Build: func(store.Reader, string) (store.Command, error) { return &c, nil }})
		},
	})
}

func branchList() List[party.BranchRow] {
	return List[party.BranchRow]{
		Key:   func(b party.BranchRow) string { return string(b.ID) },
		Empty: "there are no branches; the company itself is enough for many shops",
		Columns: []Column[party.BranchRow]{
			{Name: "id", Value: func(b party.BranchRow) any { return string(b.ID) }},
			{Name: "name", Value: func(b party.BranchRow) any { return b.Name }},
			{Name: "zone", Value: func(b party.BranchRow) any { return b.Zone }},
			{Name: "hours", Value: func(b party.BranchRow) any { return b.Hours }},
		},
	}
}

func newBranchListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "list",
		Short:   "List the branches",
		Example: "callout branch list",
		Fields:  branchList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			return branchList().Print(a, paged(ctx, a, party.Branches, "name", store.Range{},
				func(b party.BranchRow) store.Key { return indexKey(b.ID, foldName(b.Name)) }, nil))
		},
	})
}

func newBranchShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show BRANCH",
		Short:   "Show a branch",
		Example: "callout branch show Graz",
		Fields:  []string{"id", "name", "zone", "hours", "address", "holidays"},
		Run: func(ctx context.Context, args []string) error {
			var b *party.Branch
			err := a.View(ctx, func(r store.Reader) (err error) {
				b, err = branchNamed(r, args[0])
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(b.ID), b, func(p *Page) {
				p.Title("%s", b.Name)
				p.Field("Zone", b.Zone)
				p.Field("Hours", b.Hours.String())
				p.Field("Address", b.Address)
				p.Field("Id", b.ID)
			})
		},
	})
}

func newBranchEditCmd(a *App) *cobra.Command {
	var name, hours, address string
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use:   "edit BRANCH",
		Short: "Change a branch",
		Long:  "Only what is named changes; an empty text clears. Sites, orders and visits keep the zone they were made with.",
		Example: `callout branch edit Graz --hours "Mon-Thu 07:00-17:00, Fri 07:00-12:00"
callout branch edit Graz --name "Graz Süd"`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&name, "name", "", "the branch's new `NAME`")
			f.StringVar(&hours, "hours", "", "opening `HOURS`")
			f.StringVar(&address, "address", "", "the branch's `ADDRESS`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findBranch(r, args[0])
				return &party.EditBranch{
					Branch: id, NewName: edited(flags, "name", name), Zone: edited(flags, "tz", a.shared.tz),
					Hours: edited(flags, "hours", hours), Address: edited(flags, "address", address),
				}, err
			}})
		},
	})
}

// branchNamed reads a branch by name or id.
func branchNamed(r store.Reader, ref string) (*party.Branch, error) {
	id, err := findBranch(r, ref)
	if err != nil {
		return nil, err
	}
	return party.Branches.Get(r, id)
}
