package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
)

// TestAgreedVectors takes the worked cases of caps, deposits and milestones all the way to documents. Those that are
// named without a play have a test of their own, beside the rule.
func TestAgreedVectors(t *testing.T) {
	type vector struct {
		ID       string
		Invoices []string
		Pct      string   `json:"withhold_pct"`
		Max      string   `json:"withhold_max"`
		Withheld []string `json:"expect_withheld"`
		Lines    []struct{ Qty, Price string }
		Share    string `json:"deposit_pct"`
		Deposit  string `json:"expect_deposit_net"`
		Due      string `json:"expect_final_due"`
	}
	play := map[string]func(t *testing.T, v vector){
		"far-85":                     nil, // TestNoticesAreGivenOnce
		"nte-cut":                    nil, // TestTheCrossingChargeIsSplit
		"milestone-percent-residual": nil, // TestSharesComeToThePriceExactly
		"milestone-thirds":           nil, // the same
		"split-penny":                nil, // the division is one of package money
		"far-withhold": func(t *testing.T, v vector) {
			k := newShop(t)
			o := k.order()
			sum := amount("0")
			for _, s := range v.Invoices {
				sum = sum.Add(amount(s))
			}
			k.row(o, "Works", sum.String())
			k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent(v.Pct), Max: amountp(v.Max)}})
			k.complete(o)
			earned := amount("0")
			for i, s := range v.Invoices {
				earned = earned.Add(amount(s))
				k.applied(o, earned.String())
				inv := k.released(o)
				wantAmount(t, fmt.Sprint("voucher ", i+1), inv.Net, s)
				wantAmount(t, fmt.Sprint("withheld of voucher ", i+1), inv.Retained.Amount, v.Withheld[i])
			}
			k.audited()
		},
		"deposit-100pct-half-cent": func(t *testing.T, v vector) {
			k := newShop(t)
			o := k.order()
			for _, l := range v.Lines {
				k.item(o, l.Qty, l.Price)
			}
			dep := k.deposited(&ProposeDeposit{Order: o, Percent: percentp(v.Share)})
			wantAmount(t, "deposit", dep.Net, v.Deposit)
			k.complete(o)
			wantAmount(t, "due", k.released(o).Gross, v.Due)
			k.audited()
		},
		// Money paid ahead without tax lowers what is payable (BT-113) and nothing else; a deposit invoice is
		// named, and taken off with its tax (BG-3).
		"deposit-as-prepaid": func(t *testing.T, _ vector) {
			k := newShop(t)
			k.must(&OpenRetainer{Customer: k.customer, Title: "Advance", Amount: amount("60")})
			prepaid := k.order()
			k.item(prepaid, "1", "100")
			k.complete(prepaid)
			inv := k.released(prepaid)
			wantAmount(t, "net of work that was paid ahead", inv.Net, "100")
			wantAmount(t, "its tax", inv.VAT, "20")
			wantAmount(t, "payable", inv.Payable(), "60")
			if len(inv.OnAccount) != 1 || len(inv.Deducted) != 0 {
				t.Errorf("on account %+v, deducted %+v", inv.OnAccount, inv.Deducted)
			}
			invoiced := k.order()
			k.item(invoiced, "1", "100")
			dep := k.deposited(&ProposeDeposit{Order: invoiced, Amount: amountp("50")})
			k.complete(invoiced)
			inv = k.released(invoiced)
			wantAmount(t, "net less the deposit", inv.Net, "50")
			wantAmount(t, "its tax", inv.VAT, "10")
			wantAmount(t, "payable", inv.Payable(), "60")
			if len(inv.OnAccount) != 0 || len(inv.Deducted) != 1 || inv.Deducted[0].Number != dep.Number {
				t.Errorf("on account %+v, deducted %+v", inv.OnAccount, inv.Deducted)
			}
			k.audited()
		},
	}
	for _, v := range vectors[vector](t, "nte-deposit-milestone.json") {
		run, known := play[v.ID]
		if !known {
			t.Errorf("nobody plays the case %q", v.ID)
		}
		if run != nil {
			t.Run(v.ID, func(t *testing.T) { run(t, v) })
		}
		delete(play, v.ID)
	}
	for id := range play {
		t.Errorf("the case %q was not there to play", id)
	}
}
