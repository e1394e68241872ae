package billing_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	. "callout/billing"
	"callout/money"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

func TestTheInvoiceAsText(t *testing.T) {
	k := newShop(t)
	k.must(&SetTax{Class: "exempt", Legend: "Exempt under § 6 UStG"})
	o := k.order()
	k.worked(o, "2026-02-28T22:30:00Z", "2026-03-01T01:10:00Z")
	k.item(o, "2", "19.95")
	k.must(&AddItem{
		Order: o, Kind: ExpenseItem, Qty: qty("1"), Price: pricep("12.5"), TaxClass: "exempt",
		Text: "Parking and the ferry to the island, with a receipt that the customer has seen",
	})
	k.complete(o)
	inv := k.released(o)
	golden(t, "invoice.txt", inv.Text())
	golden(t, "credit-note.txt", k.credited(inv.ID).Text())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	// Content hashes hold ids, which differ from run to run.
	if i := strings.Index(got, "Content hash"); i >= 0 {
		got = got[:i] + "Content hash    …\n"
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // a golden file is for everyone
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
	}
}

// TestTextStaysWithinItsColumns prints whatever people may have written.
func TestTextStaysWithinItsColumns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.StringOfN(rapid.RuneFrom([]rune("abc déf 漢字-\n")), 0, 300, -1)
		inv := &Invoice{
			Kind: KindInvoice, Currency: eur, Status: InvoiceReleased, Number: "INV-2026-00001", Title: words.Draw(rt, "title"),
			Seller:    Party{Name: words.Draw(rt, "seller"), Address: words.Draw(rt, "address"), Bank: words.Draw(rt, "bank")},
			Buyer:     Party{Name: words.Draw(rt, "buyer")},
			Reference: words.Draw(rt, "reference"), Gross: amount("1"),
			Lines: []InvoiceLine{{
				N: 1, Text: words.Draw(rt, "text"), Unit: Piece, Category: "S", Rate: percent("20"), Net: amount("1"),
				Qty:   money.NewQuantity(rapid.Int64Range(-999_999_999, 999_999_999).Draw(rt, "qty"), 3),
				Price: money.NewPrice(rapid.Int64Range(0, 9_999_999_999).Draw(rt, "price"), 4),
			}},
			Taxes: []TaxLine{{Category: "AE", Legend: words.Draw(rt, "legend")}},
			Hash:  strings.Repeat("0f", 32),
		}
		for _, l := range strings.Split(inv.Text(), "\n") {
			if n := utf8.RuneCountInString(l); n > 80 {
				rt.Fatalf("%d columns: %q", n, l)
			}
		}
	})
}
