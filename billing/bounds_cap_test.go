package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/money"
	"callout/store"
	"callout/work"
)

// TestOnlyNoticesOfACapAreSetAnew: what it caps is moved by change orders, to the last of its fields.
func TestOnlyNoticesOfACapAreSetAnew(t *testing.T) {
	k := newShop(t)
	o, chain := k.order(), k.order()
	k.must(&SetCap{Order: o, Limit: amountp("500"), Cost: amountp("20")})
	k.must(&SetCap{Order: chain, Limit: amountp("500"), Chain: true})
	for _, c := range []struct {
		code string
		cmd  SetCap
	}{
		{"cap.agreed", SetCap{Order: o, Limit: amountp("500")}},
		{"cap.agreed", SetCap{Order: o, Cost: amountp("20")}},
		{"cap.agreed", SetCap{Order: o, Chain: true}},
		{"cap.agreed", SetCap{Order: chain, Chain: true, Limit: amountp("600")}},
		{"cap.notice", SetCap{Order: o, Notices: percents("0")}},
		{"cap.notice", SetCap{Order: o, Notices: percents("50", "-1")}},
		{"", SetCap{Order: o, Notices: percents("0.01", "120")}},
		{"", SetCap{Order: chain, Chain: true, Notices: percents("50")}},
	} {
		if c.code == "" {
			k.must(&c.cmd)
		} else {
			k.refused(c.code, as{cmd: &c.cmd})
		}
	}
}

// TestWhatIsAgreedMayBeSpent: work may cost all that was agreed; a cent more is told of.
func TestWhatIsAgreedMayBeSpent(t *testing.T) {
	for agreed, over := range map[string]bool{"20": false, "19.99": true} {
		k := newShop(t)
		o := k.order()
		k.must(&SetCap{Order: o, Limit: amountp("500"), Cost: amountp(agreed)})
		k.item(o, "2", "50")
		k.complete(o)
		if u := k.capUse(o); u.OverCost() != over {
			t.Errorf("it cost 20 of %s, and is over it: %v", agreed, !over)
		}
		q, _ := k.gate(o).Get(ReqCapCost)
		if got := q.Status == Unsatisfied; got != over || (q.Reason != "") != over {
			t.Errorf("it cost 20 of %s, and the gate says %s: %s", agreed, q.Status, q.Reason)
		}
		k.capped(k.order(), "1") // nothing is agreed about what this one costs
	}
	k := newShop(t)
	o := k.order()
	k.capped(o, "500")
	k.item(o, "2", "50")
	if u := k.capUse(o); u.OverCost() {
		t.Error("nothing is agreed about the cost, and it is over that")
	}
}

// TestWhatIsCanceledUsesNoCap: of a chain that shares one.
func TestWhatIsCanceledUsesNoCap(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetCap{Order: o, Limit: amountp("500"), Chain: true})
	part := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Pump", Parent: o}).Subject
	k.item(o, "1", "50")
	k.item(part, "1", "70")
	wantAmount(t, "used by both", k.capUse(o).Used, "120")
	k.mustAs(as{reason: "not wanted", cmd: &work.CancelWorkOrder{ID: part}})
	wantAmount(t, "used by one", k.capUse(o).Used, "50")
}

// TestAForgedCreditNoteIsStoppedByItsGate: one that takes back more than there is, or says other figures than its invoice.
func TestAForgedCreditNoteIsStoppedByItsGate(t *testing.T) {
	for _, c := range []struct {
		code  string
		forge func(cn *Invoice)
	}{
		{"", func(*Invoice) {}},
		{ReqOriginal, func(cn *Invoice) { cn.Lines[0].Qty = qty("3") }},
		{ReqOriginal, func(cn *Invoice) { cn.Lines[0].Net = amount("100.01") }},
		{ReqOriginal, func(cn *Invoice) { cn.Lines[0].N, cn.Lines[0].Credits = 7, 7 }},
		{ReqTotals, func(cn *Invoice) { cn.Gross = amount("1") }},
		{ReqTotals, func(cn *Invoice) { cn.Hash = cn.Hash[1:] + "0" }},
		{ReqTotals, func(cn *Invoice) { cn.Lines[0].Text += "!" }},
	} {
		k := openShop(t, nil)
		o := k.order()
		k.item(o, "2", "50")
		k.complete(o)
		inv := k.released(o)
		cn := k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: inv.ID}}).Subject
		k.must(change(Invoices, cn, func(_ *store.Tx, i *Invoice) { c.forge(i) }))
		for _, code := range []string{ReqOriginal, ReqTotals} {
			q, _ := k.gate(cn).Get(code)
			if want := code == c.code || c.code == ReqOriginal; (q.Status == Unsatisfied) != want {
				t.Errorf("%s where %q is wrong: %s %s", code, c.code, q.Status, q.Reason)
			}
		}
	}
}

func percents(list ...string) (out []money.Percent) {
	for _, s := range list {
		out = append(out, percent(s))
	}
	return out
}
