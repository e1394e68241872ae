package intake

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"callout/billing"
	"callout/store"
	"callout/work"

	"pgregory.net/rapid"
)

// However a file is cut into runs that go on where the last one ended, and whichever way
// each of them goes, in the end every row is in exactly once.
func TestRunsAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		const header = "Asset,Text,Start,Cost\n"
		rows := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string {
			return fmt.Sprintf("%s,%s,2004-07-01,%s\n",
				rapid.SampledFrom([]string{"A", "B"}).Draw(r, "asset"),
				rapid.SampledFrom([]string{"x", "y"}).Draw(r, "text"),
				rapid.SampledFrom([]string{"0", "5", "-1", "PM01"}).Draw(r, "cost"))
		}), 0, 12).Draw(r, "rows")
		want := map[string]int{}
		for _, row := range rows {
			cells := strings.Split(strings.TrimSpace(row), ",")
			if cells[3] != "PM01" {
				want[cells[1]+" "+cells[3]]++
			}
		}
		for range rapid.IntRange(0, 3).Draw(r, "runs") {
			upTo := rapid.IntRange(0, len(rows)).Draw(r, "up to")
			mode := rapid.SampledFrom([]func(*Options){whole, dryRun, func(*Options) {}}).Draw(r, "mode")
			if got := b.bring(smallMap, header+strings.Join(rows[:upTo], ""), mode); got.err != nil {
				r.Fatal(got.err)
			}
		}
		last := b.bring(smallMap, header+strings.Join(rows, ""))
		if last.err != nil || last.Rows != len(rows) || last.Imported+last.Before+last.Refused != last.Rows {
			r.Fatalf("the last run says %+v", last)
		}
		titles := map[string]string{}
		for _, w := range all(b, work.WorkOrders) {
			titles[string(w.ID)] = w.Title
		}
		got := map[string]int{}
		for _, i := range all(b, billing.LineItems) {
			cost := i.Cost.Unit.String()
			if i.Qty.Sign() < 0 {
				cost = "-" + cost
			}
			got[titles[string(i.Order)]+" "+cost]++
		}
		if !maps.Equal(got, want) {
			r.Fatalf("in are %v, want %v", got, want)
		}
	})
}

// Two people who bring the same file in at the same time bring it in once.
func TestTwoRunsAtOnce(t *testing.T) {
	b := newBench(t)
	m, err := ParseMapping([]byte(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	const n = 1500
	file := manyRows(n)
	sums := make([]Summary, 2)
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i := range sums {
		both.Go(func() {
			sums[i], errs[i] = Run(context.Background(), b.Store, m, strings.NewReader(file), asAna())
		})
	}
	both.Wait()
	for i, sum := range sums {
		if errs[i] != nil || sum.Refused != 0 || sum.Imported+sum.Before != n {
			t.Errorf("one says %+v, %v", sum, errs[i])
		}
	}
	if orders := len(all(b, work.WorkOrders)); orders != n || sums[0].Imported+sums[1].Imported != n {
		t.Errorf("%d orders; the runs count %d and %d", orders, sums[0].Imported, sums[1].Imported)
	}
}

// A row is known again by a digest of its command as encoding/json writes it, with the signs of HTML escaped, whichever
// text it was taken from and whichever way the row came in.
func TestARowIsKnownAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("<>&\u2028\"\\\x01ü"))), rapid.Just("\xff"))
		cmd := &ImportOrder{Title: text.Draw(t, "title"), From: Origin{Source: "s", Row: text.Draw(t, "row")}}
		want, err := digestOf(cmd)
		if err != nil {
			t.Fatal(err)
		}
		in, err := (store.Intent{Cmd: cmd}).Encoded()
		if got := digestOfJSON(in.Args()); err != nil || got != want {
			t.Fatalf("%q: digest %s from what is stored, and %s from the command, %v", cmd.Title, got, want, err)
		}
	})
	const file = "Asset,Text,Start,Cost\nA <1>,salt & \u2028pepper,2004-07-01,5\n"
	b := newBench(t)
	b.bring(smallMap, file, whole).want(t, 1, 0, 0)
	b.bring(smallMap, file).want(t, 0, 1, 0)
	b = newBench(t)
	b.bring(smallMap, file).want(t, 1, 0, 0)
	b.bring(smallMap, file, whole).want(t, 0, 1, 0)
}
