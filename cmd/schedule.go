package cmd

import (
	"context"
	"strconv"
	"strings"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newProgressCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "progress", Short: "Schedules of values, progress applications, retainage", Group: GroupMoney},
		newProgressRowCmd(a), newProgressRetainCmd(a), newProgressApplyCmd(a), newProgressShowCmd(a))
}

func newProgressRowCmd(a *App) *cobra.Command {
	var value, tax string
	return a.Verb(Verb{
		Use: "row WO TITLE", Short: "Schedule a sum for a piece of an order's work", Writes: true,
		Long: "The rows together are the agreed price. Time and items on such an order cost, and are not billed. Once progress is stated, what\n" +
			"is agreed on top comes by change order and is a row of its own.",
		Example: "callout progress row WO-1001 \"Boilers and pipes\" --value 60000",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&value, "value", "", "what is scheduled for it, before tax: `AMOUNT`")
			f.StringVar(&tax, "tax", "", "its `TAX-CLASS`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					sum, err := amountFlag(r, "value", value)
					if err == nil && sum == nil {
						err = usagef("the row has no value: give --value").Hint("callout progress row --help")
					}
					if err != nil {
						return nil, err
					}
					return &billing.AddScheduleRow{Order: order, Title: args[1], Value: *sum, TaxClass: tax}, nil
				},
				Note: func(store.Receipt) string { return "scheduled " + args[1] },
			})
		},
	})
}

// percentFlag reads a percentage that may be left out.
func percentFlag(field, s string) (*money.Percent, error) {
	if s == "" {
		return nil, nil
	}
	p, err := money.ParsePercent(field, s)
	return &p, err
}

func newProgressRetainCmd(a *App) *cobra.Command {
	var percent, stored, after, then, most string
	return a.Verb(Verb{
		Use: "retain WO", Short: "Agree what the customer holds back of progress", Writes: true,
		Long: "A percentage of what is earned before tax; the tax is on the full amount. It may fall once a share of the contract is done, and it\n" +
			"may have a limit. What is held back is asked for later with callout invoice retainage.",
		Example: "callout progress retain WO-1001 --percent 10\ncallout progress retain WO-1001 --percent 10 --after 50 --then 5 --stored 0",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&percent, "percent", "", "what is held back of work: `PERCENT`")
			f.StringVar(&stored, "stored", "", "what is held back of stored material, where it is another share: `PERCENT`")
			f.StringVar(&after, "after", "", "from this share of the contract on, the rate falls: `PERCENT`")
			f.StringVar(&then, "then", "", "what is held back of what is earned above it: `PERCENT`")
			f.StringVar(&most, "max", "", "the most that is held back in all: `AMOUNT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					p, err := percentFlag("percent", percent)
					if err == nil && p == nil {
						err = usagef("nothing is agreed: give --percent").Hint("callout progress retain --help")
					}
					if err != nil {
						return nil, err
					}
					x := &billing.Retainage{Percent: *p}
					for _, f := range []struct {
						name, text string
						to         **money.Percent
					}{{"stored", stored, &x.Stored}, {"after", after, &x.After}, {"then", then, &x.Then}} {
						if *f.to, err = percentFlag(f.name, f.text); err != nil {
							return nil, err
						}
					}
					x.Max, err = amountFlag(r, "max", most)
					return &billing.SetTerms{Order: order, Retainage: x}, err
				},
				Note: func(store.Receipt) string { return "agreed" },
			})
		},
	})
}

func newProgressApplyCmd(a *App) *cobra.Command {
	var rows, stored []string
	var through string
	var correct bool
	return a.Verb(Verb{
		Use: "apply WO", Short: "Make the next progress application: where each row is by now", Writes: true,
		Long: "States what each row has earned so far, as an amount or as a share of its value, and the material that is stored for it. What is\n" +
			"billed is the difference to the application before. Rows that are not named stay. A row goes down only with --correct and a\n" +
			"--reason.",
		Example: "callout progress apply WO-1001 --row 1=100% --row 2=24000 --stored 2=6000\n" +
			`callout progress apply WO-1001 --row 2=20000 --correct --reason "two meters were counted twice"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringSliceVar(&rows, "row", nil, "a row by number and what it has earned in all: `N=AMOUNT`, or N=40%; repeat it for several")
			f.StringSliceVar(&stored, "stored", nil, "a row by number and the material stored for it now: `N=AMOUNT`; repeat it for several")
			f.StringVar(&through, "through", "", "the last `DAY` that it counts, if not today")
			f.BoolVar(&correct, "correct", false, "rows may go down, for the reason that is given")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					order, err := findOrder(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.ApplyProgress{Order: order, Correct: correct}
					if through != "" {
						if c.Through, err = a.Date("through", through); err != nil {
							return nil, err
						}
					}
					company, err := party.TheCompany(r)
					if err != nil {
						return nil, err
					}
					c.Rows, err = rowWords(rows, stored, company.Currency)
					return c, err
				},
				Note: func(store.Receipt) string { return "applied" },
			})
		},
	})
}

// rowWords reads what rows have earned and what is stored for them.
func rowWords(rows, stored []string, cur money.Currency) ([]billing.RowProgress, error) {
	var out []billing.RowProgress
	for _, word := range rows {
		n, text, err := rowWord("row", word)
		if err != nil {
			return nil, err
		}
		x := billing.RowProgress{Row: n}
		if share, isShare := strings.CutSuffix(text, "%"); isShare {
			x.Share, err = percentFlag("row", share)
		} else {
			var sum money.Amount
			sum, err = money.ParseAmount("row", text, cur)
			x.Earned = &sum
		}
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
next:
	for _, word := range stored {
		n, text, err := rowWord("stored", word)
		if err != nil {
			return nil, err
		}
		sum, err := money.ParseAmount("stored", text, cur)
		if err != nil {
			return nil, err
		}
		for i := range out {
			if out[i].Row == n && out[i].Stored == nil {
				out[i].Stored = &sum
				continue next
			}
		}
		out = append(out, billing.RowProgress{Row: n, Stored: &sum})
	}
	return out, nil
}

// rowWord reads N=TEXT.
func rowWord(field, word string) (int, string, error) {
	left, text, ok := strings.Cut(word, "=")
	n, err := strconv.Atoi(strings.TrimSpace(left))
	if !ok || err != nil {
		return 0, "", fault.Invalidf(field, "%q does not say which row has come to what", word).Hint("--%s 2=24000", field)
	}
	return n, strings.TrimSpace(text), nil
}

func newProgressShowCmd(a *App) *cobra.Command {
	var application int
	return a.Verb(Verb{
		Use: "show WO", Short: "Show where a schedule of values stands: earned, held back, due",
		Long: "C scheduled, D work before, E work of this period, F stored material, G = D + E + F, H = G / C, I = C - G, J held back. What is held\n" +
			"back never lessens G.",
		Example: "callout progress show WO-1001\ncallout progress show WO-1001 --application 1 --jq .due",
		Fields: []string{"order", "application", "through", "rows", "sum", "original_contract", "change_orders", "contract",
			"earned_less_retainage", "previous_certificates", "due", "balance_to_finish", "retainage"},
		Flags: func(f *pflag.FlagSet) {
			f.IntVar(&application, "application", 0, "as it stood at application `N`, if not the newest")
		},
		Run: func(ctx context.Context, args []string) error {
			v := &progressView{}
			err := a.View(ctx, func(r store.Reader) error {
				order, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				company, err := party.TheCompany(r)
				if err != nil {
					return err
				}
				v.currency = company.Currency
				if v.ProgressSheet, err = billing.SheetOf(r, order, application); err != nil {
					return err
				}
				v.Retainage, err = billing.RetainageOf(r, order)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(args[0], v, func(p *Page) { v.draw(p, args[0]) })
		},
	})
}

// progressView is a sheet with what is held back of released invoices.
type progressView struct {
	*billing.ProgressSheet
	Retainage *billing.RetainageState `json:"retainage"`

	currency money.Currency
}

func (v *progressView) draw(p *Page, order string) {
	p.Title("Progress of %s, application %d", order, v.Application)
	p.Field("Through", v.Through.String())
	fixed := func(x money.Amount) any { return x.Fixed(v.currency) }
	var rows [][]any
	for _, x := range append(v.Rows, v.Sum) {
		share, n := any(""), any("")
		if x.Percent != nil {
			share = x.Percent.Format()
		}
		if x.N > 0 {
			n = x.N
		}
		title := x.Title
		if x.Change != "" {
			title += " (change order)"
		}
		rows = append(rows, []any{n, title, fixed(x.Scheduled), fixed(x.Previous), fixed(x.Period), fixed(x.Stored), fixed(x.Total), share, fixed(x.Balance), fixed(x.Retained)})
	}
	p.Table([]string{"n", "", "C scheduled", "D before", "E period", "F stored", "G total", "H", "I balance", "J held back"}, rows)
	p.Section("Summary")
	sum := func(key string, x money.Amount) { p.Field(key, x.Format(v.currency)) }
	sum("Original contract", v.Original)
	sum("Change orders", v.Changes)
	sum("Contract", v.Contract)
	sum("Earned and stored", v.Sum.Total)
	sum("Held back", v.Sum.Retained)
	sum("Earned less held back", v.EarnedLess)
	sum("Of applications before", v.Certified)
	sum("Due now, before tax", v.Due)
	sum("Balance to finish", v.Rest)
	if !v.Retainage.Withheld.IsZero() {
		p.Section("Held back of released invoices")
		sum("Withheld", v.Retainage.Withheld)
		sum("Asked for", v.Retainage.Asked)
		sum("Still held", v.Retainage.Held)
	}
}
