package cmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing"
	"callout/store"
)

// separationRow is who made, approved and released one thing, by name.
type separationRow struct {
	billing.Separation
	name, released string
	made, approved []string
}

func separationList() List[separationRow] {
	return List[separationRow]{
		Key:   func(s separationRow) string { return string(s.Request) },
		Empty: "nothing was approved",
		Columns: []Column[separationRow]{
			{Name: "request", Detail: true, Value: func(s separationRow) any { return string(s.Request) }},
			{Name: "kind", Value: func(s separationRow) any { return s.Kind }},
			{Name: "name", Value: func(s separationRow) any { return s.name }},
			{Name: "made_by", Value: func(s separationRow) any { return s.made }},
			{Name: "approved_by", Value: func(s separationRow) any { return s.approved }},
			{Name: "released_by", Value: func(s separationRow) any { return s.released }},
			{Name: "policy", Value: func(s separationRow) any { return string(s.Mode) }},
			{Name: "findings", Value: func(s separationRow) any { return s.Findings }},
			{Name: "approved_at", Detail: true, Value: func(s separationRow) any { return s.At }},
		},
	}
}

func newApprovalSeparationCmd(a *App) *cobra.Command {
	var findings bool
	var kind string
	return a.Verb(Verb{
		Use: "separation", Short: "Report who made, approved and released each thing, and what one person did alone",
		Long:    "Lists what was approved and still counts, oldest first. Under the single-person policy one person may do all of it; it is listed as a finding all the same.",
		Example: "callout approval separation --findings -o csv",
		Fields:  separationList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &kind, "kind", "", delegable(), "only this kind of thing")
			f.BoolVar(&findings, "findings", false, "only what one person did that takes two where duties are separated")
		},
		Run: func(ctx context.Context, _ []string) error {
			rows := []separationRow{}
			err := a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				for s, err := range billing.Separations(r) {
					if err != nil {
						return err
					}
					if findings && len(s.Findings) == 0 || kind != "" && s.Kind != kind {
						continue
					}
					row := separationRow{Separation: s, name: cmp.Or(s.Number, s.Title), released: n.of(s.Released)}
					for _, id := range s.Made {
						row.made = append(row.made, n.of(id))
					}
					for _, d := range s.Approved {
						by := n.of(d.By)
						if d.For != "" {
							by += " for " + n.of(d.For)
						}
						row.approved = append(row.approved, by)
					}
					rows = append(rows, row)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return separationList().Print(a, Rows(rows))
		},
	})
}
