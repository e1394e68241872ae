package billing_test

import (
	"slices"
	"strings"
	"testing"

	"callout/approval"
	. "callout/billing"
	"callout/dispatch"
	"callout/party"
	"callout/store"

	"pgregory.net/rapid"
)

// twoExcept is a shop in which an exception takes a manager and an approver, beside whoever wants it.
func twoExcept(tb testing.TB, more ...approval.Step) *shop {
	k := ruled(tb)
	steps := slices.Concat([]approval.Step{{Role: party.Manager}, {Role: party.Approver}}, more)
	k.mustAs(as{reason: "two for an exception", cmd: &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForAny, Steps: []approval.Step{{}}},
		{Kind: approval.ForException, Steps: steps},
	}}})
	return k
}

// wished are the exceptions that are asked for, oldest first.
func (k *shop) wished() (out []approval.Exception) {
	k.tb.Helper()
	k.read(func(r store.Reader) error {
		for e, err := range approval.Exceptions.All(r) {
			if err != nil {
				return err
			}
			if e.State == approval.ExceptionAsked {
				out = append(out, *e)
			}
		}
		return nil
	})
	return out
}

// letGo are ways to let something go for 15.00 of an order: each returns what the order comes to without it.
var letGo = map[string]func(k *shop, o store.ID, who string) (without, with string){
	"a discount on an item": func(k *shop, o store.ID, who string) (string, string) {
		k.mustAs(as{name: who, reason: "they waited", cmd: &AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("1"), Discount: lessPercent("12.5", "they waited")}})
		return "120", "105"
	},
	"a price named by hand": func(k *shop, o store.ID, who string) (string, string) {
		k.mustAs(as{name: who, reason: "as quoted", cmd: &AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("1"), Price: pricep("105")}})
		return "120", "105"
	},
	"a price named for the order": func(k *shop, o store.ID, who string) (string, string) {
		k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("1")})
		k.mustAs(as{name: who, reason: "as quoted", cmd: &NamePrice{Order: o, Key: "service:CHECK", Price: pricep("105")}})
		return "120", "105"
	},
	"a discount on a kind of work": func(k *shop, o store.ID, who string) (string, string) {
		k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("1")})
		k.mustAs(as{name: who, cmd: &SetTerms{Order: o, Adjustments: []Adjustment{{On: "service", Discount: *lessPercent("12.5", "loyalty")}}}})
		return "120", "105"
	},
	"a discount on documents": func(k *shop, o store.ID, who string) (string, string) {
		k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("1")})
		k.mustAs(as{name: who, cmd: &SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessAmount("15", "loyalty")}}}})
		return "120", "105"
	},
	"goodwill": func(k *shop, o store.ID, who string) (string, string) {
		id := k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Cost: pricep("1")}).Subject
		k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "toll", Qty: qty("1"), Price: pricep("105"), Cost: pricep("1")})
		k.mustAs(as{name: who, reason: "we were late", cmd: &SetCover{Source: id, As: CoverGoodwill}})
		return "225", "105"
	},
}

// Whatever is let go counts once all whom the rule asks have granted it, and never before; a refusal leaves it uncounted.
// Who had a part in it never releases.
func TestExceptionsInSteps(t *testing.T) {
	for name, let := range letGo {
		t.Run(name, func(t *testing.T) {
			k := twoExcept(t)
			o := k.order()
			without, with := let(k, o, "mia")
			e := k.wished()
			if len(e) != 1 {
				t.Fatalf("asked for are %+v", e)
			}
			k.complete(o)
			id := e[0].ID
			f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
			contains(t, f.Error(), ReqException+": "+e[0].Title+" is asked for, and waits for 1 manager and 1 approver")
			k.refused("approval.self", as{name: "mia", cmd: &approval.GrantException{Exception: id}})
			k.refused("approval.role", as{name: "office", cmd: &approval.GrantException{Exception: id}})
			k.mustAs(as{name: "carl", cmd: &approval.GrantException{Exception: id}})
			k.refused("approval.twice", as{name: "carl", cmd: &approval.GrantException{Exception: id}})
			k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
			k.mustAs(as{name: "bert", cmd: &approval.GrantException{Exception: id}})
			k.refused("approval.settled", as{name: "cora", cmd: &approval.GrantException{Exception: id}})
			inv := k.proposed(o)
			wantAmount(t, "granted", get(k, Invoices, inv).Net, with)
			k.mustAs(as{name: "cora", cmd: &ApproveInvoice{Invoice: inv}})
			for _, who := range []string{"mia", "carl", "bert"} {
				f := k.refused("gate.release", as{name: who, cmd: &ReleaseInvoice{Invoice: inv}})
				contains(t, f.Msg, "who lets something go does not release")
			}
			k.must(&ReleaseInvoice{Invoice: inv})
			k.audited()

			other := k.order()
			let(k, other, "mia")
			id = k.wished()[0].ID
			k.refused("reason.missing", as{name: "carl", cmd: &approval.RefuseException{Exception: id}})
			k.mustAs(as{name: "carl", reason: "no", cmd: &approval.RefuseException{Exception: id}})
			k.complete(other)
			wantAmount(t, "refused", get(k, Invoices, k.proposed(other)).Net, without)
			k.audited()
		})
	}
}

// What is asked for is about how it was when it was asked: changed, it is asked again, taken back, nobody is asked.
func TestWhatIsAskedIsDroppedWithItsSubject(t *testing.T) {
	k := twoExcept(t)
	o := k.order()
	item := k.mustAs(as{reason: "x", cmd: &AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Discount: lessPercent("5", "loyal")}}).Subject
	first := k.wished()[0]
	k.must(&EditItem{Item: item, Text: ptr("yearly check")}) // the discount is what it was
	if w := k.wished(); len(w) != 1 || w[0].ID != first.ID {
		t.Errorf("with other words it is asked %+v", w)
	}
	k.must(&EditItem{Item: item, Qty: qtyp("3")}) // 5 % of more
	w := k.wished()
	if len(w) != 1 || w[0].ID == first.ID {
		t.Fatalf("with more of it it is asked %+v", w)
	}
	wantAmount(t, "takes off", *w[0].Amount, "18")
	if s := get(k, approval.Exceptions, first.ID).State; s != approval.ExceptionDropped {
		t.Errorf("the first is %s", s)
	}
	k.must(&EditItem{Item: item, Discount: &Discount{Percent: percentp("0")}})
	if w := k.wished(); len(w) != 0 {
		t.Errorf("taken back, it is asked %+v", w)
	}
	k.mustAs(as{reason: "x", cmd: &EditItem{Item: item, Discount: lessAmount("10", "loyal")}})
	k.must(&RemoveItem{Item: item})
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessPercent("3", "loyalty")}}})
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: *lessPercent("2", "loyalty")}}})
	if w := k.wished(); len(w) != 1 || !strings.HasPrefix(w[0].Title, "2 % off") {
		t.Errorf("asked in place of another is %+v", w)
	}
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Discount: Discount{Percent: percentp("0"), Reason: "loyalty"}}}})
	if w := k.wished(); len(w) != 0 {
		t.Errorf("still asked for: %+v", w)
	}
	k.must(&SetTerms{Order: o, Adjustments: []Adjustment{{Surcharge: true, Discount: *lessPercent("2", "freight")}}}) // lets nothing go
	if w := k.wished(); len(w) != 0 {
		t.Errorf("a surcharge is asked for: %+v", w)
	}
}

// The steps of a rule for exceptions take each other's place as amounts grow, and one person grants in the act.
func TestSmallDiscountsAreGivenInTheAct(t *testing.T) {
	k := ruled(t)
	k.mustAs(as{reason: "x", cmd: &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
		{Kind: approval.ForAny, Steps: []approval.Step{{}}},
		{Kind: approval.ForException, Steps: []approval.Step{{Role: party.Approver}, {Role: party.Manager, From: amountp("6")}, {Role: party.Approver, From: amountp("6")}}},
	}}})
	o := k.order()
	add := func(who, code, percent string) {
		a := as{name: who, cmd: &AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1"), Discount: lessPercent(percent, "loyal")}}
		if code != "" {
			k.refused(code, a)
			return
		}
		k.mustAs(a)
	}
	add("office", "approval.role", "4")
	add("bert", "", "4") // 4.80
	if w := k.wished(); len(w) != 0 {
		t.Errorf("asked for: %+v", w)
	}
	add("office", "", "5") // 6.00
	if w := k.wished(); len(w) != 1 {
		t.Errorf("asked for: %+v", w)
	}
	// A discount on one document is given by one person, or agreed for the order.
	k.complete(o)
	own := []Adjustment{{Discount: *lessAmount("1", "loyal")}}
	k.mustAs(as{name: "carl", reason: "no", cmd: &approval.RefuseException{Exception: k.wished()[0].ID}})
	k.refused("approval.role", as{name: "office", cmd: &ProposeInvoice{Order: o, Adjustments: own}})
	k.mustAs(as{name: "bert", reason: "so", cmd: &ProposeInvoice{Order: o, Adjustments: own}})
	k.refused("policy.several", as{name: "bert", cmd: &ProposeInvoice{Order: o, Fresh: true, Adjustments: []Adjustment{{Discount: *lessAmount("6", "loyal")}}}})
}

// A visit that is booked over what has to be granted is planned, and nobody sets out for it.
func TestABookingInSteps(t *testing.T) {
	k := twoExcept(t)
	k.floor(FloorLabour, "", "60", FloorBlock)
	o := k.order()
	v := k.mustAs(as{name: "mia", reason: "a new customer", cmd: k.schedule(o, 2, dispatch.Margin)}).Subject
	f := k.refused("appointment.exception", as{cmd: &dispatch.Dispatch{Appointment: v}})
	contains(t, f.Error(), "waits for 1 manager and 1 approver")
	k.refused("appointment.exception", as{cmd: &dispatch.Start{Appointment: v}})
	first := k.wished()[0].ID
	k.mustAs(as{name: "mia", reason: "later", cmd: &dispatch.Move{Appointment: v, Start: at("2026-03-04T08:00:00Z"), Accept: []dispatch.Code{dispatch.Margin}}})
	if s := get(k, approval.Exceptions, first).State; s != approval.ExceptionDropped {
		t.Errorf("of the first time it is %s", s)
	}
	e := k.wished()
	if len(e) != 1 {
		t.Fatalf("asked for are %+v", e)
	}
	k.mustAs(as{name: "carl", reason: "no", cmd: &approval.RefuseException{Exception: e[0].ID}})
	f = k.refused("appointment.exception", as{cmd: &dispatch.Dispatch{Appointment: v}})
	contains(t, f.Error(), "is refused")
	k.mustAs(as{name: "mia", reason: "again", cmd: &dispatch.Move{Appointment: v, Start: at("2026-03-05T08:00:00Z"), Accept: []dispatch.Code{dispatch.Margin}}})
	for _, who := range []string{"carl", "bert"} {
		k.mustAs(as{name: who, cmd: &approval.GrantException{Exception: k.wished()[0].ID}})
	}
	k.must(&dispatch.Dispatch{Appointment: v})
	if a := get(k, dispatch.Appointments, v).Accepted; len(a) != 1 || len(a[0].Grant.With) != 2 {
		t.Errorf("accepted is %+v", a)
	}
	// What conflicts in dispatch alone is asked about the same way, and called off with the visit.
	other := k.schedule(o, 2, dispatch.Overlap)
	k.must(&dispatch.SetPolicy{Policy: dispatch.Policy{Accept: []dispatch.Acceptance{{Conflict: dispatch.Overlap}}}})
	other.Start, other.End = at("2026-03-05T09:00:00Z"), at("2026-03-05T10:00:00Z")
	other.Accept = append(other.Accept, dispatch.Margin)
	second := k.mustAs(as{name: "mia", reason: "both", cmd: other}).Subject
	if w := k.wished(); len(w) != 2 {
		t.Errorf("asked for are %+v", w)
	}
	k.must(&dispatch.CancelVisit{Appointment: second})
	if w := k.wished(); len(w) != 0 {
		t.Errorf("of a visit that was called off are asked %+v", w)
	}
}

// Whatever is let go, in whatever order people say yes or no, it counts exactly when both steps were taken by two people other
// than the one who wants it.
func TestNothingCountsBeforeAllHaveGranted(t *testing.T) {
	names := slices.Sorted(func(yield func(string) bool) {
		for n := range letGo {
			if !yield(n) {
				return
			}
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		k := twoExcept(t)
		o := k.order()
		maker := rapid.SampledFrom([]string{"mia", "carl", "bert"}).Draw(rt, "maker")
		_, _ = letGo[rapid.SampledFrom(names).Draw(rt, "what")](k, o, maker)
		id := k.wished()[0].ID
		roles := map[string]string{"mia": "manager", "carl": "manager", "bert": "approver", "cora": "approver"}
		taken := map[string]bool{}
		over := false
		for _, who := range rapid.SliceOfN(rapid.SampledFrom([]string{"mia", "carl", "bert", "cora", "office"}), 1, 6).Draw(rt, "who") {
			yes := rapid.IntRange(0, 4).Draw(rt, "yes") > 0
			var cmd store.Command = &approval.GrantException{Exception: id}
			if !yes {
				cmd = &approval.RefuseException{Exception: id}
			}
			_, err := k.doAs(as{name: who, reason: "so", cmd: cmd})
			may := !over && (!yes || who != maker && roles[who] != "" && !taken[roles[who]])
			if may != (err == nil) {
				rt.Fatalf("%s says %v: %v", who, yes, err)
			}
			if err != nil {
				continue
			}
			taken[roles[who]] = yes
			over = over || !yes || taken["manager"] && taken["approver"]
		}
		want := approval.ExceptionAsked
		switch {
		case taken["manager"] && taken["approver"]:
			want = approval.ExceptionGranted
		case over:
			want = approval.ExceptionRefused
		}
		if e := get(k, approval.Exceptions, id); e.State != want || (want == approval.ExceptionGranted) != (len(e.With) == 2) {
			rt.Fatalf("it is %s with %v, want %s", e.State, e.With, want)
		}
		q, _ := k.gate(o).Get(ReqException)
		if (q.Status == Unsatisfied) != (want == approval.ExceptionAsked) {
			rt.Fatalf("%s, and the gate says %s", want, q.Status)
		}
	})
}
