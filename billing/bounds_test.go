package billing_test

import (
	"strings"
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// TestBoundsOfRules: what may be agreed reaches to its bound, and not over it.
func TestBoundsOfRules(t *testing.T) {
	windows := func(n int) (out []Window) {
		for i := range n {
			out = append(out, Window{Name: "w" + strings.Repeat("a", i), When: Weekend, Factor: factor("2")})
		}
		return out
	}
	overtime := func(n int) (out []Overtime) {
		for i := range n {
			out = append(out, Overtime{Name: "o" + strings.Repeat("a", i), Per: PerDay, Factor: factor("2")})
		}
		return out
	}
	named := func(s string) Rules {
		return Rules{Surcharges: Surcharges{Windows: []Window{{Name: s, When: Weekend, Factor: factor("2")}}}}
	}
	over := func(o Overtime) Rules {
		o.Name = "overtime"
		return Rules{Surcharges: Surcharges{Overtime: []Overtime{o}}}
	}
	const day, week = 24 * 60, 7 * 24 * 60
	for _, c := range []struct {
		name, code string
		rules      Rules
	}{
		{"20 windows", "", Rules{Surcharges: Surcharges{Windows: windows(20)}}},
		{"21 windows", "rules.many", Rules{Surcharges: Surcharges{Windows: windows(21)}}},
		{"20 thresholds", "", Rules{Surcharges: Surcharges{Overtime: overtime(20)}}},
		{"21 thresholds", "rules.many", Rules{Surcharges: Surcharges{Overtime: overtime(21)}}},
		{"a name of 30 letters", "", named(strings.Repeat("a", 30))},
		{"a name of 31 letters", "surcharge.name", named(strings.Repeat("a", 31))},
		{"no name", "surcharge.name", named("")},
		{"a hyphen before a name", "surcharge.name", named("-night")},
		{"a hyphen behind a name", "surcharge.name", named("night-")},
		{"a threshold without a name", "surcharge.name", Rules{Surcharges: Surcharges{Overtime: []Overtime{{Per: PerDay, Factor: factor("2")}}}}},
		{"a factor of 100", "", over(Overtime{Per: PerDay, Factor: factor("100")})},
		{"a factor above 100", "surcharge.factor", over(Overtime{Per: PerDay, Factor: factor("100.01")})},
		{"a factor of 0", "surcharge.factor", over(Overtime{Per: PerDay})},
		{"after a whole day", "", over(Overtime{Per: PerDay, After: day, Factor: factor("2")})},
		{"after more than a day", "overtime.after", over(Overtime{Per: PerDay, After: day + 1, Factor: factor("2")})},
		{"after a whole week", "", over(Overtime{Per: PerWeek, After: week, Factor: factor("2")})},
		{"after more than a week", "overtime.after", over(Overtime{Per: PerWeek, After: week + 1, Factor: factor("2")})},
		{"after less than nothing", "overtime.after", over(Overtime{Per: PerDay, After: -1, Factor: factor("2")})},
		{"steps of a day", "", Rules{Labour: TimeRounding{Increment: day}}},
		{"steps of more than a day", "rules.minutes", Rules{Labour: TimeRounding{Increment: day + 1}}},
		{"steps backwards", "rules.minutes", Rules{Labour: TimeRounding{Increment: -1}}},
		{"a minimum of a day", "", Rules{Labour: TimeRounding{Minimum: day}}},
		{"a minimum of more than a day", "rules.minutes", Rules{Labour: TimeRounding{Minimum: day + 1}}},
		{"a minimum below nothing", "rules.minutes", Rules{Labour: TimeRounding{Minimum: -1}}},
		{"a call-out with a day", "", Rules{CallOut: &CallOut{Service: "CALLOUT", Included: day}}},
		{"a call-out with more than a day", "callout.included", Rules{CallOut: &CallOut{Service: "CALLOUT", Included: day + 1}}},
	} {
		k := newShop(t)
		if c.code == "" {
			k.must(&SetRules{Rules: c.rules})
			continue
		}
		t.Log(c.name)
		k.refused(c.code, as{cmd: &SetRules{Rules: c.rules}})
	}
}

// TestBoundsOfWhatIsAgreed: shares are more than nothing and at most all, prices are nothing or more, and what is ordered or
// scheduled is more than nothing.
func TestBoundsOfWhatIsAgreed(t *testing.T) {
	k := newShop(t)
	for code, cmd := range storetest.InOrder(map[string]func(x string) store.Command{
		"deposit.amount": func(x string) store.Command {
			o := k.order()
			k.item(o, "1", "100")
			return &ProposeDeposit{Order: o, Percent: percentp(x)}
		},
		"milestone.amount": func(x string) store.Command {
			return &AddMilestone{Order: k.order(), Milestone: "Roof", Percent: percentp(x)}
		},
		"retainer.share": func(x string) store.Command {
			return &OpenRetainer{Customer: k.customer, Title: "Paid ahead", Amount: amount("10"), Share: percentp(x)}
		},
	}) {
		for _, x := range []string{"0", "-0.01"} {
			k.refused(code, as{cmd: cmd(x)})
		}
		k.must(cmd("0.01"))
		k.must(cmd("100"))
		if code != "milestone.amount" {
			k.refused(code, as{cmd: cmd("100.01")})
		}
	}
	o := k.order()
	for _, r := range []struct {
		code  string
		terms Retainage
	}{
		{"", Retainage{}},
		{"", Retainage{Percent: percent("100")}},
		{"retainage.percent", Retainage{Percent: percent("100.01")}},
		{"retainage.percent", Retainage{Percent: percent("-0.01")}},
		{"retainage.percent", Retainage{Percent: percent("5"), Stored: percentp("101")}},
		{"retainage.max", Retainage{Percent: percent("5"), Max: amountp("0")}},
		{"retainage.max", Retainage{Percent: percent("5"), Max: amountp("-1")}},
		{"", Retainage{Percent: percent("5"), Max: amountp("0.01")}},
	} {
		if c := (as{cmd: &SetTerms{Order: o, Retainage: &r.terms}}); r.code == "" {
			k.mustAs(c)
		} else {
			k.refused(r.code, c)
		}
	}
	for _, c := range []struct {
		code string
		cmd  store.Command
	}{
		{"position.qty", &AddPosition{Order: o, Title: "Pipe", Ordered: qty("0"), Price: price("1")}},
		{"position.qty", &AddPosition{Order: o, Title: "Pipe", Ordered: qty("-1"), Price: price("1")}},
		{"price.negative", &AddPosition{Order: o, Title: "Pipe", Ordered: qty("1"), Price: price("-1")}},
		{"schedule.value", &AddScheduleRow{Order: o, Title: "Roof", Value: amount("0")}},
		{"retainer.keep", &OpenRetainer{Customer: k.customer, Title: "x", Amount: amount("10"), Keep: amountp("-0.01")}},
		{"milestone.basis", &AddMilestone{Order: o, Milestone: "m", Rest: true, Amount: amountp("1")}},
		{"milestone.basis", &AddMilestone{Order: o, Milestone: "m", Rest: true, Percent: percentp("1")}},
		{"price.negative", &SetRules{Rules: Rules{Markup: Markup{{Below: pricep("-1"), Percent: percent("1")}, {Percent: percent("1")}}}}},
		{"tax.rate", &SetTax{Class: "all", Rate: percent("100.01")}},
		{"tax.rate", &SetTax{Class: "none", Category: "E", Components: []money.Component{{Name: "state", Rate: percent("0")}}}},
		{"tax.class", &SetTax{Class: strings.Repeat("a", 41), Rate: percent("20")}},
		{"tax.reason-code", &SetTax{Class: "exempt", Category: "E", Reason: "VATEX-EU-" + strings.Repeat("A", 32)}},
		{"tax.reason-code", &SetTax{Class: "exempt", Category: "E", Reason: "VATEX-EUR-1"}},
		{"discount.code", &SetTerms{Order: o, Adjustments: []Adjustment{{Surcharge: true, Discount: Discount{Amount: amountp("1"), Reason: "x"}, Code: "FCFCF"}}}},
		{"discount.code", &SetTerms{Order: o, Adjustments: []Adjustment{{Discount: Discount{Amount: amountp("1"), Reason: "x"}, Code: "9a"}}}},
		{"discount.code", &SetTerms{Order: o, Adjustments: []Adjustment{{Discount: Discount{Amount: amountp("1"), Reason: "x"}, Code: "a9"}}}},
		{"discount.code", &SetTerms{Order: o, Adjustments: []Adjustment{{Discount: Discount{Amount: amountp("1"), Reason: "x"}, Code: "FC"}}}},
	} {
		k.refused(c.code, as{cmd: c.cmd})
	}
	for _, cmd := range []store.Command{
		&OpenRetainer{Customer: k.customer, Title: "x", Amount: amount("10"), Keep: amountp("0")},
		&SetTax{Class: "all", Rate: percent("100")},
		&SetTax{Class: strings.Repeat("a", 40), Rate: percent("20")},
		&SetTax{Class: "exempt", Category: "E", Reason: "VATEX-EU-" + strings.Repeat("A", 31)},
		&SetTax{Class: "federal", Components: []money.Component{{Name: "state", Rate: percent("0")}, {Name: "city", Rate: percent("1")}}},
		&SetTerms{Order: o, Adjustments: []Adjustment{
			{Surcharge: true, Discount: Discount{Amount: amountp("1"), Reason: "freight"}, Code: "AZ09"},
			{Surcharge: true, Discount: Discount{Amount: amountp("1"), Reason: "rush"}, Code: "ZZZ"},
			{Discount: Discount{Amount: amountp("1"), Reason: "season"}, Code: "9009"},
		}},
		&SetClause{Contract: k.contract("Frame", valid("2026-01-01", "")), Key: "service:CHECK", Formula: &Formula{BookTimes: ptr(factor("0"))}},
	} {
		k.must(cmd)
	}
}

// TestARetainerOfAnOrderIsOfItsCustomer: nobody's money stands for somebody else's order.
func TestARetainerOfAnOrderIsOfItsCustomer(t *testing.T) {
	k := newShop(t)
	mine := k.order()
	guest := k.must(&work.AddCustomer{Customer: "Guest"}).Subject
	site := k.must(&work.AddSite{Customer: guest, Site: "hut"}).Subject
	theirs := k.must(&work.CreateWorkOrder{Customer: guest, Site: site, Title: "Stove"}).Subject
	open := func(o store.ID) as {
		return as{cmd: &OpenRetainer{Customer: k.customer, Order: o, Title: "Paid ahead", Amount: amount("50")}}
	}
	k.refused("retainer.order", open(theirs))
	k.mustAs(open(mine))
	other := k.order()
	for _, o := range []store.ID{mine, other} {
		k.item(o, "1", "100")
		k.complete(o)
	}
	wantAmount(t, "another order of theirs", get(k, Invoices, k.proposed(other)).Payable(), "120")
	wantAmount(t, "the order it is for", get(k, Invoices, k.proposed(mine)).Payable(), "70")
}

// TestSourcesThatMoveIntoAClosedMonthComeLate: what is edited without a new date, or deleted, does not; what is moved into the month does.
func TestSourcesThatMoveIntoAClosedMonthComeLate(t *testing.T) {
	k := newShop(t)
	o := k.order()
	february := at("2026-02-20T08:00:00Z")
	parking := func(on calendar.Date) store.ID {
		return k.mustAs(as{at: at(on.String() + "T08:00:00Z"), cmd: &AddItem{Order: o, Kind: ExpenseItem, Text: "Parking", Qty: qty("1"), Price: pricep("7")}}).Subject
	}
	edited, deleted := parking(date("2026-02-10")), parking(date("2026-02-11"))
	hours, gone := k.entered(o, "2026-02-10T08:00:00Z", "2026-02-10T09:00:00Z"), k.entered(o, "2026-02-11T08:00:00Z", "2026-02-11T09:00:00Z")
	moved := k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&ClosePeriod{Month: month("2026-02")})
	k.must(change(LineItems, edited, func(_ *store.Tx, i *LineItem) { i.Qty = qty("2") }))
	k.must(&forge{What: "delete", ID: deleted, do: func(tx *store.Tx) error { return LineItems.Delete(tx, deleted) }})
	k.must(change(TimeEntries, hours, func(_ *store.Tx, e *TimeEntry) { e.To = e.To.Add(60e9) }))
	k.must(&forge{What: "delete", ID: gone, do: func(tx *store.Tx) error { return TimeEntries.Delete(tx, gone) }})
	late := func() (out []store.ID) {
		k.read(func(r store.Reader) error {
			for l, err := range LateItems.All(r) {
				if err != nil {
					return err
				}
				out = append(out, l.Source)
			}
			return nil
		})
		return out
	}
	if got := late(); got != nil {
		t.Errorf("late are %v: they were there when the month was closed", got)
	}
	k.must(change(TimeEntries, moved, func(_ *store.Tx, e *TimeEntry) { e.From, e.To = february, february.Add(3600e9) }))
	k.must(change(LineItems, edited, func(_ *store.Tx, i *LineItem) { i.At = february }))
	if got := late(); len(got) != 2 || got[0] != moved && got[1] != moved || got[0] != edited && got[1] != edited {
		t.Errorf("late are %v, want %s and %s", got, moved, edited)
	}
}

// TestForgedSettlementsAreRefusedAndFound changes one thing of a settlement after the other.
func TestForgedSettlementsAreRefusedAndFound(t *testing.T) {
	for _, c := range []struct {
		name, code string
		forge      func(tx *store.Tx, s, other *Settlement)
	}{
		{"again, for more than is left", "settlement.over", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Amount = Settlements.NewID(tx, "x"), amount("100")
		}},
		{"turned round", "settlement.sides", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.From, s.To, s.Amount = Settlements.NewID(tx, "x"), s.To, s.From, amount("0.01")
		}},
		{"of another customer", "settlement.sides", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Customer, s.Amount = Settlements.NewID(tx, "x"), "cus_06eat8eg1nxy1cnesbm91rb8b0", amount("0.01")
		}},
		{"before there was a debt", "settlement.sides", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.On, s.Amount = Settlements.NewID(tx, "x"), s.On.AddDays(-1), amount("0.01")
		}},
		{"over nothing", "settlement.amount", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Amount = Settlements.NewID(tx, "x"), amount("0")
		}},
		{"taking back nothing that is named", "settlement.amount", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Sign, s.Amount = Settlements.NewID(tx, "x"), -1, amount("1")
		}},
		{"settling what it says to take back", "settlement.amount", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Reverses, s.Amount = Settlements.NewID(tx, "x"), s.ID, amount("1")
		}},
		{"taking back more than it was", "settlement.reversal", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Reverses, s.Sign, s.Amount = Settlements.NewID(tx, "x"), s.ID, -1, amount("20.01")
		}},
		{"taking back more than was ever settled", "settlement.over", func(tx *store.Tx, s, _ *Settlement) {
			s.ID, s.Reverses, s.Sign, s.Amount = Settlements.NewID(tx, "x"), s.ID, -1, amount("25.01")
		}},
		{"taking back of another debt", "settlement.reversal", func(tx *store.Tx, s, other *Settlement) {
			s.ID, s.Reverses, s.Sign, s.To, s.Amount = Settlements.NewID(tx, "x"), s.ID, -1, other.To, amount("1")
		}},
		{"taking back from another credit", "settlement.reversal", func(tx *store.Tx, s, other *Settlement) {
			s.ID, s.Reverses, s.Sign, s.From, s.Amount = Settlements.NewID(tx, "x"), s.ID, -1, other.From, amount("1")
		}},
	} {
		for _, checked := range []bool{true, false} {
			checks := Checks()
			if !checked {
				checks = nil
			}
			k := openShop(t, checks)
			first, second := k.invoiced("100"), k.invoiced("50")
			k.clock.set(at("2026-03-03T08:00:00Z"))
			var list []*Settlement
			for _, share := range []PaymentShare{{Invoice: first.ID, Amount: amountp("20")}, {Invoice: second.ID, Amount: amountp("10")}} {
				p := k.must(&AddPayment{Customer: k.customer, Amount: amount("30"), Invoices: []PaymentShare{share}, Reference: string(share.Invoice)}).Subject
				k.must(&ApplyCredit{From: p, Invoice: share.Invoice, Amount: amountp("5")})
				k.read(func(r store.Reader) error {
					for s, err := range Settlements.By(r, "from", store.K(p)) {
						if err != nil {
							return err
						}
						list = append(list, s)
					}
					return nil
				})
			}
			plant := change(Settlements, list[0].ID, func(tx *store.Tx, s *Settlement) { c.forge(tx, s, list[2]) })
			t.Log(c.name)
			if checked {
				k.refused(c.code, as{cmd: plant})
				k.audited()
				continue
			}
			k.must(plant)
			if len(k.findings()) == 0 {
				t.Errorf("%s: the audits find nothing", c.name)
			}
		}
	}
}

// TestForgedAllocationsNameTheirCharge: an allocation is of its charge's order and kind too, and of a charge that was approved; what
// takes one back takes back what bills, and no more money than it billed.
func TestForgedAllocationsNameTheirCharge(t *testing.T) {
	for _, c := range []struct {
		name, code string
		forge      func(tx *store.Tx, a, other *Allocation)
	}{
		{"another order", "allocation.charge", func(tx *store.Tx, a, _ *Allocation) { a.Order = "wo_06eat8eg1nxy1cnesbm91rb8b0" }},
		{"another kind", "allocation.charge", func(tx *store.Tx, a, _ *Allocation) { a.Kind = "travel" }},
		{"another part", "allocation.charge", func(tx *store.Tx, a, _ *Allocation) { a.Part = "night" }},
		{"another charge's", "allocation.reversal", func(tx *store.Tx, a, other *Allocation) { a.Reverses = other.ID }},
		{"more money", "allocation.overcredited", func(tx *store.Tx, a, _ *Allocation) { a.Amount = amount("100.01") }},
		{"money the other way", "allocation.overcredited", func(tx *store.Tx, a, _ *Allocation) { a.Amount = amount("-0.01") }},
	} {
		k := newShop(t)
		o := k.order()
		k.item(o, "2", "50")
		k.item(o, "3", "10")
		k.complete(o)
		inv := k.released(o)
		var list []*Allocation
		k.read(func(r store.Reader) error {
			for _, l := range inv.Lines {
				for a, err := range Allocations.By(r, "charge", store.K(l.Charge)) {
					if err != nil {
						return err
					}
					list = append(list, a)
				}
			}
			return nil
		})
		t.Log(c.name)
		k.refused(c.code, as{cmd: change(Allocations, list[0].ID, func(tx *store.Tx, a *Allocation) {
			a.ID, a.Reverses, a.Sign, a.Qty = Allocations.NewID(tx, "x"), a.ID, -1, qty("1")
			c.forge(tx, a, list[1])
		})})
		k.audited()
	}
}
