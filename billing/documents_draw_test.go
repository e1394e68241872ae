package billing_test

import (
	"fmt"
	"testing"
	"time"

	. "callout/billing"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"

	"pgregory.net/rapid"
)

// docShop is a shop with random rules, and orders that are billed in every way there is. What was
// refused is left: a random discount may be more than what it is off.
type docShop struct {
	*shop
	rt   *rapid.T
	cur  money.Currency
	mode money.Rounding
	// issued are the released documents in their order, and way how each one's order is billed.
	issued   []store.ID
	released []*Invoice // as far as they were read
	way      map[store.ID]string
	stage    func(order store.ID) // runs before each proposal
	day      int
	ben      store.ID
}

// ways are what an order of the play can be billed by.
func ways() []string {
	return []string{"work", "visits", "cap", "milestones", "fixed price", "units", "progress", "covered"}
}

func docClasses() []string {
	return []string{"standard", "reduced", "zero", "exempt", "reverse-charge", "outside", "austin", ""}
}

// drawDocShop founds the shop: its currency, taxes, prices, rules of time, coins and agreements.
func drawDocShop(t *testing.T, rt *rapid.T, stage func(d *docShop, order store.ID)) *docShop {
	rules := drawRules(rt)
	rules.Rounding = rapid.SampledFrom([]money.Rounding{money.HalfAway, money.HalfAway, money.HalfAway, money.HalfEven, money.Up, money.Down}).Draw(rt, "rounding")
	if rapid.Bool().Draw(rt, "call-out") {
		rules.CallOut = &CallOut{Service: "CALLOUT", Included: rapid.SampledFrom([]int{0, 30, 600}).Draw(rt, "included"), Surcharged: rapid.Bool().Draw(rt, "surcharged")}
	}
	code := rapid.SampledFrom([]string{"EUR", "EUR", "EUR", "CHF", "JPY", "KWD"}).Draw(rt, "currency")
	inTax := rapid.IntRange(0, 3).Draw(rt, "book with tax") == 0
	k := openShopIn(t, code, Checks(),
		&SetTax{Class: "standard", Rate: percent(rapid.SampledFrom([]string{"20", "19", "8.1", "25.5"}).Draw(rt, "standard")), Default: true},
		&SetTax{Class: "reduced", Rate: percent(rapid.SampledFrom([]string{"7", "10.5", "2.1"}).Draw(rt, "reduced"))},
		&SetTax{Class: "zero"}, &SetTax{Class: "exempt", Legend: "Exempt under section 6"}, &SetTax{Class: "reverse-charge"}, &SetTax{Class: "outside"},
		&SetTax{Class: "austin", Components: []money.Component{
			{Name: "Texas", Rate: percent("6.25")}, {Name: "Travis County", Rate: percent("1")}, {Name: "Austin", Rate: percent("1")},
		}},
		&SetTaxRounding{PerLine: rapid.IntRange(0, 3).Draw(rt, "per line") == 0},
		&SetPrice{Key: "labour", Price: price(rapid.SampledFrom([]string{"90", "41.47", "33.3333"}).Draw(rt, "labour")), WithTax: inTax},
		&SetPrice{Key: "travel", Price: price("60.005")}, &SetPrice{Key: "service:CALLOUT", Price: price("75.55")},
		&SetPrice{Key: "service:CHECK", Price: price("119.99"), WithTax: true}, &SetPrice{Key: "part:BOLT", Price: price("0.0375")},
		&SetRules{Rules: rules},
	)
	d := &docShop{shop: k, rt: rt, cur: must(money.ParseCurrency("currency", code)), mode: rules.Rounding, way: map[store.ID]string{}}
	d.stage = func(order store.ID) { stage(d, order) }
	d.ben = k.must(&dispatch.AddTechnician{Technician: "ben", CostRate: pricep("41")}).Subject
	number := "DE129273398"
	k.must(&work.EditCustomer{ID: k.customer, TaxID: &number})
	if rapid.IntRange(0, 2).Draw(rt, "coins") == 0 {
		k.must(&party.EditCompany{CashStep: &money.CashStep{Amount: d.money(5)}})
	}
	if rapid.IntRange(0, 2).Draw(rt, "contract") == 0 {
		c := k.contract("Frame", valid("", ""))
		k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("84.444")})
		k.must(&SetClause{Contract: c, Key: "part", Formula: &Formula{CostPlus: Markup{{Below: pricep("50"), Percent: percent("33.3")}, {Percent: percent("15")}}}})
	}
	if rapid.IntRange(0, 3).Draw(rt, "retainer") == 0 {
		k.must(&OpenRetainer{Customer: k.customer, Title: "Paid ahead", Amount: d.sum("retainer", 1, 500_00), Share: percentp("50")})
	}
	return d
}

// money is an amount of so many of the smallest units.
func (d *docShop) money(minor int64) money.Amount { return money.Minor(minor, d.cur) }

func (d *docShop) sum(label string, from, to int64) money.Amount {
	return d.money(rapid.Int64Range(from, to).Draw(d.rt, label))
}

func (d *docShop) chance(label string, of int) bool {
	return rapid.IntRange(1, of).Draw(d.rt, label) == 1
}

func (d *docShop) class() string { return rapid.SampledFrom(docClasses()).Draw(d.rt, "class") }

func (d *docShop) percent(label string, from, to int64) *money.Percent { // with three decimals
	return ptr(money.NewPercent(rapid.Int64Range(from*1000, to*1000).Draw(d.rt, label), 3))
}

// try is a command that may be refused.
func (d *docShop) try(cmd store.Command) (store.ID, bool) {
	rec, err := d.doAs(as{reason: "so it is", cmd: cmd})
	return rec.Subject, err == nil
}

// drawOrder opens an order and gives it work, terms and what is asked ahead of it, in one of the ways.
func (d *docShop) drawOrder(way string) store.ID {
	var o store.ID
	switch way {
	case "covered":
		_, o = d.under(rapid.SampledFrom([]string{"2 h per month", "7 h per quarter"}).Draw(d.rt, "included"), func(c *work.AddAgreement) {
			c.Agreement = fmt.Sprint("Care ", len(d.way))
		})
	case "visits":
		o = d.jobWithTask()
	default:
		o = d.order()
	}
	d.way[o] = way
	d.terms(o)
	switch way {
	case "milestones", "fixed price":
		d.milestones(o, way)
	case "units":
		pos := d.must(&AddPosition{Order: o, Title: "Pipe", Unit: Metre, Ordered: qty("100"), Price: d.price(), TaxClass: d.class()}).Subject
		for range rapid.IntRange(1, 3).Draw(d.rt, "measured") {
			d.try(&MeasureWork{Position: pos, Qty: money.NewQuantity(rapid.Int64Range(-300, 9_000).Draw(d.rt, "metres"), 2)})
		}
	case "progress":
		for i := range rapid.IntRange(1, 3).Draw(d.rt, "rows") {
			d.must(&AddScheduleRow{Order: o, Title: fmt.Sprint("row ", i), Value: d.sum("value", 1, 999_999), TaxClass: d.class()})
		}
		d.must(&SetTerms{Order: o, Retainage: &Retainage{Percent: *d.percent("held back", 0, 20), After: percentp("50"), Then: percentp("2.5")}})
		d.progress(o)
	}
	for range rapid.IntRange(1, 5).Draw(d.rt, "pieces of work") {
		d.work(o)
	}
	if way == "cap" {
		d.must(&SetCap{Order: o, Limit: ptr(d.sum("limit", 1, 60_000))})
	}
	if d.chance("deposit", 4) {
		ask := &ProposeDeposit{Order: o, Percent: d.percent("share", 1, 100)}
		if d.chance("an amount", 2) {
			ask.Percent, ask.Amount, ask.TaxClass = nil, ptr(d.sum("deposit", 1, 50_000)), d.class()
		}
		if id, ok := d.try(ask); ok {
			_ = d.through(id)
		}
	}
	if way != "visits" || d.chance("complete", 2) {
		d.try(&work.CompleteWorkOrder{ID: o, Outcome: work.Done})
	}
	return o
}

// terms agrees what is taken off an order's documents, or added, and whether prices are with tax.
func (d *docShop) terms(o store.ID) {
	all := []Adjustment{
		{On: "expense", Discount: Discount{Percent: percentp("2.5"), Reason: "frame agreement"}},
		{On: "labour", Discount: Discount{Percent: percentp("12.345"), Reason: "season"}},
		{Discount: Discount{Percent: d.percent("loyalty", 0, 20), Reason: "loyalty"}},
		{Discount: Discount{Amount: ptr(d.sum("goodwill", 0, 3_000)), Reason: "goodwill"}},
		{Surcharge: true, Discount: Discount{Amount: ptr(d.sum("freight", 0, 999)), Reason: "freight"}, Code: "FC"},
	}
	var some []Adjustment
	for _, a := range all {
		if d.chance("agreed", 4) {
			some = append(some, a)
		}
	}
	d.try(&SetTerms{Order: o, Adjustments: some, WithTax: ptr(d.chance("with tax", 4))})
}

// milestones agrees an order's price, or sums for its parts.
func (d *docShop) milestones(o store.ID, way string) {
	if way == "milestones" {
		for i := range rapid.IntRange(1, 3).Draw(d.rt, "milestones") {
			d.must(&AddMilestone{Order: o, Milestone: fmt.Sprint("part ", i), Amount: ptr(d.sum("sum", 1, 99_999)), TaxClass: d.class()})
		}
		return
	}
	d.must(&SetTerms{Order: o, Price: ptr(d.sum("price", 1, 999_999))})
	for i, share := range [][]string{{"100"}, {"33.333", "33.333", "33.334"}, {"12.5", "87.5"}}[rapid.IntRange(0, 2).Draw(d.rt, "shares")] {
		d.must(&AddMilestone{Order: o, Milestone: fmt.Sprint("share ", i), Percent: percentp(share)})
	}
}

// progress states how far each row of an order's schedule is.
func (d *docShop) progress(o store.ID) {
	for row := range 3 {
		d.try(&ApplyProgress{Order: o, Rows: []RowProgress{{Row: row + 1, Share: d.percent("earned", 0, 100)}}})
	}
}

func (d *docShop) price() money.Price {
	return money.NewPrice(rapid.Int64Range(0, 999_999).Draw(d.rt, "price"), rapid.Int32Range(2, 5).Draw(d.rt, "decimals"))
}

// work records a visit, a stretch of time, or an item.
func (d *docShop) work(o store.ID) {
	what := rapid.IntRange(0, 5).Draw(d.rt, "what")
	if d.way[o] == "visits" && what < 2 && get(d.shop, work.WorkOrders, o).CompletedAt.IsZero() {
		d.day += 2
		from := at("2026-03-02T06:00:00Z").AddDate(0, 0, d.day).Add(time.Duration(rapid.IntRange(0, 900).Draw(d.rt, "start")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(5, 500).Draw(d.rt, "length")) * time.Minute)
		d.visited(o, from.Format(time.RFC3339), to.Format(time.RFC3339), []store.ID{d.ana, d.ben}[:rapid.IntRange(1, 2).Draw(d.rt, "crew")]...)
		return
	}
	if what < 3 {
		d.day += 2 // none of them meets another
		from := at("2025-12-01T04:00:00Z").AddDate(0, 0, d.day).Add(time.Duration(rapid.IntRange(0, 900).Draw(d.rt, "start")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(1, 50_000).Draw(d.rt, "length")) * time.Second)
		id := d.must(&AddTime{
			Order: o, Technician: rapid.SampledFrom([]store.ID{d.ana, d.ben}).Draw(d.rt, "who"), From: from, To: to,
			Kind: rapid.SampledFrom([]TimeKind{Labour, Labour, Travel}).Draw(d.rt, "kind"),
		}).Subject
		d.must(&SubmitTime{Entry: id})
		d.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
		d.maybeCover(id)
		return
	}
	add := &AddItem{
		Order: o, Kind: ExpenseItem, Text: "x", TaxClass: d.class(), Price: ptr(d.price()), Cost: pricep("3.333"),
		Qty: money.NewQuantity(rapid.Int64Range(1, 9_999).Draw(d.rt, "qty")*rapid.SampledFrom([]int64{1, 1, 1, 1, -1}).Draw(d.rt, "sign"), 2),
	}
	switch rapid.IntRange(0, 4).Draw(d.rt, "item") {
	case 0:
		add.Kind, add.Text, add.Ref, add.Price = PartItem, "", "BOLT", nil
	case 1:
		add.Kind, add.Text, add.Ref, add.Price, add.Qty = ServiceItem, "", "CHECK", nil, qty("1.3")
	}
	switch rapid.IntRange(0, 4).Draw(d.rt, "discount") {
	case 0:
		add.Discount = &Discount{Percent: d.percent("off", 0, 100), Reason: "old friends"}
	case 1:
		add.Discount = &Discount{Amount: ptr(d.sum("off", 1, 500)), Reason: "scratched"}
	}
	if rec, err := d.doAs(as{name: "store", reason: "so it is", cmd: add}); err == nil {
		d.maybeCover(rec.Subject)
	}
}

func (d *docShop) maybeCover(id store.ID) {
	if d.chance("cover", 8) {
		d.try(&SetCover{Source: id, As: rapid.SampledFrom([]CoverKind{CoverGoodwill, CoverInternal, CoverNone}).Draw(d.rt, "as"), Hide: d.chance("hide", 2)})
	}
}
