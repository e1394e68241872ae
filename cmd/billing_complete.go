package cmd

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"callout/billing"
	"callout/store"
)

// billingCompleters adds what the money nouns complete.
func billingCompleters(a *App, to map[string]Completer) map[string]Completer {
	to["PART"] = a.completeParts
	to["TAX-CLASS"] = a.completeTaxClasses
	to["INVOICE"] = a.completeInvoices
	to["PAYMENT"] = a.completePayments
	to["MONTH"] = a.completeMonths
	to["PURCHASE-ORDER"] = completeNothing // ids come from `purchase-order list`
	to["TIME-ENTRY"] = a.completeTimes
	to["BOOK"] = completeNames(a, billing.PriceBooks, func(p billing.PriceBookRow) Completion { return Completion{Value: p.Name} })
	to["CONTRACT"] = completeNames(a, billing.Contracts, func(c billing.ContractRow) Completion {
		return Completion{Value: c.Name, Help: "revision " + strconv.Itoa(c.Rev)}
	})
	to["ITEM"] = completeNothing // ids come from `item list`, for one order at a time
	to["MILESTONE"] = completeNothing
	to["CHANGE-ORDER"] = completeNothing
	to["POSITION"] = completeNothing
	to["RETAINER"] = a.completeRetainers
	to["PRICE-KEY"] = a.completePriceKeys
	to["UNIT"] = completeUnits
	to["LEDGER-BATCH"] = a.completeBatches
	to["LEDGER-FORM"] = completeLedgerForms
	to["LEDGER-KEY"] = completeLedgerKeys
	return to
}

func completeNothing(context.Context, string) ([]Completion, error) { return nil, nil }

func completeUnits(context.Context, string) ([]Completion, error) {
	var found []Completion
	for _, u := range []billing.Unit{billing.Hour, billing.Piece, billing.Kilometre, billing.Metre, billing.Kilogram, billing.Litre, billing.Day} {
		found = append(found, Completion{Value: u.String(), Help: string(u)})
	}
	return found, nil
}

// completeTimes offers the entries that somebody still has to do something about.
func (a *App) completeTimes(ctx context.Context, prefix string) ([]Completion, error) {
	var found []Completion
	err := a.View(ctx, func(r store.Reader) error {
		n := namesOf(r)
		for _, status := range []billing.TimeStatus{billing.TimeSubmitted, billing.TimeNew, billing.TimeRejected, billing.TimeApproved} {
			if a.able == nil && status == billing.TimeApproved || !a.able.can(string(status), "") {
				continue
			}
			for t, err := range billing.TimeEntries.Rows(r, "status", store.Prefix(store.K(string(status)))) {
				if err != nil {
					return err
				}
				if len(found) == maxCompletions {
					return nil
				}
				if strings.HasPrefix(string(t.ID), prefix) {
					found = append(found, Completion{Value: string(t.ID), Help: string(status) + ", " + n.of(t.Technician) + " on " + n.of(t.Order)})
				}
			}
		}
		return nil
	})
	return found, err
}

// completePriceKeys offers the keys of the standard book, and the words that begin one.
func (a *App) completePriceKeys(ctx context.Context, prefix string) ([]Completion, error) {
	found := []Completion{{Value: "labour"}, {Value: "travel"}, {Value: "part:"}, {Value: "service:"}}
	err := a.View(ctx, func(r store.Reader) error {
		for p, err := range billing.CurrentPrices(r, "") {
			if err != nil {
				return err
			}
			if len(found) == maxCompletions {
				return nil
			}
			if strings.HasPrefix(p.Key, prefix) {
				found = append(found, Completion{Value: p.Key, Help: p.Price.String()})
			}
		}
		return nil
	})
	return found, err
}

// cutLast cuts a text at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// decodeJSON reports whether a document could be read.
func decodeJSON(doc []byte, into any) bool { return json.Unmarshal(doc, into) == nil }
