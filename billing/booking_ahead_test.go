package billing_test

import (
	"strings"
	"testing"
	"time"

	. "callout/billing"
	"callout/dispatch"
	"callout/store"

	"pgregory.net/rapid"
)

// The charge for coming counts before anybody has come, with what it includes: two hours bring 75 + 1.5 × 90 = 210 and cost
// 76, a margin of 63.8 %; 2 × 90 alone would be 57.8 %.
func TestABookingForeseesTheCallOut(t *testing.T) {
	k := visiting(t, Rules{CallOut: &CallOut{Service: "CALLOUT", Included: 30}})
	k.floor(FloorOrder, "", "63", FloorBlock)
	o := k.order()
	v := k.must(k.schedule(o, 2)).Subject
	k.must(&dispatch.CancelVisit{Appointment: v})
	k.floor(FloorOrder, "", "64", FloorBlock)
	f := k.refused("appointment.margin", as{cmd: k.schedule(o, 2)})
	contains(t, f.Error(), "brings 210.00 EUR and costs 76.00 EUR: its margin is 63.8 %, and must be 64 %")
}

// Of a way nobody knows the length of, neither the charge nor the cost is in the sums, and that is said. Once it is known both are:
// 75 km at 50 km/h are an hour and a half of ana's, 57.00, and 75 × 0.585 = 43.88.
func TestABookingForeseesTheWayAsFarAsItIsKnown(t *testing.T) {
	k := visiting(t, Rules{Driving: Driving{By: ByDistance, Service: "KM"}})
	k.floor(FloorOrder, "", "90", FloorWarn)
	o := k.order()
	v := k.must(k.schedule(o, 2)).Subject
	text := k.against(v)[0].Detail
	contains(t, text, "brings 180.00 EUR and costs 76.00 EUR")
	contains(t, text, "(without the way to APPT-1001, which nobody knows yet)")
	k.must(&SetTrip{Visit: v, Distance: qtyp("75")})
	text = k.against(v)[0].Detail
	contains(t, text, "brings 223.88 EUR and costs 133.00 EUR")
	if strings.Contains(text, "without the way") {
		t.Error(text)
	}
	k.must(&SetTrip{Visit: v, Tour: ptr("round 1")}) // what of the round it will bear nobody knows
	contains(t, k.against(v)[0].Detail, "without the way to APPT-1001")
}

// For random rules, what is foreseen of a visit is what it comes to when it takes place as planned, to the cent.
func TestWhatIsForeseenIsWhatComes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := Rules{Labour: TimeRounding{Increment: rapid.SampledFrom([]int{0, 15}).Draw(rt, "increment"), Minimum: rapid.SampledFrom([]int{0, 60}).Draw(rt, "minimum")}}
		if rapid.Bool().Draw(rt, "call-out") {
			rules.CallOut = &CallOut{Service: "CALLOUT", Included: rapid.SampledFrom([]int{0, 20, 400}).Draw(rt, "included"), NoMinimum: rapid.Bool().Draw(rt, "no minimum")}
		}
		far := rapid.IntRange(0, 3).Draw(rt, "far") * 25 // km, half an hour each
		switch rapid.IntRange(0, 2).Draw(rt, "driving") {
		case 1:
			rules.Driving = Driving{By: ByDistance, Service: "KM"}
		case 2:
			rules.Driving = Driving{By: ByZone}
		}
		if far == 0 {
			rules.Driving = Driving{} // a way that nobody knows is not foreseen
		}
		k := visiting(t, rules)
		k.floor(FloorOrder, "", "99.9", FloorWarn)
		people := []store.ID{k.ana}
		if rapid.Bool().Draw(rt, "two") {
			people = append(people, k.must(&dispatch.AddTechnician{Technician: "ben", CostRate: pricep("41.5")}).Subject)
		}
		o := k.jobWithTask()
		start := at("2026-03-03T08:00:00Z")
		end := start.Add(time.Duration(rapid.IntRange(5, 300).Draw(rt, "minutes")) * time.Minute)
		v := k.must(&dispatch.Schedule{Order: o, Technicians: people, Start: start, End: end}).Subject
		if far > 0 {
			km := qty("0")
			if err := km.UnmarshalText([]byte(map[int]string{25: "25", 50: "50", 75: "75"}[far])); err != nil {
				rt.Fatal(err)
			}
			k.must(&SetTrip{Visit: v, Distance: &km, Zone: ptr("ZONE-2")})
		}
		found := k.against(v)
		if len(found) != 1 {
			rt.Fatalf("foreseen is %v", found)
		}
		k.clock.set(end.Add(time.Minute))
		step := func(when time.Time, cmd store.Command) { k.mustAs(as{at: when, reason: "so it was", cmd: cmd}) }
		leave := start.Add(-time.Duration(far) * time.Hour / 50)
		step(leave.Add(-time.Hour), &dispatch.Dispatch{Appointment: v})
		if far > 0 {
			step(leave, &dispatch.Travel{Appointment: v})
		}
		step(start, &dispatch.Start{Appointment: v})
		step(end, &dispatch.Finish{Appointment: v, Outcome: dispatch.Completed})
		k.draftsApproved(o, "office", "boss")
		p := k.rollup(o)
		want := "brings " + p.Revenue().Format(eur) + " and costs " + p.Cost.Format(eur) + ":"
		if !strings.Contains(found[0].Detail, want) {
			rt.Fatalf("foreseen was %q, and it %s", found[0].Detail, want)
		}
	})
}
