package intake

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"callout/billing"
	"callout/calendar"
	"callout/work"
)

// TestExcavators brings in real work orders: 5,485 rows without a key column, of which 358
// repeat another exactly and one has a comma too many.
func TestExcavators(t *testing.T) {
	file := outside(t, "work-orders/excavators.csv")
	mapping := example(t, "excavators.map.yaml")
	bad := []string{
		`line 3454, field PMType: "t swing" is none of PM01, PM02, PM04, PM05, PM06, PM13`,
		`line 3454, field Cost: "PM01" is no number`,
	}
	b := newBench(t)
	r := b.bring(mapping, file)
	r.want(t, 5484, 0, 1)
	if !slices.Equal(r.problems, bad) {
		t.Errorf("problems %q", r.problems)
	}
	compareExcavators(t, b, file)
	size := b.size()
	again := b.bring(mapping, file)
	again.want(t, 0, 5484, 1)
	if !slices.Equal(again.problems, bad) || b.size() != size {
		t.Errorf("the second run says %q and made %d entries", again.problems, b.size()-size)
	}
}

// TestExcavatorsOrNothing brings in a part of the same file, with the bad row and without.
func TestExcavatorsOrNothing(t *testing.T) {
	lines := strings.SplitAfter(outside(t, "work-orders/excavators.csv"), "\n")
	file := strings.Join(append(lines[:700:700], lines[3400:3500]...), "")
	mapping := example(t, "excavators.map.yaml")
	b := newBench(t)
	if r := b.bring(mapping, file, whole); !r.Kept || r.Refused != 1 || len(all(b, work.WorkOrders)) != 0 {
		t.Fatalf("a bad row let others in: %+v", r.Summary)
	}
	fixed := strings.Replace(file, "won,t swing,PM01\n", "\"won,t swing\",PM01,0\n", 1)
	b.bring(mapping, fixed, whole).want(t, 799, 0, 0)
	b.bring(mapping, fixed, whole).want(t, 0, 799, 0)
	b.bring(mapping, file).want(t, 0, 798, 1)
}

// compareExcavators counts what is in the shop against the file, read in another way.
func compareExcavators(t *testing.T, b *bench, file string) {
	t.Helper()
	recs, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type job struct{ day, title, cost string }
	left := map[job]int{}
	zeros, credits := 0, 0
	for _, rec := range recs[1:] {
		if rec[4] == "PM01" {
			continue
		}
		cost := rec[4]
		switch {
		case strings.HasPrefix(cost, "-"):
			credits++
		case cost == "0":
			zeros++
		}
		if strings.Contains(cost, ".") {
			cost = strings.TrimRight(strings.TrimRight(cost, "0"), ".")
		}
		left[job{rec[0], strings.Join(strings.Fields(rec[2]), " "), cost}]++
	}
	repeats := len(recs) - 1 - len(distinct(recs[1:]))
	if zeros != 1288 || credits != 6 || repeats != 358 {
		t.Fatalf("the file has %d costs of zero, %d below zero, %d repeats: it is another file", zeros, credits, repeats)
	}
	perth, err := calendar.LoadZone("zone", "Australia/Perth")
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]*work.WorkOrder{}
	for _, w := range all(b, work.WorkOrders) {
		orders[string(w.ID)] = w
	}
	for _, i := range all(b, billing.LineItems) {
		w := orders[string(i.Order)]
		cost := i.Cost.Unit.String()
		if !i.Cost.Unit.Equal(i.Price.Price) {
			t.Fatalf("%s costs %s and is billed at %s", w.Number, cost, i.Price.Price)
		}
		switch i.Qty.Sign() {
		case -1:
			cost = "-" + cost
			credits--
		case 1:
			if cost == "0" {
				zeros--
			}
		}
		day := calendar.DateOf(i.At, perth).String()
		left[job{day, w.Title, cost}]--
	}
	if zeros != 0 || credits != 0 {
		t.Errorf("%d zeros and %d credits are missing", zeros, credits)
	}
	for j, n := range left {
		if n != 0 {
			t.Errorf("%d of %v are missing", n, j)
		}
	}
}

func distinct(recs [][]string) map[string]bool {
	out := map[string]bool{}
	for _, rec := range recs {
		out[strings.Join(rec, "\x00")] = true
	}
	return out
}

// TestServiceRequests brings in 924 requests of a city: a key column, American times, sites
// that come again and some that have no address.
func TestServiceRequests(t *testing.T) {
	file := outside(t, "work-orders/nyc311-2022-05.csv")
	b := newBench(t)
	mapping := example(t, "nyc311.map.yaml")
	b.bring(mapping, file).want(t, 924, 0, 0)
	b.bring(mapping, file, whole).want(t, 0, 924, 0)
	if n := len(all(b, work.Customers)); n != 8 {
		t.Errorf("%d agencies", n)
	}
	for _, w := range all(b, work.WorkOrders) {
		if w.Reference == "54049402" {
			if got := w.OpenedAt.String(); w.Title != "Noise - Residential: Loud Music/Party" || got != "2022-05-01 04:00:03 +0000 UTC" ||
				w.Priority != work.Low || w.Zone != "America/New_York" {
				t.Errorf("the first request is %+v", w)
			}
			return
		}
	}
	t.Error("the first request is not there")
}
