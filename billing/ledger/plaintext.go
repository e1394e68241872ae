package ledger

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"callout/money"
)

// writeHledger writes a journal that `hledger check accounts commodities` is content with: it declares every account and
// the currency. Amounts have just the currency's decimals, so that the program balances to the cent.
func writeHledger(w io.Writer, b *Book) ([]string, error) {
	out := bufio.NewWriter(w)
	style := "1000."
	if n := b.Currency.Exponent(); n > 0 {
		style += strings.Repeat("0", int(n))
	}
	fmt.Fprintf(out, "commodity %s %s\n", style, b.Currency.Code())
	for _, name := range b.accounts() {
		fmt.Fprintf(out, "account %s\n", name)
	}
	for _, e := range b.Entries {
		fmt.Fprintf(out, "\n%s * (%s) %s | %s  ; kind:%s, order:%s", e.On, e.Number, plainText(e.Customer), plainText(e.Text), e.Kind, e.Order)
		if b.Batch != "" {
			fmt.Fprintf(out, ", batch:%s", b.Batch)
		}
		fmt.Fprintln(out)
		for _, p := range e.Postings {
			fmt.Fprintf(out, "    %-40s  %s", p.Account.Name, p.Amount.Format(e.Currency))
			if p.TaxCode != "" {
				fmt.Fprintf(out, "  ; tax:%s", p.TaxCode)
			}
			fmt.Fprintln(out)
		}
	}
	return nil, out.Flush()
}

// writeBeancount writes a journal that bean-check is content with: accounts open on the day of the first
// document.
func writeBeancount(w io.Writer, b *Book) ([]string, error) {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "option \"operating_currency\" %q\n", b.Currency.Code())
	if len(b.Entries) > 0 {
		for _, name := range b.accounts() {
			fmt.Fprintf(out, "%s open %s %s\n", b.Entries[0].On, name, b.Currency.Code())
		}
	}
	for _, e := range b.Entries {
		fmt.Fprintf(out, "\n%s * %s %s\n", e.On, quoted(e.Customer), quoted(e.Number+" "+e.Text))
		fmt.Fprintf(out, "  kind: %s\n  work-order: %s\n", quoted(e.Kind), quoted(e.Order))
		if b.Batch != "" {
			fmt.Fprintf(out, "  batch: %s\n", quoted(b.Batch))
		}
		for _, p := range e.Postings {
			fmt.Fprintf(out, "  %-40s  %s\n", p.Account.Name, p.Amount.Format(e.Currency))
			if p.TaxCode != "" {
				fmt.Fprintf(out, "    tax: %s\n", quoted(p.TaxCode))
			}
		}
	}
	return nil, out.Flush()
}

// accounts lists the names of the accounts that are posted to.
func (b *Book) accounts() []string {
	names := map[string]bool{}
	for _, e := range b.Entries {
		for _, p := range e.Postings {
			names[p.Account.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// plainText keeps what ends a description, or begins a comment, out of it.
func plainText(s string) string {
	return strings.NewReplacer(";", ",", "|", "/", "\n", " ", "\r", " ").Replace(s)
}

// quoted is a string of beancount.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(s) + `"`
}

// Totals sums up what goes to each account, by name; together it is nothing.
func (b *Book) Totals() map[string]money.Amount {
	sums := map[string]money.Amount{}
	for _, e := range b.Entries {
		for _, p := range e.Postings {
			sums[p.Account.Name] = sums[p.Account.Name].Add(p.Amount)
		}
	}
	return sums
}
