package billing_test

import (
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/party"
	"callout/store"
	"callout/work"
)

// twoWaive is a shop in which a waiver takes a manager and one of bert and cora.
func twoWaive(t *testing.T) *shop {
	k := ruled(t)
	k.mustAs(as{reason: "two for a waiver", cmd: &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForAny, Steps: []approval.Step{{}}},
		{Kind: approval.ForWaiver, Steps: []approval.Step{{Role: party.Manager}, {Role: party.Approver}}},
	}}})
	return k
}

func (k *shop) waiver(order store.ID, name string) store.ID {
	k.tb.Helper()
	return k.mustAs(as{name: name, reason: "the house was empty", cmd: &WaiveRequirement{Order: order, Code: ReqSignOff}}).Subject
}

// Every step of the rule is asked, each of another person, and who asks takes none of them.
func TestAWaiverInSteps(t *testing.T) {
	k := twoWaive(t)
	o := k.order()
	k.item(o, "1", "100")
	k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
	k.complete(o)
	w := k.waiver(o, "mia")
	k.refused("gate.asked", as{name: "carl", reason: "the same", cmd: &WaiveRequirement{Order: o, Code: ReqSignOff}})
	q, _ := k.gate(o).Get(ReqSignOff)
	if q.Status != Unsatisfied {
		t.Errorf("a waiver that was only asked for counts: %s", q.Status)
	}
	contains(t, q.Reason, "letting it go is asked for, and waits for others")
	k.refused("approval.self", as{name: "mia", cmd: &GrantWaiver{Waiver: w}})
	k.refused("approval.role", as{name: "office", cmd: &GrantWaiver{Waiver: w}})
	k.mustAs(as{name: "carl", cmd: &GrantWaiver{Waiver: w}})
	k.refused("approval.twice", as{name: "carl", cmd: &GrantWaiver{Waiver: w}})
	if q, _ := k.gate(o).Get(ReqSignOff); q.Status != Unsatisfied {
		t.Errorf("after one step of two it is %s", q.Status)
	}
	k.mustAs(as{name: "bert", cmd: &GrantWaiver{Waiver: w}})
	k.refused("approval.settled", as{name: "cora", cmd: &GrantWaiver{Waiver: w}})
	if q, _ := k.gate(o).Get(ReqSignOff); q.Status != WaivedStatus || len(q.Waiver.With) != 2 {
		t.Errorf("after both steps it is %+v", q)
	}
	// All three have let it go: none proposes, approves or releases the invoice.
	for _, who := range []string{"mia", "carl", "bert"} {
		mine := k.mustAs(as{name: who, cmd: &ProposeInvoice{Order: o}}).Subject
		f := k.refused("gate.approve", as{name: "cora", cmd: &ApproveInvoice{Invoice: mine}})
		contains(t, f.Msg, "whoever proposes the invoice may not have waived it")
		k.must(&DiscardInvoice{Invoice: mine})
	}
	inv := k.proposed(o)
	for _, who := range []string{"mia", "carl", "bert"} {
		k.refused("approval.granter", as{name: who, cmd: &ApproveInvoice{Invoice: inv}})
	}
	k.mustAs(as{name: "cora", cmd: &ApproveInvoice{Invoice: inv}})
	for _, who := range []string{"mia", "carl", "bert"} {
		f := k.refused("gate.release", as{name: who, cmd: &ReleaseInvoice{Invoice: inv}})
		contains(t, f.Msg, who+" waived "+ReqSignOff)
	}
	k.must(&ReleaseInvoice{Invoice: inv})
	k.audited()
}

func TestAWaiverIsRefusedAndAskedAgain(t *testing.T) {
	k := twoWaive(t)
	o := k.order()
	k.item(o, "1", "100")
	k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
	k.complete(o)
	w := k.waiver(o, "office")
	k.refused("reason.missing", as{name: "carl", cmd: &RefuseWaiver{Waiver: w}})
	k.mustAs(as{name: "carl", reason: "call them first", cmd: &RefuseWaiver{Waiver: w}})
	if q, _ := k.gate(o).Get(ReqSignOff); q.Status != Unsatisfied || q.Reason != "acceptance: nobody has signed" {
		t.Errorf("refused, it is %s: %s", q.Status, q.Reason)
	}
	k.refused("approval.settled", as{name: "bert", cmd: &GrantWaiver{Waiver: w}})
	again := k.waiver(o, "office")
	k.mustAs(as{name: "carl", cmd: &GrantWaiver{Waiver: again}})
	k.mustAs(as{name: "cora", cmd: &GrantWaiver{Waiver: again}})
	if q, _ := k.gate(o).Get(ReqSignOff); q.Status != WaivedStatus {
		t.Errorf("asked again and granted, it is %s", q.Status)
	}
}

// A deliverable is waived by the same rule.
func TestADeliverableIsWaivedInSteps(t *testing.T) {
	k := twoWaive(t)
	o := k.order()
	k.item(o, "1", "100")
	d := k.must(&work.AddDeliverable{Order: o, Title: "photo of the valve", Needs: work.NeedsPhoto}).Subject
	k.mustAs(as{name: "mia", reason: "the camera broke", cmd: &work.WaiveDeliverable{ID: d}})
	k.refused("deliverable.asked", as{name: "carl", reason: "again", cmd: &work.WaiveDeliverable{ID: d}})
	k.refused("approval.self", as{name: "mia", cmd: &work.GrantDeliverableWaiver{ID: d}})
	k.mustAs(as{name: "carl", cmd: &work.GrantDeliverableWaiver{ID: d}})
	if get(k, work.Deliverables, d).Waived != nil {
		t.Error("one of two has waived it")
	}
	k.mustAs(as{name: "cora", reason: "no", cmd: &work.RefuseDeliverableWaiver{ID: d}})
	k.refused("approval.settled", as{name: "bert", cmd: &work.GrantDeliverableWaiver{ID: d}})
	k.mustAs(as{name: "mia", reason: "the camera broke", cmd: &work.WaiveDeliverable{ID: d}})
	k.mustAs(as{name: "carl", cmd: &work.GrantDeliverableWaiver{ID: d}})
	k.mustAs(as{name: "bert", cmd: &work.GrantDeliverableWaiver{ID: d}})
	if w := get(k, work.Deliverables, d).Waived; w == nil || w.By != k.person("mia") || len(w.With) != 2 {
		t.Errorf("it is waived by %+v", w)
	}
	k.refused("deliverable.self", as{name: "bert", cmd: &work.CompleteWorkOrder{ID: o, Outcome: work.Done}})
	k.complete(o)
	inv := k.proposed(o)
	k.mustAs(as{name: "cora", cmd: &ApproveInvoice{Invoice: inv}})
	k.refused("gate.release", as{name: "carl", cmd: &ReleaseInvoice{Invoice: inv}})
	k.must(&ReleaseInvoice{Invoice: inv})
	k.audited()
}
