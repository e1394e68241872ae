package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/dispatch"
	"callout/store"
)

// visiting is a shop that bills visits by rules, with prices for what they bear.
func visiting(t testing.TB, rules Rules) *shop {
	t.Helper()
	return newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetPrice{Key: "labour", Price: price("90")},
		&SetPrice{Key: "travel", Price: price("60")}, &SetPrice{Key: "service:CALLOUT", Price: price("75"), Text: "Call-out charge"},
		&SetPrice{Key: "service:KM", Price: price("0.585"), Unit: Kilometre}, &SetPrice{Key: "service:ZONE-2", Price: price("40")},
		&SetRules{Rules: rules})
}

func TestACallOutChargeIncludesMinutes(t *testing.T) {
	k := visiting(t, Rules{
		Labour:  TimeRounding{Increment: 15, Minimum: 60, Scope: RoundVisit, Per: PerCrew},
		CallOut: &CallOut{Service: "CALLOUT", Included: 30},
	})
	ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
	o := k.jobWithTask()
	k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T10:50:00Z", k.ana, ben)
	inv := k.billed(o)
	// 100 minutes of both: 30 of the first are in the charge, 70 are 75.
	wantLines(t, inv, "call-out 1 × 75", "regular 0.36 × 90", " 0.89 × 90")
	contains(t, inv.Lines[0].Text, "Call-out charge")
	var included int64
	for _, c := range k.charges(o) {
		if c.Part == "included" {
			included += c.Worked
			if c.Covered == "" || !c.Amount.IsZero() || !c.Cost.Amount.IsKnown() {
				if c.Covered == "" {
					t.Errorf("%+v is billed", c)
				}
			}
		}
	}
	if included != 30*60 {
		t.Errorf("%d s are included", included)
	}
	k.audited()
}

func TestACallOutChargeStandsInForTheMinimum(t *testing.T) {
	for _, c := range []struct {
		suppress bool
		want     string
	}{{false, " 1 × 90"}, {true, " 0.33 × 90"}} {
		k := visiting(t, Rules{Labour: TimeRounding{Minimum: 60}, CallOut: &CallOut{Service: "CALLOUT", NoMinimum: c.suppress}})
		o := k.jobWithTask()
		k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T10:20:00Z", k.ana)
		wantLines(t, k.billed(o), "call-out 1 × 75", c.want)
	}
}

func TestACallOutAtNightIsMultipliedWhereThatIsAgreed(t *testing.T) {
	k := visiting(t, Rules{
		CallOut: &CallOut{Service: "CALLOUT", Surcharged: true, Included: 600},
		Surcharges: Surcharges{Windows: []Window{
			{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 08:00-17:00"), Factor: factor("1.5")},
		}},
	})
	o := k.jobWithTask()
	k.visited(o, "2026-03-02T21:00:00Z", "2026-03-02T22:00:00Z", k.ana)
	inv := k.billed(o)
	wantLines(t, inv, "call-out 1 × 112.5") // all of the labour is in it
	contains(t, inv.Lines[0].Text, "after hours")
	k.audited()
}

func TestAVisitIsChargedOnce(t *testing.T) {
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT"}})
	o := k.jobWithTask()
	visit := k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
	k.complete(o)
	inv := k.released(o)
	wantLines(t, inv, "call-out 1 × 75", " 1 × 90")
	k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
	k.refused("source.billed", as{cmd: &SetTrip{Visit: visit, Distance: qtyp("10")}})
	k.credited(inv.ID)
	wantLines(t, get(k, Invoices, k.proposed(o)), "call-out 1 × 75", " 1 × 90")
	k.audited()
}

func TestTravelByTheKilometre(t *testing.T) {
	k := visiting(t, Rules{Driving: Driving{By: ByDistance, Service: "KM"}})
	o := k.jobWithTask()
	visit := k.visited(o, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", k.ana)
	k.must(&AddTime{Order: o, Technician: k.ana, From: at("2026-03-02T09:30:00Z"), To: at("2026-03-02T10:00:00Z"), Kind: Travel})
	k.approveAll(o)
	k.complete(o)
	q, _ := k.gate(o).Get(ReqPrice) // nobody has said how far: no number is invented
	contains(t, q.Reason, "how far")
	contains(t, q.Fix, "callout appointment trip")
	k.refused("trip.distance", as{cmd: &SetTrip{Visit: visit, Distance: qtyp("-1")}})
	k.refused("trip.distance", as{cmd: &SetTrip{Visit: visit, Distance: qtyp("1.234")}})
	k.must(&SetTrip{Visit: visit, Distance: qtyp("34.5")})
	id := k.proposed(o)
	inv := get(k, Invoices, id)
	wantLines(t, inv, "travel 34.5 × 0.585", " 1 × 90")
	wantAmount(t, "kilometres", inv.Lines[0].Net, "20.18")
	k.audited()

	k.must(&SetTrip{Visit: visit, Distance: qtyp("36")}) // the proposal is overtaken
	if inv := get(k, Invoices, id); inv.Status != InvoiceDraft {
		t.Errorf("the proposal is %s", inv.Status)
	}
	free := true
	k.must(&SetTrip{Visit: visit, Free: &free})
	wantLines(t, get(k, Invoices, k.proposed(o)), " 1 × 90")
	k.audited()
}

func TestTheJobsOfATourShareIt(t *testing.T) {
	tour := "north"
	for _, c := range []struct {
		name    string
		driving Driving
		want    []string // of the three jobs, by the order in which they were visited
	}{
		{"equal", Driving{By: ByDistance, Service: "KM"}, []string{"travel 33.34 × 0.585", "travel 33.33 × 0.585", "travel 33.33 × 0.585"}},
		{"time", Driving{By: ByDistance, Service: "KM", Share: ShareTime}, []string{"travel 16.67 × 0.585", "travel 33.33 × 0.585", "travel 50 × 0.585"}},
		{"weight", Driving{By: ByDistance, Service: "KM", Share: ShareWeight}, []string{"travel 60 × 0.585", "travel 20 × 0.585", "travel 20 × 0.585"}},
		{"zone", Driving{By: ByZone}, []string{"travel 0.34 × 40", "travel 0.33 × 40", "travel 0.33 × 40"}},
		{"hour", Driving{}, []string{"travel 0.34 × 60", "travel 0.33 × 60", "travel 0.33 × 60"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := visiting(t, Rules{Driving: c.driving})
			var orders []store.ID
			for i, day := range []string{"10:00:00Z 10:30:00Z", "11:00:00Z 12:00:00Z", "13:00:00Z 14:30:00Z"} {
				o := k.jobWithTask()
				v := k.visited(o, "2026-03-02T"+day[:9], "2026-03-02T"+day[10:], k.ana)
				weight := []string{"3", "1", "1"}[i]
				trip := &SetTrip{Visit: v, Tour: &tour, Distance: qtyp("33"), Weight: qtyp(weight)}
				if i == 0 {
					trip.Distance = qtyp("34")
				}
				zone := "ZONE-2"
				trip.Zone = &zone
				k.must(trip)
				orders = append(orders, o)
			}
			// One way there, in the time of the first.
			k.must(&AddTime{Order: orders[0], Technician: k.ana, From: at("2026-03-02T09:00:00Z"), To: at("2026-03-02T10:00:00Z"), Kind: Travel})
			k.approveAll(orders[0])
			for i, o := range orders {
				inv := k.billed(o)
				if got := linesOf(inv)[0]; got != c.want[i] {
					t.Errorf("job %d: %q, want %q", i+1, got, c.want[i])
				}
			}
			k.audited()
		})
	}
}

func TestWhatATourWasBilledStays(t *testing.T) {
	tour := "north"
	k := visiting(t, Rules{Driving: Driving{By: ByDistance, Service: "KM"}})
	visit := func(from, to, km string) store.ID {
		o := k.jobWithTask()
		v := k.visited(o, from, to, k.ana)
		k.must(&SetTrip{Visit: v, Tour: &tour, Distance: qtyp(km)})
		return o
	}
	first := visit("2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z", "60")
	k.complete(first)
	wantLines(t, k.released(first), "travel 60 × 0.585", " 0.5 × 90")
	second := visit("2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z", "30")
	wantLines(t, k.billed(second), "travel 30 × 0.585", " 1 × 90") // not half of 90
	k.audited()
}
