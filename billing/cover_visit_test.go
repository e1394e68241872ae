package billing_test

import (
	"slices"
	"strings"
	"testing"

	. "callout/billing"
	"callout/calendar"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// What a visit bears by itself is covered by a warranty that names it, and by a visit that an agreement includes.
func TestCallOutsAndWaysAreCovered(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		covers  []work.CoverScope // of a warranty
		include string            // of an agreement
		want    []string          // what is billed at more than nothing, by part
	}{
		"nothing covers it":                  {nil, "", []string{"", "call-out", "travel"}},
		"a warranty for the way":             {[]work.CoverScope{work.CoverTravel}, "", []string{"", "call-out"}},
		"a warranty for coming at all":       {[]work.CoverScope{work.CoverCallOut}, "", []string{"", "travel"}},
		"a warranty for everything":          {work.CoverScopes(), "", nil},
		"hours include no kilometres":        {nil, "4 h labour+travel", []string{"call-out", "travel"}},
		"a visit includes all of it":         {nil, "1 visit", nil},
		"a visit of which only labour is in": {nil, "1 visit labour", []string{"call-out", "travel"}},
	}) {
		t.Run(name, func(t *testing.T) {
			k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT"}, Driving: Driving{By: ByDistance, Service: "KM"}})
			asset := k.must(&work.AddAsset{Site: k.site, Asset: "Boiler 1"}).Subject
			if c.covers != nil {
				k.must(&work.SetWarranty{Asset: asset, Warranty: work.Warranty{Title: "maker", Covers: c.covers}})
			}
			order := &work.CreateWorkOrder{Customer: k.customer, Site: k.site, Asset: asset, Title: "Leak"}
			if c.include != "" {
				order.Agreement, _ = k.under(c.include)
			}
			o := k.must(order).Subject
			v := k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
			k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-02T09:30:00Z"), To: at("2026-03-02T10:00:00Z"), Kind: Travel})
			k.approveAll(o)
			k.must(&SetTrip{Visit: v, Distance: qtyp("20")})
			var billed []string
			for _, c := range k.chargesOf(o) {
				if !c.Amount.IsZero() {
					billed = append(billed, c.Part)
				}
			}
			slices.Sort(billed)
			if !slices.Equal(billed, c.want) {
				t.Errorf("billed are %q, want %q", billed, c.want)
			}
			// By hand, all that the visit bears is let go at once.
			k.mustAs(as{name: "boss", reason: "we came too late", cmd: &SetCover{Source: v, As: CoverGoodwill}})
			for _, c := range k.chargesOf(o) {
				if c.Source == v && !c.Amount.IsZero() {
					t.Errorf("%s is billed in spite of goodwill", c.Text)
				}
			}
			k.audited()
		})
	}
}

// Labour that is in a call-out charge, and travel that is billed by the kilometre, are not taken off an agreement as well.
func TestWhatIsChargedOtherwiseIsNotDrawn(t *testing.T) {
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT", Included: 30}, Driving: Driving{By: ByDistance, Service: "KM"}})
	agreement, _ := k.under("4 h labour+travel")
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Leak", Agreement: agreement}).Subject
	v := k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z", k.ana)
	k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-02T09:00:00Z"), To: at("2026-03-02T10:00:00Z"), Kind: Travel})
	k.approveAll(o)
	k.must(&SetTrip{Visit: v, Distance: qtyp("20")})
	if got := k.balances(agreement); !slices.Equal(got, []string{"4-1.5=2.5"}) {
		t.Errorf("balances %v", got)
	}
	k.audited()
}

// The fee comes with the first place's order each time, at the agreed price. It is covered by nothing, takes no hours, and its cost is in the work.
func TestTheFeeOfAnAgreement(t *testing.T) {
	k := newShop(t)
	other := k.must(&work.AddSite{Customer: k.customer, Site: "barn"}).Subject
	agreement, _ := k.under("1 h per month", func(c *work.AddAgreement) {
		c.Fee, c.Ahead = pricep("250"), 14
		c.Places = append(c.Places, work.AgreedPlace{Site: other})
		c.Repeat = must(calendar.ParseRecurrence("repeat", "every month"))
		c.Template = work.OrderTemplate{Title: "Care"}
	})
	var fees []string
	make := func(place store.ID, on string) store.ID {
		rec, err := k.do(&work.GenerateOrder{Agreement: agreement, Place: place, On: date(on), Early: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range rec.Changes {
			if ch.Collection == LineItems.Name() {
				i := get(k, LineItems, ch.ID)
				fees = append(fees, i.Text+" "+i.Price.Price.String())
			}
		}
		return rec.Subject
	}
	first := make(k.site, "2026-01-01")
	make(other, "2026-01-01")
	make(k.site, "2026-02-01")
	if want := []string{"Care, 2026-01-01 250", "Care, 2026-02-01 250"}; !slices.Equal(fees, want) {
		t.Errorf("fees %q, want %q", fees, want)
	}
	k.must(&work.StartWorkOrder{ID: first})
	k.worked(first, "2026-01-05T08:00:00Z", "2026-01-05T09:00:00Z")
	var fee *Charge
	for _, c := range k.chargesOf(first) {
		if c.Kind == FromItem {
			fee = &c
		}
	}
	if fee == nil || fee.Covered != "" || !fee.Amount.Equal(amount("250")) || !fee.Cost.Amount.IsKnown() {
		t.Fatalf("the fee is %+v", fee)
	}
	k.refused("cover.fee", as{reason: "so", cmd: &SetCover{Source: fee.Source, As: CoverGoodwill}})
	k.complete(first)
	wantAmount(t, "net", k.released(first).Net, "250.00")
	if m, known := k.rollup(first).Margin(); !known || !m.Revenue.Equal(amount("250")) || !m.Cost.KnownPart().Equal(amount("38")) {
		t.Errorf("margin %+v", m)
	}
	k.audited()
}

// Where everything is covered and left off, the proposal says so, and by what.
func TestAProposalOfNothingSaysWhatCoversIt(t *testing.T) {
	k := newShop(t)
	_, o := k.under("4 h", func(c *work.AddAgreement) { c.Hide = true })
	entry := k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	contains(t, f.Msg, "is covered and left off invoices by the agreement Care")
	if !slices.ContainsFunc(f.Hints, func(h string) bool {
		return strings.HasPrefix(h, "callout time cover "+string(entry)+" --kind billable")
	}) {
		t.Errorf("hints %q", f.Hints)
	}
	k.read(func(r store.Reader) error {
		list, err := CoveredOf(r, o, k.clock.Now())
		if len(list) != 1 || list[0].By != "the agreement Care" || list[0].Text != "Labour, ana" || list[0].Shown || list[0].Cost.Format(eur) != "38.00 EUR" {
			t.Errorf("covered is %+v", list)
		}
		return err
	})
}

// The audit computes all draws once more, and finds those that were forged; those of billed time nobody changes.
func TestForgedDrawsAreFound(t *testing.T) {
	for name, c := range storetest.InOrder(map[string]struct {
		billed bool
		forge  func(tx *store.Tx, d *Draw)
		found  string
	}{
		"too much":           {false, func(_ *store.Tx, d *Draw) { d.Worked *= 2 }, "are drawn on Care"},
		"too little":         {false, func(_ *store.Tx, d *Draw) { d.Worked /= 2 }, "are drawn on Care"},
		"another period":     {false, func(_ *store.Tx, d *Draw) { d.Period = date("2025-10-01") }, "are drawn on Care"},
		"another one":        {false, func(tx *store.Tx, d *Draw) { d.ID, d.Entitlement = Draws.NewID(tx, "again"), 7 }, "should be"},
		"the one after all":  {false, func(tx *store.Tx, d *Draw) { d.ID, d.Entitlement = Draws.NewID(tx, "again"), 1 }, "should be"},
		"billed, too much":   {true, func(_ *store.Tx, d *Draw) { d.Worked *= 2 }, "and it lasted 1h"},
		"billed, too little": {true, func(_ *store.Tx, d *Draw) { d.Worked /= 2 }, "are billed as covered by an agreement"},
		"on an agreement of no": {false, func(tx *store.Tx, d *Draw) {
			d.ID, d.Agreement = Draws.NewID(tx, "none"), "agr_00000000000000000000000000"
		}, "that there is not"},
	}) {
		t.Run(name, func(t *testing.T) {
			for _, checks := range [][]func(*store.Tx) error{Checks(), nil} {
				k := openShop(t, checks)
				_, o := k.under("4 h per quarter")
				k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
				k.complete(o)
				if c.billed {
					k.released(o)
				}
				var draw store.ID
				k.read(func(r store.Reader) error {
					for d, err := range Draws.All(r) {
						if err != nil {
							return err
						}
						draw = d.ID
					}
					return nil
				})
				cmd := change(Draws, draw, c.forge)
				if c.billed && checks != nil {
					k.refused("draw.billed", as{cmd: cmd})
					continue
				}
				k.must(cmd)
				var found []string
				k.read(func(r store.Reader) error {
					for _, a := range Audits() {
						if err := a.Run(r, func(_ store.ID, msg string) { found = append(found, msg) }); err != nil {
							return err
						}
					}
					return nil
				})
				if !strings.Contains(strings.Join(found, "; "), c.found) {
					t.Errorf("the audit finds %q, want %q", found, c.found)
				}
			}
		})
	}
}
