package cmd

import (
	"context"
	"fmt"
	"strings"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// priceQuestion is what `price explain` is asked.
type priceQuestion struct{ key, order, customer, site, branch, on, known string }

func (q *priceQuestion) add(f *pflag.FlagSet) {
	f.StringVar(&q.key, "key", "", "what is asked about: `PRICE-KEY`")
	f.StringVar(&q.order, "order", "", "as this work order sees it, by the revisions that it pins: `WO`")
	f.StringVar(&q.customer, "customer", "", "as an order of this `CUSTOMER` would see it that is created now")
	f.StringVar(&q.site, "site", "", "at this `SITE`; without it, what contracts agree for some sites only does not count")
	f.StringVar(&q.branch, "branch", "", "by this `BRANCH`")
	f.StringVar(&q.on, "on", "", "the service `DAY` (today when left out)")
	f.StringVar(&q.known, "known-at", "", "by what the shop knew at this `TIME`, instead of by revisions")
}

func newPriceExplainCmd(a *App) *cobra.Command {
	var q priceQuestion
	return a.Verb(Verb{
		Use: "explain [PRICE-KEY]", Short: "Tell what something costs on a day, and by which rules",
		Long: "With a key, the price of it; with a work order instead, the prices of everything on it. Every rule that was looked at is\n" +
			"named, by its level: explicit, contract, contract-group, contract-formula, customer-book, branch-book, book and markup. The first level\n" +
			"that has a price wins; what the levels below would have said is outranked.",
		Example: "callout price explain part:PUMP-25 --on 2026-03-02\ncallout price explain labour --customer Mill\n" +
			"callout price explain WO-1001",
		Fields: []string{
			"key", "on", "known_at", "contracts", "books", "book", "price", "level", "unit", "problem", "trace", "number", "charges",
		},
		Flags: q.add,
		Run: func(ctx context.Context, args []string) error {
			if len(args) == 1 && q.key != "" {
				return usagef("--key and %s ask about two things", args[0]).Hint("callout price explain %s", args[0])
			}
			if len(args) == 1 {
				if _, err := billing.ParsePriceKey("key", args[0]); err == nil || strings.Contains(args[0], ":") {
					q.key = args[0]
				} else if q.order == "" {
					q.order = args[0]
				}
			}
			if q.key == "" && q.order == "" {
				return usagef("say what the price is asked of: a key, or a work order").Hint("callout price explain labour --customer …").
					Hint("callout price explain WO-…")
			}
			if q.key == "" {
				return a.explainOrder(ctx, q.order)
			}
			x, cur, err := a.explain(ctx, &q)
			if err != nil {
				return err
			}
			return a.Show(x.Key, x, func(p *Page) { drawExplanation(p, x, cur) })
		},
	})
}

// explain asks for the price of a key.
func (a *App) explain(ctx context.Context, q *priceQuestion) (x *billing.Explanation, cur money.Currency, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		if cur, err = companyCurrency(r); err != nil {
			return err
		}
		ask := billing.Asking{Key: q.key}
		if ask.Order, err = optional(findOrder, r, q.order); err != nil {
			return err
		}
		if ask.Customer, err = optional(findCustomer, r, q.customer); err != nil {
			return err
		}
		if ask.Branch, err = optional(findBranch, r, q.branch); err != nil {
			return err
		}
		if ask.Site, err = siteIn(r, ask.Customer, q.site); err != nil {
			return err
		}
		if ask.On, err = a.dayOr(r, q.on); err != nil {
			return err
		}
		if q.known != "" {
			zone, err := companyZone(r)
			if err != nil {
				return err
			}
			if ask.Known, err = a.Time("known-at", q.known, zone); err != nil {
				return err
			}
		}
		x, err = billing.ExplainPrice(r, ask)
		return err
	})
	return x, cur, err
}

func drawExplanation(p *Page, x *billing.Explanation, cur money.Currency) {
	p.Title("%s on %s", x.Key, x.On)
	if x.Price != nil {
		p.Field("Price", x.Price.Format(cur)+" per "+x.Unit.String())
	}
	p.Field("Problem", x.Problem)
	p.Field("Known at", x.Known)
	for _, c := range x.Contracts {
		p.Field("Contract", pinWords(c))
	}
	for _, b := range x.Books {
		p.Field("Book", pinWords(b))
	}
	p.Section("Rules looked at")
	drawTrace(p, x.Trace, cur)
}

func pinWords(p store.Pin) string { return fmt.Sprintf("%s, revision %d", p.Name, p.Rev) }

// drawTrace tells every rule that was looked at.
func drawTrace(p *Page, trace []billing.PriceStep, cur money.Currency) {
	rows := make([][]any, len(trace))
	for i, s := range trace {
		rows[i] = []any{s.Level, s.From, s.Rule, "", s.Verdict}
		if s.Price != nil {
			rows[i][3] = s.Price.Fixed(cur)
		}
	}
	p.Table([]string{"level", "from", "rule", "price", "verdict"}, rows)
}

// orderPrices is how everything on an order is priced.
type orderPrices struct {
	Number  string         `json:"number"`
	Charges []pricedCharge `json:"charges"`
}

func (a *App) explainOrder(ctx context.Context, ref string) error {
	var x orderPrices
	var cur money.Currency
	err := a.View(ctx, func(r store.Reader) (err error) {
		if cur, err = companyCurrency(r); err != nil {
			return err
		}
		id, err := findOrder(r, ref)
		if err != nil {
			return err
		}
		x.Number = namesOf(r).of(id)
		x.Charges, err = pricesOf(r, id, a.Now())
		return err
	})
	if err != nil {
		return err
	}
	return a.Show(x.Number, x, func(p *Page) {
		p.Title("%s", x.Number)
		if len(x.Charges) == 0 {
			p.Line("nothing was recorded on it that has a price")
		}
		for _, c := range x.Charges {
			p.Section(c.Text + ", " + c.On)
			if c.Price != nil {
				at := c.Price.Fixed(cur)
				if c.WithTax {
					at += " with tax"
				}
				p.Field("Comes to", fmt.Sprintf("%s %s at %s = %s net", c.Qty, c.Unit, at, c.Amount))
			}
			for _, why := range c.Problems {
				p.Field("Problem", why)
			}
			p.Field("Kept as", string(c.State))
			drawTrace(p, c.Trace, cur)
		}
	})
}
