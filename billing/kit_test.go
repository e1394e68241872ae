package billing_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/billing/ledger"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
	"callout/work"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
)

var eur = must(money.ParseCurrency("currency", "EUR"))

// must is for literals in tests.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func amount(s string) money.Amount     { return must(money.ParseAmount("amount", s, eur)) }
func amountp(s string) *money.Amount   { a := amount(s); return &a }
func qty(s string) money.Quantity      { return must(money.ParseQuantity("qty", s)) }
func qtyp(s string) *money.Quantity    { q := qty(s); return &q }
func price(s string) money.Price       { return must(money.ParsePrice("price", s)) }
func pricep(s string) *money.Price     { p := price(s); return &p }
func percent(s string) money.Percent   { return must(money.ParsePercent("percent", s)) }
func percentp(s string) *money.Percent { p := percent(s); return &p }
func date(s string) calendar.Date      { return must(calendar.ParseDate("date", s)) }
func at(s string) time.Time            { return must(time.Parse(time.RFC3339, s)).UTC() }

// clock is the authority's time, moved by the test and a little by each command.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// shop is a small business in Vienna: a customer with a site, a technician called ana, prices and
// a tax. Its policy needs four eyes; "office" does what nobody else is named for.
type shop struct {
	*store.Store
	tb       testing.TB
	clock    *clock
	customer store.ID
	site     store.ID
	ana      store.ID

	count   int      // how many commands there were
	witness *witness // notes what becomes of commands
	engine  *storetest.Brittle
	life    *storetest.Life
	brittle bool // each command, not only the first of its name, is tried on an engine that fails before it is done
}

func newShop(tb testing.TB, set ...store.Command) *shop {
	tb.Helper()
	return openShop(tb, Checks(), set...)
}

// openShop is newShop with other checks, to see what is found where they are missing.
func openShop(tb testing.TB, checks []func(*store.Tx) error, set ...store.Command) *shop {
	tb.Helper()
	return openShopIn(tb, "EUR", checks, set...)
}

// openShopIn is openShop in another currency.
func openShopIn(tb testing.TB, currency string, checks []func(*store.Tx) error, set ...store.Command) *shop {
	tb.Helper()
	c := &clock{now: at("2026-03-02T06:00:00Z")}
	engine := storetest.NewBrittle(memory.New())
	s, err := store.Open(engine, store.Schema{
		App: "test", Prelude: party.Meet,
		Collections: slices.Concat(party.Collections(), approval.Collections(), work.Collections(), dispatch.Collections(), Collections(), ledger.Collections()),
		Commands: slices.Concat(party.Commands(), approval.Commands(), work.Commands(), dispatch.Commands(), Commands(), ledger.Commands(), []func() store.Command{
			func() store.Command { return &forge{} },
		}),
		Derivations: slices.Concat(work.Derivations(), dispatch.Derivations(), Derivations()),
		Checks:      slices.Concat(work.Checks(), dispatch.Checks(), checks),
		Audits:      slices.Concat(work.Audits(), dispatch.Audits(), Audits()),
	}, store.Options{Keys: newKeys(tb), Now: c.Now})
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.Init(tb.Context(), tenant, store.Actor{Name: "office", How: store.Asserted}); err != nil {
		tb.Fatal(err)
	}
	k := &shop{Store: s, tb: tb, clock: c, engine: engine}
	k.life = diary.Follow(tb, s, k.closing)
	k.must(&party.InitCompany{
		Company: "Alpine Lifts", Code: currency, Zone: "Europe/Vienna", Address: "Ring 1\n1010 Wien", Country: "AT", TaxID: "ATU12345678",
		Bank: "IBAN AT61 1904 3002 3457 3201",
	})
	for _, cmd := range set {
		k.must(cmd)
	}
	if len(set) == 0 {
		k.must(&SetTax{Class: "standard", Rate: percent("20"), Default: true})
		k.must(&SetPrice{Key: "labour", Price: price("90")})
		k.must(&SetPrice{Key: "travel", Price: price("60")})
		k.must(&SetPrice{Key: "service:CHECK", Price: price("120"), Text: "Yearly check"})
	}
	k.customer = k.must(&work.AddCustomer{Customer: "Hotel Post", Address: "Dorf 5\n6370 Kitzbühel", Country: "AT"}).Subject
	k.site = k.must(&work.AddSite{Customer: k.customer, Site: "main house", Address: "Dorf 5"}).Subject
	k.ana = k.must(&dispatch.AddTechnician{Technician: "ana", CostRate: pricep("38")}).Subject
	return k
}

var tenant = uuid.MustParse("5f0c3a52-8a3e-7cc2-9a70-3c1b8a5d2e11")

// keys is a keyring that forgets what it has seen.
type keys struct{ secret, public string }

func newKeys(tb testing.TB) keys {
	secret, public, err := note.GenerateKey(rand.Reader, "callout/"+tenant.String())
	if err != nil {
		tb.Fatal(err)
	}
	return keys{secret, public}
}

func (k keys) Signer(string, bool) (note.Signer, string, error) {
	s, err := note.NewSigner(k.secret)
	return s, k.public, err
}
func (keys) Seen(string) (string, error) { return "", nil }
func (keys) See(string, string) error    { return nil }

// as is a command by somebody, at a time, with a reason.
type as struct {
	name   string
	at     time.Time
	reason string
	cmd    store.Command
}

func (k *shop) do(cmd store.Command) (store.Receipt, error) { return k.doAs(as{cmd: cmd}) }

func (k *shop) doAs(a as) (store.Receipt, error) {
	if a.name == "" {
		a.name = "office"
	}
	id := k.nextID()
	in := store.Intent{ID: id, Cmd: a.cmd, Actor: store.Actor{Name: a.name, How: store.Asserted}, At: a.at, Reason: a.reason}
	do := func() (store.Receipt, error) { return k.One(k.tb.Context(), in) }
	now := k.clock.now // what fails takes no time: it leaves no trace
	storetest.Odd(k.tb, k.Store, in,
		"company.", "technician.", "agreement.add.v1 .Includes", // those are of other rooms
		".Discount.Reason", // where nothing is taken off, no reason is kept
	)
	k.clock.set(now)
	rec, err := k.engine.First(k.tb, a.cmd, k.brittle, func() { k.clock.set(now) }, do)
	k.life.Command(a.cmd, rec, err)
	if k.witness != nil {
		k.witness.command(a.cmd, rec, err)
	}
	return rec, err
}

func (k *shop) must(cmd store.Command) store.Receipt { k.tb.Helper(); return k.mustAs(as{cmd: cmd}) }

func (k *shop) mustAs(a as) store.Receipt {
	k.tb.Helper()
	rec, err := k.doAs(a)
	if err != nil {
		k.tb.Fatalf("%s: %v", a.cmd.Name(), err)
	}
	return rec
}

// refused runs a command that must be refused with a code, and returns the words.
func (k *shop) refused(code string, a as) *fault.Error {
	k.tb.Helper()
	_, err := k.doAs(a)
	if got := fault.CodeOf(err); err == nil || got != code {
		k.tb.Fatalf("%s: code %q (%v), want %q", a.cmd.Name(), got, err, code)
	}
	var f *fault.Error
	errors.As(err, &f)
	return f
}

func (k *shop) read(fn func(r store.Reader) error) {
	k.tb.Helper()
	if err := k.View(context.WithoutCancel(k.tb.Context()), fn); err != nil { // also when the test is over
		k.tb.Fatal(err)
	}
}

// get reads a record.
func get[T, R any](k *shop, c *store.Collection[T, R], id store.ID) (rec *T) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		rec, err = c.Get(r, id)
		return err
	})
	return rec
}

// order opens an order and begins work on it.
func (k *shop) order() store.ID {
	k.tb.Helper()
	id := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler"}).Subject
	k.must(&work.StartWorkOrder{ID: id})
	return id
}

// complete ends the work on an order.
func (k *shop) complete(order store.ID) {
	k.tb.Helper()
	k.must(&work.CompleteWorkOrder{ID: order, Outcome: work.Done})
}

// worked enters, submits and approves time of ana on a day of March 2026, in UTC.
func (k *shop) worked(order store.ID, from, to string) store.ID {
	k.tb.Helper()
	id := k.entered(order, from, to)
	k.must(&SubmitTime{Entry: id})
	k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
	return id
}

func (k *shop) entered(order store.ID, from, to string) store.ID {
	k.tb.Helper()
	return k.must(&AddTime{Order: order, Technician: k.ana, From: at(from), To: at(to)}).Subject
}

// item adds a part with a price named by hand by "store".
func (k *shop) item(order store.ID, q, p string) store.ID {
	k.tb.Helper()
	return k.mustAs(as{name: "store", reason: "as on the phone", cmd: &AddItem{
		Order: order, Kind: PartItem, Ref: "FILTER", Qty: qty(q), Price: pricep(p), Cost: pricep("10"),
	}}).Subject
}

// proposed, approved and released take an order's invoice that far.
func (k *shop) proposed(order store.ID) store.ID {
	k.tb.Helper()
	return k.must(&ProposeInvoice{Order: order}).Subject
}

func (k *shop) approved(order store.ID) store.ID {
	k.tb.Helper()
	id := k.proposed(order)
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	return id
}

func (k *shop) released(order store.ID) *Invoice {
	k.tb.Helper()
	id := k.approved(order)
	k.must(&ReleaseInvoice{Invoice: id})
	return get(k, Invoices, id)
}

// credited takes a released invoice back, or what is left of it.
func (k *shop) credited(inv store.ID) *Invoice { k.tb.Helper(); return k.creditedBy(inv, CreditAsk{}) }

func (k *shop) creditedPart(inv store.ID, parts ...CreditPart) *Invoice {
	k.tb.Helper()
	return k.creditedBy(inv, CreditAsk{Parts: parts})
}

func (k *shop) creditedBy(inv store.ID, ask CreditAsk) *Invoice {
	k.tb.Helper()
	cn := k.mustAs(as{cmd: &CreditInvoice{Invoice: inv, CreditAsk: ask}, reason: "wrong customer"}).Subject
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
	k.must(&ReleaseInvoice{Invoice: cn})
	return get(k, Invoices, cn)
}

func (k *shop) rollup(order store.ID) (p *Rollup) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		p, err = RollupOf(r, order, k.clock.Now())
		return err
	})
	return p
}

func (k *shop) gate(id store.ID) (g *Gate) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		if id.Prefix() == Invoices.Prefix() {
			g, err = InvoiceGate(r, id, k.clock.Now())
		} else {
			g, err = OrderGate(r, id, k.clock.Now())
		}
		return err
	})
	return g
}

// audited runs the room's audits, which must find nothing.
func (k *shop) audited() {
	k.tb.Helper()
	k.read(func(r store.Reader) error {
		for _, a := range Audits() {
			if err := a.Run(r, func(id store.ID, msg string) { k.tb.Errorf("audit %s: %s: %s", a.Name, id, msg) }); err != nil {
				return err
			}
		}
		return nil
	})
}

func wantAmount(tb testing.TB, what string, got money.Amount, want string) {
	tb.Helper()
	if !got.Equal(amount(want)) {
		tb.Errorf("%s: got %s, want %s", what, got.Fixed(eur), want)
	}
}

// vectors reads a file of worked cases, or skips where it is not there.
func vectors[T any](t *testing.T, file string) []T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "billing", file))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the worked cases %s are not there; put them beside the checkout as ../shared/data/billing", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Vectors []T }
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Vectors
}

func contains(tb testing.TB, text, part string) {
	tb.Helper()
	if !strings.Contains(text, part) {
		tb.Errorf("%q does not say %q", text, part)
	}
}

// recast reads a case of a file as a type, without some of its keys.
func recast[T any](t *testing.T, m map[string]any, without ...string) (v T) {
	t.Helper()
	c := maps.Clone(m)
	for _, key := range without {
		delete(c, key)
	}
	if err := json.Unmarshal(must(json.Marshal(c)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func from(s string) calendar.Validity { return calendar.Validity{From: date(s)} }
