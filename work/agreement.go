package work

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Agreement is what a customer and the shop agreed on for a time: orders that come round, and
// work that is included. Orders are made ahead of their day, one for each place, see
// [GenerateOrder].
type Agreement struct {
	store.Record
	Name     string            `json:"name"`
	Customer store.ID          `json:"customer"`
	Places   []Place           `json:"places"`
	Valid    calendar.Validity `json:"valid"` // days on which work is due or included; always with a beginning
	// Repeat is when orders come round; none is an agreement that only includes work.
	Repeat   calendar.Recurrence `json:"repeat,omitzero"`
	At       string              `json:"at,omitempty"` // "08:00" at the place
	Holidays calendar.OnHoliday  `json:"on_holiday,omitempty"`
	Ahead    int                 `json:"ahead_days,omitempty"` // how long before its day an order is made
	Template OrderTemplate       `json:"order,omitzero"`
	// Fee is what each time that the orders come round costs, billed with the first place's order.
	Fee      *money.Price  `json:"fee,omitempty"`
	FeeTax   string        `json:"fee_tax_class,omitempty"`
	Includes []Entitlement `json:"includes,omitempty"`
	// Rank goes before everything else where several could cover the same: the highest wins.
	Rank    int       `json:"rank,omitempty"`
	Hide    bool      `json:"hide,omitempty"` // covered work is left off invoices
	Skipped []Skipped `json:"skipped,omitempty"`
	Made    store.ID  `json:"made_by"`
	Ended   *Ending   `json:"ended,omitempty"`
}

// Place is a site, or an asset at one, that an agreement is about.
type Place struct {
	Site  store.ID `json:"site"`
	Asset store.ID `json:"asset,omitempty"`
	Zone  string   `json:"zone"`
	// Next is the day of the next order that is to be made; none is left where it is zero.
	Next calendar.Date `json:"next,omitzero"`
}

// OrderTemplate is what the orders of an agreement are made from.
type OrderTemplate struct {
	WorkType    string   `json:"work_type,omitempty"`
	Title       string   `json:"title,omitempty"` // the work type's name when empty
	Description string   `json:"description,omitempty"`
	Priority    Priority `json:"priority,omitempty"`
	SLA         string   `json:"sla,omitempty"`
}

// Skipped is a time at which no order was made.
type Skipped struct {
	On     calendar.Date `json:"on"`
	Place  store.ID      `json:"place"`
	Reason string        `json:"reason"`
	By     store.ID      `json:"by,omitempty"`
}

// Ending says who ended an agreement before its time, and why.
type Ending struct {
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"` // authority's time
	Reason string    `json:"reason"`
}

// ID names the place: its asset, or else its site.
func (p *Place) ID() store.ID {
	if p.Asset != "" {
		return p.Asset
	}
	return p.Site
}

// AgreementRow is what a list of agreements shows.
type AgreementRow struct {
	ID       store.ID          `json:"id"`
	Name     string            `json:"name"`
	Customer store.ID          `json:"customer"`
	Valid    calendar.Validity `json:"valid"`
	Repeat   string            `json:"repeat,omitempty"`
	Next     calendar.Date     `json:"next,omitzero"`
	Places   int               `json:"places"`
}

// Agreements holds the agreements by unique name, by customer, and by when the next order of
// each place is to be made.
var Agreements = store.Define(store.Def[Agreement, AgreementRow]{
	Name: "agreement", Prefix: "agr", Title: "agreement", Lookup: "name", Fold: party.Fold,
	Row: func(a *Agreement) AgreementRow {
		return AgreementRow{a.ID, a.Name, a.Customer, a.Valid, a.Repeat.String(), a.next(), len(a.Places)}
	},
	Indexes: []store.Index[Agreement]{
		{
			Name: "name", Unique: true,
			Keys:  func(a *Agreement) []store.Key { return []store.Key{store.K(party.Fold(a.Name))} },
			Clash: func(a *Agreement) string { return "there is already an agreement " + a.Name },
		},
		{Name: "customer", Keys: func(a *Agreement) []store.Key { return []store.Key{store.K(a.Customer, party.Fold(a.Name))} }},
		{Name: "due", Keys: (*Agreement).dueKeys},
	},
})

// next is the day of the next order of any place.
func (a *Agreement) next() calendar.Date {
	var first calendar.Date
	for _, p := range a.Places {
		if !p.Next.IsZero() && (first.IsZero() || p.Next.Before(first)) {
			first = p.Next
		}
	}
	return first
}

// AddAgreement makes an agreement. Its validity begins with From, or with the day of the command.
type AddAgreement struct {
	Agreement string              `json:"name"`
	Customer  store.ID            `json:"customer"`
	Places    []AgreedPlace       `json:"places"`
	Valid     calendar.Validity   `json:"valid"`
	Repeat    calendar.Recurrence `json:"repeat,omitzero"`
	At        string              `json:"at,omitempty"`
	Holidays  calendar.OnHoliday  `json:"on_holiday,omitempty"`
	Ahead     int                 `json:"ahead_days,omitempty"`
	Template  OrderTemplate       `json:"order,omitzero"`
	Fee       *money.Price        `json:"fee,omitempty"`
	FeeTax    string              `json:"fee_tax_class,omitempty"`
	Includes  []Entitlement       `json:"includes,omitempty"`
	Rank      int                 `json:"rank,omitempty"`
	Hide      bool                `json:"hide,omitempty"`
}

// AgreedPlace is a site, or an asset at it.
type AgreedPlace struct {
	Site  store.ID `json:"site"`
	Asset store.ID `json:"asset,omitempty"`
}

// Name implements store.Command.
func (c *AddAgreement) Name() string { return "agreement.add.v1" }

// Undoable implements store.Undoable.
func (c *AddAgreement) Undoable() {}

// maxAhead is the most days that an order is made ahead of its day.
const maxAhead = 366

// Do implements store.Command.
func (c *AddAgreement) Do(tx *store.Tx) error {
	a := &Agreement{
		Customer: c.Customer, Valid: c.Valid, Repeat: c.Repeat, At: c.At, Holidays: c.Holidays, Ahead: c.Ahead,
		Template: c.Template, Fee: c.Fee, FeeTax: c.FeeTax, Includes: c.Includes, Rank: c.Rank, Hide: c.Hide, Made: tx.Env.Actor.ID,
	}
	var err error
	if a.Name, err = required("name", c.Agreement, "an agreement needs a name"); err != nil {
		return err
	}
	for _, p := range c.Places {
		if err := a.add(tx, p); err != nil {
			return err
		}
	}
	if err := a.check(tx); err != nil {
		return err
	}
	for i := range a.Places {
		a.Places[i].Next = a.after(a.Valid.From)
	}
	a.ID = Agreements.NewID(tx, "")
	tx.Returns(a.ID, "")
	tx.Emit("agreement.added", a.ID, map[string]any{"name": a.Name, "customer": a.Customer})
	return Agreements.Put(tx, a)
}

// add takes a place in.
func (a *Agreement) add(r store.Reader, p AgreedPlace) error {
	w := &WorkOrder{Customer: a.Customer, Site: p.Site, Asset: p.Asset}
	if err := w.place(r); err != nil {
		return err
	}
	place := Place{Site: p.Site, Asset: p.Asset, Zone: w.Zone}
	if slices.ContainsFunc(a.Places, func(o Place) bool { return o.ID() == place.ID() }) {
		return fault.Invalidf("places", "a place stands in an agreement once").With("agreement.place")
	}
	a.Places = append(a.Places, place)
	return nil
}

// check holds an agreement to its rules.
func (a *Agreement) check(r store.Reader) error {
	switch {
	case a.Valid.From.IsZero():
		return fault.Invalidf("from", "say from which day on the agreement is valid").With("agreement.from")
	case len(a.Places) == 0:
		return fault.Invalidf("site", "an agreement is about a site or an asset at least").With("agreement.place")
	case a.Repeat.IsZero() && len(a.Includes) == 0:
		return fault.Invalidf("every", "the agreement neither has orders that come round nor includes anything").With("agreement.empty").
			Hint(`--every "3 months on last Fri" or --include "4 visits per year"`)
	case a.Ahead < 0 || a.Ahead > maxAhead:
		return fault.Invalidf("ahead", "%d days ahead is out of range: 0 to %d", a.Ahead, maxAhead).With("agreement.ahead")
	case a.Fee != nil && a.Repeat.IsZero():
		return fault.Invalidf("fee", "a fee is billed with the orders that come round, and there are none").With("agreement.fee")
	case a.Fee != nil && a.Fee.Sign() <= 0:
		return fault.Invalidf("fee", "a fee of %s is none", a.Fee).With("agreement.fee")
	}
	if a.Fee != nil {
		if err := a.Fee.Check("fee"); err != nil {
			return err
		}
	}
	if err := firstOf(a.Valid.Check("from"), a.Holidays.Check("on-holiday"), checkRank(a.Rank)); err != nil {
		return err
	}
	for i := range a.Includes {
		if err := a.Includes[i].Check(fmt.Sprintf("includes[%d]", i+1)); err != nil {
			return err
		}
	}
	if a.Repeat.IsZero() {
		return nil
	}
	if err := a.Repeat.Check("every"); err != nil {
		return err
	}
	if a.At != "" {
		if _, err := calendar.ParseClock("at", a.At); err != nil {
			return err
		}
	}
	return a.Template.check(r)
}

// check refuses a template that no order could be made from.
func (t *OrderTemplate) check(r store.Reader) error {
	if t.WorkType != "" {
		if err := defined(r, WorkTypes, t.WorkType, "callout work-type add FILE"); err != nil {
			return err
		}
	} else if _, err := required("title", t.Title, "the orders need a title, or a work type to take it from"); err != nil {
		return err
	}
	if t.SLA != "" {
		if err := defined(r, SLAs, t.SLA, "callout sla add NAME"); err != nil {
			return err
		}
	}
	if t.Priority != "" {
		return t.Priority.Validate()
	}
	return nil
}

// after is the first day on or after d for which an order is to be made; zero is none.
func (a *Agreement) after(d calendar.Date) calendar.Date {
	if a.Repeat.IsZero() {
		return calendar.Date{}
	}
	next, ok := a.Repeat.Next(a.Valid.From, d)
	if !ok || !a.Valid.Contains(next) {
		return calendar.Date{}
	}
	return next
}

// EndAgreement ends an agreement: from a day on no orders are made and nothing is included any
// more. Orders that were made already stay.
type EndAgreement struct {
	Agreement store.ID      `json:"agreement"`
	On        calendar.Date `json:"on"`
}

// Name implements store.Command.
func (c *EndAgreement) Name() string { return "agreement.end.v1" }

// Undoable implements store.Undoable.
func (c *EndAgreement) Undoable() {}

// Do implements store.Command.
func (c *EndAgreement) Do(tx *store.Tx) error {
	a, err := Agreements.Get(tx, c.Agreement)
	if err != nil {
		return err
	}
	reason, err := reasonFor(tx.Env.Reason, "say why the agreement ends")
	if err != nil {
		return err
	}
	switch {
	case !a.Valid.From.Before(c.On):
		return fault.Invalidf("on", "the agreement begins on %s and cannot end on %s", a.Valid.From, c.On).With("agreement.end")
	case !a.Valid.To.IsZero() && a.Valid.To.Before(c.On):
		return fault.Refusedf("%s ends on %s already", a.Name, a.Valid.To).With("agreement.end")
	}
	a.Valid.To, a.Ended = c.On, &Ending{By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: reason}
	for i := range a.Places {
		if !a.Valid.Contains(a.Places[i].Next) {
			a.Places[i].Next = calendar.Date{}
		}
	}
	tx.Returns(a.ID, "")
	tx.Emit("agreement.ended", a.ID, map[string]any{"name": a.Name, "on": a.Valid.To})
	return Agreements.Put(tx, a)
}

// FindAgreement resolves what a person typed for an agreement.
func FindAgreement(r store.Reader, ref string) (store.ID, error) { return Agreements.FindID(r, ref) }

// agreementsAt lists a customer's agreements that a place stands in.
func agreementsAt(r store.Reader, customer store.ID, is func(*Place) bool) iter.Seq2[store.ID, error] {
	return where(Agreements.By(r, "customer", store.K(customer)), func(a *Agreement) bool {
		for i := range a.Places {
			if is(&a.Places[i]) {
				return true
			}
		}
		return false
	}, func(a *Agreement) store.ID { return a.ID })
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
