package billing

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"callout/calendar"
)

// textWidth is how wide the printed document is.
const textWidth = 80

// Text prints a document in 80 columns of plain text, from the record alone: what was
// released years ago prints today as it did then.
func (inv *Invoice) Text() string {
	p := &page{}
	p.head(inv)
	p.lines(inv)
	p.totals(inv)
	p.foot(inv)
	return p.b.String()
}

type page struct{ b strings.Builder }

func (p *page) line(s string) {
	p.b.WriteString(strings.TrimRight(s, " "))
	p.b.WriteByte('\n')
}

// pair prints a label and what belongs to it.
func (p *page) pair(label, value string) {
	if value != "" {
		for i, l := range wrap(value, textWidth-16) {
			if i > 0 {
				label = ""
			}
			p.line(fmt.Sprintf("%-16s%s", label, l))
		}
	}
}

func (p *page) rule() { p.line(strings.Repeat("-", textWidth)) }

func (p *page) head(inv *Invoice) {
	for _, l := range inv.Seller.block() {
		for _, part := range wrap(l, textWidth) {
			p.line(part)
		}
	}
	p.line("")
	title := strings.ToUpper(inv.word())
	number := inv.Number
	if number == "" {
		number = "(" + string(inv.Status) + ", not released)"
	}
	p.line(title + " " + number)
	p.line("")
	p.pair("To", strings.Join(inv.Buyer.block(), "\n"))
	p.pair("Date", inv.IssuedOn.String())
	if inv.Kind == KindCreditNote {
		p.pair("Credits", strings.TrimSpace(inv.CreditsNumber+" of "+inv.CreditsIssued.String()))
		p.pair("Reason", inv.Reason)
	}
	p.pair("Work order", strings.TrimSpace(inv.OrderNumber+" "+inv.Title))
	p.pair("Your reference", inv.Reference)
	p.pair("Site", inv.Site)
	if !inv.From.IsZero() {
		p.pair("Service", dates(inv.From, inv.To))
	}
	p.line("")
}

func dates(from, to calendar.Date) string {
	if from == to {
		return from.String()
	}
	return from.String() + " to " + to.String()
}

// textCol is how wide the words of a line are.
const textCol = 31

// figures aligns the numbers of a line.
func figures(qty, unit, price, tax, net string) string {
	return fmt.Sprintf("%10s %-4s %10s %5s %10s", qty, unit, price, tax, net)
}

func (p *page) lines(inv *Invoice) {
	p.line(pad("", 5+textCol) + figures("quantity", "unit", "price", "tax", inv.Currency.Code()))
	p.rule()
	for _, l := range inv.Lines {
		text := wrap(l.Text, textCol)
		row := figures(l.Qty.String(), l.Unit.String(), l.Price.Fixed(inv.Currency), taxWord(l.Category, l.Rate.String()), l.Net.Fixed(inv.Currency))
		first := fmt.Sprintf("%3d  %s", l.N, pad(text[0], textCol))
		if utf8.RuneCountInString(first+row) <= textWidth {
			p.line(first + row)
		} else { // numbers that do not fit beside the words stand below them
			p.line(first)
			p.line(pad("", textWidth-utf8.RuneCountInString(row)) + row)
		}
		for _, more := range text[1:] {
			p.line("     " + more)
		}
		p.line("     " + l.On.String() + l.takesBack())
		p.discount(inv, &l)
	}
	for _, x := range inv.Releases {
		p.line(fmt.Sprintf("%-66s %13s", "     Held back of "+x.Number, x.Amount.Fixed(inv.Currency)))
	}
	p.rule()
}

// takesBack says which line of its invoice a credit note's line takes back a part of.
func (l *InvoiceLine) takesBack() string {
	if l.Credits == 0 {
		return ""
	}
	return fmt.Sprintf(", of line %d", l.Credits)
}

// taxWord says a line's tax: "20%", or the category where nothing is charged.
func taxWord(category, rate string) string {
	if category == "S" {
		return rate + "%"
	}
	return category
}

func (p *page) totals(inv *Invoice) {
	sum := func(label, amount string) { p.line(fmt.Sprintf("%66s %13s", label, amount)) }
	if len(inv.Releases) > 0 { // the tax was on the invoices
		sum("Total", inv.Payable().Format(inv.Currency))
		p.line("")
		return
	}
	p.allowances(inv, sum)
	p.deducted(inv, sum)
	sum("Net", inv.Net.Fixed(inv.Currency))
	for _, t := range inv.Taxes {
		name := "Tax"
		if t.Name != "" {
			name = t.Name
		}
		sum(fmt.Sprintf("%s %s on %s", name, taxWord(t.Category, t.Rate.String()), t.Base.Fixed(inv.Currency)), t.VAT.Fixed(inv.Currency))
	}
	label := "Total"
	if inv.Kind == KindCreditNote {
		label = "Total credited"
	}
	sum(label, inv.Gross.Format(inv.Currency))
	if !inv.Rounding.IsZero() {
		sum("Rounding", inv.Rounding.Fixed(inv.Currency))
		label = "To pay"
		if inv.Kind == KindCreditNote {
			label = "To give back"
		}
		sum(label, inv.Claim().Format(inv.Currency))
	}
	p.payable(inv, sum)
	p.line("")
	for _, t := range inv.Taxes {
		if t.Legend == "" {
			p.pair(taxWord(t.Category, t.Rate.String()), t.ReasonCode)
			continue
		}
		p.pair(taxWord(t.Category, t.Rate.String()), t.Legend)
	}
}

func (p *page) foot(inv *Invoice) {
	if inv.Kind != KindCreditNote && inv.Payable().Sign() > 0 {
		due := "on receipt"
		if inv.PaymentDays > 0 {
			due = inv.DueOn.String()
			if due == "" {
				due = fmt.Sprintf("%d days after issue", inv.PaymentDays)
			}
		}
		p.pair("Payable", due)
		p.pair("To account", inv.Seller.Bank)
	}
	p.pair("Content hash", inv.Hash)
}

// block is a party as an address block.
func (a Party) block() []string {
	lines := []string{a.Name}
	for _, l := range strings.FieldsFunc(a.Address, func(r rune) bool { return r == '\n' }) {
		lines = append(lines, strings.TrimSpace(l))
	}
	if a.Country != "" {
		lines = append(lines, a.Country)
	}
	if a.TaxID != "" {
		lines = append(lines, "Tax number "+a.TaxID)
	}
	if a.Email != "" {
		lines = append(lines, a.Email)
	}
	return lines
}

// pad fills a text up to a width in characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// wrap breaks a text into lines of at most so many characters, between words where it
// can. There is always at least one line.
func wrap(s string, width int) []string {
	var out []string
	for _, para := range strings.Split(s, "\n") {
		cur := ""
		for _, word := range strings.Fields(para) {
			for utf8.RuneCountInString(word) > width {
				if cur != "" {
					out, cur = append(out, cur), ""
				}
				r := []rune(word)
				out, word = append(out, string(r[:width])), string(r[width:])
			}
			switch {
			case cur == "":
				cur = word
			case utf8.RuneCountInString(cur)+1+utf8.RuneCountInString(word) > width:
				out, cur = append(out, cur), word
			default:
				cur += " " + word
			}
		}
		out = append(out, cur)
	}
	return out
}
