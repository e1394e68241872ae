package cmd

import (
	"cmp"
	"context"
	"strings"

	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// invoiceRow is a document as lists show it.
type invoiceRow struct {
	billing.InvoiceRow
	order, customer string
	paid            billing.Receivable // empty before the release
}

// name is the number, or before release the id.
func (i invoiceRow) name() string { return cmp.Or(i.Number, string(i.ID)) }

func invoiceList() List[invoiceRow] {
	return List[invoiceRow]{
		Key:   invoiceRow.name,
		Empty: "no invoices match",
		Columns: []Column[invoiceRow]{
			{Name: "name", Title: "INVOICE", Value: func(i invoiceRow) any { return i.name() }},
			{Name: "kind", Drop: 5, Value: func(i invoiceRow) any { return string(i.Kind) }},
			{Name: "status", Value: func(i invoiceRow) any { return string(i.Status) }},
			{Name: "work_order", Title: "ORDER", Drop: 2, Value: func(i invoiceRow) any { return i.order }},
			{Name: "customer", Value: func(i invoiceRow) any { return i.customer }},
			{Name: "net", Right: true, Value: func(i invoiceRow) any { return i.Net }},
			{Name: "gross", Right: true, Value: func(i invoiceRow) any { return i.Gross }},
			{Name: "issued_on", Drop: 1, Title: "ISSUED", Value: func(i invoiceRow) any { return dateOrNothing(i.IssuedOn) }},
			{Name: "due_on", Drop: 3, Title: "DUE", Value: func(i invoiceRow) any { return dateOrNothing(i.DueOn) }},
			{Name: "payment", Drop: 4, Value: func(i invoiceRow) any { return string(i.paid.Status) }},
			{Name: "open", Right: true, Value: func(i invoiceRow) any {
				if i.paid.Status == "" {
					return nil
				}
				return i.paid.Open
			}},
			{Name: "overdue_days", Detail: true, Right: true, Value: func(i invoiceRow) any { return i.paid.Overdue }},
			{Name: "stale", Detail: true, Value: func(i invoiceRow) any { return i.Stale }},
			{Name: "proposed_at", Detail: true, Value: func(i invoiceRow) any { return i.Proposed }},
			{Name: "id", Detail: true, Value: func(i invoiceRow) any { return string(i.ID) }},
		},
	}
}

func newInvoiceListCmd(a *App) *cobra.Command {
	var status, order, customer, payment string
	var limit int
	var ready bool
	return a.Verb(Verb{
		Use: "list", Short: "List invoices and credit notes",
		Example: "callout invoice list --status proposed\ncallout invoice list -o csv --fields name,issued_on,gross",
		Fields:  invoiceList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &status, "status", "", []string{"draft", "proposed", "approved", "released", "discarded"}, "only those with this status")
			f.StringVar(&order, "order", "", "only those of this work order: `WO`")
			f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`")
			choiceVar(f, &payment, "payment", "", paymentWords(), "only those that stand so, or unpaid for all with something open")
			f.BoolVar(&ready, "ready", false, "only what is approved and whose gate is open for whoever asks")
			limitVar(f, &limit, "at most `N` documents")
		},
		Run: func(ctx context.Context, _ []string) error {
			of, err := a.resolve(ctx, findOrder, order)
			if err != nil {
				return err
			}
			to, err := a.resolve(ctx, findCustomer, customer)
			if err != nil {
				return err
			}
			index, rng := "status", store.Range{}
			fields := func(i billing.InvoiceRow) []any { return []any{string(i.Status), i.Proposed} }
			switch {
			case of != "":
				index, rng = "order", store.Prefix(store.K(of))
				fields = func(i billing.InvoiceRow) []any { return []any{i.Order, i.Proposed} }
			case to != "":
				index, rng = "customer", store.Prefix(store.K(to))
				fields = func(i billing.InvoiceRow) []any { return []any{i.Customer, i.Proposed} }
			case status != "":
				rng = store.Prefix(store.K(status))
			}
			if ready && status == "" && of == "" && to == "" {
				rng = store.Prefix(store.K(string(billing.InvoiceApproved)))
			}
			if payment != "" && status == "" && of == "" && to == "" {
				rng = store.Prefix(store.K(string(billing.InvoiceReleased)))
			}
			called := map[store.ID]string{}
			standing := map[store.ID]billing.Receivable{}
			rows := paged(ctx, a, billing.Invoices, index, rng,
				func(i billing.InvoiceRow) store.Key { return indexKey(i.ID, fields(i)...) },
				func(r store.Reader, i *billing.InvoiceRow) (bool, error) {
					if status != "" && string(i.Status) != status || to != "" && i.Customer != to {
						return false, nil
					}
					today, err := a.dayOr(r, "")
					if err != nil {
						return false, err
					}
					paid, released, err := billing.ReceivableOf(r, i, today)
					if err != nil || payment != "" && (!released || !standsSo(paid, payment)) {
						return false, err
					}
					if ready {
						if ok, err := a.releasable(r, i); err != nil || !ok {
							return false, err
						}
					}
					standing[i.ID] = paid
					n := &names{r, called}
					n.of(i.Order)
					n.of(i.Customer)
					return true, nil
				})
			return invoiceList().Print(a, first(limit, mapRows(rows, func(i billing.InvoiceRow) invoiceRow {
				return invoiceRow{InvoiceRow: i, order: called[i.Order], customer: called[i.Customer], paid: standing[i.ID]}
			})))
		},
	})
}

// unpaid is the word for whatever has something open.
const unpaid = "unpaid"

func paymentWords() []string {
	words := []string{unpaid}
	for _, s := range billing.PaymentStatuses() {
		words = append(words, string(s))
	}
	return words
}

// standsSo reports whether a document stands as a word says.
func standsSo(rec billing.Receivable, word string) bool {
	if word == unpaid {
		return rec.Status == billing.PayOpen || rec.Status == billing.PayPart || rec.Status == billing.PayOverdue
	}
	return string(rec.Status) == word
}

func newInvoiceShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show INVOICE", Short: "Print a document as text, out of its record alone",
		Example: "callout invoice show INV-2026-00001 > INV-2026-00001.txt",
		Fields: []string{"id", "kind", "number", "status", "order", "customer", "currency", "seller", "buyer", "lines", "net", "vat",
			"gross", "taxes", "allowances", "rounding", "deducted", "retained", "on_account", "releases", "held", "hash", "proposed_by",
			"approved_by", "released_by", "issued_on", "due_on", "credits"},
		Run: func(ctx context.Context, args []string) error {
			var inv *billing.Invoice
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findInvoice(r, args[0])
				if err != nil {
					return err
				}
				inv, err = billing.Invoices.Get(r, id)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(inv.Name(), inv, func(p *Page) {
				for line := range strings.Lines(inv.Text()) {
					p.Line("%s", strings.TrimRight(line, "\n"))
				}
				drawHeld(p, inv)
			})
		},
	})
}

func newInvoiceGateCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "gate INVOICE", Short: "List what stands between work and its invoice, and what has been met",
		Long: "Takes a work order as well, before there is an invoice. Each requirement says where it stands, why, and which command would satisfy it. Release asks the same list. The exit\n" +
			"code is 0 whatever stands there; ask for .open in the JSON.",
		Example: "callout invoice gate WO-1001\ncallout invoice gate WO-1001 --jq '.requirements[] | select(.status==\"unsatisfied\") | .fix'",
		Fields:  []string{"subject", "name", "order", "requirements", "input_hash"},
		Run: func(ctx context.Context, args []string) error {
			var g *billing.Gate
			err := a.View(ctx, func(r store.Reader) error {
				id, err := store.Resolve(r, args[0])
				if err != nil {
					return err
				}
				if id.Prefix() == billing.Invoices.Prefix() {
					g, err = billing.InvoiceGate(r, id, a.Now())
					return err
				}
				if id, err = findOrder(r, args[0]); err != nil {
					return err
				}
				g, err = billing.OrderGate(r, id, a.Now())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(g.Name, g, func(p *Page) { drawGate(p, g) })
		},
	})
}

func drawGate(p *Page, g *billing.Gate) {
	p.Title("Gate of %s", g.Name)
	rows := make([][]any, 0, len(g.Items))
	for _, q := range g.Items {
		rows = append(rows, []any{string(q.Status), q.Code, string(q.Stage), cmp.Or(q.Reason, q.Title)})
	}
	p.Table([]string{"status", "requirement", "for", ""}, rows)
	for _, q := range g.Items {
		if q.Status == billing.Unsatisfied && q.Fix != "" {
			p.Line("%s: %s", q.Code, q.Fix)
		}
	}
	for _, q := range g.Items {
		drawDifferences(p, "What has changed since approval was asked for", q.Changes)
	}
}

func lowered(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

// completeInvoices offers the documents that are on their way, then the newest released ones.
func (a *App) completeInvoices(ctx context.Context, prefix string) ([]Completion, error) {
	var found []Completion
	err := a.View(ctx, func(r store.Reader) error {
		scanned := 0
		for i, err := range billing.Invoices.Rows(r, "status", store.Range{}) {
			if err != nil {
				return err
			}
			if scanned++; scanned > maxScanned || len(found) == maxCompletions {
				return nil
			}
			name := cmp.Or(i.Number, string(i.ID))
			if !a.able.can(string(i.Status), string(i.Kind)) {
				continue
			}
			if strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix)) {
				found = append(found, Completion{Value: name, Help: string(i.Status) + ", " + i.Gross.String()})
			}
		}
		return nil
	})
	return found, err
}
