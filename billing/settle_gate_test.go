package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

func TestAMilestoneBecomesReadyByItsOwnRequirements(t *testing.T) {
	k := newShop(t)
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Lift"}).Subject
	task := k.must(&work.AddTask{Order: o, Title: "Foundation"}).Subject
	k.must(&work.AddTask{Order: o, Title: "Cabin"})
	k.must(&SetTerms{Order: o, Price: amountp("9000")})
	add := func(name, share string, n *MilestoneNeeds) store.ID {
		return k.must(&AddMilestone{Order: o, Milestone: name, Percent: percentp(share), Needs: n}).Subject
	}
	first := add("order", "10", &MilestoneNeeds{Stage: StageOpened})
	begun := add("start", "20", &MilestoneNeeds{Stage: StageStarted})
	base := add("foundation", "30", &MilestoneNeeds{Tasks: []store.ID{task}})
	sign := add("handed over", "10", &MilestoneNeeds{SignOff: true})
	rest := add("rest", "30", nil)
	want := func(words ...MilestoneStatus) {
		t.Helper()
		for i, id := range []store.ID{first, begun, base, sign, rest} {
			if m := get(k, Milestones, id); m.Status != words[i] {
				t.Errorf("%s is %s, want %s (%s)", m.Title, m.Status, words[i], m.Why)
			}
		}
	}
	const p, r, x = MilestonePlanned, MilestoneReady, MilestoneReleased
	want(r, p, p, p, p)

	// It is billed while the work has not begun, and nothing of the order's own requirements holds it up.
	inv := k.released(o)
	wantAmount(t, "the first share", inv.Net, "900")
	want(x, p, p, p, p)
	k.must(&work.StartWorkOrder{ID: o})
	want(x, r, p, p, p)
	k.must(&work.MarkTaskDone{ID: task})
	want(x, r, r, p, p)
	contains(t, k.refused("milestone.status", as{reason: "no", cmd: &CancelMilestone{Milestone: first}}).Msg, "released")

	// Undone, it falls back, and so does a proposal with it.
	id := k.proposed(o)
	k.mustAs(as{reason: "cracked", cmd: &work.TakeTaskUp{ID: task}})
	want(x, r, p, p, p)
	k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&work.MarkTaskDone{ID: task})
	want(x, r, r, p, p)
	yes := &work.RecordSignOff{}
	yes.Order, yes.Person = o, "Eva"
	k.must(yes)
	want(x, r, r, r, p)
	k.released(o)
	want(x, x, x, x, p)

	// The rest waits for the whole order, as ever.
	f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o, Milestones: []store.ID{rest}}})
	contains(t, f.Msg, "WO.COMPLETE")
	k.audited()
}

func TestNeedsThatCannotBe(t *testing.T) {
	k := newShop(t)
	o, other := k.order(), k.order()
	task := k.must(&work.AddTask{Order: other, Title: "Elsewhere"}).Subject
	for _, n := range []MilestoneNeeds{{}, {Stage: "soon"}, {Tasks: []store.ID{task}}} {
		k.refused("milestone.needs", as{cmd: &AddMilestone{Order: o, Milestone: "m", Amount: amountp("5"), Needs: &n}})
	}
	k.refused("milestone.needs", as{cmd: &AddMilestone{Order: o, Milestone: "m", Needs: &MilestoneNeeds{Stage: StageStarted}}})
}

// unsigned is an order whose customer refused to sign.
func (k *shop) unsigned() store.ID {
	k.tb.Helper()
	o := k.order()
	k.item(o, "1", "50")
	no := &work.RefuseSignOff{}
	no.Order, no.Person = o, "Eva"
	k.mustAs(as{reason: "not now", cmd: no})
	k.complete(o)
	return o
}

func TestWaiversHaveAScopeAndAnEnd(t *testing.T) {
	k := newShop(t)
	o, next := k.unsigned(), k.unsigned()
	chief := func(c WaiveRequirement) as {
		c.Code = ReqSignOff
		return as{name: "chief", reason: "accepted by phone", cmd: &c}
	}
	status := func(id store.ID) Requirement {
		q, _ := k.gate(id).Get(ReqSignOff)
		return q
	}
	k.refused("reason.missing", as{name: "chief", cmd: &WaiveRequirement{Order: o, Code: ReqSignOff}})
	k.refused("gate.unwaivable", as{name: "chief", reason: "no price", cmd: &WaiveRequirement{Order: o, Code: ReqPrice}})
	k.refused("gate.scope", chief(WaiveRequirement{Order: o, Scope: ForDocument}))
	k.refused("gate.scope", chief(WaiveRequirement{Order: o, Scope: "world"}))
	k.refused("gate.until", chief(WaiveRequirement{Order: o, Scope: ForCustomer}))
	k.refused("gate.until", chief(WaiveRequirement{Order: o, Until: date("2026-03-01")}))
	k.refused("gate.until", chief(WaiveRequirement{Order: o, Until: date("2029-03-01")}))
	k.refused("gate.scope", as{name: "chief", reason: "so", cmd: &WaiveRequirement{Order: o, Code: ReqTime, Scope: ForCustomer, Until: date("2026-04-01")}})

	// For one document it counts for that one.
	id := k.proposed(o)
	k.mustAs(chief(WaiveRequirement{Invoice: id, Scope: ForDocument}))
	if q := status(id); q.Status != WaivedStatus || q.Waiver.Scope != ForDocument {
		t.Errorf("on the document it is %+v", q)
	}
	if q := status(o); q.Status != Unsatisfied {
		t.Errorf("on the order it is %s", q.Status)
	}

	// For the customer it counts on every order, until its day.
	k.mustAs(chief(WaiveRequirement{Order: next, Scope: ForCustomer, Until: date("2026-03-10")}))
	third := k.unsigned()
	for _, id := range []store.ID{o, next, third} {
		if q := status(id); q.Status != WaivedStatus {
			t.Errorf("on %s it is %s: %s", id, q.Status, q.Reason)
		}
	}
	k.clock.set(at("2026-03-10T22:30:00Z")) // still the 10th in Vienna
	if q := status(third); q.Status != WaivedStatus {
		t.Errorf("on its last day it is %s", q.Status)
	}
	k.clock.set(at("2026-03-10T23:30:00Z"))
	q := status(third)
	if q.Status != Unsatisfied {
		t.Errorf("after its last day it is %s", q.Status)
	}
	contains(t, q.Reason, "it was waived until 2026-03-10, and that has run out")
	contains(t, k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: k.proposed(third)}}).Msg, "has run out")
}

func TestTheCustomersOrderIsNamedAndCoversTheInvoice(t *testing.T) {
	k := newShop(t)
	work1 := func(ref, net string) store.ID {
		o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler", Reference: ref}).Subject
		k.must(&work.StartWorkOrder{ID: o})
		k.item(o, "1", net)
		k.complete(o)
		return o
	}
	need := func(id store.ID, code string, want ReqStatus, why string) {
		t.Helper()
		q, _ := k.gate(id).Get(code)
		if q.Status != want {
			t.Errorf("%s is %s: %s", code, q.Status, q.Reason)
		}
		contains(t, q.Reason, why)
	}
	bare := work1("", "10")
	need(bare, ReqPO, NotApplicable, "asks for no order number")
	k.must(&RequirePurchaseOrder{Customer: k.customer, Required: true})
	need(bare, ReqPO, Unsatisfied, "asks for an order number on every invoice")
	any := work1("4500", "10")
	need(any, ReqPO, Satisfied, "")
	po := k.must(&AddPurchaseOrder{Customer: k.customer, Number: "PO-77", Amount: amountp("1000"), Valid: from("2026-01-01")}).Subject
	k.refused("purchase_order.exists", as{cmd: &AddPurchaseOrder{Customer: k.customer, Number: "po-77"}})
	k.refused("purchase.amount", as{cmd: &AddPurchaseOrder{Customer: k.customer, Number: "PO-78", Amount: amountp("0")}})
	need(any, ReqPO, Unsatisfied, `has no order "4500" on record`)

	first := k.released(work1("po-77", "700"))
	second := work1("PO-77", "300.01")
	need(second, ReqPO, Satisfied, "")
	need(second, ReqPOLeft, Unsatisfied, "1000.00 EUR, of which 300.00 EUR is left; this asks for 300.01 EUR")
	draft := k.proposed(second)
	k.refused("gate.approve", as{name: "boss", cmd: &ApproveInvoice{Invoice: draft}})

	// What is credited is open again; what is on its way counts.
	k.creditedPart(first.ID, CreditPart{Line: 1, Amount: amountp("0.01")})
	need(draft, ReqPOLeft, Satisfied, "")
	third := work1("PO-77", "1")
	need(third, ReqPOLeft, Unsatisfied, "of which 0.00 EUR is left")
	k.must(&EditPurchaseOrder{ID: po, Amount: amountp("1001")})
	need(third, ReqPOLeft, Satisfied, "")
	later := from("2026-05-01")
	k.must(&EditPurchaseOrder{ID: po, Valid: &later})
	need(third, ReqPO, Unsatisfied, "holds from 2026-05-01, and the service is of 2026-03-02")
}

func TestAnInvoiceLikeAnotherIsPointedOut(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.item(o, "1", "50")
	k.complete(o)
	first := k.released(o)
	k.item(o, "1", "50") // the same part, recorded twice
	id := k.proposed(o)
	q, _ := k.gate(id).Get(ReqTwin)
	if q.Status != Unsatisfied || q.Severity != Warn {
		t.Errorf("it is %s, %s", q.Status, q.Severity)
	}
	contains(t, q.Reason, first.Number+" is released over 60.00 EUR for 2026-03-02 too")
	k.credited(first.ID)
	if q, _ := k.gate(id).Get(ReqTwin); q.Status != Satisfied {
		t.Errorf("after the first was taken back it is %s", q.Status)
	}
}
