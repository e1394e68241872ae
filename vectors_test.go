package main_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// workedCases says which test takes each worked case of ../shared/data/billing: file, case, and the tests by package
// and name. A case of time rounding has no name and goes by its kind.
func workedCases() map[string]map[string][]string {
	const (
		agreed   = "billing.TestAgreedVectors"
		caps     = "money.TestCapAndMilestoneVectors"
		shares   = "billing.TestSharesComeToThePriceExactly"
		credits  = "billing.TestCreditNotesByTheWorkedCases"
		sums     = "money.TestCreditVectors"
		factors  = "money.TestMultiplierVectors"
		windows  = "calendar.TestWindowVectors"
		overtime = "billing.TestOvertimeAndMultiplierVectors"
		rebill   = "billing.TestRebillingScenarios"
		numbers  = "billing.TestNumbersByTheWorkedCases"
		tax      = "money.TestTaxRoundingVectors"
		taxed    = "billing.TestTaxRoundingVectors"
		count    = "billing.TestTimeRoundingVectors"
		billed   = "billing.TestBilledTimeByTheWorkedCases"
		printed  = "money.TestPrintedQuantityVectors"
	)
	all := func(tests []string, ids ...string) map[string][]string {
		out := map[string][]string{}
		for _, id := range ids {
			out[id] = tests
		}
		return out
	}
	return map[string]map[string][]string{
		"credit-notes.json": {
			"stripe-overbilled": {credits, sums}, "stripe-short-stock": {credits}, "stripe-pre-post": {credits, sums}, "stripe-cn-limit": {credits},
			"stripe-tax-exclusive-refund": {credits, sums}, "stripe-tax-inclusive-refund": {credits, sums}, "kb-credit-then-charge": {credits},
			"kb-item-adj-unpaid": {credits}, "kb-item-adj-paid": {credits}, "kb-refund-with-adj": {credits}, "kb-refund-without-adj": {credits},
		},
		"nte-deposit-milestone.json": {
			"far-85": {"billing.TestNoticesAreGivenOnce", caps}, "far-withhold": {agreed, caps}, "nte-cut": {"billing.TestTheCrossingChargeIsSplit", caps},
			"milestone-percent-residual": {caps, shares}, "milestone-thirds": {caps, shares}, "deposit-100pct-half-cent": {agreed, caps},
			"deposit-as-prepaid": {agreed}, "split-penny": {caps},
		},
		"numbering.json": all([]string{numbers},
			"draft-has-no-number", "rollback-returns-number", "date-order", "credit-own-series", "year-rollover", "concurrent"),
		"overtime-multipliers.json": {
			"cfr-778.110a": {overtime, factors}, "cfr-778.110b": {overtime, factors}, "weighted-778.115": {factors},
			"austin-tech-direct": {overtime, factors}, "austin-tech-indirect": {overtime, factors}, "kimai-1585": {overtime, windows},
			"kimai-1312": {overtime, windows}, "stacking-max": {overtime, factors}, "threshold-split": {overtime, windows},
			"dst-2026-03-29": {overtime, windows}, "dst-2026-10-25": {overtime, windows},
		},
		"rebilling-scenarios.json": all([]string{rebill}, "odoo-280536", "odoo-277727", "odoo-284470", "odoo-250946", "odoo-274677",
			"odoo-26909", "erpnext-44167", "erpnext-34187", "erpnext-22558"),
		"tax-rounding.json": all([]string{tax, taxed}, "odoo-37896", "en-160", "xr-74", "xr-74-original", "en-303", "ksa-174", "odoo-253625",
			"odoo-258909", "odoo-259576", "accounted-2580", "en-143", "dolibarr-6653", "bcapps-9592", "erpnext-58712", "erpnext-59001",
			"erpnext-38137", "odoo-275093", "odoo-135262", "odoo-134985"),
		"time-rounding.json": {"punch": {count}, "duration": {count, billed}, "scope": {count, billed}, "display": {billed, printed}},
	}
}

// TestEveryWorkedCaseIsTaken holds that no file and no case lies there unused: each is named above with tests that exist,
// read that file, and (the first of them) name the case.
func TestEveryWorkedCaseIsTaken(t *testing.T) {
	dir := filepath.Join("..", "shared", "data", "billing")
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Skip("the worked cases are not there; put them beside the checkout as ../shared/data/billing")
	}
	register := workedCases()
	for _, path := range files {
		file := filepath.Base(path)
		listed, ok := register[file]
		if !ok {
			t.Errorf("no test takes %s", file)
			continue
		}
		delete(register, file)
		for _, id := range caseNames(t, path) {
			if len(listed[id]) == 0 {
				t.Errorf("%s: no test takes the case %q", file, id)
			}
			for i, name := range listed[id] {
				said := saidBy(t, name)
				if !slices.Contains(said, file) {
					t.Errorf("%s does not read %s", name, file)
				}
				if i == 0 && !slices.Contains(said, id) {
					t.Errorf("%s does not name the case %q of %s", name, id, file)
				}
			}
			delete(listed, id)
		}
		for id := range listed {
			t.Errorf("%s has no case %q", file, id)
		}
	}
	for file := range register {
		t.Errorf("%s is not there", file)
	}
}

// caseNames lists what the cases of a file are called.
func caseNames(t *testing.T, path string) (out []string) {
	t.Helper()
	raw, err := os.ReadFile(path) //nolint:gosec // data beside the checkout
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Vectors []struct{ ID, Kind string }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for _, v := range doc.Vectors {
		if v.ID == "" {
			v.ID = v.Kind
		}
		if !slices.Contains(out, v.ID) {
			out = append(out, v.ID)
		}
	}
	return out
}

// saidBy lists the words that stand in quotes in a test, "package.Name".
func saidBy(t *testing.T, name string) (out []string) {
	t.Helper()
	pkg, test, _ := strings.Cut(name, ".")
	files, err := filepath.Glob(filepath.Join(pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || f.Name.Name != test {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil {
						out = append(out, s)
					}
				}
				return true
			})
		}
	}
	if out == nil {
		t.Errorf("there is no test %s", name)
	}
	return out
}
