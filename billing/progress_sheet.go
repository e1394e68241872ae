package billing

import (
	"callout/calendar"
	"callout/money"
	"callout/store"
)

// ProgressSheet is where an order's schedule stands at a progress application, with the
// arithmetic of the continuation sheet and summary that construction uses: columns C to
// J and the lines below. The total of a row is its full earned value; what is held back
// stands in a column of its own and is never netted into progress.
type ProgressSheet struct {
	Order       store.ID      `json:"order"`
	Application int           `json:"application"`
	Through     calendar.Date `json:"through,omitzero"`
	Rows        []SheetRow    `json:"rows"`
	Sum         SheetRow      `json:"sum"`
	Original    money.Amount  `json:"original_contract"`
	Changes     money.Amount  `json:"change_orders"`
	Contract    money.Amount  `json:"contract"` // original and changes
	// EarnedLess is the total less what is held back; Certified is the same at the
	// application before; Due is the difference; Rest is what the contract leaves, with
	// what is held back.
	EarnedLess money.Amount `json:"earned_less_retainage"`
	Certified  money.Amount `json:"previous_certificates"`
	Due        money.Amount `json:"due"`
	Rest       money.Amount `json:"balance_to_finish"`
}

// SheetRow is one row of a sheet. The letters are those of the columns as published.
type SheetRow struct {
	N         int            `json:"n,omitempty"`
	Title     string         `json:"title"`
	Change    store.ID       `json:"change_order,omitempty"`
	Scheduled money.Amount   `json:"scheduled"`         // C
	Previous  money.Amount   `json:"previous"`          // D: work of the applications before
	Period    money.Amount   `json:"period"`            // E: work of this one
	Stored    money.Amount   `json:"stored"`            // F: material that is stored now, in neither D nor E
	Total     money.Amount   `json:"total"`             // G = D + E + F
	Percent   *money.Percent `json:"percent,omitempty"` // H = G / C
	Balance   money.Amount   `json:"balance"`           // I = C − G
	Retained  money.Amount   `json:"retained"`          // J
}

// sheetDecimals is how exactly column H is stated.
const sheetDecimals = 2

// Sheet computes where a schedule stood at an application; 0 is before the first.
func Sheet(rows []ScheduleRow, list []Progress, n int, ret Retainage, cur money.Currency, mode money.Rounding) ProgressSheet {
	sheet := sheetAt(rows, list, n, ret, cur, mode)
	sheet.Certified = sheetAt(rows, list, n-1, ret, cur, mode).EarnedLess // before the first, nothing
	sheet.Due = sheet.EarnedLess.Sub(sheet.Certified)
	sheet.Rest = sheet.Contract.Sub(sheet.EarnedLess)
	return sheet
}

// sheetAt is a sheet without the lines that compare it with the one before.
func sheetAt(rows []ScheduleRow, list []Progress, n int, ret Retainage, cur money.Currency, mode money.Rounding) ProgressSheet {
	sheet := ProgressSheet{Application: n}
	var work, stored []money.Amount
	for i := range rows {
		row := &rows[i]
		if row.Since > max(n, 1) {
			continue
		}
		x := SheetRow{N: row.N, Title: row.Title, Change: row.Change, Scheduled: row.Value}
		var earned money.Amount
		for _, p := range list {
			if p.Row != row.ID || p.Application > n {
				continue
			}
			if p.Application < n {
				x.Previous = p.Earned
			}
			earned, x.Stored = p.Earned, p.Stored
			sheet.Order = p.Order
		}
		x.Period = earned.Sub(x.Previous)
		x.close(cur, mode)
		sheet.Rows = append(sheet.Rows, x)
		work, stored = append(work, earned), append(stored, x.Stored)
		if row.Change == "" {
			sheet.Original = sheet.Original.Add(row.Value)
		} else {
			sheet.Changes = sheet.Changes.Add(row.Value)
		}
	}
	for _, p := range list {
		if p.Application == n {
			sheet.Through = p.Through
		}
	}
	sheet.Contract = sheet.Original.Add(sheet.Changes)
	for i, held := range ret.rows(work, stored, sheet.Contract, cur, mode) {
		sheet.Rows[i].Retained = held
	}
	for _, x := range sheet.Rows {
		sheet.Sum.add(x)
	}
	sheet.Sum.Title = "Total"
	sheet.Sum.close(cur, mode)
	sheet.EarnedLess = sheet.Sum.Total.Sub(sheet.Sum.Retained)
	return sheet
}

// close computes the columns that follow from the others.
func (x *SheetRow) close(cur money.Currency, mode money.Rounding) {
	x.Total = money.Sum(x.Previous, x.Period, x.Stored)
	x.Balance = x.Scheduled.Sub(x.Total)
	if p, err := money.PercentFrom(x.Total, x.Scheduled, sheetDecimals, mode); err == nil {
		x.Percent = &p
	}
}

// add sums a row up.
func (x *SheetRow) add(o SheetRow) {
	x.Scheduled, x.Previous, x.Period = x.Scheduled.Add(o.Scheduled), x.Previous.Add(o.Previous), x.Period.Add(o.Period)
	x.Stored, x.Retained = x.Stored.Add(o.Stored), x.Retained.Add(o.Retained)
}
