package billing_test

import (
	"fmt"
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/money"
	"callout/store"
	"callout/work"

	"pgregory.net/rapid"
)

// capped agrees a cap on an order.
func (k *shop) capped(o store.ID, limit string) {
	k.tb.Helper()
	k.must(&SetCap{Order: o, Limit: amountp(limit)})
}

// raised moves a cap by a change order that the boss approves.
func (k *shop) raised(o store.ID, limit string) {
	k.tb.Helper()
	co := k.mustAs(as{reason: "more damage", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp(limit), RequestedBy: "Mrs. Ott"}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
}

func (k *shop) capUse(o store.ID) CapUse {
	k.tb.Helper()
	var all []CapUse
	k.read(func(r store.Reader) (err error) {
		all, err = CapsOf(r, o, k.clock.Now())
		return err
	})
	if len(all) != 1 {
		k.tb.Fatalf("%d caps", len(all))
	}
	return all[0]
}

// TestTheCrossingChargeIsSplit has the vector nte-cut: 620, 300 and 150 under a cap of 1000.
func TestTheCrossingChargeIsSplit(t *testing.T) {
	type vector struct {
		ID      string
		Cap     string
		Charges []string
		Billed  string `json:"expect_billed"`
		Held    string `json:"expect_written_off_or_held"`
	}
	checked := 0
	for _, v := range vectors[vector](t, "nte-deposit-milestone.json") {
		if v.ID != "nte-cut" {
			continue
		}
		checked++
		k := newShop(t)
		o := k.order()
		k.capped(o, v.Cap)
		for i, c := range v.Charges { // hours at 100.00
			k.mustAs(as{name: "store", cmd: &AddItem{Order: o, Kind: ServiceItem, Ref: "H", Unit: Hour, Qty: money.NewQuantity(must(money.ParseAmount("a", c, eur)).Decimal().IntPart(), 2), Price: pricep("100"), Text: fmt.Sprint(i)}})
		}
		k.complete(o)
		inv := k.released(o)
		wantAmount(t, "billed", inv.Net, v.Billed)
		if len(inv.Held) != 1 || inv.Held[0].State != HeldNTE || inv.Held[0].Qty.String() != "0.7" {
			t.Fatalf("held %+v", inv.Held)
		}
		wantAmount(t, "held", inv.Held[0].Amount, v.Held)
		wantAmount(t, "still open", k.rollup(o).Unbilled, v.Held)
		g := k.gate(o)
		if q, _ := g.Get(ReqLines); q.Status != Unsatisfied {
			t.Errorf("%s is %s", q.Code, q.Status)
		}
		if q, _ := g.Get(ReqCap); q.Severity != Warn || q.Status != Unsatisfied {
			t.Errorf("%s is %s: %s", q.Code, q.Status, q.Reason)
		} else {
			contains(t, q.Reason, "70.00 EUR are held (held:nte): 0.7 h of 2")
			contains(t, q.Fix, "callout change-order cap WO-1001")
		}
		k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
		k.raised(o, "1070")
		wantAmount(t, "the rest", k.released(o).Net, v.Held)
		k.audited()
	}
	if checked != 1 {
		t.Errorf("%d vectors, want 1", checked)
	}
}

// TestNoticesAreGivenOnce has the vector far-85.
func TestNoticesAreGivenOnce(t *testing.T) {
	type vector struct {
		ID     string
		Cap    string
		Billed []string
	}
	for _, v := range vectors[vector](t, "nte-deposit-milestone.json") {
		if v.ID != "far-85" {
			continue
		}
		k := newShop(t)
		o := k.order()
		k.capped(o, v.Cap)
		for i, sum := range v.Billed {
			k.item(o, "1", sum)
			want := 0
			if i >= 2 {
				want = 1
			}
			if got := k.capUse(o).Told; len(got) != want {
				t.Fatalf("after %s: %d notices", sum, len(got))
			}
		}
		n := k.capUse(o).Told[0]
		if n.Percent.String() != "85" || n.Of != OfPrice {
			t.Errorf("told of %s of the %s", n.Percent, n.Of)
		}
		wantAmount(t, "used", n.Used, "8500")
		k.item(o, "1", "20000")
		if got := k.capUse(o); len(got.Told) != 2 || got.Left.Sign() >= 0 {
			t.Errorf("%d notices, %s left", len(got.Told), got.Left)
		}
		k.raised(o, "30000")
		if got := k.capUse(o); len(got.Told) != 3 { // 85 % of the new one
			t.Errorf("%d notices", len(got.Told))
		}
		k.must(&SetCap{Order: o, Notices: []money.Percent{percent("50")}})
		if got := k.capUse(o); len(got.Told) != 4 || !got.Limit.Equal(amount("30000")) {
			t.Errorf("%d notices of %s", len(got.Told), got.Limit)
		}
	}
}

// TestEverythingCounts: running, submitted, approved, proposed and billed work; what has no price is named.
func TestEverythingCounts(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetCap{Order: o, Limit: amountp("1000"), Cost: amountp("50")})
	k.clock.set(at("2026-03-02T10:00:00Z"))
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&SubmitTime{Entry: k.entered(o, "2026-03-01T10:00:00Z", "2026-03-01T10:30:00Z")})
	run := k.mustAs(as{at: at("2026-03-02T09:00:00Z"), cmd: &StartTime{Order: o, Technician: k.ana}}).Subject
	k.must(&AddItem{Order: o, Kind: PartItem, Ref: "PUMP", Qty: qty("1")})
	k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "GOODWILL", Qty: qty("5"), Unit: Hour, Price: pricep("0")})
	k.clock.set(at("2026-03-02T11:00:00Z"))
	u := k.capUse(o)
	wantAmount(t, "approved", u.Approved, "90")
	wantAmount(t, "pending", u.Pending, "225") // half an hour, and two hours until now
	wantAmount(t, "used", u.Used, "315")
	if len(u.Unpriced) != 1 || u.Unpriced[0] != "PUMP" {
		t.Errorf("without a price: %q", u.Unpriced)
	}
	if !u.OverCost() || u.Spent.IsKnown() {
		t.Errorf("it cost %s", u.Spent)
	}
	k.mustAs(as{at: at("2026-03-02T11:00:00Z"), cmd: &StopTime{Entry: run}}) // never held up
	k.entered(o, "2026-02-01T08:00:00Z", "2026-02-01T20:00:00Z")             // nor is more work
}

// TestACapIsNeverNothing and moves by change order alone.
func TestACapIsNeverNothing(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.refused("cap.amount", as{cmd: &SetCap{Order: o}})
	k.refused("cap.zero", as{cmd: &SetCap{Order: o, Limit: amountp("0")}})
	k.refused("change-order.no-cap", as{reason: "x", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("1"), RequestedBy: "x"}})
	k.capped(o, "500")
	k.refused("cap.agreed", as{cmd: &SetCap{Order: o, Limit: amountp("600")}})
	k.refused("cap.notice", as{cmd: &SetCap{Order: o, Notices: []money.Percent{percent("0")}}})
	ask := &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("0"), RequestedBy: "Mrs. Ott"}
	k.refused("reason.missing", as{cmd: ask})
	k.refused("cap.zero", as{reason: "over", cmd: ask})
	k.item(o, "1", "400")
	k.complete(o)
	k.released(o)
	ask.Limit = amountp("399.99")
	k.refused("cap.below-billed", as{reason: "less", cmd: ask})
	ask.Limit = amountp("450")
	co := k.mustAs(as{reason: "less", cmd: ask}).Subject
	wantAmount(t, "until it is approved", k.capUse(o).Limit, "500")
	k.refused("approval.self", as{cmd: &ApproveChange{Change: co}})
	k.refused("reason.missing", as{name: "boss", cmd: &RejectChange{Change: co}})
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
	wantAmount(t, "after", k.capUse(o).Limit, "450")
	k.refused("change-order.status", as{name: "boss", cmd: &ApproveChange{Change: co}})

	ask.Limit = amountp("800")
	one := k.mustAs(as{reason: "more", cmd: ask}).Subject
	two := k.mustAs(as{reason: "more", cmd: ask}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: one}})
	k.refused("change-order.stale", as{name: "boss", cmd: &ApproveChange{Change: two}})
	k.mustAs(as{name: "boss", reason: "done by the other", cmd: &RejectChange{Change: two}})
}

// TestTheCustomerApprovesWithEvidence instead of somebody in the shop.
func TestTheCustomerApprovesWithEvidence(t *testing.T) {
	k := newShop(t)
	o, other := k.order(), k.order()
	k.capped(o, "500")
	co := k.mustAs(as{reason: "the pump too", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("900"), RequestedBy: "ana"}}).Subject
	yes := &AcceptChange{Change: co, Person: "Mrs. Ott", Role: "facility manager"}
	k.refused("change-order.evidence", as{cmd: yes})
	yes.Evidence = k.must(&work.AddEvidence{Order: other, Kind: work.Reading, Value: "1"}).Subject
	k.refused("change-order.evidence", as{cmd: yes})
	yes.Evidence = k.must(&work.AddEvidence{Order: o, Kind: work.Reading, Value: "1"}).Subject
	yes.Role = ""
	if _, err := k.do(yes); err == nil {
		t.Error("a customer without a role was accepted")
	}
	yes.Role = "facility manager"
	k.must(yes)
	wantAmount(t, "limit", k.capUse(o).Limit, "900")
	x := get(k, ChangeOrders, co)
	if x.Customer == nil || x.Customer.Name != "Mrs. Ott" || x.Status != ChangeApproved || x.Before == nil {
		t.Errorf("%+v", x)
	}
	k.read(func(r store.Reader) error {
		q, err := approval.PendingOn(r, ApprovalChange, co)
		if q != nil {
			t.Error("the shop is still asked")
		}
		return err
	})
}

// TestAgreedSumsAreNotCut: a milestone that does not fit waits for the cap.
func TestAgreedSumsAreNotCut(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.capped(o, "999.99")
	k.milestone(o, "all of it", "", "1000")
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, `NTE.WITHIN: "all of it" comes to 1000.00, and the cap of WO-1001 leaves 999.99`)
	k.raised(o, "1000")
	wantAmount(t, "billed", k.released(o).Net, "1000")
}

// TestPartsOfAChainShareACap: two proposals, each of them under the cap, do not go over it together.
func TestPartsOfAChainShareACap(t *testing.T) {
	k := newShop(t)
	top := k.order()
	k.must(&SetCap{Order: top, Limit: amountp("500"), Chain: true})
	part := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Part", Parent: top}).Subject
	k.must(&work.StartWorkOrder{ID: part})
	k.item(part, "3", "100")
	k.item(top, "4", "100")
	k.complete(part)
	k.complete(top)
	one := k.approved(part)
	two := k.approved(top)
	wantAmount(t, "first", get(k, Invoices, one).Net, "300")
	wantAmount(t, "second", get(k, Invoices, two).Net, "200") // whole pieces
	k.must(&ReleaseInvoice{Invoice: two})
	k.must(&ReleaseInvoice{Invoice: one})
	u := k.capUse(part)
	wantAmount(t, "billed", u.Billed, "500")
	wantAmount(t, "used", u.Used, "700")
	next, other := k.order(), k.order()
	k.must(&SetCap{Order: next, Limit: amountp("0.99"), Chain: true})
	k.item(other, "1", "1")
	k.complete(other)
	k.released(other)
	k.refused("cap.over", as{cmd: &work.EditWorkOrder{ID: other, Parent: &next}})
	k.audited()
}

// TestNothingIsBilledPastItsCap plays random work, approvals, proposals, releases, credits and change orders
// over a chain under two caps, in any order.
func TestNothingIsBilledPastItsCap(t *testing.T) {
	released := 0
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		top := k.order()
		part := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Part", Parent: top}).Subject
		k.must(&work.StartWorkOrder{ID: part})
		k.must(&SetCap{Order: top, Limit: amountp("700"), Chain: true})
		k.must(&SetCap{Order: part, Limit: amountp("333.33")})
		orders := []store.ID{top, part}
		k.item(part, "1.5", "99.99")
		k.item(top, "2.25", "199.99")
		k.complete(part)
		k.complete(top)
		w := &world{shop: k, rt: rt, orders: orders}
		for i := range rapid.IntRange(15, 40).Draw(rt, "steps") {
			o := rapid.SampledFrom(orders).Draw(rt, "order")
			var cmd store.Command
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0, 1:
				cmd = &AddItem{
					Order: o, Kind: ServiceItem, Ref: fmt.Sprint("S", i), Unit: rapid.SampledFrom([]Unit{Hour, Piece, Kilometre}).Draw(rt, "unit"),
					Qty:   money.NewQuantity(rapid.Int64Range(-50, 400).Draw(rt, "qty"), 2),
					Price: ptr(money.NewPrice(rapid.Int64Range(0, 20_000).Draw(rt, "price"), 2)),
				}
			case 2:
				from := at("2026-01-05T00:00:00Z").Add(time.Duration(i) * time.Hour)
				id := k.must(&AddTime{Order: o, Technician: k.ana, From: from, To: from.Add(time.Duration(i+7) * time.Minute)}).Subject
				k.must(&SubmitTime{Entry: id})
				cmd = &ApproveTime{Entry: id}
			case 3:
				cmd = &CreditInvoice{Invoice: w.invoice()}
			case 4:
				cmd = &RequestChange{Order: o, Kind: ChangeCap, Limit: ptr(money.Minor(rapid.Int64Range(1, 99_999).Draw(rt, "limit"), eur)), RequestedBy: "x"}
			default:
				cmd = &ProposeInvoice{Order: o}
			}
			who := "office"
			if _, item := cmd.(*AddItem); item {
				who = "store"
			}
			if _, time := cmd.(*ApproveTime); time {
				who = rapid.SampledFrom([]string{"boss", "boss", "office"}).Draw(rt, "who")
			}
			rec, err := k.doAs(as{name: who, reason: "so it is", cmd: cmd})
			if err != nil {
				continue
			}
			for _, ch := range rec.Changes {
				switch ch.Collection {
				case Invoices.Name():
					for _, next := range w.through(ch.ID) {
						if _, err := k.doAs(next); err == nil && next.cmd.Name() == "invoice.release.v1" {
							released++
						}
					}
				case ChangeOrders.Name():
					_, _ = k.doAs(as{name: "boss", cmd: &ApproveChange{Change: ch.ID}})
				}
			}
			for _, o := range orders {
				k.read(func(r store.Reader) error {
					all, err := CapsOf(r, o, k.clock.Now())
					for _, u := range all {
						if sum := u.Billed.Add(u.Invoices); u.Billed.Cmp(u.Limit) > 0 || sum.Cmp(u.Limit) > 0 {
							rt.Fatalf("%s billed and %s on invoices, under a cap of %s", u.Billed, u.Invoices, u.Limit)
						}
					}
					return err
				})
			}
		}
		k.audited()
	})
	if released < 10 {
		t.Errorf("only %d documents were released: it proves little", released)
	}
}

// TestACircleOfPartsIsRefusedUnderACap: looking for caps does not go round for ever.
func TestACircleOfPartsIsRefusedUnderACap(t *testing.T) {
	k := newShop(t)
	top := k.order()
	k.must(&SetCap{Order: top, Limit: amountp("500"), Chain: true})
	part := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Part", Parent: top}).Subject
	if _, err := k.do(&work.EditWorkOrder{ID: top, Parent: &part}); err == nil {
		t.Error("a circle was accepted")
	}
}

// TestAChangeOrderTakesAsManyAsTheRulesAsk: it counts once the last one has said yes.
func TestAChangeOrderTakesAsManyAsTheRulesAsk(t *testing.T) {
	k := newShop(t)
	k.must(&approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForChangeOrder, Steps: []approval.Step{{Need: 1}, {Need: 1, From: amountp("300")}}},
	}})
	o := k.order()
	k.capped(o, "500")
	co := k.mustAs(as{reason: "more", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("800"), RequestedBy: "Mrs. Ott"}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
	wantAmount(t, "after one of two", k.capUse(o).Limit, "500")
	k.mustAs(as{name: "owner", cmd: &ApproveChange{Change: co}})
	wantAmount(t, "after both", k.capUse(o).Limit, "800")
	// What counts is by how much the cap moves, and 299.99 take one of them.
	co = k.mustAs(as{reason: "more", cmd: &RequestChange{Order: o, Kind: ChangeCap, Limit: amountp("1099.99"), RequestedBy: "Mrs. Ott"}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
	wantAmount(t, "after one of one", k.capUse(o).Limit, "1099.99")
}
