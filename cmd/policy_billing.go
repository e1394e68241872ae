package cmd

import (
	"context"
	"fmt"
	"time"

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
		Use: "billing", Short: "Show how time is rounded and when invoices are due",
		Example: "callout policy billing",
		Fields:  []string{"labour", "travel", "payment_days", "rounding", "markup", "price_reason", "revision"},
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
	p.Field("Labour", roundingWords(r.Labour))
	p.Field("Travel", roundingWords(r.Travel))
	if r.PaymentDays == 0 {
		p.Field("Payable", "on receipt")
	} else {
		p.Field("Payable", fmt.Sprintf("%d days after issue", r.PaymentDays))
	}
	p.Field("Money", "rounded "+r.Rounding.String())
	if len(r.Markup) > 0 {
		p.Field("Parts", "without a price: cost plus "+r.Markup.String()+" %")
	}
	if r.PriceReason {
		p.Field("By hand", "a price needs a reason")
	}
}

// roundingWords says how time counts.
func roundingWords(t billing.TimeRounding) string {
	words := "to the minute"
	if t.Increment > 0 {
		mode := t.Mode
		if mode == "" {
			mode = billing.StepUp
		}
		words = "in steps of " + calendar.FormatDuration(time.Duration(t.Increment)*time.Minute) + ", " + string(mode)
	}
	if t.Minimum > 0 {
		words += ", at least " + calendar.FormatDuration(time.Duration(t.Minimum)*time.Minute)
	}
	return words
}

// timeRoundingFlags are the flags of one kind of time.
type timeRoundingFlags struct{ step, minimum, mode string }

func (t *timeRoundingFlags) add(f *pflag.FlagSet, kind string) {
	f.StringVar(&t.step, kind+"-step", "", "count "+kind+" in steps of this `DURATION`; 0m counts the exact minutes")
	f.StringVar(&t.minimum, kind+"-minimum", "", "count an entry of "+kind+" for at least this `DURATION`")
	choiceVar(f, &t.mode, kind+"-mode", "", []string{"up", "nearest", "down"}, "which way "+kind+" between two steps goes")
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
		Use: "set-billing", Short: "Change how time is rounded and when invoices are due", Writes: true,
		Long: "Recorded time is never rounded: only what it is billed as. Every change makes a new revision; work orders keep the one that\n" +
			"they were created under until they are repinned (callout price repin).",
		Example: "callout policy set-billing --labour-step 15m --labour-minimum 1h --payment-days 14",
		Fields:  resultList().Names(),
		Flags:   given.add,
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
