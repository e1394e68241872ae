package billing_test

import (
	"encoding/json"
	"testing"
	"time"

	. "callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/store/storetest"
)

// priced is a shop that charges so much an hour, by rules.
func priced(t testing.TB, rate string, rules Rules) *shop {
	t.Helper()
	return newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetPrice{Key: "labour", Price: price(rate)},
		&SetPrice{Key: "travel", Price: price("60")}, &SetRules{Rules: rules})
}

// charges are what everything on an order comes to now.
func (k *shop) charges(order store.ID) (out []Charge) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		out, err = ChargesOf(r, order, k.clock.Now())
		return err
	})
	return out
}

// billed completes an order and proposes its invoice.
func (k *shop) billed(order store.ID) *Invoice {
	k.tb.Helper()
	k.complete(order)
	return get(k, Invoices, k.proposed(order))
}

func weekly(s string) calendar.Hours { return must(calendar.ParseHours("hours", s)) }
func factor(s string) money.Factor   { return must(money.ParseFactor("factor", s)) }

// berlin is where the people were who reported the cases.
var berlin = must(calendar.LoadZone("zone", "Europe/Berlin"))

// local is a reading of the clock in Berlin, which is that of Vienna.
func local(s string) string {
	t := must(time.ParseInLocation("2006-01-02 15:04", s, berlin.Location()))
	return t.UTC().Format(time.RFC3339)
}

// TestTimeRoundingVectors bills every worked case of rounding: entries are recorded,
// approved and proposed, and what counts is what the invoice prints.
func TestTimeRoundingVectors(t *testing.T) {
	type vector struct {
		Kind      string
		Clock     string
		Minutes   int
		Increment int `json:"increment_min"`
		Minimum   int `json:"minimum_min"`
		Mode      string
		Expect    string `json:"expect"`
		Want      int    `json:"expect_minutes"`
		Entries   []int  `json:"entries_min"`
		PerEntry  int    `json:"expect_per_entry"`
		PerDay    int    `json:"expect_per_day"`
	}
	modes := map[string]StepMode{"ceil": StepUp, "nearest": StepNearest, "nearest_half_up": StepNearest}
	billed := func(t *testing.T, rule TimeRounding, entries ...int) money.Quantity {
		k := priced(t, "100", Rules{Labour: rule})
		o := k.order()
		from := at("2026-03-01T00:00:00Z")
		for _, m := range entries {
			to := from.Add(time.Duration(m) * time.Minute)
			k.worked(o, from.Format(time.RFC3339), to.Format(time.RFC3339))
			from = to.Add(time.Hour)
		}
		var sum money.Quantity
		for _, l := range k.billed(o).Lines {
			sum = sum.Add(l.Qty)
		}
		k.audited()
		return sum
	}
	minutes := func(m int) money.Quantity {
		return money.HoursOf(time.Duration(m)*time.Minute, 2, money.HalfAway)
	}
	seen := map[string]int{}
	for _, v := range vectors[vector](t, "time-rounding.json") {
		seen[v.Kind]++
		rule := TimeRounding{Increment: v.Increment, Minimum: v.Minimum, Mode: modes[v.Mode]}
		switch v.Kind {
		case "punch": // 29 CFR 785.48(b): a reading of the clock is a length of time since midnight
			at := must(calendar.ParseClock("clock", v.Clock))
			want := must(calendar.ParseClock("clock", v.Expect))
			if got := billed(t, rule, int(at)/60); !got.Equal(minutes(int(want) / 60)) {
				t.Errorf("%s to %d minutes: %s h, want %s", v.Clock, v.Increment, got, v.Expect)
			}
		case "duration":
			if v.Minutes == 0 { // an entry of nothing cannot be recorded
				if got := rule.Count(0); got != 0 {
					t.Errorf("no work counts %s", got)
				}
				continue
			}
			if got := billed(t, rule, v.Minutes); !got.Equal(minutes(v.Want)) {
				t.Errorf("%d minutes in steps of %d from %d, %s: %s h, want %d minutes", v.Minutes, v.Increment, v.Minimum, v.Mode, got, v.Want)
			}
		case "scope":
			if got := billed(t, rule, v.Entries...); !got.Equal(minutes(v.PerEntry)) {
				t.Errorf("%v by entry: %s h, want %d minutes", v.Entries, got, v.PerEntry)
			}
			rule.Scope = RoundDay
			if got := billed(t, rule, v.Entries...); !got.Equal(minutes(v.PerDay)) {
				t.Errorf("%v by day: %s h, want %d minutes", v.Entries, got, v.PerDay)
			}
		case "display": // TestBilledTimeByTheWorkedCases
		default:
			t.Errorf("nobody checks vectors of kind %q", v.Kind)
		}
	}
	if seen["punch"] != 10 || seen["duration"] != 9 || seen["scope"] != 2 {
		t.Errorf("checked only %v", seen)
	}
}

// TestOvertimeAndMultiplierVectors bills every worked case of windows, thresholds and
// multipliers that is one of billing. The weighted average of 29 CFR 778.115 is one of pay.
func TestOvertimeAndMultiplierVectors(t *testing.T) {
	type entry [2]string
	bill := func(t *testing.T, rate string, rules Rules, entries ...entry) *Invoice {
		k := priced(t, rate, rules)
		o := k.order()
		for _, e := range entries {
			k.worked(o, local(e[0]), local(e[1]))
		}
		inv := k.billed(o)
		k.audited()
		return inv
	}
	const friday = "2026-02-27 " // entries lie in the past of the shop's clock
	week := func(total string) []entry {
		t.Helper()
		left := int(must(calendar.ParseDuration("hours", total+"h")) / time.Minute)
		var out []entry
		for d := at("2026-02-23T00:00:00Z"); left > 0; d = d.AddDate(0, 0, 1) {
			n := min(left, 10*60)
			from := d.Add(7 * time.Hour)
			out = append(out, entry{from.Format("2006-01-02 15:04"), from.Add(time.Duration(n) * time.Minute).Format("2006-01-02 15:04")})
			left -= n
		}
		return out
	}
	type vector struct {
		ID          string
		Rate        string
		Hours       string
		Weekly      string `json:"weekly_threshold"`
		Pay         string `json:"expect_pay"`
		Regular     string `json:"expect_regular_rate"`
		Base        string
		Multiplier  string
		WantRate    string `json:"expect_rate"`
		Interval    [2]string
		Amount      string `json:"expect_amount"`
		Multipliers map[string]string
		Max         string `json:"expect_max"`
		Product     string `json:"expect_product_if_chosen"`
		Additive    string `json:"expect_additive_if_chosen"`
		Entries     [][2]string
		Daily       string `json:"daily_threshold_h"`
		OT          string
		RegularH    string `json:"expect_regular_h"`
		OverH       string `json:"expect_ot_h"`
		Local       [2]string
		Minutes     int64           `json:"expect_minutes"`
		Windows     json.RawMessage `json:"windows"`
	}
	always := func(f string) Rules {
		return Rules{Surcharges: Surcharges{Windows: []Window{{Name: "emergency", When: Within, Hours: calendar.Always(), Factor: factor(f)}}}}
	}
	checked := 0
	for _, v := range vectors[vector](t, "overtime-multipliers.json") {
		t.Run(v.ID, func(t *testing.T) {
			checked++
			switch v.ID {
			case "cfr-778.110a", "cfr-778.110b":
				rate, hours := v.Rate, v.Hours
				if v.Regular != "" { // with the bonus in it
					rate = v.Regular
				}
				rules := Rules{Surcharges: Surcharges{Overtime: []Overtime{{Name: "overtime", Per: PerWeek, After: 40 * 60, Factor: factor("1.5")}}}}
				wantAmount(t, "week", bill(t, rate, rules, week(hours)...).Net, v.Pay)
			case "weighted-778.115": // pay: the money package checks it
			case "austin-tech-direct", "austin-tech-indirect":
				inv := bill(t, v.Base, always(v.Multiplier), entry{friday + "10:00", friday + "12:00"})
				if !inv.Lines[0].Price.Equal(price(v.WantRate)) || !inv.Net.Equal(money.LineAmount(qty("2"), price(v.WantRate), eur, money.HalfAway)) {
					t.Errorf("%s × 2 h is %s", inv.Lines[0].Price, inv.Net)
				}
			case "kimai-1585":
				rules := Rules{Surcharges: Surcharges{Windows: []Window{{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 07:00-17:00"), Factor: factor("1.5")}}}}
				inv := bill(t, "100", rules, entry{friday + v.Interval[0], friday + v.Interval[1]})
				wantAmount(t, "both", inv.Net, v.Amount)
				if len(inv.Lines) != 2 || inv.Lines[0].Part != PartRegular || inv.Lines[1].Part != "after-hours" ||
					!inv.Lines[0].Qty.Equal(qty("1")) || !inv.Lines[1].Price.Equal(price("150")) {
					t.Errorf("%+v", inv.Lines)
				}
			case "kimai-1312":
				rules := Rules{Surcharges: Surcharges{Windows: []Window{
					{Name: "evening", When: Within, Hours: weekly("Mon-Fri 17:00-22:00"), Factor: factor("1.15")},
					{Name: "weekend", When: Weekend, Factor: factor("1.25")},
					{Name: "weekend-night", When: Within, Hours: weekly("Sat-Sun 22:00-06:00"), Factor: factor("1.5")},
				}}}
				wantAmount(t, "Friday", bill(t, v.Base, rules, entry{friday + v.Interval[0][4:], friday + v.Interval[1][4:]}).Net, v.Amount)
			case "stacking-max":
				for stacking, want := range storetest.InOrder(map[money.Stacking]string{
					money.StackMax: v.Max, money.StackProduct: v.Product, money.StackAdditive: v.Additive,
				}) {
					rules := Rules{Surcharges: Surcharges{Stacking: stacking, Windows: []Window{
						{Name: "after-hours", When: Outside, Hours: weekly("Mon-Fri 07:00-17:00"), Factor: factor(v.Multipliers["after_hours"])},
						{Name: "holiday", When: Within, Hours: weekly("Fri 00:00-24:00"), Factor: factor(v.Multipliers["holiday"])},
					}}}
					inv := bill(t, v.Base, rules, entry{friday + "18:00", friday + "19:00"})
					wantAmount(t, "stacking "+string(stacking), inv.Net, want)
				}
			case "threshold-split":
				after := int(must(calendar.ParseDuration("threshold", v.Daily+"h")) / time.Minute)
				rules := Rules{Surcharges: Surcharges{Overtime: []Overtime{{Name: "overtime", Per: PerDay, After: after, Factor: factor(v.OT)}}}}
				var list []entry
				for _, e := range v.Entries {
					list = append(list, entry{friday + e[0], friday + e[1]})
				}
				inv := bill(t, v.Base, rules, list...)
				wantAmount(t, "day", inv.Net, v.Amount)
				regular, over := money.Quantity{}, money.Quantity{}
				for _, l := range inv.Lines {
					if l.Part == "overtime" {
						over = over.Add(l.Qty)
					} else {
						regular = regular.Add(l.Qty)
					}
				}
				if !regular.Equal(qty(v.RegularH)) || !over.Equal(qty(v.OverH)) {
					t.Errorf("%s h and %s h", regular, over)
				}
			case "dst-2026-03-29", "dst-2026-10-25":
				k := priced(t, "60", Rules{Surcharges: Surcharges{Windows: []Window{{Name: "night", When: Within, Hours: weekly("daily 22:00-06:00"), Factor: factor("2")}}}})
				k.clock.set(at("2026-12-01T08:00:00Z"))
				o := k.order()
				now := k.clock.Now()
				from := must(calendar.ParseWhen("from", v.Local[0], now, berlin))
				to := must(calendar.ParseWhen("to", v.Local[1], now, berlin))
				k.worked(o, from.Format(time.RFC3339), to.Format(time.RFC3339))
				l := k.billed(o).Lines[0]
				if !l.Qty.Equal(money.HoursOf(time.Duration(v.Minutes)*time.Minute, 2, money.HalfAway)) || !l.Price.Equal(price("120")) {
					t.Errorf("%s h at %s, want %d minutes of the night", l.Qty, l.Price, v.Minutes)
				}
			default:
				t.Errorf("nobody checks %q", v.ID)
			}
		})
	}
	if checked != 10+1 {
		t.Errorf("checked %d vectors", checked)
	}
}
