package tui

import (
	"fmt"
	"slices"
	"time"

	"callout/billing"
	"callout/money"
	"callout/store"
	"callout/tui/screen"
)

// billLines tells a document or what is to be billed: its lines, its margin, and where its gate stands.
func (m *Model) billLines(row billRow) func(r store.Reader) ([]inkLine, error) {
	now := m.opts.Now()
	return func(r store.Reader) ([]inkLine, error) {
		cur, err := currencyOf(r)
		if err != nil {
			return nil, err
		}
		lines := []inkLine{{screen.Strong, row.what, ""}, inked(screen.Normal, "%s, %s: %s", row.number, row.customer, row.state)}
		if row.against != "" {
			lines = append(lines, inked(screen.Warn, "Not by you: %s", row.against))
		}
		var gate *billing.Gate
		if row.state == milestoneReady || row.state == workToBill {
			open, err := openLines(r, row.order, now, cur)
			if err != nil {
				return nil, err
			}
			lines = append(lines, open...)
			gate, err = billing.OrderGate(r, row.order, now)
			if err != nil {
				return nil, err
			}
		} else {
			inv, err := billing.Invoices.Get(r, row.id)
			if err != nil {
				return nil, err
			}
			lines = append(lines, documentLines(inv)...)
			if gate, err = billing.InvoiceGate(r, row.id, now); err != nil {
				return nil, err
			}
		}
		if w := row.marginWords(cur); w != "" {
			lines = append(lines, inkLine{screen.Normal, "Margin", w})
		}
		if row.is(billing.InvoiceReleased) {
			return lines, nil
		}
		return append(lines, gateLines(gate)...), nil
	}
}

// openLines lists what of an order is on no document.
func openLines(r store.Reader, order store.ID, now time.Time, cur money.Currency) ([]inkLine, error) {
	open, err := billing.OpenWorkOf(r, order, now)
	if err != nil {
		return nil, err
	}
	lines := []inkLine{{}, heading("On no invoice")}
	for _, o := range open {
		line := inkLine{screen.Normal, fmt.Sprintf("%s  %s %s", o.Charge.Text, o.Qty, o.Charge.Unit), "no price"}
		if o.Worth != nil {
			line.figure = o.Worth.Fixed(cur)
		}
		lines = append(lines, line)
		for _, why := range o.Charge.Problems() {
			lines = append(lines, inked(screen.Bad, "  %s", why))
		}
	}
	return lines, nil
}

// gateLines tells each requirement: what is missing first, with the command that would do.
func gateLines(g *billing.Gate) []inkLine {
	missing := func(q billing.Requirement) int {
		if q.Status == billing.Unsatisfied {
			return 0
		}
		return 1
	}
	items := slices.Clone(g.Items)
	slices.SortStableFunc(items, func(a, b billing.Requirement) int { return missing(a) - missing(b) })
	lines := []inkLine{{}, heading("Gate")}
	for _, q := range items {
		switch q.Status {
		case billing.NotApplicable:
			continue
		case billing.Satisfied:
			lines = append(lines, inked(screen.Dim, "ok       %s", q.Title))
			continue
		case billing.WaivedStatus:
			lines = append(lines, inked(screen.Normal, "waived   %s: %s", q.Title, q.Waiver.Reason))
			continue
		}
		word, role := "missing", screen.Bad
		if q.Severity == billing.Warn {
			word, role = "mind", screen.Warn
		}
		lines = append(lines, inked(role, "%-8s %s: %s (%s, to %s)", word, q.Title, q.Reason, q.Code, q.Stage))
		if q.Fix != "" {
			lines = append(lines, inked(screen.Key, "         %s", q.Fix))
		}
		for _, d := range q.Changes {
			lines = append(lines, inked(screen.Warn, "         %s", d))
		}
	}
	return lines
}
