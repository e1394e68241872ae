package billing

import (
	"fmt"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// ScheduleRow is one row of an order's schedule of values: a piece of the agreed work with
// the sum that was scheduled for it, before tax. Progress is stated against rows, and
// what is agreed later is a row of its own, so that the first contract stays readable.
type ScheduleRow struct {
	store.Record
	Order    store.ID     `json:"order"`
	N        int          `json:"n"` // 1, 2, … within the order
	Title    string       `json:"title"`
	Value    money.Amount `json:"scheduled"`
	TaxClass string       `json:"tax_class,omitempty"`
	// Since is the first progress application that knows the row.
	Since int `json:"since"`
	// Change is the change order that brought the row; rows of the first contract have none.
	Change store.ID `json:"change_order,omitempty"`
	SetBy  store.ID `json:"set_by"`
}

// ScheduleRows holds the rows of all schedules, by order and number.
var ScheduleRows = store.Define(store.Def[ScheduleRow, store.NoRow]{
	Name: "schedule_row", Prefix: "sov", Title: "row of a schedule of values",
	Indexes: []store.Index[ScheduleRow]{{
		Name: "order", Unique: true,
		Keys: func(x *ScheduleRow) []store.Key { return []store.Key{store.K(x.Order, x.N)} },
	}},
})

// ScheduleOf reads the schedule of an order, in the order of its rows.
func ScheduleOf(r store.Reader, order store.ID) ([]ScheduleRow, error) {
	var rows []ScheduleRow
	for x, err := range ScheduleRows.By(r, "order", store.K(order)) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, *x)
	}
	return rows, nil
}

// AddScheduleRow schedules a sum for a piece of an order's work.
type AddScheduleRow struct {
	Order    store.ID     `json:"order"`
	Title    string       `json:"title"`
	Value    money.Amount `json:"scheduled"`
	TaxClass string       `json:"tax_class,omitempty"`
}

// Name implements store.Command.
func (c *AddScheduleRow) Name() string { return "progress.row.v1" }

// Undoable implements store.Undoable.
func (c *AddScheduleRow) Undoable() {}

// Do implements store.Command. Once progress is stated, the contract's own rows stand:
// what is agreed on top comes by change order.
func (c *AddScheduleRow) Do(tx *store.Tx) error {
	o, err := openOrder(tx, c.Order)
	if err != nil {
		return err
	}
	last, err := lastApplication(tx, o.ID)
	if err != nil {
		return err
	}
	if last > 0 {
		return fault.Refusedf("progress is stated on %s already: what is agreed on top is a change order", o.Number).
			With("schedule.begun").Hint(`callout change-order add %s %q --sum … --by "…" --reason "…"`, o.Number, c.Title)
	}
	if c.Value.Sign() <= 0 {
		return fault.Invalidf("value", "a row schedules more than nothing").With("schedule.value")
	}
	x := &ScheduleRow{Order: o.ID, Title: c.Title, Value: c.Value, TaxClass: c.TaxClass}
	if err := x.add(tx); err != nil {
		return err
	}
	tx.Returns(x.ID, "")
	return nil
}

// add checks a new row, numbers it and keeps it.
func (x *ScheduleRow) add(tx *store.Tx) (err error) {
	if x.Title, err = party.ParseName("title", "row", x.Title); err != nil {
		return err
	}
	if x.TaxClass, err = taxClass("tax", x.TaxClass); err != nil {
		return err
	}
	if x.Value, err = stated(tx, "value", x.Value); err != nil {
		return err
	}
	if err := oneWay(tx, x.Order, wayProgress); err != nil {
		return err
	}
	last, err := lastApplication(tx, x.Order)
	if err != nil {
		return err
	}
	for row, err := range ScheduleRows.By(tx, "order", store.K(x.Order)) {
		if err != nil {
			return err
		}
		x.N = row.N
	}
	x.N, x.Since, x.SetBy = x.N+1, last+1, tx.Env.Actor.ID
	x.ID = ScheduleRows.NewID(tx, fmt.Sprintf("%s/%d", x.Order, x.N))
	return ScheduleRows.Put(tx, x)
}
