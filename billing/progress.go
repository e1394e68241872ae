package billing

import (
	"fmt"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Progress is what one row of a schedule has earned by a progress application: all work
// completed so far, and the material that is stored for it now. Both are cumulative; what
// an application bills is derived from the one before. A column that held shares of a
// period in one place and of the whole in another gave negative invoices elsewhere
// (Dolibarr/dolibarr#36503).
type Progress struct {
	store.Record
	Order       store.ID      `json:"order"`
	Application int           `json:"application"` // 1, 2, … within the order
	Row         store.ID      `json:"row"`
	N           int           `json:"n"`       // of the row
	Through     calendar.Date `json:"through"` // the last day that it counts
	Earned      money.Amount  `json:"earned"`
	Stored      money.Amount  `json:"stored"`
	// Correction says why the row has earned less than it had.
	Correction string   `json:"correction,omitempty"`
	By         store.ID `json:"by"`
}

// Total is the full value that the row has come to: work and stored material.
func (p *Progress) Total() money.Amount { return p.Earned.Add(p.Stored) }

// ProgressRecords holds what was applied for, by order, application and row.
var ProgressRecords = store.Define(store.Def[Progress, store.NoRow]{
	Name: "progress", Prefix: "prg", Title: "progress",
	Indexes: []store.Index[Progress]{{
		Name: "order", Unique: true,
		Keys: func(p *Progress) []store.Key { return []store.Key{store.K(p.Order, p.Application, p.N)} },
	}},
})

// progressOf reads what was applied for on an order, oldest application first.
func progressOf(r store.Reader, order store.ID) ([]Progress, error) {
	var list []Progress
	for p, err := range ProgressRecords.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		list = append(list, *p)
	}
	return list, nil
}

// lastApplication is the number of an order's newest application, 0 before the first.
func lastApplication(r store.Reader, order store.ID) (int, error) {
	last := 0
	for p, err := range ProgressRecords.By(r, "order", store.K(order)) {
		if err != nil {
			return 0, err
		}
		last = max(last, p.Application)
	}
	return last, nil
}

// RowProgress states where a row is now. What is nil stays as it was.
type RowProgress struct {
	Row    int            `json:"row"` // its number
	Earned *money.Amount  `json:"earned,omitempty"`
	Share  *money.Percent `json:"percent,omitempty"` // of the scheduled value, instead of an amount
	Stored *money.Amount  `json:"stored,omitempty"`
}

// ApplyProgress makes the next progress application of an order. Rows that are not named
// stay where they are. What a row has earned never goes down but as a correction, with
// the reason of the command (Dolibarr/dolibarr#23754).
type ApplyProgress struct {
	Order   store.ID      `json:"order"`
	Through calendar.Date `json:"through,omitzero"` // the site's day when zero
	Rows    []RowProgress `json:"rows"`
	Correct bool          `json:"correct,omitempty"` // rows may go down
}

// Name implements store.Command.
func (c *ApplyProgress) Name() string { return "progress.apply.v1" }

// Undoable implements store.Undoable.
func (c *ApplyProgress) Undoable() {}

// Do implements store.Command.
func (c *ApplyProgress) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	tx.Returns(o.ID, o.Number)
	through := c.Through
	if through.IsZero() {
		zone, err := calendar.LoadZone("zone", o.Zone)
		if err != nil {
			return err
		}
		through = calendar.DateOf(tx.Env.OccurredAt, zone)
	}
	rows, err := ScheduleOf(tx, o.ID)
	if err != nil {
		return err
	}
	list, err := progressOf(tx, o.ID)
	if err != nil {
		return err
	}
	now, last := map[int]Progress{}, 0
	for _, p := range list {
		now[p.N], last = p, max(last, p.Application)
		if through.Before(p.Through) {
			return fault.Invalidf("through", "application %d counts up to %s already", p.Application, p.Through).With("progress.through")
		}
	}
	for _, st := range c.Rows {
		if st.Row < 1 || st.Row > len(rows) {
			return fault.Invalidf("row", "%s has no row %d", o.Number, st.Row).With("progress.row").Hint("callout progress show %s", o.Number)
		}
		p, err := c.state(tx, o, &rows[st.Row-1], now[st.Row], st)
		if err != nil {
			return err
		}
		p.Application, p.Through = last+1, through
		if p.ID = ProgressRecords.NewID(tx, fmt.Sprintf("%s/%d/%d", o.ID, p.Application, p.N)); p.Application == now[p.N].Application {
			return fault.Invalidf("row", "row %d is named twice", p.N).With("progress.twice")
		}
		now[p.N] = *p
		if err := ProgressRecords.Put(tx, p); err != nil {
			return err
		}
	}
	if len(c.Rows) == 0 {
		return fault.Invalidf("rows", "an application says where at least one row is").With("progress.none").
			Hint("callout progress apply %s --row 1=40%%", o.Number)
	}
	tx.Emit("progress.applied", o.ID, map[string]any{"application": last + 1, "through": through.String()})
	return nil
}

// state checks where a row is said to be against where it was.
func (c *ApplyProgress) state(tx *store.Tx, o *work.WorkOrder, row *ScheduleRow, was Progress, st RowProgress) (*Progress, error) {
	company, err := party.TheCompany(tx)
	if err != nil {
		return nil, err
	}
	cur := company.Currency
	p := &Progress{Order: o.ID, Row: row.ID, N: row.N, Earned: was.Earned, Stored: was.Stored, By: tx.Env.Actor.ID}
	switch {
	case st.Earned != nil && st.Share != nil:
		return nil, fault.Invalidf("row", "row %d is given as an amount or as a share, not both", row.N).With("progress.basis")
	case st.Share != nil:
		if err := st.Share.Check("percent"); err != nil {
			return nil, err
		}
		p.Earned = money.PercentOf(row.Value, *st.Share, cur, money.HalfAway)
	case st.Earned != nil:
		if p.Earned, err = st.Earned.In("earned", cur); err != nil {
			return nil, err
		}
	}
	if st.Stored != nil {
		if p.Stored, err = st.Stored.In("stored", cur); err != nil {
			return nil, err
		}
	}
	if !inside(p.Earned, row.Value) || !inside(p.Stored, row.Value) || !inside(p.Total(), row.Value) {
		return nil, fault.Invalidf("row", "row %d (%s) would come to %s of the %s that are scheduled for it",
			row.N, row.Title, p.Total().Format(cur), row.Value.Format(cur)).With("progress.over").
			Hint(`callout change-order add %s "…" --sum … --by "…" --reason "…"`, o.Number)
	}
	if p.Earned.Abs().Cmp(was.Earned.Abs()) >= 0 {
		return p, nil
	}
	if !c.Correct {
		return nil, fault.Refusedf("row %d (%s) has earned %s already, and progress does not go down", row.N, row.Title, was.Earned.Format(cur)).
			With("progress.down").Hint(`callout progress apply %s --row %d=%s --correct --reason "…"`, o.Number, row.N, p.Earned)
	}
	p.Correction, err = reason(tx.Env.Reason, "a correction needs a reason")
	return p, err
}

// inside reports whether an amount lies between nothing and the whole, which is negative
// for what a change order takes away.
func inside(a, whole money.Amount) bool {
	return a.Sign()*whole.Sign() >= 0 && a.Abs().Cmp(whole.Abs()) <= 0
}
