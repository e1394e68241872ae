package cmd

import (
	"context"

	"callout/billing"
	"callout/money"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// clauseFlags are what every clause may say besides its price.
type clauseFlags struct {
	valid               validFlags
	site, text, tax, by string
}

func (c *clauseFlags) add(f *pflag.FlagSet) {
	c.valid.add(f)
	f.StringVar(&c.site, "site", "", "for this `SITE` only")
	f.StringVar(&c.text, "text", "", "what an invoice calls it: `TEXT`")
	f.StringVar(&c.tax, "tax", "", "its `TAX-CLASS`")
	pricedByVar(f, &c.by, "the contract's")
}

// clause begins the command that sets a clause.
func (c *clauseFlags) clause(a *App, r store.Reader, contract, key string) (*billing.SetClause, error) {
	k, err := billing.Contracts.Find(r, contract)
	if err != nil {
		_, err = findContract(r, contract)
		return nil, err
	}
	cmd := &billing.SetClause{Contract: k.ID, Key: key, Text: c.text, TaxClass: c.tax, PricedBy: billing.PricingDate(c.by)}
	if cmd.Site, err = siteIn(r, k.Customer, c.site); err != nil {
		return nil, err
	}
	cmd.Valid, err = c.valid.read(a)
	return cmd, err
}

// siteIn resolves a site of a customer that may be left out.
func siteIn(r store.Reader, customer store.ID, ref string) (store.ID, error) {
	if ref == "" {
		return "", nil
	}
	return work.FindSite(r, customer, ref)
}

func newContractRateCmd(a *App) *cobra.Command {
	var c clauseFlags
	var unit string
	var withTax bool
	return a.Verb(Verb{
		Use: "rate CONTRACT PRICE-KEY AMOUNT", Short: "Agree a rate", Writes: true,
		Long: "A key is labour, labour:ROLE, travel, travel:ROLE, part:CODE, service:CODE or group:NAME. What the contract said of the same\n" +
			"key at the same site ends for the days that are given, and stays for the others.",
		Example: `callout contract rate "Mill 2026" labour:fitter 84.00` + "\n" +
			`callout contract rate "Mill 2026" group:pumps 250.00 --site "North hall" --from 2026-07-01`,
		Flags: func(f *pflag.FlagSet) {
			c.add(f)
			f.StringVar(&unit, "unit", "", "what one `UNIT` of it is (hours for time, the part's own, or pieces)")
			f.BoolVar(&withTax, "with-tax", false, "the rate includes the tax")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					cmd, err := c.clause(a, r, args[0], args[1])
					if err != nil {
						return nil, err
					}
					price, err := money.ParsePrice("amount", args[2])
					if err != nil {
						return nil, err
					}
					cmd.Price, cmd.WithTax = &price, withTax
					cmd.Unit, err = billing.ParseUnit("unit", unit)
					return cmd, err
				},
				Note: func(store.Receipt) string { return args[1] + " at " + args[2] },
			})
		},
	})
}

func newContractFormulaCmd(a *App) *cobra.Command {
	var c clauseFlags
	var book, cost string
	return a.Verb(Verb{
		Use: "formula CONTRACT PRICE-KEY", Short: "Agree how a price follows from the book's, or from the cost", Writes: true,
		Long: "Besides the keys of rates there are part, service and expense, each for all of a kind, and all. With --book-times, the first\n" +
			"of the customer's, the site's, the branch's and the company's book that has a price counts. With --cost-plus the tier\n" +
			`is chosen by the cost of one unit: "50:35,500:25,15" adds 35 % below 50, 25 % below 500, and 15 % to what is left.` + "\n" +
			"The price is rounded once, to as many decimals as it was computed from, and at least to the currency's.",
		Example: `callout contract formula "Mill 2026" all --book-times 0.9` + "\n" +
			`callout contract formula "Mill 2026" part --cost-plus 50:35,500:25,15`,
		Flags: func(f *pflag.FlagSet) {
			c.add(f)
			f.StringVar(&book, "book-times", "", "the book's price times `N`: 0.9 is ten per cent off")
			f.StringVar(&cost, "cost-plus", "", "the cost of a unit plus `PERCENT`, in tiers by cost")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					cmd, err := c.clause(a, r, args[0], args[1])
					if err != nil {
						return nil, err
					}
					cmd.Formula = &billing.Formula{}
					if book != "" {
						factor, err := money.ParseFactor("book-times", book)
						if err != nil {
							return nil, err
						}
						cmd.Formula.BookTimes = &factor
					}
					if cost != "" {
						if cmd.Formula.CostPlus, err = billing.ParseMarkup("cost-plus", cost); err != nil {
							return nil, err
						}
					}
					return cmd, nil
				},
				Note: func(store.Receipt) string { return args[1] + " agreed" },
			})
		},
	})
}

func newContractDropCmd(a *App) *cobra.Command {
	var v validFlags
	var site string
	return a.Verb(Verb{
		Use: "drop CONTRACT PRICE-KEY", Short: "Agree nothing any more for a key", Writes: true,
		Long:    "The rate and the formula that it has at the site, or for all sites, end for the days that are given.",
		Example: `callout contract drop "Mill 2026" part:PUMP-25`,
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringVar(&site, "site", "", "what was agreed for this `SITE`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					k, err := billing.Contracts.Find(r, args[0])
					if err != nil {
						_, err = findContract(r, args[0])
						return nil, err
					}
					cmd := &billing.DropClause{Contract: k.ID, Key: args[1]}
					if cmd.Site, err = siteIn(r, k.Customer, site); err != nil {
						return nil, err
					}
					cmd.Valid, err = v.read(a)
					return cmd, err
				},
				Note: func(store.Receipt) string { return args[1] + " dropped" },
			})
		},
	})
}

func newContractRulesCmd(a *App) *cobra.Command {
	var rules ruleFlags
	var shop bool
	return a.Verb(Verb{
		Use: "rules CONTRACT", Short: "Give a contract billing rules of its own, or the shop's again", Writes: true,
		Long: "What is not given is as the contract has it, or else as the shop has it now. A contract with rules of its own is not\n" +
			"touched when the shop's change. They count for orders that are created, or repinned, while it holds.",
		Example: `callout contract rules "Mill 2026" --labour-step 30m --payment-days 30`,
		Flags: func(f *pflag.FlagSet) {
			rules.add(f)
			f.BoolVar(&shop, "shop-rules", false, "let the shop's rules count again")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findContract(r, args[0])
					if err != nil {
						return nil, err
					}
					if shop {
						return &billing.EditContract{Contract: id, ShopRules: true}, nil
					}
					k, err := billing.Contracts.Get(r, id)
					if err != nil {
						return nil, err
					}
					have, _, err := billing.CurrentRules(r)
					if err != nil {
						return nil, err
					}
					if k.Terms.Rules.ID != "" {
						own, err := billing.RuleBook.At(r, k.Terms.Rules)
						if err != nil {
							return nil, err
						}
						have = *own
					}
					return &billing.EditContract{Contract: id, Rules: &have}, rules.apply(&have)
				},
				Note: func(store.Receipt) string { return "billing rules set" },
			})
		},
	})
}
