package billing_test

import (
	"fmt"
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/store/storetest"

	"pgregory.net/rapid"
)

// row schedules a piece of an order's work.
func (k *shop) row(o store.ID, title, value string) {
	k.tb.Helper()
	k.must(&AddScheduleRow{Order: o, Title: title, Value: amount(value)})
}

// applied states where rows are, as amounts by row from the first; "" leaves one where it is.
func (k *shop) applied(o store.ID, earned ...string) {
	k.tb.Helper()
	c := &ApplyProgress{Order: o}
	for i, e := range earned {
		if e != "" {
			c.Rows = append(c.Rows, RowProgress{Row: i + 1, Earned: amountp(e)})
		}
	}
	k.must(c)
}

func (k *shop) sheet(o store.ID, n int) (sheet *ProgressSheet) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		sheet, err = SheetOf(r, o, n)
		return err
	})
	return sheet
}

// TestPublishedSheets has the figures that others print for the arithmetic of progress applications.
func TestPublishedSheets(t *testing.T) {
	max50k := Retainage{Percent: percent("5"), Max: amountp("50000")}
	for _, c := range []struct {
		source            string
		ret               Retainage
		scheduled         []string
		earned            []string // at the newest application
		total, held, left string   // G, J and I of the sum
		percent           string   // G of C, as column G of AIA G703 prints beside it
	}{
		{"payapppro.com, how to calculate retainage: one line", Retainage{Percent: percent("10")}, []string{"100000"}, []string{"40000"}, "40000", "4000", "60000", "40"},
		{"payapppro.com, the same in the summary", Retainage{Percent: percent("10")}, []string{"250000", "50000"}, []string{"160000", "40000"}, "200000", "20000", "100000", "66.67"},
		{"levelset.com, mobilization of 15,000 billed at 80 % with 5 % held back: 12,000 stand in column G, not 11,400",
			Retainage{Percent: percent("5")}, []string{"15000"}, []string{"12000"}, "12000", "600", "3000", "80"},
		{"Dolibarr/dolibarr#40378, case A: three of 1,200 at 5 % are 180.00 in all, not 60.00",
			Retainage{Percent: percent("5")}, []string{"1200", "1200", "1200"}, []string{"1200", "1200", "1200"}, "3600", "180", "0", "100"},
		{"FAR 52.232-7: 5 % withheld, at most 50,000", max50k, []string{"1200000"}, []string{"400000"}, "400000", "20000", "800000", "33.33"},
		{"FAR 52.232-7, the second", max50k, []string{"1200000"}, []string{"800000"}, "800000", "40000", "400000", "66.67"},
		{"FAR 52.232-7, the third reaches the limit", max50k, []string{"1200000"}, []string{"1200000"}, "1200000", "50000", "0", "100"},
		{"constructed: 10 % up to half of the contract, nothing on what comes after: 5 % in the end",
			Retainage{Percent: percent("10"), After: percentp("50"), Then: percentp("0")}, []string{"60000", "40000"}, []string{"60000", "40000"}, "100000", "5000", "0", "100"},
		{"constructed: 10 %, and 5 % above half; 30,000 of 50,000",
			Retainage{Percent: percent("10"), After: percentp("50"), Then: percentp("5")}, []string{"50000"}, []string{"30000"}, "30000", "2750", "20000", "60"},
	} {
		t.Run(c.source, func(t *testing.T) {
			var rows []ScheduleRow
			var list []Progress
			for i := range c.scheduled {
				id := store.ID(fmt.Sprintf("sov_%d", i))
				rows = append(rows, ScheduleRow{Record: store.Record{ID: id}, N: i + 1, Since: 1, Value: amount(c.scheduled[i])})
				list = append(list, Progress{Application: 1, Row: id, N: i + 1, Earned: amount(c.earned[i])})
			}
			sheet := Sheet(rows, list, 1, c.ret, eur, money.HalfAway)
			wantAmount(t, "G", sheet.Sum.Total, c.total)
			wantAmount(t, "J", sheet.Sum.Retained, c.held)
			wantAmount(t, "I", sheet.Sum.Balance, c.left)
			wantAmount(t, "earned less retainage", sheet.EarnedLess, amount(c.total).Sub(amount(c.held)).String())
			wantAmount(t, "due", sheet.Due, sheet.EarnedLess.String())
			if got := sheet.Sum.Percent; got == nil || !got.Equal(percent(c.percent)) {
				t.Errorf("%v of the contract, want %s", got, c.percent)
			}
		})
	}
}

// TestStoredMaterialBecomesWork: what lies on the site stands in a column of its own and goes into the
// work without being billed twice.
func TestStoredMaterialBecomesWork(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.row(o, "Boiler", "10000")
	k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent("10"), Stored: percentp("0")}})
	k.must(&ApplyProgress{Order: o, Rows: []RowProgress{{Row: 1, Stored: amountp("6000")}}})
	first := k.released(o)
	wantAmount(t, "stored", first.Net, "6000")
	wantAmount(t, "nothing is held back of it", first.Payable(), "7200")
	k.must(&ApplyProgress{Order: o, Rows: []RowProgress{{Row: 1, Share: percentp("80"), Stored: amountp("0")}}})
	sheet := k.sheet(o, 0)
	wantAmount(t, "D", sheet.Rows[0].Previous, "0")
	wantAmount(t, "E", sheet.Rows[0].Period, "8000")
	wantAmount(t, "F", sheet.Rows[0].Stored, "0")
	second := k.released(o)
	wantAmount(t, "the difference", second.Net, "2000")
	wantAmount(t, "held back of all the work", second.Retained.Amount, "800")
	k.audited()
}

// TestTermsOfRetainageInWords: a document says by which terms it holds back, one part after another.
func TestTermsOfRetainageInWords(t *testing.T) {
	for want, terms := range storetest.InOrder(map[string]Retainage{
		"10 %":                         {Percent: percent("10")},
		"10 %, 0 % of stored material": {Percent: percent("10"), Stored: percentp("0")},
		"10 %, 5 % of what is earned above 50 % of the contract": {Percent: percent("10"), After: percentp("50"), Then: percentp("5")},
		"5 %, at most 50000.00":                                  {Percent: percent("5"), Max: amountp("50000")},
		"10 %, 20 % of stored material, 5 % of what is earned above 80 % of the contract, at most 900.50": {
			Percent: percent("10"), Stored: percentp("20"), After: percentp("80"), Then: percentp("5"), Max: amountp("900.50"),
		},
	}) {
		k := newShop(t)
		o := k.order()
		k.row(o, "Boiler", "1000")
		k.must(&SetTerms{Order: o, Retainage: &terms})
		k.applied(o, "100")
		if got := get(k, Invoices, k.proposed(o)).Retained.Rule; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	k := newShop(t)
	k.refused("retainage.falls", as{cmd: &SetTerms{Order: k.order(), Retainage: &Retainage{Percent: percent("10"), After: percentp("50")}}})
	k.refused("retainage.falls", as{cmd: &SetTerms{Order: k.order(), Retainage: &Retainage{Percent: percent("10"), Then: percentp("5")}}})
}

// TestThreePeriodsComeToTheContract bills a contract with a change order in three applications, and then
// what was held back.
func TestThreePeriodsComeToTheContract(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Price: amountp("99999.99"), Retainage: &Retainage{Percent: percent("10"), After: percentp("50"), Then: percentp("5")}})
	k.row(o, "Mobilization", "15000")
	k.row(o, "Boilers", "60000.01")
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "it comes to 75000.01 EUR of the agreed 99999.99 EUR")
	k.row(o, "Controls", "24999.98")
	k.applied(o, "12000", "10000", "")
	one := k.released(o)
	wantAmount(t, "one", one.Net, "22000")
	wantAmount(t, "tax is on the full amount", one.VAT, "4400")
	wantAmount(t, "held back", one.Retained.Amount, "2200")
	wantAmount(t, "payable", one.Payable(), "24200")
	contains(t, one.Text(), "Held back")

	k.refused("schedule.begun", as{cmd: &AddScheduleRow{Order: o, Title: "more", Value: amount("1")}})
	co := k.mustAs(as{reason: "found in the wall", cmd: &RequestChange{Order: o, Kind: ChangeSum, Title: "Asbestos", Sum: amountp("5000"), RequestedBy: "Mrs. Ott"}}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveChange{Change: co}})
	k.applied(o, "15000", "45000.01", "", "5000")
	two := k.released(o)
	wantAmount(t, "two", two.Net, "43000.01")
	k.complete(o)
	k.applied(o, "", "60000.01", "24999.98")
	three := k.released(o)
	sum := money.Sum(one.Net, two.Net, three.Net)
	wantAmount(t, "in all", sum, "104999.99")
	sheet := k.sheet(o, 3)
	wantAmount(t, "contract", sheet.Contract, "104999.99")
	wantAmount(t, "changes", sheet.Changes, "5000")
	wantAmount(t, "rest is what is held back", sheet.Rest, sheet.Sum.Retained.String())
	held := money.Sum(one.Retained.Amount, two.Retained.Amount, three.Retained.Amount)
	wantAmount(t, "documents hold what the sheet says", held, sheet.Sum.Retained.String())

	k.refused("retainage.held", as{cmd: &ProposeRetainage{Order: o, Amount: ptr(held.Add(amount("0.01")))}})
	id := k.must(&ProposeRetainage{Order: o}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	ret := get(k, Invoices, id)
	if ret.Number != "RET-2026-00001" || !ret.Gross.IsZero() {
		t.Errorf("%s over %s", ret.Number, ret.Gross)
	}
	wantAmount(t, "asked for", ret.Payable(), held.String())
	k.refused("retainage.held", as{cmd: &ProposeRetainage{Order: o}})
	p := k.rollup(o)
	wantAmount(t, "billed", p.Billed, "104999.99")
	wantAmount(t, "still held", p.Retained, "0")
	k.credited(id)
	k.read(func(r store.Reader) error {
		st, err := RetainageOf(r, o)
		wantAmount(t, "held again", st.Held, held.String())
		return err
	})
	k.audited()
}

// TestProgressDoesNotGoDown but as a correction that says why (Dolibarr/dolibarr#23754).
func TestProgressDoesNotGoDown(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.row(o, "Boiler", "1000")
	k.refused("progress.over", as{cmd: &ApplyProgress{Order: o, Rows: []RowProgress{{Row: 1, Earned: amountp("900"), Stored: amountp("100.01")}}}})
	k.refused("progress.row", as{cmd: &ApplyProgress{Order: o, Rows: []RowProgress{{Row: 2, Earned: amountp("1")}}}})
	k.refused("progress.twice", as{cmd: &ApplyProgress{Order: o, Rows: []RowProgress{{Row: 1, Earned: amountp("1")}, {Row: 1, Earned: amountp("2")}}}})
	k.refused("progress.none", as{cmd: &ApplyProgress{Order: o}})
	k.applied(o, "500")
	first := k.released(o)
	down := &ApplyProgress{Order: o, Rows: []RowProgress{{Row: 1, Earned: amountp("300")}}}
	k.refused("progress.down", as{cmd: down})
	down.Correct = true
	k.refused("reason.missing", as{cmd: down})
	k.mustAs(as{reason: "counted twice", cmd: down})
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "less than nothing")
	k.applied(o, "700")
	next := k.proposed(o)
	wantAmount(t, "correction and progress", get(k, Invoices, next).Net, "200")
	wantAmount(t, "first", first.Net, "500")
	k.refused("terms.two-ways", as{cmd: &AddMilestone{Order: o, Milestone: "m", Percent: percentp("10")}})
	k.refused("terms.two-ways", as{cmd: &AddPosition{Order: o, Title: "p", Ordered: qty("1"), Price: price("1")}})
}

// TestCreditedProgressIsHeldBackAgain credits the first of two applications and bills it anew.
func TestCreditedProgressIsHeldBackAgain(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.row(o, "Boiler", "1000")
	k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent("10")}})
	k.applied(o, "300")
	one := k.released(o)
	k.applied(o, "500")
	two := k.released(o)
	k.credited(one.ID)
	again := k.released(o)
	wantAmount(t, "again", again.Net, "300")
	wantAmount(t, "held back again", again.Retained.Amount, one.Retained.Amount.String())
	wantAmount(t, "of the second", two.Retained.Amount, "20")
	k.audited()
}

// TestNobodyHoldsBackWhatWasPaidAhead has a case that TestManyDocuments found: a deposit had paid for the first application, and
// 10.00 were held back all the same, so that the invoice asked for −10.00.
func TestNobodyHoldsBackWhatWasPaidAhead(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.row(o, "Boiler", "1000")
	k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent("10")}})
	k.deposited(&ProposeDeposit{Order: o, Amount: amountp("95")})
	k.applied(o, "100")
	one := k.released(o)
	wantAmount(t, "5.00 are left, with their tax", one.Gross, "6")
	wantAmount(t, "held back of them", one.Retained.Amount, "6")
	wantAmount(t, "payable", one.Payable(), "0")
	k.applied(o, "200")
	two := k.released(o)
	wantAmount(t, "held back of the next, with the rest", two.Retained.Amount, "14")
	k.credited(two.ID)
	k.credited(one.ID)
	k.audited()
}

// TestRunsOfProgressComeToTheContract applies and bills at random until all is earned.
func TestRunsOfProgressComeToTheContract(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		o := k.order()
		n := rapid.IntRange(1, 4).Draw(rt, "rows")
		left := make([]int64, n)
		earned := make([]int64, n)
		var contract money.Amount
		for i := range left {
			left[i] = rapid.Int64Range(1, 999_999).Draw(rt, "value")
			contract = contract.Add(money.Minor(left[i], eur))
			k.must(&AddScheduleRow{Order: o, Title: fmt.Sprint("row ", i), Value: money.Minor(left[i], eur)})
		}
		k.must(&SetTerms{Order: o, Price: &contract, Retainage: &Retainage{
			Percent: money.NewPercent(rapid.Int64Range(0, 2000).Draw(rt, "rate"), 2),
			After:   ptr(money.NewPercent(rapid.Int64Range(0, 100).Draw(rt, "after"), 0)),
			Then:    ptr(money.NewPercent(rapid.Int64Range(0, 1000).Draw(rt, "then"), 2)),
		}})
		k.complete(o)
		var billed, held money.Amount
		for p := range 5 {
			c := &ApplyProgress{Order: o}
			moved := false
			for i := range left {
				step := left[i]
				if p < 4 {
					step = rapid.Int64Range(0, left[i]).Draw(rt, "step")
				}
				moved = moved || step > 0
				earned[i], left[i] = earned[i]+step, left[i]-step
				c.Rows = append(c.Rows, RowProgress{Row: i + 1, Earned: ptr(money.Minor(earned[i], eur))})
			}
			k.must(c)
			if !moved {
				continue
			}
			inv := k.released(o)
			billed = billed.Add(inv.Net)
			if inv.Retained != nil {
				held = held.Add(inv.Retained.Amount)
			}
		}
		if !billed.Equal(contract) {
			rt.Errorf("billed %s of %s", billed, contract)
		}
		if sheet := k.sheet(o, 0); !sheet.Sum.Retained.Equal(held) {
			rt.Errorf("the documents hold %s, the sheet %s", held, sheet.Sum.Retained)
		}
	})
}

// TestUnitsAreBilledAsMeasured: ordered and done are two numbers.
func TestUnitsAreBilledAsMeasured(t *testing.T) {
	k := newShop(t)
	o := k.order()
	pos := k.must(&AddPosition{Order: o, Title: "Pipe", Unit: Metre, Ordered: qty("100"), Price: price("12.345")}).Subject
	k.must(&MeasureWork{Position: pos, Qty: qty("33.3")})
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z") // costs, and is not billed
	one := k.released(o)
	wantAmount(t, "measured", one.Net, "411.09")
	k.refused("reason.missing", as{cmd: &MeasureWork{Position: pos, Qty: qty("-1")}})
	k.refused("measure.below-zero", as{reason: "wrong", cmd: &MeasureWork{Position: pos, Qty: qty("-33.4")}})
	k.refused("measure.zero", as{cmd: &MeasureWork{Position: pos, Qty: qty("0")}})
	k.mustAs(as{reason: "read wrongly", cmd: &MeasureWork{Position: pos, Qty: qty("-3.3")}})
	k.must(&MeasureWork{Position: pos, Qty: qty("80")})
	contains(t, k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}}).Msg, "WO.COMPLETE")
	k.complete(o)
	if q, _ := k.gate(o).Get(ReqOrdered); q.Status != Unsatisfied || q.Severity != Warn {
		t.Errorf("%s is %s", q.Code, q.Status)
	}
	two := k.released(o)
	wantAmount(t, "the rest", two.Net, "946.86") // 80 and −3.3 at 12.345, each line rounded
	k.read(func(r store.Reader) error {
		list, err := PositionsOf(r, o)
		if len(list) != 1 || list[0].Done.String() != "110" || !list[0].Unbilled.IsZero() {
			t.Errorf("positions %+v", list)
		}
		return err
	})
	k.audited()
}

// TestReleasedRetainageIsPaidLikeAnInvoice: what was held back is no part of what the invoice asks for, is asked for by a
// document of its own, which is paid in parts and overpaid, and both ways to the balance agree all along.
func TestReleasedRetainageIsPaidLikeAnInvoice(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: percent("10")}})
	k.row(o, "Boiler", "10000")
	k.applied(o, "10000")
	k.complete(o)
	inv := k.released(o)
	wantAmount(t, "payable: 12,000 less 1,000 held back", inv.Payable(), "11000")
	id := k.must(&ProposeRetainage{Order: o}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.must(&ReleaseInvoice{Invoice: id})
	standing := func(want string, status PaymentStatus, open, surplus string) {
		t.Helper()
		k.read(func(r store.Reader) error {
			row, err := Invoices.Get(r, id)
			if err != nil {
				return err
			}
			rec, _, err := ReceivableOf(r, &InvoiceRow{
				ID: row.ID, Kind: row.Kind, Status: row.Status, Gross: row.Gross, Payable: row.Payable(), DueOn: row.DueOn,
			}, row.IssuedOn)
			if err != nil {
				return err
			}
			if rec.Status != status {
				t.Errorf("%s: it is %s, not %s", want, rec.Status, status)
			}
			wantAmount(t, want+": open", rec.Open, open)
			wantAmount(t, want+": surplus", rec.Surplus, surplus)
			st, err := StatementOf(r, k.customer, calendar.Date{}, row.IssuedOn)
			if err != nil {
				return err
			}
			sum := st.Credit.Neg()
			for _, x := range st.Open {
				sum = sum.Add(x.Open)
			}
			wantAmount(t, want+": the statement closes at what is open", st.Closing, sum.String())
			return nil
		})
	}
	pay := func(a string) {
		t.Helper()
		k.must(&AddPayment{Amount: amount(a), Invoices: []PaymentShare{{Invoice: id}}})
	}
	standing("released", PayOpen, "1000", "0")
	k.refused("payment.share", as{cmd: &AddPayment{Amount: amount("2000"), Invoices: []PaymentShare{{Invoice: id, Amount: amountp("1000.01")}}}})
	pay("400")
	standing("a part", PayPart, "600", "0")
	pay("700")
	standing("too much", PayOver, "0", "100")
	k.credited(id)
	standing("credited after it was paid", PayOver, "0", "1100")
	k.audited()
}
