package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func (k *shop) milestone(o store.ID, name, pct, sum string) store.ID {
	k.tb.Helper()
	c := &AddMilestone{Order: o, Milestone: name}
	if pct != "" {
		c.Percent = percentp(pct)
	}
	if sum != "" {
		c.Amount = amountp(sum)
	}
	return k.must(c).Subject
}

func (k *shop) status(m store.ID) MilestoneStatus { return get(k, Milestones, m).Status }

func TestMilestonesFollowTheWork(t *testing.T) {
	k := newShop(t)
	o := k.order()
	m := k.milestone(o, "handover", "", "500")
	sign := k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff}).Subject
	if k.status(m) != MilestonePlanned {
		t.Fatalf("it begins as %s", k.status(m))
	}
	k.complete(o)
	if k.status(m) != MilestonePlanned {
		t.Errorf("complete but not signed: %s", k.status(m))
	}
	signed := &work.RecordSignOff{}
	signed.Order, signed.Deliverable, signed.Person = o, sign, "Frau Huber"
	k.must(signed)
	if k.status(m) != MilestoneReady {
		t.Errorf("complete and signed: %s", k.status(m))
	}
	k.item(o, "1", "10") // what was signed is no longer so
	if k.status(m) != MilestonePlanned {
		t.Errorf("changed after the signature: %s", k.status(m))
	}
	k.must(signed)
	k.mustAs(as{reason: "leaks", cmd: &work.ReopenWorkOrder{ID: o}})
	if k.status(m) != MilestonePlanned {
		t.Errorf("reopened: %s", k.status(m))
	}
	k.complete(o)
	if k.status(m) != MilestonePlanned {
		t.Errorf("completed again, as an amendment that nobody signed: %s", k.status(m))
	}
	k.must(signed)
	if k.status(m) != MilestoneReady {
		t.Errorf("completed and signed again: %s", k.status(m))
	}
	inv := k.released(o)
	wantAmount(t, "billed", inv.Net, "500")
	if k.status(m) != MilestoneReleased {
		t.Errorf("billed: %s", k.status(m))
	}
	k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	k.credited(inv.ID)
	if k.status(m) != MilestoneReady {
		t.Errorf("credited: %s", k.status(m))
	}
	wantAmount(t, "billed again", k.released(o).Net, "500")
	k.audited()
}

func TestTimeAndItemsAreCoveredByAnAgreedPrice(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.milestone(o, "all of it", "", "500")
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.item(o, "1", "10")
	k.must(&AddItem{Order: o, Kind: PartItem, Ref: "UNPRICED", Qty: qty("1"), Cost: pricep("1")})
	k.complete(o)
	var charges []Charge
	k.read(func(r store.Reader) (err error) {
		charges, err = ChargesOf(r, o, k.clock.Now())
		return err
	})
	covered := 0
	for _, c := range charges {
		if c.Covered != "" {
			covered++
			wantAmount(t, c.Text, c.Amount, "0")
			if !c.Cost.Amount.IsKnown() {
				t.Errorf("%s has no cost", c.Text)
			}
		}
	}
	if covered != 3 {
		t.Errorf("%d are covered, want 3", covered)
	}
	p := k.rollup(o)
	wantAmount(t, "unbilled", p.Unbilled, "500")
	wantAmount(t, "cost", p.Cost.KnownPart(), "49") // 38 + 10 + 1
	inv := k.released(o)
	if len(inv.Lines) != 1 {
		t.Errorf("%d lines, want 1", len(inv.Lines))
	}
	if m, known := k.rollup(o).Margin(); !known {
		t.Error("the margin is not known")
	} else if a, _ := m.Amount(); !a.Equal(amount("451")) {
		t.Errorf("the margin is %s", a)
	}
}

func TestAMilestoneForActualsBillsThemBesideAFee(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.milestone(o, "call-out", "", "80")
	k.milestone(o, "work", "", "")
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "fee and work", inv.Net, "170")
	k.item(o, "1", "10") // comes in late
	wantAmount(t, "late", k.released(o).Net, "10")
	k.audited()
}

func TestSharesComeToThePriceExactly(t *testing.T) {
	type vector struct {
		ID       string
		Contract string
		Pct      []string `json:"milestones_pct"`
		Cum      []string `json:"milestones_cum_pct"`
		Expect   any
	}
	checked := 0
	for _, v := range vectors[vector](t, "nte-deposit-milestone.json") {
		shares := v.Pct
		before := percent("0")
		for _, c := range v.Cum {
			shares = append(shares, percent(c).Sub(before).String())
			before = percent(c)
		}
		if len(shares) == 0 {
			continue
		}
		checked++
		t.Run(v.ID, func(t *testing.T) {
			k := newShop(t)
			o := k.order()
			k.must(&SetTerms{Order: o, Price: amountp(v.Contract)})
			var ids []store.ID
			for _, s := range shares {
				ids = append(ids, k.milestone(o, "share of "+s, s, ""))
			}
			k.refused("milestone.over-100", as{cmd: &AddMilestone{Order: o, Milestone: "more", Percent: percentp("0.0001")}})
			k.complete(o)
			sum := amount("0")
			want := v.Expect.([]any)
			for _, i := range []int{2, 0, 1} { // whatever order they are billed in
				id := k.must(&ProposeInvoice{Order: o, Milestones: []store.ID{ids[i]}}).Subject
				k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
				k.must(&ReleaseInvoice{Invoice: id})
				inv := get(k, Invoices, id)
				wantAmount(t, "milestone", inv.Net, want[i].(string))
				sum = sum.Add(inv.Net)
			}
			wantAmount(t, "in all", sum, v.Contract)
			k.refused("terms.billed", as{cmd: &SetTerms{Order: o, Price: amountp("1")}})
			k.audited()
		})
	}
	if checked != 2 {
		t.Errorf("%d vectors of shares, want 2", checked)
	}
}

func TestAShareNeedsAPrice(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.milestone(o, "half", "50", "")
	k.complete(o)
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "nobody has said what price it is a share of")
	k.must(&SetTerms{Order: o, Price: amountp("1000")})
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "it comes to 500.00 EUR of the agreed 1000.00 EUR")
	k.must(&SetTerms{Order: o, Unbilled: amountp("500")})
	wantAmount(t, "half", k.released(o).Net, "500")
}

func TestWhatCannotBeCompletedReachesNoAgreedPrice(t *testing.T) {
	k := newShop(t)
	o := k.order()
	fixed, worked := k.milestone(o, "all of it", "", "500"), k.milestone(o, "work", "", "")
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.mustAs(as{reason: "no access", cmd: &work.CompleteWorkOrder{ID: o, Outcome: work.CannotComplete}})
	if k.status(fixed) != MilestonePlanned || k.status(worked) != MilestoneReady {
		t.Errorf("the price is %s, the work is %s", k.status(fixed), k.status(worked))
	}
	wantAmount(t, "billed", k.released(o).Net, "90")
}

func TestAWorkTypeBringsItsMilestones(t *testing.T) {
	k := newShop(t)
	k.must(&work.AddWorkType{WorkType: "install", Body: work.WorkType{Milestones: []work.MilestoneTemplate{
		{Name: "fee", Amount: "80"}, {Name: "rest", Percent: "100"}, {Name: "extras"},
	}}})
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, WorkType: "install"}).Subject
	k.must(&work.StartWorkOrder{ID: o}) // which brings no second set
	var got []string
	k.read(func(r store.Reader) error {
		for m, err := range Milestones.Rows(r, "order", store.Prefix(store.K(o))) {
			if err != nil {
				return err
			}
			got = append(got, m.Title+" "+string(m.Basis))
		}
		return nil
	})
	if len(got) != 3 || got[0] != "fee amount" || got[1] != "rest percent" || got[2] != "extras actuals" {
		t.Errorf("milestones %q", got)
	}
}

func TestMilestonesThatCannotBe(t *testing.T) {
	k := newShop(t)
	o := k.order()
	for code, c := range storetest.InOrder(map[string]*AddMilestone{
		"milestone.basis":    {Order: o, Milestone: "x", Amount: amountp("1"), Percent: percentp("1")},
		"milestone.amount":   {Order: o, Milestone: "x", Amount: amountp("0")},
		"milestone.over-100": {Order: o, Milestone: "x", Percent: percentp("100.1")},
		"name.missing":       {Order: o, Amount: amountp("1")},
	}) {
		k.refused(code, as{cmd: c})
	}
	m := k.milestone(o, "x", "", "1")
	k.refused("reason.missing", as{cmd: &CancelMilestone{Milestone: m}})
	k.mustAs(as{reason: "not agreed", cmd: &CancelMilestone{Milestone: m}})
	k.refused("milestone.status", as{reason: "again", cmd: &CancelMilestone{Milestone: m}})
}
