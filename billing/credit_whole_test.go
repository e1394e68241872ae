package billing_test

import (
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/calendar"
	"callout/store"
	"callout/store/storetest"
)

// TestWhatWasCreditedAsAWholeCountsInNoSum: within a week one person's invoices for a customer are held against thresholds
// together. One that was credited as a whole asks for nothing any more; one that was credited in part was approved as a
// whole all the same, and the credit itself is held to the rule for credits.
func TestWhatWasCreditedAsAWholeCountsInNoSum(t *testing.T) {
	week := calendar.Duration(7 * 24 * time.Hour)
	for name, c := range storetest.InOrder(map[string]struct {
		credit func(k *shop, inv *Invoice)
		want   string
	}{
		"nothing is credited": {func(*shop, *Invoice) {}, "432"}, // twice 2 × 90 and 20 % of tax
		"all of it":           {func(k *shop, inv *Invoice) { k.credited(inv.ID) }, "216"},
		"half of it":          {func(k *shop, inv *Invoice) { k.creditedPart(inv.ID, CreditPart{Line: 1, Qty: qtyp("1")}) }, "432"},
		"half of it, and then the rest": {func(k *shop, inv *Invoice) {
			k.creditedPart(inv.ID, CreditPart{Line: 1, Qty: qtyp("1")})
			k.credited(inv.ID)
		}, "216"},
	}) {
		t.Run(name, func(t *testing.T) {
			k := newShop(t)
			anybody := []approval.Step{{}}
			k.must(&approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
				{Kind: approval.ForTime, Steps: anybody},
				{Kind: approval.ForInvoice, Window: week, Steps: anybody},
				{Kind: approval.ForCreditNote, Window: week, Steps: anybody},
			}})
			first := k.order()
			k.worked(first, "2026-03-01T08:00:00Z", "2026-03-01T10:00:00Z")
			k.complete(first)
			c.credit(k, k.released(first))
			second := k.order()
			k.worked(second, "2026-03-01T12:00:00Z", "2026-03-01T14:00:00Z")
			k.complete(second)
			id := k.proposed(second)
			k.read(func(r store.Reader) error {
				for q, err := range approval.Of(r, ApprovalInvoice, id) {
					if err != nil {
						return err
					}
					if q.Measure == nil || !q.Measure.Equal(amount(c.want)) {
						t.Errorf("held against %v, want %s", q.Measure, c.want)
					}
				}
				return nil
			})
			k.audited()
		})
	}
}
