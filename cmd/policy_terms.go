package cmd

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
)

// termFlags are the flags by which the terms of billing time are set, wherever they stand.
type termFlags struct {
	windows, overtime                      []string
	stacking, callOut, travelBy, tourShare string
}

func (t *termFlags) add(f *pflag.FlagSet) {
	f.StringArrayVar(&t.windows, "window", nil, "multiply the rate in a window of local time: `TEXT` such as \"after-hours 1.5 outside Mon-Fri 08:00-17:00\"; NAME none drops one")
	f.StringArrayVar(&t.overtime, "overtime", nil, "multiply the rate beyond a threshold: `TEXT` such as \"overtime 1.5 after 8h/day\"; NAME none drops one")
	choiceVar(f, &t.stacking, "stacking", "", []string{"max", "product", "additive"}, "what several multipliers on the same minute come to")
	f.StringVar(&t.callOut, "call-out", "", "charge each visit: `TEXT` such as \"CALLOUT includes 30m no-minimum surcharged\"; none charges nothing")
	f.StringVar(&t.travelBy, "travel-by", "", "what travel is billed by, as `TEXT`: hour, zone, or km:CODE of the service that prices a kilometre")
	choiceVar(f, &t.tourShare, "tour-share", "", []string{"equal", "time", "weight"}, "the key by which the jobs of a tour share the way")
}

// apply puts what was given over what is in force.
func (t *termFlags) apply(f *pflag.FlagSet, rules *billing.Rules) (err error) {
	rules.Windows, err = putTerms(rules.Windows, "window", t.windows, billing.ParseWindow, func(w billing.Window) string { return w.Name })
	if err != nil {
		return err
	}
	rules.Overtime, err = putTerms(rules.Overtime, "overtime", t.overtime, billing.ParseOvertime, func(o billing.Overtime) string { return o.Name })
	if err != nil {
		return err
	}
	if f.Changed("stacking") {
		if rules.Stacking, err = money.ParseStacking("stacking", t.stacking); err != nil {
			return err
		}
	}
	if f.Changed("call-out") {
		if rules.CallOut, err = billing.ParseCallOut("call-out", t.callOut); err != nil {
			return err
		}
	}
	if f.Changed("tour-share") {
		if rules.Driving.Share = billing.ShareKey(t.tourShare); t.tourShare == "equal" {
			rules.Driving.Share = billing.ShareEqual
		}
	}
	if f.Changed("travel-by") {
		rules.Driving, err = billing.ParseTravelBy("travel-by", t.travelBy, rules.Driving.Share)
	}
	return err
}

// putTerms puts terms over those of the same name, and drops those that are "NAME none".
func putTerms[T any](have []T, field string, given []string, parse func(field, s string) (T, error), name func(T) string) ([]T, error) {
	have = slices.Clone(have)
	for _, text := range given {
		drop, dropped := strings.CutSuffix(strings.TrimSpace(text), " none")
		if dropped {
			n := len(have)
			have = slices.DeleteFunc(have, func(t T) bool { return name(t) == strings.TrimSpace(drop) })
			if len(have) == n {
				return nil, fault.NotFoundf("there is no %s %q to drop", field, drop).Hint("callout policy billing")
			}
			continue
		}
		term, err := parse(field, text)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(have, func(t T) bool { return name(t) == name(term) }); i >= 0 {
			have[i] = term
		} else {
			have = append(have, term)
		}
	}
	return have, nil
}

// drawTerms shows the terms of billing time, as they are typed.
func drawTerms(p *Page, rules *billing.Rules) {
	p.Field("Labour", rules.Labour.String())
	p.Field("Travel", rules.Travel.String())
	for i := range rules.Windows {
		p.Field("Window", rules.Windows[i].String())
	}
	for i := range rules.Overtime {
		p.Field("Overtime", rules.Overtime[i].String())
	}
	if len(rules.Windows)+len(rules.Overtime) > 0 {
		p.Field("Several", "together: "+cmp.Or(string(rules.Stacking), "max"))
	}
	if rules.CallOut != nil {
		p.Field("Call-out", rules.CallOut.String())
	}
	if rules.Driving != (billing.Driving{}) {
		p.Field("Travel by", rules.Driving.String()+", tours shared: "+cmp.Or(string(rules.Driving.Share), "equal"))
	}
}
