package billing_test

import (
	"fmt"
	"sync"
	"testing"

	. "callout/billing"
	"callout/store"
)

func TestNumbersByTheWorkedCases(t *testing.T) {
	play := map[string]func(t *testing.T){
		"draft-has-no-number": func(t *testing.T) {
			k := newShop(t)
			a, b := k.proposed(k.billable()), k.approved(k.billable())
			for _, id := range []store.ID{a, b} {
				if n := get(k, Invoices, id).Number; n != "" {
					t.Errorf("it has the number %s before it is released", n)
				}
			}
			k.must(&DiscardInvoice{Invoice: a})
			k.must(&ReleaseInvoice{Invoice: b})
			if n := get(k, Invoices, b).Number; n != "INV-2026-00001" {
				t.Errorf("released as %s", n)
			}
		},
		"rollback-returns-number": func(t *testing.T) {
			k := newShop(t)
			for range 6 {
				k.released(k.billable())
			}
			a, b := k.approved(k.billable()), k.approved(k.billable())
			preview, err := k.Preview(t.Context(), store.Intent{Cmd: &ReleaseInvoice{Invoice: a}, Actor: store.Actor{Name: "office"}})
			if err != nil || preview[0].Err != nil {
				t.Fatal(err, preview[0].Err)
			}
			if n := get(k, Invoices, a).Number; n != "" {
				t.Errorf("what was not committed left the number %s", n)
			}
			k.must(&ReleaseInvoice{Invoice: b})
			if n := get(k, Invoices, b).Number; n != "INV-2026-00007" {
				t.Errorf("released as %s, want the number that was given back", n)
			}
		},
		"date-order": func(t *testing.T) {
			k := newShop(t)
			k.released(k.billable())
			id := k.approved(k.billable())
			k.clock.set(at("2026-03-01T06:00:00Z")) // the clock was set back
			f := k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: id}})
			contains(t, f.Msg, "DATE.SEQUENCE")
			contains(t, f.Msg, "2026-03-02")
			k.clock.set(at("2026-03-02T07:00:00Z"))
			k.must(&ReleaseInvoice{Invoice: id})
			k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: id}})
			k.clock.set(at("2026-03-01T06:00:00Z")) // a credit note is no older than its invoice
			var cn store.ID
			k.read(func(r store.Reader) error {
				for c, err := range Invoices.IDs(r, "credits", store.K(id)) {
					cn = c
					return err
				}
				return nil
			})
			k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
			contains(t, k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: cn}}).Msg, "DATE.SEQUENCE")
		},
		"credit-own-series": func(t *testing.T) {
			k := newShop(t)
			inv := k.released(k.billable())
			if cn := k.credited(inv.ID); cn.Number != "CN-2026-00001" {
				t.Errorf("the credit note is %s", cn.Number)
			}
			if next := k.released(k.billable()); next.Number != "INV-2026-00002" {
				t.Errorf("the next invoice is %s", next.Number)
			}
		},
		"year-rollover": func(t *testing.T) {
			k := newShop(t)
			first, second := k.approved(k.billable()), k.approved(k.billable())
			k.clock.set(at("2026-12-31T22:59:00Z")) // still December in Vienna
			k.must(&ReleaseInvoice{Invoice: first})
			k.clock.set(at("2026-12-31T23:00:30Z")) // the new year has begun there, not yet in UTC
			k.must(&ReleaseInvoice{Invoice: second})
			if a, b := get(k, Invoices, first), get(k, Invoices, second); a.Number != "INV-2026-00001" || b.Number != "INV-2027-00001" ||
				b.IssuedOn.String() != "2027-01-01" {
				t.Errorf("%s of %s, then %s of %s", a.Number, a.IssuedOn, b.Number, b.IssuedOn)
			}
		},
		"concurrent": func(t *testing.T) {
			k := newShop(t)
			const workers, each = 8, 10
			var ids []store.ID
			for range workers * each {
				ids = append(ids, k.approved(k.billable()))
			}
			var wg sync.WaitGroup
			errs := make(chan error, len(ids))
			for w := range workers {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for _, id := range ids[w*each : (w+1)*each] {
						_, err := k.do(&ReleaseInvoice{Invoice: id})
						errs <- err
					}
				}()
			}
			wg.Wait()
			close(errs)
			for err := range errs {
				if err != nil {
					t.Fatal(err)
				}
			}
			seen := map[string]bool{}
			for _, id := range ids {
				seen[get(k, Invoices, id).Number] = true
			}
			for n := range len(ids) {
				if number := fmt.Sprintf("INV-2026-%05d", n+1); !seen[number] {
					t.Errorf("%s is missing", number)
				}
			}
			k.audited()
		},
	}
	type vector struct{ ID string }
	for _, v := range vectors[vector](t, "numbering.json") {
		run, known := play[v.ID]
		if !known {
			t.Errorf("nobody plays the case %q", v.ID)
			continue
		}
		t.Run(v.ID, run)
		delete(play, v.ID)
	}
	for id := range play {
		t.Errorf("the case %q was not there to play", id)
	}
}
