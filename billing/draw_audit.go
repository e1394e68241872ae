package billing

import (
	"fmt"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// auditDraws computes once more what is drawn on every agreement, and holds what is billed against it: the draws of
// billed time are given, and must be what the charges say that the agreement covers.
func auditDraws(r store.Reader, report func(store.ID, string)) error {
	known := map[store.ID]bool{}
	for a, err := range work.Agreements.All(r) {
		if err != nil {
			return err
		}
		known[a.ID] = true
		if err := auditDrawsOn(r, a, report); err != nil {
			return err
		}
	}
	for d, err := range Draws.All(r) {
		if err != nil {
			return err
		}
		if !known[d.Agreement] {
			report(d.ID, "it draws on an agreement that there is not")
		}
	}
	return nil
}

func auditDrawsOn(r store.Reader, a *work.Agreement, report func(store.ID, string)) error {
	standing, now, err := drawsOf(r, a.ID)
	if err != nil {
		return err
	}
	should := map[string]Draw{}
	for _, d := range now {
		should[d.key()] = d
	}
	drawn := map[store.ID]int64{}
	for i := range standing {
		d := &standing[i]
		drawn[d.Entry] += d.Worked
		want, ok := should[d.key()]
		delete(should, d.key())
		if !ok || !want.same(d) {
			report(d.ID, fmt.Sprintf("%s are drawn on %s for %s, and %s should be", seconds(d.Worked), a.Name, d.Entry, seconds(want.Worked)))
		}
	}
	for _, d := range should {
		report(a.ID, fmt.Sprintf("%s of %s are not drawn on %s", seconds(d.Worked), d.Entry, a.Name))
	}
	for entry, n := range drawn {
		if err := auditDrawnEntry(r, a, entry, n, report); err != nil {
			return err
		}
	}
	return nil
}

// auditDrawnEntry holds what is drawn for an entry against how long it is, and against the charges by which it is billed.
func auditDrawnEntry(r store.Reader, a *work.Agreement, entry store.ID, drawn int64, report func(store.ID, string)) error {
	e, ok, err := TimeEntries.Try(r, entry)
	if err != nil {
		return err
	}
	if !ok {
		report(entry, "it is drawn on "+a.Name+", and is not there")
		return nil
	}
	if worked := int64(e.Worked() / time.Second); drawn > worked {
		report(entry, fmt.Sprintf("%s of it are drawn on %s, and it lasted %s", seconds(drawn), a.Name, seconds(worked)))
	}
	b, err := Billed(r, entry)
	if err != nil || b.Live().IsZero() {
		return err
	}
	var covered int64
	for c, err := range Charges.By(r, "source", store.K(entry)) {
		if err != nil {
			return err
		}
		if c.State != ChargeSuperseded && strings.HasPrefix(c.Covered, coveredByAgreement) {
			covered += c.Worked
		}
	}
	if covered != drawn {
		report(entry, fmt.Sprintf("%s of it are billed as covered by an agreement, and %s are drawn", seconds(covered), seconds(drawn)))
	}
	return nil
}

func seconds(n int64) string { return calendar.FormatDuration(time.Duration(n) * time.Second) }

// checkDraws holds that what is billed as included in an agreement stays drawn on it.
func checkDraws(tx *store.Tx) error {
	changed, err := Draws.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before == nil || ch.After != nil && ch.Before.same(ch.After) {
			continue
		}
		b, err := Billed(tx, ch.Before.Entry)
		if err != nil {
			return err
		}
		if b.Live().IsZero() {
			continue
		}
		o, err := work.WorkOrders.Get(tx, ch.Before.Order)
		if err != nil {
			return err
		}
		return fault.Refusedf("time of %s is billed as included in its agreement", o.Number).With("draw.billed").
			Hint("callout invoice list --order %s", o.Number)
	}
	return nil
}
