package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/store"

	"pgregory.net/rapid"
)

// deposited takes a deposit invoice through to its release.
func (k *shop) deposited(c *ProposeDeposit) *Invoice {
	k.tb.Helper()
	id := k.must(c).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	return get(k, Invoices, id)
}

// TestADepositOfEverythingLeavesNothing has odoo/odoo#278984: half a piece at 1.01, paid ahead in
// full, ended in a credit note over a cent.
func TestADepositOfEverythingLeavesNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "0.5", "1.01")
	dep := k.deposited(&ProposeDeposit{Order: o, Percent: percentp("100")})
	if dep.Number != "DEP-2026-00001" || dep.Kind != KindDeposit {
		t.Errorf("%s is a %s", dep.Number, dep.Kind)
	}
	wantAmount(t, "deposit", dep.Net, "0.51")
	wantAmount(t, "its tax", dep.VAT, "0.10")
	k.complete(o)
	final := k.released(o)
	wantAmount(t, "due", final.Gross, "0.00")
	wantAmount(t, "tax due", final.VAT, "0.00")
	if len(final.Deducted) != 1 || final.Deducted[0].Number != dep.Number {
		t.Errorf("deducted %+v", final.Deducted)
	}
	contains(t, final.Text(), "less DEP-2026-00001")
	p := k.rollup(o)
	wantAmount(t, "billed", p.Billed, "0.51")
	wantAmount(t, "deposits left", p.Deposits, "0")
	k.audited()
}

// TestADepositIsDeductedOnce: by one of two invoices, up to what it comes to, and the rest by the
// next; a credit note frees it again.
func TestADepositIsDeductedOnce(t *testing.T) {
	k := newShop(t)
	o := k.order()
	filter := k.item(o, "1", "100")
	k.item(o, "1", "500")
	k.complete(o)
	dep := k.deposited(&ProposeDeposit{Order: o, Amount: amountp("333.33")})
	wantAmount(t, "deposit", dep.Gross, "400.00")
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: filter}}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	small := get(k, Invoices, id)
	wantAmount(t, "small", small.Gross, "0")
	if q, _ := k.gate(o).Get(ReqDeposit); q.Status != Satisfied {
		t.Errorf("%s is %s: %s", q.Code, q.Status, q.Reason)
	}
	rest := k.released(o)
	wantAmount(t, "rest", rest.Net, "266.67")
	wantAmount(t, "deposit and invoices", money.Sum(dep.Gross, small.Gross, rest.Gross), "720")
	if _, err := k.doAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: dep.ID}}); err == nil {
		t.Error("a deposit that is deducted was credited")
	}
	k.credited(rest.ID)
	again := k.released(o)
	wantAmount(t, "again", again.Gross, rest.Gross.String())
	k.audited()
}

// TestADepositWaitsForItsRelease: the work is not billed past a deposit that is on its way.
func TestADepositWaitsForItsRelease(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "100")
	k.complete(o)
	inv := k.approved(o)
	dep := k.must(&ProposeDeposit{Order: o, Percent: percentp("50")}).Subject
	contains(t, k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: inv}}).Msg, "DEPOSIT.APPLIED")
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: dep}})
	k.must(&ReleaseInvoice{Invoice: dep})
	contains(t, k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: inv}}).Msg, "50.00 of deposits are to be deducted now, not 0.00")
	wantAmount(t, "rest", k.released(o).Net, "50")
	k.refused("deposit.basis", as{cmd: &ProposeDeposit{Order: o}})
	k.refused("deposit.amount", as{cmd: &ProposeDeposit{Order: o, Amount: amountp("0")}})
	k.refused("deposit.amount", as{cmd: &ProposeDeposit{Order: o, Percent: percentp("101")}})
	k.refused("deposit.base", as{cmd: &ProposeDeposit{Order: k.order(), Percent: percentp("10")}})
}

// TestDepositsAndInvoicesComeToTheWork takes random deposits of work under several taxes: with them, each tax
// category comes to what it would without, to the cent.
func TestDepositsAndInvoicesComeToTheWork(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		k.must(&SetTax{Class: "reduced", Rate: percent("10.5")})
		k.must(&SetTax{Class: "zero"})
		with, without := k.order(), k.order()
		for i := range rapid.IntRange(1, 5).Draw(rt, "items") {
			item := AddItem{
				Kind: ExpenseItem, Text: fmt.Sprint(i), Qty: money.NewQuantity(rapid.Int64Range(1, 9_999).Draw(rt, "qty"), 3),
				Price:    ptr(money.NewPrice(rapid.Int64Range(1, 9_999_999).Draw(rt, "price"), 4)),
				TaxClass: rapid.SampledFrom([]string{"standard", "reduced", "zero"}).Draw(rt, "tax"),
			}
			for _, o := range []store.ID{with, without} {
				one := item
				one.Order = o
				k.must(&one)
			}
		}
		k.item(with, "1", "100")
		k.item(without, "1", "100")
		base, vat := map[string]money.Amount{}, map[string]money.Amount{}
		add := func(inv *Invoice) {
			for _, l := range inv.Taxes {
				key := l.Category + l.Rate.String()
				base[key], vat[key] = base[key].Add(l.Base), vat[key].Add(l.VAT)
			}
		}
		for range rapid.IntRange(1, 3).Draw(rt, "deposits") {
			add(k.deposited(&ProposeDeposit{Order: with, Percent: ptr(money.NewPercent(rapid.Int64Range(1, 3333).Draw(rt, "share"), 2))}))
		}
		k.complete(with)
		k.complete(without)
		final := k.released(with)
		add(final)
		whole := k.released(without)
		for _, l := range whole.Taxes {
			key := l.Category + l.Rate.String()
			if !base[key].Equal(l.Base) || !vat[key].Equal(l.VAT) {
				rt.Errorf("%s: %s and %s, not %s and %s", key, base[key], vat[key], l.Base, l.VAT)
			}
		}
		if final.Net.Sign() < 0 {
			rt.Errorf("the final invoice comes to %s", final.Net)
		}
		k.audited()
	})
}

// TestRetainers: money paid ahead without tax is drawn by its rules, and lowers what is payable and nothing else.
func TestRetainers(t *testing.T) {
	k := newShop(t)
	open := &OpenRetainer{Customer: k.customer, Title: "Service 2026", Amount: amount("1000"), Share: percentp("50"), Keep: amountp("700")}
	ret := k.must(open).Subject
	balance := func(want string) {
		t.Helper()
		k.read(func(r store.Reader) error {
			b, err := RetainerBalance(r, ret)
			wantAmount(t, "balance", b, want)
			return err
		})
	}
	o := k.order()
	k.item(o, "1", "200")
	k.complete(o)
	inv := k.approved(o)
	wantAmount(t, "half of it", get(k, Invoices, inv).Payable(), "120")
	k.refused("retainer.balance", as{reason: "moving away", cmd: &PayRetainer{Retainer: ret, Amount: amount("-880.01")}})
	k.must(&PayRetainer{Retainer: ret, Amount: amount("50")}) // changes nothing of what is approved
	k.must(&ReleaseInvoice{Invoice: inv})
	first := get(k, Invoices, inv)
	wantAmount(t, "gross", first.Gross, "240")
	wantAmount(t, "payable", first.Payable(), "120")
	contains(t, first.Text(), "Paid ahead: Service 2026")
	balance("930")
	other := k.order()
	k.item(other, "1", "1000")
	k.complete(other)
	second := k.released(other)
	wantAmount(t, "down to what is kept", second.Payable(), "970")
	balance("700")
	k.credited(second.ID)
	balance("930")
	k.refused("reason.missing", as{cmd: &PayRetainer{Retainer: ret, Amount: amount("-1")}})
	k.refused("retainer.amount", as{cmd: &PayRetainer{Retainer: ret, Amount: amount("0")}})
	k.mustAs(as{reason: "contract ended", cmd: &PayRetainer{Retainer: ret, Amount: amount("-930")}})
	balance("0")
	open.Share = percentp("0")
	k.refused("retainer.share", as{cmd: open})
	k.audited()
}

// TestADepositUnderSeveralTaxes: two taxes on one sum are taken off together, and the sum once.
func TestADepositUnderSeveralTaxes(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "austin", Default: true, Components: []money.Component{
		{Name: "Texas", Rate: percent("6.25")}, {Name: "Austin", Rate: percent("2")},
	}})
	o := k.order()
	k.item(o, "1", "200")
	k.complete(o)
	dep := k.deposited(&ProposeDeposit{Order: o, Percent: percentp("50")})
	wantAmount(t, "deposit", dep.Gross, "108.25")
	final := k.released(o)
	wantAmount(t, "net", final.Net, "100")
	wantAmount(t, "together", dep.Gross.Add(final.Gross), "216.50")
	for i, l := range final.Taxes {
		wantAmount(t, l.Name, l.VAT.Add(dep.Taxes[i].VAT), map[string]string{"Texas": "12.50", "Austin": "4"}[l.Name])
	}
	k.audited()
}

// TestADepositUnderSeveralTaxesIsTakenOffWhole: by an invoice that has room for all of it, and by none before.
func TestADepositUnderSeveralTaxesIsTakenOffWhole(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "austin", Default: true, Components: []money.Component{
		{Name: "Texas", Rate: percent("6.25")}, {Name: "Austin", Rate: percent("2")},
	}})
	o := k.order()
	small := k.item(o, "1", "60")
	k.item(o, "1", "140")
	k.complete(o)
	dep := k.deposited(&ProposeDeposit{Order: o, Percent: percentp("50")})
	id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: small}}}).Subject
	if inv := get(k, Invoices, id); len(inv.Deducted) != 0 || !inv.Net.Equal(amount("60")) {
		t.Errorf("of 60 it takes off %+v", inv.Deducted)
	}
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	last := k.released(o)
	if len(last.Deducted) != 2 || last.Deducted[0].Invoice != dep.ID {
		t.Errorf("of 140 it takes off %+v", last.Deducted)
	}
	wantAmount(t, "net", last.Net, "40")
	k.audited()
}
