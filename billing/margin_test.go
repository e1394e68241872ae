package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func (k *shop) floor(kind FloorKind, customer store.ID, pct string, action FloorAction) {
	k.tb.Helper()
	k.must(&SetFloor{Kind: kind, Customer: customer, Percent: percentp(pct), Action: action})
}

// An item at 20.00 that costs 16.00 has a margin of 20 %.
func cheap(o store.ID) *AddItem {
	return &AddItem{Order: o, Kind: PartItem, Ref: "PUMP", Text: "Pump", Qty: qty("2"), Price: pricep("20"), Cost: pricep("16")}
}

func TestTheNearestFloorCounts(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     func(k *shop)
		refused bool
	}{
		{"none", func(*shop) {}, false},
		{"everything, just reached", func(k *shop) { k.floor("", "", "20", FloorBlock) }, false},
		{"everything, missed by a hair", func(k *shop) { k.floor("", "", "20.01", FloorBlock) }, true},
		{"only warns", func(k *shop) { k.floor("", "", "30", FloorWarn) }, false},
		{"another kind", func(k *shop) { k.floor(FloorExpense, "", "30", FloorBlock) }, false},
		{"the kind goes before everything", func(k *shop) {
			k.floor("", "", "30", FloorBlock)
			k.floor(FloorPart, "", "10", FloorBlock)
		}, false},
		{"the customer goes before the kind", func(k *shop) {
			k.floor(FloorPart, "", "30", FloorBlock)
			k.floor("", k.customer, "10", FloorBlock)
		}, false},
		{"the customer's kind goes before all", func(k *shop) {
			k.floor("", k.customer, "10", FloorBlock)
			k.floor(FloorPart, k.customer, "30", FloorBlock)
		}, true},
		{"a customer without a floor", func(k *shop) {
			k.floor("", "", "30", FloorBlock)
			k.floor("", k.customer, "0", FloorNone)
		}, false},
		{"another customer's", func(k *shop) {
			k.floor("", k.must(&work.AddCustomer{Customer: "Mill"}).Subject, "30", FloorBlock)
		}, false},
		{"taken away again", func(k *shop) {
			k.floor("", "", "30", FloorBlock)
			k.must(&SetFloor{})
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newShop(t)
			c.set(k)
			o := k.order()
			_, err := k.do(cheap(o))
			if got := fault.CodeOf(err) == "margin.floor"; got != c.refused {
				t.Errorf("refused: %v (%v), want %v", got, err, c.refused)
			}
		})
	}
}

func TestFloorsAreChecked(t *testing.T) {
	k := newShop(t)
	for code, cmd := range storetest.InOrder(map[string]*SetFloor{
		"floor.kind":    {Kind: "rent", Percent: percentp("10")},
		"floor.percent": {Percent: percentp("100")},
		"floor.action":  {Percent: percentp("10"), Action: "shout"},
		"floor.missing": {Kind: FloorPart},
	}) {
		k.refused(code, as{cmd: cmd})
	}
	if _, err := k.do(&SetFloor{Customer: "cus_00000000000000000000000000", Percent: percentp("10")}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a floor for nobody: %v", err)
	}
}

// What is missing is never a margin of 100 % (dhongu/deltatech#2837: blocking never fired, because cost was 0).
func TestAnUnknownCostIsUnderEveryFloorThatBlocks(t *testing.T) {
	k := newShop(t)
	k.floor("", "", "1", FloorBlock)
	o := k.order()
	c := cheap(o)
	c.Cost = nil
	f := k.refused("margin.floor", as{cmd: c})
	contains(t, f.Error(), "what Pump costs is unknown")
	k.floor("", "", "1", FloorWarn)
	k.must(c)
}

// Selling below the floor takes a reason; whoever accepted it does not approve the invoice, and the gate asks
// somebody else than the proposer before it is proposed.
func TestWhoSellsBelowTheFloorIsNotWhoLetsItGo(t *testing.T) {
	k := newShop(t)
	k.floor(FloorPart, "", "30", FloorBlock)
	o := k.order()
	c := cheap(o)
	c.AcceptMargin = true
	k.refused("reason.missing", as{name: "store", cmd: c})
	item := k.mustAs(as{name: "store", reason: "end of line", cmd: c}).Subject
	k.refused("margin.floor", as{cmd: &EditItem{Item: item, Qty: qtyp("3")}})
	k.complete(o)
	f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	contains(t, f.Error(), "MARGIN.FLOOR: Pump brings 40.00 EUR and costs 32.00 EUR: its margin is 20 %, and must be 30 %")
	k.mustAs(as{name: "office", reason: "agreed", cmd: &WaiveRequirement{Order: o, Code: ReqMargin}})
	k.refused("gate.propose", as{name: "office", cmd: &ProposeInvoice{Order: o}})
	inv := k.mustAs(as{name: "clerk", cmd: &ProposeInvoice{Order: o}}).Subject
	if _, err := k.doAs(as{name: "store", cmd: &ApproveInvoice{Invoice: inv}}); err == nil {
		t.Error("who sold it below the floor approved the invoice")
	}
}

// A margin that was let go is not one that is worse.
func TestAWaiverHoldsForTheMarginThatItSaw(t *testing.T) {
	k := newShop(t)
	k.floor(FloorPart, "", "30", FloorBlock)
	o := k.order()
	c := cheap(o)
	c.AcceptMargin = true
	item := k.mustAs(as{name: "store", reason: "end of line", cmd: c}).Subject
	k.complete(o)
	k.mustAs(as{name: "boss", reason: "agreed", cmd: &WaiveRequirement{Order: o, Code: ReqMargin}})
	if q, _ := k.gate(o).Get(ReqMargin); q.Status != WaivedStatus {
		t.Fatalf("it is %s", q.Status)
	}
	k.mustAs(as{name: "store", reason: "even cheaper", cmd: &EditItem{Item: item, Price: pricep("17"), AcceptMargin: true}})
	if q, _ := k.gate(o).Get(ReqMargin); q.Status != Unsatisfied {
		t.Errorf("after the price fell it is %s", q.Status)
	}
}

// A fixed price covers its work: the floor of the order holds what it brings against what the work cost.
func TestTheFloorOfAnOrderLooksAtCoveredWork(t *testing.T) {
	k := newShop(t)
	k.floor(FloorOrder, "", "40", FloorBlock)
	o := k.order()
	k.must(&AddMilestone{Order: o, Milestone: "all", Amount: amountp("100")})
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z") // 76.00
	k.complete(o)
	q, _ := k.gate(o).Get(ReqMargin)
	if q.Status != Unsatisfied || q.Severity != Block {
		t.Fatalf("it is %+v", q)
	}
	contains(t, q.Reason, "brings 100.00 EUR and costs 76.00 EUR: its margin is 24 %, and must be 40 %")
	k.floor(FloorOrder, "", "20", FloorBlock)
	if q, _ := k.gate(o).Get(ReqMargin); q.Status != Satisfied {
		t.Errorf("above the floor it is %s: %s", q.Status, q.Reason)
	}
}

// What was found out after the release changes no margin that was reported, and a credit takes
// back just what was frozen.
func TestMarginsAreFrozenAtTheRelease(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:20:00Z") // 1.33 h at 90, 80 minutes at 38
	k.mustAs(as{name: "store", cmd: cheap(o)})
	k.complete(o)
	inv := k.released(o)
	margin := func(i *Invoice) (m money.Margin) {
		k.read(func(r store.Reader) (err error) {
			m, err = i.Margin(r)
			return err
		})
		return m
	}
	m := margin(inv)
	wantAmount(t, "revenue", m.Revenue, "159.70")
	cost, known := m.Cost.Amount()
	if !known {
		t.Fatal("the cost is unknown")
	}
	wantAmount(t, "cost", cost, "82.67")
	cn := k.credited(inv.ID)
	back := margin(cn)
	wantAmount(t, "revenue taken back", back.Revenue, "-159.70")
	wantAmount(t, "cost taken back", back.Cost.KnownPart(), "-82.67")
}

// Three thirds of a charge bear its cost exactly.
func TestSharesOfACostAddUp(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.mustAs(as{name: "store", cmd: &AddItem{
		Order: o, Kind: PartItem, Ref: "CABLE", Text: "Cable", Qty: qty("3"), Unit: Metre, Price: pricep("5"), Cost: pricep("0.335"),
	}}).Subject
	k.complete(o)
	sum := money.SumCosts()
	for range 3 {
		id := k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: item, Qty: qtyp("1")}}}).Subject
		k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
		k.must(&ReleaseInvoice{Invoice: id})
		k.read(func(r store.Reader) error {
			m, err := get(k, Invoices, id).Margin(r)
			sum = sum.Add(m.Cost)
			return err
		})
	}
	cost, _ := sum.Amount()
	wantAmount(t, "cost of three thirds", cost, "1.01")
}

// A charge that is billed whole and taken back by thirds gives each its part of what it had cost, 1.01 in all: 0.335
// and 0.67 are rounded to 0.34 and 0.67, so that the thirds are 0.34, 0.33 and 0.34.
func TestThirdsOfACostGoBackExactly(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.mustAs(as{name: "store", cmd: &AddItem{
		Order: o, Kind: PartItem, Ref: "CABLE", Text: "Cable", Qty: qty("3"), Unit: Metre, Price: pricep("5"), Cost: pricep("0.335"),
	}})
	k.complete(o)
	inv := k.released(o)
	for i, want := range []string{"-0.34", "-0.33", "-0.34"} {
		cn := k.creditedPart(inv.ID, CreditPart{Line: 1, Qty: qtyp("1")})
		k.read(func(r store.Reader) error {
			m, err := cn.Margin(r)
			wantAmount(t, fmt.Sprintf("third %d", i+1), m.Cost.KnownPart(), want)
			wantAmount(t, "revenue", m.Revenue, "-5")
			return err
		})
	}
	k.audited()
}

// What an agreed price covers costs what its time and items cost, which stand on no document: the allocation of a
// milestone, of progress or of a measure brings its price, and no margin of 100 %. What is credited by an amount frees no
// work, and its cost is none.
func TestTheCostOfAnAgreedPriceIsUnknown(t *testing.T) {
	margins := func(k *shop, inv *Invoice) (out []money.Margin) {
		k.read(func(r store.Reader) error {
			for a, err := range Allocations.By(r, "invoice", store.K(inv.ID)) {
				if err != nil {
					return err
				}
				out = append(out, a.Margin())
			}
			return nil
		})
		return out
	}
	for name, bill := range storetest.InOrder(map[string]func(k *shop, o store.ID){
		"a milestone": func(k *shop, o store.ID) { k.must(&AddMilestone{Order: o, Milestone: "Roof", Amount: amountp("500")}) },
		"progress": func(k *shop, o store.ID) {
			k.row(o, "Roof", "500")
			k.applied(o, "500")
		},
	}) {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			o := k.order()
			bill(k, o)
			k.complete(o)
			inv := k.released(o)
			for _, m := range margins(k, inv) {
				if known, ok := m.Amount(); ok {
					t.Errorf("a margin of %s is known", known)
				}
				wantAmount(t, "it brings", m.Revenue, "500")
			}
			for _, m := range margins(k, k.creditedPart(inv.ID, CreditPart{Line: 1, Amount: amountp("20")})) {
				known, ok := m.Amount()
				if !ok {
					t.Error("a credit of an amount has a cost that is unknown")
				}
				wantAmount(t, "taken back", known, "-20")
			}
		})
	}
}
