package cmd

import (
	"context"
	"strings"

	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newAssetWarrantyCmd(a *App) *cobra.Command {
	var v validFlags
	var covers []string
	var w work.Warranty
	return a.Verb(Verb{
		Use: "warranty ASSET NAME", Short: "Say who stands in for an asset, for what and how long", Writes: true,
		Long: "What a warranty covers is billed at 0.00 on orders about the asset, by the date of the service; what it costs the shop stays.\n" +
			"A warranty of the same name is replaced. With --covers nothing it is taken back.",
		Example: `callout asset warranty "Press 4" manufacturer --from 2025-05-01 --to 2027-05-01 --covers labour --covers parts` + "\n" +
			`callout asset warranty "Press 4" manufacturer --covers nothing`,
		Required: []string{"covers"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringArrayVar(&covers, "covers", nil, "what is covered: labour, travel, parts, services or expenses, as `TEXT`")
			f.IntVar(&w.Rank, "rank", 0, "where several could cover the same work, the highest `N` wins")
			f.BoolVar(&w.Hide, "hide", false, "leave covered work off invoices instead of showing it at 0.00")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := hinted(func(r store.Reader, ref string) (store.ID, error) { return work.FindAsset(r, "", ref) }, "callout asset list")(r, args[0])
					if err != nil {
						return nil, err
					}
					w.Title, w.Covers = args[1], nil
					for _, c := range covers {
						if c != "nothing" || len(covers) > 1 {
							w.Covers = append(w.Covers, work.CoverScope(c))
						}
					}
					w.Valid, err = v.read(a)
					return &work.SetWarranty{Asset: id, Warranty: w}, err
				},
			})
		},
	})
}

func drawWarranties(p *Page, list []work.Warranty) {
	if len(list) == 0 {
		return
	}
	p.Section("Warranties")
	var rows [][]any
	for _, w := range list {
		var covers []string
		for _, c := range w.Covers {
			covers = append(covers, string(c))
		}
		rows = append(rows, []any{w.Title, w.Valid.String(), strings.Join(covers, ", ")})
	}
	p.Table([]string{"by", "valid", "covers"}, rows)
}
