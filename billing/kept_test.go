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

	"callout/approval"
	. "callout/billing"
	"callout/store"

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
	w.lines, w.whole = nil, nil // a play that could not be drawn is begun anew
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
		w.approvals()
		for _, e := range w.k.wished() {
			if !granted {
				_, _ = w.k.doAs(as{name: "carl", reason: "no", cmd: &approval.RefuseException{Exception: e.ID}})
				continue
			}
			_, _ = w.k.doAs(as{name: "mia", cmd: &approval.GrantException{Exception: e.ID}})
			_, _ = w.k.doAs(as{name: "carl", cmd: &approval.GrantException{Exception: e.ID}})
			w.approvals()
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

// order notes what can be asked about an order.
func (w *witness) order(o store.ID) {
	number := ""
	now := w.k.clock.now
	ask := func(what string, v any, err error) { w.says(number+" "+what, v, err) }
	w.k.read(func(r store.Reader) error {
		s, err := Load(r, o, now)
		if err != nil {
			return err
		}
		number = s.Order.Number
		gate, err := OrderGate(r, o, now)
		ask("gate", gate, err)
		charges, err := ChargesOf(r, o, now)
		ask("charges", charges, err)
		rollup, err := RollupOf(r, o, now)
		ask("rollup", rollup, err)
		caps, err := CapsOf(r, o, now)
		ask("caps", caps, err)
		covered, err := CoveredOf(r, o, now)
		ask("covered", covered, err)
		job, err := JobOf(r, o, now)
		ask("job", job, err)
		open, err := OpenWorkOf(r, o, now)
		ask("open", open, err)
		positions, err := PositionsOf(r, o)
		ask("positions", positions, err)
		sheet, err := SheetOf(r, o, 0)
		ask("sheet", sheet, err)
		held, err := RetainageOf(r, o)
		ask("held back", held, err)
		taxes, err := ExplainTax(r, o, now)
		ask("taxes", taxes, err)
		differ, err := Differences(r, o, now)
		ask("reprice", differ, err)
		changes, err := ChangesOf(r, o)
		ask("changes", changes, err)
		for _, key := range []string{"labour", "travel", "part:BOLT", "part:FILTER", "service:CHECK"} {
			x, err := Explain(r, o, key, date("2026-03-01"))
			ask(key, x, err)
		}
		for e, err := range TimeEntries.By(r, "order", store.K(o)) {
			if err != nil {
				return err
			}
			x, err := ExplainTime(r, e.ID, now)
			ask("time", x, err)
		}
		for inv, err := range Invoices.By(r, "order", store.K(o)) {
			if err != nil {
				return err
			}
			figures := fmt.Sprintf("%s %s %s %s", cmp.Or(inv.Number, "draft"), inv.Status, inv.Net, inv.Gross)
			gate, err := InvoiceGate(r, inv.ID, now)
			ask(figures+" gate", gate, err)
			margin, err := MarginOf(r, inv.ID, now)
			ask(figures+" margin", margin, err)
			text := *inv // when it was released, by which key, is not what it says
			ask(figures, text.Text(), nil)
		}
		return nil
	})
}

// approvals notes who may decide what waits.
func (w *witness) approvals() {
	w.k.read(func(r store.Reader) error {
		for q, err := range approval.Requests.All(r) {
			if err != nil {
				return err
			}
			x, err := approval.Explain(r, q, w.k.clock.now)
			w.says("approval "+string(q.State)+" "+q.Title, x, err)
			waits, err := q.Waiting(r)
			w.says("waiting", waits, err)
		}
		return nil
	})
}

// everything notes the books of the shop.
func (w *witness) everything() {
	w.approvals()
	today := date("2026-03-20")
	w.k.read(func(r store.Reader) error {
		st, err := StatementOf(r, w.k.customer, date("2026-03-01"), today)
		w.says("statement", st, err)
		age, err := AgeingOf(r, w.k.customer, date("2026-04-20"))
		w.says("ageing", age, err)
		months, err := MonthsOf(r, today)
		w.says("months", months, err)
		for x, err := range Separations(r) {
			w.says("separation "+x.Title, x, err)
		}
		for row, err := range Invoices.Rows(r, "customer", store.Prefix(store.K(w.k.customer))) {
			if err != nil {
				return err
			}
			x, _, err := ReceivableOf(r, &row, today)
			w.says("receivable "+row.Number, x, err)
		}
		for a, err := range Allocations.All(r) {
			w.says("allocation", a, err)
		}
		return nil
	})
	w.says("findings", w.k.findings(), nil)
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

// nextID gives commands ids of their own, the same in every run, from which those of records follow.
func (k *shop) nextID() uuid.UUID {
	k.count++
	return uuid.NewSHA1(tenant, fmt.Append(nil, k.count))
}
