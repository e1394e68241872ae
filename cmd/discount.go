package cmd

import (
	"strings"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/pflag"
)

// readDiscount reads "5%" or an amount; 0 takes a discount back.
func readDiscount(r store.Reader, field, s string) (billing.Discount, error) {
	if p, ok := strings.CutSuffix(strings.TrimSpace(s), "%"); ok {
		pct, err := money.ParsePercent(field, strings.TrimSpace(p))
		return billing.Discount{Percent: &pct}, err
	}
	a, err := amountFlag(r, field, s)
	return billing.Discount{Amount: a}, err
}

// discountFlag is the discount of one item; nil where the flag was not given.
func discountFlag(r store.Reader, s string) (*billing.Discount, error) {
	if s == "" {
		return nil, nil
	}
	d, err := readDiscount(r, "discount", s)
	return &d, err
}

// discountWord says a discount as it is typed: "5%", "20".
func discountWord(d *billing.Discount) any {
	switch {
	case d == nil:
		return nil
	case d.Percent != nil:
		return d.Percent.String() + "%"
	}
	return d.Amount.String()
}

// adjustFlags are discounts and surcharges on documents.
type adjustFlags struct{ discount, surcharge, on, code string }

func (j *adjustFlags) add(f *pflag.FlagSet, kinds bool) {
	f.StringVar(&j.discount, "discount", "", "take this off, for the --reason given: `DISCOUNT`, 5% or an amount; 0 takes it back")
	f.StringVar(&j.surcharge, "surcharge", "", "add this to the document, for the --reason given: `DISCOUNT`, 5% or an amount; 0 takes it back")
	f.StringVar(&j.code, "code", "", "its `CODE` in UNTDID 5189 (discounts) or 7161 (surcharges)")
	if kinds {
		choiceVar(f, &j.on, "on", "", []string{"labour", "travel", "part", "service", "expense"}, "take the discount off each line of this kind of work, instead of the document")
	}
}

// given reports whether there is anything to agree.
func (j *adjustFlags) given() bool { return j.discount != "" || j.surcharge != "" }

// read makes what the flags say.
func (j *adjustFlags) read(r store.Reader) ([]billing.Adjustment, error) {
	if j.discount != "" && j.surcharge != "" {
		return nil, usagef("each has a reason of its own: agree the discount and the surcharge one after the other")
	}
	if !j.given() {
		if j.code != "" || j.on != "" {
			return nil, usagef("there is nothing that --code or --on could belong to: give --discount or --surcharge")
		}
		return nil, nil
	}
	a := billing.Adjustment{On: j.on, Code: j.code, Surcharge: j.surcharge != ""}
	field, s := "discount", j.discount
	if a.Surcharge {
		field, s = "surcharge", j.surcharge
	}
	var err error
	a.Discount, err = readDiscount(r, field, s)
	return []billing.Adjustment{a}, err
}
