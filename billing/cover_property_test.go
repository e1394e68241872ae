package billing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/store"
	"callout/work"

	"pgregory.net/rapid"
)

// covering plays with agreements: orders under them, time on those, and what anybody does about it.
type covering struct {
	*shop
	rt         *rapid.T
	agreements []store.ID
	orders     []store.ID
	people     []store.ID
	n          int
}

// TestWhatIsCoveredAndWhatIsBilledIsWhatWasWorked plays at random with agreements, orders, decisions by hand, invoices, credits,
// amendments and undo. Whatever happens: what is covered and what is billed of an entry comes to what was worked on it, in time and
// in cost; and no period gives more than it includes.
func TestWhatIsCoveredAndWhatIsBilledIsWhatWasWorked(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		k := newShop(t)
		w := &covering{shop: k, rt: rt, people: []store.ID{k.ana}}
		w.people = append(w.people, k.must(&dispatch.AddTechnician{Technician: "ben", Role: "fitter", CostRate: pricep("33.33")}).Subject)
		if rapid.Bool().Draw(rt, "rounded") {
			k.must(&SetRules{Rules: Rules{Labour: TimeRounding{Increment: 15, Minimum: 60, Scope: RoundDay}, Surcharges: drawRules(rt).Surcharges}})
		}
		for i := range rapid.IntRange(1, 2).Draw(rt, "agreements") {
			w.agree(i)
		}
		for range 2 {
			w.orders = append(w.orders, w.orderUnder(rapid.SampledFrom(w.agreements).Draw(rt, "of")))
		}
		for range rapid.IntRange(8, 25).Draw(rt, "steps") {
			for _, step := range w.draw() {
				if rec, err := w.doAs(step); err == nil && rapid.IntRange(0, 7).Draw(rt, "back") == 0 {
					_, _ = w.do(&store.Undo{Entry: rec.Seq})
				}
			}
			w.holds(seen)
		}
		w.audited()
	})
	for _, what := range []string{"covered", "billed", "divided", "released"} {
		if seen[what] == 0 {
			t.Errorf("nothing was ever %s: the play proves little (%v)", what, seen)
		}
	}
	t.Logf("seen %v", seen)
}

func (w *covering) agree(i int) {
	include := rapid.SampledFrom([]string{
		"2 h per month", "1.5 h labour+travel per quarter", "3 h by fitter per quarter", "1 visit per month", "2 visits per quarter", "1 h per month carried over", "4 h",
	})
	c := &work.AddAgreement{
		Agreement: fmt.Sprintf("Care %d", i), Customer: w.customer, Places: []work.AgreedPlace{{Site: w.site}},
		Valid: calendar.Validity{From: date("2026-01-01")}, Hide: rapid.Bool().Draw(w.rt, "hide"),
	}
	for range rapid.IntRange(1, 2).Draw(w.rt, "entitlements") {
		c.Includes = append(c.Includes, must(work.ParseEntitlement("include", include.Draw(w.rt, "include"))))
	}
	w.agreements = append(w.agreements, w.must(c).Subject)
}

func (w *covering) entry() store.ID {
	return one(&world{shop: w.shop, rt: w.rt}, TimeEntries, func(e *TimeEntry) store.ID { return e.ID })
}

func (w *covering) document() store.ID {
	return one(&world{shop: w.shop, rt: w.rt}, Invoices, func(i *Invoice) store.ID { return i.ID })
}

// draw makes the next steps, which may well be refused.
func (w *covering) draw() []as {
	o := rapid.SampledFrom(w.orders).Draw(w.rt, "order")
	by := func(cmds ...store.Command) (out []as) {
		for _, cmd := range cmds {
			out = append(out, as{name: "office", reason: "so it is", cmd: cmd})
		}
		return out
	}
	switch rapid.IntRange(0, 16).Draw(w.rt, "what") {
	default:
		w.n++
		from := at("2026-01-05T06:00:00Z").AddDate(0, 0, rapid.IntRange(0, 55).Draw(w.rt, "day")).Add(time.Duration(w.n%9) * time.Hour)
		minutes := rapid.IntRange(1, 200).Draw(w.rt, "minutes")
		kind := rapid.SampledFrom([]TimeKind{Labour, Labour, Travel}).Draw(w.rt, "kind")
		rec, err := w.do(&AddTime{
			Order: o, Technician: rapid.SampledFrom(w.people).Draw(w.rt, "who"), Kind: kind, From: from, To: from.Add(time.Duration(minutes) * time.Minute),
		})
		if err != nil {
			return nil // somebody is there already
		}
		return []as{{cmd: &SubmitTime{Entry: rec.Subject}}, {name: "boss", cmd: &ApproveTime{Entry: rec.Subject}}}
	case 6:
		return []as{{name: "boss", reason: "not so", cmd: &RejectTime{Entry: w.entry()}}}
	case 7:
		return by(&SetCover{Source: w.entry(), As: rapid.SampledFrom([]CoverKind{CoverGoodwill, CoverInternal, CoverNone, ""}).Draw(w.rt, "as")})
	case 8:
		return by(&AddMilestone{Order: o, Milestone: "fixed", Amount: amountp("50")})
	case 9:
		return by(&work.ReopenWorkOrder{ID: o}, &work.CompleteWorkOrder{ID: o, Outcome: work.Done})
	case 10:
		return by(&work.PutUnderAgreement{Order: o, Agreement: rapid.SampledFrom(append(w.agreements, "")).Draw(w.rt, "under")})
	case 11:
		role := rapid.SampledFrom([]string{"fitter", "lead"}).Draw(w.rt, "role")
		return by(&dispatch.EditTechnician{Technician: w.people[1], Role: &role})
	case 12, 13, 14:
		_, _ = w.do(&work.CompleteWorkOrder{ID: o, Outcome: work.Done})
		rec, err := w.do(&ProposeInvoice{Order: o})
		if err != nil {
			return nil
		}
		return []as{{name: "boss", cmd: &ApproveInvoice{Invoice: rec.Subject}}, {cmd: &ReleaseInvoice{Invoice: rec.Subject}}}
	case 15:
		rec, err := w.doAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: w.document()}})
		if err != nil {
			return nil
		}
		return []as{{name: "boss", cmd: &ApproveInvoice{Invoice: rec.Subject}}, {cmd: &ReleaseInvoice{Invoice: rec.Subject}}}
	case 16:
		return by(&work.EndAgreement{Agreement: rapid.SampledFrom(w.agreements).Draw(w.rt, "ends"), On: date("2026-02-15")})
	}
}

// holds compares what is drawn and charged with what was worked.
func (w *covering) holds(seen map[string]int) {
	w.rt.Helper()
	drawn := map[store.ID]int64{}
	w.read(func(r store.Reader) error {
		for d, err := range Draws.All(r) {
			if err != nil {
				return err
			}
			drawn[d.Entry] += d.Worked
		}
		return nil
	})
	w.read(func(r store.Reader) error {
		for _, id := range w.agreements {
			a, err := work.Agreements.Get(r, id)
			if err != nil {
				return err
			}
			list, err := BalancesOf(r, a, date("2026-03-02"))
			if err != nil {
				return err
			}
			for _, b := range list {
				if b.Left.Sign() < 0 {
					w.rt.Errorf("%s: %s of %s and %s are used in %s", a.Name, b.Used, b.Included, b.Carried, b.Period)
				}
			}
		}
		return nil
	})
	for _, o := range w.orders {
		worked, covered, cost := map[store.ID]int64{}, map[store.ID]int64{}, map[store.ID]money.Cost{}
		for _, c := range w.chargesOf(o) {
			if c.Kind != FromTime {
				continue
			}
			worked[c.Source] += c.Worked
			if strings.HasPrefix(c.Covered, "covered by the agreement") {
				covered[c.Source] += c.Worked
				seen["covered"]++
			} else if c.Covered == "" {
				seen["billed"]++
			}
			if c.Part != "" && strings.Contains(c.Part, PartCovered) {
				seen["divided"]++
			}
			if (c.Covered != "") != (c.Price != nil && c.Price.IsZero()) || c.Covered != "" && !c.Amount.IsZero() {
				w.rt.Errorf("%q: covered %q at %v", c.Text, c.Covered, c.Price)
			}
			if _, ok := cost[c.Source]; !ok {
				cost[c.Source] = money.SumCosts()
			}
			cost[c.Source] = cost[c.Source].Add(c.Cost.Amount)
		}
		for id, n := range worked {
			e := get(w.shop, TimeEntries, id)
			if whole := int64(e.Worked() / time.Second); n != whole {
				w.rt.Errorf("%s lasted %d s, and its charges come to %d s", id, whole, n)
			}
			// A sliver below the last decimal of an hour is drawn and not divided.
			if d := drawn[id] - covered[id]; d < 0 || d > 1 {
				w.rt.Errorf("%s: %d s are drawn, and %d s are covered by the agreement", id, drawn[id], covered[id])
			}
			want := money.KnownCost(money.LineAmount(money.HoursOf(e.Worked(), 12, money.Up), *e.Cost.Rate, eur, money.HalfAway))
			if got, known := cost[id].Amount(); !known || !got.Equal(want.KnownPart()) {
				w.rt.Errorf("%s cost %s, and its charges %s", id, want.KnownPart(), got)
			}
			delete(drawn, id)
		}
	}
	for id, n := range drawn {
		if !slices.Contains(w.orders, get(w.shop, TimeEntries, id).Order) {
			w.rt.Errorf("%d s are drawn for %s, which is on no order", n, id)
		} else {
			w.rt.Errorf("%d s are drawn for %s, which is not charged", n, id)
		}
	}
	w.read(func(r store.Reader) error {
		for inv, err := range Invoices.All(r) {
			if err != nil {
				return err
			}
			if inv.Status == InvoiceReleased {
				seen["released"]++
			}
		}
		return nil
	})
}
