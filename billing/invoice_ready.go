package billing

import (
	"time"

	"callout/store"
)

// ReadyToRelease reports whether a document is approved and its gate is open for the person
// who would release it, at an instant by the authority's clock.
func ReadyToRelease(r store.Reader, invoice store.ID, now time.Time, releaser store.ID) (bool, error) {
	inv, err := Invoices.Get(r, invoice)
	if err != nil || inv.Status != InvoiceApproved {
		return false, err
	}
	_, g, err := gateOf(r, inv, now, releaser)
	if err != nil {
		return false, err
	}
	return len(g.Blocking(ToRelease)) == 0, nil
}
