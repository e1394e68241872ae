package billing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/calendar"
	"callout/dispatch"
	"callout/money"
)

// What is measured is printed with two decimals, what is counted with none, and what was stated more exactly as it was.
func TestScaleOfAUnit(t *testing.T) {
	for _, c := range []struct {
		unit Unit
		qty  string
		want int32
	}{
		{Hour, "3", 2}, {Hour, "1.125", 3}, {Piece, "3", 0}, {Minute, "90", 0}, {Piece, "2.5", 1},
	} {
		q, err := money.ParseQuantity("qty", c.qty)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.unit.scale(q); got != c.want {
			t.Errorf("%s %s has %d decimals, want %d", c.qty, c.unit, got, c.want)
		}
	}
}

// A price is asked for by the keys that a charge has, each once, and by that of everything.
func TestKeysOfAQuestion(t *testing.T) {
	for _, c := range []struct {
		q    question
		want []string
	}{
		{question{exact: "part:PUMP", general: "part", kind: "part"}, []string{"part:PUMP", "part", keyAll}},
		{question{exact: "labour", general: "labour", kind: "labour"}, []string{"labour", keyAll}},
		{question{kind: "expense"}, []string{"expense", keyAll}},
		{question{}, []string{keyAll}},
	} {
		if got := c.q.keys(); !slices.Equal(got, c.want) {
			t.Errorf("%v is asked for by %q, want %q", c.q, got, c.want)
		}
	}
}

// Whatever of quantity and price has changed, both are told as they were and are; what changed otherwise is told for itself.
func TestDriftOfALine(t *testing.T) {
	qty := func(s string) money.Quantity {
		q, err := money.ParseQuantity("qty", s)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	price := func(s string) *money.Price {
		p, err := money.ParsePrice("price", s)
		if err != nil {
			t.Fatal(err)
		}
		return &p
	}
	line := InvoiceLine{N: 2, Text: "Labour", Qty: qty("2"), Unit: Hour, Price: *price("90")}
	for _, c := range []struct {
		name   string
		charge Charge
		want   string
	}{
		{"quantity", Charge{Qty: qty("3"), Unit: Hour, Price: price("90")}, "was 2 h at 90 and is now 3 h at 90"},
		{"price", Charge{Qty: qty("2"), Unit: Hour, Price: price("95")}, "was 2 h at 90 and is now 2 h at 95"},
		{"no price", Charge{Qty: qty("2"), Unit: Hour}, "was 2 h at 90 and is now 2 h at no price"},
		{"tax", Charge{Qty: qty("2"), Unit: Hour, Price: price("90"), Category: "Z"}, "was taxed"},
		{"text", Charge{Qty: qty("2"), Unit: Hour, Price: price("90"), Text: "Repair"}, "is described otherwise now: Repair"},
	} {
		if got := line.drift(&c.charge); !strings.HasPrefix(got, "line 2 (Labour) ") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// A visit took place from the first stamp of its way or its work to the last of all, whatever came before it set out; of
// which there is no such stamp, it is when it is planned.
func TestWhenAVisitTookPlace(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	stamp := func(s dispatch.Status, minutes int) dispatch.Stamp {
		return dispatch.Stamp{Status: s, At: noon.Add(time.Duration(minutes) * time.Minute)}
	}
	for name, c := range map[string]struct {
		stamps   []dispatch.Stamp
		from, to int
	}{
		"planned":             {nil, 300, 360},
		"only sent":           {[]dispatch.Stamp{stamp(dispatch.Dispatched, -90)}, 300, 360},
		"driven and worked":   {[]dispatch.Stamp{stamp(dispatch.Dispatched, -90), stamp(dispatch.Traveling, 0), stamp(dispatch.InProgress, 30), stamp(dispatch.Completed, 90)}, 0, 90},
		"worked":              {[]dispatch.Stamp{stamp(dispatch.Dispatched, -90), stamp(dispatch.InProgress, 30), stamp(dispatch.Completed, 90)}, 30, 90},
		"noted the other way": {[]dispatch.Stamp{stamp(dispatch.Completed, 90), stamp(dispatch.InProgress, 30), stamp(dispatch.Traveling, 0)}, 0, 90},
	} {
		v := &dispatch.Appointment{Start: noon.Add(5 * time.Hour), End: noon.Add(6 * time.Hour), Stamps: c.stamps}
		want := calendar.NewInterval(noon.Add(time.Duration(c.from)*time.Minute), noon.Add(time.Duration(c.to)*time.Minute))
		if got := span(v); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
