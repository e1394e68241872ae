package billing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/store"
	"callout/work"
)

// TestEachRequirementHoldsUpItsStage breaks one requirement after the other and says at
// which step it is found, and what meets it.
func TestEachRequirementHoldsUpItsStage(t *testing.T) {
	photo := func(k *shop, o store.ID) {
		k.must(&work.AddDeliverable{Order: o, Title: "picture", Needs: work.NeedsPhoto})
	}
	for _, c := range []struct {
		code  string
		stage Stage
		doing func(k *shop) store.ID // makes an order that lacks it
		meet  func(k *shop, o store.ID)
	}{
		{ReqComplete, ToPropose, func(k *shop) store.ID {
			o := k.order()
			k.item(o, "1", "5")
			return o
		}, func(k *shop, o store.ID) { k.complete(o) }},
		{ReqTime, ToPropose, func(k *shop) store.ID {
			o := k.order()
			k.item(o, "1", "5")
			k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
			k.complete(o)
			return o
		}, func(k *shop, o store.ID) {
			q, _ := k.gate(o).Get(ReqTime)
			k.must(&SubmitTime{Entry: q.Evidence[0]})
			k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: q.Evidence[0]}})
		}},
		{ReqDelivered, ToApprove, func(k *shop) store.ID {
			o := k.billable()
			photo(k, o)
			return o
		}, func(k *shop, o store.ID) {
			var d store.ID
			k.read(func(r store.Reader) error {
				for id, err := range work.Deliverables.IDs(r, "order", store.K(o)) {
					d = id
					return err
				}
				return nil
			})
			k.mustAs(as{name: "boss", reason: "camera broke", cmd: &work.WaiveDeliverable{ID: d}})
		}},
		{ReqSignOff, ToApprove, func(k *shop) store.ID {
			o := k.billable()
			k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
			return o
		}, func(k *shop, o store.ID) {
			c := &work.RecordSignOff{}
			c.Order, c.Person = o, "Frau Huber"
			k.must(c)
		}},
		{ReqReceived, ToRelease, func(k *shop) store.ID {
			o := k.billable()
			k.must(&work.AddEvidence{Order: o, Kind: work.Photo, File: "a.jpg", SHA256: fakeDigest, Bytes: 10})
			return o
		}, func(k *shop, o store.ID) {
			k.mustAs(as{name: "boss", reason: "seen on site", cmd: &WaiveRequirement{Order: o, Code: ReqReceived}})
		}},
		{ReqApproved, ToRelease, (*shop).billable, func(*shop, store.ID) {}},
	} {
		t.Run(c.code, func(t *testing.T) {
			k := newShop(t)
			o := c.doing(k)
			q, ok := k.gate(o).Get(c.code)
			if !ok || q.Status != Unsatisfied || q.Reason == "" || q.Fix == "" || q.Stage != c.stage {
				t.Fatalf("the gate says %+v", q)
			}
			var id store.ID
			steps := []struct {
				stage Stage
				do    func() as
			}{
				{ToPropose, func() as { return as{cmd: &ProposeInvoice{Order: o}} }},
				{ToApprove, func() as { return as{name: "boss", cmd: &ApproveInvoice{Invoice: id}} }},
				{ToRelease, func() as { return as{cmd: &ReleaseInvoice{Invoice: id}} }},
			}
			for _, step := range steps {
				if step.stage == c.stage && c.code != ReqApproved {
					f := k.refused("gate."+string(step.stage), step.do())
					contains(t, f.Msg, c.code)
					c.meet(k, o)
					if c.stage != ToPropose && get(k, Invoices, id).Status == InvoiceDraft {
						k.proposed(o)
					}
				}
				rec := k.mustAs(step.do())
				if step.stage == ToPropose {
					id = rec.Subject
				}
			}
			q, _ = k.gate(id).Get(c.code)
			if q.Status == Unsatisfied {
				t.Errorf("released, and still %+v", q)
			}
			k.audited()
		})
	}
}

const fakeDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestTheGateIsPure(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.entered(o, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z")
	k.item(o, "1", "5")
	now := k.clock.Now()
	text := func() string {
		var g *Gate
		k.read(func(r store.Reader) (err error) {
			g, err = OrderGate(r, o, now)
			return err
		})
		raw, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if first := text(); first != text() {
		t.Error("the same state gives two gates")
	}
}

func TestWaivers(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.entered(o, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z")
	k.complete(o)
	waive := &WaiveRequirement{Order: o, Code: ReqTime}
	k.refused("reason.missing", as{name: "boss", cmd: waive})
	k.refused("gate.unwaivable", as{name: "boss", reason: "x", cmd: &WaiveRequirement{Order: o, Code: ReqPrice}})
	k.refused("gate.settled", as{name: "boss", reason: "x", cmd: &WaiveRequirement{Order: o, Code: ReqEvidence}})

	// Where four eyes are needed, who proposes cannot have waived.
	k.mustAs(as{reason: "the rest follows", cmd: waive})
	k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	id := k.mustAs(as{name: "clerk", cmd: &ProposeInvoice{Order: o}}).Subject
	if q, _ := k.gate(id).Get(ReqTime); q.Status != WaivedStatus || q.Waiver == nil || q.Waiver.Reason != "the rest follows" {
		t.Errorf("waived: %+v", q)
	}
	wantAmount(t, "only what is approved", get(k, Invoices, id).Net, "90")

	// What comes up later is not waived.
	k.entered(o, "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z")
	if q, _ := k.gate(id).Get(ReqTime); q.Status != Unsatisfied {
		t.Errorf("more unapproved time: %s", q.Status)
	}
	k.must(&approval.SetPolicy{Mode: approval.Single})
	k.mustAs(as{reason: "alone here", cmd: waive})
	k.must(&ProposeInvoice{Order: k.billable()})
}

func TestSignedWorkThatIsEditedNeedsANewSignature(t *testing.T) {
	k := newShop(t)
	o := k.order()
	entry := k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	item := k.item(o, "1", "5")
	sign := func() store.ID {
		c := &work.RecordSignOff{}
		c.Order, c.Person = o, "Frau Huber"
		return k.must(c).Subject
	}
	first := sign()
	shown := get(k, work.SignOffs, first)
	content := string(shown.Shown[ShownBilling])
	contains(t, content, string(entry))
	contains(t, content, "FILTER")
	for _, secret := range []string{`"price"`, `"cost"`, `"rate"`} {
		if strings.Contains(content, secret) {
			t.Errorf("the customer was shown %s: %s", secret, content)
		}
	}
	// Approving what was signed changes nothing of it.
	k.must(&SubmitTime{Entry: entry})
	k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: entry}})
	if s := get(k, work.SignOffs, first); s.State != work.Signed {
		t.Fatalf("after approval the sign-off is %s", s.State)
	}
	k.must(&EditItem{Item: item, Price: pricep("6")}) // nor does a price
	if s := get(k, work.SignOffs, first); s.State != work.Signed {
		t.Fatalf("after a price the sign-off is %s", s.State)
	}
	k.must(&EditItem{Item: item, Qty: qtyp("2")})
	s := get(k, work.SignOffs, first)
	if s.State != work.Superseded || s.Hash != shown.Hash || string(s.Shown[ShownBilling]) != content {
		t.Errorf("after an edit the sign-off is %s, and it must say what it said", s.State)
	}
	if q, _ := k.gate(o).Get(ReqSignOff); q.Status != Unsatisfied {
		t.Errorf("the gate says %s", q.Status)
	}
	sign()
	if q, _ := k.gate(o).Get(ReqSignOff); q.Status != Satisfied {
		t.Errorf("signed again, the gate says %s: %s", q.Status, q.Reason)
	}
}

func TestTakingBackDoesNotGoUnderASignature(t *testing.T) {
	k := newShop(t)
	o := k.order()
	rec := k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "parking", Qty: qty("1"), Price: pricep("5")})
	c := &work.RecordSignOff{}
	c.Order, c.Person = o, "Frau Huber"
	k.must(c)
	_, err := k.do(&store.Undo{Entry: rec.Seq})
	if err == nil {
		t.Fatal("an item was taken back from under a signature")
	}
	contains(t, err.Error(), "Frau Huber has signed")
}

func TestAnOrderIsClosedOnlyWhenItIsBilled(t *testing.T) {
	k := newShop(t)
	o := k.billable()
	k.refused("closing.unbilled", as{cmd: &work.CloseWorkOrder{ID: o}})
	id := k.proposed(o)
	k.refused("closing.invoice", as{reason: "enough", cmd: &work.CloseWorkOrder{ID: o}})
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	k.must(&work.CloseWorkOrder{ID: o})
	k.refused("work_order.closed", as{cmd: &AddItem{Order: o, Kind: ExpenseItem, Text: "late", Qty: qty("1")}})
	other := k.billable()
	k.mustAs(as{reason: "goodwill", cmd: &work.CloseWorkOrder{ID: other}})

	// A closed order is still credited and billed again.
	k.credited(id)
	wantAmount(t, "again", k.released(o).Net, "100")
	k.audited()
}
