package ledger

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"

	"pgregory.net/rapid"
)

var eur, _ = money.ParseCurrency("currency", "EUR")

// drawInvoice makes a released document of random lines whose totals are right.
func drawInvoice(t *rapid.T, n int, cur money.Currency) *billing.Invoice {
	inv := &billing.Invoice{
		Record: store.Record{ID: store.ID(fmt.Sprintf("inv_%d", n))},
		Kind:   billing.KindInvoice, Number: fmt.Sprintf("INV-2026-%05d", n), Status: billing.InvoiceReleased, Currency: cur,
		IssuedOn: calendar.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 90).Draw(t, "day")), OrderNumber: "WO-1001",
		Title: rapid.SampledFrom([]string{"Boiler", "=1+1", "a; b | c", `quo"te \ back`, "Žluťoučký"}).Draw(t, "title"),
	}
	inv.Buyer.Name = rapid.SampledFrom([]string{"Hotel Post", "+49 Taxi", `"Krone"; KG`}).Draw(t, "buyer")
	if rapid.Bool().Draw(t, "credit") {
		inv.Kind, inv.Number, inv.CreditsNumber = billing.KindCreditNote, fmt.Sprintf("CN-2026-%05d", n), "INV-2026-00001"
	}
	var lines []money.Taxable
	for i := range rapid.IntRange(1, 12).Draw(t, "lines") {
		qty := money.NewQuantity(rapid.Int64Range(-200, 900).Draw(t, "qty"), 2)
		price := money.NewPrice(rapid.Int64Range(0, 99999).Draw(t, "price"), 3)
		l := billing.InvoiceLine{
			N: i + 1, Kind: rapid.SampledFrom([]billing.SourceKind{billing.FromTime, billing.FromItem, billing.FromMilestone}).Draw(t, "kind"),
			Qty: qty, Price: price, Net: money.LineAmount(qty, price, cur, money.HalfAway), Text: "Work",
			Category: rapid.SampledFrom([]string{"S", "Z"}).Draw(t, "category"), On: inv.IssuedOn,
		}
		if l.Category == "S" {
			l.Rate = money.NewPercent(rapid.SampledFrom([]int64{20, 10}).Draw(t, "rate"), 0)
		}
		inv.Lines = append(inv.Lines, l)
		lines = append(lines, money.Taxable{Net: l.Net, Category: l.Category, Rate: l.Rate})
	}
	var sides [2][]money.Taxable // what is taken off, what is added
	for range rapid.IntRange(0, 2).Draw(t, "allowances") {
		a := billing.Allowance{Amount: money.Minor(rapid.Int64Range(1, 999).Draw(t, "allowance"), cur), Reason: "loyalty"}
		a.Surcharge = rapid.Bool().Draw(t, "surcharge")
		parts, err := money.SplitByTax(a.Amount, lines, cur)
		if err != nil {
			continue // nothing but zeros to spread it over
		}
		side := 0
		if a.Surcharge {
			side = 1
		}
		for _, p := range parts {
			a.Parts = append(a.Parts, billing.AllowancePart{Category: p.Category, Rate: p.Rate, Net: p.Net})
		}
		sides[side] = append(sides[side], parts...)
		inv.Allowances = append(inv.Allowances, a)
	}
	sums := money.Total(lines, sides[0], sides[1], cur, money.HalfAway)
	inv.Net, inv.VAT, inv.Gross = sums.Net, sums.VAT, sums.Gross
	inv.Rounding = money.Minor(rapid.Int64Range(-2, 2).Draw(t, "rounding"), cur)
	switch rapid.IntRange(0, 3).Draw(t, "ahead") { // held back, paid ahead, or a bill of what was held back
	case 1:
		inv.Retained = &billing.Retained{Amount: money.Minor(rapid.Int64Range(1, 500).Draw(t, "retained"), cur)}
	case 2:
		inv.OnAccount = []billing.Drawn{{Retainer: "rtn_1", Amount: money.Minor(rapid.Int64Range(1, 500).Draw(t, "drawn"), cur)}}
	case 3:
		inv.Releases = []billing.RetainageRelease{{Invoice: "inv_0", Amount: money.Minor(rapid.Int64Range(1, 500).Draw(t, "asked"), cur)}}
	}
	for _, b := range sums.Breakdown {
		inv.Taxes = append(inv.Taxes, billing.TaxLine{Category: b.Category, Rate: b.Rate, Base: b.Base, VAT: b.VAT})
	}
	if l := inv.Lines[0]; inv.Net.Sign() > 0 && rapid.Bool().Draw(t, "deposit") { // deducted, with its tax
		d := billing.Deduction{Number: "DEP-2026-00001", Category: l.Category, Rate: l.Rate, Base: money.Minor(1, cur), Net: money.Minor(1, cur)}
		inv.Deducted = append(inv.Deducted, d)
		inv.Net, inv.Gross = inv.Net.Sub(d.Net), inv.Gross.Sub(d.Net)
	}
	return inv
}

func drawBook(t *rapid.T) *Book {
	cur := eur
	if rapid.IntRange(0, 4).Draw(t, "currency") == 0 {
		cur, _ = money.ParseCurrency("currency", rapid.SampledFrom([]string{"JPY", "KWD"}).Draw(t, "code"))
	}
	var docs []*billing.Invoice
	for n := range rapid.IntRange(0, 8).Draw(t, "documents") {
		docs = append(docs, drawInvoice(t, n+1, cur))
	}
	chart := &Chart{Accounts: map[string]Account{
		"revenue:time": {Name: "Income:Labour", Code: "4000"}, "revenue": {Name: "Income:Other", Code: "=4100"},
		"tax:S:20": {Name: "Liabilities:Vat20", TaxType: "20% (VAT on Income)"}, "tax": {Name: "Liabilities:Vat", TaxType: "-other"},
		"discount": {Name: "Income:Discounts", Code: "4900"}, "surcharge": {Name: "Income:Surcharges", Code: "4950"},
		"deposit": {Name: "Liabilities:Deposits", Code: "3300"},
	}}
	b, err := newBook(chart, "GL-1", cur, docs, true)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEntriesComeToNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		var all money.Amount
		for _, sum := range b.Totals() {
			all = all.Add(sum)
		}
		if !all.IsZero() {
			t.Fatalf("the accounts come to %s", all)
		}
		for i, e := range b.Entries {
			owed := money.Amount{}
			for _, p := range e.Postings {
				if p.Account == b.Chart.receivable() || p.Account == b.Chart.only(keyCredit) {
					owed = owed.Add(p.Amount)
				}
			}
			want := b.Invoices[i].Payable()
			if b.Invoices[i].Kind == billing.KindCreditNote {
				want = want.Neg()
			}
			if !owed.Equal(want) {
				t.Fatalf("%s: the customer owes %s, not %s", e.Number, owed, want)
			}
		}
	})
}

// Programs that import rows come to the net of the document.
func TestRowsForImportsComeToTheNet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawInvoice(t, 1, eur)
		if len(inv.Lines) > 1 { // a discount of whatever it is, and a price with tax
			inv.Lines[0].Off = money.Minor(7, eur)
			inv.Lines[1].WithTax = true
		}
		var sum money.Amount
		for _, s := range sales(&Chart{}, inv) {
			sum = sum.Add(s.amount)
			if s.price.Sign() < 0 {
				t.Fatalf("%s has the price %s", s.text, s.price)
			}
			if got := money.LineAmount(s.qty, s.price, eur, money.HalfAway); !got.Equal(s.amount) {
				t.Fatalf("%s × %s is %s, not %s", s.qty, s.price, got, s.amount)
			}
		}
		if !sum.Equal(inv.Net) {
			t.Fatalf("the rows come to %s, not %s", sum, inv.Net)
		}
	})
}

// Half a cent is what hledger 1.25 and beancount let pass.
func TestDocumentsThatDoNotAddUpAreNotHandedOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawInvoice(t, 1, eur)
		inv.Gross = inv.Gross.Add(money.Minor(rapid.SampledFrom([]int64{1, -1, 100}).Draw(t, "off"), eur))
		if _, err := entryOf(&Chart{}, inv, true); !fault.Is(err, fault.Internal) {
			t.Fatalf("an entry that is off came back as %v", err)
		}
	})
}

func TestEveryFormWritesTheSameTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		for _, f := range Forms() {
			var first, second bytes.Buffer
			if _, err := Write(&first, f.Name, b); err != nil {
				t.Fatal(err)
			}
			shuffled := slices.Clone(b.Invoices)
			slices.Reverse(shuffled)
			again, err := newBook(b.Chart, b.Batch, b.Currency, shuffled, true)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Write(&second, f.Name, again); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Fatalf("%s depends on the order of the documents", f.Name)
			}
		}
	})
}

// Debits and credits of the general ledger are the same for every document, as strings with the currency's decimals.
func TestGeneralLedgerBalancesByDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t)
		var out bytes.Buffer
		if _, err := Write(&out, "gl", b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]money.Amount{}
		for _, row := range rows[1:] {
			for col, sign := range map[int]int64{5: 1, 6: -1} {
				if row[col] == "" {
					continue
				}
				a, err := money.ParseAmount("amount", row[col], b.Currency)
				if err != nil || a.Sign() <= 0 {
					t.Fatalf("%q: %v", row[col], err)
				}
				sums[row[1]] = sums[row[1]].Add(a.Mul(sign))
			}
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
					t.Fatalf("a spreadsheet would take %q for a formula", cell)
				}
			}
		}
		for number, sum := range sums {
			if !sum.IsZero() {
				t.Fatalf("%s is off by %s", number, sum)
			}
		}
	})
}

// The programs that the journals are for read them, and are content. A journal that is off by a cent is
// refused by both, so they are listening.
func TestTheirOwnProgramsReadTheJournals(t *testing.T) {
	for _, c := range []struct {
		form, program string
		args          []string
	}{
		{"hledger", "hledger", []string{"-f", "FILE", "check", "accounts", "commodities"}},
		{"beancount", "bean-check", []string{"FILE"}},
	} {
		t.Run(c.form, func(t *testing.T) {
			if _, err := exec.LookPath(c.program); err != nil {
				t.Skipf("%s is not installed here", c.program)
			}
			rounds := 0
			for seed := 1; rounds < 3; seed++ {
				b := rapid.Custom(drawBook).Example(seed)
				if len(b.Entries) < 3 || b.Currency != eur {
					continue
				}
				rounds++
				var out bytes.Buffer
				if _, err := Write(&out, c.form, b); err != nil {
					t.Fatal(err)
				}
				if msg, ok := content(t, c.program, c.args, out.String()); !ok {
					t.Fatalf("%s refuses\n%s\n%s", c.program, out.String(), msg)
				}
				off := offByACent(t, out.String())
				if _, ok := content(t, c.program, c.args, off); ok {
					t.Fatalf("%s lets an entry pass that is off:\n%s", c.program, off)
				}
			}
		})
	}
}

// offByACent adds a cent to the last amount of a journal.
func offByACent(t *testing.T, journal string) string {
	t.Helper()
	all := regexp.MustCompile(`-?\d+\.\d\d EUR`).FindAllStringIndex(journal, -1)
	last := all[len(all)-1]
	a, err := money.ParseAmount("amount", strings.TrimSuffix(journal[last[0]:last[1]], " EUR"), eur)
	if err != nil {
		t.Fatal(err)
	}
	return journal[:last[0]] + a.Add(money.Minor(1, eur)).Format(eur) + journal[last[1]:]
}

// content runs a program on a journal and reports whether it minds.
func content(t *testing.T, program string, args []string, journal string) (string, bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "journal."+program)
	if err := os.WriteFile(file, []byte(journal), 0o600); err != nil {
		t.Fatal(err)
	}
	args = slices.Clone(args)
	args[slices.Index(args, "FILE")] = file
	c := exec.CommandContext(t.Context(), program, args...) //nolint:gosec // fixed words and a temporary file
	c.Env = append(os.Environ(), "LANG=C.UTF-8", "HOME="+t.TempDir())
	out, err := c.CombinedOutput()
	return string(out), err == nil
}

func TestFormsSayWhatTheyCannotCarry(t *testing.T) {
	b := rapid.Custom(func(t *rapid.T) *Book {
		inv := drawInvoice(t, 1, eur)
		note := drawInvoice(t, 2, eur)
		inv.Kind, note.Kind, note.Number = billing.KindInvoice, billing.KindCreditNote, "CN-2026-00002"
		b, err := newBook(&Chart{}, "", eur, []*billing.Invoice{inv, note}, true)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}).Example(1)
	for _, form := range []string{"quickbooks", "xero"} {
		_, err := Write(&bytes.Buffer{}, form, b)
		if fault.CodeOf(err) != "ledger.chart" {
			t.Errorf("%s without a chart came back as %v", form, err)
		}
	}
	b.Chart.Accounts = map[string]Account{
		"tax": {Name: "Liabilities:Tax", TaxType: "Tax"}, "revenue": {Name: "Income:All", Code: "200"},
		"discount": {Name: "Income:Discounts", Code: "210"}, "surcharge": {Name: "Income:Surcharges", Code: "220"}, "deposit": {Name: "Liabilities:Deposits", Code: "330"},
	}
	notes, err := Write(&bytes.Buffer{}, "quickbooks", b)
	if err != nil || len(notes) == 0 || !strings.Contains(notes[0], "CN-2026-00002") || strings.Contains(strings.Join(notes[1:], ""), "CN-") {
		t.Errorf("QuickBooks leaves out %q, %v", notes, err)
	}
	var out bytes.Buffer
	if _, err := Write(&out, "xero", b); err != nil || !strings.Contains(out.String(), "CN-2026-00002") {
		t.Errorf("Xero takes credit notes: %v\n%s", err, out.String())
	}
	if _, err := Write(&out, "sap", b); fault.CodeOf(err) != "ledger.form" {
		t.Errorf("an unknown form came back as %v", err)
	}
}

// Xero rounds the tax of each line: 3 × 0.33 at 20 % is 0.07 by the line three times, and 0.20 on the sum.
func TestXeroIsWarnedOf(t *testing.T) {
	inv := &billing.Invoice{Kind: billing.KindInvoice, Number: "INV-2026-00001", Currency: eur, Net: money.Minor(99, eur), VAT: money.Minor(20, eur), Gross: money.Minor(119, eur)}
	for i := range 3 {
		inv.Lines = append(inv.Lines, billing.InvoiceLine{
			N: i + 1, Kind: billing.FromItem, Qty: money.NewQuantity(1, 0), Price: money.NewPrice(33, 2), Net: money.Minor(33, eur),
			Category: "S", Rate: money.NewPercent(20, 0),
		})
	}
	inv.Taxes = []billing.TaxLine{{Category: "S", Rate: money.NewPercent(20, 0), Base: inv.Net, VAT: inv.VAT}}
	chart := &Chart{Accounts: map[string]Account{"tax": {Name: "Liabilities:Tax", TaxType: "Tax"}, "revenue": {Name: "Income:All", Code: "200"}}}
	b, err := newBook(chart, "", eur, []*billing.Invoice{inv}, true)
	if err != nil {
		t.Fatal(err)
	}
	notes, err := Write(&bytes.Buffer{}, "xero", b)
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "INV-2026-00001 (0.21, not 0.20)") {
		t.Errorf("%q, %v", notes, err)
	}
}

func TestTheLongestKeyWins(t *testing.T) {
	c := &Chart{Accounts: map[string]Account{
		"tax": {Name: "Liabilities:Tax"}, "tax:S": {Name: "Liabilities:Standard"}, "tax:S:20": {Name: "Liabilities:Twenty"},
	}}
	for want, rate := range map[string]string{"Liabilities:Twenty": "20.0", "Liabilities:Standard": "10"} {
		p, err := money.ParsePercent("rate", rate)
		if err != nil {
			t.Fatal(err)
		}
		if _, a := c.tax("S", p); a.Name != want {
			t.Errorf("S %s goes to %s, not %s", rate, a.Name, want)
		}
	}
	if _, a := c.tax("Z", money.Percent{}); a.Name != "Liabilities:Tax" {
		t.Errorf("Z goes to %s", a.Name)
	}
	if _, a := c.revenue(billing.FromTime); a.Name != "Income:Services" {
		t.Errorf("what nobody has set goes to %s", a.Name)
	}
}

func TestKeys(t *testing.T) {
	for in, want := range map[string]string{
		"receivable": "receivable", "revenue:time": "revenue:time", "tax": "tax", "tax:s": "tax:S", "tax:S:20.00": "tax:S:20",
	} {
		if got, err := parseKey(in); err != nil || got != want {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "rent", "tax:", "tax:STANDARD", "tax:S:x", "tax:S:20:1", "revenue:"} {
		if got, err := parseKey(in); err == nil {
			t.Errorf("%q was taken for %q", in, got)
		}
	}
}

// What is held back, what was invoiced ahead and what was paid ahead each have an account of their own, and a bill of retainage
// is no empty entry. Figures by hand: 1,000 and 20 % of tax; 100 held back; a deposit of 200 and its tax of 40 deducted; 60 drawn.
func TestWhatIsAskedAheadAndHeldBack(t *testing.T) {
	e := func(n int64) money.Amount { return money.Minor(n*100, eur) }
	twenty := money.NewPercent(20, 0)
	line := func(kind billing.SourceKind, net int64) []billing.InvoiceLine {
		return []billing.InvoiceLine{{Kind: kind, Net: e(net), Category: "S", Rate: twenty}}
	}
	tax := func(base, vat int64) []billing.TaxLine {
		return []billing.TaxLine{{Category: "S", Rate: twenty, Base: e(base), VAT: e(vat)}}
	}
	for name, c := range map[string]struct {
		inv  billing.Invoice
		want map[string]int64
	}{
		"a deposit is owed work": {billing.Invoice{
			Kind: billing.KindDeposit, Lines: line(billing.FromDeposit, 200), Net: e(200), VAT: e(40), Gross: e(240), Taxes: tax(200, 40),
		}, map[string]int64{"Assets:Receivable": 240, "Liabilities:Deposits": -200, "Liabilities:Tax": -40}},
		"an invoice with all three": {billing.Invoice{
			Kind: billing.KindInvoice, Lines: line(billing.FromTime, 1000), Net: e(800), VAT: e(160), Gross: e(960), Taxes: tax(800, 160),
			Ahead: billing.Ahead{
				Deducted:  []billing.Deduction{{Category: "S", Rate: twenty, Base: e(200), VAT: e(40), Net: e(200)}},
				Retained:  &billing.Retained{Amount: e(100)},
				OnAccount: []billing.Drawn{{Amount: e(60)}},
			},
		}, map[string]int64{
			"Assets:Receivable": 800, "Assets:Retainage": 100, "Liabilities:Retainers": 60, "Liabilities:Deposits": 200,
			"Income:Services": -1000, "Liabilities:Tax": -160,
		}},
		"a bill of retainage": {billing.Invoice{
			Kind: billing.KindRetainage, Ahead: billing.Ahead{Releases: []billing.RetainageRelease{{Amount: e(100)}}},
		}, map[string]int64{"Assets:Receivable": 100, "Assets:Retainage": -100}},
		"its credit note": {billing.Invoice{
			Kind: billing.KindCreditNote, Ahead: billing.Ahead{Releases: []billing.RetainageRelease{{Amount: e(100)}}},
		}, map[string]int64{"Liabilities:Customer-Credit": -100, "Assets:Retainage": 100}},
	} {
		t.Run(name, func(t *testing.T) {
			c.inv.Currency = eur
			entry, err := entryOf(&Chart{}, &c.inv, true)
			if err != nil {
				t.Fatal(err)
			}
			if len(entry.Postings) != len(c.want) {
				t.Errorf("%d postings: %+v", len(entry.Postings), entry.Postings)
			}
			for _, p := range entry.Postings {
				if want, ok := c.want[p.Account.Name]; !ok || !p.Amount.Equal(e(want)) {
					t.Errorf("%s gets %s, want %d", p.Account.Name, p.Amount, want)
				}
			}
		})
	}
}

// Programs that import rows are told what they do not take: what is held back or paid ahead, and bills without rows.
func TestRowsAreExplained(t *testing.T) {
	chart := &Chart{Accounts: map[string]Account{"tax": {Name: "Liabilities:Tax", TaxType: "Tax"}, "revenue": {Name: "Income:All", Code: "200"}, "deposit": {Name: "Liabilities:Deposits", Code: "300"}}}
	hundred := money.Minor(100_00, eur)
	docs := []*billing.Invoice{
		{Kind: billing.KindInvoice, Number: "INV-1", Currency: eur, Net: money.Minor(60_00, eur), Gross: money.Minor(60_00, eur),
			Lines: []billing.InvoiceLine{{N: 1, Kind: billing.FromItem, Qty: money.NewQuantity(1, 0), Price: money.NewPrice(100, 0), Net: hundred, Category: "Z"}},
			Ahead: billing.Ahead{
				Deducted: []billing.Deduction{{Number: "DEP-1", Category: "Z", Base: money.Minor(40_00, eur), Net: money.Minor(40_00, eur)}},
				Retained: &billing.Retained{Amount: money.Minor(10_00, eur)},
			}},
		{Kind: billing.KindRetainage, Number: "RET-1", Currency: eur, Ahead: billing.Ahead{Releases: []billing.RetainageRelease{{Amount: money.Minor(10_00, eur)}}}},
	}
	b, err := newBook(chart, "", eur, docs, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"quickbooks", "xero"} {
		var out bytes.Buffer
		notes, err := Write(&out, form, b)
		all := strings.Join(notes, "; ")
		if err != nil || !strings.Contains(all, "INV-1 (50.00 of 60.00)") || !strings.Contains(all, "what was held back: RET-1") {
			t.Errorf("%s says %q, %v", form, all, err)
		}
		if !strings.Contains(out.String(), "less deposit DEP-1,-1,40") {
			t.Errorf("%s does not take the deposit off:\n%s", form, out.String())
		}
	}
}
