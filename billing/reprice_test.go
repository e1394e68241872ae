package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

func (k *shop) differences(order store.ID) (d []Difference) {
	k.tb.Helper()
	k.read(func(r store.Reader) (err error) {
		d, err = Differences(r, order, k.clock.Now())
		return err
	})
	return d
}

// TestABackDatedPriceChangesNoApprovedCharge: the price of a day that is past is set after an invoice for
// that day was approved. The charge stands; what it would come to is listed, and only
// pricing the order anew makes another version, which needs another approval.
func TestABackDatedPriceChangesNoApprovedCharge(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z")
	k.item(o, "1", "30")
	k.complete(o)
	id := k.approved(o)
	line := get(k, Invoices, id).Lines[0]
	k.must(&SetPrice{Key: "labour", Price: price("100"), Valid: valid("2026-02-01", "")})
	if inv := get(k, Invoices, id); inv.Status != InvoiceApproved || inv.Stale != "" {
		t.Fatalf("the approved invoice is %s (%s)", inv.Status, inv.Stale)
	}
	d := k.differences(o)
	if len(d) != 1 || d[0].Charge != line.Charge || d[0].State != ChargeApproved || d[0].Stays != "" {
		t.Fatalf("differences: %+v", d)
	}
	wantAmount(t, "was", d[0].Was.Amount, "180")
	wantAmount(t, "now", d[0].Now.Amount, "200")
	wantAmount(t, "more", *d[0].Delta, "20")
	contains(t, d[0].Now.By, "book standard: labour from 2026-02-01")

	k.must(&RepriceOrder{Order: o})
	inv := get(k, Invoices, id)
	if inv.Status != InvoiceDraft || inv.ApprovedBy != "" {
		t.Errorf("after pricing anew the invoice is %s", inv.Status)
	}
	contains(t, inv.Stale, "was 2 h at 90 and is now 2 h at 100")
	if old := get(k, Charges, line.Charge); old.State != ChargeSuperseded {
		t.Errorf("the old charge is %s", old.State)
	}
	if len(k.differences(o)) != 0 {
		t.Errorf("still different: %+v", k.differences(o))
	}
	again := k.proposed(o)
	fresh := get(k, Charges, get(k, Invoices, again).Lines[0].Charge)
	if again != id || fresh.Version != 2 || fresh.Supersedes != line.Charge || fresh.State != ChargeProposed {
		t.Errorf("proposed again on %s: version %d of %s, %s", again, fresh.Version, fresh.Supersedes, fresh.State)
	}
	wantAmount(t, "proposed again", get(k, Invoices, again).Net, "230")
	k.audited()
}

func TestWhatIsBilledIsNotPricedAnew(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z")
	k.complete(o)
	inv := k.released(o)
	k.must(&SetPrice{Key: "labour", Price: price("100")})
	d := k.differences(o)
	if len(d) != 1 || d[0].Stays != "it is billed" {
		t.Fatalf("differences: %+v", d)
	}
	k.must(&RepriceOrder{Order: o})
	if ch := get(k, Charges, inv.Lines[0].Charge); ch.State != ChargeApproved || !ch.Price.Equal(price("90")) {
		t.Errorf("the charge is %s at %s", ch.State, ch.Price)
	}
	k.credited(inv.ID)
	wantAmount(t, "billed again after the credit", get(k, Invoices, k.proposed(o)).Net, "200")
	k.audited()
}

func TestNothingIsPricedAnewToNothing(t *testing.T) {
	k := newShop(t)
	c := k.contract("Post", valid("", ""))
	k.must(&SetClause{Contract: c, Key: "part:PUMP", Price: pricep("250")})
	o := k.order()
	k.must(&AddItem{Order: o, Kind: PartItem, Ref: "PUMP", Qty: qty("1")})
	k.complete(o)
	id := k.approved(o)
	k.must(&EndContract{Contract: c, On: date("2026-01-01")})
	d := k.differences(o)
	if len(d) != 1 || d[0].Delta != nil || d[0].Stays != "it would have no price" {
		t.Fatalf("differences: %+v", d)
	}
	contains(t, k.refused("reprice.problem", as{cmd: &RepriceOrder{Order: o}}).Msg, "part:PUMP")
	if inv := get(k, Invoices, id); inv.Status != InvoiceApproved {
		t.Errorf("a refusal left the invoice %s", inv.Status)
	}
	k.must(&ReleaseInvoice{Invoice: id})
	k.mustAs(as{cmd: &work.CloseWorkOrder{ID: o}, reason: "done"})
	k.refused("work_order.closed", as{cmd: &RepriceOrder{Order: o}})
	if d := k.differences(o); len(d) != 1 || d[0].Stays == "" {
		t.Errorf("closed: %+v", d)
	}
	var orders []store.ID
	k.read(func(r store.Reader) (err error) {
		orders, err = Repriceable(r)
		return err
	})
	if len(orders) != 1 || orders[0] != o {
		t.Errorf("orders with kept charges: %v", orders)
	}
}
