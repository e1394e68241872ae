package billing

import (
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Invoice is a document that asks for money, or gives it back. It is a priced snapshot
// from the proposal on; from the release on it never changes, and everything that is printed or sent of it
// comes out of this record alone.
type Invoice struct {
	store.Record
	Kind       InvoiceKind    `json:"kind"`
	Number     string         `json:"number,omitempty"` // given at release
	Status     InvoiceStatus  `json:"status"`
	Order      store.ID       `json:"order"`
	Customer   store.ID       `json:"customer"`
	Milestones []store.ID     `json:"milestones,omitempty"` // that are released with it
	Only       []Selection    `json:"only,omitempty"`       // what was picked by hand
	Currency   money.Currency `json:"currency"`
	Seller     Party          `json:"seller"`
	Buyer      Party          `json:"buyer"`
	Reference  string         `json:"reference,omitempty"` // the customer's order number
	Title      string         `json:"title"`
	Site       string         `json:"site,omitempty"` // where the work was done, as printed
	Lines      []InvoiceLine  `json:"lines"`
	Net        money.Amount   `json:"net"`
	VAT        money.Amount   `json:"vat"`
	Gross      money.Amount   `json:"gross"`
	Taxes      []TaxLine      `json:"taxes"`
	Adjusted
	Own []Adjustment `json:"adjustments,omitempty"` // discounts and surcharges of this document alone
	Ahead
	Held  []Held        `json:"held,omitempty"` // what a cap left out; no part of what is asked for
	again bool          // it is composed once more, to compare
	From  calendar.Date `json:"service_from,omitzero"` // first and last service date
	To    calendar.Date `json:"service_to,omitzero"`
	// PaymentDays is how long the customer has from the issue; 0 is payable on receipt.
	PaymentDays int    `json:"payment_days"`
	Hash        string `json:"hash"` // of all that was declared above; what is approved
	// Stale says why a proposal became a draft again.
	Stale      string        `json:"stale,omitempty"`
	ProposedBy store.ID      `json:"proposed_by"`
	ProposedAt time.Time     `json:"proposed_at"` // authority's time, like all below
	ApprovedBy store.ID      `json:"approved_by,omitempty"`
	ApprovedAt time.Time     `json:"approved_at,omitzero"`
	Mode       approval.Mode `json:"approval_mode,omitempty"` // the policy it was approved under
	ReleasedBy store.ID      `json:"released_by,omitempty"`
	ReleasedAt time.Time     `json:"released_at,omitzero"`
	IssuedOn   calendar.Date `json:"issued_on,omitzero"`
	DueOn      calendar.Date `json:"due_on,omitzero"`
	// OrderNumber, CreditsNumber and CreditsIssued are printed; they are filled in at release.
	OrderNumber   string        `json:"order_number,omitempty"`
	Credits       store.ID      `json:"credits,omitempty"` // the invoice that a credit note takes back
	CreditsNumber string        `json:"credits_number,omitempty"`
	CreditsIssued calendar.Date `json:"credits_issued,omitzero"`
	Reason        string        `json:"reason,omitempty"` // of a credit note, or of discarding
	CreditAsk                   // what was asked to be credited; nothing is the whole
	// PricedOn is the day whose prices count instead of those of the service dates.
	PricedOn calendar.Date `json:"priced_on,omitzero"`

	sealed approval.Canonical // what Hash was taken over, while the document is made
}

// InvoiceKind says what a document does.
type InvoiceKind string

// The kinds of documents. A credit note states what it takes back as positive figures.
const (
	KindInvoice    InvoiceKind = "invoice"
	KindCreditNote InvoiceKind = "credit-note"
	KindDeposit    InvoiceKind = "deposit"   // asks for money ahead of the work
	KindRetainage  InvoiceKind = "retainage" // asks for what was held back of invoices
)

// InvoiceKinds lists the kinds of documents. Each has its own run of numbers.
func InvoiceKinds() []InvoiceKind {
	return []InvoiceKind{KindInvoice, KindCreditNote, KindDeposit, KindRetainage}
}

// bills reports whether the document bills charges.
func (inv *Invoice) bills() bool { return inv.Kind == KindInvoice || inv.Kind == KindDeposit }

// InvoiceStatus is where a document stands.
type InvoiceStatus string

// The statuses of a document.
const (
	InvoiceDraft     InvoiceStatus = "draft" // to be proposed again: rejected, or what it bills has changed
	InvoiceProposed  InvoiceStatus = "proposed"
	InvoiceApproved  InvoiceStatus = "approved"
	InvoiceReleased  InvoiceStatus = "released"
	InvoiceDiscarded InvoiceStatus = "discarded"
)

// InvoiceTransitions is what may happen to a document. A released one stands for ever; a
// credit note is another document.
func InvoiceTransitions() map[InvoiceStatus]map[string]InvoiceStatus {
	return map[InvoiceStatus]map[string]InvoiceStatus{
		InvoiceDraft:     {"propose": InvoiceProposed, "discard": InvoiceDiscarded},
		InvoiceProposed:  {"approve": InvoiceApproved, "reject": InvoiceDraft, "change": InvoiceDraft, "discard": InvoiceDiscarded},
		InvoiceApproved:  {"release": InvoiceReleased, "change": InvoiceDraft, "discard": InvoiceDiscarded},
		InvoiceReleased:  {},
		InvoiceDiscarded: {},
	}
}

// Open reports whether the document is on its way to release.
func (inv *Invoice) Open() bool {
	return inv.Status == InvoiceDraft || inv.Status == InvoiceProposed || inv.Status == InvoiceApproved
}

// Selection picks a source for an invoice, or a part of its quantity.
type Selection struct {
	Source store.ID        `json:"source"`
	Part   string          `json:"part,omitempty"` // all of them when ""
	Qty    *money.Quantity `json:"qty,omitempty"`  // all that is open when nil
}

// Party is a seller or a buyer as a document prints it.
type Party struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"`
	TaxID   string `json:"tax_id,omitempty"`
	Email   string `json:"email,omitempty"`
	Bank    string `json:"bank,omitempty"`
}

// InvoiceLine is one charge, or a part of one, on a document.
type InvoiceLine struct {
	N        int            `json:"n"`
	Charge   store.ID       `json:"charge"`
	Source   store.ID       `json:"source"`
	Part     string         `json:"part,omitempty"`
	Kind     SourceKind     `json:"kind"`
	On       calendar.Date  `json:"on"`
	Text     string         `json:"text"`
	Qty      money.Quantity `json:"qty"`
	Unit     Unit           `json:"unit"`
	Price    money.Price    `json:"price"`
	Net      money.Amount   `json:"net"` // before tax, after the line's discount
	Category string         `json:"category"`
	Rate     money.Percent  `json:"rate"`
	Treatment
	// Credits is the number of the line that it takes back a part of, on a credit note over parts.
	Credits int `json:"credits_line,omitempty"`
	// ByAmount says that it takes a sum off the price, and gives no quantity back.
	ByAmount bool `json:"by_amount,omitempty"`
}

// TaxLine is a document's tax for one category and rate (EN 16931 BG-23).
type TaxLine struct {
	Category string        `json:"category"`
	Rate     money.Percent `json:"rate"`
	Base     money.Amount  `json:"base"`
	VAT      money.Amount  `json:"vat"`
	Legend   string        `json:"legend,omitempty"`
	// Name is whose tax it is, where a rate is made of several.
	Name       string `json:"name,omitempty"`
	ReasonCode string `json:"reason_code,omitempty"` // why none is charged, of the VATEX list
}

// InvoiceRow is what a list of documents shows.
type InvoiceRow struct {
	ID       store.ID      `json:"id"`
	Kind     InvoiceKind   `json:"kind"`
	Number   string        `json:"number,omitempty"`
	Status   InvoiceStatus `json:"status"`
	Order    store.ID      `json:"order"`
	Customer store.ID      `json:"customer"`
	Net      money.Amount  `json:"net"`
	Gross    money.Amount  `json:"gross"`
	Payable  money.Amount  `json:"payable"` // what is asked for, or given back
	Proposed time.Time     `json:"proposed_at"`
	IssuedOn calendar.Date `json:"issued_on,omitzero"`
	DueOn    calendar.Date `json:"due_on,omitzero"`
	Stale    string        `json:"stale,omitempty"`
}

// Invoices holds the documents: by order, by status, by customer, and the released ones by
// kind and date of issue.
var Invoices = store.Define(store.Def[Invoice, InvoiceRow]{
	Name: "invoice", Prefix: "inv", Title: "invoice",
	Row: func(i *Invoice) InvoiceRow {
		return InvoiceRow{
			i.ID, i.Kind, i.Number, i.Status, i.Order, i.Customer, i.Net, i.Gross, i.Payable(), i.ProposedAt, i.IssuedOn, i.DueOn, i.Stale,
		}
	},
	Indexes: []store.Index[Invoice]{
		{Name: "order", Keys: func(i *Invoice) []store.Key { return []store.Key{store.K(i.Order, i.ProposedAt)} }},
		{Name: "status", Keys: func(i *Invoice) []store.Key { return []store.Key{store.K(string(i.Status), i.ProposedAt)} }},
		{Name: "customer", Keys: func(i *Invoice) []store.Key { return []store.Key{store.K(i.Customer, i.ProposedAt)} }},
		{Name: "issued", Keys: func(i *Invoice) []store.Key {
			if i.Number == "" {
				return nil
			}
			return []store.Key{store.K(string(i.Kind), i.IssuedOn.String(), i.Number)}
		}},
		{Name: "reference", Keys: func(i *Invoice) []store.Key {
			if i.Reference == "" {
				return nil
			}
			return []store.Key{store.K(i.Customer, party.Fold(i.Reference))}
		}},
		{Name: "credits", Keys: func(i *Invoice) []store.Key {
			if i.Credits == "" {
				return nil
			}
			return []store.Key{store.K(i.Credits)}
		}},
	},
})

// Name is what people call the document: its number, or its id before it has one.
func (inv *Invoice) Name() string {
	if inv.Number != "" {
		return inv.Number
	}
	return string(inv.ID)
}

// word says the kind in a sentence.
func (inv *Invoice) word() string {
	switch inv.Kind {
	case KindCreditNote:
		return "credit note"
	case KindDeposit:
		return "deposit invoice"
	case KindRetainage:
		return "bill of retainage"
	}
	return "invoice"
}

// move takes a document through its table, or says why not and what is possible.
func (inv *Invoice) move(action string) error {
	next, ok := InvoiceTransitions()[inv.Status][action]
	if ok {
		inv.Status = next
		return nil
	}
	f := fault.Refusedf("the %s %s is %s and so cannot be %s", inv.word(), inv.Name(), inv.Status, participle(action)).
		With("invoice.status")
	switch inv.Status {
	case InvoiceDraft:
		f.Hint("callout invoice propose %s", inv.ID)
	case InvoiceProposed:
		f.Hint("callout invoice approve %s", inv.ID)
	case InvoiceApproved:
		f.Hint("callout invoice release %s", inv.ID)
	case InvoiceReleased:
		if inv.Kind == KindInvoice {
			f.Hint(`callout invoice credit %s --reason "…"`, inv.Number)
		}
	case InvoiceDiscarded:
		f.Hint("callout invoice propose …")
	}
	return f
}

// lastIssued returns the newest date of issue of a kind of document, over all years.
func lastIssued(r store.Reader, kind InvoiceKind) (calendar.Date, error) {
	rng := store.Prefix(store.K(string(kind)))
	rng.Reverse = true
	for row, err := range Invoices.Rows(r, "issued", rng) {
		return row.IssuedOn, err
	}
	return calendar.Date{}, nil
}

// sellerOf is the company as a document prints it.
func sellerOf(c *party.Company) Party {
	return Party{Name: c.Name, Address: c.Address, Country: c.Country, TaxID: c.TaxID, Email: c.Email, Bank: c.Bank}
}

// checkReleased holds that a released document is never written again, and that none is deleted.
func checkReleased(tx *store.Tx) error {
	changed, err := Invoices.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.Before != nil && ch.Before.Status == InvoiceReleased {
			return broken("invoice.fixed", "%s is released and never changes", ch.Before.Number)
		}
		if ch.After == nil {
			return broken("invoice.fixed", "a document is discarded, never deleted")
		}
	}
	return nil
}
