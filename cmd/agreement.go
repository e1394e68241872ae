package cmd

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/shop"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newAgreementCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "agreement", Short: "Orders that come round, and work that is included", Group: GroupWork},
		newAgreementAddCmd(a), newAgreementListCmd(a), newAgreementShowCmd(a), newAgreementGenerateCmd(a), newAgreementSkipCmd(a),
		newAgreementCoverCmd(a), newAgreementEndCmd(a))
}

func findAgreement(r store.Reader, ref string) (store.ID, error) {
	return hinted(work.FindAgreement, "callout agreement list")(r, ref)
}

// agreementFlags are what an agreement is made from.
type agreementFlags struct {
	customer, from, to, every, at, holiday, fee, tax string
	sites, assets, includes                          []string
	ahead, rank                                      int
	hide                                             bool
	order                                            work.OrderTemplate
	priority                                         string
}

func (g *agreementFlags) add(f *pflag.FlagSet) {
	f.StringVar(&g.customer, "customer", "", "the `CUSTOMER`")
	f.StringArrayVar(&g.sites, "site", nil, "a `SITE` that it is about")
	f.StringArrayVar(&g.assets, "asset", nil, "an `ASSET` that it is about")
	f.StringVar(&g.from, "from", "", "the first `DAY` on which it holds (today when left out)")
	f.StringVar(&g.to, "to", "", "the first `DAY` on which it holds no longer (until further notice when left out)")
	f.StringVar(&g.every, "every", "", "when orders come round, as `TEXT`: \"3 months on last Fri\", \"2 weeks on Mon\", \"year on 15\"")
	f.StringVar(&g.at, "start", "", "when on its day the work begins, as `TIME` such as 08:00 at the site")
	choiceVar(f, &g.holiday, "on-holiday", "", []string{"skip", "before", "after"}, "what becomes of a day that is a holiday: skip it, or move it to the nearest day before or after")
	f.IntVar(&g.ahead, "ahead", 0, "make each order `N` days ahead of its day")
	f.StringVar(&g.order.WorkType, "type", "", "the `WORK-TYPE` that the orders are made from")
	f.StringVar(&g.order.Title, "title", "", "what is to be done, as `TEXT`")
	f.StringVar(&g.order.Description, "description", "", "more about it, as `TEXT`")
	choiceVar(f, &g.priority, "priority", "", priorities(), "how urgent the orders are: low, normal, high or emergency")
	f.StringVar(&g.order.SLA, "sla", "", "the `SLA` policy of the orders, if not the customer's or the work type's")
	f.StringVar(&g.fee, "fee", "", "what each time costs, billed with the first order of the day: `AMOUNT`")
	f.StringVar(&g.tax, "tax", "", "the `TAX-CLASS` of the fee")
	f.StringArrayVar(&g.includes, "include", nil, "what is included, as `TEXT`: \"4 visits per year\", \"6 h labour by senior per quarter carried over\"")
	f.IntVar(&g.rank, "rank", 0, "where several could cover the same work, the highest `N` wins")
	f.BoolVar(&g.hide, "hide", false, "leave covered work off invoices instead of showing it at 0.00")
}

func newAgreementAddCmd(a *App) *cobra.Command {
	var g agreementFlags
	return a.Verb(Verb{
		Use: "add NAME", Short: "Agree on orders that come round, or on included work", Writes: true,
		Long: "Orders are made by `callout agreement generate`, one for each place and day. Periods of what is included count from the day on\n" +
			"which the agreement begins. Included hours are hours worked; what goes beyond them is billed, and the entry that crosses\n" +
			"the line is billed in part.",
		Example: `callout agreement add "Gold care" --customer Mill --asset "Press 4" --from 2026-01-01 --every "3 months on 15" --start 08:00 --on-holiday after --ahead 14 --type "Press service"` + "\n" +
			`callout agreement add "Ten hours" --customer Mill --site "North hall" --include "10 h labour per quarter carried over"`,
		Required: []string{"customer"},
		Fields:   resultList().Names(),
		Flags:    g.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) { return g.command(a, r, args[0]) },
				Note:  func(store.Receipt) string { return "agreed on " + args[0] },
			})
		},
	})
}

func (g *agreementFlags) command(a *App, r store.Reader, name string) (store.Command, error) {
	c := &work.AddAgreement{
		Agreement: name, At: g.at, Holidays: calendar.OnHoliday(g.holiday), Ahead: g.ahead, Template: g.order, FeeTax: g.tax,
		Rank: g.rank, Hide: g.hide,
	}
	c.Template.Priority = work.Priority(g.priority)
	var err error
	if c.Customer, err = findCustomer(r, g.customer); err != nil {
		return nil, err
	}
	if c.Places, err = g.places(r, c.Customer); err != nil {
		return nil, err
	}
	if c.Valid.From, err = a.dayNamed(r, "from", cmp.Or(g.from, "today")); err != nil {
		return nil, err
	}
	if g.to != "" {
		if c.Valid.To, err = a.dayNamed(r, "to", g.to); err != nil {
			return nil, err
		}
	}
	if g.every != "" {
		if c.Repeat, err = calendar.ParseRecurrence("every", g.every); err != nil {
			return nil, err
		}
	}
	if g.fee != "" {
		fee, err := money.ParsePrice("fee", g.fee)
		if err != nil {
			return nil, err
		}
		c.Fee = &fee
	}
	for _, s := range g.includes {
		e, err := work.ParseEntitlement("include", s)
		if err != nil {
			return nil, err
		}
		c.Includes = append(c.Includes, e)
	}
	return c, nil
}

// places are the sites and assets that were named, or the customer's only site.
func (g *agreementFlags) places(r store.Reader, customer store.ID) ([]work.AgreedPlace, error) {
	var out []work.AgreedPlace
	for _, s := range g.sites {
		id, err := work.FindSite(r, customer, s)
		if err != nil {
			return nil, err
		}
		out = append(out, work.AgreedPlace{Site: id})
	}
	for _, s := range g.assets {
		id, err := work.FindAsset(r, "", s)
		if err != nil {
			return nil, err
		}
		asset, err := work.Assets.Get(r, id)
		if err != nil {
			return nil, err
		}
		out = append(out, work.AgreedPlace{Site: asset.Site, Asset: id})
	}
	if len(out) > 0 {
		return out, nil
	}
	site, err := (&orderFlags{customer: g.customer}).place(r, customer)
	return []work.AgreedPlace{{Site: site}}, err
}

// dayNamed reads a day of the company's calendar: 2026-03-02, today, monday.
func (a *App) dayNamed(r store.Reader, field, text string) (calendar.Date, error) {
	zone, err := companyZone(r)
	if err != nil {
		return calendar.Date{}, err
	}
	return parseDay(field, text, a.Now(), zone)
}

func newAgreementGenerateCmd(a *App) *cobra.Command {
	var until string
	return a.Verb(Verb{
		Use: "generate [AGREEMENT]", Short: "Make the orders whose time has come", Writes: true,
		Long: "Each order is made once, whoever runs this and however often; `callout sla tick` does the same. Days that have passed\n" +
			"without anybody making their orders are made up for, oldest first. --until makes orders ahead of their time.",
		Example: "callout agreement generate\n" + `callout agreement generate "Gold care" --until 2026-12-31`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&until, "until", "", "make all orders up to this `DAY`, which counts")
		},
		Run: func(ctx context.Context, args []string) error {
			var results []Result
			err := a.WithShop(func(s *shop.Shop) error {
				intents, err := a.dueOrders(ctx, s, strings.Join(args, ""), until)
				if err != nil || len(intents) == 0 {
					return err
				}
				run := s.Do
				if a.write.dryRun {
					run = s.Preview
				}
				recs, err := run(ctx, intents...)
				for i, rec := range recs {
					results = append(results, a.resultOf("", rec, Action{Note: func(store.Receipt) string { return tickNote(intents[i].Cmd) }}))
				}
				return err
			})
			if err != nil {
				return err
			}
			return a.Report(results...)
		},
	})
}

// dueOrders are the orders that are to be made, of one agreement or of all, as intents of
// whoever asks.
func (a *App) dueOrders(ctx context.Context, s *shop.Shop, agreement, until string) ([]store.Intent, error) {
	var due []*work.GenerateOrder
	err := s.View(ctx, func(r store.Reader) (err error) {
		var day calendar.Date
		if until != "" {
			if day, err = a.dayNamed(r, "until", until); err != nil {
				return err
			}
		}
		only, err := optional(findAgreement, r, agreement)
		if err != nil {
			return err
		}
		for g, err := range work.Agreements.All(r) {
			if err != nil {
				return err
			}
			if only != "" && g.ID != only {
				continue
			}
			some, err := g.DueUntil(day, a.Now().UTC())
			if err != nil {
				return err
			}
			due = append(due, some...)
		}
		return nil
	})
	intents := shop.GenerateIntents(due)
	for i := range intents {
		intents[i].Actor, intents[i].Reason = a.Actor(), a.write.reason
	}
	return intents, err
}

func newAgreementSkipCmd(a *App) *cobra.Command {
	var on, place string
	return a.Verb(Verb{
		Use: "skip AGREEMENT", Short: "Leave the next day out", Writes: true,
		Example:  `callout agreement skip "Gold care" --on 2026-07-15 --reason "the hall is closed in July"`,
		Required: []string{"on"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&on, "on", "", "the `DAY` that is left out: the next one of its place")
			f.StringVar(&place, "asset", "", "of which `ASSET`, where the agreement is about several")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findAgreement(r, args[0])
					if err != nil {
						return nil, err
					}
					g, err := work.Agreements.Get(r, id)
					if err != nil {
						return nil, err
					}
					c := &work.SkipOccurrence{Agreement: id}
					if c.On, err = a.dayNamed(r, "on", on); err != nil {
						return nil, err
					}
					c.Place, err = agreedPlace(r, g, place)
					return c, err
				},
				Note: func(store.Receipt) string { return "no order for " + on },
			})
		},
	})
}

// agreedPlace is the place of an agreement that is named, or its only one.
func agreedPlace(r store.Reader, g *work.Agreement, ref string) (store.ID, error) {
	n := namesOf(r)
	var all []string
	for i := range g.Places {
		p := &g.Places[i]
		name := n.of(p.ID())
		if ref == "" && len(g.Places) == 1 || ref == string(p.ID()) || strings.EqualFold(ref, name) {
			return p.ID(), nil
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return "", fault.Invalidf("asset", "%s is about %s: say which of them", g.Name, strings.Join(all, ", ")).With("agreement.place").
		Hint("--asset %q", all[0])
}

func newAgreementCoverCmd(a *App) *cobra.Command {
	var under string
	return a.Verb(Verb{
		Use: "cover WO...", Short: "Let orders draw on what an agreement includes", Writes: true,
		Long:    "Orders that an agreement made are under it anyway. Without --under the orders are taken off their agreement.",
		Example: `callout agreement cover WO-1007 --under "Ten hours"` + "\ncallout agreement cover WO-1007",
		Fields:  resultList().Names(),
		Flags:   func(f *pflag.FlagSet) { f.StringVar(&under, "under", "", "the `AGREEMENT`") },
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					order, err := findOrder(r, item)
					if err != nil {
						return nil, err
					}
					id, err := optional(findAgreement, r, under)
					return &work.PutUnderAgreement{Order: order, Agreement: id}, err
				},
			})
		},
	})
}

func newAgreementEndCmd(a *App) *cobra.Command {
	var on string
	return a.Verb(Verb{
		Use: "end AGREEMENT", Short: "End an agreement before its time", Writes: true,
		Long:     "From that day on no orders are made and nothing is included. Orders that were made already stay; cancel those that are not wanted.",
		Example:  `callout agreement end "Gold care" --on 2026-10-01 --reason "the press was sold"`,
		Required: []string{"on"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&on, "on", "", "the first `DAY` on which it holds no longer")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findAgreement(r, args[0])
					if err != nil {
						return nil, err
					}
					day, err := a.dayNamed(r, "on", on)
					return &work.EndAgreement{Agreement: id, On: day}, err
				},
				Note: func(store.Receipt) string { return "ends on " + on },
			})
		},
	})
}
