package billing_test

import (
	"strings"
	"testing"

	. "callout/billing"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
	"callout/work"
)

// EN 16931 BR-O-11: a document with category O has no other category. Elsewhere than in the Union nobody asks.
func TestWhatIsOutsideTheScopeOfTaxStandsAlone(t *testing.T) {
	for country, want := range storetest.InOrder(map[string]ReqStatus{"AT": Unsatisfied, "EL": Unsatisfied, "US": "", "": Unsatisfied}) {
		t.Run(country, func(t *testing.T) {
			k := newShop(t)
			k.must(&SetTax{Class: "outside"})
			k.must(&party.EditCompany{Country: &country})
			o := k.order()
			plain := k.item(o, "1", "100")
			outside := k.must(&AddItem{Order: o, Kind: ExpenseItem, Text: "Court fee", Qty: qty("1"), Price: pricep("50"), Cost: pricep("50"), TaxClass: "outside"}).Subject
			k.complete(o)
			q, listed := k.gate(o).Get(ReqTaxAlone)
			if q.Status != want || listed != (want != "") {
				t.Fatalf("it is %q: %s", q.Status, q.Reason)
			}
			if country == "" {
				if q.Severity != Warn {
					t.Error("where the country is unknown it blocks")
				}
				return
			}
			if want == "" {
				k.proposed(o)
				return
			}
			contains(t, q.Reason, "BR-O-11")
			if !strings.HasSuffix(q.Fix, " --only "+string(outside)) {
				t.Errorf("fix %q", q.Fix)
			}
			f := k.refused("gate.propose", as{cmd: &ProposeInvoice{Order: o}})
			contains(t, f.Msg, ReqTaxAlone)
			k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: outside}}})
			k.must(&ProposeInvoice{Order: o, Only: []Selection{{Source: plain}}, Fresh: true})
		})
	}
}

// Photos and readings are asked for by codes of their own, and waived by them.
func TestPhotosAndReadingsHaveCodesOfTheirOwn(t *testing.T) {
	k := openShop(t, nil)
	o := k.order()
	task := k.must(&work.AddTask{Order: o, Title: "Read", Evidence: []work.EvidenceNeed{{Kind: work.Photo}, {Kind: work.Reading}, {Kind: work.Document}}}).Subject
	k.item(o, "1", "100")
	k.must(&work.AddEvidence{Order: o, Task: task, Kind: work.Photo, File: "a.jpg", SHA256: fakeDigest, Bytes: 10})
	g := k.gate(o)
	for _, code := range []string{ReqPhoto, ReqReading, ReqEvidence} {
		if q, ok := g.Get(code); !ok || q.Status != Satisfied {
			t.Errorf("%s of an open task is %q: %s", code, q.Status, q.Reason)
		}
	}
	// What was brought in from elsewhere may be done and lack its proof.
	k.must(change(work.Tasks, task, func(_ *store.Tx, t *work.Task) { t.Status = work.TaskDone }))
	for code, want := range storetest.InOrder(map[string]ReqStatus{ReqPhoto: Satisfied, ReqReading: Unsatisfied, ReqEvidence: Unsatisfied}) {
		q, _ := k.gate(o).Get(code)
		named := strings.Contains(q.Reason, map[string]string{ReqReading: "reading", ReqEvidence: "document"}[code])
		if q.Status != want || want == Unsatisfied && (q.Fix == "" || !named) {
			t.Errorf("%s of a done task is %q: %s (%s)", code, q.Status, q.Reason, q.Fix)
		}
	}
	k.mustAs(as{name: "boss", reason: "the meter is gone", cmd: &WaiveRequirement{Order: o, Code: ReqReading}})
	if q, _ := k.gate(o).Get(ReqReading); q.Status != WaivedStatus {
		t.Errorf("waived, the reading is %s", q.Status)
	}
	if _, ok := k.gate(k.order()).Get(ReqPhoto); ok {
		t.Error("an order that needs no photo lists them")
	}
}

// A contract that was ended since, or before the work, is told of.
func TestContractsAreInForceOnTheDaysThatTheyPrice(t *testing.T) {
	k := newShop(t)
	c := k.contract("Post", valid("2026-01-01", ""))
	k.must(&SetClause{Contract: c, Key: "labour", Price: pricep("84")})
	plain := k.order()
	k.worked(plain, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(plain)
	if q, ok := k.gate(plain).Get(ReqContract); !ok || q.Status != Satisfied {
		t.Errorf("in force it is %s: %s", q.Status, q.Reason)
	}
	k.must(&EndContract{Contract: c, On: date("2026-02-01")})
	q, _ := k.gate(plain).Get(ReqContract)
	if q.Status != Unsatisfied || q.Severity != Warn || q.Fix == "" {
		t.Errorf("ended since it is %+v", q)
	}
	contains(t, q.Reason, "is priced by revision")
	k.proposed(plain) // it only warns
	late := k.order()
	k.worked(late, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z")
	k.complete(late)
	q, ok := k.gate(late).Get(ReqContract)
	if ok && q.Status == Unsatisfied {
		contains(t, q.Reason, "it is priced without it")
	}
	other := newShop(t)
	if _, ok := other.gate(other.order()).Get(ReqContract); ok {
		t.Error("without a contract it is listed")
	}
}
