package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

func TestWhatOtherThingsRestOnIsNotTakenBack(t *testing.T) {
	k := newShop(t)
	order := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler"})
	task := k.must(&work.AddTask{Order: order.Subject, Title: "Check"})
	ben := k.must(&dispatch.AddTechnician{Technician: "ben"})
	entry := k.must(&AddTime{
		Order: order.Subject, Task: task.Subject, Technician: ben.Subject, From: at("2026-03-01T08:00:00Z"), To: at("2026-03-01T09:00:00Z"),
	})
	for name, rec := range storetest.InOrder(map[string]store.Receipt{"order": order, "task": task, "technician": ben}) {
		if _, err := k.do(&store.Undo{Entry: rec.Seq}); err == nil {
			t.Errorf("the %s was taken back from under recorded time", name)
		}
	}
	k.must(&store.Undo{Entry: entry.Seq})
	k.must(&store.Undo{Entry: ben.Seq})
}

func TestDecisionsAreNotTakenBack(t *testing.T) {
	for _, mk := range Commands() {
		cmd := mk()
		_, undoable := cmd.(store.Undoable)
		switch cmd.Name() {
		case "time.approve.v1", "time.reject.v1", "invoice.propose.v1", "invoice.approve.v1", "invoice.reject.v1",
			"invoice.release.v1", "invoice.credit.v1", "invoice.discard.v1", "gate.waive.v1", "gate.grant_waiver.v1", "gate.refuse_waiver.v1", "price.set.v1", "tax.set.v1", "tax.set_rounding.v1",
			"billing.set_rules.v1", "margin.set_floor.v1", "contract.add.v1", "contract.edit.v1", "contract.end.v1", "contract.set_clause.v1",
			"contract.drop_clause.v1", "price.reprice.v1", "cap.set.v1", "change_order.request.v1", "change_order.approve.v1",
			"change_order.accept.v1", "change_order.reject.v1", "retainer.open.v1", "retainer.pay.v1",
			"invoice.propose_deposit.v1", "invoice.propose_retainage.v1", "payment.add.v1", "payment.apply.v1", "payment.reverse.v1", "payment.refund.v1",
			"payment.divide.v1", "payment.write_off.v1", "period.close.v1", "period.reopen.v1",
			"invoice.rebill.v1":
			if undoable {
				t.Errorf("%s can be taken back", cmd.Name())
			}
		default:
			if !undoable {
				t.Errorf("%s cannot be taken back", cmd.Name())
			}
		}
	}
}
