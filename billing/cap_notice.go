package billing

import (
	"fmt"
	"time"

	"callout/money"
	"callout/store"
	"callout/work"
)

// CapNotice records that a share of a cap was reached, once for each share and each agreed
// limit: who has to tell the customer in time can show when it was known.
type CapNotice struct {
	store.Record
	Cap     store.ID      `json:"cap"`
	Order   store.ID      `json:"order"`
	Rev     int           `json:"rev"` // of the cap
	Of      CapMeasure    `json:"of"`
	Percent money.Percent `json:"percent"`
	Limit   money.Amount  `json:"limit"`
	Used    money.Amount  `json:"used"`
	At      time.Time     `json:"at"`
}

// CapMeasure says which limit of a cap a notice is about.
type CapMeasure string

// The measures.
const (
	OfPrice CapMeasure = "price"
	OfCost  CapMeasure = "cost"
)

// CapNotices holds the notices, by cap, revision, measure and share.
var CapNotices = store.Define(store.Def[CapNotice, store.NoRow]{
	Name: "cap_notice", Prefix: "ntc", Title: "notice of a cap",
	Indexes: []store.Index[CapNotice]{{
		Name: "cap", Unique: true,
		Keys: func(n *CapNotice) []store.Key {
			return []store.Key{store.K(n.Cap, n.Rev, string(n.Of), n.Percent.String())}
		},
	}},
})

// noticeCaps is the derivation that tells when a share of a cap is reached: by work that is
// recorded, approved or not, as much as by what is billed.
func noticeCaps(tx *store.Tx) error {
	var orders []store.ID
	worked := workedOrders(tx)
	touchedToo := touchedOrders(tx)
	touched(tx, Allocations, &orders, func(a *Allocation) store.ID { return a.Order })
	touched(tx, Invoices, &orders, func(i *Invoice) store.ID { return i.Order })
	touched(tx, Caps, &orders, func(c *Cap) store.ID { return c.Order })
	touched(tx, ProgressRecords, &orders, func(p *Progress) store.ID { return p.Order })
	touched(tx, Measures, &orders, func(m *Measure) store.ID { return m.Order })
	seen := map[store.ID]bool{}
	for _, id := range unique(append(append(orders, worked...), touchedToo...)) {
		if there, err := work.WorkOrders.Has(tx, id); err != nil {
			return err
		} else if !there {
			continue
		}
		caps, err := capsOver(tx, id)
		if err != nil {
			return err
		}
		for i := range caps {
			if c := &caps[i]; !seen[c.ID] {
				seen[c.ID] = true
				if err := c.notice(tx); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// notice writes what has to be told of a cap and was not yet.
func (c *Cap) notice(tx *store.Tx) error {
	u, err := c.use(tx, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	if err := c.tell(tx, u, OfPrice, u.Used, c.Limit); err != nil {
		return err
	}
	if c.Cost == nil {
		return nil
	}
	return c.tell(tx, u, OfCost, u.Spent.KnownPart(), *c.Cost)
}

func (c *Cap) tell(tx *store.Tx, u *CapUse, of CapMeasure, used, limit money.Amount) error {
	for _, share := range c.Notices {
		if !money.Reaches(used, limit, share) || u.told(c.Rev, of, share) {
			continue
		}
		n := &CapNotice{Cap: c.ID, Order: c.Order, Rev: c.Rev, Of: of, Percent: share, Limit: limit, Used: used, At: tx.Env.RecordedAt}
		n.ID = CapNotices.NewID(tx, fmt.Sprintf("%s/%d/%s/%s", c.ID, c.Rev, of, share))
		tx.Emit("cap.reached", c.Order, map[string]any{
			"of": string(of), "percent": share.String(), "limit": limit.String(), "used": used.String(),
		})
		if err := CapNotices.Put(tx, n); err != nil {
			return err
		}
	}
	return nil
}

func (u *CapUse) told(rev int, of CapMeasure, share money.Percent) bool {
	for _, n := range u.Told {
		if n.Rev == rev && n.Of == of && n.Percent.Equal(share) {
			return true
		}
	}
	return false
}
