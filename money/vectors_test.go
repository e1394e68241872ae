package money_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "callout/money"
)

var eur = must(ParseCurrency("currency", "EUR"))

// must is for literals in tests.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func amount(s string) Amount     { return must(ParseAmount("amount", s, eur)) }
func quantity(s string) Quantity { return must(ParseQuantity("quantity", s)) }
func price(s string) Price       { return must(ParsePrice("price", s)) }
func percent(s string) Percent   { return must(ParsePercent("percent", s)) }
func factor(s string) Factor     { return must(ParseFactor("factor", s)) }

func amounts(ss []string) []Amount {
	var as []Amount
	for _, s := range ss {
		as = append(as, amount(s))
	}
	return as
}

func wantAmount(t *testing.T, what string, got Amount, want string) {
	t.Helper()
	if !got.Equal(amount(want)) {
		t.Errorf("%s: got %s, want %s", what, got.Fixed(eur), want)
	}
}

func wantAmounts(t *testing.T, what string, got []Amount, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d amounts, want %d", what, len(got), len(want))
	}
	for i := range got {
		wantAmount(t, what, got[i], want[i])
	}
}

// cases holds, for each vector of a file that this package answers, its check.
type cases map[string]func(t *testing.T, raw json.RawMessage)

// readVectors reads a file of worked cases, which lies beside the checkout.
func readVectors(t *testing.T, file string) []json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "billing", file))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the worked cases %s are not there; put them beside the checkout as ../shared/data/billing", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Vectors []json.RawMessage }
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Vectors
}

// runVectors runs the checks over a file of worked cases. Every vector must either have
// a check or be named as another room's, and every check must find its vector, so that
// a vector that is added, renamed or lost is noticed.
func runVectors(t *testing.T, file string, mine cases, others ...string) {
	t.Helper()
	vectors := readVectors(t, file)
	left := map[string]bool{}
	for id := range mine {
		left[id] = true
	}
	for _, id := range others {
		left[id] = true
	}
	for _, v := range vectors {
		var head struct{ ID string }
		if err := json.Unmarshal(v, &head); err != nil {
			t.Fatal(err)
		}
		if !left[head.ID] {
			t.Errorf("%s: nobody checks the vector %q", file, head.ID)
		}
		delete(left, head.ID)
		if check, ok := mine[head.ID]; ok {
			t.Run(head.ID, func(t *testing.T) { check(t, v) })
		}
	}
	for id := range left {
		t.Errorf("%s: the vector %q was not there to check", file, id)
	}
}

// as decodes a vector.
func as[T any](t *testing.T, raw json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func checkExclusive(t *testing.T, raw json.RawMessage) {
	v := as[struct {
		Input []struct {
			Qty         string
			UnitPrice   string `json:"unit_price"`
			DiscountPct string `json:"discount_pct"`
			VATPct      string `json:"vat_pct"`
		}
		Expect struct {
			LineNets []string `json:"line_nets"`
			Net      string
			VAT      map[string]string
			VATTotal string `json:"vat_total"`
			Gross    string
		}
	}](t, raw)
	var lines []Taxable
	var nets []Amount
	for _, in := range v.Input {
		l := NewLine(quantity(in.Qty), price(in.UnitPrice), percent(in.DiscountPct), eur, HalfAway)
		nets = append(nets, l.Net)
		lines = append(lines, Taxable{Net: l.Net, Category: "S", Rate: percent(in.VATPct)})
	}
	wantAmounts(t, "line nets", nets, v.Expect.LineNets)
	got := Total(lines, nil, nil, eur, HalfAway)
	wantAmount(t, "net", got.Net, v.Expect.Net)
	wantAmount(t, "VAT", got.VAT, v.Expect.VATTotal)
	wantAmount(t, "gross", got.Gross, v.Expect.Gross)
	if len(got.Breakdown) != len(v.Expect.VAT) {
		t.Errorf("got %d rates, want %d", len(got.Breakdown), len(v.Expect.VAT))
	}
	for _, s := range got.Breakdown {
		wantAmount(t, "VAT at "+s.Rate.Format(), s.VAT, v.Expect.VAT[s.Rate.String()])
	}
}

func checkInclusive(t *testing.T, raw json.RawMessage) {
	v := as[struct {
		Input struct {
			GrossLines []string `json:"gross_lines"`
			VATPct     string   `json:"vat_pct"`
		}
		Expect struct{ Gross, Net, VAT string }
	}](t, raw)
	gross := amounts(v.Input.GrossLines)
	nets, vat, err := NetLines(gross, percent(v.Input.VATPct), eur, HalfAway)
	if err != nil {
		t.Fatal(err)
	}
	wantAmount(t, "net", Sum(nets...), v.Expect.Net)
	wantAmount(t, "VAT", vat, v.Expect.VAT)
	wantAmount(t, "gross", Sum(nets...).Add(vat), v.Expect.Gross)
}

func TestTaxRoundingVectors(t *testing.T) {
	mine := cases{}
	for _, id := range []string{
		"odoo-37896", "en-160", "xr-74", "xr-74-original", "en-303", "ksa-174", "odoo-253625", "odoo-258909",
		"odoo-259576", "accounted-2580", "en-143", "dolibarr-6653", "bcapps-9592",
	} {
		mine[id] = checkExclusive
	}
	for _, id := range []string{
		"erpnext-58712", "erpnext-59001", "erpnext-38137", "odoo-275093", "odoo-135262", "odoo-134985",
	} {
		mine[id] = checkInclusive
	}
	runVectors(t, "tax-rounding.json", mine)
}

func TestMultiplierVectors(t *testing.T) {
	overtime := func(t *testing.T, raw json.RawMessage) {
		v := as[struct {
			Rate, Hours, Bonus string
			Parts              [][2]string
			Threshold          string `json:"weekly_threshold"`
			OT                 string `json:"ot_multiplier"`
			Regular            string `json:"expect_regular_rate"`
			Pay                string `json:"expect_pay"`
		}](t, raw)
		parts := v.Parts
		if parts == nil {
			parts = [][2]string{{v.Hours, v.Rate}}
		}
		var straight Amount
		var hours Quantity
		for _, p := range parts {
			straight = straight.Add(LineAmount(quantity(p[0]), price(p[1]), eur, HalfAway))
			hours = hours.Add(quantity(p[0]))
		}
		if v.Bonus != "" {
			straight = straight.Add(amount(v.Bonus))
		}
		regular := must(RatePer(straight, hours, 6, HalfAway))
		if v.Regular != "" && !regular.Equal(price(v.Regular)) {
			t.Errorf("regular rate: got %s, want %s", regular, v.Regular)
		}
		// 29 CFR 778.110: beyond the threshold, half the regular rate comes on top.
		extra := LineAmount(hours.Sub(quantity(v.Threshold)), RateTimes(regular, factor("0.5"), 6, HalfAway), eur, HalfAway)
		wantAmount(t, "pay", straight.Add(extra), v.Pay)
	}
	rate := func(t *testing.T, raw json.RawMessage) {
		v := as[struct {
			Base, Multiplier string
			Rate             string `json:"expect_rate"`
		}](t, raw)
		if got := RateTimes(price(v.Base), factor(v.Multiplier), 2, HalfAway); !got.Equal(price(v.Rate)) {
			t.Errorf("got %s, want %s", got, v.Rate)
		}
	}
	runVectors(t, "overtime-multipliers.json", cases{
		"cfr-778.110a":         overtime,
		"cfr-778.110b":         overtime,
		"weighted-778.115":     overtime,
		"austin-tech-direct":   rate,
		"austin-tech-indirect": rate,
		"stacking-max": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Base        string
				Multipliers map[string]string
				Max         string `json:"expect_max"`
				Product     string `json:"expect_product_if_chosen"`
				Additive    string `json:"expect_additive_if_chosen"`
			}](t, raw)
			var fs []Factor
			for _, m := range v.Multipliers {
				fs = append(fs, factor(m))
			}
			for s, want := range map[Stacking]string{StackMax: v.Max, StackProduct: v.Product, StackAdditive: v.Additive} {
				got := LineAmount(quantity("1"), RateTimes(price(v.Base), s.Stack(fs...), 2, HalfAway), eur, HalfAway)
				wantAmount(t, "stacking "+string(s), got, want)
			}
		},
	}, "kimai-1585", "kimai-1312", "threshold-split", "dst-2026-03-29", "dst-2026-10-25") // calendar's
}

func TestCapAndMilestoneVectors(t *testing.T) {
	runVectors(t, "nte-deposit-milestone.json", cases{
		"far-85": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Cap    string
				Billed []string
			}](t, raw)
			notice := PercentOf(amount(v.Cap), percent("85"), eur, HalfAway)
			var used Amount
			var at []int
			for i, b := range amounts(v.Billed) {
				before := used
				used = used.Add(b)
				if before.Cmp(notice) < 0 && used.Cmp(notice) >= 0 {
					at = append(at, i)
				}
			}
			if len(at) != 1 || at[0] != 2 {
				t.Errorf("85 %% is reached at %v, want once, by the third", at)
			}
		},
		"far-withhold": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Invoices []string
				Pct      string   `json:"withhold_pct"`
				Max      string   `json:"withhold_max"`
				Expect   []string `json:"expect_withheld"`
			}](t, raw)
			left := amount(v.Max)
			var got []Amount
			for _, inv := range amounts(v.Invoices) {
				held, _ := PercentOf(inv, percent(v.Pct), eur, HalfAway).SplitAt(left)
				left = left.Sub(held)
				got = append(got, held)
			}
			wantAmounts(t, "withheld", got, v.Expect)
		},
		"nte-cut": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Cap     string
				Charges []string
				Billed  string `json:"expect_billed"`
				Held    string `json:"expect_written_off_or_held"`
			}](t, raw)
			left := amount(v.Cap)
			var billed, held Amount
			for _, c := range amounts(v.Charges) {
				within, over := c.SplitAt(left)
				left, billed, held = left.Sub(within), billed.Add(within), held.Add(over)
			}
			wantAmount(t, "billed", billed, v.Billed)
			wantAmount(t, "held", held, v.Held)
		},
		"milestone-percent-residual": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Contract string
				Pct      []string `json:"milestones_pct"`
				Expect   []string
			}](t, raw)
			var shares []Percent
			for _, p := range v.Pct {
				shares = append(shares, percent(p))
			}
			wantAmounts(t, "milestones", must(CumulativeShares(amount(v.Contract), shares, eur, HalfAway)), v.Expect)
		},
		"milestone-thirds": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Contract string
				Cum      []string `json:"milestones_cum_pct"`
				Expect   []string
			}](t, raw)
			var before Amount
			var got []Amount
			for _, p := range v.Cum {
				due := CumulativeShare(amount(v.Contract), percent(p), before, eur, HalfAway)
				before = before.Add(due)
				got = append(got, due)
			}
			wantAmounts(t, "milestones", got, v.Expect)
		},
		"deposit-100pct-half-cent": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Lines   []struct{ Qty, Price string }
				Pct     string `json:"deposit_pct"`
				Deposit string `json:"expect_deposit_net"`
				Due     string `json:"expect_final_due"`
			}](t, raw)
			var net Amount
			for _, l := range v.Lines {
				net = net.Add(LineAmount(quantity(l.Qty), price(l.Price), eur, HalfAway))
			}
			deposit := PercentOf(net, percent(v.Pct), eur, HalfAway)
			wantAmount(t, "deposit", deposit, v.Deposit)
			wantAmount(t, "final", net.Sub(deposit), v.Due)
		},
		"split-penny": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Minor  int64 `json:"amount_minor"`
				N      int
				Expect []int64
			}](t, raw)
			weights := make([]Quantity, v.N)
			for i := range weights {
				weights[i] = NewQuantity(1, 0)
			}
			for i, got := range must(Allocate(Minor(v.Minor, eur), weights, eur)) {
				wantAmount(t, "part", got, Minor(v.Expect[i], eur).Fixed(eur))
			}
		},
	}, "deposit-as-prepaid") // which document an advance payment is, is billing's
}

func TestCreditVectors(t *testing.T) {
	refund := func(t *testing.T, raw json.RawMessage) {
		v := as[struct {
			Lines  []struct{ Net, Tax string }
			Refund string `json:"refund_gross"`
			Expect []struct{ Gross, Tax string }
		}](t, raw)
		var gross []Amount
		for _, l := range v.Lines {
			gross = append(gross, amount(l.Net).Add(amount(l.Tax)))
		}
		for i, part := range must(Allocate(amount(v.Refund), gross, eur)) {
			split := must(Allocate(part, amounts([]string{v.Lines[i].Net, v.Lines[i].Tax}), eur))
			wantAmount(t, "gross", part, v.Expect[i].Gross)
			wantAmount(t, "tax", split[1], v.Expect[i].Tax)
		}
	}
	runVectors(t, "credit-notes.json", cases{
		"stripe-overbilled": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Invoice  string
				ShouldBe string `json:"should_be"`
				Credit   string `json:"credit_note"`
			}](t, raw)
			wantAmount(t, "credit", amount(v.Invoice).Sub(amount(v.ShouldBe)), v.Credit)
		},
		"stripe-pre-post": func(t *testing.T, raw json.RawMessage) {
			v := as[struct {
				Total, Paid, Credit string
				Expect              struct {
					Pre  string `json:"pre_payment"`
					Post string `json:"post_payment"`
				}
			}](t, raw)
			pre, post := amount(v.Credit).SplitAt(amount(v.Total).Sub(amount(v.Paid)))
			wantAmount(t, "taken off what is open", pre, v.Expect.Pre)
			wantAmount(t, "excess", post, v.Expect.Post)
		},
		"stripe-tax-exclusive-refund": refund,
		"stripe-tax-inclusive-refund": refund,
	}, // The rest are rules of documents and balances, which are billing's.
		"stripe-short-stock", "stripe-cn-limit", "kb-credit-then-charge", "kb-item-adj-unpaid", "kb-item-adj-paid",
		"kb-refund-with-adj", "kb-refund-without-adj")
}

// TestPrintedQuantityVectors: the quantity that a document prints is the one that it
// multiplies.
func TestPrintedQuantityVectors(t *testing.T) {
	checked := 0
	for _, raw := range readVectors(t, "time-rounding.json") {
		v := as[struct {
			Kind    string
			Minutes int64
			Rate    string
			Exact   string `json:"expect_amount_exact"`
			From083 string `json:"expect_amount_from_printed_0_83h"`
			From042 string `json:"expect_amount_from_printed_0_42h"`
			From020 string `json:"expect_amount_from_printed_0_20h"`
		}](t, raw)
		switch v.Kind {
		case "punch", "duration", "scope": // rounding of worked time is billing's
			continue
		case "display":
			checked++
		default:
			t.Errorf("nobody checks vectors of the kind %q", v.Kind)
			continue
		}
		hours := func(places int32) Quantity {
			return HoursOf(time.Duration(v.Minutes)*time.Minute, places, HalfAway)
		}
		if v.Exact != "" {
			wantAmount(t, "exact", LineAmount(hours(6), price(v.Rate), eur, HalfAway), v.Exact)
		}
		wantAmount(t, "as printed", LineAmount(hours(2), price(v.Rate), eur, HalfAway), v.From083+v.From042+v.From020)
	}
	if checked != 3 {
		t.Errorf("%d vectors of the kind display, want 3", checked)
	}
}
