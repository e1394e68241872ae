package cmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"callout/billing"
	"callout/shop"
	"callout/store"
	"callout/work"
)

func newWorkOrderWhyCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "why WO",
		Short: "Tell every reason why an order cannot start, finish or be billed",
		Long: "Each reason comes with the command that would do away with it. The same rules refuse the commands themselves;\n" +
			"nothing is listed here that is not enforced, and the other way round.",
		Example: "callout wo why WO-1001\ncallout wo why WO-1001 -o json --jq '.bill[].fix'",
		Fields:  []string{"order", "number", "title", "status", "start", "finish", "bill", "warn"},
		Run: func(ctx context.Context, args []string) error {
			var y *shop.Why
			err := a.View(ctx, func(r store.Reader) error {
				id, err := work.WorkOrders.FindID(r, args[0])
				if err != nil {
					return err
				}
				y, err = shop.WhyNot(r, id, a.Now())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(y.Number, y, func(p *Page) { drawWhy(p, y) })
		},
	})
}

func drawWhy(p *Page, y *shop.Why) {
	p.Title("%s  %s  (%s)", y.Number, y.Title, y.Status)
	blockers(p, "It cannot start", y.Start)
	blockers(p, "It cannot be completed", y.Finish)
	requirements(p, "It cannot be billed", y.Bill)
	requirements(p, "Worth a look", y.Warn)
	if y.Ready() {
		p.Line("nothing stands in its way")
	}
}

func blockers(p *Page, title string, list []work.Blocker) {
	if len(list) == 0 {
		return
	}
	p.Section(title)
	for _, b := range list {
		p.Line("- %s", b.Text)
		if b.Fix != "" {
			p.Line("    %s", b.Fix)
		}
	}
}

func requirements(p *Page, title string, list []billing.Requirement) {
	if len(list) == 0 {
		return
	}
	p.Section(title)
	for _, q := range list {
		p.Line("- %s: %s", q.Code, cmp.Or(q.Reason, q.Title))
		if q.Fix != "" {
			p.Line("    %s", q.Fix)
		}
	}
}
