package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"callout/billing"
	"callout/store"
	"callout/work"
)

func TestABadRowKeepsAllOthersOut(t *testing.T) {
	b := newBench(t)
	size := b.size()
	for name, bad := range map[string]string{
		"no number":       "C,x,2004-07-01,PM01\n",
		"refused by work": "C," + strings.Repeat("x", 300) + ",2004-07-01,5\n",
	} {
		r := b.bring(smallMap, smallFile+bad, whole)
		r.want(t, 0, 0, 1)
		if !r.Kept || b.size() != size || r.First != "" {
			t.Errorf("%s: kept out %v, %d entries more", name, r.Kept, b.size()-size)
		}
	}
	r := b.bring(smallMap, smallFile, whole)
	r.want(t, 4, 0, 0)
	if r.First != "WO-1001" || r.Last != "WO-1004" || len(all(b, billing.LineItems)) != 4 {
		t.Errorf("came in as %+v", r.Summary)
	}
	if n := len(all(b, chunks)); n != 0 {
		t.Errorf("%d staged parts are left", n)
	}
	b.bring(smallMap, smallFile, whole).want(t, 0, 4, 0)
	b.bring(smallMap, smallFile).want(t, 0, 4, 0)
	b.bring(smallMap, smallFile+"C,new,2007-01-01,1\n", whole).want(t, 1, 4, 0)
}

func TestAWholeImportIsTakenBackAtOnce(t *testing.T) {
	b := newBench(t)
	b.bring(smallMap, smallFile, whole).want(t, 4, 0, 0)
	b.do(&store.Undo{Entry: b.size()})
	if n := len(all(b, work.WorkOrders)) + len(all(b, work.Customers)) + len(all(b, rows)); n != 0 {
		t.Fatalf("%d records are left", n)
	}
	b.bring(smallMap, smallFile, whole).want(t, 4, 0, 0)
	if n := len(all(b, chunks)); n != 0 {
		t.Errorf("%d staged parts are left", n)
	}
}

// failing is a store in which a command of a name fails as a machine does, after so many.
type failing struct {
	*store.Store
	after map[string]int
}

var errMachine = errors.New("the machine stopped")

func (f *failing) Do(ctx context.Context, intents ...store.Intent) ([]store.Receipt, error) {
	name := intents[0].Cmd.Name()
	if left, ok := f.after[name]; ok {
		if left == 0 {
			return nil, errMachine
		}
		f.after[name]--
	}
	return f.Store.Do(ctx, intents...)
}

// manyRows is a file of n rows for smallMap.
func manyRows(n int) string {
	var out strings.Builder
	out.WriteString("Asset,Text,Start,Cost\n")
	for i := range n {
		fmt.Fprintf(&out, "%c,job %d,2004-07-01,%d.5\n", 'A'+i%5, i, i%1000)
	}
	return out.String()
}

// Wherever the machine stops, nothing is visible, and the next run brings all in.
func TestAWholeImportSurvivesACrash(t *testing.T) {
	file := manyRows(chunkRows + 7)
	for name, after := range map[string]map[string]int{
		"before the first part": {"import.stage.v1": 0},
		"between parts":         {"import.stage.v1": 1},
		"before the last word":  {"import.publish.v1": 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			m, err := ParseMapping([]byte(smallMap))
			if err != nil {
				t.Fatal(err)
			}
			_, err = Run(context.Background(), &failing{b.Store, after}, m, strings.NewReader(file), asAna(whole))
			if !errors.Is(err, errMachine) {
				t.Fatalf("got %v", err)
			}
			if n := len(all(b, work.WorkOrders)); n != 0 {
				t.Fatalf("%d orders are visible", n)
			}
			staged := len(all(b, chunks))
			size := b.size()
			b.bring(smallMap, file, whole).want(t, chunkRows+7, 0, 0)
			if n := b.size() - size; n != uint64(2-staged+1) {
				t.Errorf("with %d parts staged the next run made %d entries", staged, n)
			}
			if n := len(all(b, chunks)); n != 0 {
				t.Errorf("%d staged parts are left", n)
			}
		})
	}
}

func TestStaleStagedRowsAreThrownAway(t *testing.T) {
	b := newBench(t)
	m, err := ParseMapping([]byte(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	stop := &failing{b.Store, map[string]int{"import.publish.v1": 0}}
	for _, next := range []func(*Options){whole, func(*Options) {}} {
		if _, err := Run(context.Background(), stop, m, strings.NewReader(manyRows(3)), asAna(whole)); !errors.Is(err, errMachine) {
			t.Fatalf("got %v", err)
		}
		if n := len(all(b, chunks)); n != 1 {
			t.Fatalf("%d staged parts", n)
		}
		b.bring(smallMap, smallFile, next)
		if n := len(all(b, chunks)); n != 0 {
			t.Errorf("%d staged parts are left", n)
		}
	}
	if n := len(all(b, work.WorkOrders)); n != 4 {
		t.Errorf("%d orders", n)
	}
}

// What was staged and half of it came in otherwise in the meantime is not published twice.
func TestPublishingRefusesRowsThatAreInByNow(t *testing.T) {
	b := newBench(t)
	m, err := ParseMapping([]byte(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	meanwhile := &meddling{Store: b.Store, before: "import.publish.v1", do: func() { b.bring(smallMap, smallFile).want(t, 4, 0, 0) }}
	_, err = Run(context.Background(), meanwhile, m, strings.NewReader(smallFile), asAna(whole))
	if err == nil {
		t.Fatal("published")
	}
	if n := len(all(b, work.WorkOrders)); n != 4 {
		t.Errorf("%d orders", n)
	}
}

// meddling does something just before a command.
type meddling struct {
	*store.Store
	before string
	do     func()
}

func (m *meddling) Do(ctx context.Context, intents ...store.Intent) ([]store.Receipt, error) {
	if intents[0].Cmd.Name() == m.before {
		m.do()
	}
	return m.Store.Do(ctx, intents...)
}
