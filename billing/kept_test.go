package billing_test

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/store"
	"callout/store/storetest"
	"callout/work"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// TestShopsAreAsTheyWere plays shops that always draw the same, and compares all that they say with what was kept of
// them: whatever changes a figure, a refusal or an explanation in any way of billing shows, meant or not. A line that
// differs says what of which shop. Whole texts, to be compared with those of the source before, are written by
//
//	CALLOUT_KEPT=FOLDER go test ./billing -run TestShopsAreAsTheyWere
//
// and where the change is meant, -update keeps the new ones.
func TestShopsAreAsTheyWere(t *testing.T) {
	for seed := range 12 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := &witness{t: t}
			rapid.Custom(func(rt *rapid.T) bool { return w.drawn(rt, seed) }).Example(seed)
			w.compare(fmt.Sprintf("shop%d", seed))
		})
	}
	for _, name := range slices.Sorted(maps.Keys(letGo)) {
		t.Run(name, func(t *testing.T) {
			w := &witness{t: t}
			w.excepted(letGo[name])
			w.compare(strings.ReplaceAll(name, " ", "-"))
		})
	}
}

// witness writes down what a shop says.
type witness struct {
	t     *testing.T
	k     *shop
	lines []string
	whole []string
	// orders are those that were asked about.
	orders []store.ID
}

// says notes an answer: its digest, and its text for whoever asks for it.
func (w *witness) says(what string, v any, err error) {
	text := canonical(v)
	if err != nil {
		text = err.Error()
	}
	w.lines = append(w.lines, fmt.Sprintf("%s %x", what, sha256.Sum256([]byte(text)))[:len(what)+13])
	w.whole = append(w.whole, what+" "+text)
}

// command notes what became of a command.
func (w *witness) command(cmd store.Command, rec store.Receipt, err error) {
	what := cmd.Name() + " " + rec.Number
	if err != nil {
		what = cmd.Name() + " is refused: " + strings.ReplaceAll(err.Error(), "\n", " / ")
	}
	w.lines, w.whole = append(w.lines, what), append(w.whole, what)
}

// drawn plays a shop as the random documents are played, with payments besides.
func (w *witness) drawn(rt *rapid.T, seed int) bool {
	w.lines, w.whole, w.orders = nil, nil, nil // a play that could not be drawn is begun anew
	d := drawDocShop(w.t, rt, func(d *docShop, o store.ID) { w.order(o) })
	w.k, d.witness = d.shop, w
	for i := range 3 {
		o := d.drawOrder(ways()[(3*seed+i)%len(ways())])
		for range 2 {
			d.bill(o)
			d.more(o)
		}
		w.order(o)
	}
	for i, id := range d.originals() {
		switch inv := get(d.shop, Invoices, id); {
		case i%3 == 0:
			d.creditSome(inv)
		case inv.Payable().Sign() > 0:
			d.try(&AddPayment{Customer: inv.Customer, Amount: inv.Payable(), Invoices: []PaymentShare{{Invoice: id}}, Reference: fmt.Sprint(i)})
		}
	}
	d.try(&AddPayment{Customer: d.customer, Amount: d.money(12_34)})
	w.everything()
	return true
}

// excepted plays a shop in which exceptions take two.
func (w *witness) excepted(let func(k *shop, o store.ID, who string) (string, string)) {
	w.k = twoExcept(w.t)
	w.k.witness = w
	for _, granted := range []bool{true, false} {
		o := w.k.order()
		let(w.k, o, "mia")
		w.order(o)
		w.asks("", w.k.books())
		for _, e := range w.k.wished() {
			if !granted {
				_, _ = w.k.doAs(as{name: "carl", reason: "no", cmd: &approval.RefuseException{Exception: e.ID}})
				continue
			}
			_, _ = w.k.doAs(as{name: "mia", cmd: &approval.GrantException{Exception: e.ID}})
			_, _ = w.k.doAs(as{name: "carl", cmd: &approval.GrantException{Exception: e.ID}})
			w.asks("", w.k.books())
			_, _ = w.k.doAs(as{name: "bert", cmd: &approval.GrantException{Exception: e.ID}})
		}
		w.k.complete(o)
		inv := w.k.proposed(o)
		w.order(o)
		_, _ = w.k.doAs(as{name: "carl", cmd: &ApproveInvoice{Invoice: inv}})
		_, _ = w.k.doAs(as{name: "cora", cmd: &ApproveInvoice{Invoice: inv}})
		_, _ = w.k.doAs(as{name: "carl", cmd: &ReleaseInvoice{Invoice: inv}})
		_, _ = w.k.doAs(as{cmd: &ReleaseInvoice{Invoice: inv}})
	}
	w.everything()
}

// question is one of those that can be asked about a shop.
type question struct {
	about string
	ask   func(r store.Reader) (any, error)
}

// asking makes a question of a function that answers one.
func asking[T any](about string, ask func(r store.Reader) (T, error)) question {
	return question{about, func(r store.Reader) (any, error) { return ask(r) }}
}

// ofOrder makes a question of a function that answers it of an order at a time.
func ofOrder[T any](about string, o store.ID, now time.Time, ask func(store.Reader, store.ID, time.Time) (T, error)) question {
	return asking(about, func(r store.Reader) (T, error) { return ask(r, o, now) })
}

// questions lists what can be asked about an order, and about its documents and time.
func (k *shop) questions(o store.ID) []question {
	k.tb.Helper()
	now := k.clock.now
	list := []question{
		ofOrder("gate", o, now, OrderGate),
		ofOrder("charges", o, now, ChargesOf),
		ofOrder("rollup", o, now, RollupOf),
		ofOrder("caps", o, now, CapsOf),
		ofOrder("covered", o, now, CoveredOf),
		ofOrder("covered time", o, now, CoveredTime),
		ofOrder("job", o, now, JobOf),
		ofOrder("open", o, now, OpenWorkOf),
		ofOrder("taxes", o, now, ExplainTax),
		ofOrder("reprice", o, now, Differences),
		asking("positions", func(r store.Reader) ([]PositionState, error) { return PositionsOf(r, o) }),
		asking("sheet", func(r store.Reader) (*ProgressSheet, error) { return SheetOf(r, o, 0) }),
		asking("held back", func(r store.Reader) (*RetainageState, error) { return RetainageOf(r, o) }),
		asking("changes", func(r store.Reader) ([]ChangeOrder, error) { return ChangesOf(r, o) }),
		asking("corrections", func(r store.Reader) ([]CorrectionProposal, error) { return CorrectionsOf(r, o) }),
	}
	for _, key := range []string{"labour", "travel", "part:BOLT", "part:FILTER", "service:CHECK"} {
		list = append(list, asking(key, func(r store.Reader) (*Explanation, error) { return Explain(r, o, key, date("2026-03-01")) }))
	}
	k.read(func(r store.Reader) error {
		for e, err := range TimeEntries.By(r, "order", store.K(o)) {
			if err != nil {
				return err
			}
			list = append(list, ofOrder("time", e.ID, now, ExplainTime))
		}
		for inv, err := range Invoices.By(r, "order", store.K(o)) {
			if err != nil {
				return err
			}
			figures := fmt.Sprintf("%s %s %s %s", cmp.Or(inv.Number, "draft"), inv.Status, inv.Net, inv.Gross)
			list = append(list, ofOrder(figures+" gate", inv.ID, now, InvoiceGate), ofOrder(figures+" margin", inv.ID, now, MarginOf),
				asking(figures, func(store.Reader) (string, error) { return inv.Text(), nil }))
		}
		return nil
	})
	return list
}

// books lists what can be asked about the shop's customer and its months.
func (k *shop) books() []question {
	today := date("2026-03-20")
	list := []question{
		asking("statement", func(r store.Reader) (*Statement, error) { return StatementOf(r, k.customer, date("2026-03-01"), today) }),
		asking("ageing", func(r store.Reader) (Ageing, error) { return AgeingOf(r, k.customer, date("2026-04-20")) }),
		asking("months", func(r store.Reader) ([]MonthView, error) { return MonthsOf(r, today) }),
		asking("taxes of the customer", func(r store.Reader) ([]TaxStatus, error) { return CustomerTax(r, k.customer) }),
		asking("separations", func(r store.Reader) (out []Separation, err error) {
			for x, err := range Separations(r) {
				if err != nil {
					return nil, err
				}
				out = append(out, x)
			}
			return out, nil
		}),
		asking("who may decide", func(r store.Reader) (out []any, err error) {
			for q, err := range approval.Requests.All(r) {
				if err != nil {
					return nil, err
				}
				x, err := approval.Explain(r, q, k.clock.now)
				if err != nil {
					return nil, err
				}
				waits, err := q.Waiting(r)
				if err != nil {
					return nil, err
				}
				out = append(out, x, waits)
			}
			return out, nil
		}),
		asking("receivables", func(r store.Reader) (out []Receivable, err error) {
			for row, err := range Invoices.Rows(r, "customer", store.Prefix(store.K(k.customer))) {
				if err != nil {
					return nil, err
				}
				x, _, err := ReceivableOf(r, &row, today)
				if err != nil {
					return nil, err
				}
				out = append(out, x)
			}
			return out, nil
		}),
	}
	for _, a := range Audits() {
		list = append(list, asking("audit "+a.Name, func(r store.Reader) (out []string, err error) {
			err = a.Run(r, func(_ store.ID, msg string) { out = append(out, msg) })
			return out, err
		}))
	}
	return list
}

// asks notes the answers.
func (w *witness) asks(about string, list []question) {
	w.k.read(func(r store.Reader) error {
		for _, q := range list {
			v, err := q.ask(r)
			w.says(strings.TrimSpace(about+" "+q.about), v, err)
		}
		return nil
	})
}

// order notes what can be asked about an order.
func (w *witness) order(o store.ID) {
	w.orders = append(w.orders, o)
	w.asks(get(w.k, work.WorkOrders, o).Number, w.k.questions(o))
}

// everything notes the books of the shop.
func (w *witness) everything() {
	w.asks("", w.k.books())
	w.k.read(func(r store.Reader) error {
		for a, err := range Allocations.All(r) {
			w.says("allocation", a, err)
		}
		return nil
	})
}

// compare holds what was said against what was kept.
func (w *witness) compare(name string) {
	w.t.Helper()
	if dir := os.Getenv("CALLOUT_KEPT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte(strings.Join(w.whole, "\n")+"\n"), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	file := filepath.Join("testdata", "kept", name+".txt")
	got := strings.Join(w.lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file) //nolint:gosec // the test's own data
	if err != nil {
		w.t.Fatal(err)
	}
	want := strings.Split(strings.TrimSuffix(string(kept), "\n"), "\n")
	for i, line := range w.lines {
		if i >= len(want) || want[i] != line {
			w.t.Fatalf("line %d of %s is now\n%s\nand was\n%s", i+1, file, line, strings.Join(want[min(i, len(want)):min(i+1, len(want))], ""))
		}
	}
	if len(want) != len(w.lines) {
		w.t.Fatalf("%s has %d lines, and now there are %d", file, len(want), len(w.lines))
	}
}

var diary = storetest.NewDiary(filepath.Join("testdata", "kept", "tests.txt"), update)

// closing writes what can be asked of a shop when a test is done with it.
func (k *shop) closing(l *storetest.Life) {
	if k.witness != nil {
		return // it has asked, and compares
	}
	k.read(func(r store.Reader) error {
		list := k.books()
		for o, err := range work.WorkOrders.All(r) {
			if err != nil {
				return err
			}
			list = append(list, k.questions(o.ID)...)
		}
		for _, q := range list {
			v, err := q.ask(r)
			l.Say(q.about, v, err)
		}
		return nil
	})
}

// nextID gives commands ids of their own, the same in every run, from which those of records follow.
func (k *shop) nextID() uuid.UUID {
	k.count++
	return uuid.NewSHA1(tenant, fmt.Append(nil, k.count))
}
