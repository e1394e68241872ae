package billing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// pick is a part of a source on a document, under its charge, by quantity.
type pick struct {
	src    source
	charge Charge
	qty    money.Quantity
}

// trial composes what a proposal would be now, with every reason why it cannot be.
func (s *Snapshot) trial(inv *Invoice) ([]pick, []problem, error) {
	picks, problems, err := s.choose(inv)
	if err != nil {
		return nil, nil, err
	}
	if inv.Kind != KindDeposit {
		var over []problem
		picks, over = s.fit(inv, picks)
		problems = append(problems, over...)
	}
	return picks, problems, s.compose(inv, picks)
}

// choose picks what a new proposal bills: what was selected by hand; else the milestones
// that are named, or those that are ready; else all open time and items.
func (s *Snapshot) choose(inv *Invoice) ([]pick, []problem, error) {
	if len(inv.Only) > 0 {
		return s.chooseOnly(inv)
	}
	named := len(inv.Milestones) > 0
	var work bool // time and items
	chosen := map[store.ID]bool{}
	if len(s.Milestones) == 0 {
		work = true
	}
	billedActuals, planned := false, false
	for i := range s.Milestones {
		m := &s.Milestones[i]
		if m.Basis() == ByActuals && m.Status == MilestoneReleased {
			billedActuals = true
		}
		planned = planned || m.Basis() == ByActuals && m.Status == MilestonePlanned
		if !named && m.Status == MilestoneReady || slices.Contains(inv.Milestones, m.ID) {
			chosen[m.ID] = true
			work = work || m.Basis() == ByActuals
		}
	}
	if err := s.known(inv.Milestones); err != nil {
		return nil, nil, err
	}
	if !named && len(chosen) == 0 && billedActuals && !planned {
		work = true // what came in after the milestone was billed
	}
	inv.Milestones = nil
	for i := range s.Milestones {
		if chosen[s.Milestones[i].ID] {
			inv.Milestones = append(inv.Milestones, s.Milestones[i].ID)
		}
	}
	var picks []pick
	var problems []problem
	for _, src := range s.sources() {
		if src.deposit != nil || src.milestone != nil && !chosen[src.id] || src.milestone == nil && !work {
			continue
		}
		for _, u := range s.open(src, inv.ID) {
			if u.qty.IsZero() {
				continue
			}
			problems = append(problems, u.charge.problems...)
			picks = append(picks, pick{src, u.charge, u.qty})
		}
	}
	return picks, problems, nil
}

// known refuses milestones that are not the order's.
func (s *Snapshot) known(ids []store.ID) error {
	for _, id := range ids {
		if !slices.ContainsFunc(s.Milestones, func(m Milestone) bool { return m.ID == id }) {
			return fault.Invalidf("milestone", "%s is no milestone of %s", id, s.Order.Number).With("milestone.order").
				Hint("callout milestone list %s", s.Order.Number)
		}
	}
	return nil
}

// chooseOnly picks what was selected by hand.
func (s *Snapshot) chooseOnly(inv *Invoice) ([]pick, []problem, error) {
	var picks []pick
	var problems []problem
	inv.Milestones = nil
	all := s.sources()
	for _, sel := range inv.Only {
		i := slices.IndexFunc(all, func(x source) bool { return x.id == sel.Source })
		if i < 0 {
			return nil, nil, fault.Invalidf("only", "%s is nothing on %s that can be billed", sel.Source, s.Order.Number).
				With("selection.source").Hint("callout item list %s", s.Order.Number)
		}
		open := s.open(all[i], inv.ID)
		some, err := sel.from(all[i], open)
		if err != nil {
			return nil, nil, err
		}
		for _, u := range open { // the others are kept with it, so they have to be whole as well
			problems = append(problems, u.charge.problems...)
		}
		if all[i].milestone != nil {
			inv.Milestones = append(inv.Milestones, sel.Source)
		}
		picks = append(picks, some...)
	}
	return picks, problems, nil
}

// from picks what is selected of a source: one of its parts by name, the only one it has, or
// all that is open.
func (sel *Selection) from(src source, open []unbilled) ([]pick, error) {
	var picks []pick
	var names []string
	for _, u := range open {
		names = append(names, u.charge.Part)
		if sel.Part == "" || sel.Part == u.charge.Part {
			picks = append(picks, pick{src, u.charge, u.qty})
		}
	}
	if len(picks) == 0 {
		return nil, fault.Invalidf("only", "%s has no part %q; there are %s", sel.Source, sel.Part, strings.Join(names, ", ")).
			With("selection.part").Hint("callout invoice propose … --only %s/%s", sel.Source, names[0])
	}
	if sel.Qty == nil && len(picks) > 1 {
		some := slices.DeleteFunc(slices.Clone(picks), func(p pick) bool { return p.qty.IsZero() })
		if len(some) > 0 {
			return some, nil
		}
	}
	if sel.Qty != nil {
		if len(picks) > 1 {
			return nil, fault.Invalidf("only", "%s comes to several charges (%s): say of which you mean %s", sel.Source, strings.Join(names, ", "), sel.Qty).
				With("selection.part").Hint("callout invoice propose … --only %s/%s=%s", sel.Source, names[0], sel.Qty)
		}
		if err := sel.Qty.Check("only"); err != nil {
			return nil, err
		}
		picks[0].qty = *sel.Qty
	}
	i := slices.IndexFunc(open, func(u unbilled) bool { return u.charge.Part == picks[0].charge.Part })
	if p := picks[0]; p.qty.IsZero() || !within(p.qty, open[i].qty) {
		return nil, fault.Refusedf("%s of %q cannot be billed: %s %s is open", p.qty, p.charge.Text, open[i].qty, p.charge.Unit).
			With("selection.qty")
	}
	return picks[:1], nil
}

// compose fills a document in from what was picked: lines in a fixed order, whatever order
// they came in, totals by EN 16931, parties as they are now, and the hash over all of it.
// Picks without a price or a tax are left out; they are problems.
func (s *Snapshot) compose(inv *Invoice, picks []pick) error {
	if inv.Kind == "" {
		inv.Kind = KindInvoice
	}
	inv.Order, inv.Customer = s.Order.ID, s.Order.Customer
	inv.Currency, inv.PaymentDays = s.Company.Currency, s.Rules.PaymentDays
	inv.Seller, inv.Buyer = sellerOf(&s.Company), s.buyer()
	inv.Reference, inv.Title, inv.Site = s.Order.Reference, s.Order.Title, s.siteText()
	slices.SortFunc(picks, func(a, b pick) int {
		return cmp.Or(cmp.Compare(a.src.rank(), b.src.rank()), a.src.at.Compare(b.src.at), cmp.Compare(a.src.id, b.src.id), comparePart(a.charge.Part, b.charge.Part))
	})
	inv.Lines, inv.From, inv.To = nil, calendar.Date{}, calendar.Date{}
	inv.Adjusted = Adjusted{TaxPerLine: s.Tax.PerLine, CashStep: s.Company.CashStep}
	var charges []Charge
	for _, p := range picks {
		c := p.charge
		if c.Price == nil || c.Category == "" {
			continue
		}
		if err := s.addLine(inv, &p); err != nil {
			return err
		}
		if inv.From.IsZero() || c.On.Before(inv.From) {
			inv.From = c.On
		}
		if c.On.After(inv.To) {
			inv.To = c.On
		}
		charges = append(charges, c)
	}
	if err := s.sum(inv); err != nil {
		return err
	}
	inv.explainTaxes(charges)
	return inv.seal()
}

// addLine puts what a pick bills on a document, without any sum.
func (s *Snapshot) addLine(inv *Invoice, p *pick) error {
	c := &p.charge
	off, err := c.offFor(p.qty, s.before(c, inv.ID), inv.Currency, s.Rules.Rounding)
	if err != nil {
		return err
	}
	l := InvoiceLine{
		N: len(inv.Lines) + 1, Charge: c.ID, Source: c.Source, Part: c.Part, Kind: c.Kind, On: c.On, Text: c.Text,
		Qty: p.qty, Unit: c.Unit, Price: *c.Price, Category: c.Category, Rate: c.Rate, Treatment: c.Treatment,
	}
	l.Off = off
	inv.Lines = append(inv.Lines, l)
	return nil
}

// sum computes a document's figures from its lines.
func (s *Snapshot) sum(inv *Invoice) error {
	lines, err := inv.price(s.Rules.Rounding)
	if err != nil {
		return err
	}
	if inv.Kind != KindDeposit { // what is agreed comes off the work
		if inv.Allowances, err = s.allowances(inv, lines); err != nil {
			return err
		}
	}
	off, on, err := inv.offAndOn(lines, s.Rules.Rounding)
	if err != nil {
		return err
	}
	inv.Deducted = nil
	inv.tally(lines, off, on, s.Rules.Rounding)
	s.deduct(inv)
	inv.tally(lines, off, on, s.Rules.Rounding)
	s.retain(inv)
	s.draw(inv)
	return nil
}

// before is how much of a charge is billed, or stands on an open invoice that is older.
func (s *Snapshot) before(c *Charge, inv store.ID) money.Quantity {
	q := s.Live[c.ID]
	for _, v := range s.onOpen[c.Source] {
		if v.part == c.Part && (inv == "" || v.invoice < inv) {
			q = q.Add(v.qty)
		}
	}
	return q
}

// buyer is the customer as a document prints it. Where nobody has given an address for
// invoices, the address of the site stands in.
func (s *Snapshot) buyer() Party {
	c := &s.Customer
	p := Party{Name: c.Name, Address: c.Address, Country: c.Country, TaxID: c.TaxID, Email: c.Email}
	if p.Address == "" {
		p.Address = s.Site.Address
	}
	return p
}

func (s *Snapshot) siteText() string {
	if s.Site.Address == "" {
		return s.Site.Name
	}
	return s.Site.Name + ", " + s.Site.Address
}

// invoiceContent is what a document's hash is over.
type invoiceContent struct {
	Kind        InvoiceKind    `json:"kind"`
	Order       store.ID       `json:"order"`
	Customer    store.ID       `json:"customer"`
	Milestones  []store.ID     `json:"milestones"`
	Currency    money.Currency `json:"currency"`
	Seller      Party          `json:"seller"`
	Buyer       Party          `json:"buyer"`
	Reference   string         `json:"reference"`
	Title       string         `json:"title"`
	Site        string         `json:"site"`
	Lines       []lineContent  `json:"lines"`
	Net         money.Amount   `json:"net"`
	VAT         money.Amount   `json:"vat"`
	Gross       money.Amount   `json:"gross"`
	Taxes       []TaxLine      `json:"taxes"`
	PaymentDays int            `json:"payment_days"`
	Credits     store.ID       `json:"credits"`
	Reason      string         `json:"reason"`
	Adjusted
	Ahead
	PricedOn calendar.Date `json:"priced_on,omitzero"`
}

type lineContent struct {
	Source   store.ID       `json:"source"`
	Part     string         `json:"part,omitempty"`
	On       calendar.Date  `json:"on"`
	Text     string         `json:"text"`
	Qty      money.Quantity `json:"qty"`
	Unit     Unit           `json:"unit"`
	Price    money.Price    `json:"price"`
	Net      money.Amount   `json:"net"`
	Category string         `json:"category"`
	Rate     money.Percent  `json:"rate"`
	Treatment
	Credits  int  `json:"credits_line,omitempty"`
	ByAmount bool `json:"by_amount,omitempty"`
}

// content is what the document declares. Ids of charges and all that the authority
// adds at release are not among it.
func (inv *Invoice) content() invoiceContent {
	c := invoiceContent{
		inv.Kind, inv.Order, inv.Customer, inv.Milestones, inv.Currency, inv.Seller, inv.Buyer, inv.Reference, inv.Title,
		inv.Site, nil, inv.Net, inv.VAT, inv.Gross, inv.Taxes, inv.PaymentDays, inv.Credits, "", inv.Adjusted, inv.Ahead,
		inv.PricedOn,
	}
	if inv.Kind == KindCreditNote {
		c.Reason = inv.Reason
	}
	for _, l := range inv.Lines {
		c.Lines = append(c.Lines, lineContent{l.Source, l.Part, l.On, l.Text, l.Qty, l.Unit, l.Price, l.Net, l.Category, l.Rate, l.Treatment, l.Credits, l.ByAmount})
	}
	return c
}

// contentHash is the hash over what the document declares.
func (inv *Invoice) contentHash() (string, error) { return approval.Hash(inv.content()) }

// seal takes the hash over what the document declares, and keeps the text of it for those who are asked.
func (inv *Invoice) seal() (err error) {
	inv.Hash, inv.sealed, err = approval.Seal(inv.content())
	return err
}

// shown is what people are asked about.
func (inv *Invoice) shown() any {
	if inv.sealed != nil {
		return inv.sealed
	}
	return inv.content()
}

// anew composes what would be proposed now in an invoice's place, or nil where that cannot be composed.
func (s *Snapshot) anew(inv *Invoice) *Invoice {
	fresh := &Invoice{Record: inv.Record, Kind: inv.Kind, Milestones: inv.Milestones, Only: inv.Only}
	if _, _, err := s.trial(fresh); err != nil {
		return nil
	}
	return fresh
}

// rebuild composes an open invoice afresh from the sources that stand on it, and says
// how it differs from what was proposed, or "". Work that came in since is not on it and
// makes no difference.
func (s *Snapshot) rebuild(inv *Invoice) (drift string, problems []problem, err error) {
	s = s.pricedFor(inv)
	all := s.byID()
	fresh := &Invoice{Record: inv.Record, Kind: inv.Kind, Milestones: inv.Milestones, Only: inv.Only, Own: inv.Own, PricedOn: inv.PricedOn, again: true}
	fresh.OnAccount = inv.OnAccount
	var picks []pick
	for _, l := range inv.Lines {
		src, ok := all[l.Source]
		if !ok {
			return fmt.Sprintf("line %d (%s) stands no longer on the order, or is no longer approved", l.N, l.Text), nil, nil
		}
		u, ok := s.openPart(all, &l, inv.ID)
		if !ok {
			return fmt.Sprintf("line %d (%s) is divided otherwise now", l.N, l.Text), nil, nil
		}
		problems = append(problems, u.charge.problems...)
		if u.charge.ID != l.Charge {
			return l.drift(&u.charge), problems, nil
		}
		if !within(l.Qty, u.qty) {
			return fmt.Sprintf("of line %d (%s) only %s %s is open", l.N, l.Text, u.qty, l.Unit), problems, nil
		}
		picks = append(picks, pick{src, u.charge, l.Qty})
	}
	if err := s.compose(fresh, picks); err != nil {
		return "", nil, err
	}
	if why := inv.agreedDrift(fresh); why != "" {
		return why, problems, nil
	}
	if fresh.Hash != inv.Hash {
		return "seller, buyer, reference or terms have changed", problems, nil
	}
	return "", problems, nil
}

// drift says how what a line stands for has changed.
func (l *InvoiceLine) drift(c *Charge) string {
	price := "no price"
	if c.Price != nil {
		price = c.Price.String()
	}
	switch {
	case !c.Qty.Equal(l.Qty) || c.Price == nil || !c.Price.Equal(l.Price):
		return fmt.Sprintf("line %d (%s) was %s %s at %s and is now %s %s at %s", l.N, l.Text, l.Qty, l.Unit, l.Price, c.Qty, c.Unit, price)
	case c.Category != l.Category || !c.Rate.Equal(l.Rate):
		return fmt.Sprintf("line %d (%s) was taxed %s %s and is now %s %s", l.N, l.Text, l.Category, l.Rate.Format(), c.Category, c.Rate.Format())
	case !c.Discount.same(l.Discount):
		return fmt.Sprintf("line %d (%s) has another discount now", l.N, l.Text)
	default:
		return fmt.Sprintf("line %d (%s) is described otherwise now: %s on %s", l.N, l.Text, c.Text, c.On)
	}
}
