package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/store"
)

// partly bills some of an order's items.
func (k *shop) partly(o store.ID, items ...store.ID) *Invoice {
	k.tb.Helper()
	c := &ProposeInvoice{Order: o}
	for _, id := range items {
		c.Only = append(c.Only, Selection{Source: id})
	}
	id := k.must(c).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	return get(k, Invoices, id)
}

func wantDeducted(t *testing.T, inv *Invoice, want ...string) {
	t.Helper()
	var got []string
	for _, d := range inv.Deducted {
		got = append(got, d.Base.Fixed(eur)+" "+d.VAT.Fixed(eur))
	}
	if len(got) != len(want) {
		t.Fatalf("it takes off %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("it takes off %q, want %q", got, want)
		}
	}
}

// TestTheLastOfAnInvoiceGivesItsMilestoneBack: what was worked is billed by a milestone, which is ready again when the last of
// it was credited, and not before.
func TestTheLastOfAnInvoiceGivesItsMilestoneBack(t *testing.T) {
	k := newShop(t)
	o := k.order()
	m := k.must(&AddMilestone{Order: o, Milestone: "work"}).Subject
	k.item(o, "2", "50")
	k.item(o, "3", "10")
	k.complete(o)
	inv := k.released(o)
	if got := k.status(m); got != MilestoneReleased {
		t.Fatalf("billed, it is %s", got)
	}
	for i, c := range []struct {
		part CreditPart
		want MilestoneStatus
	}{
		{CreditPart{Line: 1, Qty: qtyp("1")}, MilestoneReleased},
		{CreditPart{Line: 2}, MilestoneReleased},
		{CreditPart{Line: 1}, MilestoneReady},
	} {
		k.creditedPart(inv.ID, c.part)
		if got := k.status(m); got != c.want {
			t.Errorf("after credit %d it is %s, want %s", i+1, got, c.want)
		}
	}
	k.audited()
}

// TestAForeignLineCreditsNothing: a credit note that names a line which its invoice does not have is found, and so is the one
// after it, which was made in good faith.
func TestAForeignLineCreditsNothing(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	k.item(o, "2", "50")
	k.complete(o)
	inv := k.released(o)
	first := k.creditedPart(inv.ID, CreditPart{Line: 1, Qty: qtyp("1")})
	k.creditedPart(inv.ID, CreditPart{Line: 1, Amount: amountp("20")})
	k.audited()
	k.must(change(Invoices, first.ID, func(_ *store.Tx, x *Invoice) { x.Lines[0].Credits = 9 }))
	if len(k.findings()) == 0 {
		t.Error("the audits find nothing")
	}
}

// TestASumOffAPriceIsOnePieceOfIt, and of a line that gives money a piece that gives it back.
func TestASumOffAPriceIsOnePieceOfIt(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "100")
	k.item(o, "-1", "40")
	k.complete(o)
	inv := k.released(o)
	cn := k.creditedBy(inv.ID, CreditAsk{Sum: amountp("36")})
	for i, want := range []struct{ qty, price, net string }{{"1", "50", "50"}, {"-1", "20", "-20"}} {
		l := cn.Lines[i]
		if !l.ByAmount || !l.Qty.Equal(qty(want.qty)) || !l.Price.Equal(price(want.price)) || !l.Net.Equal(amount(want.net)) {
			t.Errorf("line %d is %+v", i+1, l)
		}
	}
	rest := k.credited(inv.ID)
	wantAmount(t, "the rest", rest.Gross, "36")
	k.audited()
}

// TestWhatEarlierDocumentsTookIsNotDivided: an invoice that deducts, draws or holds back is credited as a whole.
func TestWhatEarlierDocumentsTookIsNotDivided(t *testing.T) {
	for name, ahead := range map[string]func(k *shop, o store.ID){
		"a deposit": func(k *shop, o store.ID) { k.deposited(&ProposeDeposit{Order: o, Amount: amountp("10")}) },
		"a retainer": func(k *shop, _ store.ID) {
			k.must(&OpenRetainer{Customer: k.customer, Title: "ahead", Amount: amount("10")})
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			o := k.order()
			k.item(o, "2", "50")
			ahead(k, o)
			k.complete(o)
			inv := k.released(o)
			k.refused("credit.whole", as{reason: "so", cmd: &CreditInvoice{Invoice: inv.ID, CreditAsk: CreditAsk{Parts: []CreditPart{{Line: 1, Qty: qtyp("1")}}}}})
			k.credited(inv.ID)
			k.audited()
		})
	}
}

// TestDepositsUnderOneTaxShareItsRow: on an invoice of 100 at 20 % and 50 at 7 %, a second deposit at 20 % finds what the
// first has left of the 100, however much the whole invoice has room for.
func TestDepositsUnderOneTaxShareItsRow(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "reduced", Rate: percent("7")})
	o := k.order()
	filter := k.item(o, "1", "100")
	book := k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "book", Qty: qty("1"), Price: pricep("50"), TaxClass: "reduced"}).Subject
	k.item(o, "1", "30")
	k.deposited(&ProposeDeposit{Order: o, Amount: amountp("80")})
	k.deposited(&ProposeDeposit{Order: o, Amount: amountp("40")})
	k.complete(o)
	wantDeducted(t, k.partly(o, filter, book), "80.00 16.00", "20.00 4.00")
	wantDeducted(t, k.released(o), "20.00 4.00")
	k.audited()
}

// TestNoMoreTaxIsTakenOffThanWasInvoiced: two lines of 0.33 bear 0.07 each, and a deposit of 0.67 bore 0.13.
func TestNoMoreTaxIsTakenOffThanWasInvoiced(t *testing.T) {
	k := newShop(t)
	k.must(&SetTaxRounding{PerLine: true})
	o := k.order()
	one, two := k.item(o, "1", "0.33"), k.item(o, "1", "0.33")
	k.item(o, "1", "10")
	k.deposited(&ProposeDeposit{Order: o, Amount: amountp("0.67")})
	k.complete(o)
	first := k.partly(o, one, two)
	wantDeducted(t, first, "0.66 0.13")
	wantAmount(t, "a cent of tax is left", first.Gross, "0.01")
	wantDeducted(t, k.released(o), "0.01 0.00")
	k.audited()
}

// TestADepositIsTakenOffAsItWasInvoiced, with all of its tax, where an invoice comes to the same sum with less.
func TestADepositIsTakenOffAsItWasInvoiced(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "goods", Rate: percent("20")})
	k.must(&SetTax{Class: "reduced", Rate: percent("7")})
	k.must(&SetTaxRounding{PerLine: true})
	o := k.order()
	add := func(class, p string) store.ID {
		return k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: class, Qty: qty("1"), Price: pricep(p), TaxClass: class}).Subject
	}
	one, two := add("standard", "0.33"), add("goods", "0.33")
	dep := k.deposited(&ProposeDeposit{Order: o, Percent: percentp("100")})
	wantAmount(t, "tax of the deposit", dep.VAT, "0.14")
	for _, id := range []store.ID{one, two} {
		k.mustAs(as{reason: "counted anew", cmd: &RemoveItem{Item: id}})
	}
	add("standard", "0.66")
	add("reduced", "1")
	k.complete(o)
	wantDeducted(t, k.released(o), "0.66 0.14")
	k.audited()
}

// TestACreditedDepositIsNotTakenOff; and one that was taken off is not credited.
func TestACreditedDepositIsNotTakenOff(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "100")
	first := k.deposited(&ProposeDeposit{Order: o, Amount: amountp("40")})
	second := k.deposited(&ProposeDeposit{Order: o, Amount: amountp("30")})
	k.credited(first.ID)
	k.complete(o)
	inv := k.released(o)
	wantDeducted(t, inv, "30.00 6.00")
	if _, err := k.doAs(as{reason: "so", cmd: &CreditInvoice{Invoice: second.ID}}); err == nil {
		t.Error("a deposit that was taken off is credited")
	}
	k.credited(inv.ID)
	k.credited(second.ID)
	wantDeducted(t, k.released(o))
	k.audited()
}

// TestADepositIsAShareOfWhatTheOrderComesTo: of the agreed positions or rows under the order's own tax, of what is recorded,
// and never of another deposit or of what is covered.
func TestADepositIsAShareOfWhatTheOrderComesTo(t *testing.T) {
	reduced := "reduced"
	for name, c := range map[string]struct {
		agree func(k *shop, o store.ID)
		want  string // of 30 %
		rate  string
	}{
		"positions": {func(k *shop, o store.ID) {
			k.must(&AddPosition{Order: o, Title: "Pipe", Ordered: qty("10"), Price: price("5")})
			k.must(&AddPosition{Order: o, Title: "Bend", Ordered: qty("5"), Price: price("10")})
		}, "30", "20"},
		"one position": {func(k *shop, o store.ID) {
			k.must(&AddPosition{Order: o, Title: "Pipe", Ordered: qty("10"), Price: price("10")})
		}, "30", "20"},
		"a schedule under another tax": {func(k *shop, o store.ID) {
			k.row(o, "Boiler", "60")
			k.row(o, "Chimney", "40")
			k.must(&SetTerms{Order: o, TaxClass: &reduced})
		}, "30", "7"},
		"what is recorded": {func(k *shop, o store.ID) {
			k.item(o, "1", "60")
			k.item(o, "1", "40")
		}, "30", "20"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			k.must(&SetTax{Class: reduced, Rate: percent("7")})
			o := k.order()
			c.agree(k, o)
			for range 2 { // the second is a share of the same
				dep := k.deposited(&ProposeDeposit{Order: o, Percent: percentp("30")})
				wantAmount(t, "deposit", dep.Net, c.want)
				if len(dep.Taxes) != 1 || !dep.Taxes[0].Rate.Equal(percent(c.rate)) {
					t.Errorf("it bears %+v", dep.Taxes)
				}
			}
		})
	}
}

// TestAnApprovedInvoiceDrawsWhatItWasApprovedWith: what is paid in later waits for the next, also where there would be use
// for it.
func TestAnApprovedInvoiceDrawsWhatItWasApprovedWith(t *testing.T) {
	k := newShop(t)
	ret := k.must(&OpenRetainer{Customer: k.customer, Title: "ahead", Amount: amount("50")}).Subject
	o := k.order()
	k.item(o, "1", "100")
	k.complete(o)
	id := k.approved(o)
	k.must(&PayRetainer{Retainer: ret, Amount: amount("20")})
	k.must(&ReleaseInvoice{Invoice: id})
	wantAmount(t, "payable", get(k, Invoices, id).Payable(), "70")
	var left money.Amount
	k.read(func(r store.Reader) (err error) {
		left, err = RetainerBalance(r, ret)
		return err
	})
	wantAmount(t, "left for the next", left, "20")
	k.audited()
}
