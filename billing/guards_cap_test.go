package billing_test

import (
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// The cases of this file are slips of the hand in caps, floors, discounts and what agreements include, that were planted (see
// internal/mutate) and that no other test noticed.

// TestTheTightestCapHolds: an order's own or that of its chain, and its own where they leave the same.
func TestTheTightestCapHolds(t *testing.T) {
	for _, c := range []struct{ own, chain, names string }{{"100", "50", "WO-1001 leaves 50.00"}, {"50", "100", "WO-1002 leaves 50.00"}, {"50", "50", "WO-1002 leaves 50.00"}} {
		k := newShop(t)
		top := k.order()
		k.must(&SetCap{Order: top, Limit: amountp(c.chain), Chain: true})
		part := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Part", Parent: top}).Subject
		k.must(&work.StartWorkOrder{ID: part})
		k.capped(part, c.own)
		k.milestone(part, "one", "", "120")
		k.milestone(part, "two", "", "10")
		k.complete(part)
		msg := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: part}}).Msg
		contains(t, msg, `"one" comes to 120.00, and the cap of `+c.names)
		contains(t, msg, `"two" comes to 10.00`) // nor does that fit beside the first
	}
}

// TestACapIsMetToTheCent: it may be agreed at what is billed already, and a chain counts all that is on its open invoices.
func TestACapIsMetToTheCent(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "400")
	k.complete(o)
	k.released(o)
	k.refused("cap.below-billed", as{cmd: &SetCap{Order: o, Limit: amountp("399.99")}})
	k.capped(o, "400")

	top := k.order()
	k.must(&SetCap{Order: top, Limit: amountp("500"), Chain: true})
	part := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Part", Parent: top}).Subject
	k.must(&work.StartWorkOrder{ID: part})
	for _, id := range []store.ID{part, top} {
		k.item(id, "1", "100")
		k.complete(id)
		k.proposed(id)
	}
	wantAmount(t, "on two invoices", k.capUse(top).Invoices, "200")
	wantAmount(t, "used", k.capUse(top).Used, "200")
}

// TestAnInvoiceThatCameUnderACapStaysWithinIt: where its order became a part of another, what costs nothing passes.
func TestAnInvoiceThatCameUnderACapStaysWithinIt(t *testing.T) {
	for limit, want := range storetest.InOrder(map[string]ReqStatus{"100": Satisfied, "99.99": Unsatisfied}) {
		k := newShop(t)
		top, o, free := k.order(), k.order(), k.order()
		k.must(&SetCap{Order: top, Limit: amountp(limit), Chain: true})
		k.item(o, "1", "100")
		k.item(free, "1", "0")
		var invoices []store.ID
		for _, id := range []store.ID{o, free} {
			k.complete(id)
			invoices = append(invoices, k.proposed(id))
			k.must(&work.EditWorkOrder{ID: id, Parent: &top})
		}
		q, _ := k.gate(invoices[0]).Get(ReqCap)
		if q.Status != want {
			t.Errorf("100 under a cap of %s: %s %s", limit, q.Status, q.Reason)
		}
		if q, _ := k.gate(invoices[1]).Get(ReqCap); q.Status != Satisfied {
			t.Errorf("nothing under a cap of %s: %s %s", limit, q.Status, q.Reason)
		}
	}
}

// TestSurchargesCountAgainstACap: those of an invoice until it is credited, and none of one that was discarded.
func TestSurchargesCountAgainstACap(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.capped(o, "500")
	k.item(o, "1", "100")
	k.complete(o)
	propose := func() store.ID {
		return k.must(&ProposeInvoice{Order: o, Adjustments: []Adjustment{{Surcharge: true, Discount: *lessAmount("50", "freight")}}}).Subject
	}
	id := propose()
	wantAmount(t, "proposed", k.capUse(o).Invoices, "150")
	k.must(&DiscardInvoice{Invoice: id})
	wantAmount(t, "of a discarded one", k.capUse(o).Billed, "0")
	id = propose()
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	wantAmount(t, "released", k.capUse(o).Billed, "150")
	cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: id}}).Subject
	wantAmount(t, "before it is credited", k.capUse(o).Billed, "150")
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
	k.must(&ReleaseInvoice{Invoice: cn})
	wantAmount(t, "credited", k.capUse(o).Billed, "0")
}

// TestTimeWithoutAPriceIsNamedUnderACap: before it is approved.
func TestTimeWithoutAPriceIsNamedUnderACap(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	o := k.order()
	k.capped(o, "500")
	k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	if got := k.capUse(o).Unpriced; !slices.Equal(got, []string{"Labour, ana"}) {
		t.Errorf("without a price: %q", got)
	}
}

// TestADiscountMayBeOfAllOfIt: of a document's sum, and not of a cent more.
func TestADiscountMayBeOfAllOfIt(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "100")
	k.complete(o)
	all := func(sum string) *ProposeInvoice {
		return &ProposeInvoice{Order: o, Adjustments: []Adjustment{{Discount: *lessAmount(sum, "goodwill")}}}
	}
	k.refused("discount.over", as{cmd: all("100.01")})
	wantAmount(t, "what is left", get(k, Invoices, k.must(all("100")).Subject).Net, "0")
}

// TestAnAgreedDiscountComesBackWithTheCredit: once that is released, and not while it is asked for.
func TestAnAgreedDiscountComesBackWithTheCredit(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessAmount("150", "loyalty")}}})
	k.item(o, "1", "100")
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "off the first", inv.Allowances[0].Amount, "100")
	k.item(o, "1", "100")
	cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: inv.ID}}).Subject
	second := k.proposed(o)
	wantAmount(t, "off the second", get(k, Invoices, second).Allowances[0].Amount, "50")
	k.must(&DiscardInvoice{Invoice: cn})
}

// TestADiscountOnTravelIsOnTheWay: and not on coming at all.
func TestADiscountOnTravelIsOnTheWay(t *testing.T) {
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT"}, Driving: Driving{By: ByZone}})
	o := k.jobWithTask()
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{On: "travel", Discount: *lessPercent("10", "loyalty")}}})
	v := k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
	k.must(&SetTrip{Visit: v, Zone: ptr("ZONE-2")})
	for _, l := range k.billed(o).Lines {
		if want := map[string]string{"call-out": "75", "travel": "36", "": "90"}[l.Part]; !l.Net.Equal(amount(want)) {
			t.Errorf("%s comes to %s, want %s", l.Text, l.Net, want)
		}
	}
}

// TestOtherDiscountsForTheSameReasonAreOthers: more per cent, or an amount in their place, is given by whoever gives that.
func TestOtherDiscountsForTheSameReasonAreOthers(t *testing.T) {
	k := newShop(t)
	o := k.order()
	i := k.given(o, "1", lessPercent("5", "loyalty"))
	for _, d := range []*Discount{lessPercent("50", "loyalty"), lessAmount("5", "loyalty"), lessAmount("50", "loyalty"), lessAmount("50", "scratched")} {
		k.mustAs(as{name: "mia", cmd: &EditItem{Item: i, Discount: d}})
		got := get(k, LineItems, i).Discount
		if got == nil || got.Reason != d.Reason || (got.Percent == nil) != (d.Percent == nil) || got.By != k.person("mia") {
			t.Errorf("the discount is %+v, want %+v", got, d)
		}
	}
}

// TestFloorsLookAtWhatHasAPrice: neither at an item without one, nor at one that an agreed price covers, or that is gone; and at
// nothing of a kind that has none. What is billed in two parts is named once.
func TestFloorsLookAtWhatHasAPrice(t *testing.T) {
	k := newShop(t)
	k.floor(FloorPart, "", "30", FloorBlock)
	o := k.order()
	k.must(&AddItem{Order: o, Kind: PartItem, Ref: "VALVE", Qty: qty("1"), Cost: pricep("16")})
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "toll", Qty: qty("1"), Price: pricep("10"), Cost: pricep("16")})
	k.refused("margin.floor", as{cmd: cheap(o)})
	agreed := k.order()
	k.milestone(agreed, "all", "", "100")
	rec := k.must(cheap(agreed))
	k.must(&store.Undo{Entry: rec.Seq})
	k.mustAs(as{reason: "not needed", cmd: &RemoveItem{Item: k.must(cheap(agreed)).Subject}})

	k = priced(t, "40", Rules{Surcharges: Surcharges{Overtime: []Overtime{{Name: "overtime", Per: PerDay, After: 60, Factor: factor("1.05")}}}})
	k.floor(FloorLabour, "", "30", FloorWarn)
	o = k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z")
	k.complete(o)
	id := k.proposed(o)
	q, _ := k.gate(id).Get(ReqMargin)
	if strings.Count(q.Reason, "brings") != 1 {
		t.Errorf("it is told of as %q", q.Reason)
	}
	if len(get(k, Invoices, id).Lines) != 2 {
		t.Error("it is on one line")
	}
}

// TestWhatAnAllocationAddsToAMargin: time its frozen cost, and a milestone one that is not known here.
func TestWhatAnAllocationAddsToAMargin(t *testing.T) {
	for _, agreed := range []bool{false, true} {
		k := newShop(t)
		o := k.order()
		if agreed {
			k.milestone(o, "all", "", "90")
		}
		k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
		k.complete(o)
		inv := k.released(o)
		k.read(func(r store.Reader) error {
			for a, err := range Allocations.By(r, "invoice", store.K(inv.ID)) {
				if err != nil {
					return err
				}
				if m := a.Margin(); !m.Revenue.Equal(amount("90")) || m.Cost.IsKnown() == agreed || !agreed && !m.Cost.KnownPart().Equal(amount("38")) {
					t.Errorf("%s adds %s at a cost of %s", a.Kind, m.Revenue, m.Cost)
				}
			}
			return nil
		})
	}
}

// TestWhatIsChargedAsAWholeIsNotChargedInParts: nobody can write the one beside the other.
func TestWhatIsChargedAsAWholeIsNotChargedInParts(t *testing.T) {
	k := newShop(t)
	id := k.invoiced("100").Lines[0].Charge
	k.refused("charge.twice", as{cmd: change(Charges, id, func(tx *store.Tx, c *Charge) { c.ID, c.Part = Charges.NewID(tx, "again"), "night" })})
}

// TestBalancesReachFromTheBeginningToTheEnd: to the last use, though that is ahead of the day that is asked for, and not beyond the end
// of the agreement. What is included once, and for no period, has one.
func TestBalancesReachFromTheBeginningToTheEnd(t *testing.T) {
	for _, c := range []struct {
		include, to, upTo string
		want              int
	}{
		{"4 h per month", "", "2026-01-15", 3},
		{"4 h per month", "2026-04-01", "2026-12-31", 3},
		{"4 h per month", "", "2026-04-15", 4},
		{"4 h", "", "2026-12-31", 1},
		{"4 h", "2026-04-01", "2026-12-31", 1},
	} {
		k := newShop(t)
		id, o := k.under(c.include, func(a *work.AddAgreement) { a.Valid = valid("2026-01-01", c.to) })
		k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
		k.read(func(r store.Reader) error {
			a, err := work.Agreements.Get(r, id)
			if err != nil {
				return err
			}
			list, err := BalancesOf(r, a, date(c.upTo))
			if len(list) != c.want {
				t.Errorf("%s until %s, as of %s: %d balances, want %d", c.include, c.to, c.upTo, len(list), c.want)
			}
			return err
		})
	}
}

// TestWhoCountsAgainstAnAgreementFollowsTheRole: hours that it includes of seniors are drawn once somebody is one.
func TestWhoCountsAgainstAnAgreementFollowsTheRole(t *testing.T) {
	k := newShop(t)
	agreement, o := k.under("4 h labour by senior")
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-0=4"}) {
		t.Errorf("of a junior: %q", got)
	}
	k.must(&dispatch.EditTechnician{Technician: k.ana, Role: ptr("senior")})
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-1=3"}) {
		t.Errorf("of a senior: %q", got)
	}
	k.audited()
}

// TestAnAgreementIsTakenBackWithWhatItIncludes: as long as nothing rests on it.
func TestAnAgreementIsTakenBackWithWhatItIncludes(t *testing.T) {
	k := newShop(t)
	rec := k.must(&work.AddAgreement{
		Agreement: "Care", Customer: k.customer, Places: []work.AgreedPlace{{Site: k.site}}, Valid: from("2026-01-01"),
		Includes: []work.Entitlement{must(work.ParseEntitlement("include", "4 h"))},
	})
	k.must(&store.Undo{Entry: rec.Seq})
	k.audited()
}

// TestAWarrantyForLabourLeavesTheTravel: to be billed.
func TestAWarrantyForLabourLeavesTheTravel(t *testing.T) {
	k := newShop(t)
	asset := k.must(&work.AddAsset{Site: k.site, Asset: "Boiler 1"}).Subject
	k.must(&work.SetWarranty{Asset: asset, Warranty: work.Warranty{Title: "maker", Covers: []work.CoverScope{work.CoverLabour}}})
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Asset: asset, Title: "Leak"}).Subject
	k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-01T07:00:00Z"), To: at("2026-03-01T08:00:00Z"), Kind: Travel})
	k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-01T08:00:00Z"), To: at("2026-03-01T09:00:00Z")})
	k.approveAll(o)
	for _, c := range k.chargesOf(o) {
		if travel := strings.HasPrefix(c.Text, "Travel"); travel != (c.Covered == "") {
			t.Errorf("%s is covered by %q", c.Text, c.Covered)
		}
	}
}
