// Package money is the arithmetic of a service business: amounts in the shop's one
// currency, quantities, prices per unit, percentages and factors, the points at
// which they are rounded, how a sum is split without losing a cent, and what a
// document's lines come to under EN 16931.
//
// Every number is an exact decimal of github.com/shopspring/decimal, never a float.
// Its JSON is a plain decimal string ("1234.50"); exponents, thousands separators,
// NaN and JSON numbers are refused on the way in. Equal values have equal text, so a
// hash over the JSON of a record does not depend on how somebody typed a number.
//
// Rounding happens only in functions that take a [Rounding]: [LineAmount], [NewLine],
// [PercentOf], [VAT], [NetOf], [RateTimes], [RatePer], [HoursOf], [Quantity.Round],
// [PercentFrom], [Margin.Percent], and the sums built on them. Everything else is exact.
//
// The package is not for prices' history, tax law, invoices or exchange rates:
// which price, which rate and which category apply is billing's to decide.
package money
