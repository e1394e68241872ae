package billing_test

import (
	"slices"
	"strings"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// Slips of the hand that were planted and not noticed: in whom the gate names, and in what it tells of.

// proof is a checklist with a question that has to be answered.
var proof = work.Checklist{Title: "Flue", Questions: []work.Question{{Key: "flue", Text: "Is the flue clean?", Type: work.AnswerBool, Required: true}}}

// TestWhoLetSomethingGoAndApprovedItIsToldOf: where the shop has given itself rules since, the gate holds the document up and names
// them, whoever of those who approved it comes first.
func TestWhoLetSomethingGoAndApprovedItIsToldOf(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
	k.complete(o)
	k.mustAs(as{name: "boss", reason: "accepted by phone", cmd: &WaiveRequirement{Order: o, Code: ReqSignOff, Scope: ForOrder}})
	id := k.approved(o) // by the boss: under a preset two people have to be enough
	wantApproved := func(reason, fix string) {
		t.Helper()
		if q, _ := k.gate(id).Get(ReqApproved); q.Reason != reason || q.Fix != fix {
			t.Errorf("it says %q, %q; want %q, %q", q.Reason, q.Fix, reason, fix)
		}
	}
	wantApproved("", "")
	k.mustAs(as{reason: "we are more now", cmd: &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{{Kind: approval.ForAny, Steps: []approval.Step{{}}}}}})
	wantApproved("boss approved it and waived "+ReqSignOff, "callout invoice discard "+string(id))
	k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: id}})
	k.mustAs(as{reason: "alone now", cmd: &approval.SetPolicy{Mode: approval.Single}})
	wantApproved("", "")
	var kept *GateWaiver
	k.read(func(r store.Reader) error {
		for w, err := range GateWaivers.All(r) {
			kept = w
			return err
		}
		return nil
	})
	if kept.Scope != "" {
		t.Errorf("a waiver for its order keeps the scope %q", kept.Scope)
	}
}

// TestACreditNoteAsksNotWhatWasLetGo: it takes back what was granted, and those who did so may approve it.
func TestACreditNoteAsksNotWhatWasLetGo(t *testing.T) {
	k := ruled(t)
	o := k.order()
	k.mustAs(as{name: "mia", reason: "as on the phone", cmd: &AddItem{Order: o, Kind: PartItem, Ref: "FILTER", Qty: qty("1"), Price: pricep("100"), Cost: pricep("10")}})
	k.complete(o)
	id := k.proposed(o)
	k.refused("approval.granter", as{name: "mia", cmd: &ApproveInvoice{Invoice: id}})
	k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: id}})
	k.refused("gate.release", as{name: "mia", cmd: &ReleaseInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	cn := k.mustAs(as{reason: "wrong house", cmd: &CreditInvoice{Invoice: id}}).Subject
	for _, who := range []string{"mia", "carl"} {
		k.mustAs(as{name: who, reason: "seen", cmd: &ApproveInvoice{Invoice: cn}})
	}
	if q, _ := k.gate(cn).Get(ReqApproved); q.Status != Satisfied {
		t.Errorf("it says %q", q.Reason)
	}
	k.must(&ReleaseInvoice{Invoice: cn})
}

// TestOnlyPricesThatAreBilledNameSomebody: who named the prices of two things is told of for the one that is on the document, and
// not where it had a price of its own; nor is who let a deliverable go that is there by now.
func TestOnlyPricesThatAreBilledNameSomebody(t *testing.T) {
	k := newShop(t)
	o := k.order()
	for _, key := range []string{"labour", "travel"} {
		k.mustAs(as{name: "mia", reason: "a regular", cmd: &NamePrice{Order: o, Key: key, Price: pricep("70")}})
	}
	picture := k.must(&work.AddDeliverable{Order: o, Title: "picture", Needs: work.NeedsPhoto}).Subject
	k.mustAs(as{name: "carl", reason: "the camera broke", cmd: &work.WaiveDeliverable{ID: picture}})
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	id := k.proposed(o)
	wantOthers := func(want string) {
		t.Helper()
		if q, _ := k.gate(id).Get(ReqReleaser); q.Reason != want {
			t.Errorf("it says %q, want %q", q.Reason, want)
		}
	}
	wantOthers("not by these: carl waived picture; mia named the price of labour")
}

// TestTwinsAreTakenBackByWhatWasReleased: a credit note that is on its way has taken nothing back.
func TestTwinsAreTakenBackByWhatWasReleased(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	first := k.released(o)
	k.worked(o, "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z")
	second := k.proposed(o)
	twin := func() ReqStatus {
		q, _ := k.gate(second).Get(ReqTwin)
		return q.Status
	}
	cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: first.ID}}).Subject
	if got := twin(); got != Unsatisfied {
		t.Errorf("with a credit note on its way it is %s", got)
	}
	k.final(cn)
	if got := twin(); got != Satisfied {
		t.Errorf("taken back it is %s", got)
	}
}

// TestAMilestoneThatIsNotOnItHoldsNothingUp: as soon as there is anything on a document, what it bills is what has to be reached.
func TestAMilestoneThatIsNotOnItHoldsNothingUp(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&AddMilestone{Order: o, Milestone: "Roof", Amount: amountp("500"), Needs: &MilestoneNeeds{SignOff: true}})
	k.complete(o)
	reached := func() ReqStatus {
		q, _ := k.gate(o).Get(ReqMilestone)
		return q.Status
	}
	if got := reached(); got != Unsatisfied {
		t.Errorf("with nothing on it, it is %s", got)
	}
	k.must(&AddMilestone{Order: o, Milestone: "as worked"}) // of which there is nothing yet
	if got := reached(); got != Satisfied {
		t.Errorf("with another milestone on it, it is %s", got)
	}
}

// TestWhatIsMissingIsToldUnderItsOwnCode: answers and safety notes are the checklists', photos and readings have codes of their own, and
// the rest is the rest.
func TestWhatIsMissingIsToldUnderItsOwnCode(t *testing.T) {
	k := openShop(t, nil)
	safe := proof
	safe.Safety, safe.Text = true, "Close the gas first."
	k.must(&work.AddChecklist{Checklist: "flue", Body: proof})
	k.must(&work.AddChecklist{Checklist: "gas", Body: safe})
	for name, c := range storetest.InOrder(map[string]struct {
		task work.AddTask
		want string
	}{
		"a checklist":        {work.AddTask{Checklists: []string{"flue"}}, ReqChecklist},
		"a safety checklist": {work.AddTask{Checklists: []string{"gas"}}, ReqChecklist},
		"a photo":            {work.AddTask{Evidence: []work.EvidenceNeed{{Kind: work.Photo}}}, ReqPhoto},
		"a reading":          {work.AddTask{Evidence: []work.EvidenceNeed{{Kind: work.Reading}}}, ReqReading},
		"a document":         {work.AddTask{Evidence: []work.EvidenceNeed{{Kind: work.Document}}}, ReqEvidence},
	}) {
		o := k.order()
		c.task.Order, c.task.Title = o, "Look"
		task := k.must(&c.task).Subject
		k.must(change(work.Tasks, task, func(_ *store.Tx, x *work.Task) { x.Status = work.TaskDone })) // elsewhere
		var lacks []string
		g := k.gate(o)
		for _, code := range []string{ReqChecklist, ReqPhoto, ReqReading, ReqEvidence} {
			if q, _ := g.Get(code); q.Status == Unsatisfied {
				lacks = append(lacks, code)
			}
		}
		if !slices.Equal(lacks, []string{c.want}) {
			t.Errorf("where %s is missing it tells %q", name, lacks)
		}
		for _, code := range []string{ReqPhoto, ReqReading} { // asked for where a task needs them
			if _, asked := g.Get(code); asked != (code == c.want) {
				t.Errorf("where %s is missing it asks for %s: %v", name, code, asked)
			}
		}
	}
}

// TestTimeAtTwoPlacesAtOnceIsToldOf: capturing refuses it; what came in from elsewhere is found, and the gate says which entry to
// send back.
func TestTimeAtTwoPlacesAtOnceIsToldOf(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	entry := k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	overlap := func() Requirement {
		q, _ := k.gate(o).Get(ReqOverlap)
		return q
	}
	if q := overlap(); q.Status != Satisfied || q.Fix != "" {
		t.Errorf("of one entry it says %+v", q)
	}
	var second store.ID
	k.must(change(TimeEntries, entry, func(tx *store.Tx, e *TimeEntry) {
		e.ID, e.From, e.To = TimeEntries.NewID(tx, "x"), e.From.Add(30*60e9), e.To.Add(30*60e9)
		second = e.ID
	}))
	q := overlap()
	if want := "overlapping: " + string(entry) + " and " + string(second); q.Reason != want {
		t.Errorf("it says %q, want %q", q.Reason, want)
	}
	if want := `callout time reject ` + string(entry) + ` --reason "…"`; q.Fix != want {
		t.Errorf("it says to type %q, want %q", q.Fix, want)
	}
	k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
}

// TestWhatWasRejectedSaysWhy until it is proposed again.
func TestWhatWasRejectedSaysWhy(t *testing.T) {
	k := newShop(t)
	id := k.proposed(k.billable())
	k.mustAs(as{name: "boss", reason: "not yet", cmd: &RejectInvoice{Invoice: id}})
	current := func() Requirement {
		q, _ := k.gate(id).Get(ReqCurrent)
		return q
	}
	if q := current(); q.Reason != "rejected by boss: not yet" || q.Fix != "callout invoice propose "+string(id) {
		t.Errorf("it says %q, %q", q.Reason, q.Fix)
	}
	k.must(&ProposeInvoice{Invoice: id})
	if q := current(); q.Status != Satisfied {
		t.Errorf("proposed again it says %q", q.Reason)
	}
}

// TestWarningsAreWhatOughtToBeSeen: what holds a step up is none, nor is what is met.
func TestWarningsAreWhatOughtToBeSeen(t *testing.T) {
	k := newShop(t)
	o := k.order()
	warned := func() (out []string) {
		for _, q := range k.gate(o).Warnings() {
			out = append(out, q.Code)
		}
		return out
	}
	k.item(o, "1", "10") // the order is not completed
	if got := warned(); len(got) > 0 {
		t.Errorf("it warns of %q", got)
	}
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "toll", Qty: qty("1"), Price: pricep("5")})
	if got := warned(); !slices.Equal(got, []string{ReqCost}) {
		t.Errorf("with a cost that nobody knows it warns of %q", got)
	}
}

// TestWhatToDoAboutLessThanNothing: what is added joins a proposal that takes all there is, and no other.
func TestWhatToDoAboutLessThanNothing(t *testing.T) {
	credit := func(k *shop, o store.ID) store.ID { return k.item(o, "-1", "50") }
	wantFix := func(k *shop, a *ProposeInvoice, want string) {
		t.Helper()
		f := k.refused("gate.propose", as{cmd: a})
		if !strings.HasPrefix(f.Hints[0], want) {
			t.Errorf("it says to type %q, want %q", f.Hints, want)
		}
	}
	k := newShop(t)
	o := k.order()
	item, less := k.item(o, "1", "10"), credit(k, o)
	k.complete(o)
	wantFix(k, &ProposeInvoice{Order: o}, "callout item add WO-")
	wantFix(k, &ProposeInvoice{Order: o, Only: []Selection{{Source: item}, {Source: less}}}, "callout invoice propose WO-")

	// A draft that takes all there is takes what is added as well.
	k = newShop(t)
	o = k.order()
	k.item(o, "1", "10")
	k.complete(o)
	id := k.proposed(o)
	credit(k, o)
	k.mustAs(as{name: "boss", reason: "there is more", cmd: &RejectInvoice{Invoice: id}})
	wantFix(k, &ProposeInvoice{Invoice: id}, "callout item add WO-")

	// One of what was selected does not, whatever it was selected by.
	for name, by := range storetest.InOrder(map[string]func(item, m store.ID) *ProposeInvoice{
		"hand":      func(item, _ store.ID) *ProposeInvoice { return &ProposeInvoice{Only: []Selection{{Source: item}}} },
		"milestone": func(_, m store.ID) *ProposeInvoice { return &ProposeInvoice{Milestones: []store.ID{m}} },
	}) {
		k = newShop(t)
		o = k.order()
		m := k.must(&AddMilestone{Order: o, Milestone: "as worked"}).Subject
		item = k.item(o, "1", "10")
		k.complete(o)
		c := by(item, m)
		c.Order = o
		id = k.must(c).Subject
		k.mustAs(as{name: "boss", reason: "too much", cmd: &RejectInvoice{Invoice: id}})
		k.must(&EditItem{Item: item, Qty: qtyp("-1")})
		t.Log(name)
		wantFix(k, &ProposeInvoice{Invoice: id}, "callout invoice discard "+string(id))
	}
}

// TestALonePersonWithRulesWaivesWhatTheyApproved: rules of a shop of one person keep nobody from anything.
func TestALonePersonWithRulesWaivesWhatTheyApproved(t *testing.T) {
	k := newShop(t)
	k.mustAs(as{reason: "alone", cmd: &approval.SetPolicy{Mode: approval.Single, Rules: []approval.Rule{{Kind: approval.ForAny, Steps: []approval.Step{{}}}}}})
	o := k.billable()
	k.approved(o)
	k.must(&work.AddEvidence{Order: o, Kind: work.Photo, File: "a.jpg", SHA256: fakeDigest, Bytes: 10})
	k.mustAs(as{name: "boss", reason: "seen", cmd: &WaiveRequirement{Order: o, Code: ReqReceived}})
}

// TestAForgedWaiverOfAPriceIsNone: what nobody may let go holds, whatever is on record.
func TestAForgedWaiverOfAPriceIsNone(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "toll", Qty: qty("1")})
	k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
	k.complete(o)
	let := k.mustAs(as{name: "boss", reason: "so", cmd: &WaiveRequirement{Order: o, Code: ReqSignOff, Scope: ForCustomer, Until: date("2026-03-09")}}).Subject
	k.must(change(GateWaivers, let, func(tx *store.Tx, w *GateWaiver) { w.ID, w.Code = GateWaivers.NewID(tx, "x"), ReqPrice }))
	for code, want := range storetest.InOrder(map[string]ReqStatus{ReqSignOff: WaivedStatus, ReqPrice: Unsatisfied}) {
		if q, _ := k.gate(o).Get(code); q.Status != want {
			t.Errorf("%s is %s, want %s", code, q.Status, want)
		}
	}
}

// TestOnlyBookingsBelowTheFloorNameSomebody: who let two visits meet gave no price away, nor did who booked what was called off.
func TestOnlyBookingsBelowTheFloorNameSomebody(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Overlap}}}})
	k.must(k.schedule(k.order(), 2))
	k.mustAs(as{name: "mia", reason: "they know", cmd: k.schedule(o, 2, dispatch.Overlap)})
	k.floor(FloorLabour, "", "60", FloorBlock)
	called := k.schedule(o, 2, dispatch.Margin)
	called.Start, called.End = at("2026-03-05T08:00:00Z"), at("2026-03-05T10:00:00Z")
	v := k.mustAs(as{name: "carl", reason: "a regular", cmd: called}).Subject
	others := func() string {
		q, _ := k.gate(o).Get(ReqReleaser)
		return q.Reason
	}
	if got, want := others(), "not by these: carl booked below the floor"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	k.mustAs(as{reason: "away", cmd: &dispatch.CancelVisit{Appointment: v}})
	if got := others(); got != "" {
		t.Errorf("called off it says %q", got)
	}
}

// TestWhatHasChangedIsSaidFirst: a document that speaks of what was is proposed again before anything else is done about it.
func TestWhatHasChangedIsSaidFirst(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	k.item(o, "1", "10")
	k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
	k.complete(o)
	id := k.proposed(o)
	approve := as{name: "boss", cmd: &ApproveInvoice{Invoice: id}}
	if f := k.refused("gate.approve", approve); !strings.HasPrefix(f.Hints[0], "callout signoff record") {
		t.Errorf("unsigned, it says %q", f.Hints)
	}
	k.must(change(Charges, get(k, Invoices, id).Lines[0].Charge, func(_ *store.Tx, c *Charge) { c.State = ChargeSuperseded }))
	if f := k.refused("gate.approve", approve); f.Hints[0] != "callout invoice propose "+string(id) {
		t.Errorf("changed, it says %q", f.Hints)
	}
}
