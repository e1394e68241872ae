package billing_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"pgregory.net/rapid"
)

// ruled is a shop with rules of its own: bert and cora approve, mia and carl are managers.
func ruled(tb testing.TB) *shop {
	tb.Helper()
	k := newShop(tb)
	roles := map[string]party.Role{"bert": party.Approver, "cora": party.Approver, "mia": party.Manager, "carl": party.Manager}
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		role := roles[name]
		k.mustAs(as{name: name, cmd: &party.AddBranch{Branch: "of " + name}}) // whoever acts becomes a person
		k.must(&party.ChangeRoles{Person: k.person(name), Grant: []party.Role{role}})
	}
	one, big := approval.Step{Role: party.Approver}, approval.Step{Role: party.Manager, From: amountp("1000")}
	k.must(&approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForTime, Steps: []approval.Step{one}},
		{Kind: approval.ForInvoice, Steps: []approval.Step{one, big}},
		{Kind: approval.ForCreditNote, Reason: true, Steps: []approval.Step{{Need: 2, Role: party.Manager}}},
		{Kind: approval.ForWaiver, Steps: []approval.Step{{Role: party.Manager}}},
		{Kind: approval.ForException, Steps: []approval.Step{{}}},
	}})
	return k
}

func (k *shop) person(name string) (id store.ID) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		id, err = party.People.FindID(r, name)
		return err
	})
	return id
}

func TestAnInvoiceTakesTheStepsOfItsAmount(t *testing.T) {
	for gross, steps := range storetest.InOrder(map[string]int{"833.32": 1, "833.33": 2}) { // with 20 %: 999.98 and 1,000.00
		t.Run(gross, func(t *testing.T) {
			k := ruled(t)
			o := k.order()
			k.item(o, "1", gross)
			k.complete(o)
			id := k.proposed(o)
			k.refused("approval.role", as{name: "office2", cmd: &ApproveInvoice{Invoice: id}})
			k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: id}})
			if steps == 2 {
				inv := get(k, Invoices, id)
				if inv.Status != InvoiceProposed || inv.ApprovedBy != "" {
					t.Fatalf("after one of two steps it is %s", inv.Status)
				}
				f := k.refused("invoice.status", as{cmd: &ReleaseInvoice{Invoice: id}})
				contains(t, f.Msg, "proposed")
				q, _ := k.gate(id).Get(ReqApproved)
				contains(t, q.Reason, "1 of 2 have approved it; it still takes 1 manager")
				k.refused("approval.twice", as{name: "bert", cmd: &ApproveInvoice{Invoice: id}})
				k.mustAs(as{name: "mia", cmd: &ApproveInvoice{Invoice: id}})
			}
			k.must(&ReleaseInvoice{Invoice: id})
			k.audited()
		})
	}
}

func TestACreditNoteHasRulesOfItsOwn(t *testing.T) {
	k := ruled(t)
	o := k.order()
	k.item(o, "1", "100")
	k.complete(o)
	id := k.proposed(o)
	k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	rec := k.mustAs(as{reason: "wrong house", cmd: &CreditInvoice{Invoice: id}})
	cn := rec.Subject
	if cn == id {
		t.Fatal("the credit note is not what the command returns")
	}
	k.refused("approval.role", as{name: "bert", reason: "x", cmd: &ApproveInvoice{Invoice: cn}})
	k.refused("reason.missing", as{name: "mia", cmd: &ApproveInvoice{Invoice: cn}})
	k.mustAs(as{name: "mia", reason: "seen", cmd: &ApproveInvoice{Invoice: cn}})
	k.mustAs(as{name: "carl", reason: "seen", cmd: &ApproveInvoice{Invoice: cn}})
	for _, who := range []string{"mia", "carl"} { // also the one whose yes did not settle it
		f := k.refused("gate.release", as{name: who, cmd: &ReleaseInvoice{Invoice: cn}})
		contains(t, f.Msg, ReqReleaser)
	}
	k.must(&ReleaseInvoice{Invoice: cn})
	k.audited()
}

func TestWhoLetsSomethingGoNeverReleases(t *testing.T) {
	tests := map[string]func(k *shop, o, inv store.ID) string{
		"a price named by hand": func(*shop, store.ID, store.ID) string { return "store" },
		"a requirement": func(k *shop, o, _ store.ID) string {
			k.must(&work.AddEvidence{Order: o, Kind: work.Photo, File: "a.jpg", SHA256: fakeDigest, Bytes: 10})
			k.mustAs(as{name: "mia", reason: "seen on site", cmd: &WaiveRequirement{Order: o, Code: ReqReceived}})
			return "mia"
		},
	}
	for name, grant := range tests {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			o := k.billable()
			inv := k.approved(o)
			who := grant(k, o, inv)
			f := k.refused("gate.release", as{name: who, cmd: &ReleaseInvoice{Invoice: inv}})
			contains(t, f.Msg, ReqReleaser+": "+who)
			if q, _ := k.gate(inv).Get(ReqReleaser); q.Status != Satisfied || !strings.Contains(q.Reason, who) {
				t.Errorf("the gate says %s: %s", q.Status, q.Reason)
			}
			k.must(&ReleaseInvoice{Invoice: inv})
		})
	}
	k := newShop(t, nil...)
	o := k.order()
	k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "parking", Qty: qty("1"), Price: pricep("5")})
	k.complete(o)
	k.must(&ReleaseInvoice{Invoice: k.approved(o)}) // an expense has no other price
}

func TestWhoWaivesDoesNotApproveUnderRules(t *testing.T) {
	k := ruled(t)
	o := k.order()
	k.item(o, "1", "900")
	k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
	k.complete(o)
	waive := &WaiveRequirement{Order: o, Code: ReqSignOff}
	k.refused("approval.role", as{name: "bert", reason: "x", cmd: waive})
	k.mustAs(as{name: "mia", reason: "accepted by phone", cmd: waive})
	id := k.proposed(o)
	k.refused("approval.granter", as{name: "mia", cmd: &ApproveInvoice{Invoice: id}})
	k.mustAs(as{name: "bert", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&work.AddEvidence{Order: o, Kind: work.Photo, File: "a.jpg", SHA256: fakeDigest, Bytes: 10})
	late := &WaiveRequirement{Order: o, Code: ReqReceived}
	k.mustAs(as{name: "carl", cmd: &ApproveInvoice{Invoice: id}})
	k.refused("approval.granter", as{name: "carl", reason: "x", cmd: late})
	k.mustAs(as{name: "mia", reason: "seen", cmd: late})
	k.refused("gate.release", as{name: "mia", cmd: &ReleaseInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	k.audited()
}

func TestADeniedKindIsNotProposed(t *testing.T) {
	k := ruled(t)
	k.mustAs(as{reason: "only time", cmd: &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForTime, Steps: []approval.Step{{}}}, {Kind: approval.ForException, Steps: []approval.Step{{}}},
	}}})
	k.refused("policy.no-rule", as{cmd: &ProposeInvoice{Order: k.billable()}})
}

// TestTheVoidApprovalShowsTheDifference changes what was approved in several ways, and looks for the field.
func TestTheVoidApprovalShowsTheDifference(t *testing.T) {
	changes := map[string]struct {
		do   func(k *shop, o, item store.ID)
		want string
	}{
		"quantity":  {func(k *shop, _, item store.ID) { k.must(&EditItem{Item: item, Qty: qtyp("2.5")}) }, "line 1 (FILTER), qty: 2 → 2.5"},
		"price":     {func(k *shop, _, item store.ID) { k.must(&EditItem{Item: item, Price: pricep("101")}) }, "line 1 (FILTER), price: 100 → 101"},
		"removed":   {func(k *shop, _, item store.ID) { k.must(&RemoveItem{Item: item}) }, "is gone"},
		"reference": {func(k *shop, o, _ store.ID) { k.must(&work.EditWorkOrder{ID: o, Reference: ptr("PO 7")}) }, "reference: PO 7 is new"},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			o := k.order()
			item := k.item(o, "2", "100")
			k.item(o, "1", "50")
			k.complete(o)
			id := k.approved(o)
			change.do(k, o, item)
			q, _ := k.gate(id).Get(ReqApproved)
			var said []string
			for _, d := range q.Changes {
				said = append(said, d.String())
			}
			contains(t, strings.Join(said, "\n"), change.want)
			k.read(func(r store.Reader) error {
				for req, err := range approval.Of(r, ApprovalInvoice, id) {
					if err != nil {
						return err
					}
					if req.State != approval.Void || !slices.Equal(req.Changes, q.Changes) {
						t.Errorf("the request is %s and keeps %v", req.State, req.Changes)
					}
				}
				return nil
			})
		})
	}
}

// TestNobodyReleasesWhatOnePersonDidAlone plays at random with five people, rules, delegations and waivers. Whatever is
// done: a released document was approved by nobody who made it, was the last to edit it or let something go for
// it, no person took two steps, and nobody released what they let something go for.
func TestNobodyReleasesWhatOnePersonDidAlone(t *testing.T) {
	released := 0
	rapid.Check(t, func(rt *rapid.T) {
		k := ruled(t)
		names := []string{"office", "bert", "cora", "mia", "carl"}
		person := rapid.SampledFrom(names)
		var orders, invoices []store.ID
		for i, list := range []string{"900", "400", "400"} {
			o := k.order()
			k.mustAs(as{name: person.Draw(rt, "seller"), reason: "as agreed", cmd: &AddItem{Order: o, Kind: PartItem, Ref: "P", Qty: qty("1"), Price: pricep(list), Cost: pricep("1")}})
			if i == 1 {
				k.must(&work.AddDeliverable{Order: o, Title: "acceptance", Needs: work.NeedsSignOff})
			}
			k.complete(o)
			orders = append(orders, o)
		}
		for range rapid.IntRange(20, 60).Draw(rt, "steps") {
			who := person.Draw(rt, "who")
			o := rapid.SampledFrom(orders).Draw(rt, "order")
			var inv store.ID
			if len(invoices) > 0 {
				inv = rapid.SampledFrom(invoices).Draw(rt, "invoice")
			}
			step := as{name: who, reason: "so it is"}
			what := rapid.IntRange(0, 15).Draw(rt, "what")
			switch {
			case what <= 2:
				step.cmd = &ProposeInvoice{Order: o}
			case inv == "":
				step.cmd = &WaiveRequirement{Order: o, Code: ReqSignOff}
			case what <= 8:
				step.cmd = &ApproveInvoice{Invoice: inv}
			case what <= 11:
				step.cmd = &ReleaseInvoice{Invoice: inv}
			case what == 12:
				step.cmd = &approval.Delegate{To: k.person(person.Draw(rt, "delegate")), End: k.clock.Now().Add(1e12)}
			case what == 13:
				var item store.ID
				k.read(func(r store.Reader) error {
					for id, err := range LineItems.IDs(r, "order", store.K(o)) {
						item = id
						return err
					}
					return nil
				})
				step.cmd = &EditItem{Item: item, Qty: qtyp(rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "qty"))}
			case what == 14:
				step.cmd = &RejectInvoice{Invoice: inv}
			default:
				step.cmd = &WaiveRequirement{Order: o, Code: rapid.SampledFrom([]string{ReqSignOff, ReqAddress}).Draw(rt, "code")}
			}
			rec, err := k.doAs(step)
			if err != nil {
				continue
			}
			if _, ok := step.cmd.(*ProposeInvoice); ok && !slices.Contains(invoices, rec.Subject) {
				invoices = append(invoices, rec.Subject)
			}
		}
		released += k.separated(rt)
		k.audited()
	})
	if released < 5 {
		t.Errorf("only %d documents were released: the play proves little", released)
	}
}

// separated checks the released documents by what the journal's records say, and returns how many there are.
func (k *shop) separated(rt *rapid.T) (released int) {
	k.read(func(r store.Reader) error {
		for inv, err := range Invoices.All(r) {
			if err != nil {
				return err
			}
			if inv.Status != InvoiceReleased {
				continue
			}
			released++
			q, err := approval.Granted(r, ApprovalInvoice, inv.ID, inv.Hash)
			if err != nil || q == nil {
				rt.Fatalf("%s is released and not approved (%v)", inv.Number, err)
			}
			var granters []store.ID
			for w, err := range GateWaivers.By(r, "order", store.K(inv.Order)) {
				if err != nil {
					return err
				}
				if !w.At.After(inv.ReleasedAt) {
					granters = append(granters, w.By)
				}
			}
			makers := []store.ID{inv.ProposedBy}
			for _, l := range inv.Lines {
				item := must(LineItems.Get(r, l.Source))
				makers = append(makers, item.Price.By)
				granters = append(granters, item.Price.By)
			}
			var spent []store.ID
			for _, d := range q.Decisions() {
				for _, id := range slices.Compact([]store.ID{d.By, d.For}) {
					if id == "" {
						continue
					}
					if slices.Contains(makers, id) {
						rt.Errorf("%s was approved by a maker", inv.Number)
					}
					if slices.Contains(spent, id) {
						rt.Errorf("one person took two steps of %s", inv.Number)
					}
					spent = append(spent, id)
				}
				if slices.Contains(granters, d.By) {
					rt.Errorf("%s was approved by somebody who let something go for it", inv.Number)
				}
			}
			if slices.Contains(granters, inv.ReleasedBy) {
				rt.Errorf("%s was released by somebody who let something go for it", inv.Number)
			}
			if need := map[bool]int{true: 2, false: 1}[inv.Gross.Cmp(amount("1000")) >= 0]; len(q.Decisions()) != need {
				rt.Errorf("%s over %s took %d people", inv.Number, inv.Gross, len(q.Decisions()))
			}
		}
		return nil
	})
	return released
}
