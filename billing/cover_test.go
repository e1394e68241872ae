package billing_test

import (
	"slices"
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// under makes an agreement about the site of the shop and an order under it.
func (k *shop) under(include string, change ...func(*work.AddAgreement)) (agreement, order store.ID) {
	k.tb.Helper()
	c := &work.AddAgreement{
		Agreement: "Care", Customer: k.customer, Places: []work.AgreedPlace{{Site: k.site}},
		Valid: calendar.Validity{From: date("2026-01-01")}, Includes: []work.Entitlement{must(work.ParseEntitlement("include", include))},
	}
	for _, f := range change {
		f(c)
	}
	agreement = k.must(c).Subject
	return agreement, k.orderUnder(agreement)
}

func (k *shop) orderUnder(agreement store.ID) store.ID {
	k.tb.Helper()
	id := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler", Agreement: agreement}).Subject
	k.must(&work.StartWorkOrder{ID: id})
	return id
}

func (k *shop) balances(agreement store.ID) (out []string) {
	k.tb.Helper()
	k.read(func(r store.Reader) error {
		a, err := work.Agreements.Get(r, agreement)
		if err != nil {
			return err
		}
		list, err := BalancesOf(r, a, date("2026-03-02"))
		for _, b := range list {
			out = append(out, b.Included.Add(b.Carried).String()+"-"+b.Used.String()+"="+b.Left.String())
		}
		return err
	})
	return out
}

func (k *shop) chargesOf(order store.ID) (out []Charge) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		out, err = ChargesOf(r, order, k.clock.Now())
		return err
	})
	return out
}

// "First hour free" (field-service reference, part 5, item 8): the entry that crosses the line is
// divided, its cost goes with the time, and nothing is billed twice.
func TestIncludedHoursAreDrawnInTimeOrder(t *testing.T) {
	k := newShop(t)
	agreement, order := k.under("4 h per quarter")
	k.worked(order, "2026-03-01T12:00:00Z", "2026-03-01T14:00:00Z") // later, and approved first
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-2=2"}) {
		t.Errorf("balances %v", got)
	}
	k.worked(order, "2026-03-01T08:00:00Z", "2026-03-01T11:00:00Z")
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-4=0"}) {
		t.Errorf("balances %v", got)
	}
	var worked int64
	cost := money.SumCosts()
	parts := map[string]string{}
	for _, c := range k.chargesOf(order) {
		worked += c.Worked
		cost = cost.Add(c.Cost.Amount)
		parts[c.Part] = c.Qty.String() + " " + c.Amount.Fixed(eur)
	}
	if worked != 5*3600 {
		t.Errorf("the parts come to %d seconds", worked)
	}
	known, _ := cost.Amount()
	wantAmount(t, "cost", known, "190.00")
	if parts["regular"] != "1 90.00" || parts["covered"] != "1 0.00" || parts[""] != "3 0.00" {
		t.Errorf("parts %v", parts)
	}
	k.complete(order)
	inv := k.released(order)
	wantAmount(t, "net", inv.Net, "90.00")
	if len(inv.Lines) != 3 {
		t.Errorf("%d lines", len(inv.Lines))
	}
	p := k.rollup(order)
	if m, ok := p.Margin(); !ok || !m.Revenue.Equal(amount("90")) {
		t.Errorf("margin %+v", m)
	}
	// Earlier time that comes in later takes nothing away from what is billed.
	other := k.orderUnder(agreement)
	k.worked(other, "2026-02-28T08:00:00Z", "2026-02-28T09:00:00Z")
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-4=0"}) {
		t.Errorf("balances %v", got)
	}
	// A credit gives back exactly what was taken, and the earlier time comes first.
	k.credited(inv.ID)
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-4=0"}) {
		t.Errorf("balances %v", got)
	}
	if got := k.chargesOf(other); len(got) != 1 || got[0].Covered == "" {
		t.Errorf("the earlier time is not covered: %+v", got)
	}
	k.audited()
}

func TestVisitsAndCarry(t *testing.T) {
	k := newShop(t)
	visits, order := k.under("1 visit per month")
	k.worked(order, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.worked(order, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z") // the same visit
	k.worked(order, "2026-03-02T04:00:00Z", "2026-03-02T05:00:00Z") // the next one
	if got := k.balances(visits); !slices.Equal(got, []string{"1-0=1", "1-0=1", "1-1=0"}) {
		t.Errorf("balances %v", got)
	}
	carry, second := k.under("1 h per month carried over", func(c *work.AddAgreement) { c.Agreement = "Carry" })
	k.must(&SubmitTime{Entry: k.entered(second, "2026-02-27T06:00:00Z", "2026-02-27T11:00:00Z")})
	if got := k.balances(carry); !slices.Equal(got, []string{"1-0=1", "2-0=2", "3-0=3"}) {
		t.Errorf("balances before approval %v", got)
	}
	k.worked(second, "2026-02-26T06:00:00Z", "2026-02-26T11:00:00Z")
	if got := k.balances(carry); !slices.Equal(got, []string{"1-0=1", "2-2=0", "1-0=1"}) {
		t.Errorf("balances %v", got)
	}
}

func TestWhichCoverWins(t *testing.T) {
	k := newShop(t)
	asset := k.must(&work.AddAsset{Site: k.site, Asset: "Boiler 1"}).Subject
	set := func(rank int, covers ...work.CoverScope) {
		k.must(&work.SetWarranty{Asset: asset, Warranty: work.Warranty{Title: "maker", Covers: covers, Rank: rank}})
	}
	set(0, work.CoverLabour, work.CoverParts)
	agreement, _ := k.under("10 h")
	order := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Asset: asset, Title: "Leak", Agreement: agreement}).Subject
	k.must(&work.StartWorkOrder{ID: order})
	entry := k.worked(order, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	item := k.item(order, "2", "30")
	covered := func(src store.ID) string {
		for _, c := range k.chargesOf(order) {
			if c.Source == src {
				return c.Covered
			}
		}
		return "?"
	}
	if got := covered(entry); got != "covered by the warranty maker" { // of the asset, before that of the site
		t.Errorf("time is %q", got)
	}
	if got := k.balances(agreement); !slices.Equal(got, []string{"10-0=10"}) {
		t.Errorf("what the warranty covers counts against the agreement: %v", got)
	}
	set(-1, work.CoverLabour)
	if got := covered(entry); got != "covered by the agreement Care" {
		t.Errorf("time is %q", got)
	}
	if got := k.balances(agreement); !slices.Equal(got, []string{"10-1=9"}) {
		t.Errorf("balances %v", got)
	}
	if got := covered(item); got != "" {
		t.Errorf("the part is %q", got)
	}
	k.refused("reason.missing", as{cmd: &SetCover{Source: item, As: CoverGoodwill}})
	k.refused("cover.kind", as{cmd: &SetCover{Source: item, As: CoverWarranty}, reason: "so"})
	k.refused("cover.none", as{cmd: &SetCover{Source: item}})
	k.refused("cover.source", as{cmd: &SetCover{Source: order, As: CoverGoodwill}, reason: "so"})
	k.mustAs(as{name: "boss", cmd: &SetCover{Source: item, As: CoverGoodwill, Hide: true}, reason: "late"})
	k.mustAs(as{name: "boss", cmd: &SetCover{Source: entry, As: CoverNone}, reason: "their own fault"})
	if got := k.balances(agreement); !slices.Equal(got, []string{"10-0=10"}) {
		t.Errorf("balances %v", got)
	}
	wantAmount(t, "unbilled", k.rollup(order).Unbilled, "90.00")
	k.complete(order)
	inv := k.proposed(order)
	if lines := get(k, Invoices, inv).Lines; len(lines) != 1 {
		t.Errorf("what is hidden is shown: %+v", lines)
	}
	if _, err := k.doAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: inv}}); err == nil {
		t.Error("who gave goodwill approved the invoice")
	}
}

// What was carried over and billed is not given away again when work of the earlier period comes in late.
func TestWhatIsCarriedOverIsGivenOnce(t *testing.T) {
	k := newShop(t)
	agreement, order := k.under("1 h per month carried over")
	k.worked(order, "2026-02-10T08:00:00Z", "2026-02-10T10:00:00Z") // one hour of January, and that of February
	k.complete(order)
	k.released(order)
	late := k.orderUnder(agreement)
	k.worked(late, "2026-01-10T08:00:00Z", "2026-01-10T09:00:00Z")
	if got := k.balances(agreement); !slices.Equal(got, []string{"1-0=1", "2-2=0", "1-0=1"}) {
		t.Errorf("balances %v", got)
	}
	if c := k.chargesOf(late); len(c) != 1 || c[0].Covered != "" {
		t.Errorf("the late hour is %+v", c)
	}
}
