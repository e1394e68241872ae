package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
)

// billingRulesView is the rules in force.
type billingRulesView struct {
	billing.Rules
	Revision int `json:"revision"` // 0: none was ever set
}

func newPolicyBillingCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "billing", Short: "Show how time is billed and when invoices are due",
		Example: "callout policy billing",
		Fields:  []string{"labour", "travel", "payment_days", "rounding", "windows", "overtime", "stacking", "call_out", "driving", "markup", "price_reason", "revision"},
		Run: func(ctx context.Context, _ []string) error {
			var v billingRulesView
			err := a.View(ctx, func(r store.Reader) (err error) {
				var pin store.Pin
				v.Rules, pin, err = billing.CurrentRules(r)
				v.Revision = pin.Rev
				return err
			})
			if err != nil {
				return err
			}
			return a.Show("billing", v, func(p *Page) {
				drawRules(p, &v.Rules)
				p.Field("Revision", v.Revision)
			})
		},
	})
}

// drawRules tells billing rules.
func drawRules(p *Page, r *billing.Rules) {
	drawTerms(p, r)
	if r.PaymentDays == 0 {
		p.Field("Payable", "on receipt")
	} else {
		p.Field("Payable", howMany(r.PaymentDays, "day")+" after issue")
	}
	p.Field("Money", "rounded "+r.Rounding.String())
	if len(r.Markup) > 0 {
		p.Field("Parts", "without a price: cost plus "+r.Markup.String()+" %")
	}
	if r.PriceReason {
		p.Field("By hand", "a price needs a reason")
	}
}

// timeRoundingFlags are the flags of one kind of time.
type timeRoundingFlags struct{ step, minimum, mode, scope, per string }

func (t *timeRoundingFlags) add(f *pflag.FlagSet, kind string) {
	f.StringVar(&t.step, kind+"-step", "", "count "+kind+" in steps of this `DURATION`; 0m counts the exact minutes")
	f.StringVar(&t.minimum, kind+"-minimum", "", "count "+kind+" for at least this `DURATION`")
	choiceVar(f, &t.mode, kind+"-mode", "", []string{"up", "nearest", "down"}, "which way "+kind+" between two steps goes")
	choiceVar(f, &t.scope, kind+"-scope", "", []string{"entry", "visit", "day"}, "what of "+kind+" is rounded as one")
	choiceVar(f, &t.per, kind+"-per", "", []string{"person", "crew"}, "whose "+kind+" on a visit or day is rounded as one")
}

// apply puts what was given over what is in force.
func (t *timeRoundingFlags) apply(f *pflag.FlagSet, kind string, to *billing.TimeRounding) (err error) {
	if f.Changed(kind + "-step") {
		if to.Increment, err = stepMinutes(kind+"-step", t.step); err != nil {
			return err
		}
	}
	if f.Changed(kind + "-minimum") {
		if to.Minimum, err = stepMinutes(kind+"-minimum", t.minimum); err != nil {
			return err
		}
	}
	if f.Changed(kind + "-mode") {
		to.Mode = billing.StepMode(t.mode)
	}
	if f.Changed(kind + "-scope") {
		to.Scope = billing.RoundScope(t.scope)
	}
	if f.Changed(kind + "-per") {
		to.Per = billing.RoundPer(t.per)
	}
	return nil
}

func stepMinutes(field, s string) (int, error) {
	d, err := calendar.ParseDuration(field, s)
	if err != nil {
		return 0, err
	}
	return wholeMinutes(field, d)
}

// ruleFlags are the flags by which billing rules are given, the shop's or a contract's.
type ruleFlags struct {
	labour, travel timeRoundingFlags
	terms          termFlags
	days           int
	rounding       string
	markup         string
	priceReason    bool
	given          *pflag.FlagSet
}

func (x *ruleFlags) add(f *pflag.FlagSet) {
	x.given = f
	x.labour.add(f, "labour")
	x.travel.add(f, "travel")
	x.terms.add(f)
	f.IntVar(&x.days, "payment-days", 0, "how many days the customer has to pay: `N`; 0 is on receipt")
	choiceVar(f, &x.rounding, "rounding", "", []string{"half-away", "half-even"}, "how half a cent is rounded")
	f.StringVar(&x.markup, "markup", "", "price a part that has a cost and no price at its cost plus `PERCENT`, in tiers by cost such as 50:35,500:25,15; none takes it away")
	f.BoolVar(&x.priceReason, "price-reason", false, "ask for a --reason where somebody names a price by hand")
}

// apply puts what was given over what is in force.
func (x *ruleFlags) apply(rules *billing.Rules) (err error) {
	if err := x.labour.apply(x.given, "labour", &rules.Labour); err != nil {
		return err
	}
	if err := x.travel.apply(x.given, "travel", &rules.Travel); err != nil {
		return err
	}
	if err := x.terms.apply(x.given, rules); err != nil {
		return err
	}
	if x.given.Changed("payment-days") {
		rules.PaymentDays = x.days
	}
	if x.given.Changed("rounding") {
		if rules.Rounding, err = money.ParseRounding("rounding", x.rounding); err != nil {
			return err
		}
	}
	if x.given.Changed("markup") {
		if rules.Markup = nil; x.markup != "none" && x.markup != "" {
			if rules.Markup, err = billing.ParseMarkup("markup", x.markup); err != nil {
				return err
			}
		}
	}
	if x.given.Changed("price-reason") {
		rules.PriceReason = x.priceReason
	}
	return nil
}

func newPolicySetBillingCmd(a *App) *cobra.Command {
	var given ruleFlags
	return a.Verb(Verb{
		Use: "set-billing", Short: "Change how time is billed and when invoices are due", Writes: true,
		Long: `Recorded time is never rounded: only what it is billed as. The minimum comes first, the steps after it, both once
for each entry, visit or day. Every change makes a new revision; work orders keep the one that they were created under
until they are repinned (callout price repin).

Windows are read off the clock of the site: within hours, outside hours (the branch's opening hours where none are
named, and all of a holiday), on the weekend, on a holiday. Overtime is met inside an entry, to the minute. Where several
multiply the same minute, the greatest counts, unless --stacking says otherwise; the rate that comes out is rounded
once, and is the one that is printed.`,
		Example: `callout policy set-billing --labour-step 15m --labour-minimum 1h --payment-days 14
callout policy set-billing --window "after-hours 1.5 outside" --window "holiday 2 holiday" --overtime "overtime 1.5 after 8h/day"
callout policy set-billing --call-out "CALLOUT includes 30m" --travel-by km:KM --tour-share time
callout policy set-billing --window "holiday none"`,
		Fields: resultList().Names(),
		Flags:  given.add,
		Run: func(ctx context.Context, _ []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					rules, _, err := billing.CurrentRules(r)
					if err != nil {
						return nil, err
					}
					err = given.apply(&rules)
					return &billing.SetRules{Rules: rules}, err
				},
				Note: func(store.Receipt) string { return "billing rules set" },
			})
		},
	})
}
