package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"callout/approval"
	"callout/party"
	"callout/store"
)

func newApprovalExplainCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "explain APPROVAL", Short: "Say by which rule a request is decided, and who could and could not, and why",
		Long:    "Names the request, or the thing that it is about.",
		Example: "callout approval explain INV-2026-00017\ncallout approval explain apr_06h0kzy3q9s4b2kpfx48dc4r1w --jq '.people[] | select(.may) | .name'",
		Fields:  []string{"request", "rule", "revision", "in_force", "policy_changed", "steps", "people"},
		Run: func(ctx context.Context, args []string) error {
			var x *approval.Explanation
			var cur party.Company
			err := a.View(ctx, func(r store.Reader) error {
				q, err := requestNamed(r, args[0])
				if err != nil {
					return err
				}
				company, err := party.TheCompany(r)
				if err != nil {
					return err
				}
				cur = *company
				x, err = approval.Explain(r, q, a.Now())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(x.Request.ID), x, func(p *Page) { drawRuling(p, x, &cur) })
		},
	})
}

func drawRuling(p *Page, x *approval.Explanation, company *party.Company) {
	q := x.Request
	p.Title("%s", q.Title)
	p.Field("State", string(q.State))
	p.Field("Rule", fmt.Sprintf("%s, revision %d of the policy", x.Rule, x.Revision))
	if x.Changed {
		p.Field("Policy", fmt.Sprintf("changed since: revision %d is in force (callout approval renew %s)", x.InForce, q.ID))
	}
	if q.Amount != nil {
		p.Field("Amount", q.Amount.Format(company.Currency))
		if len(x.Counted) > 0 {
			var with []string
			for _, o := range x.Counted {
				with = append(with, o.Title)
			}
			p.Field("Counts as", q.Measure.Format(company.Currency)+", with "+strings.Join(with, "; "))
		}
	}
	var steps [][]any
	for _, s := range x.Steps {
		from := "always"
		if s.From != "" {
			from = "from " + s.From
		}
		steps = append(steps, []any{s.N, s.Takes, from, fmt.Sprintf("%d of %d", s.Given, s.Need), s.By})
	}
	p.Section("Steps")
	p.Table([]string{"step", "takes", "when", "given", "by"}, steps)
	var people [][]any
	for _, one := range x.People {
		may, why := "no", one.Why
		if one.May {
			may = "yes"
			if one.Step > 0 {
				why = fmt.Sprintf("step %d", one.Step)
			}
			if one.For != "" {
				why += ", for " + one.For
			}
		}
		people = append(people, []any{one.Name, roleWords(one.Roles), may, why})
	}
	p.Section("People")
	p.Table([]string{"name", "roles", "may", ""}, people)
}
