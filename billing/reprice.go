package billing

import (
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Difference is a charge that is kept, beside what the same work would come to by the
// newest contracts, prices and rules. A price that is dated back changes no charge that
// was made; it shows here.
type Difference struct {
	Order   store.ID    `json:"order"`
	Number  string      `json:"number"`
	Charge  store.ID    `json:"charge,omitempty"` // none where the work came to nothing of the kind
	Source  store.ID    `json:"source"`
	Part    string      `json:"part,omitempty"`
	State   ChargeState `json:"state,omitempty"`
	Version int         `json:"version,omitempty"`
	Text    string      `json:"text"`
	Was     Priced      `json:"was"`
	Now     Priced      `json:"now"`
	// Delta is what the new amount is more than the old one; unknown where there is no price.
	Delta *money.Amount `json:"delta,omitempty"`
	// Stays says why no new version is made, or nothing.
	Stays string `json:"stays,omitempty"`
}

// Priced is what a charge says of its price.
type Priced struct {
	On     calendar.Date  `json:"on,omitzero"`
	Qty    money.Quantity `json:"qty"`
	Unit   Unit           `json:"unit,omitempty"`
	Price  *money.Price   `json:"price,omitempty"`
	Amount money.Amount   `json:"amount"`
	By     string         `json:"by,omitempty"` // the rule that was taken
}

// priced sums a charge up.
func (c *Charge) priced() Priced {
	p := Priced{On: c.On, Qty: c.Qty, Unit: c.Unit, Price: c.Price, Amount: c.Amount}
	for _, s := range c.Trace {
		if s.Verdict != verdictWon {
			continue
		}
		if p.By = s.Rule; s.From != "" {
			p.By = s.From + ": " + s.Rule
		}
	}
	return p
}

// Differences lists the kept charges of an order that would come to something else now. Now
// is the authority's time.
func Differences(r store.Reader, order store.ID, now time.Time) ([]Difference, error) {
	o, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	zone, err := calendar.LoadZone("zone", o.Zone)
	if err != nil {
		return nil, err
	}
	pins, err := newestPins(r, o, calendar.DateOf(now, zone))
	if err != nil {
		return nil, err
	}
	s, err := loadAs(r, order, now, asIf{pins: repinned(o.Pins, pins)})
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, x := range s.sources() {
		out = append(out, s.differences(x)...)
	}
	return out, nil
}

// differences compares what is kept of a source with what it comes to.
func (s *Snapshot) differences(x source) []Difference {
	kept := s.Charges[x.id]
	if len(kept) == 0 {
		return nil
	}
	stays := ""
	switch {
	case s.Order.Status == work.Closed:
		stays = s.Order.Number + " is closed"
	case s.begun(x.id):
		stays = "it is billed"
	}
	begin := Difference{Order: s.Order.ID, Number: s.Order.Number, Source: x.id, Stays: stays}
	var out []Difference
	for _, c := range kept {
		d := begin
		d.Charge, d.Part, d.State, d.Version, d.Text, d.Was = c.ID, c.Part, c.State, c.Version, c.Text, c.priced()
		fresh := s.worthOf(x.id, c.Part)
		switch {
		case fresh == nil:
			delta := c.Amount.Neg()
			d.Delta = &delta
		case c.equal(fresh):
			continue
		default:
			d.Now = fresh.priced()
			if fresh.Price != nil {
				delta := fresh.Amount.Sub(c.Amount)
				d.Delta = &delta
			} else if stays == "" {
				d.Stays = "it would have no price"
			}
		}
		out = append(out, d)
	}
	for i := range s.worth[x.id] {
		fresh := &s.worth[x.id][i]
		if s.standing(x.id, fresh.Part) != nil {
			continue
		}
		d := begin
		d.Part, d.Text, d.Now = fresh.Part, fresh.Text, fresh.priced()
		if fresh.Price != nil {
			d.Delta = &fresh.Amount
		}
		out = append(out, d)
	}
	return out
}

// worthOf is what a part of a source comes to now, or nil.
func (s *Snapshot) worthOf(src store.ID, part string) *Charge {
	for i := range s.worth[src] {
		if s.worth[src][i].Part == part {
			return &s.worth[src][i]
		}
	}
	return nil
}

// Repriceable lists the orders, by id, that have charges which are kept.
func Repriceable(r store.Reader) ([]store.ID, error) {
	var orders []store.ID
	for c, err := range Charges.By(r, "standing", store.Key{}) {
		if err != nil {
			return nil, err
		}
		orders = append(orders, c.Order)
	}
	return unique(orders), nil
}

// RepriceOrder moves an order to the newest contracts, prices and rules, and makes new
// versions of the kept charges that come out differently, unless they are billed. An open
// document with one of them becomes a draft again and needs another approval.
type RepriceOrder struct {
	Order store.ID `json:"order"`
}

// Name implements store.Command.
func (c *RepriceOrder) Name() string { return "price.reprice.v1" }

// Do implements store.Command.
func (c *RepriceOrder) Do(tx *store.Tx) error {
	if err := (&RepinPrices{Order: c.Order}).Do(tx); err != nil {
		return err
	}
	s, err := Load(tx, c.Order, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	for _, x := range s.sources() {
		differ := s.differences(x)
		if len(differ) == 0 || s.begun(x.id) {
			continue
		}
		for _, fresh := range s.worth[x.id] {
			if len(fresh.problems) > 0 {
				return fault.Refusedf("%s cannot be priced anew: %s", s.Order.Number, fresh.problems[0].text).With("reprice.problem").
					Hint("%s", fresh.problems[0].fix)
			}
		}
		if err := s.keep(tx, x); err != nil {
			return err
		}
		for _, d := range differ {
			tx.Emit("charge.repriced", d.Source, map[string]any{
				"order": s.Order.ID, "was": d.Was.Amount.String(), "now": d.Now.Amount.String(),
			})
		}
	}
	return staleOf(tx, c.Order)
}
