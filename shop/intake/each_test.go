package intake

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/party"
	"callout/store"
	"callout/store/bolt"
	"callout/store/storetest"
	"callout/work"
)

const customerMap = `
kind: customers
source: crm
key: [No]
fields:
  name: {column: Name}
`

// someCustomers are rows from one number up to another; a name that is missing is bad.
func someCustomers(from, to int, bad ...int) string {
	var out strings.Builder
	for i := from; i < to; i++ {
		name := fmt.Sprintf("Customer %05d", i)
		if slices.Contains(bad, i) {
			name = ""
		}
		fmt.Fprintf(&out, "%d,%s\n", i, name)
	}
	return out.String()
}

// onFile is a bench on a file, where transactions overlap.
func onFile(t *testing.T) *bench {
	t.Helper()
	e, err := bolt.Open(filepath.Join(t.TempDir(), "shop.db"), bolt.Options{LockWait: time.Minute, Create: true, AllowNetwork: true})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{TB: t, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	if b.Store, err = store.Open(e, schema(), store.Options{Keys: storetest.NewKeys(), Now: func() time.Time { return b.now }}); err != nil {
		t.Fatal(err)
	}
	if err := b.Init(t.Context(), storetest.Tenant, store.Actor{Name: "Ana"}); err != nil {
		t.Fatal(err)
	}
	b.do(&party.InitCompany{Company: "Brix", Code: "AUD", Zone: "Europe/Vienna"})
	return b
}

// Files of several loads come in row by row as small ones do: in order, bad rows told and left out, what is in left
// alone, wherever it stands.
func TestManyLoads(t *testing.T) {
	const n = 2*batchRows + 500
	for name, b := range map[string]*bench{"in memory": newBench(t), "on a file": onFile(t)} {
		t.Run(name, func(t *testing.T) {
			header := "No,Name\n"
			first := b.bring(customerMap, header+someCustomers(0, n, 7, batchRows+100, n-1))
			first.want(t, n-3, 0, 3)
			var lines []string
			for _, p := range first.problems {
				line, _, _ := strings.Cut(p, ",")
				lines = append(lines, line)
			}
			if want := []string{"line 9", fmt.Sprint("line ", batchRows+102), fmt.Sprint("line ", n+1)}; !slices.Equal(lines, want) {
				t.Errorf("bad are %v, want %v", lines, want)
			}
			if len(first.numbers) != n-3 || !slices.IsSorted(first.numbers) {
				t.Errorf("%d rows are told of, in order: %v", len(first.numbers), slices.IsSorted(first.numbers))
			}
			b.bring(customerMap, header+someCustomers(0, n)).want(t, 3, n-3, 0)
			// What is new stands before what is in.
			b.bring(customerMap, header+someCustomers(n, n+batchRows+1)+someCustomers(0, n)).want(t, batchRows+1, n, 0)
			if got := len(all(b, work.Customers)); got != n+batchRows+1 {
				t.Errorf("%d customers are in", got)
			}
		})
	}
}

// torn is a file that cannot be read to its end.
type torn struct{ io.Reader }

var errTorn = errors.New("torn")

func (f torn) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF {
		err = errTorn
	}
	return n, err
}

// What was read before a file tears is in, by whole loads, and the summary says how much.
func TestFileThatTears(t *testing.T) {
	b := onFile(t)
	m, err := ParseMapping([]byte(customerMap))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := Run(t.Context(), b.Store, m, torn{strings.NewReader("No,Name\n" + someCustomers(0, 2*batchRows+10))}, asAna())
	if !errors.Is(err, errTorn) || sum.Imported != 2*batchRows || sum.Rows != 2*batchRows+10 {
		t.Errorf("%+v, %v", sum, err)
	}
	if got := len(all(b, work.Customers)); got != sum.Imported {
		t.Errorf("%d customers are in", got)
	}
}
