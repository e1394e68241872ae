package billing_test

import (
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/dispatch"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
)

func (k *shop) schedule(order store.ID, hours int, accept ...dispatch.Code) *dispatch.Schedule {
	start := at("2026-03-03T08:00:00Z")
	return &dispatch.Schedule{
		Order: order, Technicians: []store.ID{k.ana}, Start: start, End: start.Add(time.Duration(hours) * time.Hour), Accept: accept,
	}
}

func (k *shop) against(visit store.ID) (out []dispatch.Conflict) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		out, err = BookingConflicts(r, get(k, dispatch.Appointments, visit), k.clock.Now())
		return err
	})
	return out
}

// Ana costs 38 an hour and is sold at 90: a margin of 57.8 %.
func TestABookingIsHeldAgainstTheFloorOfLabour(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.floor(FloorLabour, "", "57", FloorBlock)
	fine := k.must(k.schedule(o, 2)).Subject
	if got := k.against(fine); len(got) != 0 {
		t.Errorf("above the floor: %v", got)
	}
	k.must(&dispatch.CancelVisit{Appointment: fine})
	k.floor(FloorLabour, "", "60", FloorBlock)
	f := k.refused("appointment.margin", as{cmd: k.schedule(o, 2)})
	contains(t, f.Error(), "the planned labour of ana brings 180.00 EUR and costs 76.00 EUR: its margin is 57.8 %, and must be 60 %")
	k.refused("reason.missing", as{cmd: k.schedule(o, 2, dispatch.Margin)})
	v := k.mustAs(as{name: "boss", reason: "a new customer", cmd: k.schedule(o, 2, dispatch.Margin)}).Subject
	if e := get(k, dispatch.Appointments, v).Accepted; len(e) != 1 || e[0].Reason != "a new customer" || e[0].By != k.person("boss") ||
		e[0].Detail != k.against(v)[0].Detail {
		t.Errorf("what was accepted is %+v", e)
	}
	// What was accepted was for that booking: another time is another one.
	k.refused("appointment.margin", as{cmd: &dispatch.Move{Appointment: v, Start: at("2026-03-04T08:00:00Z")}})
	k.floor(FloorLabour, "", "60", FloorWarn)
	k.must(&dispatch.Move{Appointment: v, Start: at("2026-03-04T08:00:00Z")})
	if got := k.against(v); len(got) != 1 || !got[0].Note {
		t.Errorf("what only warns is %+v", got)
	}
	// Accepting what is no conflict leaves nothing behind.
	k.floor(FloorLabour, "", "10", FloorBlock)
	k.mustAs(as{reason: "to be safe", cmd: &dispatch.Move{Appointment: v, Start: at("2026-03-05T08:00:00Z"), Accept: []dispatch.Code{dispatch.Margin}}})
	if e := get(k, dispatch.Appointments, v).Accepted; len(e) != 0 {
		t.Errorf("a margin above the floor was accepted: %+v", e)
	}
	k.audited()
}

// A fixed price has to bear all visits of its order: the third return visit is the one that is refused.
func TestABookingIsHeldAgainstTheFloorOfItsOrder(t *testing.T) {
	k := newShop(t)
	k.floor(FloorOrder, "", "50", FloorBlock)
	o := k.order()
	k.must(&AddMilestone{Order: o, Milestone: "all", Amount: amountp("300")})
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z") // 38
	k.must(k.schedule(o, 1))                                    // 76
	next := k.schedule(o, 1)
	next.Start, next.End = at("2026-03-04T08:00:00Z"), at("2026-03-04T09:00:00Z")
	k.must(next) // 114
	last := k.schedule(o, 1)
	last.Start, last.End = at("2026-03-05T08:00:00Z"), at("2026-03-05T09:00:00Z")
	f := k.refused("appointment.margin", as{cmd: last})
	contains(t, f.Error(), "brings 300.00 EUR and costs 152.00 EUR: its margin is 49.3 %, and must be 50 %")
}

func TestWhatIsForeseenIsNotMadeUp(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		set  func(k *shop) *dispatch.Schedule
		code string
	}{
		"a cost that nobody knows is under a floor that blocks": {func(k *shop) *dispatch.Schedule {
			c := k.schedule(k.order(), 1)
			c.Technicians = []store.ID{k.must(&dispatch.AddTechnician{Technician: "bert"}).Subject}
			return c
		}, "appointment.margin"},
		"nobody is planned yet": {func(k *shop) *dispatch.Schedule {
			c := k.schedule(k.order(), 1)
			c.Technicians = nil
			return c
		}, ""},
		"days of somebody without a shift": {func(k *shop) *dispatch.Schedule { return k.schedule(k.order(), 72) }, ""},
		"days within a shift": {func(k *shop) *dispatch.Schedule {
			k.must(&dispatch.EditTechnician{Technician: k.ana, Shift: ptr("Mon-Fri 08:00-12:00")})
			return k.schedule(k.order(), 72, dispatch.Shift)
		}, "appointment.margin"},
		"work that an agreement may include": {func(k *shop) *dispatch.Schedule {
			_, o := k.under("10 h per quarter")
			return k.schedule(o, 1)
		}, ""},
	}) {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			k.floor(FloorLabour, "", "60", FloorBlock)
			cmd := c.set(k)
			if c.code != "" {
				k.refused(c.code, as{cmd: cmd, reason: "x"})
			} else {
				k.must(cmd)
			}
		})
	}
}

// Under rules of its own a shop says who grants exceptions; they are never who releases.
func TestExceptionsGoByTheirRule(t *testing.T) {
	k := ruled(t)
	one, big := approval.Step{Role: party.Approver}, approval.Step{Role: party.Manager, From: amountp("100")}
	k.mustAs(as{reason: "exceptions by amount", cmd: &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForAny, Steps: []approval.Step{{}}}, {Kind: approval.ForException, Steps: []approval.Step{one, big}},
	}}})
	k.floor(FloorLabour, "", "60", FloorBlock)
	o := k.order()
	named := func(p string) *AddItem {
		return &AddItem{Order: o, Kind: PartItem, Ref: "PUMP", Text: "Pump", Qty: qty("1"), Price: pricep(p), Cost: pricep("1")}
	}
	k.refused("approval.role", as{name: "office", reason: "x", cmd: named("99")})
	k.refused("reason.missing", as{name: "bert", cmd: named("99")})
	item := k.mustAs(as{name: "bert", reason: "as quoted", cmd: named("99")}).Subject
	k.refused("approval.role", as{name: "bert", reason: "x", cmd: named("100")})
	k.refused("approval.role", as{name: "bert", reason: "two of them", cmd: &EditItem{Item: item, Qty: qtyp("2")}})
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "parking", Qty: qty("1"), Price: pricep("5")}) // there is no other price
	k.refused("approval.role", as{name: "bert", reason: "x", cmd: &NamePrice{Order: o, Key: "labour", Price: pricep("70")}})
	k.mustAs(as{name: "carl", reason: "a regular", cmd: &NamePrice{Order: o, Key: "labour", Price: pricep("85")}})
	k.refused("approval.role", as{name: "bert", reason: "x", cmd: k.schedule(o, 2, dispatch.Margin)}) // 170.00
	v := k.mustAs(as{name: "mia", reason: "a regular", cmd: k.schedule(o, 2, dispatch.Margin)}).Subject
	policy := dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Overlap}}}
	k.must(&dispatch.SetPolicy{Policy: policy})
	other := k.order()
	k.refused("approval.role", as{name: "bert", reason: "x", cmd: k.schedule(other, 1, dispatch.Overlap, dispatch.Margin)})
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&dispatch.CancelVisit{Appointment: v})
	again := k.mustAs(as{name: "mia", reason: "a regular", cmd: k.schedule(o, 2, dispatch.Margin)}).Subject
	k.clock.set(at("2026-03-03T10:00:00Z"))
	k.mustAs(as{at: at("2026-03-03T08:00:00Z"), cmd: &dispatch.Start{Appointment: again}})
	k.mustAs(as{at: at("2026-03-03T08:30:00Z"), cmd: &dispatch.Finish{Appointment: again, Outcome: dispatch.Completed}})
	k.draftsApproved(o, "mia", "cora")
	k.complete(o)
	// The labour at 85 is below the floor of 60 %: somebody lets that go for the gate.
	k.mustAs(as{name: "office3", reason: "agreed", cmd: &WaiveRequirement{Order: o, Code: ReqMargin}})
	inv := k.proposed(o)
	k.mustAs(as{name: "cora", cmd: &ApproveInvoice{Invoice: inv}})
	for who, what := range storetest.InOrder(map[string]string{
		"bert": "named the price of Pump", "carl": "named the price of labour", "mia": "booked below the floor", "office3": "waived MARGIN.FLOOR",
	}) {
		f := k.refused("gate.release", as{name: who, cmd: &ReleaseInvoice{Invoice: inv}})
		contains(t, f.Msg, ReqReleaser+": "+who+" "+what)
	}
	k.must(&ReleaseInvoice{Invoice: inv})
	k.audited()
}

func TestWhoSoldBelowTheFloorDoesNotRelease(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("100")}).Subject
	k.floor(FloorService, "", "50", FloorBlock)
	k.mustAs(as{name: "store", reason: "a favour", cmd: &EditItem{Item: item, Text: ptr("Check"), AcceptMargin: true}})
	k.complete(o)
	k.mustAs(as{name: "boss", reason: "so be it", cmd: &WaiveRequirement{Order: o, Code: ReqMargin}})
	inv := k.must(&ProposeInvoice{Order: o}).Subject
	k.mustAs(as{name: "chief", cmd: &ApproveInvoice{Invoice: inv}})
	f := k.refused("gate.release", as{name: "store", cmd: &ReleaseInvoice{Invoice: inv}})
	contains(t, f.Msg, "store sold Check below its floor")
	k.must(&ReleaseInvoice{Invoice: inv})
}

// What has no price brings in nothing that one could hold against a floor; the gate asks for the price.
func TestABookingWithoutAPriceIsHeldAgainstNoFloor(t *testing.T) {
	k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.floor(FloorLabour, "", "60", FloorBlock)
	k.floor(FloorOrder, "", "60", FloorBlock)
	k.must(k.schedule(k.order(), 1))
}

// draftsApproved submits and approves what was drafted on an order.
func (k *shop) draftsApproved(order store.ID, by, approver string) {
	k.tb.Helper()
	var drafts []store.ID
	k.read(func(r store.Reader) error {
		for e, err := range TimeEntries.By(r, "order", store.K(order)) {
			if err != nil {
				return err
			}
			if e.Status == TimeNew {
				drafts = append(drafts, e.ID)
			}
		}
		return nil
	})
	for _, id := range drafts {
		k.mustAs(as{name: by, cmd: &SubmitTime{Entry: id}})
		k.mustAs(as{name: approver, cmd: &ApproveTime{Entry: id}})
	}
}
