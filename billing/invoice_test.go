package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/store"
	"callout/work"
)

func TestFromWorkToAReleasedInvoiceAndBack(t *testing.T) {
	k := newShop(t)
	o := k.order()
	k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T10:30:00Z")
	k.item(o, "2", "19.95")
	k.must(&AddItem{Order: o, Kind: ServiceItem, Ref: "CHECK", Qty: qty("1")})
	k.complete(o)

	inv := k.released(o)
	if inv.Number != "INV-2026-00001" || inv.Status != InvoiceReleased {
		t.Fatalf("%s is %s", inv.Number, inv.Status)
	}
	wantAmount(t, "net", inv.Net, "384.90") // 2.5 h × 90 + 2 × 19.95 + 120
	wantAmount(t, "tax", inv.VAT, "76.98")
	wantAmount(t, "gross", inv.Gross, "461.88")
	p := k.rollup(o)
	wantAmount(t, "billed", p.Billed, "384.90")
	wantAmount(t, "unbilled", p.Unbilled, "0")
	if p.Cost.IsKnown() {
		t.Error("the cost is known although the service's is not")
	}

	cn := k.credited(inv.ID)
	if cn.Number != "CN-2026-00001" || cn.CreditsNumber != inv.Number {
		t.Errorf("the credit note %s takes back %q", cn.Number, cn.CreditsNumber)
	}
	p = k.rollup(o)
	wantAmount(t, "credited", p.Credited, "384.90")
	wantAmount(t, "unbilled again", p.Unbilled, "384.90")

	again := k.released(o)
	if again.Number != "INV-2026-00002" {
		t.Errorf("billed again as %s", again.Number)
	}
	wantAmount(t, "the same again", again.Gross, "461.88")
	k.audited()
}

func TestInvoiceTransitionsAreTheOnlyWay(t *testing.T) {
	k := newShop(t)
	to := map[InvoiceStatus]func() store.ID{
		InvoiceProposed: func() store.ID { return k.proposed(k.billable()) },
		InvoiceApproved: func() store.ID { return k.approved(k.billable()) },
		InvoiceReleased: func() store.ID { return k.released(k.billable()).ID },
		InvoiceDraft: func() store.ID {
			id := k.proposed(k.billable())
			k.mustAs(as{name: "boss", reason: "not yet", cmd: &RejectInvoice{Invoice: id}})
			return id
		},
		InvoiceDiscarded: func() store.ID {
			id := k.proposed(k.billable())
			k.must(&DiscardInvoice{Invoice: id})
			return id
		},
	}
	do := map[string]func(id store.ID) as{
		"propose": func(id store.ID) as { return as{cmd: &ProposeInvoice{Invoice: id}} },
		"approve": func(id store.ID) as { return as{name: "boss", cmd: &ApproveInvoice{Invoice: id}} },
		"reject":  func(id store.ID) as { return as{name: "boss", reason: "no", cmd: &RejectInvoice{Invoice: id}} },
		"release": func(id store.ID) as { return as{cmd: &ReleaseInvoice{Invoice: id}} },
		"discard": func(id store.ID) as { return as{cmd: &DiscardInvoice{Invoice: id}} },
	}
	for status, make := range to {
		for action, cmd := range do {
			id := make()
			if got := get(k, Invoices, id).Status; got != status {
				t.Fatalf("made %s, want %s", got, status)
			}
			next, allowed := InvoiceTransitions()[status][action]
			_, err := k.doAs(cmd(id))
			after := get(k, Invoices, id).Status
			switch {
			case allowed && (err != nil || after != next):
				t.Errorf("%s %s: now %s (%v), want %s", action, status, after, err, next)
			case !allowed && (err == nil || after != status):
				t.Errorf("%s %s: now %s, although the table does not allow it", action, status, after)
			case !allowed:
				contains(t, err.Error(), string(status))
			}
		}
	}
	k.audited()
}

// billable is a completed order with one item on it.
func (k *shop) billable() store.ID {
	k.tb.Helper()
	o := k.order()
	k.item(o, "1", "100")
	k.complete(o)
	return o
}

func TestNobodyApprovesWhatTheyMade(t *testing.T) {
	k := newShop(t)
	o := k.billable()
	id := k.proposed(o)
	k.refused("approval.self", as{cmd: &ApproveInvoice{Invoice: id}})
	k.refused("approval.self", as{name: "store", cmd: &ApproveInvoice{Invoice: id}}) // named the price
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
	k.mustAs(as{name: "boss", cmd: &ReleaseInvoice{Invoice: id}}) // the approver may release an invoice
	k.mustAs(as{reason: "wrong", cmd: &CreditInvoice{Invoice: id}})
	var cn store.ID
	k.read(func(r store.Reader) error {
		for c := range Invoices.IDs(r, "credits", store.K(id)) {
			cn = c
		}
		return nil
	})
	k.refused("approval.self", as{cmd: &ApproveInvoice{Invoice: cn}})
	k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: cn}})
	k.refused("gate.release", as{name: "boss", cmd: &ReleaseInvoice{Invoice: cn}}) // but not a credit note
	k.must(&ReleaseInvoice{Invoice: cn})
}

func TestWorkThatChangesVoidsTheApproval(t *testing.T) {
	changes := map[string]func(k *shop, o, item store.ID){
		"quantity": func(k *shop, _, item store.ID) { k.must(&EditItem{Item: item, Qty: qtyp("3")}) },
		"price":    func(k *shop, _, item store.ID) { k.must(&EditItem{Item: item, Price: pricep("99")}) },
		"removed":  func(k *shop, _, item store.ID) { k.must(&RemoveItem{Item: item}) },
		"terms": func(k *shop, o, _ store.ID) {
			k.must(&SetTax{Class: "reduced", Rate: percent("10")})
			class := "reduced"
			k.must(&SetTerms{Order: o, TaxClass: &class})
		},
		"reference": func(k *shop, o, _ store.ID) {
			ref := "PO 7"
			k.must(&work.EditWorkOrder{ID: o, Reference: &ref})
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			o := k.order()
			item := k.item(o, "1", "100")
			k.item(o, "1", "50")
			k.complete(o)
			id := k.approved(o)
			change(k, o, item)
			inv := get(k, Invoices, id)
			if inv.Status != InvoiceDraft || inv.Stale == "" || inv.ApprovedBy != "" {
				t.Fatalf("the invoice is %s (%q), approved by %q", inv.Status, inv.Stale, inv.ApprovedBy)
			}
			k.refused("invoice.status", as{cmd: &ReleaseInvoice{Invoice: id}})
			if again := k.proposed(o); again != id {
				t.Errorf("proposed again as %s, not as the draft %s", again, id)
			}
			k.mustAs(as{name: "boss", cmd: &ApproveInvoice{Invoice: id}})
			k.mustAs(as{name: "boss", cmd: &ReleaseInvoice{Invoice: id}}) // office may have named a price
			k.audited()
		})
	}
}

func TestWhatChangesOutsideTheOrderIsFoundAtTheGate(t *testing.T) {
	k := newShop(t)
	id := k.approved(k.billable())
	k.must(&SetTax{Class: "standard", Rate: percent("22"), Default: true})
	f := k.refused("gate.release", as{cmd: &ReleaseInvoice{Invoice: id}})
	contains(t, f.Msg, "taxed S 20 % and is now S 22 %")
	k.must(&SetTax{Class: "standard", Rate: percent("20"), Default: true})
	k.must(&ReleaseInvoice{Invoice: id})
}

func TestReleasedNeverChanges(t *testing.T) {
	k := newShop(t)
	o := k.order()
	item := k.item(o, "1", "100")
	entry := k.worked(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.complete(o)
	inv := k.released(o)
	text := inv.Text()

	k.refused("source.billed", as{cmd: &EditItem{Item: item, Qty: qtyp("2")}})
	k.refused("source.billed", as{cmd: &RemoveItem{Item: item}})
	k.refused("source.billed", as{reason: "wrong", cmd: &RejectTime{Entry: entry}})
	k.refused("invoice.status", as{cmd: &DiscardInvoice{Invoice: inv.ID}})
	name := "Hotel Post & Spa"
	k.must(&work.EditCustomer{ID: k.customer, Customer: &name})
	k.must(&SetPrice{Key: "labour", Price: price("500")})
	k.must(&RepinPrices{Order: o})
	if now := get(k, Invoices, inv.ID).Text(); now != text {
		t.Errorf("the document prints otherwise now:\n%s", now)
	}
	k.audited()
}

func TestReleaseTwiceIsOneRelease(t *testing.T) {
	k := newShop(t)
	id := k.approved(k.billable())
	cmd, err := store.NewCommandID()
	if err != nil {
		t.Fatal(err)
	}
	in := store.Intent{ID: cmd, Cmd: &ReleaseInvoice{Invoice: id}, Actor: store.Actor{Name: "office", How: store.Asserted}}
	first, err := k.One(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	second, err := k.One(t.Context(), in)
	if err != nil || !second.Again || second.Seq != first.Seq {
		t.Errorf("the same release again: %+v, %v", second, err)
	}
	k.refused("invoice.status", as{cmd: &ReleaseInvoice{Invoice: id}})
}
